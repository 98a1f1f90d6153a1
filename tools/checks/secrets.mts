/** Looks for keys, tokens and passwords in files, and never shows what it found. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator as pattern } from '@secretlint/secretlint-rule-pattern';
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend';

/** A character of base64, also as JSON (`\/`) and addresses (`%2F`, `%2B`) write it. */
const BASE64 = String.raw`(?:[A-Za-z0-9+]|\\?\/|%2[BF])`;

/**
 * RSA private keys as Alipay's key tool prints them: base64 without BEGIN and END, which no rule for
 * keys in general knows. The head of the DER is the same for 1024 to 4096 bits but for the lengths:
 * version 0, then the algorithm (PKCS#8) or the modulus (PKCS#1). A placeholder ends there; a key goes on.
 */
const BARE_RSA_KEY = {
	name: 'RSA private key in base64',
	patterns: ['IBADANBgkqhkiG9w0BAQEFAASC', 'IBAAK[BC]'].map(
		(head) => `/MII[C-J]${BASE64}[AQgw]${head}${BASE64}{24}/`,
	),
};

const CONFIG = {
	rules: [
		...recommended
			// It lets a comment in a file switch the others off.
			.filter(({ meta }) => meta.id !== '@secretlint/secretlint-rule-filter-comments')
			.map((rule) => ({ id: rule.meta.id, rule })),
		{ id: 'rsa-private-key-in-base64', rule: pattern, options: { patterns: [BARE_RSA_KEY] } },
	],
};

/** `file:line what` for each secret in the files of `folder`; without a list, in all of them. */
export async function secretFaults(folder: string, files = everyFile(folder)): Promise<string[]> {
	const found: string[] = [];
	for (const file of files) {
		const source = path.join(folder, file);
		// git lists links, whose content is elsewhere, and what is removed and not yet committed.
		if (!lstatSync(source, { throwIfNoEntry: false })?.isFile()) continue;
		// Without its NUL bytes, text in UTF-16 and in pictures is read as well.
		const content = readFileSync(source, 'utf8').replaceAll('\0', '');
		const { messages } = await lintSource({
			source: { filePath: source, content, ext: path.extname(file), contentType: 'text' },
			options: { config: CONFIG, maskSecrets: true },
		});
		// Never in a rule's own words: they show the secret, and masked they hide what it is.
		found.push(...messages.map(({ loc, ruleId }) => `${file}:${loc.start.line} ${kindOf(ruleId)}`));
	}
	return found;
}

const kindOf = (ruleId: string) =>
	`looks like a secret (${ruleId.replace('@secretlint/secretlint-rule-', '')}). ` +
	'Take it out, and make it invalid where it is used: it has been seen.';

function everyFile(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** Looks for keys, tokens and passwords in files. Never shows a secret that it found. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator as pattern } from '@secretlint/secretlint-rule-pattern';
import { rules as recommended } from '@secretlint/secretlint-rule-preset-recommend';

/** A character of base64, also as JSON (`\/`) and addresses (`%2F`, `%2B`) write it. */
const BASE64 = String.raw`(?:[A-Za-z0-9+]|\\?\/|%2[BF])`;

/**
 * RSA private keys as Alipay's key tool prints them: base64 without BEGIN and END. General rules do not find
 * them. The DER header is the same for 1024 to 4096 bits, except for the lengths: version 0, then the
 * algorithm (PKCS#8) or the modulus (PKCS#1). A placeholder ends there, but a key continues.
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
			// With this rule, a comment in a file could switch the other rules off.
			.filter(({ meta }) => meta.id !== '@secretlint/secretlint-rule-filter-comments')
			.map((rule) => ({ id: rule.meta.id, rule })),
		{ id: 'rsa-private-key-in-base64', rule: pattern, options: { patterns: [BARE_RSA_KEY] } },
	],
};

/** `file:line what` for each secret in `files` of `folder`. Default: all files. */
export async function secretFaults(folder: string, files = everyFile(folder)): Promise<string[]> {
	const found: string[] = [];
	for (const file of files) {
		const source = path.join(folder, file);
		// git also lists links, and files whose removal is not committed yet.
		if (!lstatSync(source, { throwIfNoEntry: false })?.isFile()) continue;
		// Without NUL bytes, text in UTF-16 and in pictures can be read, too.
		const content = readFileSync(source, 'utf8').replaceAll('\0', '');
		const { messages } = await lintSource({
			source: { filePath: source, content, ext: path.extname(file), contentType: 'text' },
			options: { config: CONFIG, maskSecrets: true },
		});
		// Not the message of the rule: it shows the secret, and a masked message hides the type.
		found.push(...messages.map(({ loc, ruleId }) => `${file}:${loc.start.line} ${kindOf(ruleId)}`));
	}
	return found;
}

const kindOf = (ruleId: string) =>
	`looks like a secret (${ruleId.replace('@secretlint/secretlint-rule-', '')}). ` +
	'Remove it. Then revoke it, because others may have seen it.';

function everyFile(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

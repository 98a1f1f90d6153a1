/** Looks for keys, tokens and passwords in files, and never shows what it found. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { lintSource } from '@secretlint/core';
import { creator as pattern } from '@secretlint/secretlint-rule-pattern';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';

/**
 * RSA private keys as Alipay's key tool prints them: base64 without BEGIN and END, which no general rule
 * knows. The head of the DER (PKCS#8, PKCS#1; 512 to 4096 bits) and more than a placeholder behind it.
 */
const BARE_RSA_KEY = {
	name: 'an RSA private key in base64',
	patterns: [
		'/(?<pkcs8>MII[B-J][A-Za-z0-9+\\/]{2}IBADANBgkqhkiG9w0BAQEFAASC[A-Za-z0-9+\\/]{24,})/',
		'/(?<pkcs1>MII[B-J][A-Za-z0-9+\\/]{2}IBAAK[BC][A-Za-z0-9+\\/]{24,})/',
	],
};

const CONFIG = {
	rules: [
		{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended },
		{
			id: '@secretlint/secretlint-rule-pattern',
			rule: pattern,
			options: { patterns: [BARE_RSA_KEY] },
		},
	],
};

/** `file:line what` for each secret in the files of `folder`; without a list, in all of them. */
export async function secretFaults(folder: string, files = everyFile(folder)): Promise<string[]> {
	const found: string[] = [];
	for (const file of files) {
		const source = path.join(folder, file);
		const content = statSync(source, { throwIfNoEntry: false })?.isFile() && readFileSync(source);
		// git, too, takes a file with a NUL byte for a binary one: here, pictures.
		if (!content || content.includes(0)) continue;
		const { messages } = await lintSource({
			source: {
				filePath: source,
				content: content.toString('utf8'),
				ext: path.extname(file),
				contentType: 'text',
			},
			options: { config: CONFIG, maskSecrets: true },
		});
		found.push(
			...messages.map(
				({ loc, message }) =>
					`${file}:${loc.start.line} ${message}. Take it out, and make it invalid where it is used: it has been seen.`,
			),
		);
	}
	return found;
}

function everyFile(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

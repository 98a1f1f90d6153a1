/** Runs the scanner that n8n uses to verify a node. */
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage: (
		folder: string,
		patterns: string[],
	) => Promise<{ passed: boolean; message?: string; details?: string }>;
}

// The package does not have types or an entry point.
const SCANNER: string = '@n8n/scan-community-package/scanner/scanner.mjs';

/** The files that the scanner reads besides package.json, in the source and in the tarball. */
const SCANNED = {
	// alipay/ is also published, but by default the scanner reads only nodes/ and credentials/.
	source: ['alipay/**/*.{js,ts,json}'],
	tarball: ['package.json', '**/*.js'],
};

export async function scanFaults(folder: string, what: keyof typeof SCANNED): Promise<string[]> {
	const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(SCANNER)) as Scanner;
	const patterns = [...(what === 'source' ? SOURCE_FILE_PATTERNS : []), ...SCANNED[what]];
	const { passed, message, details } = await analyzePackage(folder, patterns);
	// A scan without files passes with a message.
	if (passed && !message) return [];
	return details ? eslintFaults(folder, details) : [String(message)];
}

/**
 * `file:line rule: text` for each error in ESLint's "stylish" output. The whole text if it contains no such
 * error: n8n's lint has its own message for a changed eslint.config.mjs.
 */
export function eslintFaults(folder: string, text: string): string[] {
	const faults: string[] = [];
	let file = '';
	for (const line of stripVTControlCharacters(text).split('\n')) {
		const [, at, words, rule] = /^\s+(\d+):\d+\s+error\s+(.*?)(?:\s{2,}(\S+))?$/.exec(line) ?? [];
		if (at) faults.push(`${file}:${at} ${rule ?? 'syntax'}: ${words}`);
		else if (path.isAbsolute(line)) file = path.relative(folder, line);
	}
	return faults.length > 0 ? faults : [text.trim()];
}

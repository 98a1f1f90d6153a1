/** What the scanner finds that n8n runs before it verifies a node. */
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage: (
		folder: string,
		patterns: string[],
	) => Promise<{ passed: boolean; message?: string; details?: string }>;
}

// The package has no types and no entry of its own.
const SCANNER: string = '@n8n/scan-community-package/scanner/scanner.mjs';

/** What the scanner reads besides package.json, in the attested commit and in the tarball. */
const SCANNED = {
	// alipay/ is shipped as well, though the scanner looks for code in n8n's own two folders only.
	source: ['alipay/**/*.{js,ts,json}'],
	tarball: ['package.json', '**/*.js'],
};

export async function scanFaults(folder: string, what: keyof typeof SCANNED): Promise<string[]> {
	const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(SCANNER)) as Scanner;
	const patterns = [...(what === 'source' ? SOURCE_FILE_PATTERNS : []), ...SCANNED[what]];
	const { passed, message, details } = await analyzePackage(folder, patterns);
	// A scan of nothing passes, and says so.
	if (passed && !message) return [];
	return details ? eslintFaults(folder, details) : [String(message)];
}

/**
 * `file:line rule: words` for each error in ESLint's "stylish" form. The whole text when there is none:
 * the lint has words of its own for a changed eslint.config.mjs.
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

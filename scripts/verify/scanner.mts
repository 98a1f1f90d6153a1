/** What `@n8n/scan-community-package` makes of a folder; n8n runs it before it verifies a node. */
interface Scanner {
	analyzePackage(
		folder: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}

// The package has no types and no entry of its own.
const SCANNER: string = '@n8n/scan-community-package/scanner/scanner.mjs';

export async function scanFaults(folder: string, patterns: string[]): Promise<string[]> {
	const { analyzePackage } = (await import(SCANNER)) as Scanner;
	const { passed, message, details } = await analyzePackage(folder, patterns);
	// A scan of nothing passes, and says so.
	if (passed && !message) return [];
	return [details?.replaceAll(`${folder}/`, '').trim() ?? String(message)];
}

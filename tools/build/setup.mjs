/**
 * Sets up a checkout: installs the dependencies and builds the package, each only when needed. Uses only
 * Node, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
	'alipay',
	'credentials',
	'icons',
	'nodes',
	'package.json',
	// Libraries are bundled, so a new version of a library changes the package.
	'package-lock.json',
	'tsconfig.json',
	'tools/build/bundle.mjs',
];
/** An install and a build write these files last, so their age shows whether they are up to date. */
const INSTALLED = 'node_modules/.package-lock.json';
const BUILT = 'dist/THIRD_PARTY_LICENSES.txt';

const STEPS = {
	install: {
		title: 'Installing the dependencies (some minutes and 1 GB, only the first time)',
		// The dependencies do not need their install scripts, and some scripts do not run on Node 20.
		args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
		hint: (/** @type {string} */ output) =>
			/\bEUSAGE\b/.test(output)
				? 'package.json and package-lock.json differ. Run "npm install" to update the lock file. Then run this command again.'
				: 'Check that this machine can reach the npm registry and has 2 GB of free disk space. Then run this command again.',
	},
	build: {
		title: 'Building the package',
		args: ['run', 'build'],
		hint: () => 'Fix the compiler errors above. Then run this command again.',
	},
};

/** @param {string[]} [flags] `--no-build` skips the build */
export async function setUp(flags = []) {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19)) {
		throw new Error(`You need Node.js 20.19 or later. This is Node.js ${process.versions.node}.`);
	}
	if (changedAt(INSTALLED) < changedAt('package-lock.json')) {
		// npm empties the folder behind the link: another checkout would lose its dependencies.
		if (lstatSync(path.join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
			throw new Error(
				'node_modules is a link, and it is out of date. Remove the link. Then run this command again.',
			);
		}
		await npmStep(STEPS.install);
	}
	// "n8n-node dev" overwrites the bundles with unbundled files: part of dist is then newer than BUILT.
	const newest = Math.max(...[...SOURCES, 'dist'].map(changedAt));
	if (!flags.includes('--no-build') && changedAt(BUILT) < newest) {
		await npmStep(STEPS.build);
	}
}

/**
 * When a file, or the newest file of a folder, was last changed; 0 if it does not exist.
 * @param {string} name
 * @returns {number} milliseconds since the epoch
 */
function changedAt(name) {
	const target = path.join(ROOT, name);
	const stats = statSync(target, { throwIfNoEntry: false });
	if (!stats) return 0;
	if (!stats.isDirectory()) return stats.mtimeMs;
	return Math.max(0, ...readdirSync(target).map((child) => changedAt(path.join(name, child))));
}

/**
 * Runs npm and shows progress. Rejects with the output of npm and what to do.
 * @param {{ title: string, args: string[], hint: (output: string) => string, cwd?: string }} step
 */
export async function npmStep({ title, args, hint, cwd = ROOT }) {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	console.log(`… ${title}`);
	const heartbeat = setInterval(() => console.log(`  still running, ${seconds()}`), 10_000);
	try {
		await npm(args, cwd);
		console.log(`✓ done in ${seconds()}`);
	} catch (error) {
		const { message } = /** @type {Error} */ (error);
		throw new Error(`${title}: ${message}\n${hint(message)}`);
	} finally {
		clearInterval(heartbeat);
	}
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} its standard output
 */
export async function npm(args, cwd = ROOT) {
	// Inside `npm run`, this is the npm that is running. Otherwise the npm on the PATH is used.
	const { npm_execpath } = process.env;
	const [command, first] = npm_execpath ? [process.execPath, [npm_execpath]] : ['npm', []];
	return await new Promise((resolve, reject) => {
		const child = spawn(command, [...first, ...args], {
			cwd,
			shell: !npm_execpath && process.platform === 'win32',
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let printed = '';
		let output = '';
		child.stdout.on('data', (chunk) => (printed += chunk));
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (chunk) => (output += chunk));
		}
		child.on('error', reject);
		child.on('close', (code) => {
			if (code === 0) {
				resolve(printed);
				return;
			}
			reject(new Error(`npm ${args[0]} failed with exit code ${code}\n${shortened(output)}`));
		});
	});
}

/**
 * Keeps the start and the end of the output: tools report errors there.
 * @param {string} output
 */
function shortened(output) {
	const lines = output.trim().split('\n');
	return lines.length <= 40
		? lines.join('\n')
		: [...lines.slice(0, 20), '…', ...lines.slice(-20)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await setUp(process.argv.slice(2)).catch((/** @type {Error} */ error) => {
		console.error(`\n✗ ${error.message}`);
		process.exitCode = 1;
	});
}

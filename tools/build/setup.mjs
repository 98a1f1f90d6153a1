/**
 * Makes a checkout ready to run: installs the dependencies and builds the package, each only when
 * needed. Uses nothing but Node, since it runs before anything is installed.
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
	// Libraries are bundled, so another version of one is another package.
	'package-lock.json',
	'tsconfig.json',
	'tools/build/bundle.mjs',
];
/** Written last by an install and by a build, so that their age tells whether they are up to date. */
const INSTALLED = 'node_modules/.package-lock.json';
const BUILT = 'dist/THIRD_PARTY_LICENSES.txt';

const STEPS = {
	install: {
		title: 'Installing the dependencies (about a minute, 1 GB; only the first time)',
		// No install script of any dependency is needed, and some do not run on Node 20.
		args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
		hint: (/** @type {string} */ output) =>
			/\bEUSAGE\b/.test(output)
				? 'package.json and package-lock.json differ. Run "npm install" to bring the lock file up to date, then run the command again.'
				: 'Check that the npm registry can be reached and that 2 GB of disk are free, then run the command again.',
	},
	build: {
		title: 'Building the package',
		args: ['run', 'build'],
		hint: () => 'Correct what the compiler names above, then run the command again.',
	},
};

/** @param {string[]} [flags] `--no-build` leaves the package as it is */
export async function setUp(flags = []) {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19)) {
		throw new Error(`Node.js 20.19 or later is needed; this is ${process.versions.node}.`);
	}
	if (changedAt(INSTALLED) < changedAt('package-lock.json')) {
		// npm empties what the link leads to: another checkout would lose its dependencies.
		if (lstatSync(path.join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
			throw new Error(
				'node_modules is a link, and out of date. Remove it, then run the command again.',
			);
		}
		await npmStep(STEPS.install);
	}
	// "n8n-node dev" writes what is not bundled over what is: then some of dist is younger than its last file.
	const youngest = Math.max(...[...SOURCES, 'dist'].map(changedAt));
	if (!flags.includes('--no-build') && changedAt(BUILT) < youngest) {
		await npmStep(STEPS.build);
	}
}

/**
 * When a file, or the youngest file of a folder, was last changed; 0 when it is not there.
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
 * Runs npm and shows that it is at work. Rejects with npm's words and what to do about them.
 * @param {{ title: string, args: string[], hint: (output: string) => string, cwd?: string }} step
 */
export async function npmStep({ title, args, hint, cwd = ROOT }) {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	console.log(`… ${title}`);
	const heartbeat = setInterval(() => console.log(`  still at it, ${seconds()}`), 10_000);
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
 * @returns {Promise<string>} what it printed on its standard output
 */
export async function npm(args, cwd = ROOT) {
	// Inside `npm run` this names the npm that is running; elsewhere the one on the PATH is taken.
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
			reject(new Error(`npm ${args[0]} ended with ${code}\n${shortened(output)}`));
		});
	});
}

/**
 * Tools say what is wrong at the start or at the end of what they print.
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

/**
 * `npm run dev`: "n8n-node dev", which compiles on each change and starts n8n with the node in it.
 *
 * It shows n8n the whole checkout, by a link. n8n takes every file below whose name ends in .node.js for
 * a node and does not start when one is none, as node_modules/node-rsa/dist/index.node.js. So the link
 * is led to dist, which has all that n8n needs.
 */
import { spawn } from 'node:child_process';
import { lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = path.join(ROOT, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs');

/** Flags of "n8n-node dev": n8n is started by somebody else; where n8n has its data. */
const FLAGS = ['--external-n8n', '--custom-user-folder'];
const USER_FOLDER = path.join(homedir(), '.n8n-node-cli');

/** @param {string[]} flags */
async function dev(flags) {
	// "n8n-node dev" compiles by itself.
	await setUp(['--no-build']);
	const link = path.join(userFolder(flags), '.n8n/custom/node_modules/n8n-nodes-alipay');
	rmSync(link, { recursive: true, force: true });
	const child = spawn(process.execPath, [COMMAND, 'dev', ...flags], {
		cwd: ROOT,
		stdio: 'inherit',
	});
	// A terminal sends Ctrl-C to both; this one stays until the other has ended what it started.
	process.on('SIGINT', () => undefined);
	process.on('SIGTERM', () => child.kill());
	// n8n takes seconds until it looks there.
	const waiting = setInterval(() => {
		if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return;
		clearInterval(waiting);
		leadTo(path.join(ROOT, 'dist'), link);
	}, 20);
	child.on('close', (code) => {
		clearInterval(waiting);
		process.exitCode = code ?? 1;
	});
}

/** @param {string[]} flags `--custom-user-folder DIR`, or with = between them */
function userFolder(flags) {
	const at = flags.findIndex((flag) => flag.split('=')[0] === FLAGS[1]);
	return path.resolve(
		flags[at]?.split('=')[1] ?? (at >= 0 ? flags[at + 1] : undefined) ?? USER_FOLDER,
	);
}

/**
 * @param {string} target
 * @param {string} link is there at every moment, for it leads somewhere else
 */
function leadTo(target, link) {
	rmSync(`${link}.new`, { force: true });
	symlinkSync(target, `${link}.new`, 'junction');
	renameSync(`${link}.new`, link);
}

await dev(process.argv.slice(2)).catch((/** @type {Error} */ error) => {
	console.error(`\n✗ ${error.message}`);
	process.exitCode = 1;
});

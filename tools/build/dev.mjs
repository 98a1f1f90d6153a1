/**
 * `npm run dev`: runs "n8n-node dev", which compiles on each change and starts n8n with the node in it.
 *
 * "n8n-node dev" links the whole checkout into n8n. n8n loads every file whose name ends in .node.js as a
 * node. It does not start if one of them is not a node, such as node_modules/node-rsa/dist/index.node.js.
 * So this script points the link to dist, which contains everything that n8n needs.
 */
import { spawn } from 'node:child_process';
import { lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = path.join(ROOT, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs');

/** Flags of "n8n-node dev": n8n already runs; the folder with n8n's data. */
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
	// A terminal sends Ctrl-C to both processes. This one stays until the child has stopped its own children.
	process.on('SIGINT', () => undefined);
	process.on('SIGTERM', () => child.kill());
	// n8n reads the link only after some seconds.
	const waiting = setInterval(() => {
		if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) return;
		clearInterval(waiting);
		pointLink(path.join(ROOT, 'dist'), link);
	}, 20);
	child.on('close', (code) => {
		clearInterval(waiting);
		process.exitCode = code ?? 1;
	});
}

/** @param {string[]} flags `--custom-user-folder DIR` or `--custom-user-folder=DIR` */
function userFolder(flags) {
	const at = flags.findIndex((flag) => flag.split('=')[0] === FLAGS[1]);
	return path.resolve(
		flags[at]?.split('=')[1] ?? (at >= 0 ? flags[at + 1] : undefined) ?? USER_FOLDER,
	);
}

/**
 * @param {string} target
 * @param {string} link replaced in one step, so it always exists
 */
function pointLink(target, link) {
	rmSync(`${link}.new`, { force: true });
	symlinkSync(target, `${link}.new`, 'junction');
	renameSync(`${link}.new`, link);
}

await dev(process.argv.slice(2)).catch((/** @type {Error} */ error) => {
	console.error(`\n✗ ${error.message}`);
	process.exitCode = 1;
});

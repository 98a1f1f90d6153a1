import { spawnSync } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const SCRIPTS = fileURLToPath(new URL('../../../tools/build', import.meta.url));
const COMMAND = 'node_modules/@n8n/node-cli/bin/n8n-node.mjs';

/** Links the checkout as "n8n-node dev" does, and returns the target of the link a second later. */
const N8N_NODE = `
	import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
	const folder = process.argv.at(-1) + '/.n8n/custom/node_modules';
	mkdirSync(folder, { recursive: true });
	symlinkSync(process.cwd(), folder + '/n8n-nodes-alipay');
	setTimeout(() => {
		const seen = { flags: process.argv.slice(2), link: realpathSync(folder + '/n8n-nodes-alipay') };
		console.log(JSON.stringify(seen));
		process.exitCode = 3;
	}, 1000);
`;

let root: string;
beforeEach(() => {
	root = realpathSync(mkdtempSync(path.join(tmpdir(), 'alipay-dev-')));
	for (const name of ['dev.mjs', 'setup.mjs']) {
		cpSync(path.join(SCRIPTS, name), path.join(root, 'tools/build', name));
	}
	for (const name of ['dist', path.dirname(COMMAND)]) {
		mkdirSync(path.join(root, name), { recursive: true });
	}
	writeFileSync(path.join(root, COMMAND), N8N_NODE);
});
afterEach(() => rmSync(root, { recursive: true }));

const dev = (...flags: string[]) =>
	spawnSync(process.execPath, [path.join(root, 'tools/build/dev.mjs'), ...flags], {
		encoding: 'utf8',
	});

it('npm run dev shows n8n the compiled package without the libraries of the checkout', () => {
	const home = path.join(root, 'home');
	// An earlier run left a link to another target.
	for (const flags of [
		['--custom-user-folder', home],
		['--external-n8n', '--custom-user-folder', home],
	]) {
		const { stdout, status } = dev(...flags);
		expect(JSON.parse(stdout)).toEqual({
			flags: ['dev', ...flags],
			link: path.join(root, 'dist'),
		});
		expect(status).toBe(3);
	}
});

it('a library contains a file that n8n would load as a node', () => {
	const manifest = new URL('../../../node_modules/node-rsa/package.json', import.meta.url);
	// Otherwise tools/build/dev.mjs is no longer needed.
	expect(readFileSync(manifest, 'utf8')).toContain('dist/index.node.js');
});

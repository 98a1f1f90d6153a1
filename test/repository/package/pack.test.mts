import { execFileSync } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentFaults, PUBLISHED_FILES } from '../../../tools/checks/contents.mts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { npm_execpath } = process.env;

/** npm as it runs the tests, or the one on the PATH when they were started without npm. */
function npm(...args: string[]): string {
	const [command, first] = npm_execpath ? [process.execPath, [npm_execpath]] : ['npm', []];
	return execFileSync(command, [...first, ...args], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
}

let folder: string;
let unpacked: string;
let files: string[];

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-alipay-pack-'));
	const [tarball] = JSON.parse(npm('pack', '--json', '--pack-destination', folder)) as Array<{
		filename: string;
		files: Array<{ path: string }>;
	}>;
	files = tarball?.files.map((file) => file.path).sort() ?? [];
	execFileSync('tar', ['-xzf', path.join(folder, tarball?.filename ?? ''), '-C', folder]);
	unpacked = path.join(folder, 'package');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package that npm publishes', () => {
	it('holds what a user needs and nothing else, and requires only what n8n provides', () => {
		expect(files).toEqual(PUBLISHED_FILES);
		expect(contentFaults(unpacked)).toEqual([]);
	});

	it('is refused with a file too many, a file too few, a foreign library, and needs of its own', () => {
		const changed = path.join(folder, 'changed');
		cpSync(unpacked, changed, { recursive: true });
		writeFileSync(path.join(changed, 'dist/notes.txt'), '');
		rmSync(path.join(changed, 'LICENSE'));
		const manifest = path.join(changed, 'package.json');
		const planted = '"optionalDependencies": {}, "scripts": { "postinstall": "" }, "x": {';
		const text = readFileSync(manifest, 'utf8').replace('"scripts": {', planted);
		writeFileSync(manifest, text.replace('"*"', '"^2"'));
		const node = path.join(changed, 'dist/nodes/Alipay/Alipay.node.js');
		writeFileSync(node, `require("axios");${readFileSync(node, 'utf8')}`);
		expect(contentFaults(changed)).toEqual([
			expect.stringContaining('dist/notes.txt is packed'),
			expect.stringContaining('LICENSE is on the list and not packed'),
			expect.stringMatching(/^package\.json:\d+ has "optionalDependencies"/),
			expect.stringMatching(/^package\.json:\d+ has the script "postinstall"/),
			expect.stringMatching(/^package\.json:\d+ has other peers/),
			expect.stringContaining('Alipay.node.js:1 requires axios'),
		]);
	});

	it('asks for no run-time dependency and for n8n-workflow as its only peer', () => {
		const text = readFileSync(path.join(unpacked, 'package.json'), 'utf8');
		const manifest = JSON.parse(text) as Record<string, unknown>;
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.optionalDependencies).toBeUndefined();
		expect(manifest.bundledDependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('carries the licence of every library that is bundled into it', () => {
		const licences = readFileSync(path.join(unpacked, 'dist/THIRD_PARTY_LICENSES.txt'), 'utf8');
		expect(licences).toMatch(/^node-rsa 2\.0\.0 \(MIT\)/m);
		expect(licences).toContain('Permission is hereby granted');
	});

	it('loads in an empty folder with only n8n-workflow and luxon beside it', () => {
		const modules = path.join(unpacked, 'node_modules');
		mkdirSync(modules);
		for (const name of ['n8n-workflow', 'luxon']) {
			symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name), 'dir');
		}
		const script = `
			const { Alipay } = require('./dist/nodes/Alipay/Alipay.node.js');
			const { AlipayApi } = require('./dist/credentials/AlipayApi.credentials.js');
			console.log(new Alipay().description.name, new AlipayApi().name);
		`;
		const output = execFileSync(process.execPath, ['-e', script], {
			cwd: unpacked,
			encoding: 'utf8',
		});
		expect(output.trim()).toBe('alipay alipayApi');
		expect(readdirSync(modules).sort()).toEqual(['luxon', 'n8n-workflow']);
	});
});

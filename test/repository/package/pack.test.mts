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

/** npm as it runs the tests, or the one on the PATH when the tests were started without npm. */
function npm(args: string[], env: Record<string, string> = {}): string {
	const [command, first] = npm_execpath ? [process.execPath, [npm_execpath]] : ['npm', []];
	return execFileSync(command, [...first, ...args], {
		cwd: ROOT,
		encoding: 'utf8',
		stdio: 'pipe',
		env: { ...process.env, ...env },
	});
}

/** The options of each command on the pages that installs the packed file. */
const INSTALLS = new Set(
	['README.md', 'docs/docker.md', 'docs/zh-CN/install.md'].flatMap((page) => {
		const text = readFileSync(path.join(ROOT, page), 'utf8');
		return [...text.matchAll(/npm install --prefix \S+ (.*?) \S+\.tgz/g)].map(
			([, all]) => all ?? '',
		);
	}),
);

/** A registry that does not respond. npm must not take long to notice. */
const OFFLINE = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };

let folder: string;
let packed: string;
let unpacked: string;
let files: string[];

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-alipay-pack-'));
	const [tarball] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder])) as Array<{
		filename: string;
		files: Array<{ path: string }>;
	}>;
	files = tarball?.files.map((file) => file.path).sort() ?? [];
	packed = path.join(folder, tarball?.filename ?? '');
	execFileSync('tar', ['-xzf', packed, '-C', folder]);
	unpacked = path.join(folder, 'package');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package that npm publishes', () => {
	it('contains only what a user needs, and requires only what n8n provides', () => {
		expect(files).toEqual(PUBLISHED_FILES);
		expect(contentFaults(unpacked)).toEqual([]);
	});

	it('is refused with an extra file, a missing file, an external library, or its own dependencies', () => {
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
			expect.stringContaining('LICENSE is on the list in tools/checks/contents.mts but not packed'),
			expect.stringMatching(/^package\.json:\d+ has "optionalDependencies"/),
			expect.stringMatching(/^package\.json:\d+ has the script "postinstall"/),
			expect.stringMatching(/^package\.json:\d+: peerDependencies must be/),
			expect.stringContaining('Alipay.node.js:1 requires axios'),
		]);
	});

	it('has no run-time dependency, and n8n-workflow as its only peer dependency', () => {
		const text = readFileSync(path.join(unpacked, 'package.json'), 'utf8');
		const manifest = JSON.parse(text) as Record<string, unknown>;
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.optionalDependencies).toBeUndefined();
		expect(manifest.bundledDependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('includes the license of every library that is bundled into it', () => {
		const licenses = readFileSync(path.join(unpacked, 'dist/THIRD_PARTY_LICENSES.txt'), 'utf8');
		expect(licenses).toMatch(/^node-rsa 2\.0\.0 \(MIT\)/m);
		expect(licenses).toContain('Permission is hereby granted');
	});

	it('loads in an empty folder with only n8n-workflow and luxon installed', () => {
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

	// An image of n8n installs it at each start, and may not reach a registry.
	it.each([...INSTALLS])('installs without a network with %s', (options) => {
		const target = mkdtempSync(path.join(folder, 'nodes-'));
		const install = () =>
			npm(['install', '--prefix', target, ...options.split(' '), packed], {
				...OFFLINE,
				npm_config_cache: mkdtempSync(path.join(folder, 'cache-')),
			});
		expect(install()).toContain('added 1 package');
		expect(install()).toContain('up to date');
		const modules = readdirSync(path.join(target, 'node_modules'));
		expect(modules.filter((name) => !name.startsWith('.'))).toEqual(['n8n-nodes-alipay']);
	});
});

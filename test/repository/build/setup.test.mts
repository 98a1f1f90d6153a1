import { spawnSync } from 'node:child_process';
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SETUP = fileURLToPath(new URL('../../../tools/build/setup.mjs', import.meta.url));
const INSTALLED = 'node_modules/.package-lock.json';
const BUILT = 'dist/THIRD_PARTY_LICENSES.txt';

let root: string;
beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'alipay-setup-'));
	mkdirSync(path.join(root, 'tools/build'), { recursive: true });
	copyFileSync(SETUP, path.join(root, 'tools/build/setup.mjs'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A file that was last changed at this minute of a day. */
function file(name: string, minute: number) {
	const target = path.join(root, name);
	mkdirSync(path.dirname(target), { recursive: true });
	writeFileSync(target, '');
	utimesSync(target, minute * 60, minute * 60);
}

/** Runs the script with an npm that prints `output` and ends with `code`. */
function setUp(output = '', code = 0) {
	const npm = path.join(root, 'npm.cjs');
	writeFileSync(npm, `console.error(${JSON.stringify(output)}); process.exitCode = ${code};`);
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[path.join(root, 'tools/build/setup.mjs')],
		{
			env: { ...process.env, npm_execpath: npm },
			encoding: 'utf8',
		},
	);
	return { stdout, stderr };
}

describe('the build of a checkout', () => {
	const checkout = (lockFile: number) => {
		file('package.json', 1);
		file('package-lock.json', lockFile);
		file(INSTALLED, 9);
		file(BUILT, 5);
	};

	it('is skipped when it is newer than its sources', () => {
		checkout(4);
		expect(setUp()).toEqual({ stdout: '', stderr: '' });
	});

	it('runs again when the lock file is newer, because libraries are bundled', () => {
		checkout(6);
		expect(setUp().stdout).toContain('Building the package');
	});

	it('runs again when a part of it was overwritten, as n8n-node dev does', () => {
		checkout(4);
		file('dist/nodes/Alipay/Alipay.node.js', 6);
		expect(setUp().stdout).toContain('Building the package');
	});
});

it('an install over a linked node_modules is refused, because npm would empty the target of the link', () => {
	file('package-lock.json', 1);
	mkdirSync(path.join(root, 'elsewhere'));
	symlinkSync('elsewhere', path.join(root, 'node_modules'));
	expect(setUp().stderr).toContain('node_modules is a link');
});

describe('an install that fails', () => {
	beforeEach(() => file('package-lock.json', 1));

	it('names the files that differ', () => {
		const { stderr } = setUp('npm error code EUSAGE', 1);
		expect(stderr).toContain('package.json and package-lock.json differ. Run "npm install"');
		expect(stderr).not.toContain('registry');
	});

	it('points to the registry and the disk otherwise', () => {
		const { stderr } = setUp('npm error code ENOTFOUND', 1);
		expect(stderr).toMatch(/can reach the npm registry and has 2 GB/);
		expect(stderr).not.toContain('differ');
	});
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installN8n, NEWEST, OLDEST, requireDisk } from '../../tools/sandbox/install.mts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'alipay-n8n-'));
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
	rmSync(root, { recursive: true });
});

/** An npm that fails at this command with this output, and does nothing otherwise. */
function npmFails(command: string, words: string) {
	const npm = path.join(root, 'npm.cjs');
	const fail = `{ console.error(${JSON.stringify(words)}); process.exitCode = 1; }`;
	writeFileSync(npm, `if (process.argv[2] === '${command}') ${fail}`);
	vi.stubEnv('npm_execpath', npm);
}

describe('the installation of n8n', () => {
	it('reports a full disk, and that nothing is lost', async () => {
		npmFails('install', 'npm error ENOSPC: no space left on device, write');
		await expect(installN8n(NEWEST, root)).rejects.toThrow(/ENOSPC.*Free 5 GB.*continues where/s);
	});

	it('points to the registry when it cannot be reached', async () => {
		npmFails('install', 'npm error code ENOTFOUND');
		await expect(installN8n(NEWEST, root)).rejects.toThrow(
			/ENOTFOUND.*can reach the npm registry/s,
		);
	});

	it('names the compiler that n8n’s database driver needs', async () => {
		npmFails('rebuild', 'gyp ERR! find Python You need to install the latest version of Python.');
		await expect(installN8n(NEWEST, root)).rejects.toThrow(
			/find Python.*apt install python3 make g\+\+.*xcode-select --install/s,
		);
	});

	it('checks the disk space before it downloads anything', () => {
		expect(() => requireDisk(root, 0)).not.toThrow();
		expect(() => requireDisk(root, 1e18)).toThrow(
			/n8n needs 1000000000\.0 GB of disk space in .*\. Only [\d.]+ GB are free\. Free some/,
		);
	});

	it('replaces a package of n8n 1 that is missing from the registry', async () => {
		npmFails('install', 'stop here');
		await installN8n(OLDEST, root).catch(() => undefined);
		const manifest = JSON.parse(readFileSync(path.join(root, OLDEST, 'package.json'), 'utf8'));
		expect(manifest).toMatchObject({
			dependencies: { n8n: OLDEST },
			overrides: { xlsx: '0.18.5' },
		});
		expect(existsSync(path.join(root, OLDEST, 'installed.json'))).toBe(false);
	});
});

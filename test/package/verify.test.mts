import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { copyCheckout } from '../support/copy.mts';
import type { Copy } from '../support/copy.mts';

const NODE = 'nodes/Alipay/Alipay.node.ts';

let copy: Copy;
beforeAll(() => {
	copy = copyCheckout();
	copy.run('git', 'init', '--quiet');
}, 60_000);
afterAll(() => copy?.remove());

/** What `npm run verify` prints in the copy, and whether it passed. */
function verify(...checks: string[]): { passed: boolean; said: string } {
	try {
		return { passed: true, said: copy.run('npm', 'run', '--silent', 'verify', '--', ...checks) };
	} catch (error) {
		return { passed: false, said: (error as Error).message };
	}
}

/** Changes a file of the copy for one test. */
function plant(file: string, change: (text: string) => string): void {
	const place = path.join(copy.folder, file);
	const text = readFileSync(place, 'utf8');
	writeFileSync(place, change(text));
	planted.push(() => writeFileSync(place, text));
}
const planted: Array<() => void> = [];
beforeEach(() => () => {
	for (const takeOut of planted.splice(0)) takeOut();
});

describe('npm run verify', { timeout: 300_000 }, () => {
	it('passes the project as it is, each check named', () => {
		const { passed, said } = verify();
		expect(said).not.toContain('✗');
		expect(said.match(/^✓ (lint|source|tarball|contents|secrets): /gm)).toHaveLength(5);
		expect(passed).toBe(true);
	});

	it.each([
		['', "const mode = process.env.ALIPAY_MODE ?? 'none';"],
		['/* eslint-disable */\n', "const mode = process.env.ALIPAY_MODE ?? 'none';"],
	])('refuses process.env in a node, %jwhatever a comment says to lint', (comment, line) => {
		plant(NODE, (text) => `${comment}${text}\n${line}\nvoid mode;\n`);
		const { passed, said } = verify('source');
		expect(passed).toBe(false);
		expect(said).toContain('✗ source');
		expect(said).toMatch(/Alipay\.node\.ts[\s\S]*process[\s\S]*no-restricted-globals/);
	});

	it('refuses process.env in a file of the protocol, which is shipped, too', () => {
		plant('alipay/clock.ts', (text) => `${text}\nexport const zone = process.env.TZ;\n`);
		expect(verify('source').said).toMatch(/clock\.ts[\s\S]*no-restricted-globals/);
	});

	it('refuses a run-time dependency', () => {
		plant('package.json', (text) =>
			text.replace(
				'"devDependencies"',
				'"dependencies": { "left-pad": "1.3.0" },\n  "devDependencies"',
			),
		);
		const { passed, said } = verify('source', 'tarball');
		expect(passed).toBe(false);
		expect(said).toContain('✗ source');
		expect(said).toContain('✗ tarball');
		expect(said).toContain('no-runtime-dependencies');
	});

	it('refuses a packed file that is not on the list', () => {
		plant('package.json', (text) => text.replace('"dist"', '"dist",\n    "tsconfig.json"'));
		expect(verify('contents').said).toContain('tsconfig.json is packed and not on the list');
	});

	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const bare = (type: 'pkcs1' | 'pkcs8') =>
		privateKey.export({ type, format: 'der' }).toString('base64');
	it.each([
		['in PEM', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))],
		['as Alipay’s key tool prints it (PKCS#8)', bare('pkcs8')],
		['as Alipay’s key tool prints it (PKCS#1)', bare('pkcs1')],
	])('refuses a private key %s, names its place and does not show it', (_form, key) => {
		plant('docs/simulator.md', (text) => `${text}\n${key}\n`);
		const { passed, said } = verify('secrets');
		expect(passed).toBe(false);
		expect(said).toMatch(/docs\/simulator\.md:\d+ /);
		for (const line of key.split('\n').filter((part) => part.length > 40)) {
			expect(said.includes(line.slice(0, 60))).toBe(false);
		}
	});

	it('names a check that there is not', () => {
		expect(verify('secret').said).toContain('There is no check "secret"');
	});
});

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arrowFaults, workflowFaults } from '../../../tools/checks/programs.mts';
import { proseFaults } from '../../../tools/checks/prose/index.mts';
import { scanFaults } from '../../../tools/checks/scanner.mts';
import { secretFaults } from '../../../tools/checks/secrets.mts';
import { copyCheckout } from '../../support/copy.mts';
import type { Copy } from '../../support/copy.mts';

const NODE = 'nodes/Alipay/Alipay.node.ts';

let copy: Copy;
beforeAll(() => {
	copy = copyCheckout();
	copy.run('git', 'init', '--quiet');
}, 60_000);
afterAll(() => copy?.remove());

/** The output of `npm run verify` in the copy, and whether it passed. */
function verify(...checks: string[]): { passed: boolean; said: string } {
	try {
		return { passed: true, said: copy.run('npm', 'run', '--silent', 'verify', '--', ...checks) };
	} catch (error) {
		return { passed: false, said: (error as Error).message };
	}
}

/** Changes a file of the copy for one test. The file keeps its time, so nothing is built again. */
function plant(file: string, change: (text: string) => string): void {
	const place = path.join(copy.folder, file);
	const text = readFileSync(place, 'utf8');
	const { atime, mtime } = statSync(place);
	const write = (content: string) => {
		writeFileSync(place, content);
		utimesSync(place, atime, mtime);
	};
	write(change(text));
	planted.push(() => write(text));
}
const planted: Array<() => void> = [];
beforeEach(() => () => {
	for (const takeOut of planted.splice(0)) takeOut();
});

describe('npm run verify', { timeout: 300_000 }, () => {
	it.each([
		['', "const mode = process.env.ALIPAY_MODE ?? 'none';"],
		['/* eslint-disable */\n', "const mode = process.env.ALIPAY_MODE ?? 'none';"],
	])('refuses process.env in a node, even after the comment %j', (comment, line) => {
		plant(NODE, (text) => `${comment}${text}\n${line}\nvoid mode;\n`);
		const { passed, said } = verify('source');
		expect(passed).toBe(false);
		expect(said).toContain('✗ source');
		expect(said).toMatch(
			/nodes\/Alipay\/Alipay\.node\.ts:\d+ @n8n\/community-nodes\/no-restricted-globals: .*'process'/,
		);
		expect(said).toContain('Fix the findings above. Then run: npm run verify -- source');
	});

	it('refuses process.env in a protocol file, because it is also shipped', async () => {
		plant('alipay/text/clock.ts', (text) => `${text}\nexport const zone = process.env.TZ;\n`);
		expect(await scanFaults(copy.folder, 'source')).toContainEqual(
			expect.stringMatching(/alipay\/text\/clock\.ts:\d+ .*no-restricted-globals/),
		);
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
		expect(verify('contents').said).toContain('tsconfig.json is packed but not on the list');
	});

	it('refuses a private key, and names its place without showing it', () => {
		const key = privateKey(2048, 'pkcs8');
		plant('docs/simulator.md', (text) => `${text}\n${key.pem}\n`);
		plant('examples/README.md', (text) => `<!-- secretlint-disable -->\n${text}\n${key.base64}\n`);
		const { passed, said } = verify('secrets');
		expect(passed).toBe(false);
		expect(said).toMatch(/docs\/simulator\.md:\d+ looks like a secret \(privatekey\)/);
		expect(said).toMatch(
			/examples\/README\.md:\d+ looks like a secret \(rsa-private-key-in-base64\)/,
		);
		expect(key.base64.match(/.{24}/g)?.find((piece) => said.includes(piece))).toBeUndefined();
	});

	it('refuses imports against the allowed direction', async () => {
		const imports = {
			'alipay/text/clock.ts': 'n8n-workflow',
			'credentials/AlipayApi.credentials.ts': '../nodes/shared/errors',
			'nodes/Alipay/Alipay.node.ts': '../AlipayTrigger/AlipayTrigger.node',
			'nodes/shared/run.ts': '../../alipay/application/keys',
			'nodes/shared/errors.ts': '../../tools/simulator/scenarios.mts',
			'tools/simulator/store.mts': '../../alipay/application/app.ts',
			'tools/demo/main.mts': '../../test/support/numbers.mts',
			'tools/demo/report.mts': 'acorn',
			'tools/simulator/beijing.mts': './main.mts',
		};
		for (const [file, target] of Object.entries(imports)) {
			plant(file, (text) => `${text}\nimport '${target}';\n`);
		}
		const faults = await arrowFaults(copy.folder);
		const refused = faults.map((fault) => fault.replace(/ → .*/s, ''));
		for (const file of Object.keys(imports)) {
			expect(refused).toContainEqual(expect.stringContaining(`: ${file}`));
		}
		expect(refused).toContain('no-keys-in-nodes: nodes/shared/run.ts');
		expect(refused).toContain('not-in-package-json: tools/demo/report.mts');
		expect(faults.join()).toContain('no-circle: ');
	});

	it('refuses words that the glossary does not allow, wherever people read them', () => {
		const planted: Array<[file: string, change: (text: string) => string, words: string]> = [
			['docs/trigger.md', (text) => `${text}\nThe item\nis put out once.\n`, 'is put out'],
			['README.md', (text) => `${text}\n| Key | Copy it anew. |\n`, 'anew'],
			['alipay/text/clock.ts', (text) => `${text}\n// It is\n// asked anew.\n`, 'anew'],
			[
				'nodes/shared/run.ts',
				(text) => `${text}\nexport const W = 'It ' + 'is no object';`,
				'is no',
			],
			['credentials/requestParams.ts', (text) => `${text}\nconst faultyRows = [];`, 'faulty'],
			['test/unit/clock.test.mts', (text) => `${text}\nit('is put out', () => {});`, 'is put out'],
			[
				'examples/00-query-rows.json',
				(text) => text.replace('"content": "', '$&Asked for. '),
				'Asked for',
			],
			['.github/workflows/ci.yml', (text) => `${text}\n# It holds a key.\n`, 'holds'],
		];
		for (const [file, change] of planted) plant(file, change);
		const found = proseFaults(
			copy.folder,
			planted.map(([file]) => file),
		);
		for (const [file, , words] of planted) {
			expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${file}:\\d+ "${words}"`)));
		}
		expect(verify('prose').said).toContain('✗ prose');
	});

	it('refuses a GitHub workflow that GitHub would refuse', async () => {
		plant('.github/workflows/ci.yml', (text) => text.replace('contents: read', 'contents: red'));
		expect(await workflowFaults(copy.folder)).toEqual([
			expect.stringMatching(/ci\.yml:\d+ permissions: "red" is invalid/),
		]);
	});

	it('lists the checks when it does not know the requested one', () => {
		expect(verify('secret').said).toContain(
			'"secret" is not a check. Use lint, typed-lint, prose, arrows, workflows, source, tarball, contents, secrets.',
		);
	});
});

describe('the search for secrets', () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(path.join(tmpdir(), 'alipay-secrets-'));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	const faultsIn = async (content: string | Buffer) => {
		writeFileSync(path.join(folder, 'file'), content);
		return await secretFaults(folder, ['file']);
	};

	describe.each([1024, 2048, 3072, 4096])('finds a key of %i bits', { timeout: 60_000 }, (bits) => {
		it.each(['pkcs1', 'pkcs8'] as const)('in %s, in any spelling', async (type) => {
			const { base64 } = privateKey(bits, type);
			const forms = {
				'in one line': base64,
				'in lines': base64.replace(/.{64}/g, '$&\n'),
				'in JSON that escapes slashes': base64.replaceAll('/', '\\/'),
				'in an address': encodeURIComponent(base64),
				'after a comment that turns rules off': `// secretlint-disable\n${base64}`,
				'in UTF-16': Buffer.from(base64, 'utf16le'),
				'in a picture': Buffer.concat([Buffer.from([0x89, 0x50, 0, 0xff]), Buffer.from(base64)]),
			};
			const missed: string[] = [];
			for (const [form, content] of Object.entries(forms)) {
				if ((await faultsIn(content)).length === 0) missed.push(form);
			}
			expect(missed).toEqual([]);
		});
	});

	it('accepts placeholders and public keys', async () => {
		const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const harmless = [
			'MIIEvQIBADANBgkqhkiG9w0B…',
			'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC...',
			'-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA…\n-----END RSA PRIVATE KEY-----',
			...(['spki', 'pkcs1'] as const).flatMap((type) => [
				publicKey.export({ type, format: 'pem' }),
				publicKey.export({ type, format: 'der' }).toString('base64'),
			]),
		];
		expect(await faultsIn(harmless.join('\n'))).toEqual([]);
	});
});

/** A fresh key, because the repository contains none. */
function privateKey(modulusLength: number, type: 'pkcs1' | 'pkcs8') {
	const key = generateKeyPairSync('rsa', { modulusLength }).privateKey;
	return {
		pem: key.export({ type, format: 'pem' }).toString(),
		base64: key.export({ type, format: 'der' }).toString('base64'),
	};
}

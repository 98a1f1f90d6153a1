import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { SimulatorCertificateCredential } from '../../tools/simulator/gateway.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { runTsx } from '../support/tsx.mts';

async function startAndStop(folder: string): Promise<SimulatorCertificateCredential> {
	const own = await startSimulator({ keysFolder: folder });
	await own.close();
	return own.credentials.certificate;
}

describe('the keys', () => {
	it('are created once, readable only by their owner, and reused', async () => {
		const folder = join(temporaryFolder('keys'), 'keys');
		const first = await startAndStop(folder);
		const second = await startAndStop(folder);
		expect({ ...second, gatewayUrl: '' }).toEqual({ ...first, gatewayUrl: '' });
		expect(first.privateKey).toMatch(/^MII[A-Za-z0-9+/=]+$/);
		expect(first.alipayPublicKey).toMatch(/^MII[A-Za-z0-9+/=]+$/);
		expect(statSync(folder).mode & 0o777).toBe(0o700);
		expect(readdirSync(folder).sort()).toEqual([
			'alipay.private.pem',
			'alipayCertPublicKey_RSA2.crt',
			'alipayRootCert.crt',
			'appCertPublicKey_2021000000000002.crt',
			'application.private.pem',
			'ecdsa-root.pem',
			'encrypt.key',
			'intermediate.private.pem',
			'root.private.pem',
		]);
		for (const file of readdirSync(folder))
			expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
	});

	it('are reported as damaged with the file to delete', async () => {
		const folder = join(temporaryFolder('keys'), 'keys');
		await startAndStop(folder);
		const file = join(folder, 'alipay.private.pem');
		writeFileSync(file, '-----BEGIN PRIVATE KEY-----\nMIIE');
		const start = startSimulator({ keysFolder: folder });
		await expect(start).rejects.toThrow(`${file} is damaged`);
		await expect(startSimulator({ keysFolder: folder })).rejects.toThrow(
			`Delete the folder ${folder}`,
		);
	});

	it('are the same for processes that start at the same time', async () => {
		const folder = join(temporaryFolder('keys'), 'keys');
		const code = `import(${JSON.stringify(new URL('../../tools/simulator/keys.mts', import.meta.url).href)})
			.then((keys) => process.stdout.write(keys.bareKey(keys.loadKeys(${JSON.stringify(folder)}).alipay.publicKey)))`;
		const runs = await Promise.all([1, 2, 3].map(async () => await runTsx(['-e', code])));
		expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
		expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
		expect(runs[0]?.stdout).toMatch(/^MII/);
		expect(readdirSync(folder)).toHaveLength(2);
	});
});

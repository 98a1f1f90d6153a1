import { spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CUES, OPEN_CUES } from '../../simulator/cues.mts';
import { startSimulator } from '../../simulator/gateway.mts';
import type { Simulator, SimulatorCertificateCredential } from '../../simulator/gateway.mts';
import { tempKeysFolder } from './client.mts';

const keysFolder = tempKeysFolder();
let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({ keysFolder });
});
afterAll(async () => {
	await simulator.close();
});

async function startAndStop(folder: string): Promise<SimulatorCertificateCredential> {
	const own = await startSimulator({ keysFolder: folder });
	await own.close();
	return own.credentials.certificate;
}

describe('the keys', () => {
	it('are made once, for their owner alone, and used again', async () => {
		const folder = tempKeysFolder();
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

	it('name a damaged file and what to delete', async () => {
		const folder = tempKeysFolder();
		await startAndStop(folder);
		const file = join(folder, 'alipay.private.pem');
		writeFileSync(file, '-----BEGIN PRIVATE KEY-----\nMIIE');
		const start = startSimulator({ keysFolder: folder });
		await expect(start).rejects.toThrow(`${file} is damaged`);
		await expect(startSimulator({ keysFolder: folder })).rejects.toThrow(
			`Delete the folder ${folder}`,
		);
	});

	it('are the same for processes that start at once', async () => {
		const folder = tempKeysFolder();
		const code = `import(${JSON.stringify(new URL('../../simulator/keys.mts', import.meta.url).href)})
			.then((keys) => process.stdout.write(keys.bareKey(keys.loadKeys(${JSON.stringify(folder)}).alipay.publicKey)))`;
		const runs = await Promise.all([1, 2, 3].map(() => runTsx(['-e', code])));
		expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
		expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1);
		expect(runs[0]?.stdout).toMatch(/^MII/);
		expect(readdirSync(folder)).toHaveLength(2);
	});
});

interface Run {
	exitCode: number | null;
	stdout: string;
	stderr: string;
}

/** Runs tsx from the project's root; sends SIGTERM when `stopAt` shows up in its output. */
function runTsx(args: string[], stopAt?: string): Promise<Run> {
	const child = spawn(process.execPath, ['node_modules/tsx/dist/cli.mjs', ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const run: Run = { exitCode: null, stdout: '', stderr: '' };
	child.stdout.on('data', (chunk: Buffer) => {
		run.stdout += chunk.toString();
		if (stopAt !== undefined && run.stdout.includes(stopAt)) child.kill('SIGTERM');
	});
	child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
	return new Promise((resolve) => child.on('close', (exitCode) => resolve({ ...run, exitCode })));
}

describe('the command', () => {
	const main = 'simulator/main.mts';

	it.each([
		[['--frobnicate'], 'frobnicate'],
		[['--port', 'abc'], '--port must be a whole number from 0 to 65535, not "abc"'],
		[['--port', '70000'], '--port must be a whole number from 0 to 65535, not "70000"'],
		[['--', '--latency', '1.5'], '--latency must be a whole number from 0 to 600000, not "1.5"'],
		[['--fault-rate', '1.1'], '--fault-rate must be a number from 0 to 1, not "1.1"'],
		[['--timestamp-window', '0'], '--timestamp-window must be a whole number from 1'],
		[['--faults', 'reset,flood'], '--faults must name reset, '],
		[['--call-limit', '-1'], '--call-limit'],
		[['--latency'], '--latency'],
		[['stray'], 'stray'],
	])('refuses %j with usage and exit code 2', async (args, complaint) => {
		const run = await runTsx([main, ...args]);
		expect(run.stderr).toContain(complaint);
		expect(run.stderr).toContain('Usage: ');
		expect(run.stderr).not.toMatch(/^\s+at /m);
		expect(run.exitCode).toBe(2);
		expect(run.stdout).toBe('');
	});

	it('lists its flags and every cue under --help', async () => {
		const run = await runTsx([main, '--', '--help']);
		expect(run.exitCode).toBe(0);
		for (const word of [
			'--port',
			'--latency',
			'--faults',
			'--call-limit',
			'--tls',
			'tampered',
			...Object.keys({ ...CUES, ...OPEN_CUES }),
		])
			expect(run.stdout).toContain(word);
	});

	it('names a taken port and the way out, without a stack trace', async () => {
		const port = new URL(simulator.url).port;
		const run = await runTsx([main, '--', '--port', port]);
		expect(run.stderr).toContain(`Port ${port} is taken`);
		expect(run.stderr).toContain('--port 0');
		expect(run.stderr).not.toMatch(/^\s+at /m);
		expect(run.exitCode).toBe(1);
	});

	it('with --tls names the certificate that a client must trust', async () => {
		const args = ['--tls', '--faults', 'slow,hang', '--signed-ahead', '10', '--call-limit', '5'];
		const run = await runTsx([main, '--', ...args], 'Ctrl-C stops it');
		expect(run.stdout).toMatch(/start n8n with NODE_EXTRA_CA_CERTS=\S+tls\.crt$/m);
		expect(run.stdout).toContain('Gateway URL: https://127.0.0.1:');
		expect(run.exitCode).toBe(0);
	});

	it('prints what to paste, and stops cleanly on SIGTERM', async () => {
		const run = await runTsx([main, '--', '--port', '0', '--quiet'], 'Ctrl-C stops it');
		for (const label of [
			'Environment: Custom',
			'Gateway URL: http://127.0.0.1:',
			'App ID: 2021000000000001',
			'Private Key: MII',
			'Alipay Public Key: MII',
			'Sign Type: RSA2',
			'Certificate mode: App ID 2021000000000002',
			'simulator/.keys/{appCertPublicKey_2021000000000002.crt,',
			'Encrypt Key',
		])
			expect(run.stdout).toContain(label);
		expect(run.stderr).toBe('');
		expect(run.exitCode).toBe(0);
	});
});

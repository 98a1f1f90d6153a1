import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SCENARIO_PATTERNS } from '../../tools/simulator/scenarioPatterns.mts';
import { SCENARIOS } from '../../tools/simulator/scenarios.mts';
import { runTsx } from '../support/tsx.mts';

describe('the command', () => {
	const main = 'tools/simulator/main.mts';

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

	it('lists its flags and every scenario under --help', async () => {
		const run = await runTsx([main, '--', '--help']);
		expect(run.exitCode).toBe(0);
		for (const word of [
			'--port',
			'--latency',
			'--faults',
			'--call-limit',
			'--tls',
			'tampered',
			...Object.keys({ ...SCENARIOS, ...SCENARIO_PATTERNS }),
		])
			expect(run.stdout).toContain(word);
	});

	it('names a taken port and the way out, without a stack trace', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		onTestFinished(() => void server.close());
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		const run = await runTsx([main, '--', '--port', String(port)]);
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

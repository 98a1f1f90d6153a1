import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import { SCENARIO_PATTERNS } from '../../tools/simulator/scenarioPatterns.mts';
import { SCENARIOS } from '../../tools/simulator/scenarios.mts';
import { runTsx } from '../support/tsx.mts';

describe('the command', () => {
	const main = 'tools/simulator/main.mts';

	it.each([
		[['--frobnicate'], 'frobnicate'],
		[['--port', 'abc'], '--port: "abc" is not valid. Use a whole number from 0 to 65535'],
		[['--port', '70000'], '--port: "70000" is not valid. Use a whole number from 0 to 65535'],
		[
			['--', '--latency', '1.5'],
			'--latency: "1.5" is not valid. Use a whole number from 0 to 600000',
		],
		[['--fault-rate', '1.1'], '--fault-rate: "1.1" is not valid. Use a number from 0 to 1'],
		[
			['--timestamp-window', '0'],
			'--timestamp-window: "0" is not valid. Use a whole number from 1',
		],
		[['--faults', 'reset,flood'], '--faults: "flood" is not a fault. Use one or more of reset, '],
		[
			['--without', 'alipay.trade.query,x'],
			'--without: "x" is not a method of the simulator. Use one or more of alipay.',
		],
		[['--call-limit', '-1'], '--call-limit'],
		[['--latency'], '--latency'],
		[['--notify-url', 'nowhere'], '--notify-url: "nowhere" is not an http address'],
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
			'--without',
			'--notify-url',
			'notify WHAT',
			'--tls',
			'tampered',
			...Object.keys({ ...SCENARIOS, ...SCENARIO_PATTERNS }),
		])
			expect(run.stdout).toContain(word);
	});

	it('names a port in use and the solution, without a stack trace', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		onTestFinished(() => void server.close());
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		const run = await runTsx([main, '--', '--port', String(port)]);
		expect(run.stderr).toContain(`Another program uses port ${port}`);
		expect(run.stderr).toContain('--port 0');
		expect(run.stderr).not.toMatch(/^\s+at /m);
		expect(run.exitCode).toBe(1);
	});

	it('names the certificate that a client must trust with --tls', async () => {
		const args = ['--tls', '--faults', 'slow,hang', '--signed-ahead', '10', '--call-limit', '5'];
		args.push('--without', 'alipay.trade.query,alipay.fund.trans.common.query');
		const run = await runTsx([main, '--', ...args], 'To stop, press Ctrl-C');
		expect(run.stdout).toMatch(/start n8n with NODE_EXTRA_CA_CERTS=\S+tls\.crt$/m);
		expect(run.stdout).toContain('Gateway URL: https://127.0.0.1:');
		expect(run.exitCode).toBe(0);
	});

	it.each([
		[['settle', 'CLOSED', '1', '2'], '--at must be the address of a simulator'],
		[['settle', 'CLOSED', '1', '--at', 'http://127.0.0.1:1'], 'needs auth_no and operation_id'],
		[['settle', 'CLOSED', '1', '2', '--at', 'http://127.0.0.1:1'], 'No simulator is running at'],
		[
			['notify', 'nothing', '1', '2', '--at', 'http://127.0.0.1:1'],
			'notify: "nothing" is not valid. Use one of genuine, replay',
		],
		[['notify', 'sha1', '1', '--method', 'x'], '--method must be one of alipay.'],
	])('refuses the order %j in one line, with the right syntax', async (args, complaint) => {
		const run = await runTsx([main, '--', ...args]);
		expect(run.stderr).toContain(complaint);
		expect(run.stderr).toContain('npm run simulator -- settle STATUS');
		expect(run.exitCode).toBe(2);
	});

	it('carries out an order in a running simulator', async () => {
		const simulator = await startSimulator();
		onTestFinished(async () => await simulator.close());
		const { auth_no, operation_id } = SAMPLES.initial;
		const order = ['settle', 'CLOSED', auth_no, operation_id, '--at', simulator.url];
		const run = await runTsx([main, '--', ...order]);
		expect(run).toMatchObject({ stdout: expect.stringContaining('is now CLOSED'), exitCode: 0 });
		expect(() => simulator.settle(SAMPLES.initial, 'SUCCESS')).toThrow(
			/has the status CLOSED, which is final/,
		);
	});

	it('also finds a record by the numbers of the merchant', async () => {
		const simulator = await startSimulator();
		onTestFinished(async () => await simulator.close());
		const { out_order_no, out_request_no } = SAMPLES.initial;
		const order = ['settle', 'CLOSED', out_order_no, out_request_no, '--at', simulator.url];
		const run = await runTsx([main, '--', ...order]);
		expect(run).toMatchObject({ stdout: expect.stringContaining('is now CLOSED'), exitCode: 0 });
	});

	it('prints the values to paste, and stops cleanly on SIGTERM', async () => {
		const run = await runTsx([main, '--', '--port', '0', '--quiet'], 'To stop, press Ctrl-C');
		for (const label of [
			'Environment: Custom',
			'Gateway URL: http://127.0.0.1:',
			'App ID: 2021000000000001',
			'Private Key: MII',
			'Alipay Public Key: MII',
			'More Settings > Sign Type: RSA2',
			'More Settings > Allowed Domains: 127.0.0.1',
			'Certificate mode: App ID 2021000000000002',
			'simulator/.keys/{appCertPublicKey_2021000000000002.crt,',
			'Encrypt Key',
		])
			expect(run.stdout).toContain(label);
		expect(run.stderr).toBe('');
		expect(run.exitCode).toBe(0);
	});

	it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
		'ends when only npm receives %s',
		async (signal) => {
			const npm = spawn('npm', ['run', '-s', 'simulator', '--', '--port', '0']);
			const [welcome] = (await once(npm.stdout, 'data')) as [Buffer];
			const [url = ''] = /http:\S+/.exec(welcome.toString()) ?? [];
			expect((await fetch(url)).status).toBeGreaterThan(0);
			npm.kill(signal);
			await expect
				.poll(async () => await fetch(url).then(() => 'responds', String), { timeout: 10_000 })
				.toContain('fetch failed');
		},
	);
});

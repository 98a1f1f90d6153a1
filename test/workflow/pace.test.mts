import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { beijingMs } from '../../tools/simulator/beijing.mts';
import {
	alipayPair,
	generatedNumbers,
	METHOD,
	RECORDS,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { callItems } from './call.mts';
import { queryItems, simulate } from './query.mts';

const ROWS = RECORDS.map(alipayPair);
/** Timers can fire a little early. */
const SLACK_MS = 5;

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

describe('retries', () => {
	const options = { includeGatewayDetails: true };

	it('output an item with attempts 3 after two failures, and sign each attempt again', async () => {
		// A timestamp counts in seconds, so the test advances the clock between the attempts.
		const realNow = Date.now;
		let ahead = 0;
		const clock = vi.spyOn(Date, 'now').mockImplementation(() => realNow() + ahead);
		onTestFinished(() => clock.mockRestore());
		const flaky = await simulate({ onRequest: () => (ahead += 2_000) });
		const { good } = await queryItems(flaky, [scenarioByMerchant('SIM-FLAKY')], {
			parameters: { options },
		});
		expect(good).toMatchObject([{ status: 'SUCCESS', gateway: { attempts: 3 } }]);
		expect(flaky.totalRequests).toBe(3);
		expect(new Set(flaky.requests.map(({ params }) => params.timestamp)).size).toBe(3);
		expect(new Set(flaky.requests.map(({ params }) => params.sign)).size).toBe(3);
	});

	it.each([
		['send one request with Max Tries 1', 'SIM-SYSTEM-ERROR', 1, 1],
		['send two requests with Max Tries 2', 'SIM-SYSTEM-ERROR', 2, 2],
		['follow a broken connection', 'SIM-RESET', 2, 2],
		['follow a truncated response', 'SIM-TRUNCATED', 2, 2],
		['follow HTTP 502', 'SIM-HTTP-502', 2, 2],
		['do not follow a rate limit with Max Tries 1', 'SIM-CALL-LIMITED', 1, 1],
		['do not follow a refusal', 'SIM-ACCESS-FORBIDDEN', 3, 1],
		['do not follow "not found"', 'SIM-AUTH-ORDER-NOT-EXIST', 3, 1],
		['do not follow a forged response', 'SIM-TAMPERED', 3, 1],
	])('%s', async (_name, scenario, maxTries, attempts) => {
		const before = simulator.totalRequests;
		const { failed } = await queryItems(simulator, [scenarioByMerchant(scenario)], {
			parameters: { options: { ...options, maxTries } },
			onError: 'continueErrorOutput',
		});
		expect(failed).toMatchObject([{ details: { attempts } }]);
		expect(simulator.totalRequests - before).toBe(attempts);
	});
});

describe('without Concurrency', () => {
	/**
	 * A gateway so slow that the speed of this machine does not matter, and its highest number of
	 * simultaneous requests.
	 */
	async function slowGateway() {
		let most = 0;
		const gateway: Simulator = await simulate({
			latencyMs: 300,
			onRequest: () => (most = Math.max(most, gateway.inProgress)),
		});
		return { gateway, most: () => most };
	}
	const rows = Array.from({ length: 150 }, (_, index) => alipayPair(generatedNumbers(index + 1)));

	it('a run that is alone widens beyond 10 simultaneous requests, up to 40, and keeps the order', async () => {
		// Imitates a machine that is ten times as fast, so other work on this one cannot keep the
		// run from widening.
		const realNow = performance.now.bind(performance);
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => realNow() / 10);
		onTestFinished(() => clock.mockRestore());
		const { gateway, most } = await slowGateway();
		const { good } = await queryItems(gateway, rows);
		expect(good.map(({ operation_id }) => operation_id)).toEqual(
			rows.map(({ operation_id }) => operation_id),
		);
		expect(most()).toBeGreaterThan(10);
		expect(most()).toBeLessThanOrEqual(40);
	});

	it('a run next to another has 10 simultaneous requests', async () => {
		const [{ gateway, most }, other] = await Promise.all([slowGateway(), slowGateway()]);
		const longer = queryItems(other.gateway, rows);
		await queryItems(gateway, rows.slice(0, 60));
		expect(most()).toBe(10);
		await longer;
	});

	it('Any API has 10 simultaneous requests', async () => {
		const { gateway, most } = await slowGateway();
		const bizContent = '={{ { auth_no: $json.auth_no, operation_id: $json.operation_id } }}';
		const { good } = await callItems(gateway, METHOD, bizContent, { items: rows });
		expect(good).toHaveLength(rows.length);
		expect(most()).toBe(10);
	});
});

describe('pace', () => {
	it.each([1, 4])(
		'Concurrency %i limits the number of simultaneous requests',
		async (concurrency) => {
			const latencyMs = 200;
			const slow = await simulate({ latencyMs });
			const { good } = await queryItems(slow, ROWS.slice(0, concurrency * 4), {
				parameters: { options: { concurrency } },
			});
			expect(good).toHaveLength(concurrency * 4);
			const at = slow.requests.map(({ receivedAt }) => receivedAt);
			const gaps = at.slice(concurrency).map((time, index) => time - (at[index] ?? NaN));
			expect(Math.min(...gaps)).toBeGreaterThanOrEqual(latencyMs - SLACK_MS);
			// And they run at the same time: one after the other would take four times as long.
			const together = at.slice(0, concurrency);
			expect(Math.max(...together) - Math.min(...together)).toBeLessThan(latencyMs);
		},
	);

	it('Requests per Second spaces the requests of a run evenly', async () => {
		const from = simulator.requests.length;
		const parameters = { options: { requestsPerSecond: 20, concurrency: 10 } };
		await queryItems(simulator, ROWS.slice(0, 11), { parameters });
		const at = simulator.requests.slice(from).map(({ receivedAt }) => receivedAt);
		expect(at).toHaveLength(11);
		const elapsed = (at.at(-1) ?? 0) - (at[0] ?? 0);
		// The first request arrives late because the process is still cold.
		expect(elapsed).toBeGreaterThanOrEqual(300);
		expect(elapsed).toBeLessThan(1500);
	});

	it('a request that waited for its turn carries the time at which it was sent', async () => {
		const from = simulator.requests.length;
		await queryItems(simulator, ROWS.slice(0, 4), {
			parameters: { options: { requestsPerSecond: 1 } },
		});
		const ages = simulator.requests
			.slice(from)
			.map(({ receivedAt, params }) => receivedAt - (beijingMs(params.timestamp ?? '') ?? NaN));
		expect(ages).toHaveLength(4);
		expect(Math.max(...ages)).toBeLessThan(2_000); // The format drops up to one second.
	});

	it('nothing waits without Requests per Second', async () => {
		const from = simulator.requests.length;
		await queryItems(simulator, ROWS.slice(0, 11));
		const at = simulator.requests.slice(from).map(({ receivedAt }) => receivedAt);
		expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan(2_000);
	});
});

describe('Wait for Final Status', () => {
	const waiting = (waitForFinalStatusSeconds: number) => ({
		options: {
			includeGatewayDetails: true,
			waitForFinalStatusSeconds,
			pollIntervalSeconds: 1,
		},
	});

	it.each([
		['SUCCESS', SAMPLES.settlesSuccess],
		['CLOSED', SAMPLES.settlesClosed],
	])('ends as soon as the status is %s', async (status, sample) => {
		let now = Date.now();
		const clocked = await simulate({ now: () => now, onRequest: () => (now += 5_000) });
		const { good, hints } = await queryItems(clocked, [sample], { parameters: waiting(60) });
		expect(good).toMatchObject([{ status, gateway: { attempts: 2 } }]);
		expect(hints('Alipay')).toEqual([]);
	});

	it('outputs an operation that stays INIT after the waiting time, with a hint', async () => {
		const { good, hints } = await queryItems(simulator, [SAMPLES.initial, SAMPLES.rich], {
			parameters: waiting(2),
		});
		expect(good.map(({ status }) => status)).toEqual(['INIT', 'SUCCESS']);
		expect(hints('Alipay')).toEqual([expect.stringMatching(/^1 of 2 operations .*INIT/)]);
	});

	it('looks up an operation with a final status once', async () => {
		const before = simulator.totalRequests;
		await queryItems(simulator, [SAMPLES.closed], { parameters: waiting(60) });
		expect(simulator.totalRequests - before).toBe(1);
	});

	it('does not delay the other items for one that waits', async () => {
		const from = simulator.requests.length;
		const started = performance.now();
		const initial = [3, 103, 203, 303, 403].map((n) => generatedNumbers(n - 1));
		const { good } = await queryItems(simulator, [...initial, SAMPLES.rich], {
			parameters: { options: { ...waiting(4).options, concurrency: 1 } },
		});
		expect(good.map(({ status }) => status)).toEqual([...Array(5).fill('INIT'), 'SUCCESS']);
		expect(performance.now() - started).toBeLessThan(16_000); // one after another: 20 s
		// The last row had its first lookup before any of the others had a second one.
		const requested = simulator.requests.slice(from).map(({ numbers }) => numbers);
		const last = requested.findIndex((numbers) => numbers.endsWith(SAMPLES.rich.operation_id));
		expect(new Set(requested.slice(0, last)).size).toBe(last);
	});

	it('keeps an INIT response when the gateway fails afterwards', async () => {
		const before = simulator.totalRequests;
		const { good } = await queryItems(simulator, [scenarioByMerchant('SIM-INIT-THEN-BUSY')], {
			parameters: { options: { ...waiting(2).options, concurrency: 1, maxTries: 1 } },
		});
		expect(good).toMatchObject([{ status: 'INIT' }]);
		expect(simulator.totalRequests - before).toBeGreaterThan(1);
	});
});

describe('App Auth Token', () => {
	const tokens = async (items: object[], appAuthToken: string, credential = {}) => {
		const from = simulator.requests.length;
		await queryItems(simulator, items, {
			parameters: { options: { appAuthToken, concurrency: 1 } },
			credential,
		});
		return simulator.requests.slice(from).map(({ params }) => params.app_auth_token);
	};

	it('each item’s own token reaches Alipay and overrides the one of the credential', async () => {
		const items = ['token-1', 'token-2', ''].map((token) => ({ ...SAMPLES.rich, token }));
		const credential = { appAuthToken: 'token-of-credential' };
		const sent = await tokens(items, '={{ $json.token }}', credential);
		expect(sent).toEqual(['token-1', 'token-2', 'token-of-credential']);
	});

	it('the parameter is absent without any token', async () => {
		expect(await tokens([SAMPLES.rich], '')).toEqual([undefined]);
	});
});

import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { beijingMs } from '../../tools/simulator/beijing.mts';
import {
	alipayPair,
	generatedNumbers,
	RECORDS,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { queryItems, simulate } from './query.mts';

const ROWS = RECORDS.map(alipayPair);
/** Timers may fire a little early. */
const SLACK_MS = 5;

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

describe('retries', () => {
	const options = { includeGatewayDetails: true };

	it('an answer on the third try is an item with attempts 3, and each try is signed anew', async () => {
		// A timestamp counts in seconds, so the clock is moved on between the tries.
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
		['Max Tries 1 asks once', 'SIM-SYSTEM-ERROR', 1, 1],
		['Max Tries 2 asks twice', 'SIM-SYSTEM-ERROR', 2, 2],
		['a connection that breaks is tried again', 'SIM-RESET', 2, 2],
		['an answer cut off is asked for again', 'SIM-TRUNCATED', 2, 2],
		['HTTP 502 is asked again', 'SIM-HTTP-502', 2, 2],
		['with Max Tries 1 a call limit is not asked again either', 'SIM-CALL-LIMITED', 1, 1],
		['a refusal is final', 'SIM-ACCESS-FORBIDDEN', 3, 1],
		['a not found is final', 'SIM-AUTH-ORDER-NOT-EXIST', 3, 1],
		['a forged answer is final', 'SIM-TAMPERED', 3, 1],
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

describe('pace', () => {
	it.each([1, 4])(
		'at Concurrency %i no more requests are under way at once',
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
			// And they are under way together: one after the other would take four times as long.
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
		// The first request arrives late: it pays for the cold start of the process.
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
		expect(Math.max(...ages)).toBeLessThan(2_000); // up to one second is lost in the format
	});

	it('without Requests per Second nothing waits', async () => {
		const from = simulator.requests.length;
		await queryItems(simulator, ROWS.slice(0, 11));
		const at = simulator.requests.slice(from).map(({ receivedAt }) => receivedAt);
		expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan(2_000);
	});
});

describe('Wait for Final Status', () => {
	const waiting = (maxWaitSeconds: number) => ({
		options: {
			includeGatewayDetails: true,
			waitForFinalStatus: { limits: { maxWaitSeconds, pollIntervalSeconds: 1 } },
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

	it('an operation that stays INIT is output as it is after its time, with a hint', async () => {
		const { good, hints } = await queryItems(simulator, [SAMPLES.initial, SAMPLES.rich], {
			parameters: waiting(2),
		});
		expect(good.map(({ status }) => status)).toEqual(['INIT', 'SUCCESS']);
		expect(hints('Alipay')).toEqual([expect.stringMatching(/^1 of 2 operations .*INIT/)]);
	});

	it('an operation that is final is asked for once', async () => {
		const before = simulator.totalRequests;
		await queryItems(simulator, [SAMPLES.closed], { parameters: waiting(60) });
		expect(simulator.totalRequests - before).toBe(1);
	});

	it('an item that waits does not keep the others waiting', async () => {
		const from = simulator.requests.length;
		const started = performance.now();
		const initial = [3, 103, 203, 303, 403].map((n) => generatedNumbers(n - 1));
		const { good } = await queryItems(simulator, [...initial, SAMPLES.rich], {
			parameters: { options: { ...waiting(2).options, concurrency: 1 } },
		});
		expect(good.map(({ status }) => status)).toEqual([...Array(5).fill('INIT'), 'SUCCESS']);
		expect(performance.now() - started).toBeLessThan(9_000); // one after another: 10 s
		// The last row was asked for before any of the others a second time.
		const asked = simulator.requests.slice(from).map(({ numbers }) => numbers);
		const last = asked.findIndex((numbers) => numbers.endsWith(SAMPLES.rich.operation_id));
		expect(new Set(asked.slice(0, last)).size).toBe(last);
	});

	it('an answer of INIT is kept when the gateway fails afterwards', async () => {
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

	it('each item’s own token reaches Alipay and wins over the one of the credential', async () => {
		const items = ['token-1', 'token-2', ''].map((token) => ({ ...SAMPLES.rich, token }));
		const credential = { appAuthToken: 'token-of-credential' };
		const sent = await tokens(items, '={{ $json.token }}', credential);
		expect(sent).toEqual(['token-1', 'token-2', 'token-of-credential']);
	});

	it('without any token the parameter is absent', async () => {
		expect(await tokens([SAMPLES.rich], '')).toEqual([undefined]);
	});
});

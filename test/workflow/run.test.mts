/** What holds for a run as a whole: each question once, order, limits, cancelling, and what it tells. */
import type { IDataObject } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
	alipayPair,
	generatedNumbers,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { failureOf, queryItems, simulate } from './query.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

const bulkRows = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ ...generatedNumbers(index + 1), row: index + 1 }));

describe('one question once', () => {
	it('items with the same numbers cost one request, and each has its own copy of the answer', async () => {
		const rows = [SAMPLES.rich, SAMPLES.closed, SAMPLES.rich, SAMPLES.rich];
		const { good, goodFrom, items } = await queryItems(simulator, rows, {
			parameters: { simplify: false },
		});
		expect(simulator.requests).toHaveLength(2);
		expect(goodFrom).toEqual([0, 1, 2, 3]);
		expect(good[2]).toEqual(good[0]);
		expect(good[1]).toMatchObject({ status: 'CLOSED' });
		const [first, , third] = items('Alipay').map(({ json }) => json);
		expect(third).not.toBe(first);
		expect(third?.extra_param).toEqual(first?.extra_param);
		expect(third?.extra_param).not.toBe(first?.extra_param);
	});

	it('a fault is shared in the same way', async () => {
		const scenario = scenarioByMerchant('SIM-ACCESS-FORBIDDEN');
		const { failed, failedFrom } = await queryItems(simulator, [scenario, SAMPLES.rich, scenario], {
			onError: 'continueErrorOutput',
		});
		expect(simulator.requests).toHaveLength(2);
		expect(failedFrom).toEqual([0, 2]);
		expect(failed[1]?.details).toEqual(failed[0]?.details);
		expect(failed.map(({ error }) => String(error).slice(-8))).toEqual(['[item 0]', '[item 2]']);
	});

	it('each item keeps its own way of writing the shared answer', async () => {
		const rows = [
			{ ...SAMPLES.rich, format: 'fen' },
			{ ...SAMPLES.rich, format: 'text' },
		];
		const { good } = await queryItems(simulator, rows, {
			parameters: { options: { amountFormat: '={{ $json.format }}' } },
		});
		expect(good.map(({ amount }) => amount)).toEqual([8888, '88.88']);
		expect(simulator.requests).toHaveLength(1);
	});

	it.each<[what: string, other: IDataObject]>([
		['another merchant', { token: 'another-token' }],
		['more numbers', merchantPair(SAMPLES.rich)],
	])('%s makes it another question', async (_what, other) => {
		const one = { ...alipayPair(SAMPLES.rich), token: 'token' };
		await queryItems(simulator, [one, { ...one, ...other }], {
			parameters: { options: { appAuthToken: '={{ $json.token }}' } },
		});
		expect(simulator.requests).toHaveLength(2);
	});

	it('the next run asks again', async () => {
		await queryItems(simulator, [SAMPLES.rich]);
		await queryItems(simulator, [SAMPLES.rich]);
		expect(simulator.requests).toHaveLength(2);
	});
});

describe('a long run', () => {
	it('says how many operations were asked for, reused, repeated, and how many items failed', async () => {
		const rows = [
			...bulkRows(97),
			...bulkRows(20),
			scenarioByMerchant('SIM-FLAKY'),
			scenarioByMerchant('SIM-ACCESS-FORBIDDEN'),
			{ auth_no: SAMPLES.rich.auth_no },
		];
		const { hints } = await queryItems(simulator, rows, {
			onError: 'continueErrorOutput',
			parameters: { options: { concurrency: 20 } },
		});
		expect(hints('Alipay')).toEqual([
			'120 items: 99 operations asked for, 20 items shared the answer of another, 2 requests repeated, 2 items failed',
		]);
	});

	it('a short one says nothing', async () => {
		expect((await queryItems(simulator, bulkRows(10))).hints('Alipay')).toEqual([]);
	});
});

describe('a call limit', () => {
	it('slows the run down, and loses no item', async () => {
		const limited = await simulate({ callLimit: 20 });
		const rows = bulkRows(80);
		const { good } = await queryItems(limited, rows, {
			parameters: { options: { concurrency: 20 } },
		});
		expect(good.map(({ operation_id }) => operation_id)).toEqual(
			rows.map(({ operation_id }) => operation_id),
		);
		const refused = limited.requests.filter(({ outcome }) => outcome.startsWith('40005')).length;
		expect(refused).toBeGreaterThan(0);
		expect(refused).toBeLessThan(60);
	});
});

describe('a run that ends early', () => {
	it('cancelled, it is over at once and leaves no request behind', async () => {
		const slow = await simulate({ latencyMs: 400 });
		let cancelledAt = 0;
		await queryItems(slow, bulkRows(10_000), {
			parameters: { options: { concurrency: 40 } },
			onStart: (cancel) =>
				setTimeout(() => {
					cancelledAt = performance.now();
					cancel();
				}, 1_000),
		}).catch(() => undefined); // n8n reports a cancelled run as a rejection
		// Under 100 ms when measured; ten thousand items that were still gone through would take seconds.
		expect(performance.now() - cancelledAt).toBeLessThan(1_000);
		await vi.waitFor(() => expect(slow.underWay).toBe(0), { timeout: 1_000 });
		const sent = slow.totalRequests;
		expect(sent).toBeLessThan(500);
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect(slow.totalRequests).toBe(sent);
	});

	it('stopped by a fault, it begins nothing more and does not try the others again', async () => {
		const rows = [
			scenarioByMerchant('SIM-SYSTEM-ERROR'),
			scenarioByMerchant('SIM-ACCESS-FORBIDDEN'),
			...bulkRows(100),
		];
		const started = performance.now();
		const output = await queryItems(simulator, rows, {
			parameters: { options: { concurrency: 2, maxTries: 10 } },
		});
		expect(failureOf(output)).toMatchObject({
			itemIndex: 1,
			message: expect.stringContaining('ACCESS_FORBIDDEN'),
		});
		expect(simulator.requests.length).toBeLessThan(5);
		expect(performance.now() - started).toBeLessThan(5_000); // ten tries take half a minute
	});

	it('stopped by a fault, it sends no request that was waiting for its turn', async () => {
		await queryItems(simulator, [scenarioByMerchant('SIM-ACCESS-FORBIDDEN'), ...bulkRows(50)], {
			parameters: { options: { concurrency: 30, requestsPerSecond: 2 } },
		});
		expect(simulator.requests.length).toBeLessThan(4);
	});

	it.each([1, 3])(
		'stopped by a fault at Concurrency %i, it ends also what waits for a final status',
		async (concurrency) => {
			const initial = generatedNumbers(2); // INIT for ever
			const output = await queryItems(
				simulator,
				[initial, scenarioByMerchant('SIM-ACCESS-FORBIDDEN'), SAMPLES.rich],
				{
					parameters: { options: { concurrency, waitForFinalStatus: {} } },
				},
			);
			expect(failureOf(output)).toMatchObject({ itemIndex: 1 });
		},
	);
});

it('items that need no request let others have the thread', async () => {
	const rows = Array.from({ length: 5_000 }, (_, index) => generatedNumbers((index % 3) + 1));
	let longest = 0;
	let last = performance.now();
	const timer = setInterval(() => {
		longest = Math.max(longest, performance.now() - last);
		last = performance.now();
	}, 1);
	const started = performance.now();
	const { good } = await queryItems(simulator, rows, {
		onStart: () => {
			longest = 0;
			last = performance.now();
		},
	});
	clearInterval(timer);
	expect(good).toHaveLength(rows.length);
	// The engine itself holds the thread before and after the node; the node never for most of the run.
	expect(longest).toBeLessThan((performance.now() - started) / 2);
});

it('an unforeseen exception is a fault of its item, and never passes the input on as good', async () => {
	const random = vi.spyOn(Math, 'random').mockImplementation(() => {
		throw new Error('no dice');
	});
	onTestFinished(() => random.mockRestore());
	const { good, failed } = await queryItems(
		simulator,
		[scenarioByMerchant('SIM-SYSTEM-ERROR'), SAMPLES.rich],
		{
			onError: 'continueErrorOutput',
		},
	);
	expect(good).toMatchObject([{ status: 'SUCCESS' }]);
	expect(failed).toMatchObject([
		{ error: expect.stringContaining('no dice'), details: { code: 'internal-error' } },
	]);
});

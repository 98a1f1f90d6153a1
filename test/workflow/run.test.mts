/** Rules for a run as a whole: no duplicate requests, order, limits, canceling, and hints. */
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

describe('items with the same question', () => {
	it('with the same numbers cost one request, and each has its own copy of the response', async () => {
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

	it('share a failure in the same way', async () => {
		const scenario = scenarioByMerchant('SIM-ACCESS-FORBIDDEN');
		const { failed, failedFrom } = await queryItems(simulator, [scenario, SAMPLES.rich, scenario], {
			onError: 'continueErrorOutput',
		});
		expect(simulator.requests).toHaveLength(2);
		expect(failedFrom).toEqual([0, 2]);
		expect(failed[1]?.details).toEqual(failed[0]?.details);
		expect(failed[1]?.error).toBe(failed[0]?.error);
	});

	it('each have their own output settings for the shared response', async () => {
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
	])('are separate with %s', async (_what, other) => {
		const one = { ...alipayPair(SAMPLES.rich), token: 'token' };
		await queryItems(simulator, [one, { ...one, ...other }], {
			parameters: { options: { appAuthToken: '={{ $json.token }}' } },
		});
		expect(simulator.requests).toHaveLength(2);
	});

	it('cause a new request in the next run', async () => {
		await queryItems(simulator, [SAMPLES.rich]);
		await queryItems(simulator, [SAMPLES.rich]);
		expect(simulator.requests).toHaveLength(2);
	});
});

describe('the hint of a run', () => {
	it('counts requests, shared responses, retries and failed items after a long run', async () => {
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
			'120 items: 99 operations requested, 20 items shared the response of another item, 2 requests retried, 2 items failed',
		]);
	});

	it('is absent after a short run', async () => {
		expect((await queryItems(simulator, bulkRows(10))).hints('Alipay')).toEqual([]);
	});
});

describe('a rate limit', () => {
	it('slows the run down, and loses no item', async () => {
		const limited = await simulate({ rateLimit: 10 });
		const rows = bulkRows(60);
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

describe('a row whose two pairs name different operations', () => {
	const mixed = { ...alipayPair(SAMPLES.closed), ...merchantPair(SAMPLES.rich) };

	it('has the record of the first pair, and a hint of the run names the row', async () => {
		const { good, hints } = await queryItems(simulator, [SAMPLES.rich, mixed]);
		expect(good.map(({ status }) => status)).toEqual(['SUCCESS', 'CLOSED']);
		expect(hints('Alipay')).toEqual([
			'Items with numbers of different operations: 1 (item 1: Out Order No (out_order_no)). Alipay used the first complete numbers. The output shows what Alipay found with them.',
		]);
	});

	it('is named together with at most four others', async () => {
		const { hints } = await queryItems(simulator, Array<object>(7).fill(mixed));
		expect(hints('Alipay')).toEqual([expect.stringContaining('(out_order_no); 2 more). ')]);
	});
});

describe('a run that ends early', () => {
	it.each([
		[[SAMPLES.rich, scenarioByMerchant('SIM-ACCESS-FORBIDDEN')], true],
		[[scenarioByMerchant('SIM-ACCESS-FORBIDDEN')], false],
		[[SAMPLES.rich, scenarioByMerchant('SIM-SYSTEM-ERROR')], false],
	])('names the numbers, and how to continue where that helps: %j', async (items, helps) => {
		const parameters = { options: { concurrency: 1, maxTries: 1 } };
		const { description } = failureOf(await queryItems(simulator, items, { parameters }));
		expect(description).toMatch(
			/The lookup used Out Order No \(out_order_no\) any order and Out Request No \(out_request_no\) SIM-[A-Z-]+\./,
		);
		expect(description?.includes('set Settings > On Error to Continue (using error output)')).toBe(
			helps,
		);
	});

	it('is over at once after it was canceled, and leaves no request behind', async () => {
		const slow = await simulate({ latencyMs: 400 });
		let canceledAt = 0;
		await queryItems(slow, bulkRows(10_000), {
			parameters: { options: { concurrency: 40 } },
			onStart: (cancel) =>
				setTimeout(() => {
					canceledAt = performance.now();
					cancel();
				}, 1_000),
		}).catch(() => undefined); // n8n reports a canceled run as a rejection
		// This takes under 100 ms. Ten thousand items that were still requested would take 100 s.
		expect(performance.now() - canceledAt).toBeLessThan(5_000);
		await vi.waitFor(() => expect(slow.inProgress).toBe(0), { timeout: 5_000 });
		const sent = slow.totalRequests;
		expect(sent).toBeLessThan(500);
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect(slow.totalRequests).toBe(sent);
	});

	it('starts nothing new after a failure, and does not retry the others', async () => {
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
		expect(performance.now() - started).toBeLessThan(15_000); // ten tries take half a minute
	});

	it('sends no request after a failure that was waiting for its turn', async () => {
		await queryItems(simulator, [scenarioByMerchant('SIM-ACCESS-FORBIDDEN'), ...bulkRows(50)], {
			parameters: { options: { concurrency: 30, requestsPerSecond: 2 } },
		});
		expect(simulator.requests.length).toBeLessThan(4);
	});

	it.each([1, 3])(
		'also ends the wait for a final status after a failure, at Concurrency %i',
		async (concurrency) => {
			const initial = generatedNumbers(2); // stays INIT
			const output = await queryItems(
				simulator,
				[initial, scenarioByMerchant('SIM-ACCESS-FORBIDDEN'), SAMPLES.rich],
				{
					parameters: { options: { concurrency, waitForFinalStatusSeconds: 60 } },
				},
			);
			expect(failureOf(output)).toMatchObject({ itemIndex: 1 });
		},
	);
});

it('items that need no request give the thread to others', async () => {
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
	// The engine itself occupies the thread before and after the node. The node never does so for
	// most of the run.
	expect(longest).toBeLessThan((performance.now() - started) / 2);
});

it('an unexpected exception is a failure of its item, and never outputs the input as good', async () => {
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

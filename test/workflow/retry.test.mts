/**
 * n8n's Retry On Fail and On Error on n8n's own engine: which requests are repeated, and where each
 * item goes.
 */
import type { IDataObject, INode } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runWorkflow } from '../../tools/sandbox/engine.mts';
import { generatedNumbers, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_EITHER_PAIR } from '../support/parameters.mts';
import { failureOf, node, queryItems, simulate } from './query.mts';

const MODES = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;
const CONTINUING = MODES.slice(1);
const RETRYING: Partial<INode> = { retryOnFail: true, maxTries: 4, waitBetweenTries: 1 };
const HALF = { out_order_no: 'half a pair' };
const GOOD = Array.from({ length: 6 }, (_, index) => generatedNumbers(index + 1));
const ONCE = { maxTries: 1, concurrency: 1 };

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

/** The number of requests for each of these. */
const counts = () => {
	const requested = new Map<string, number>();
	for (const { numbers } of simulator.requests)
		requested.set(numbers, (requested.get(numbers) ?? 0) + 1);
	return [...requested.values()].sort((a, b) => a - b);
};

describe.each(CONTINUING)('Retry On Fail with %s', (onError) => {
	const settings = { onError, node: RETRYING, parameters: { options: ONCE } };

	it('sends one request for each good row when the first row can never succeed', async () => {
		const { good, failed, hints } = await queryItems(simulator, [HALF, ...GOOD], settings);
		expect(counts()).toEqual(Array(GOOD.length).fill(1));
		const responded = good.filter(({ status }) => status);
		expect(responded.map(({ operation_id }) => operation_id)).toEqual(
			GOOD.map(({ operation_id }) => operation_id),
		);
		expect([...good, ...failed].filter(({ error }) => error)).toHaveLength(1);
		expect(hints('Alipay')).toEqual([
			'Retry On Fail ran this node again. Kept responses: 6; operations requested again: 0. The node retries by itself (Max Tries), so you can turn off Retry On Fail.',
		]);
	});

	it.each(['SIM-ACCESS-FORBIDDEN', 'SIM-AUTH-ORDER-NOT-EXIST', 'SIM-TAMPERED'])(
		'sends one request for a first row with a permanent refusal (%s)',
		async (scenario) => {
			await queryItems(simulator, [scenarioByMerchant(scenario), ...GOOD], settings);
			expect(counts()).toEqual(Array(GOOD.length + 1).fill(1));
		},
	);

	it('repeats only requests without a response because of an outage, until they succeed', async () => {
		const rows = [
			scenarioByMerchant('SIM-FLAKY', `first ${onError}`),
			scenarioByMerchant('SIM-FLAKY', `second ${onError}`),
			scenarioByMerchant('SIM-ACCESS-FORBIDDEN'),
			...GOOD,
		];
		const { good, failed } = await queryItems(simulator, rows, settings);
		expect(counts()).toEqual([...Array(GOOD.length + 1).fill(1), 3, 3]);
		expect(good.filter(({ status }) => status)).toHaveLength(GOOD.length + 2);
		expect([...good, ...failed].filter(({ error }) => error)).toHaveLength(1);
	});

	it('repeats the first row during an outage as often as n8n tries', async () => {
		await queryItems(simulator, [scenarioByMerchant('SIM-SYSTEM-ERROR'), ...GOOD], settings);
		expect(counts()).toEqual([...Array(GOOD.length).fill(1), 4]);
	});

	it('does the same with Execute Once', async () => {
		const node = { ...RETRYING, executeOnce: true };
		const rows = [scenarioByMerchant('SIM-ACCESS-FORBIDDEN'), ...GOOD];
		await queryItems(simulator, rows, { ...settings, node });
		expect(counts()).toEqual([1]);
	});

	it('sends the requests again in each new execution', async () => {
		for (let execution = 1; execution <= 3; execution++) {
			await queryItems(simulator, [HALF, ...GOOD], settings);
			expect(counts()).toEqual(Array(GOOD.length).fill(execution));
		}
	});
});

it('Retry On Fail with stopWorkflow repeats only requests without a response', async () => {
	const rows = [...GOOD.slice(0, 3), scenarioByMerchant('SIM-FLAKY', 'stopped'), ...GOOD.slice(3)];
	const { good, error } = await queryItems(simulator, rows, {
		node: RETRYING,
		parameters: { options: ONCE },
	});
	expect(error).toBeUndefined();
	expect(good).toHaveLength(rows.length);
	expect(counts()).toEqual([...Array(GOOD.length).fill(1), 3]);
});

it('Retry On Fail that ends with an exception says what failed', async () => {
	const rows = [GOOD[0] ?? {}, scenarioByMerchant('SIM-ACCESS-FORBIDDEN')];
	const output = await queryItems(simulator, rows, {
		node: RETRYING,
		parameters: { options: ONCE },
	});
	expect(failureOf(output)).toMatchObject({ itemIndex: 1 });
	expect(counts()).toEqual([1, 1]);
});

describe('other executions of a node over the same items', () => {
	/** Start, then these nodes one after the other, each with the items of Start. */
	async function fanOut(names: string[], more: Partial<INode> = {}) {
		const alipay = names.map((name) =>
			node(name, 'n8n-nodes-alipay.alipay', {
				parameters: { ...BY_EITHER_PAIR, options: ONCE },
				credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
				onError: 'continueRegularOutput',
				...RETRYING,
				...more,
			}),
		);
		const items = [HALF, ...GOOD].map((json) => ({ json: { ...json } as IDataObject }));
		return await runWorkflow({
			workflow: {
				nodes: [node('Start', 'n8n-nodes-base.manualTrigger'), ...alipay],
				connections: {
					Start: { main: [names.map((name) => ({ node: name, type: 'main', index: 0 }))] },
				},
			},
			items,
			credential: { ...simulator.credential },
		});
	}

	it('send their own requests when they belong to another node', async () => {
		await fanOut(['One', 'Two']);
		expect(counts()).toEqual(Array(GOOD.length).fill(2));
	});

	it('send their own requests when the same items arrive a second time, as in a loop', async () => {
		await fanOut(['One', 'One']);
		expect(counts()).toEqual(Array(GOOD.length).fill(2));
	});
});

describe.each(MODES)('a fully successful run with Include Input Fields and %s', (onError) => {
	it.each<[name: string, column: unknown]>([
		['error', 'old problem'],
		['error', 0],
		['error', ''],
		['error', { message: 'old' }],
		['message', 'old message'],
		['details', 'two boxes'],
	])('has one try and no failure when row 1 has a column %s: %j', async (name, column) => {
		const rows = GOOD.map((numbers) => ({ ...numbers, shop: 'A', [name]: column }));
		const { good, failed, goodFrom, hints } = await queryItems(simulator, rows, {
			onError,
			node: RETRYING,
			parameters: { options: { includeInputFields: true } },
		});
		expect(counts()).toEqual(Array(GOOD.length).fill(1));
		expect(failed).toEqual([]);
		expect(goodFrom).toEqual(GOOD.map((_, index) => index));
		expect(good.map(({ operation_id, shop }) => [operation_id, shop])).toEqual(
			GOOD.map(({ operation_id }) => [operation_id, 'A']),
		);
		expect(good.map((item) => item[name])).toEqual(
			Array(GOOD.length).fill(name === 'error' ? undefined : column),
		);
		expect(hints('Alipay')).toEqual([]);
	});

	it('does not keep the error and details of an earlier failed item', async () => {
		const { good } = await queryItems(
			simulator,
			[scenarioByMerchant('SIM-FLAKY', `again ${onError}`)],
			{ onError: 'continueRegularOutput', parameters: { options: { ...ONCE } } },
		);
		const before = { ...SAMPLES.closed, ...good[0], shop: 'A' };
		expect(before).toHaveProperty('details.retryable', true);
		const again = await queryItems(simulator, [before], {
			onError,
			parameters: { options: { includeInputFields: true } },
		});
		expect(again.good[0]).toMatchObject({ status: 'CLOSED', shop: 'A' });
		expect(again.good[0]).not.toHaveProperty('error');
		expect(again.good[0]).not.toHaveProperty('details');
	});
});

describe('a failed row with Include Input Fields', () => {
	const rows = [
		{ ...scenarioByMerchant('SIM-ACCESS-FORBIDDEN'), shop: 'A', 编号: 7 },
		{ ...SAMPLES.closed, shop: 'B' },
		{ ...HALF, shop: 'C', error: 'old problem', details: 'two boxes', message: 'hello' },
	];
	const parameters = { options: { includeInputFields: true } };

	it('keeps its columns next to error and details under continueRegularOutput', async () => {
		const { good } = await queryItems(simulator, rows, {
			onError: 'continueRegularOutput',
			parameters,
		});
		expect(good).toMatchObject([
			{ shop: 'A', 编号: 7, error: expect.stringContaining('ACCESS_FORBIDDEN') },
			{ shop: 'B', status: 'CLOSED' },
			{ shop: 'C', message: 'hello', out_order_no: 'half a pair' },
		]);
		expect(good[2]?.error).toContain('Out Request No (out_request_no)');
		expect(good[2]?.details).toMatchObject({ code: 'invalid-identifiers', attempts: 0 });
		expect(Object.keys(good[0] ?? {})).toEqual([
			...['out_order_no', 'out_request_no', 'shop', '编号'],
			...['error', 'details'],
		]);
	});

	it('has all columns on the error output, where n8n adds them, with or without the option', async () => {
		for (const options of [{}, { includeInputFields: true }]) {
			const { good, failed, failedFrom } = await queryItems(simulator, rows, {
				onError: 'continueErrorOutput',
				parameters: { options },
			});
			expect(good).toMatchObject([{ status: 'CLOSED' }]);
			expect(failedFrom).toEqual([0, 2]);
			expect(failed).toMatchObject([
				{ shop: 'A', 编号: 7 },
				{ shop: 'C', message: 'hello' },
			]);
			expect(failed[1]?.error).toContain('Out Request No (out_request_no)');
			expect(failed[1]?.details).toMatchObject({ code: 'invalid-identifiers' });
		}
	});

	it('has only error and details without the option', async () => {
		const { good } = await queryItems(simulator, rows, { onError: 'continueRegularOutput' });
		expect(Object.keys(good[0] ?? {})).toEqual(['error', 'details']);
	});

	it('follows the option of each row, even when another option cannot be read', async () => {
		const options = {
			includeInputFields: '={{ $json.keep }}',
			amountFormat: '={{ $json.format }}',
		};
		const { good } = await queryItems(
			simulator,
			[
				{ ...HALF, keep: true, format: 'fen' },
				{ ...HALF, keep: false, format: 'fen' },
				{ ...SAMPLES.closed, keep: 'TRUE', format: 'pence' },
				{ ...SAMPLES.closed, keep: 'perhaps', format: 'fen' },
			],
			{ onError: 'continueRegularOutput', parameters: { options } },
		);
		expect(good.map((item) => 'keep' in item)).toEqual([true, false, true, false]);
		expect(good[2]?.error).toBe('Amount Format is "pence", which is not one of its values');
		expect(good[3]?.error).toBe('Include Input Fields is "perhaps", which is not true or false');
	});

	it('keeps its columns under the Continue setting of old workflows', async () => {
		const node = { continueOnFail: true };
		const { good } = await queryItems(simulator, rows, { node, parameters });
		expect(good.map(({ shop }) => shop)).toEqual(['A', 'B', 'C']);
	});

	it('keeps its columns when it is the only one, with Execute Once', async () => {
		const { good } = await queryItems(simulator, rows, {
			onError: 'continueRegularOutput',
			node: { executeOnce: true },
			parameters,
		});
		expect(good).toMatchObject([{ shop: 'A', error: expect.any(String) }]);
	});
});

/** Retry On Fail and On Error in real n8n, on the newest and on the oldest release. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { generatedNumbers, merchantPair } from '../../tools/simulator/fixtures/couponOperation.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_EITHER_PAIR } from '../support/parameters.mts';
import { alipay, chain, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const GOOD = Array.from({ length: 5 }, (_, index) => merchantPair(generatedNumbers(index + 1)));
const HALF = { out_order_no: 'half a pair' };
const RETRYING = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release });
	});
	afterAll(async () => await stage?.close());
	beforeEach(() => {
		stage.simulator.requests.length = 0;
	});

	/** Executes the Alipay node behind these items. */
	async function run(items: object[], onError: string, options: object = {}) {
		const parameters = { ...BY_EITHER_PAIR, options: { maxTries: 1, ...options } };
		const execution = await stage.client.execute(
			chain('Retry', items, alipay(stage, parameters, { ...RETRYING, onError })),
			'Start',
		);
		const json = (output: number) => execution.items('Alipay', output).map((item) => item.json);
		return { execution, good: json(0), failed: json(1) };
	}

	/** How often each of these was asked for, from seldom to often. */
	const counts = () => {
		const asked = new Map<string, number>();
		for (const { numbers } of stage.simulator.requests) {
			asked.set(numbers, (asked.get(numbers) ?? 0) + 1);
		}
		return [...asked.values()].sort((a, b) => a - b);
	};

	it.each(['continueRegularOutput', 'continueErrorOutput'])(
		'asks for each good row once when the first can never be asked for (%s), and afresh in the next execution',
		async (onError) => {
			for (const execution of [1, 2]) {
				const { good, failed } = await run([HALF, ...GOOD], onError);
				expect([...good, ...failed].filter(({ error }) => error)).toHaveLength(1);
				expect(good.filter(({ status }) => status)).toHaveLength(GOOD.length);
				expect(counts()).toEqual(GOOD.map(() => execution));
			}
		},
	);

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'])(
		'asks again for what had no answer, and for nothing else (%s)',
		async (onError) => {
			const flaky = scenarioByMerchant('SIM-FLAKY', `${release} ${onError}`);
			const { execution, good } = await run([flaky, ...GOOD], onError, { concurrency: 1 });
			expect(execution.status).toBe('success');
			expect(good.filter(({ status }) => status)).toHaveLength(GOOD.length + 1);
			// A node that stops has not asked for the others before.
			expect(counts()).toEqual([...GOOD.map(() => 1), 3]);
		},
	);

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'])(
		'a column error of the input neither starts a retry nor leaves the good items (%s)',
		async (onError) => {
			const rows = GOOD.map((numbers) => ({ ...numbers, error: 'old problem', shop: 'A' }));
			const { good, failed } = await run(rows, onError, { includeInputFields: true });
			expect(failed).toEqual([]);
			expect(good.map(({ shop, error }) => [shop, error])).toEqual(
				GOOD.map(() => ['A', undefined]),
			);
			expect(counts()).toEqual(GOOD.map(() => 1));
		},
	);

	it('a failed row keeps its columns, on the regular output by the option, on the error output in any case', async () => {
		const rows = [
			{ ...HALF, shop: 'A', error: 'old problem', details: 'two boxes', message: 'hello' },
			{ ...GOOD[0], shop: 'B' },
		];
		const kept = {
			...{ ...HALF, shop: 'A', message: 'hello' },
			error: expect.stringMatching(/Out Request No .* \[item 0\]$/),
			details: expect.objectContaining({ code: 'invalid-identifiers', retryable: false }),
		};
		const regular = await run(rows, 'continueRegularOutput', { includeInputFields: true });
		expect(regular.good).toEqual([kept, expect.objectContaining({ shop: 'B' })]);
		const without = await run(rows, 'continueRegularOutput');
		expect(Object.keys(without.good[0] ?? {})).toEqual(['error', 'details']);
		for (const includeInputFields of [true, false]) {
			const routed = await run(rows, 'continueErrorOutput', { includeInputFields });
			expect(routed.failed).toEqual([kept]);
			expect(routed.good).toHaveLength(1);
		}
	});
});

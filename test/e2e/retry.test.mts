/** Retry On Fail and On Error in real n8n, on the newest and on the oldest release. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { generatedNumbers, merchantPair } from '../../tools/simulator/fixtures/couponOperation.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_EITHER_PAIR } from '../support/parameters.mts';
import { openStage } from './stage.mts';
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

	/** Executes the Alipay node after these items. */
	async function run(items: object[], onError: string, options: object = {}) {
		const parameters = { ...BY_EITHER_PAIR, options: { maxTries: 1, ...options } };
		const execution = await stage.client.execute(
			chain('Retry', items, alipay(stage, parameters, { ...RETRYING, onError })),
			'Start',
		);
		const json = (output: number) => execution.items('Alipay', output).map((item) => item.json);
		return { execution, good: json(0), failed: json(1) };
	}

	/** The number of requests for each of these, in ascending order. */
	const counts = () => {
		const requested = new Map<string, number>();
		for (const { numbers } of stage.simulator.requests) {
			requested.set(numbers, (requested.get(numbers) ?? 0) + 1);
		}
		return [...requested.values()].sort((a, b) => a - b);
	};

	it.each(['continueRegularOutput', 'continueErrorOutput'])(
		'sends one request for each good row when the first row can never succeed (%s), and new ones in the next execution',
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
		'repeats only requests without a response (%s)',
		async (onError) => {
			const flaky = scenarioByMerchant('SIM-FLAKY', `${release} ${onError}`);
			const { execution, good } = await run([flaky, ...GOOD], onError, { concurrency: 1 });
			expect(execution.status).toBe('success');
			expect(good.filter(({ status }) => status)).toHaveLength(GOOD.length + 1);
			// A node that stops has not requested the others before.
			expect(counts()).toEqual([...GOOD.map(() => 1), 3]);
		},
	);

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'])(
		'an input column named error neither starts a retry nor removes the good items (%s)',
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

	it('a failed row keeps its columns, with the option on the regular output, and always on the error output', async () => {
		const rows = [
			{ ...HALF, shop: 'A', error: 'old problem', details: 'two boxes', message: 'hello' },
			{ ...GOOD[0], shop: 'B' },
		];
		const kept = {
			...{ ...HALF, shop: 'A', message: 'hello' },
			error: expect.stringMatching(/Out Request No /),
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

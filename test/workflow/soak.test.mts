/**
 * A long run against a gateway that fails in every way at once. SOAK_ITEMS sets its length; CI runs
 * ten thousand items.
 */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../tools/simulator/faults.mts';
import type { FaultName } from '../../tools/simulator/faults.mts';
import {
	generatedNumbers,
	generatedRecord,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { wholeItemOf } from '../support/items.mts';
import { queryItems, simulate } from './query.mts';
import type { QueryOutput } from './query.mts';

const ITEMS = Number(process.env.SOAK_ITEMS ?? 1_000);
const FAULT_RATE = 0.2;
/** A fifth of the requests fail, so all three tries fail for one item in 125. */
const TRIES = 3;

/** The `details.code` of a failure that outlasts all tries. */
const CODES: Readonly<Record<FaultName, string | null>> = {
	reset: 'gateway-unreachable',
	truncated: 'gateway-unreachable',
	'http-502': 'gateway-unavailable',
	'http-429': 'gateway-busy',
	'service-unavailable': '20000',
	'call-limited': '40005',
	'system-error': '40004',
	// One and a half seconds, against a timeout of one.
	slow: 'gateway-timeout',
	hang: 'gateway-timeout',
	tampered: 'answer-signature-mismatch',
	// Read correctly, because the signed bytes are the same.
	'wrong-charset': null,
};

describe(`${ITEMS} items, while one request in five fails in one of ${Object.keys(FAULTS).length} ways`, () => {
	let output: QueryOutput;
	let good: INodeExecutionData[];
	let failed: INodeExecutionData[];
	let shown: Record<string, number>;

	beforeAll(async () => {
		const simulator = await simulate({
			faultRate: FAULT_RATE,
			faults: Object.keys(FAULTS) as FaultName[],
			signedAhead: ITEMS,
			onRequest: ({ outcome }) => {
				if (outcome.startsWith('fault ')) shown[outcome] = (shown[outcome] ?? 0) + 1;
			},
		});
		shown = {};
		output = await queryItems(
			simulator,
			Array.from({ length: ITEMS }, (_, index) => generatedNumbers(index + 1)),
			{
				onError: 'continueErrorOutput',
				parameters: {
					simplify: false,
					options: { concurrency: 40, timeoutSeconds: 1, maxTries: TRIES },
				},
			},
		);
		good = output.items('Alipay', 0);
		failed = output.items('Alipay', 1);
	}, 1_800_000);

	const numberOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item: number }).item;

	it('meet every kind of failure', () => {
		expect(Object.keys(shown)).toHaveLength(Object.keys(FAULTS).length);
		const total = Object.values(shown).reduce((sum, count) => sum + count, 0);
		expect(total).toBeGreaterThan(ITEMS * FAULT_RATE * 0.8);
	});

	it('are each output exactly once, in order, on one of the two outputs', () => {
		for (const items of [good, failed]) {
			const numbers = items.map(numberOf);
			expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
		}
		const all = [...good, ...failed].map(numberOf).sort((a, b) => a - b);
		expect(all).toEqual(Array.from({ length: ITEMS }, (_, index) => index));
	});

	it('have the right response, to the last field', () => {
		for (const item of good) {
			expect(item.json).toEqual(wholeItemOf(generatedRecord(numberOf(item) + 1)));
		}
	});

	it('fail with the name of the cause, and no more of them fail than must', () => {
		const known = new Set(Object.values(CODES));
		const tampered = failed.filter(({ json }) => {
			const { code, solution } = json.details as IDataObject;
			expect(known).toContain(code);
			expect(solution).toMatch(/\w{3}/);
			return code === CODES.tampered;
		});
		// A forged response is never requested again. Each makes one failed item, unless it came
		// too late to be read.
		expect(tampered.length).toBeGreaterThan(0);
		expect(tampered.length).toBeLessThanOrEqual(shown['fault tampered'] ?? 0);
		expect(failed.length - tampered.length).toBeLessThan(ITEMS * 0.02);
	});

	it('leave a hint with the counts', () => {
		expect(output.hints('Alipay').join()).toMatch(
			new RegExp(
				`^${ITEMS} items: ${ITEMS} operations requested, [1-9]\\d+ requests retried, ${failed.length} items failed$`,
			),
		);
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByBothPairs, scenarioByMerchant } from '../support/numbers.mts';
import { failureOf, queryItems, simulate, wholeText } from './query.mts';

const ATTACKS = [
	['SIM-TAMPERED', 'answer-signature-mismatch'],
	['SIM-UNSIGNED', 'answer-unsigned'],
	['SIM-EMPTY-SIGN', 'answer-unsigned'],
	['SIM-DUPLICATE-NODE', 'answer-ambiguous'],
	['SIM-DUPLICATE-NODE-FIRST', 'answer-ambiguous'],
	['SIM-FORGED-ERROR', 'answer-signature-mismatch'],
	['SIM-UNSIGNED-NOT-FOUND', '40004'],
	['SIM-OTHER-OPERATION', 'answer-for-another-operation'],
	['SIM-WRONG-KEY', 'answer-signature-mismatch'],
	['SIM-SHA1', 'answer-signature-mismatch'],
] as const;

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

describe.each([
	['both pairs, with Alipay’s as the deciding one', scenarioByBothPairs],
	['the merchant’s numbers', scenarioByMerchant],
])('a query by %s', (_name, numbers) => {
	// With every option that could soften a refusal.
	const parameters = {
		simplify: false,
		options: { notFound: 'item', includeGatewayDetails: true, maxTries: 3 },
	};

	it.each(ATTACKS)('fails with %s and never outputs it as an item', async (scenario, code) => {
		const output = await queryItems(simulator, [numbers(scenario)], {
			parameters,
			onError: 'continueErrorOutput',
		});
		expect(output.good).toEqual([]);
		expect(output.failed).toHaveLength(1);
		expect(output.failed[0]?.details).toMatchObject({ code, retryable: false, attempts: 1 });
		expectNothingOfTheResponse(wholeText(output));
	});

	it.each(ATTACKS)('stops the run with %s, and keeps nothing of its content', async (scenario) => {
		const output = await queryItems(simulator, [numbers(scenario)], { parameters });
		expect(failureOf(output)).toMatchObject({ name: 'NodeApiError', itemIndex: 0 });
		expect(output.items('Alipay')).toEqual([]);
		expectNothingOfTheResponse(wholeText(output));
	});
});

/** Neither the forged amount nor the genuine one, nor any other word of the unproven response. */
function expectNothingOfTheResponse(text: string) {
	expect(text).not.toContain('999999.99');
	expect(text).not.toContain('88.88');
	expect(text).not.toContain('中秋红包');
}

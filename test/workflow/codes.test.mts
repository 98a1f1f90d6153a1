import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';
import { METHOD } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { queryItems, simulate } from './query.mts';

const CODES = Object.entries(CATALOGUE).flatMap(([code, { subCodes }]) =>
	Object.entries(subCodes).map(([sub_code, entry]) => ({ code, sub_code, entry })),
);

/** A text of the catalog as it appears in a message. */
const ofMethod = (text: string) =>
	text
		.replace(
			'contains this API',
			`contains ${METHOD}: Sending and Receiving Cash Red Packets (“收发现金红包”)`,
		)
		.replace(/[Tt]his API/, METHOD);

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

describe('every code of the catalog reaches the operator', () => {
	it.each(CODES)('$code $sub_code', async ({ code, sub_code, entry }) => {
		const { failed } = await queryItems(simulator, [scenarioByMerchant(`SIM-CODE-${sub_code}`)], {
			parameters: { options: { maxTries: 1 } },
			onError: 'continueErrorOutput',
		});
		expect(failed).toHaveLength(1);
		const meaning = ofMethod(entry.meaning);
		expect(failed[0]?.error).toContain(`${meaning} (Alipay returned ${code} ${sub_code})`);
		const { retryable } = entry;
		const solution = ofMethod(entry.solution);
		expect(failed[0]?.details).toMatchObject({ code, sub_code, solution, retryable, attempts: 1 });
	});

	it.each(CODES)(
		'$sub_code stops the node with its failure cause for n8n',
		async ({ sub_code, entry }) => {
			const { error } = await queryItems(simulator, [scenarioByMerchant(`SIM-CODE-${sub_code}`)], {
				parameters: { options: { maxTries: 1 } },
			});
			expect(error).toMatchObject({ failure: { cause: entry.cause } });
		},
	);
});

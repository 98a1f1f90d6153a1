import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { queryItems, simulate } from './query.mts';

const CODES = Object.entries(CATALOGUE).flatMap(([code, { subCodes }]) =>
	Object.entries(subCodes).map(([sub_code, entry]) => ({ code, sub_code, entry })),
);

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

describe('every code of the catalogue reaches the operator', () => {
	it.each(CODES)('$code $sub_code', async ({ code, sub_code, entry }) => {
		const { failed } = await queryItems(simulator, [scenarioByMerchant(`SIM-CODE-${sub_code}`)], {
			parameters: { options: { maxTries: 1 } },
			onError: 'continueErrorOutput',
		});
		expect(failed).toHaveLength(1);
		expect(failed[0]?.error).toContain(`${entry.meaning} (Alipay answered ${code} ${sub_code})`);
		const { solution, retryable } = entry;
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

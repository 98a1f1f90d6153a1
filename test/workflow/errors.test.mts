import type { IDataObject } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { failureOf, queryItems, simulate } from './query.mts';

/** Alipay's code and sub_code, its meaning for n8n's scheduler, and words of the solution. */
const CODES: Array<
	[
		scenario: string,
		code: string,
		subCode: string,
		retryable: boolean,
		cause: string,
		words: RegExp,
	]
> = [
	[
		'SIM-ILLEGAL-ARGUMENT',
		'40004',
		'ILLEGAL_ARGUMENT',
		false,
		'configuration-invalid',
		/Check that each number/,
	],
	[
		'SIM-AUTH-ORDER-NOT-EXIST',
		'40004',
		'AUTH_ORDER_NOT_EXIST',
		false,
		'configuration-invalid',
		/auth_no.*out_order_no/,
	],
	[
		'SIM-AUTH-OPERATION-NOT-EXIST',
		'40004',
		'AUTH_OPERATION_NOT_EXIST',
		false,
		'configuration-invalid',
		/operation_id.*out_request_no/,
	],
	[
		'SIM-SYSTEM-ERROR',
		'40004',
		'SYSTEM_ERROR',
		true,
		'temporarily-unavailable',
		/Try again.*Alipay support/,
	],
	[
		'SIM-ACCESS-FORBIDDEN',
		'40004',
		'ACCESS_FORBIDDEN',
		false,
		'configuration-invalid',
		/merchant that created/,
	],
	[
		'SIM-SERVICE-UNAVAILABLE',
		'20000',
		'isp.unknow-error',
		true,
		'temporarily-unavailable',
		/Try again/,
	],
	[
		'SIM-INVALID-AUTH-TOKEN',
		'20001',
		'aop.invalid-auth-token',
		false,
		'credential-invalid',
		/authorize your application again/,
	],
	[
		'SIM-INVALID-SIGNATURE',
		'40002',
		'isv.invalid-signature',
		false,
		'credential-invalid',
		/App ID and the Private Key/,
	],
	[
		'SIM-INVALID-APP-ID',
		'40002',
		'isv.invalid-app-id',
		false,
		'credential-invalid',
		/App ID and the Environment/,
	],
	[
		'SIM-CALL-LIMITED',
		'40005',
		'isv.app-call-limited',
		true,
		'rate-limited',
		/Requests per Second/,
	],
	[
		'SIM-INSUFFICIENT-PERMISSIONS',
		'40006',
		'isv.insufficient-isv-permissions',
		false,
		'credential-invalid',
		/add the product/,
	],
	['SIM-UNKNOWN-CODE', '40004', 'RED_PACKET_ARCHIVED', false, 'configuration-invalid', /sub_msg/],
];

const ONCE = { concurrency: 1, maxTries: 1 };
const DETAILS = ['code', 'sub_code', 'sub_msg', 'trace_id', 'retryable', 'attempts', 'solution'];

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

describe.each(CODES)('%s: %s %s', (scenario, code, sub_code, retryable, cause, words) => {
	const items = [SAMPLES.success, { ...scenarioByMerchant(scenario), row: 2 }, SAMPLES.closed];
	const parameters = { options: ONCE };

	it('stops the run with an error that contains what happened, what to do and the trace ID', async () => {
		const error = failureOf(await queryItems(simulator, items, { parameters }));
		expect(error).toMatchObject({ name: 'NodeApiError', itemIndex: 1, failure: { cause } });
		expect(error.message).toContain(`${code} ${sub_code}`);
		expect(error.message).toMatch(/\[item 1\]$/);
		expect(error.description).toMatch(words);
		expect(error.description).toContain(`Trace ID: ${simulator.requests[1]?.traceId}`);
		expect(simulator.requests).toHaveLength(2);
	});

	it('becomes an item of only error and details when the run continues', async () => {
		const onError = 'continueRegularOutput';
		const { good } = await queryItems(simulator, items, { parameters, onError });
		expect(good.map((item) => item.status)).toEqual(['SUCCESS', undefined, 'CLOSED']);
		const failed = good[1] as { error: string; details: IDataObject };
		expect(Object.keys(failed)).toEqual(['error', 'details']);
		expect(failed.error).not.toContain('[item');
		expect(Object.keys(failed.details)).toEqual(DETAILS);
		const trace_id = simulator.requests[1]?.traceId;
		expect(failed.details).toMatchObject({ code, sub_code, trace_id, retryable, attempts: 1 });
		expect(failed.details.solution).toMatch(words);
		expect(failed.details.sub_msg).toMatch(/\p{Script=Han}/u);
	});

	it('goes to the error output with its input, and the good items do not', async () => {
		const onError = 'continueErrorOutput';
		const output = await queryItems(simulator, items, { parameters, onError });
		expect(output.good.map((item) => item.status)).toEqual(['SUCCESS', 'CLOSED']);
		expect(output.goodFrom).toEqual([0, 2]);
		expect(output.failedFrom).toEqual([1]);
		expect(output.failed).toEqual([
			{ ...items[1], error: expect.stringContaining(sub_code), details: expect.anything() },
		]);
		expect(output.failed[0]?.details).toMatchObject({ code, sub_code });
	});
});

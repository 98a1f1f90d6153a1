import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { failureOf, queryItems, simulate } from './query.mts';

const ONCE = { concurrency: 1, maxTries: 1 };

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

describe('If Not Found: Output an Item', () => {
	const options = { ...ONCE, notFound: 'item' };
	const query = async (...items: object[]) =>
		await queryItems(simulator, items, {
			parameters: { options },
			onError: 'continueErrorOutput',
		});

	it.each(['SIM-AUTH-ORDER-NOT-EXIST', 'SIM-AUTH-OPERATION-NOT-EXIST'])(
		'%s outputs the numbers of the request with found false',
		async (scenario) => {
			const { good, failed } = await query(scenarioByMerchant(scenario));
			expect(failed).toEqual([]);
			expect(good).toEqual([
				{
					...scenarioByMerchant(scenario),
					...{ auth_no: null, operation_id: null, operation_type: null, status: null },
					...{ amount: null, total_pay_refund_amount: null, order_title: null, gmt_trans: null },
					found: false,
				},
			]);
		},
	);

	it.each([
		['a number that a spreadsheet rounded', '2014021600100150', /look rounded: a spreadsheet/],
		['a number that was converted', '20260901355864863000', /look rounded: it may have been/],
		['a leading apostrophe', "'R20260901001", /an apostrophe \('\) around it/],
		['quotation marks', '="R20260901001"', /has "=" around it/],
		['wide digits', 'R２０２６0901001', /is not an ordinary character/],
		['a label', '流水号：R20260901001', /text before the number/],
		['thousands separators', '20,260,901,001', /contains "," between its digits/],
	])('%s that Alipay does not know proves nothing', async (_what, out_request_no, reason) => {
		const { good, failed } = await query({ out_order_no: 'M20260901001', out_request_no });
		expect(good).toEqual([]);
		const { error, details } = failed[0] as { error: string; details: IDataObject };
		expect(error).toMatch(/^Not found: /);
		expect(details).toMatchObject({ sub_code: 'AUTH_OPERATION_NOT_EXIST', attempts: 1 });
		const [first, second] = String(details.solution).split(/\. (?=The operation may exist)/);
		expect(first).toMatch(reason);
		expect(first).toContain('Out Request No (out_request_no)');
		expect(second).toMatch(/^The operation may exist\. Enter the number .* Check the Operation ID/);
		expect(simulator.requests[0]?.params.biz_content).toContain(JSON.stringify(out_request_no));
	});

	it('a number of Alipay’s that was converted to a JavaScript number proves nothing', async () => {
		const { auth_no } = SAMPLES.rich;
		const { good, failed } = await query({ auth_no, operation_id: '20260901355864863000' });
		expect(good).toEqual([]);
		expect(failed[0]?.details).toMatchObject({
			solution: expect.stringMatching(
				/^The last digits of Operation ID \(operation_id\) look rounded/,
			),
		});
	});

	it('a damaged number that Alipay knows is a normal result', async () => {
		const { good } = await query(scenarioByMerchant('SIM-PRETTY', "'M20260901001"));
		expect(good).toMatchObject([{ found: true, out_order_no: "'M20260901001" }]);
	});

	it('a word for "none" is never sent', async () => {
		const words = ['NULL', '无', '#N/A', '{{ $json.auth_no }}', '-'];
		const { good, failed } = await query(
			...words.map((word) => ({ out_order_no: 'M20260901001', out_request_no: word })),
			{ ...SAMPLES.rich, auth_no: 'NULL', operation_id: '无' },
		);
		expect(failed.map(({ error }) => String(error))).toEqual(
			words.map((word) => expect.stringContaining(`is "${word}", which is not a number`)),
		);
		expect(good).toMatchObject([{ found: true, status: 'SUCCESS' }]);
		expect(simulator.requests).toHaveLength(1);
	});

	it('an operation that exists has found true', async () => {
		expect((await query(SAMPLES.rich)).good).toMatchObject([{ found: true, status: 'SUCCESS' }]);
	});

	it.each([
		['SIM-UNSIGNED-NOT-FOUND', '40004'],
		['SIM-FORGED-ERROR', 'answer-signature-mismatch'],
		['SIM-ACCESS-FORBIDDEN', '40004'],
		['SIM-SYSTEM-ERROR', '40004'],
	])('%s stays a failed item', async (scenario, code) => {
		const { good, failed } = await query(scenarioByMerchant(scenario));
		expect(good).toEqual([]);
		expect(failed[0]?.details).toMatchObject({ code });
	});
});

describe('one bad item among others', () => {
	const failing = (expression: string) =>
		`={{ $json.bad ? $('Nowhere').first().json.x : ${expression} }}`;
	const PLACES: Array<[place: string, parameters: INodeParameters]> = [
		['a number', { authNo: failing('$json.auth_no') }],
		['an option', { options: { ...ONCE, appAuthToken: failing("''") } }],
		['Simplify', { simplify: failing('true') }],
	];

	it.each(
		PLACES.flatMap(([place, parameters]) => [0, 1].map((bad) => [place, bad, parameters] as const)),
	)('fails alone when an expression in %s of item %i fails', async (_place, bad, parameters) => {
		const items = [0, 1, 2].map((index) => ({ ...SAMPLES.closed, bad: index === bad }));
		const output = await queryItems(simulator, items, {
			parameters,
			onError: 'continueErrorOutput',
		});
		expect(output.good.map(({ status }) => status)).toEqual(['CLOSED', 'CLOSED']);
		expect(output.goodFrom).toEqual([0, 1, 2].filter((index) => index !== bad));
		expect(output.failedFrom).toEqual([bad]);
		expect(output.failed[0]?.error).toMatch(/^A parameter cannot be read: /);
	});

	it('fails alone when its App Auth Token is invalid, without quoting it', async () => {
		const tokens = [
			'"token-of-a-merchant",',
			'Bearer token-of-a-merchant',
			'two halves-of-it',
			'null',
		];
		const items = tokens.map((token) => ({ ...SAMPLES.closed, token }));
		const { good, failed, failedFrom } = await queryItems(simulator, items, {
			parameters: { options: { ...ONCE, appAuthToken: '={{ $json.token }}' } },
			onError: 'continueErrorOutput',
		});
		expect(good.map(({ status }) => status)).toEqual(['CLOSED', 'CLOSED']);
		expect(failedFrom).toEqual([2, 3]);
		const [blank, nothing] = failed.map(({ error }) => String(error));
		expect(blank).toMatch(/^The App Auth Token in the Options contains a space or a line break/);
		expect(nothing).toMatch(/^The App Auth Token in the Options contains a word for “no value”/);
		const said = failed.map(({ error, details }) => ({ error, details }));
		expect(JSON.stringify(said)).not.toContain('halves-of-it');
		const sent = simulator.requests.map(({ params }) => params.app_auth_token);
		expect(new Set(sent)).toEqual(new Set(['token-of-a-merchant']));
	});

	it('is not alone when n8n cannot provide the credential: every item fails', async () => {
		const { good, failed } = await queryItems(simulator, [SAMPLES.rich, SAMPLES.closed], {
			credential: null,
			onError: 'continueErrorOutput',
		});
		expect(good).toEqual([]);
		expect(failed).toMatchObject([
			{ details: { code: 'invalid-credential' } },
			{ details: { code: 'invalid-credential' } },
		]);
	});

	it('is reported as the lowest failed item when several are in progress at the end of the run', async () => {
		const slow = await simulate({ latencyMs: 300 });
		const rest = Array.from({ length: 20 }, () => SAMPLES.closed);
		const faults = ['SIM-ACCESS-FORBIDDEN', 'SIM-AUTH-ORDER-NOT-EXIST'].map((scenario) =>
			scenarioByMerchant(scenario),
		);
		const output = await queryItems(slow, [SAMPLES.rich, ...faults, ...rest], {
			parameters: { options: { concurrency: 3 } },
		});
		expect(failureOf(output)).toMatchObject({ name: 'NodeApiError', itemIndex: 1 });
		expect(slow.requests.length).toBeLessThan(5); // nothing new was started after item 2
	});
});

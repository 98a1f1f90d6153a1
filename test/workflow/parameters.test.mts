/**
 * Values that an expression can return for a parameter: a wrong value is refused by name, never
 * read as another.
 */
import type { INodeParameters } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
	generatedNumbers,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { openPoller } from '../../tools/sandbox/engine.mts';
import { failureOf, node, queryItems, simulate } from './query.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

/** Three rows. The middle one has `made` in its column `value`, which an expression reads. */
async function middle(parameters: INodeParameters, made: unknown, usual: unknown) {
	const rows = [1, 2, 3].map((number) => ({ ...generatedNumbers(number), value: usual }));
	const output = await queryItems(
		simulator,
		rows.map((row, index) => (index === 1 ? { ...row, value: made } : row)),
		{ parameters, onError: 'continueErrorOutput' },
	);
	return { ...output, words: JSON.stringify(output.failed) };
}

const OF_ROW = '={{ $json.value }}';
const OPTION = (name: string): INodeParameters => ({ options: { [name]: OF_ROW } });

/** n8n drops the expression of a field that does not allow one, and leaves its text: `{{ … }}`. */
describe('an invalid Identify By', () => {
	const query = async (identifyBy: unknown) =>
		await queryItems(simulator, [SAMPLES.closed, SAMPLES.rich], {
			parameters: { identifyBy } as INodeParameters,
			onError: 'continueErrorOutput',
		});

	it.each<[given: unknown, what: string]>([
		['column', '"column"'],
		['Alipay', '"Alipay"'],
		['Merchant Numbers', '"Merchant Numbers"'],
		['constructor', '"constructor"'],
		['={{ $json.by }}', '"{{ $json.by }}"'],
		['', 'empty'],
		[null, 'empty'],
		[7, '"7"'],
		[['alipay'], 'a list'],
		[{ alipay: 1 }, 'an object'],
	])('%j is a failed item that names the allowed values', async (given, what) => {
		const { good, failed } = await query(given);
		expect(good).toEqual([]);
		expect(failed.map(({ error }) => error)).toEqual(
			Array(2).fill(`Identify By is ${what}, which is not one of its values`),
		);
		expect(failed[1]?.details).toMatchObject({
			code: 'invalid-settings',
			solution: expect.stringContaining('return "alipay", "merchant", "auto", or "columns".'),
		});
		expect(JSON.stringify(failed)).not.toMatch(/undefined|Cannot read/);
		expect(simulator.requests).toHaveLength(0);
	});

	it.each([
		['Alipay', 'alipay'],
		['MERCHANT', 'merchant'],
		['merchant numbers', 'merchant'],
		['Either Pair', 'auto'],
	])('%j is a failed item with the right spelling', async (given, value) => {
		const { failed } = await query(given);
		expect(failed[0]?.details).toMatchObject({
			solution: expect.stringMatching(new RegExp(`^Write "${value}"\\. `)),
		});
	});
});

describe('another parameter with a value from an expression', () => {
	it.each<[parameters: INodeParameters, usual: unknown, made: unknown, error: string]>([
		[{ simplify: OF_ROW }, true, 'no', 'Simplify is "no", which is not true or false'],
		[{ simplify: OF_ROW }, true, 0, 'Simplify is "0", which is not true or false'],
		[
			OPTION('amountFormat'),
			'fen',
			'pence',
			'Amount Format is "pence", which is not one of its values',
		],
		[OPTION('notFound'), 'item', 'Item', 'If Not Found is "Item", which is not one of its values'],
		[
			OPTION('includeGatewayDetails'),
			true,
			'on',
			'Include Gateway Details is "on", which is not true or false',
		],
		[OPTION('timeoutSeconds'), 5, 'long', 'Timeout (Seconds) is "long", which is not a number'],
		[OPTION('maxTries'), 2, {}, 'Max Tries is an object, which is not a number'],
		[OPTION('concurrency'), 2, true, 'Concurrency is "true", which is not a number'],
		[
			OPTION('requestsPerSecond'),
			0,
			'fast',
			'Requests per Second is "fast", which is not a number',
		],
		[
			OPTION('appAuthToken'),
			'',
			{ token: 1 },
			'App Auth Token (app_auth_token) is an object, not text',
		],
	])(
		'%j: a row with another value than %j, %j, is a failed item',
		async (parameters, usual, made, error) => {
			const { failed, goodFrom, words } = await middle(parameters, made, usual);
			expect(goodFrom).toEqual([0, 2]);
			expect(failed[0]?.error).toBe(error);
			expect(words).not.toMatch(/undefined|Cannot read/);
			expect(simulator.requests).toHaveLength(2);
		},
	);

	it('can be Simplify with the text of a spreadsheet: "false" is not true', async () => {
		const { good, failed } = await middle({ simplify: OF_ROW }, 'FALSE', 'true');
		expect(failed).toEqual([]);
		expect(good.map((item) => 'remark' in item)).toEqual([false, true, false]);
	});

	it('stops the run by name when the node stops on errors', async () => {
		const parameters = { options: { amountFormat: 'pence' } };
		const error = failureOf(await queryItems(simulator, [SAMPLES.closed], { parameters }));
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'Amount Format is "pence", which is not one of its values [item 0]',
			description: 'Its expression must return "number", "text", or "fen".',
			failure: { cause: 'configuration-invalid' },
		});
		expect(simulator.requests).toHaveLength(0);
	});

	it('is limited to its range when it is a number, and the editor reports it', async () => {
		const options = { concurrency: '={{ 500 }}', timeoutSeconds: '={{ 0 }}' };
		const { good, hints } = await queryItems(simulator, [SAMPLES.closed], {
			parameters: { options },
		});
		expect(good).toHaveLength(1);
		expect(hints('Alipay')).toEqual([
			'Concurrency is 500, which is out of range. The node used 100, the nearest allowed value.',
			'Timeout (Seconds) is 0, which is out of range. The node used 1, the nearest allowed value.',
		]);
	});
});

describe('a Resource or an Operation that does not exist', () => {
	it.each<[parameters: INodeParameters, error: string, words: string]>([
		[
			{ resource: 'Coupon' },
			'Resource is "Coupon", which is not one of its values',
			'"couponOperation"',
		],
		[
			{ operation: 'Query' },
			'Operation is "Query", which is not one of its values',
			'Write "query". ',
		],
		[
			{ operation: 'constructor' },
			'Operation is "constructor", which is not one of its values',
			'"query"',
		],
	])('%j fails every item by name, and none counts as good', async (parameters, error, words) => {
		const rows = [SAMPLES.closed, SAMPLES.rich];
		const { good, failed } = await queryItems(simulator, rows, {
			parameters,
			onError: 'continueErrorOutput',
		});
		expect(good).toEqual([]);
		expect(failed).toMatchObject([
			{ error, details: { solution: expect.stringContaining(words) } },
			{ error, details: { code: 'invalid-settings' } },
		]);
		const stopped = failureOf(await queryItems(simulator, rows, { parameters }));
		expect(stopped.message).toBe(error);
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('a parameter of the trigger', () => {
	const poll = async (parameters: INodeParameters) => {
		const poller = await openPoller({
			node: node('Alipay Trigger', 'n8n-nodes-alipay.alipayTrigger', {
				parameters: {
					event: 'couponOperationStatus',
					statuses: ['CLOSED'],
					watchList: JSON.stringify([merchantPair(SAMPLES.closed)]),
					...parameters,
				},
				credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
			}),
			credential: { ...simulator.credential },
		});
		return await poller.poll();
	};

	it.each<[parameters: INodeParameters, message: string, words: RegExp]>([
		[
			{ event: 'closed' },
			'Event is "closed", which is not one of its values',
			/"couponOperationStatus"/,
		],
		[
			{ event: 'Coupon Operation Status' },
			'Event is a text of 23 characters',
			/^Write "couponOperationStatus"\. /,
		],
		[{ event: '={{ $vars.event }}' }, 'Event is "{{ $vars.event }}"', /"couponOperationStatus"/],
		[{ statuses: 'closed' }, 'Statuses is "closed", which', /^Write "CLOSED"\. /],
		[{ statuses: ['CLOSED', 'Success'] }, 'Statuses is "Success", which', /^Write "SUCCESS"\. /],
		[{ statuses: ['TRADE_CLOSED'] }, 'Statuses is "TRADE_CLOSED", which', /"CLOSED", "INIT"/],
		[{ statuses: '={{ { status: "CLOSED" } }}' }, 'Statuses is an object, which', /"CLOSED"/],
		[{ statuses: '={{ [["CLOSED"]] }}' }, 'Statuses is a list, which', /"CLOSED"/],
		[{ statuses: '={{ null }}' }, 'Statuses is empty, which', /"CLOSED"/],
		[{ statuses: 7 }, 'Statuses is "7", which', /"CLOSED"/],
		[{ simplify: 'yes' }, 'Simplify is "yes", which is not true or false', /true or false/],
		[
			{ options: { amountFormat: 'cent' } },
			'Amount Format is "cent"',
			/"number", "text", or "fen"/,
		],
		[{ options: { repeatAfterRestart: 'on' } }, 'Repeat After Restart is "on"', /true or false/],
		[
			{
				event: 'tradeStatus',
				statuses: 'TRADE_CLOSED',
				watchList: '[{ "out_trade_no": "T1" }]',
				options: { keepWatchingDays: 'all' },
			},
			'Keep Watching (Days) is "all", which is not a number',
			/such as 7\./,
		],
		[{ options: { concurrency: 'all' } }, 'Concurrency is "all", which is not a number', /number/],
	])('%j is refused by name', async (parameters, message, words) => {
		const error = await poll(parameters).then(
			() => expect.fail('The poll was expected to throw'),
			(thrown: Error & { description?: string; failure?: unknown }) => thrown,
		);
		expect(error.message).toContain(message);
		expect(error.description).toMatch(words);
		expect(error.failure).toEqual({ cause: 'configuration-invalid' });
		expect(simulator.requests).toHaveLength(0);
	});

	it('is read from text when it is Repeat After Restart or Simplify', async () => {
		const output = await poll({ simplify: 'FALSE', options: { repeatAfterRestart: 'false' } });
		expect(output?.[0]?.[0]?.json).toHaveProperty('remark');
	});

	it.each<[row: unknown, error: RegExp]>([
		[
			{ identifyBy: 'Merchant', ...{ outOrderNo: 'M1', outRequestNo: 'R1' } },
			/^Operations, row 1: Identify By is "Merchant", which is not one of its values$/,
		],
		[{ identifyBy: null, outOrderNo: 'M1' }, /^Operations, row 1: Identify By is empty/],
		[{ identifyBy: 7 }, /^Operations, row 1: Identify By is "7"/],
		[null, /^Operations, row 1: No number is filled in$/],
		['M1', /^Operations, row 1: No number is filled in$/],
	])(
		'with the row %j of the form fails by name, and the other rows are looked up',
		async (row, error) => {
			const output = await poll({ operations: { values: [row] } as INodeParameters });
			expect(output?.[0]).toMatchObject([{ json: { status: 'CLOSED' } }]);
			expect(output?.[1]).toMatchObject([
				{ json: { error: expect.stringMatching(error), details: { code: 'invalid-identifiers' } } },
			]);
			expect(JSON.stringify(output?.[1])).not.toMatch(/undefined|Cannot read/);
		},
	);

	it('uses the default of the form in a row without the field', async () => {
		const { auth_no, operation_id } = SAMPLES.refund;
		const values = [{ authNo: auth_no, operationId: operation_id }];
		const output = await poll({ statuses: ['SUCCESS'], operations: { values } });
		expect(output?.[0]).toMatchObject([{ json: { operation_id } }]);
	});
});

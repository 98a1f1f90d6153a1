/** What an expression may make up for a parameter: it is refused by name, and never taken for something else. */
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

/** Three rows, of which the middle one has `made` in its column `value`, which an expression reads. */
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

/** n8n drops the expression of a field that allows none, and leaves its text: `{{ … }}`. */
describe('Identify By that somebody made up', () => {
	const query = async (identifyBy: unknown) =>
		await queryItems(simulator, [SAMPLES.closed, SAMPLES.rich], {
			parameters: { identifyBy } as INodeParameters,
			onError: 'continueErrorOutput',
		});

	it.each<[given: unknown, what: string]>([
		['columns', '"columns"'],
		['Alipay', '"Alipay"'],
		['Merchant Numbers', '"Merchant Numbers"'],
		['constructor', '"constructor"'],
		['={{ $json.by }}', '"{{ $json.by }}"'],
		['', 'empty'],
		[null, 'empty'],
		[7, '"7"'],
		[['alipay'], 'a list'],
		[{ alipay: 1 }, 'an object'],
	])('%j is a failed item that names the values', async (given, what) => {
		const { good, failed } = await query(given);
		expect(good).toEqual([]);
		expect(failed.map(({ error }) => error)).toEqual(
			[0, 1].map(
				(index) => `Identify By is ${what}, which is not one of its values [item ${index}]`,
			),
		);
		expect(failed[1]?.details).toMatchObject({
			code: 'invalid-settings',
			solution: expect.stringContaining('return "alipay", "merchant", or "auto".'),
		});
		expect(JSON.stringify(failed)).not.toMatch(/undefined|Cannot read/);
		expect(simulator.requests).toHaveLength(0);
	});

	it.each([
		['Alipay', 'alipay'],
		['MERCHANT', 'merchant'],
		['merchant numbers', 'merchant'],
		['Either Pair', 'auto'],
	])('%j is told how it is written', async (given, value) => {
		const { failed } = await query(given);
		expect(failed[0]?.details).toMatchObject({
			solution: expect.stringMatching(new RegExp(`^Write "${value}"\\. `)),
		});
	});
});

describe('another parameter that an expression makes up', () => {
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
			expect(failed[0]?.error).toBe(`${error} [item 1]`);
			expect(words).not.toMatch(/undefined|Cannot read/);
			expect(simulator.requests).toHaveLength(2);
		},
	);

	it('Simplify is read from the text of a spreadsheet: "false" is not true', async () => {
		const { good, failed } = await middle({ simplify: OF_ROW }, 'FALSE', 'true');
		expect(failed).toEqual([]);
		expect(good.map((item) => 'remark' in item)).toEqual([false, true, false]);
	});

	it('stops the run by name, when the node stops', async () => {
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

	it('that is a number out of range is held to it, and the editor says so', async () => {
		const options = { concurrency: '={{ 500 }}', timeoutSeconds: '={{ 0 }}' };
		const { good, hints } = await queryItems(simulator, [SAMPLES.closed], {
			parameters: { options },
		});
		expect(good).toHaveLength(1);
		expect(hints('Alipay')).toEqual([
			'Concurrency is 500; the node used 100, the nearest value that it takes.',
			'Timeout (Seconds) is 0; the node used 1, the nearest value that it takes.',
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
			{ error: `${error} [item 0]`, details: { solution: expect.stringContaining(words) } },
			{ error: `${error} [item 1]`, details: { code: 'invalid-settings' } },
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
		[
			{ statuses: 'closed' },
			'Statuses names no status of Alipay',
			/^Write "CLOSED" in capitals\. /,
		],
		[
			{ statuses: ['CLOSED', 'Success'] },
			'Statuses names no status of Alipay',
			/^Write "SUCCESS" in/,
		],
		[{ statuses: '={{ { status: "CLOSED" } }}' }, 'Statuses names no status', /^Choose Closed/],
		[{ statuses: '={{ [["CLOSED"]] }}' }, 'Statuses names no status', /^Choose Closed/],
		[{ statuses: '={{ null }}' }, 'Statuses names no status', /^Choose Closed/],
		[{ statuses: 7 }, 'Statuses names no status', /^Choose Closed/],
		[{ simplify: 'yes' }, 'Simplify is "yes", which is not true or false', /true or false/],
		[
			{ options: { amountFormat: 'cent' } },
			'Amount Format is "cent"',
			/"number", "text", or "fen"/,
		],
		[{ options: { repeatAfterRestart: 'on' } }, 'Repeat After Restart is "on"', /true or false/],
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

	it('Repeat After Restart and Simplify are read from text', async () => {
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
		[null, /^Operations, row 1: There is no number to look up$/],
		['M1', /^Operations, row 1: There is no number to look up$/],
	])('a row of the form %j fails by name, and the others are asked for', async (row, error) => {
		const output = await poll({ operations: { values: [row] } as INodeParameters });
		expect(output?.[0]).toMatchObject([{ json: { status: 'CLOSED' } }]);
		expect(output?.[1]).toMatchObject([
			{ json: { error: expect.stringMatching(error), details: { code: 'invalid-identifiers' } } },
		]);
		expect(JSON.stringify(output?.[1])).not.toMatch(/undefined|Cannot read/);
	});

	it('a row without the field takes the form’s default', async () => {
		const { auth_no, operation_id } = SAMPLES.refund;
		const values = [{ authNo: auth_no, operationId: operation_id }];
		const output = await poll({ statuses: ['SUCCESS'], operations: { values } });
		expect(output?.[0]).toMatchObject([{ json: { operation_id } }]);
	});
});

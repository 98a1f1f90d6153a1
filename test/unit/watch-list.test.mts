import type { IPollFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { readWatchList } from '../../nodes/shared/watch/list.ts';
import { fault, value } from '../support/answers.mts';
import { PARCEL, RETURN } from '../support/methods.mts';

interface Parameters {
	/** The rows of the form. */
	rows?: ReadonlyArray<Record<string, unknown>>;
	/** The Watch List as it is entered, */
	watchList?: unknown;
	/** and as its expression, if it is one. */
	expression?: string;
}

/** The watch list of a trigger with these parameters. */
function read(
	{ rows = [], watchList = '', expression }: Parameters,
	method: Method = couponOperationQuery,
) {
	const getNodeParameter = (
		name: string,
		_absent?: unknown,
		options?: { rawExpressions?: boolean },
	) => {
		if (name === 'operations.values') return rows;
		return options?.rawExpressions && expression !== undefined ? expression : watchList;
	};
	return readWatchList(method, { getNodeParameter } as unknown as IPollFunctions);
}

const keys = (parameters: Parameters, method?: Method) =>
	value(read(parameters, method)).map(({ key }) => key);
const key = (numbers: Record<string, string>) => JSON.stringify(numbers);

const PAIR = { auth_no: '1', operation_id: '2' };

describe('the watch list', () => {
	it('has the rows of the form, then those of the list', () => {
		const parameters = {
			rows: [
				{ identifyBy: 'alipay', authNo: '1', operationId: '2' },
				{ identifyBy: 'merchant', outOrderNo: '3', outRequestNo: '4' },
			],
			watchList: JSON.stringify([{ auth_no: '5', operation_id: '6' }]),
		};
		expect(keys(parameters)).toEqual([
			key(PAIR),
			key({ out_order_no: '3', out_request_no: '4' }),
			key({ auth_no: '5', operation_id: '6' }),
		]);
	});

	it('has each operation once, by the numbers that decide', () => {
		const watchList = [
			PAIR,
			{ ...PAIR, out_order_no: '3', out_request_no: '4' },
			{ operation_id: ' 2 ', auth_no: 1 },
			{ ...PAIR, remark: 'another column' },
		];
		const rows = [{ authNo: '1', operationId: '2' }];
		expect(keys({ rows, watchList })).toEqual([key(PAIR)]);
	});

	it('takes a row of the form for one by Alipay’s numbers unless it says otherwise', () => {
		expect(keys({ rows: [{ authNo: '1', operationId: '2', outOrderNo: '3' }] })).toEqual([
			key(PAIR),
		]);
	});

	it('keeps the numbers as they were entered', () => {
		const [entry] = value(read({ watchList: [{ auth_no: 1, operation_id: ' 2 ', more: 'x' }] }));
		expect(entry?.entered).toEqual({
			auth_no: 1,
			operation_id: ' 2 ',
			out_order_no: undefined,
			out_request_no: undefined,
		});
		expect(value(entry?.bizContent ?? fail())).toEqual(PAIR);
	});

	it('names the place of a row that cannot be looked up, and goes on without it', () => {
		const [good, bad, worse, token] = value(
			read({
				rows: [{ authNo: '1', operationId: '2' }, { authNo: '1' }],
				watchList: ['no object', { ...PAIR, app_auth_token: 'x' }],
			}),
		);
		expect(good?.bizContent.ok).toBe(true);
		const messages = [bad, worse, token].map((one) => fault(one?.bizContent ?? fail()).message);
		expect(messages).toEqual([
			'Operations, row 2: Auth No (auth_no) is filled in, Operation ID (operation_id) is not',
			'Watch List, row 1: it is no object',
			'Watch List, row 2: it has an app_auth_token of its own, which the trigger cannot use',
		]);
	});

	it('knows a row that cannot be looked up again when others come before it', () => {
		const broken = { auth_no: '1' };
		const [before] = keys({ watchList: [broken] });
		const [, after] = keys({ watchList: [PAIR, broken] });
		expect(after).toBe(before);
	});

	it.each([
		['nothing', {}, 'There is no operation to watch'],
		['no array', { watchList: '{"auth_no":"1"}' }, 'The Watch List is no JSON array'],
		['no JSON', { watchList: 'auth_no 1' }, 'The Watch List is no JSON array'],
		[
			'an expression that yields nothing',
			{ watchList: undefined, expression: '={{ $json.list }}' },
			'The expression of the Watch List yields nothing',
		],
	])('is refused when there is %s', (_name, parameters, message) => {
		expect(fault(read(parameters))).toMatchObject({ code: 'invalid-settings', message });
	});

	it('may be empty when it is an array', () => {
		expect(keys({ watchList: '[]' })).toEqual([]);
		expect(keys({ watchList: [], expression: '={{ [] }}' })).toEqual([]);
	});

	it('has at most 10,000 entries, counted once each', () => {
		const list = (count: number) =>
			Array.from({ length: count }, (_, n) => ({ auth_no: String(n), operation_id: '1' }));
		expect(keys({ watchList: [...list(10_000), ...list(10_000)] })).toHaveLength(10_000);
		expect(fault(read({ watchList: list(10_001) })).message).toBe(
			'There are 10001 operations to watch; the trigger takes at most 10000',
		);
	});
});

describe('the watch list of a method of another shape', () => {
	it('reads its own parameters, from the form and from the list', () => {
		const parameters = {
			rows: [
				{ identifyBy: 'alipay', orderNo: '2' },
				{ identifyBy: 'merchant', outNo: '3', product: 'BOX', scene: 'DOOR' },
			],
			watchList: [
				{ fund_no: '1', order_no: '2' },
				{ out_no: '4', product: 'BOX', scene: 'X' },
			],
		};
		expect(keys(parameters, PARCEL)).toEqual([
			key({ order_no: '2' }),
			key({ out_no: '3', product: 'BOX', scene: 'DOOR' }),
			key({ fund_no: '1' }),
			key({ out_no: '4', product: 'BOX', scene: 'X' }),
		]);
	});

	it('has a number that belongs to both ways in the key of either', () => {
		const watchList = [
			{ trade_no: '1', out_request_no: '3' },
			{ out_trade_no: '2', out_request_no: '3' },
			{ trade_no: '1', out_trade_no: '2', out_request_no: '3' },
		];
		expect(keys({ watchList }, RETURN)).toEqual([
			key({ trade_no: '1', out_request_no: '3' }),
			key({ out_trade_no: '2', out_request_no: '3' }),
		]);
	});

	it('says what its rows must look like', () => {
		expect(fault(read({ watchList: '{}' }, RETURN)).solution).toBe(
			'Make it an array of objects, e.g. [{ "trade_no": "…", "out_request_no": "…" }].',
		);
		const [entry] = value(read({ watchList: [1] }, PARCEL));
		expect(fault(entry?.bizContent ?? fail()).solution).toBe('Make it an object with fund_no.');
		expect(fault(read({}, PARCEL)).message).toBe('There is no parcel to watch');
	});
});

function fail(): never {
	throw new Error('there is no such entry');
}

describe('what an expression may put in place of the rows', () => {
	it.each(['all', 7, { authNo: '1' }])('%j is refused by name', (rows) => {
		const found = fault(read({ rows: rows as never }));
		expect(found.message).toBe('Operations is not a list of rows');
		expect(found.code).toBe('invalid-settings');
	});

	it.each([null, undefined, ''])('%j is no row', (rows) => {
		const found = value(read({ rows: rows as never, watchList: [PAIR] }));
		expect(found).toHaveLength(1);
	});

	it('a row of any length has a short key, and the same in each poll', () => {
		const row = { auth_no: 'pasted '.repeat(100_000) };
		const [first] = keys({ watchList: [row] });
		expect(first?.length).toBeLessThanOrEqual(256);
		expect(keys({ watchList: [{ ...row }] })).toEqual([first]);
		expect(keys({ watchList: [{ auth_no: `${row.auth_no}x` }] })).not.toEqual([first]);
	});
});

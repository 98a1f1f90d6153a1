/**
 * Identify By Input Columns: which columns of an item are read, and what is reported about the
 * others.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { parametersOf, titleOf, type Method } from '../../alipay/methods/method.ts';
import { refundQuery } from '../../alipay/methods/refundQuery.ts';
import { tradeQuery } from '../../alipay/methods/tradeQuery.ts';
import { transferQuery } from '../../alipay/methods/transferQuery.ts';
import { columnNamesOf } from '../../nodes/shared/form/method.ts';
import { Unreadable } from '../../nodes/shared/form/read.ts';
import { identify } from '../../nodes/shared/identify.ts';
import { createColumnReader } from '../../nodes/shared/inputColumns.ts';
import { fault, value, words } from '../support/responses.mts';
import { PARCEL, RETURN } from '../support/methods.mts';

const AUTH_NO = '2014021601002000640012345678';
const OPERATION_ID = '20140216010020006400';
const ALIPAY = { auth_no: AUTH_NO, operation_id: OPERATION_ID };
const MERCHANT = { out_order_no: '8077735255938023', out_request_no: '2014021600100146' };
const TRADE_NO = '2023122122001499160501586202';

interface Settings {
	method?: Method;
	/** As the form stores them. */
	names?: Record<string, unknown>;
	words?: Record<string, string>;
	hasToken?: boolean;
	binary?: object;
}

function read(row: object, settings: Settings = {}) {
	const { method = couponOperationQuery, names = {}, hasToken = false } = settings;
	const item = { json: row, binary: settings.binary } as never;
	const readerOf = createColumnReader(method, columnNamesOf(method, names));
	return readerOf({ item, words: settings.words ?? {}, hasToken });
}

const sent = (row: object, settings?: Settings) => value(read(row, settings));
const refused = (row: object, settings?: Settings) => fault(read(row, settings));

describe('the columns of an item', () => {
	it.each<[what: string, row: object, sent: object]>([
		['Alipay’s pair', ALIPAY, ALIPAY],
		['the merchant’s pair', MERCHANT, MERCHANT],
		['both pairs', { ...MERCHANT, ...ALIPAY }, { ...ALIPAY, ...MERCHANT }],
		['one of them next to other columns', { amount: 1, ...ALIPAY, note: 'x' }, ALIPAY],
		[
			'one of them, the others empty',
			{ ...ALIPAY, out_order_no: '', out_request_no: null },
			ALIPAY,
		],
		['one of them, the others without a number', { ...MERCHANT, auth_no: 'N/A' }, MERCHANT],
	])('can be %s', (_what, row, numbers) => {
		expect(sent(row)).toEqual(numbers);
	});

	it.each([
		'auth_no',
		'authNo',
		'AuthNo',
		'Auth No',
		'AUTH_NO',
		'AUTH-NO',
		'auth no.',
		' auth_no\t',
		'\ufeffauth_no',
		'"auth_no"',
		'\u200bauth\u00a0no',
		'ａｕｔｈ＿ｎｏ',
		'Auth No (auth_no)',
		'*auth_no',
	])('are found under the name %j', (name) => {
		expect(sent({ [name]: AUTH_NO, 'Operation ID': OPERATION_ID })).toEqual(ALIPAY);
	});

	it.each(['auth', 'auth_no_2', 'my_auth_no', 'auth_number', 'no'])(
		'are not guessed from the name %j',
		(name) => {
			expect(refused({ [name]: AUTH_NO, operation_id: OPERATION_ID }).message).toBe(
				'Operation ID (operation_id) is filled in, but Auth No (auth_no) is not',
			);
		},
	);

	it.each<[what: string, cell: unknown, number: string]>([
		['a number', 8077735255938023, '8077735255938023'],
		['text with blanks around it', ' 807773 ', '807773'],
		['0', 0, '0'],
	])('can contain %s', (_what, cell, number) => {
		expect(sent({ ...MERCHANT, out_order_no: cell })).toEqual({
			...MERCHANT,
			out_order_no: number,
		});
	});

	it.each<[what: string, cell: unknown, message: string]>([
		['a rounded number', 2.01402160100201e27, 'is a number that has lost its last digits'],
		[
			'scientific notation',
			'2.01E+27',
			'is in scientific notation (such as 2.02E+27), so it has lost digits',
		],
		['a list', [AUTH_NO], 'is a list, not text'],
		['an object', { text: AUTH_NO }, 'is of type object, not text'],
		['a boolean', true, 'is of type boolean, not text'],
		['digits that are cut off', '20140216', 'has 8 digits; Alipay’s numbers have 16 to 32'],
	])('with %s are refused as in a field', (_what, cell, message) => {
		expect(refused({ ...ALIPAY, auth_no: cell }).message).toBe(`Auth No (auth_no) ${message}`);
	});

	it.each(['={{ 1+1 }}', '{{ $json.operation_id }}', '=A1', '${7*7}', '=cmd()'])(
		'are never evaluated: %s',
		(cell) => {
			const { message } = refused({ ...ALIPAY, auth_no: cell });
			expect(message).toMatch(/^(?:Operation ID .* is filled in, but )?Auth No \(auth_no\) /);
			expect(message).not.toContain(OPERATION_ID);
			// The merchant's number can be any text that is not a placeholder.
			const other = read({ ...MERCHANT, out_order_no: cell });
			expect(other.ok ? other.value.out_order_no : cell).toBe(cell);
		},
	);

	it('can have the names of JavaScript’s built-in properties', () => {
		const row = JSON.parse(
			`{"__proto__": {"auth_no": "${AUTH_NO}"}, "constructor": "x", "toString": 1, "operation_id": "${OPERATION_ID}"}`,
		) as object;
		expect(refused(row).message).toContain('Auth No (auth_no) is not');
		expect(sent({ ...ALIPAY, constructor: 'x', hasOwnProperty: 1 })).toEqual(ALIPAY);
		for (const name of ['__proto__', 'constructor', 'constructor.name', 'toString.length']) {
			expect(
				refused({ operation_id: OPERATION_ID }, { names: { authNo: name } }).message,
			).toContain('Auth No (auth_no) is not');
		}
		const own = sent(row, { names: { authNo: '__proto__.auth_no' } });
		expect(own).toEqual(ALIPAY);
	});
});

describe('custom column names', () => {
	const NAMES = { authNo: '支付宝授权单号', operationId: '操作 流水号' };
	const ROW = { 支付宝授权单号: AUTH_NO, '操作 流水号': OPERATION_ID };

	it('are the names that were entered', () => {
		expect(sent(ROW, { names: NAMES })).toEqual(ALIPAY);
	});

	it('replace Alipay’s names', () => {
		const row = { ...ROW, auth_no: '2014021601002000640099999999' };
		expect(sent(row, { names: NAMES })).toEqual(ALIPAY);
		expect(refused({ ...ALIPAY, 操作号: '' }, { names: { operationId: '操作号' } }).message).toBe(
			'Auth No (auth_no) is filled in, but Operation ID (operation_id) is not',
		);
	});

	it('can be Alipay’s name of another number', () => {
		const row = { out_trade_no: 'A1' };
		expect(sent(row, { method: refundQuery, names: { outRequestNo: 'out_trade_no' } })).toEqual({
			out_trade_no: 'A1',
			out_request_no: 'A1',
		});
	});

	it.each<[name: string, row: object]>([
		['订单 号', { '订单 号': AUTH_NO }],
		['订单 号', { ' 订单 号\ufeff': AUTH_NO }],
		['订单号', { '订单 号': AUTH_NO }],
		['授权单号（必填）', { '授权单号(必填)*': AUTH_NO }],
		['AUTH', { auth: AUTH_NO }],
		['0', { 0: AUTH_NO }],
		['#', { '#': AUTH_NO }],
		['auth.no', { 'auth.no': AUTH_NO }],
		['auth.no', { auth: { no: AUTH_NO } }],
		['["订单 号"]', { '订单 号': AUTH_NO }],
		["['订单 号']", { '订单 号': AUTH_NO }],
		['a["b.c"].d', { a: { 'b.c': { d: AUTH_NO } } }],
		["a['b[0]']", { a: { 'b[0]': AUTH_NO } }],
		['["it\\"s"]', { 'it"s': AUTH_NO }],
		["it\\'s", { "it's": AUTH_NO }],
		['a[b]', { 'a[b]': AUTH_NO }],
		['body.auth_no', { body: { auth_no: AUTH_NO } }],
		['rows[0].no', { rows: [{ no: AUTH_NO }] }],
		['$json.auth', { auth: AUTH_NO }],
		['$json["订单 号"]', { '订单 号': AUTH_NO }],
		['{{ $json.body.no }}', { body: { no: AUTH_NO } }],
		['$item.auth', { auth: AUTH_NO }],
		['body.no', { body: { no: AUTH_NO }, bodyNo: 'another' }],
		['a.b', { 'a.b': AUTH_NO, a: { b: 'another' } }],
		['Auth', { Auth: AUTH_NO, AUTH: 'another' }],
	])('treat %s as a name or a path', (name, row) => {
		const rowWith = { ...row, operation_id: OPERATION_ID };
		expect(sent(rowWith, { names: { authNo: name } })).toEqual(ALIPAY);
	});

	it('count as empty in the header row, which repeats them', () => {
		const heads = Object.fromEntries(Object.keys(ROW).map((name) => [name, name]));
		expect(refused(heads, { names: NAMES }).message).toBe('No number is filled in');
		expect(sent({ ...heads, ...MERCHANT }, { names: NAMES })).toEqual(MERCHANT);
	});

	it('can be numbers when numbers name the columns', () => {
		expect(sent({ 0: AUTH_NO, 1: OPERATION_ID }, { names: { authNo: 0, operationId: 1 } })).toEqual(
			ALIPAY,
		);
	});

	it('must be text', () => {
		expect(() => read(ALIPAY, { names: { authNo: ['auth_no'] } })).toThrow(Unreadable);
	});

	it.each<[what: string, given: unknown]>([
		['the content of the column', AUTH_NO],
		['the content as a number', 80777352559],
		['a number that the item does not contain', '2014021601002000640012345679'],
	])('that are %s are reported as not a name', (_what, given) => {
		const row = { 授权单号: AUTH_NO, n: 80777352559, operation_id: OPERATION_ID };
		const found = refused(row, { names: { authNo: given } });
		expect(found.message).toBe(
			'Column Names: Auth No (auth_no) is the content of a column, not its name',
		);
		expect(found.solution).toContain('Choose Fixed');
		expect(words(found)).not.toContain(String(given));
	});

	it('appear in the message when the value of their column is refused', () => {
		const { message, solution } = refused({ ...ROW, 支付宝授权单号: '2.01E+27' }, { names: NAMES });
		expect(message).toBe(
			'Auth No (auth_no) is in scientific notation (such as 2.02E+27), so it has lost digits',
		);
		expect(solution).toContain(
			'Auth No (auth_no) is read from the column "支付宝授权单号", Operation ID (operation_id) is read from the column "操作 流水号".',
		);
	});
});

describe('a number in two columns', () => {
	it('is read once if both have the same value, or one is empty', () => {
		expect(sent({ ...ALIPAY, authNo: ` ${AUTH_NO} ` })).toEqual(ALIPAY);
		expect(sent({ auth_no: '', 'Auth No': AUTH_NO, operation_id: OPERATION_ID })).toEqual(ALIPAY);
		expect(sent({ ...ALIPAY, auth_no_1: AUTH_NO })).toEqual(ALIPAY);
		expect(sent({ ...ALIPAY, auth_no_1: null })).toEqual(ALIPAY);
	});

	it.each(['authNo', 'Auth No', 'auth_no_1', 'auth_no.1', 'auth_no (2)', 'AUTH_NO '])(
		'is refused if the column %j has another value',
		(name) => {
			const found = refused({ ...ALIPAY, [name]: '2014021601002000640099999999' });
			expect(found.message).toBe(
				'The input item contains Auth No (auth_no) twice, with different values',
			);
			expect(found.solution).toBe(
				`Its columns are "auth_no" and "${name}". Remove the wrong one, or enter the name of the right one under Column Names.`,
			);
		},
	);

	it('is read from the column whose name was entered', () => {
		const row = { ...ALIPAY, auth_no_1: '2014021601002000640099999999' };
		expect(sent(row, { names: { authNo: 'auth_no' } })).toEqual(ALIPAY);
		expect(sent(row, { names: { authNo: 'auth_no_1' } }).auth_no).toBe(row.auth_no_1);
	});
});

describe('an item without a number', () => {
	it('gets a message with the columns that were looked for and the columns that it has', () => {
		const { message, solution } = refused({ 授权单号: AUTH_NO, 金额: 1 });
		expect(message).toBe(
			'The input item does not have a column "auth_no", "operation_id", "out_order_no", or "out_request_no"',
		);
		expect(solution).toBe(
			'Its columns are "授权单号" and "金额". Enter the names of your columns under Column Names.',
		);
	});

	it('gets a message with the names that were entered', () => {
		const { message } = refused({ x: 1 }, { names: { authNo: '授权单号' } });
		expect(message).toContain('not have a column "授权单号", "operation_id"');
	});

	it('gets a message that does not count words as numbers', () => {
		expect(refused({ x: 1 }, { method: transferQuery }).message).toBe(
			'The input item does not have a column "pay_fund_order_id", "order_id", or "out_biz_no"',
		);
	});

	it('gets a message with the empty cell', () => {
		const half = refused({ auth_no: AUTH_NO, operation_id: '' });
		expect(half.message).toBe(
			'Auth No (auth_no) is filled in, but Operation ID (operation_id) is not',
		);
		expect(half.solution).toBe(
			'Also fill in Operation ID (operation_id). Alipay needs these values together. Another number cannot replace the missing one. The column "operation_id" of this item is empty.',
		);
		const none = refused({ auth_no: null, operation_id: ' ' });
		expect(none.message).toBe('No number is filled in');
		expect(none.solution).toMatch(
			/The columns "auth_no" and "operation_id" of this item are empty\.$/,
		);
	});

	it('gets a message with the missing column', () => {
		const { solution } = refused({ auth_no: AUTH_NO, 操作号: OPERATION_ID });
		expect(solution).toContain(
			'This item has no column "operation_id", or its cell is empty. Its columns are "auth_no" and "操作号". If your columns have other names, enter them under Column Names.',
		);
	});

	it('gets a message with the column to remove if that would make it complete', () => {
		const { solution } = refused({ ...MERCHANT, auth_no: AUTH_NO });
		expect(solution).toMatch(/Or remove the column "auth_no": the item is complete without it\.$/);
	});

	it.each<[what: string, row: object, binary: object | undefined, solution: string]>([
		['without columns', {}, undefined, 'It has no columns. Check the output of the node before'],
		['that is a file', {}, { data: {} }, 'It contains a file. Add the node Extract from File'],
		[
			'with numbers deeper inside',
			{ headers: {}, body: ALIPAY },
			undefined,
			'The columns are in its field "body". Enter names such as "body.auth_no" under Column Names.',
		],
		[
			'of a sheet without names',
			{ [AUTH_NO]: '2014021601002000640099999999', [OPERATION_ID]: '1' },
			undefined,
			'The first row of a sheet must contain the names of the columns.',
		],
	])('%s gets a message with what to do', (_what, row, binary, solution) => {
		expect(refused(row, { binary }).solution).toContain(solution);
	});

	it('gets a message with only a few short names, and nothing from the columns', () => {
		const token = '202009BBe7fb1c7a3d4e4f0f8b9a0c2d1e3f4B91';
		const row = {
			[token]: 'secret one',
			[AUTH_NO]: 'secret two',
			'王小明 13800000000': 'secret three',
			...Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`column ${at}`, 'secret'])),
		};
		const told = words(refused(row));
		expect(told.length).toBeLessThan(600);
		expect(told).toContain('"column 0"');
		for (const hidden of ['secret', token.slice(0, 12), AUTH_NO, '13800000000']) {
			expect(told).not.toContain(hidden);
		}
	});
});

describe('a merchant named by the item', () => {
	it('is refused without the option, which the message names', () => {
		const row = { ...ALIPAY, app_auth_token: '202009BBe7fb1c7a' };
		const found = refused(row);
		expect(found.message).toBe(
			'The input item contains an app_auth_token, but the node does not read tokens from columns',
		);
		expect(found.solution).toContain('option App Auth Token');
		expect(words(found)).not.toContain('202009BB');
		expect(sent(row, { hasToken: true })).toEqual(ALIPAY);
		expect(sent({ ...ALIPAY, appAuthToken: ' ' })).toEqual(ALIPAY);
	});
});

describe('the words of a transfer', () => {
	const FORM = { product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' };
	const transfer = (row: object, words: Record<string, string>) =>
		read(row, { method: transferQuery, words });

	it('come from the columns', () => {
		const row = { out_biz_no: 'B1', ...FORM };
		expect(value(transfer(row, {}))).toEqual(row);
	});

	it.each([undefined, '', null, ' ', '\u200b', 'N/A'])(
		'come from the form when the cell is %j',
		(cell) => {
			const row = { out_biz_no: 'B1', product_code: cell };
			expect(value(transfer(row, FORM))).toEqual({ out_biz_no: 'B1', ...FORM });
		},
	);

	it('in a column override those in the form', () => {
		const row = { out_biz_no: 'B1', product_code: 'TRANS_ACCOUNT_NO_PWD' };
		expect(value(transfer(row, FORM))).toEqual({ ...row, biz_scene: 'DIRECT_TRANSFER' });
	});

	it('are not sent with a number of Alipay’s', () => {
		const order_id = '20231226110070000002150000683137';
		expect(value(transfer({ order_id }, FORM))).toEqual({ order_id });
	});

	it('are named as in the form when they are missing', () => {
		const { message, solution } = fault(transfer({ out_biz_no: 'B1', product_code: '-' }, {}));
		expect(message).toBe(
			'Out Biz No (out_biz_no) is filled in, but Product Code (product_code) is "-", which is not a value',
		);
		expect(solution).toMatch(
			/^Also fill in Product Code \(product_code\) and Biz Scene \(biz_scene\)\./,
		);
		expect(solution).not.toContain('no column');
	});
});

describe('a shop’s own column name', () => {
	const read = (method: Method, row: object) =>
		createColumnReader(method)({ item: { json: row as never }, words: {}, hasToken: false });

	it.each(['Order ID', 'OrderID', 'order id', 'Order Id.'])(
		'is not read as a number of Alipay’s: %s',
		(column) => {
			const sent = { out_biz_no: 'B1', product_code: 'STD_RED_PACKET', biz_scene: 'PERSONAL_PAY' };
			expect(value(read(transferQuery, { [column]: '2023122621450001', ...sent }))).toEqual(sent);
			expect(read(transferQuery, { [column]: '2023122621450001' }).ok).toBe(false);
		},
	);

	it.each(['order_id', 'orderId', 'ORDER_ID', ' order-id ', 'Order ID (order_id)'])(
		'is read under a custom name: %s',
		(column) => {
			const order_id = '20231226110070000002150000683137';
			expect(value(read(transferQuery, { [column]: order_id }))).toEqual({ order_id });
		},
	);

	it('is not read as a word of a transfer either', () => {
		const row = { out_biz_no: 'B1', 'Product Code': 'SKU-4711', biz_scene: 'DIRECT_TRANSFER' };
		const words = { product_code: 'STD_RED_PACKET' };
		const found = createColumnReader(transferQuery)({
			...{ item: { json: row }, words, hasToken: false },
		});
		expect(value(found)).toMatchObject(words);
	});
});

describe('a sheet of mixed rows', () => {
	it('is read row by row', () => {
		const readerOf = createColumnReader(tradeQuery, { out_trade_no: '订单号' });
		const rows = [{ trade_no: TRADE_NO }, { 订单号: 'A1' }, { 订单号: 'A2', trade_no: '' }, {}];
		const found = rows.map((json) => readerOf({ item: { json }, words: {}, hasToken: false }));
		expect(found.slice(0, 3).map(value)).toEqual([
			{ trade_no: TRADE_NO },
			{ out_trade_no: 'A1' },
			{ out_trade_no: 'A2' },
		]);
		expect(fault(found[3] as never).message).toContain('not have a column "trade_no" or "订单号"');
	});
});

describe('any row', () => {
	const cell = fc.oneof(
		fc.constantFrom(AUTH_NO, OPERATION_ID, TRADE_NO, 'A1', 'STD_RED_PACKET', 'N/A', '', ' ', null),
		fc.constantFrom<unknown>(
			undefined,
			0,
			8077735255938023,
			1e30,
			'2.01E+27',
			`'${AUTH_NO}`,
			'={{ 1 }}',
		),
		fc.constantFrom<unknown>(true, ['A1'], { no: 'A1' }, '2014\n02', '2014\u200b02', '１２３'),
		fc.string({ maxLength: 70 }),
		fc.string({ unit: 'grapheme', maxLength: 10 }),
	);
	/** Shops use these names for other things, so they are read only in Alipay’s spelling. */
	const spellingOf = fc.constantFrom<(name: string, title: string, isOrdinary?: true) => string>(
		(name) => name,
		(name) => name.toUpperCase(),
		(name, _title, isOrdinary) => ` ${isOrdinary ? name : name.replaceAll('_', ' ')} `,
		(_name, title) => title,
		(name) => `\ufeff${name}`,
	);
	const method = fc.constantFrom(...METHODS, PARCEL, RETURN);

	it('gives the same result as fields with the same numbers, under each spelling and under custom names', () => {
		fc.assert(
			fc.property(
				method,
				fc.array(cell, { minLength: 5, maxLength: 5 }),
				spellingOf,
				fc.boolean(),
				(one, cells, spelling, isNamed) => {
					const parameters = parametersOf(one, 'auto');
					const raw = Object.fromEntries(parameters.map(({ name }, at) => [name, cells[at]]));
					const columnOf = (at: number) => {
						const parameter = parameters[at];
						if (!parameter) throw new Error('there is no such parameter');
						return isNamed
							? `列 ${'甲乙丙丁戊'[at]}`
							: spelling(parameter.name, titleOf(parameter), parameter.isOrdinary);
					};
					const row = Object.fromEntries(parameters.map((_, at) => [columnOf(at), cells[at]]));
					const names = Object.fromEntries(
						isNamed ? parameters.map(({ name }, at) => [name, columnOf(at)]) : [],
					);
					const found = createColumnReader(
						one,
						names,
					)({
						item: { json: row as never },
						words: {},
						hasToken: false,
					});
					const expected = identify(one, 'auto', raw);
					if (expected.ok) {
						expect(found).toEqual(expected);
						return;
					}
					const { message, solution } = fault(found);
					expect(message).toBe(expected.fault.message);
					expect(solution.startsWith(expected.fault.solution)).toBe(true);
				},
			),
			{ numRuns: 3_000 },
		);
	});

	it('leads only to requests with text from the row or from the form', () => {
		const key = fc.oneof(
			fc.constantFrom('auth_no', 'Auth No', 'operation_id', 'body', '__proto__', 'out_order_no'),
			fc.string({ maxLength: 12 }),
		);
		const name = fc.oneof(
			fc.constantFrom('auth_no', 'body.auth_no', '["a b"]', '$json.x', '{{ $json.a }}', '[', '..'),
			fc.string({ maxLength: 12 }),
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(key, cell)), name, name, (entries, authNo, outOrderNo) => {
				const row = Object.fromEntries(entries);
				const found = read(row, { names: { authNo, outOrderNo } });
				if (!found.ok) return;
				const texts = JSON.stringify(row).normalize('NFKC');
				for (const text of Object.values(found.value)) {
					expect(texts).toContain(JSON.stringify(text).slice(1, -1).normalize('NFKC'));
				}
			}),
			{ numRuns: 3_000 },
		);
	});
});

describe('a long or hostile name', () => {
	it('is checked at once', () => {
		const started = performance.now();
		const row = Object.fromEntries(
			['_', '-1', ' ', '(1', '["', '\\', 'auth_no', '{{'].map((text) => [text.repeat(50_000), 'x']),
		);
		refused(row);
		for (const name of Object.keys(row)) read({ a: 1 }, { names: { authNo: name } });
		expect(performance.now() - started).toBeLessThan(20_000);
	});
});

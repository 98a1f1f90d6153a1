import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { compactFields, typedFields, type AmountFormat } from '../../nodes/shared/item.ts';
import { BASKET } from '../support/methods.mts';

const { fields: FIELDS } = couponOperationQuery;

/** The sample of the API reference, field by field, with the result for each. */
const REFERENCE = [
	['status', 'SUCCESS', 'SUCCESS'],
	['operation_type', 'PAY', 'PAY'],
	['amount', '100.00', 100],
	['total_pay_refund_amount', '1.00', 1],
	['order_title', '红包发放', '红包发放'],
	['gmt_trans', '2014-01-01 20:01:00', '2014-01-01T20:01:00.000+08:00'],
	['auth_no', '2014031600002001260000001000', '2014031600002001260000001000'],
	['operation_id', '20140216355864862002', '20140216355864862002'],
	['out_order_no', '2014021600123458', '2014021600123458'],
	['out_request_no', '2014021600100148', '2014021600100148'],
	['gmt_create', '2014-01-01 20:00:00', '2014-01-01T20:00:00.000+08:00'],
	['remark', '红包发放', '红包发放'],
	['payer_user_id', '2088402019148643', '2088402019148643'],
	['payer_logon_id', 'ali*@alipay.com', 'ali*@alipay.com'],
	['payee_user_id', '2088102138117431', '2088102138117431'],
	['payee_logon_id', 'zhan**@alitest.com', 'zhan**@alitest.com'],
	['extra_param', '{"orderExpiredTime":"10m"}', { orderExpiredTime: '10m' }],
] as const;

const NAMES = REFERENCE.map(([name]) => name);
const ANSWER = new Map<string, string>(REFERENCE.map(([name, text]) => [name, text]));

const all = (response: ReadonlyMap<string, string | null>, amountFormat: AmountFormat = 'number') =>
	typedFields(FIELDS, response, { simplify: false, amountFormat });
const one = (name: (typeof NAMES)[number], text: string | null, format?: AmountFormat) =>
	all(new Map([[name, text]]), format)[name];

describe('the fields of an item', () => {
	it.each(REFERENCE)('%s: %j becomes %j', (name, _text, expected) => {
		expect(all(ANSWER)[name]).toEqual(expected);
	});

	it('are the 17 fields of the API reference and no other, in the order of the contract', () => {
		const response = new Map([...ANSWER, ['code', '10000'], ['msg', 'Success'], ['new', 'x']]);
		expect(Object.keys(all(response))).toEqual(NAMES);
	});

	it('are the ten most important with Simplify', () => {
		const simple = typedFields(FIELDS, ANSWER, { simplify: true, amountFormat: 'number' });
		expect(Object.keys(simple)).toEqual(NAMES.slice(0, 10));
		expect(simple).toEqual(
			Object.fromEntries(REFERENCE.slice(0, 10).map(([name, , expected]) => [name, expected])),
		);
	});

	it.each(NAMES)('%s is null when Alipay sent null or nothing', (name) => {
		expect(one(name, null)).toBeNull();
		expect(all(new Map())).toHaveProperty(name, null);
	});

	it.each(NAMES)('%s keeps an empty text', (name) => {
		expect(one(name, '')).toBe('');
	});
});

describe.each(['amount', 'total_pay_refund_amount'] as const)('%s', (name) => {
	it.each([
		['100.00', 100, 10000],
		['0.01', 0.01, 1],
		['0.29', 0.29, 29],
		['1.15', 1.15, 115],
		['4.35', 4.35, 435],
		['5', 5, 500],
		['1.5', 1.5, 150],
		['0', 0, 0],
		['0.00', 0, 0],
		['-0.01', -0.01, -1],
		['-12.30', -12.3, -1230],
		['100000000.00', 100_000_000, 10_000_000_000],
		['99999999.99', 99_999_999.99, 9_999_999_999],
	])('%s returns the text, the number %d, or %d fen', (text, yuan, fen) => {
		expect(one(name, text, 'text')).toBe(text);
		expect(one(name, text, 'number')).toBe(yuan);
		expect(one(name, text, 'fen')).toBe(fen);
		expect(Number.isSafeInteger(one(name, text, 'fen'))).toBe(true);
	});

	it.each([
		'1,000.00',
		'¥5.00',
		'100.001',
		'.50',
		'5.',
		'1e3',
		'--1',
		' 1.00',
		'１.00',
		'Infinity',
		'NaN',
		'0x10',
		'9'.repeat(20),
		'unknown',
	])('keeps %j as it is in every format', (text) => {
		for (const format of ['number', 'text', 'fen'] as const) {
			expect(one(name, text, format)).toBe(text);
		}
	});
});

describe('times', () => {
	it.each(['2014-02-30 00:00:00', '2014-01-01', '2014-01-01T20:00:00Z', 'soon'])(
		'keep %j as Alipay sent it',
		(text) => {
			expect(one('gmt_trans', text)).toBe(text);
			expect(one('gmt_create', text)).toBe(text);
		},
	);
});

describe('extra_param', () => {
	it.each([
		[
			'{"merchantExt":"a=b","orderExpiredTime":"10m"}',
			{ merchantExt: 'a=b', orderExpiredTime: '10m' },
		],
		['{}', {}],
		['{"a":{"b":[1]}}', { a: { b: [1] } }],
	])('%s becomes an object', (text, expected) => {
		expect(one('extra_param', text)).toEqual(expected);
	});

	it.each(['{"a":', '[1,2]', '"text"', '12', 'null', 'merchantExt=a', '{}{}'])(
		'keeps %j as it is, because it is not an object',
		(text) => {
			expect(one('extra_param', text)).toBe(text);
		},
	);

	it.each([
		'2014021601002000640012345678',
		'9007199254740993',
		'-9007199254740993',
		'9007199254740992',
		'100000000000000000001',
		'1e400',
		'0.12345678901234567890',
		'19.999999999999999999',
		'1.0000000000000000001e2',
		'1e-400',
		`0.1${'0'.repeat(10_000)}1`,
	])('keeps a number as text when JavaScript would change it: %s', (number) => {
		expect(one('extra_param', `{"orderNo":${number}}`)).toEqual({ orderNo: number });
		const nested = `{ "a": [{"b": [1, ${number} ]}] }`;
		expect(one('extra_param', nested)).toEqual({ a: [{ b: [1, number] }] });
	});

	it('keeps a "__proto__" member as data', () => {
		const read = one('extra_param', '{"__proto__":{"found":true},"n":1}') as object;
		expect(Object.keys(read)).toEqual(['__proto__', 'n']);
		expect('found' in read).toBe(false);
	});

	it('stays text when a name appears twice in it, or when it is nested too deep', () => {
		for (const text of ['{"a":1,"a":2}', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`])
			expect(one('extra_param', text)).toBe(text);
	});

	it.each([
		'0',
		'10',
		'-1',
		'100.00',
		'0.10',
		'-12.50',
		'1.5E+3',
		'2e-7',
		'0e9',
		'0.0',
		'8077735255938023',
	])('is an object that contains the number %s', (number) => {
		expect(one('extra_param', `{"n":${number}}`)).toEqual({ n: Number(number) });
	});

	it.each(['2014021601002000640012345678', '\\"2014021601002000640012345678', '\\\\'])(
		'is an object that contains the text %j',
		(inside) => {
			const text = `{"${inside}":"${inside}","n":1}`;
			expect(one('extra_param', text)).toEqual(JSON.parse(text));
		},
	);
});

describe('values that the API reference does not list', () => {
	it.each([
		['status', 'FROZEN'],
		['operation_type', 'TRANSFER'],
		['payer_user_id', '208810213811743100000000000000000'],
		['order_title', '🧧 {"a":1}'],
	] as const)('%s keeps %j as it is', (name, text) => {
		expect(one(name, text)).toBe(text);
	});
});

describe('a field of a type that the coupon query does not use', () => {
	const typed = (name: string, text: string | null) =>
		typedFields(BASKET.fields, new Map([[name, text]]), { simplify: false, amountFormat: 'fen' })[
			name
		];

	it.each([
		{ name: 'count', text: '0', becomes: 0 },
		{ name: 'count', text: '12', becomes: 12 },
		{ name: 'count', text: '-3', becomes: -3 },
		{ name: 'count', text: '999999999999999', becomes: 999_999_999_999_999 },
		{ name: 'count', text: '1234567890123456', becomes: '1234567890123456' },
		{ name: 'count', text: '1.5', becomes: '1.5' },
		{ name: 'count', text: '1e3', becomes: '1e3' },
		{ name: 'count', text: '', becomes: '' },
		{ name: 'count', text: 'many', becomes: 'many' },
		{ name: 'count', text: null, becomes: null },
		{ name: 'gift', text: 'true', becomes: true },
		{ name: 'gift', text: 'false', becomes: false },
		{ name: 'gift', text: 'T', becomes: 'T' },
		{ name: 'gift', text: 'constructor', becomes: 'constructor' },
		{ name: 'gift', text: null, becomes: null },
		{ name: 'total', text: '1.05', becomes: 105 },
		{ name: 'paid_at', text: '2014-01-01 20:01:00', becomes: '2014-01-01T20:01:00.000+08:00' },
		{ name: 'paid_at', text: '20140101', becomes: '20140101' },
		{ name: 'bill_list', text: '[]', becomes: [] },
		{
			name: 'bill_list',
			text: '[{"amount":"1.00","n":[1]}]',
			becomes: [{ amount: '1.00', n: [1] }],
		},
		{ name: 'bill_list', text: '{"a":1}', becomes: '{"a":1}' },
		{ name: 'bill_list', text: 'null', becomes: 'null' },
		{ name: 'bill_list', text: '[1,2', becomes: '[1,2' },
		{
			name: 'bill_list',
			text: '[2014021601002000640012345678]',
			becomes: ['2014021601002000640012345678'],
		},
		{ name: 'settle_info', text: '{"a":[{"b":"1.00"}]}', becomes: { a: [{ b: '1.00' }] } },
		{ name: 'settle_info', text: '[1]', becomes: '[1]' },
		{ name: 'settle_info', text: '', becomes: '' },
	])('$name: $text becomes $becomes', ({ name, text, becomes }) => {
		expect(typed(name, text)).toEqual(becomes);
	});
});

describe('a response as a run stores it', () => {
	const compact = (response: ReadonlyMap<string, string | null>) => compactFields(FIELDS, response);

	it('has every field of the method, and null where Alipay sent null', () => {
		const kept = compact(new Map<string, string | null>([...ANSWER, ['remark', null]]));
		for (const [name, text] of ANSWER) {
			if (name !== 'remark') expect(kept.get(name)).toBe(text);
		}
		expect(kept.get('remark')).toBeNull();
	});

	it('has no other field', () => {
		const kept = compact(new Map([...ANSWER, ['code', '10000'], ['constructor', 'x']]));
		expect(kept.get('code')).toBeUndefined();
		expect(kept.get('constructor')).toBeUndefined();
		expect(compact(new Map()).get('status')).toBeUndefined();
	});

	it('produces the same item', () => {
		const options = { simplify: false, amountFormat: 'fen' } as const;
		expect(typedFields(FIELDS, compact(ANSWER), options)).toEqual(
			typedFields(FIELDS, ANSWER, options),
		);
	});
});

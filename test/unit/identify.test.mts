import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { decidingParameters, type Method, type Parameter } from '../../alipay/methods/method.ts';
import { identify, type IdentifyBy, type RawNumbers } from '../../nodes/shared/identify.ts';
import { fault, value } from '../support/responses.mts';
import { BASKET, PARCEL, RETURN } from '../support/methods.mts';

const GIVEN = {
	auth_no: '2014021601002000640012345678',
	operation_id: '20140216010020006400',
	out_order_no: '8077735255938023',
	out_request_no: '2014021600100146',
} as const;
type Name = keyof typeof GIVEN;
const NAMES = Object.keys(GIVEN) as Name[];

const LABELS: Record<Name, string> = {
	auth_no: 'Auth No',
	operation_id: 'Operation ID',
	out_order_no: 'Out Order No',
	out_request_no: 'Out Request No',
};

const NONE = 'there is no number';
const missing = (name: Name) => `${LABELS[name]} is missing`;

/**
 * For each choice and each of the 16 combinations of numbers (bit 1 auth_no, 2 operation_id, 4
 * out_order_no, 8 out_request_no): the names that are sent, or the error. Written by hand, not
 * computed.
 */
const ALIPAY = ['auth_no', 'operation_id'] as const;
const MERCHANT = ['out_order_no', 'out_request_no'] as const;
const NO_AUTH = missing('auth_no');
const NO_OPERATION = missing('operation_id');
const NO_ORDER = missing('out_order_no');
const NO_REQUEST = missing('out_request_no');
const byAlipay = [NONE, NO_OPERATION, NO_AUTH, ALIPAY] as const;
const OUTCOMES: Record<IdentifyBy, ReadonlyArray<string | readonly Name[]>> = {
	alipay: [...byAlipay, ...byAlipay, ...byAlipay, ...byAlipay],
	merchant: [
		...[NONE, NONE, NONE, NONE],
		...[NO_REQUEST, NO_REQUEST, NO_REQUEST, NO_REQUEST],
		...[NO_ORDER, NO_ORDER, NO_ORDER, NO_ORDER],
		...[MERCHANT, MERCHANT, MERCHANT, MERCHANT],
	],
	auto: [
		...[NONE, NO_OPERATION, NO_AUTH, ALIPAY],
		...[NO_REQUEST, NO_OPERATION, NO_AUTH, NO_REQUEST],
		...[NO_ORDER, NO_OPERATION, NO_AUTH, NO_ORDER],
		...[MERCHANT, NO_OPERATION, NO_AUTH, [...ALIPAY, ...MERCHANT]],
	],
};

const COMBINATIONS = (['alipay', 'merchant', 'auto'] as const).flatMap((by) =>
	OUTCOMES[by].map((outcome, bits) => {
		const given = NAMES.filter((_name, at) => bits & (1 << at));
		const said = typeof outcome === 'string' ? outcome : `asks by ${outcome.join(' + ')}`;
		return { title: `${by}: ${given.join(' + ') || 'nothing'} → ${said}`, by, given, outcome };
	}),
);

const only = (names: readonly Name[]) =>
	Object.fromEntries(names.map((name) => [name, GIVEN[name]])) as Partial<typeof GIVEN>;
const EMPTY = { auth_no: '', operation_id: '', out_order_no: '', out_request_no: '' };
/** Looks up by Alipay's pair with this auth_no. */
const withAuthNo = (auth_no: unknown) =>
	identify(couponOperationQuery, 'alipay', { ...EMPTY, operation_id: GIVEN.operation_id, auth_no });
/** Looks up by the merchant's pair with this out_order_no. */
const withOrderNo = (out_order_no: unknown) =>
	identify(couponOperationQuery, 'merchant', { ...EMPTY, out_request_no: 'R1', out_order_no });

describe('the numbers that belong together', () => {
	it.each(COMBINATIONS)('$title', ({ by, given, outcome }) => {
		const paired = identify(couponOperationQuery, by, { ...EMPTY, ...only(given) });
		if (typeof outcome !== 'string') {
			expect(value(paired)).toEqual(only(outcome));
			return;
		}
		const found = fault(paired);
		expect(found).toMatchObject({ code: 'invalid-identifiers', retryable: false });
		if (outcome === NONE) {
			expect(found.message).toBe('No number is filled in');
			const wanted = { alipay: ALIPAY, merchant: MERCHANT, auto: NAMES }[by];
			for (const name of wanted) expect(found.solution).toContain(`${LABELS[name]} (${name})`);
			return;
		}
		const absent = NAMES.find((name) => outcome === missing(name)) as Name;
		expect(found.message).toContain(`${LABELS[absent]} (${absent}) is not`);
		expect(found.solution).toBe(
			`Also fill in ${LABELS[absent]} (${absent}). Alipay needs these values together. Another number cannot replace the missing one.`,
		);
	});

	it('cover all 48 combinations', () => {
		expect(new Set(COMBINATIONS.map(({ title }) => title)).size).toBe(48);
	});

	it('use Alipay’s own pair when all four are filled in', () => {
		expect(decidingParameters(couponOperationQuery, GIVEN)).toEqual(ALIPAY);
		expect(decidingParameters(couponOperationQuery, only(ALIPAY))).toEqual(ALIPAY);
		expect(decidingParameters(couponOperationQuery, only(MERCHANT))).toEqual(MERCHANT);
	});

	it.each(['', ' \n', '\u3000', '\ufeff', '\u200b \0', null, undefined])(
		'treat %j as an empty field',
		(nothing) => {
			expect(fault(withAuthNo(nothing)).message).toContain('Auth No (auth_no) is not');
		},
	);

	it('ignore numbers outside the choice', () => {
		const raw = { ...GIVEN, out_order_no: { broken: true }, out_request_no: 'x'.repeat(99) };
		expect(value(identify(couponOperationQuery, 'alipay', raw))).toEqual(only(ALIPAY));
	});
});

describe('a word for "none"', () => {
	const NO = 'Auth No (auth_no) is "NULL", which is not a number';
	const by = (choice: IdentifyBy, raw: RawNumbers) => identify(couponOperationQuery, choice, raw);

	it('counts as empty, so the other pair is used', () => {
		const both = { ...only(MERCHANT), auth_no: 'NULL', operation_id: '无' };
		expect(value(by('auto', both))).toEqual(only(MERCHANT));
		const other = { ...only(ALIPAY), out_order_no: '-', out_request_no: '{{ $json.no }}' };
		expect(value(by('auto', other))).toEqual(only(ALIPAY));
	});

	it('is named when its partner has a number', () => {
		const raw = { operation_id: GIVEN.operation_id, auth_no: 'NULL' };
		for (const choice of ['alipay', 'auto'] as const) {
			const { message, solution } = fault(by(choice, raw));
			expect(message).toBe(`Operation ID (operation_id) is filled in, but ${NO}`);
			expect(solution).toMatch(/^Also fill in Auth No \(auth_no\)\. /);
		}
		// Also next to a complete pair, as for an empty field.
		expect(fault(by('auto', { ...raw, ...only(MERCHANT) })).message).toContain(NO);
	});

	it('is named, with each other such word, when no field has a number', () => {
		expect(fault(by('alipay', { auth_no: 'NULL' })).message).toBe(NO);
		const { message, solution } = fault(by('auto', { auth_no: 'NULL', out_request_no: '暂无' }));
		expect(message).toBe(`${NO}; Out Request No (out_request_no) is "暂无", which is not a number`);
		expect(solution).toMatch(/^Fill in Auth No .* and Operation ID .*, or Out Order No /);
	});

	it('is named next to half of another pair', () => {
		const { message } = fault(by('auto', { auth_no: 'NULL', out_order_no: 'M1' }));
		expect(message).toBe(
			`Out Order No (out_order_no) is filled in, but Out Request No (out_request_no) is not; ${NO}`,
		);
	});

	it('is ignored outside the choice', () => {
		const raw = { ...only(MERCHANT), auth_no: 'NULL', operation_id: '2.01E+27' };
		expect(value(by('merchant', raw))).toEqual(only(MERCHANT));
	});

	it('is not a number for another method either', () => {
		const raw = { out_no: '3', product: 'N/A', scene: 'DOOR' };
		expect(fault(identify(PARCEL, 'merchant', raw)).message).toBe(
			'Out No (out_no) is filled in, but Product (product) is "N/A", which is not a value',
		);
	});
});

describe('a number', () => {
	it.each([
		['text', '2014021601002000640012345678', '2014021601002000640012345678'],
		['text with leading zeros', '0000123', '0000123'],
		['text with space around it', '\t 20140216 \r\n', '20140216'],
		[
			'text with invisible characters around it',
			'\ufeff\u200b \u00002014\u2060\u007f\u200d ',
			'2014',
		],
		['one character with invisible ones around it', '\u200b7\u200b', '7'],
		['text with a space inside', 'SHOP 2024', 'SHOP 2024'],
		['text that is 0', '0', '0'],
		['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
		['64 characters and space around them', ` ${'x'.repeat(64)} `, 'x'.repeat(64)],
		['a number that is exact', 8077735255938023, '8077735255938023'],
		['the largest exact number', Number.MAX_SAFE_INTEGER, '9007199254740991'],
		['the number 0', 0, '0'],
		['an order number of the shop’s own', 'SHOP-2024_№7/红包', 'SHOP-2024_№7/红包'],
		['an order number with an E between digits', '20140216E0001', '20140216E0001'],
		['an order number like 12E3', '12E3', '12E3'],
	])('can be %s', (_name, given, sent) => {
		expect(value(withOrderNo(given)).out_order_no).toBe(sent);
	});

	it.each([
		['a number that is not exact', Number('20140216010020006400'), /has lost its last digits/],
		['the first inexact number', Number.MAX_SAFE_INTEGER + 1, /has lost its last digits/],
		['NaN', Number.NaN, /number/],
		['infinite', Infinity, /number/],
		['true', true, /of type boolean/],
		['false', false, /of type boolean/],
		['an object', { value: '1' }, /of type object/],
		['a date', new Date(0), /of type object/],
		['a list', ['1'], /a list/],
		['an empty list', [], /a list/],
		['in scientific notation', '2.01402160100201E+27', /scientific notation/],
		['in scientific notation with a comma', '2,01402E+27', /scientific notation/],
		['in scientific notation in small letters', '2e+27', /scientific notation/],
		['of 65 characters', 'x'.repeat(65), /65 characters.*at most 64/],
	])('is refused by name and with advice when it is %s', (_name, given, said) => {
		const found = fault(withOrderNo(given));
		expect(found.code).toBe('invalid-identifiers');
		expect(found.message).toMatch(said);
		expect(found.message).toContain('Out Order No (out_order_no)');
		expect(found.solution).toMatch(/text|this number/i);
	});

	it.each([
		['a line break', '2014\n0216'],
		['a line break', '2014\r\n0216'],
		['a tab', '2014\t0216'],
	])('is refused when it contains %s', (name, given) => {
		expect(fault(withAuthNo(given)).message).toBe(`Auth No (auth_no) contains ${name}`);
		expect(fault(withOrderNo(given)).message).toBe(`Out Order No (out_order_no) contains ${name}`);
	});

	it.each([
		['a zero-width space', '2014\u200b0216', 'U+200B'],
		['an invisible letter', '2014\u31640216', 'U+3164'],
		['a Braille blank', '2014\u28000216', 'U+2800'],
		['a byte order mark', '2014\ufeff0216', 'U+FEFF'],
		['a soft hyphen', '2014\u00ad0216', 'U+00AD'],
		['a mark that changes the direction', '2014\u202e0216', 'U+202E'],
		['a tag', '2014\u{e0041}0216', 'U+E0041'],
		['NUL', '2014\u00000216', 'U+0000'],
		['a C1 control character', '2014\u00850216', 'U+0085'],
	])('is refused when it contains %s, which is named and not shown', (_name, given, code) => {
		for (const [label, found] of [
			['Auth No (auth_no)', fault(withAuthNo(given))],
			['Out Order No (out_order_no)', fault(withOrderNo(given))],
		] as const) {
			expect(found.code).toBe('invalid-identifiers');
			expect(found.message).toBe(`${label} contains an invisible character (${code})`);
		}
	});

	it('is checked at once even when it is long', () => {
		const started = performance.now();
		expect(fault(withAuthNo(`1${' '.repeat(1_000_000)}1`)).message).toMatch(/1000002 characters/);
		expect(value(withOrderNo(`1${' \u200b'.repeat(500_000)}`)).out_order_no).toBe('1');
		for (const text of ['1', "'", '1,', '.', '（', '2026年', '&', 'a:']) {
			expect(fault(withAuthNo(text.repeat(300_000))).message).toMatch(/characters; .* at most 64/);
			expect(fault(withOrderNo(text.repeat(300_000))).message).toMatch(/characters; .* at most 64/);
		}
		expect(performance.now() - started).toBeLessThan(20_000);
	});

	it.each([
		['negative', -1],
		['a fraction', 1.5],
	])('is refused when it is %s, without mention of lost digits', (_name, given) => {
		const found = fault(withAuthNo(given));
		expect(found.message).toContain('Auth No (auth_no)');
		expect(found.message).not.toContain('lost');
	});

	it.each(NAMES)('that is not text is refused under its own name: %s', (name) => {
		const found = fault(identify(couponOperationQuery, 'auto', { ...GIVEN, [name]: {} }));
		expect(found.message).toContain(`${LABELS[name]} (${name})`);
	});
});

interface Shape {
	method: Method;
	by: IdentifyBy;
	given: RawNumbers;
	/** The parameters that are sent, */
	sent?: Record<string, string>;
	/** the names by which Alipay finds the record, */
	deciding?: readonly string[];
	/** or what is missing next to which number; null when there is no number. */
	missing?: readonly [given: string, missing: string] | null;
}

/** Numbers as Alipay stores them. */
const [FUND, ORDER, TRADE] = [
	'20260901110070001502440000000001',
	'20260901110070001502440000000002',
	'2026090122001400000000000003',
];

const WORDS = { product: 'BOX', scene: 'DOOR' };

const SHAPES: readonly Shape[] = [
	// One of several numbers.
	{
		method: PARCEL,
		by: 'alipay',
		given: { fund_no: FUND },
		sent: { fund_no: FUND },
		deciding: ['fund_no'],
	},
	{
		method: PARCEL,
		by: 'alipay',
		given: { order_no: ORDER },
		sent: { order_no: ORDER },
		deciding: ['order_no'],
	},
	{
		method: PARCEL,
		by: 'alipay',
		given: { order_no: ORDER, fund_no: FUND },
		sent: { fund_no: FUND, order_no: ORDER },
		deciding: ['fund_no'],
	},
	{ method: PARCEL, by: 'alipay', given: {}, missing: null },
	{ method: PARCEL, by: 'alipay', given: { out_no: '3', ...WORDS }, missing: null },
	// A number with two words next to it.
	{
		method: PARCEL,
		by: 'merchant',
		given: { out_no: '3', ...WORDS },
		sent: { out_no: '3', ...WORDS },
		deciding: ['out_no', 'product', 'scene'],
	},
	{
		method: PARCEL,
		by: 'merchant',
		given: { out_no: '3' },
		missing: ['Out No (out_no)', 'Product (product)'],
	},
	{
		method: PARCEL,
		by: 'merchant',
		given: { out_no: '3', product: 'BOX' },
		missing: ['Out No (out_no)', 'Scene (scene)'],
	},
	{ method: PARCEL, by: 'merchant', given: WORDS, missing: null },
	// Words alone are not a number, so the form can fill them in for every item.
	{
		method: PARCEL,
		by: 'auto',
		given: { order_no: ORDER, ...WORDS },
		sent: { order_no: ORDER },
		deciding: ['order_no'],
	},
	{ method: PARCEL, by: 'auto', given: WORDS, missing: null },
	{
		method: PARCEL,
		by: 'auto',
		given: { fund_no: FUND, out_no: '3', ...WORDS },
		sent: { fund_no: FUND, out_no: '3', ...WORDS },
		deciding: ['fund_no'],
	},
	{
		method: PARCEL,
		by: 'auto',
		given: { fund_no: FUND, out_no: '3' },
		missing: ['Out No (out_no)', 'Product (product)'],
	},
	// A number that belongs to both ways.
	{
		method: RETURN,
		by: 'auto',
		given: { trade_no: TRADE, out_request_no: '3' },
		sent: { trade_no: TRADE, out_request_no: '3' },
		deciding: ['trade_no', 'out_request_no'],
	},
	{
		method: RETURN,
		by: 'auto',
		given: { out_trade_no: '2', out_request_no: '3' },
		sent: { out_trade_no: '2', out_request_no: '3' },
		deciding: ['out_trade_no', 'out_request_no'],
	},
	{
		method: RETURN,
		by: 'auto',
		given: { trade_no: TRADE, out_trade_no: '2', out_request_no: '3' },
		sent: { trade_no: TRADE, out_trade_no: '2', out_request_no: '3' },
		deciding: ['trade_no', 'out_request_no'],
	},
	{
		method: RETURN,
		by: 'auto',
		given: { trade_no: TRADE, out_trade_no: '2' },
		missing: ['Trade No (trade_no)', 'Out Request No (out_request_no)'],
	},
	{
		method: RETURN,
		by: 'auto',
		given: { out_trade_no: '2' },
		missing: ['Out Trade No (out_trade_no)', 'Out Request No (out_request_no)'],
	},
	{
		method: RETURN,
		by: 'merchant',
		given: { out_request_no: '3', trade_no: TRADE },
		missing: ['Out Request No (out_request_no)', 'Out Trade No (out_trade_no)'],
	},
	// A single number, and a way that does not exist.
	{
		method: BASKET,
		by: 'auto',
		given: { basket_no: 2026090100002001 },
		sent: { basket_no: '2026090100002001' },
		deciding: ['basket_no'],
	},
	{ method: BASKET, by: 'auto', given: { basket_no: ' ' }, missing: null },
];

describe('a method with other parameters', () => {
	it.each(SHAPES.map((shape) => ({ ...shape, name: shape.method.noun[0] })))(
		'$name by $by, given $given',
		({ method, by, given, sent, deciding, missing }) => {
			const found = identify(method, by, given);
			if (sent) {
				expect(value(found)).toEqual(sent);
				expect(decidingParameters(method, sent)).toEqual(deciding);
				return;
			}
			expect(fault(found)).toMatchObject({ code: 'invalid-identifiers', retryable: false });
			if (missing) {
				const [here, absent] = missing;
				expect(fault(found).message).toBe(`${here} is filled in, but ${absent} is not`);
				expect(fault(found).solution).toContain(`fill in ${absent}`);
			} else {
				expect(fault(found).message).toBe('No number is filled in');
			}
		},
	);

	it('names every way to fill in the form', () => {
		expect(fault(identify(PARCEL, 'auto', {})).solution).toBe(
			'Fill in Fund No (fund_no), or Order No (order_no), or Out No (out_no) and Product (product) and Scene (scene).',
		);
	});

	it('names every number that would complete a number of both ways', () => {
		const found = fault(identify(RETURN, 'auto', { out_request_no: '3' }));
		expect(found.message).toBe(
			'Out Request No (out_request_no) is filled in, but Trade No (trade_no) is not',
		);
		expect(found.solution).toMatch(
			/^Also fill in Trade No \(trade_no\), or Out Trade No \(out_trade_no\)\. /,
		);
		const ofOneWay = fault(identify(RETURN, 'merchant', { out_request_no: '3' }));
		expect(ofOneWay.solution).toMatch(/^Also fill in Out Trade No \(out_trade_no\)\. /);
	});

	it('names all words that a number needs', () => {
		expect(fault(identify(PARCEL, 'merchant', { out_no: '3' })).solution).toMatch(
			/^Also fill in Product \(product\) and Scene \(scene\)\. /,
		);
	});

	it('reads a number that belongs to both ways once', () => {
		let reads = 0;
		const raw = {
			trade_no: TRADE,
			get out_request_no() {
				reads++;
				return '3';
			},
		};
		value(identify(RETURN, 'auto', raw));
		expect(reads).toBe(1);
	});

	it('has its own lengths', () => {
		const numbers = (out_request_no: string) => ({ trade_no: TRADE, out_request_no });
		const ofReturn = (text: string) => identify(RETURN, 'alipay', numbers(text));
		expect(value(ofReturn('x'.repeat(100))).out_request_no).toHaveLength(100);
		expect(fault(ofReturn('x'.repeat(101))).message).toMatch(/101 characters.*at most 100/);
		const tooLong = { trade_no: 'x'.repeat(65), out_request_no: '1' };
		expect(fault(identify(RETURN, 'alipay', tooLong)).message).toMatch(/at most 64/);
	});

	it('has its own counts of digits', () => {
		const [trade, ...others] = RETURN.parameters;
		const short = { ...(trade as Parameter), digits: { from: 4, to: 6 } };
		const method = { ...RETURN, parameters: [short, ...others] };
		const of = (trade_no: unknown) => identify(method, 'alipay', { trade_no, out_request_no: '1' });
		expect(value(of('1234')).trade_no).toBe('1234');
		expect(value(of(123456)).trade_no).toBe('123456');
		const said = 'Alipay’s numbers have 4 to 6';
		expect(fault(of('123')).message).toBe(`Trade No (trade_no) has 3 digits; ${said}`);
		expect(fault(of(1234567)).message).toBe(`Trade No (trade_no) has 7 digits; ${said}`);
		expect(fault(of(1)).message).toBe(`Trade No (trade_no) has 1 digit; ${said}`);
	});
});

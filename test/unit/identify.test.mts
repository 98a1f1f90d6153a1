import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { decidingParameters, type Method } from '../../alipay/methods/method.ts';
import { identify, type IdentifyBy, type RawNumbers } from '../../nodes/shared/identify.ts';
import { fault, value } from '../support/answers.mts';
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
 * Per choice and number of the 16 combinations (bit 1 auth_no, 2 operation_id, 4 out_order_no,
 * 8 out_request_no): the names that are sent, or what is said. Written out, not computed.
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
/** Asks by Alipay's pair with this for the auth_no. */
const withAuthNo = (auth_no: unknown) =>
	identify(couponOperationQuery, 'alipay', { ...EMPTY, operation_id: '1', auth_no });

describe('which numbers go together', () => {
	it.each(COMBINATIONS)('$title', ({ by, given, outcome }) => {
		const paired = identify(couponOperationQuery, by, { ...EMPTY, ...only(given) });
		if (typeof outcome !== 'string') {
			expect(value(paired)).toEqual(only(outcome));
			return;
		}
		const found = fault(paired);
		expect(found).toMatchObject({ code: 'invalid-identifiers', retryable: false });
		if (outcome === NONE) {
			expect(found.message).toBe('There is no number to look up');
			const wanted = { alipay: ALIPAY, merchant: MERCHANT, auto: NAMES }[by];
			for (const name of wanted) expect(found.solution).toContain(`${LABELS[name]} (${name})`);
			return;
		}
		const absent = NAMES.find((name) => outcome === missing(name)) as Name;
		expect(found.message).toContain(`${LABELS[absent]} (${absent}) is not`);
		expect(found.solution).toContain(`Fill in ${LABELS[absent]} (${absent})`);
	});

	it('has tried all 48', () => {
		expect(new Set(COMBINATIONS.map(({ title }) => title)).size).toBe(48);
	});

	it('Alipay’s own pair decides when all four are sent', () => {
		expect(decidingParameters(couponOperationQuery, GIVEN)).toEqual(ALIPAY);
		expect(decidingParameters(couponOperationQuery, only(ALIPAY))).toEqual(ALIPAY);
		expect(decidingParameters(couponOperationQuery, only(MERCHANT))).toEqual(MERCHANT);
	});

	it.each(['', ' \n', '\u3000', '\ufeff', '\u200b \0', null, undefined])(
		'%j counts as no number',
		(nothing) => {
			expect(fault(withAuthNo(nothing)).message).toContain('Auth No (auth_no) is not');
		},
	);

	it('does not look at numbers outside the choice', () => {
		const raw = { ...GIVEN, out_order_no: { broken: true }, out_request_no: 'x'.repeat(99) };
		expect(value(identify(couponOperationQuery, 'alipay', raw))).toEqual(only(ALIPAY));
	});
});

describe('a number', () => {
	it.each([
		['text', '2014021601002000640012345678', '2014021601002000640012345678'],
		['text with leading zeros', '0000123', '0000123'],
		['text with space around it', '\t 20140216 \r\n', '20140216'],
		['text with unseen characters around it', '\ufeff\u200b \u00002014\u2060\u007f\u200d ', '2014'],
		['one character with unseen ones around it', '\u200b7\u200b', '7'],
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
	])('may be %s', (_name, given, sent) => {
		expect(value(withAuthNo(given)).auth_no).toBe(sent);
	});

	it.each([
		['a number beyond the exact ones', Number('20140216010020006400'), /digits are lost/],
		['the first inexact number', Number.MAX_SAFE_INTEGER + 1, /digits are lost/],
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
	])('is refused when it is %s, by name and with advice', (_name, given, said) => {
		const found = fault(withAuthNo(given));
		expect(found.code).toBe('invalid-identifiers');
		expect(found.message).toMatch(said);
		expect(found.message).toContain('Auth No (auth_no)');
		expect(found.solution).toMatch(/text|this one number/);
	});

	it.each([
		['a zero-width space', '2014\u200b0216', 'U+200B'],
		['a byte order mark', '2014\ufeff0216', 'U+FEFF'],
		['a soft hyphen', '2014\u00ad0216', 'U+00AD'],
		['a mark that turns the direction', '2014\u202e0216', 'U+202E'],
		['a tag', '2014\u{e0041}0216', 'U+E0041'],
		['a line break', '2014\n0216', 'U+000A'],
		['a tab', '2014\t0216', 'U+0009'],
		['NUL', '2014\u00000216', 'U+0000'],
		['a C1 control character', '2014\u00850216', 'U+0085'],
	])('is refused when %s is inside, which is named and not shown', (_name, given, code) => {
		const found = fault(withAuthNo(given));
		expect(found.code).toBe('invalid-identifiers');
		expect(found.message).toBe(`Auth No (auth_no) holds a character that is not seen (${code})`);
	});

	it('is judged at once when it is long', () => {
		const started = performance.now();
		expect(fault(withAuthNo(`1${' '.repeat(1_000_000)}1`)).message).toMatch(/1000002 characters/);
		expect(value(withAuthNo(`1${' \u200b'.repeat(500_000)}`)).auth_no).toBe('1');
		expect(performance.now() - started).toBeLessThan(1_000);
	});

	it.each([
		['negative', -1],
		['a fraction', 1.5],
	])('is refused when it is %s, without talk of lost digits', (_name, given) => {
		const found = fault(withAuthNo(given));
		expect(found.message).toContain('Auth No (auth_no)');
		expect(found.message).not.toContain('digits are lost');
	});

	it.each(NAMES)('that is no text is refused for %s by its own name', (name) => {
		const found = fault(identify(couponOperationQuery, 'auto', { ...GIVEN, [name]: {} }));
		expect(found.message).toContain(`${LABELS[name]} (${name})`);
	});
});

interface Shape {
	method: Method;
	by: IdentifyBy;
	given: RawNumbers;
	/** What is sent, */
	sent?: Record<string, string>;
	/** the names by which Alipay finds it, */
	deciding?: readonly string[];
	/** or what is missing beside which number; null for no number at all. */
	missing?: readonly [given: string, missing: string] | null;
}

const WORDS = { product: 'BOX', scene: 'DOOR' };

const SHAPES: readonly Shape[] = [
	// One number of several.
	{
		method: PARCEL,
		by: 'alipay',
		given: { fund_no: '1' },
		sent: { fund_no: '1' },
		deciding: ['fund_no'],
	},
	{
		method: PARCEL,
		by: 'alipay',
		given: { order_no: '2' },
		sent: { order_no: '2' },
		deciding: ['order_no'],
	},
	{
		method: PARCEL,
		by: 'alipay',
		given: { order_no: '2', fund_no: '1' },
		sent: { fund_no: '1', order_no: '2' },
		deciding: ['fund_no'],
	},
	{ method: PARCEL, by: 'alipay', given: {}, missing: null },
	{ method: PARCEL, by: 'alipay', given: { out_no: '3', ...WORDS }, missing: null },
	// A number with two words beside it.
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
	// Words alone are no number, so the form may fill them in for every item.
	{
		method: PARCEL,
		by: 'auto',
		given: { order_no: '2', ...WORDS },
		sent: { order_no: '2' },
		deciding: ['order_no'],
	},
	{ method: PARCEL, by: 'auto', given: WORDS, missing: null },
	{
		method: PARCEL,
		by: 'auto',
		given: { fund_no: '1', out_no: '3', ...WORDS },
		sent: { fund_no: '1', out_no: '3', ...WORDS },
		deciding: ['fund_no'],
	},
	{
		method: PARCEL,
		by: 'auto',
		given: { fund_no: '1', out_no: '3' },
		missing: ['Out No (out_no)', 'Product (product)'],
	},
	// A number that belongs to both ways.
	{
		method: RETURN,
		by: 'auto',
		given: { trade_no: '1', out_request_no: '3' },
		sent: { trade_no: '1', out_request_no: '3' },
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
		given: { trade_no: '1', out_trade_no: '2', out_request_no: '3' },
		sent: { trade_no: '1', out_trade_no: '2', out_request_no: '3' },
		deciding: ['trade_no', 'out_request_no'],
	},
	{
		method: RETURN,
		by: 'auto',
		given: { trade_no: '1', out_trade_no: '2' },
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
		given: { out_request_no: '3', trade_no: '1' },
		missing: ['Out Request No (out_request_no)', 'Out Trade No (out_trade_no)'],
	},
	// A single number, and a way that there is not.
	{
		method: BASKET,
		by: 'auto',
		given: { basket_no: 7 },
		sent: { basket_no: '7' },
		deciding: ['basket_no'],
	},
	{ method: BASKET, by: 'auto', given: { basket_no: ' ' }, missing: null },
];

describe('a method of another shape', () => {
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
				expect(fault(found).message).toBe(`${here} is filled in, ${absent} is not`);
				expect(fault(found).solution).toContain(`Fill in ${absent}`);
			} else {
				expect(fault(found).message).toBe('There is no number to look up');
			}
		},
	);

	it('names every way to fill it in', () => {
		expect(fault(identify(PARCEL, 'auto', {})).solution).toBe(
			'Fill in Fund No (fund_no), or Order No (order_no), or Out No (out_no) and Product (product) and Scene (scene).',
		);
	});

	it('reads a number that belongs to both ways once', () => {
		let reads = 0;
		const raw = {
			trade_no: '1',
			get out_request_no() {
				reads++;
				return '3';
			},
		};
		value(identify(RETURN, 'auto', raw));
		expect(reads).toBe(1);
	});

	it('has lengths of its own', () => {
		const numbers = (out_request_no: string) => ({ trade_no: '1', out_request_no });
		const ofReturn = (text: string) => identify(RETURN, 'alipay', numbers(text));
		expect(value(ofReturn('x'.repeat(100))).out_request_no).toHaveLength(100);
		expect(fault(ofReturn('x'.repeat(101))).message).toMatch(/101 characters.*at most 100/);
		const tooLong = { trade_no: 'x'.repeat(65), out_request_no: '1' };
		expect(fault(identify(RETURN, 'alipay', tooLong)).message).toMatch(/at most 64/);
	});
});

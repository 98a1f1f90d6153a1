import { describe, expect, it } from 'vitest';
import {
	decidingPair,
	pairIdentifiers,
	type IdentifyBy,
} from '../../nodes/Alipay/couponOperation/identifiers.ts';
import { fault, value } from '../support/answers.mts';

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
	pairIdentifiers('alipay', { ...EMPTY, operation_id: '1', auth_no });

describe('which numbers go together', () => {
	it.each(COMBINATIONS)('$title', ({ by, given, outcome }) => {
		const paired = pairIdentifiers(by, { ...EMPTY, ...only(given) });
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
		expect(decidingPair(GIVEN)).toEqual(ALIPAY);
		expect(decidingPair(only(ALIPAY))).toEqual(ALIPAY);
		expect(decidingPair(only(MERCHANT))).toEqual(MERCHANT);
	});

	it.each(['', ' \n', '\u3000', '\ufeff', '\u200b \0', null, undefined])(
		'%j counts as no number',
		(nothing) => {
			expect(fault(withAuthNo(nothing)).message).toContain('Auth No (auth_no) is not');
		},
	);

	it('does not look at numbers outside the choice', () => {
		const raw = { ...GIVEN, out_order_no: { broken: true }, out_request_no: 'x'.repeat(99) };
		expect(value(pairIdentifiers('alipay', raw))).toEqual(only(ALIPAY));
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
		const found = fault(pairIdentifiers('auto', { ...GIVEN, [name]: {} }));
		expect(found.message).toContain(`${LABELS[name]} (${name})`);
	});
});

/** Random numbers of all kinds and random damage to them, a few thousand of each. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import type { Method, Parameter } from '../../alipay/methods/method.ts';
import { doubtOf, isProvenMissing, withDoubts } from '../../alipay/numbers/doubts.ts';
import { readNumber } from '../../alipay/numbers/read.ts';
import { gatewayFault } from '../../alipay/errors/fault.ts';
import { generatedNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import { PARCEL, RETURN } from '../support/methods.mts';

const parametersOf = (rule: Parameter['rule']) =>
	[...METHODS, PARCEL, RETURN].flatMap((method) =>
		method.parameters
			.filter((parameter) => parameter.rule === rule)
			.map((parameter) => [method, parameter] as const),
	);
const ofAlipay = fc.constantFrom(...parametersOf('alipay'));
const ofMerchant = fc.constantFrom(...parametersOf('merchant'));

/** The text that is sent; null when the input is refused or counts as empty. */
function sent(method: Method, parameter: Parameter, text: string): string | null {
	const reading = readNumber(method, parameter, text);
	return reading.ok && reading.value.placeholder === null ? reading.value.text : null;
}

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digits = (min: number, max: number) =>
	fc.array(digit, { minLength: min, maxLength: max }).map((all) => all.join(''));
const date = fc
	.date({ min: new Date('2010-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
	.map((one) => one.toISOString().slice(0, 10).replaceAll('-', ''));

/**
 * 17 to 32 digits that begin with a date. The last is not a zero, so the count of digits is
 * certain.
 */
const genuine = fc
	.tuple(date, digits(8, 23), fc.integer({ min: 1, max: 9 }))
	.map((parts) => parts.join(''));

const space = fc.constantFrom('', ' ', '\t', '\u00a0', '\u3000', '\r\n', '\ufeff', '\u200b');
const quote = fc.constantFrom('', "'", '"', '`', '“', '’', '「', '(', '<', '[', '=', '#');
const width = fc.constantFrom(
	(text: string) => text,
	(text: string) =>
		text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
);
const letterCase = fc.constantFrom(
	(text: string) => text,
	(text: string) => text.toUpperCase(),
	(text: string) => text.toLowerCase(),
	(text: string) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase(),
);

const none = fc.constantFrom(
	...['null', 'undefined', 'None', 'nil', 'NaN', 'N/A', 'n.a.', 'unknown', 'tbd', 'true', 'false'],
	...[
		'无',
		'暂无',
		'没有',
		'未知',
		'空',
		'空值',
		'不适用',
		'待定',
		'缺失',
		'not available',
		'no data',
	],
	...['-', '/', '—', '…', '########', '***', 'missing', 'empty', 'void'],
);

/** A word for "none", as different sources write it. */
const placeholder = fc
	.tuple(none, letterCase, width, space, quote, quote, space)
	.map(([word, cased, widened, before, front, behind, after]) =>
		[before, front, widened(cased(word)), behind, after].join(''),
	);

const exponent = fc.constantFrom(
	'E+',
	'e+',
	'E',
	'e',
	'E-',
	'E−',
	'Ｅ+',
	' E+',
	'E +',
	'D+',
	'×10^',
	'*10^',
	' × 10^',
);

/** A number in scientific notation, with a decimal point. */
const scientific = fc
	.tuple(
		digits(1, 4),
		fc.constantFrom('.', ',', '．'),
		digits(1, 17),
		exponent,
		fc.integer({ min: 10, max: 31 }),
	)
	.map(([whole, point, fraction, sign, power]) => `${whole}${point}${fraction}${sign}${power}`);

/** What can happen to digits on their way; each case loses or adds something. */
const DAMAGES = {
	'15 digits': (text: string) => text.slice(0, 15) + '0'.repeat(text.length - 15),
	'scientific notation': (text: string) => Number(text).toExponential(14),
	'a number written out': (text: string) => `${BigInt(Number(text))}.0`,
	'a decimal': (text: string) => `${text}.0`,
	'groups of four': (text: string) => text.replace(/(\d{4})(?=\d)/g, '$1 '),
	thousands: (text: string) => text.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ','),
	dashes: (text: string) => text.replace(/(\d{8})(?=\d)/, '$1-'),
	'a label': (text: string) => `No. ${text}`,
	'a Chinese label': (text: string) => `订单号：${text}`,
	'a letter': (text: string) => text.replace(/\d(?=.{5}$)/, 'O'),
	'two numbers': (text: string) => `${text},${text}`,
	'cut off': (text: string) => text.slice(0, 15),
	'an invisible character': (text: string) => `${text.slice(0, 8)}\u200b${text.slice(8)}`,
	twice: (text: string) => `${text}${text}`.padEnd(33, '1'),
	negative: (text: string) => `-${text}`,
} as const satisfies Record<string, (text: string) => string>;

describe('a number of Alipay’s', () => {
	it('is never sent for a word or mark that means "none"', () => {
		fc.assert(
			fc.property(ofAlipay, placeholder, ([method, parameter], text) => {
				expect(sent(method, parameter, text)).toBeNull();
			}),
			{ numRuns: 3_000 },
		);
	});

	it.each(Object.entries(DAMAGES))('is never sent when it is damaged: %s', (_damage, damage) => {
		fc.assert(
			fc.property(ofAlipay, genuine, ([method, parameter], text) => {
				expect(sent(method, parameter, damage(text))).toBeNull();
			}),
			{ numRuns: 500 },
		);
	});

	it('is never sent in scientific notation', () => {
		fc.assert(
			fc.property(ofAlipay, scientific, ([method, parameter], text) => {
				expect(sent(method, parameter, text)).toBeNull();
			}),
			{ numRuns: 2_000 },
		);
	});

	it('that went through a JavaScript number is refused from 24 digits on, and doubted below', () => {
		fc.assert(
			fc.property(ofAlipay, genuine, ([method, parameter], text) => {
				const damaged = BigInt(Number(text)).toString();
				if (text.length >= 24) expect(sent(method, parameter, damaged)).toBeNull();
				else if (text.length >= 20) expect(doubtOf(parameter, damaged)).toMatch(/look rounded/);
				const written = String(Number(text));
				if (written.includes('e')) expect(sent(method, parameter, written)).toBeNull();
				else if (written.length > 17) {
					expect(doubtOf(parameter, written)).toMatch(/look rounded/);
				}
			}),
			{ numRuns: 3_000 },
		);
	});

	it('is sent as it is when it is genuine, with any marks around it', () => {
		const mark = fc.constantFrom('', "'", '"', '`', '“', '’', '="', '\t', ' ', '\ufeff');
		fc.assert(
			fc.property(ofAlipay, genuine, mark, mark, ([method, parameter], text, front, behind) => {
				expect(sent(method, parameter, text)).toBe(text);
				expect(sent(method, parameter, `${front}${text}${behind}`)).toBe(text);
			}),
			{ numRuns: 3_000 },
		);
	});

	it('is sent as it is when the simulator made it', () => {
		fc.assert(
			fc.property(
				ofAlipay,
				fc.integer({ min: 1, max: 1_000_000 }),
				([method, parameter], number) => {
					const { auth_no, operation_id } = generatedNumbers(number);
					expect(sent(method, parameter, auth_no)).toBe(auth_no);
					expect(sent(method, parameter, operation_id)).toBe(operation_id);
				},
			),
			{ numRuns: 3_000 },
		);
	});

	it('contains only digits when it is sent, for any input', () => {
		const digitLike = fc.string({
			unit: fc.constantFrom(...'0123456789０１٢.,\' "-eE+×\t=无', '\u200b'),
		});
		fc.assert(
			fc.property(
				ofAlipay,
				fc.oneof(digitLike, fc.string({ unit: 'grapheme' })),
				([method, parameter], text) => {
					expect(sent(method, parameter, text) ?? '').toMatch(/^(?:\d{16,32})?$/);
				},
			),
			{ numRuns: 5_000 },
		);
	});
});

const NOT_FOUND = 'AUTH_ORDER_NOT_EXIST';
const [RED_PACKET] = METHODS.filter((method) => Object.hasOwn(method.codes, NOT_FOUND)) as [Method];

/** Alipay's signed response that it knows no such order. */
const missing = gatewayFault(
	{ code: '40004', msg: 'Business Failed', sub_code: NOT_FOUND, sub_msg: null },
	RED_PACKET.codes,
	{ trace_id: null, signature_verified: true },
).fault;

describe('a number of the merchant’s', () => {
	it('is never changed except at its ends', () => {
		const BLANK = '[\\s\\p{Cc}\\p{Cf}\\u115F\\u1160\\u2800\\u3164\\uFFA0]*';
		fc.assert(
			fc.property(
				ofMerchant,
				fc.string({ unit: 'binary', maxLength: 80 }),
				([method, parameter], text) => {
					const number = sent(method, parameter, text);
					if (!number) return;
					const [before = '', after = ''] = text.split(number);
					expect(`${before}${number}${after}`).toBe(text);
					expect(before + after).toMatch(new RegExp(`^${BLANK}$`, 'u'));
				},
			),
			{ numRuns: 5_000 },
		);
	});

	it('is sent when it consists of letters, digits and the usual signs', () => {
		const sign = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_', ...'订单红包');
		const number = fc
			.tuple(fc.string({ unit: sign, maxLength: 60 }), digits(1, 4))
			.map((parts) => parts.join(''))
			.filter((text) => !/^-?\d[ED]-\d+$/.test(text));
		fc.assert(
			fc.property(ofMerchant, number, ([method, parameter], text) => {
				expect(sent(method, parameter, text)).toBe(text);
			}),
			{ numRuns: 5_000 },
		);
	});

	it('is never sent for a word or mark that means "none", nor in scientific notation', () => {
		fc.assert(
			fc.property(ofMerchant, fc.oneof(placeholder, scientific), ([method, parameter], text) => {
				expect(sent(method, parameter, text)).toBeNull();
			}),
			{ numRuns: 3_000 },
		);
	});

	const MARKED = {
		'15 digits': DAMAGES['15 digits'],
		'a number written out': (text: string) => String(Number(text)),
		'a decimal': DAMAGES['a decimal'],
		'groups of four': DAMAGES['groups of four'],
		thousands: DAMAGES.thousands,
		'a label': DAMAGES['a label'],
		'a Chinese label': DAMAGES['a Chinese label'],
		'a leading apostrophe': (text: string) => `'${text}`,
		'a leading backtick': (text: string) => `\`${text}`,
		'a formula': (text: string) => `="${text}"`,
		'quotation marks': (text: string) => `"${text}"`,
		'wide digits': (text: string) =>
			text.replace(/\d/g, (one) => String.fromCharCode(0xff10 + Number(one))),
	} as const satisfies Record<string, (text: string) => string>;

	it.each(Object.entries(MARKED))(
		'that is damaged and not found does not prove that the order does not exist: %s',
		(_damage, damage) => {
			const names = fc.constantFrom('out_order_no', 'out_request_no');
			fc.assert(
				fc.property(names, genuine, (name, text) => {
					// Of 17-digit numbers, such as times in milliseconds, one in four looks
					// rounded, so they are trusted.
					const number = damage(text.slice(0, 20).padEnd(18, '7'));
					const bizContent = { out_order_no: 'M1', out_request_no: 'R1', [name]: number };
					const parameter = RED_PACKET.parameters.find((one) => one.name === name) as Parameter;
					const isSent = sent(RED_PACKET, parameter, number) !== null;
					if (!isSent) return;
					expect(isProvenMissing(RED_PACKET, bizContent, missing)).toBe(false);
					const { solution, ...rest } = withDoubts(RED_PACKET, bizContent, missing);
					expect(solution).toMatch(new RegExp(`^[^.]*\\(${name}\\)`));
					expect(solution).toContain('The operation may exist');
					expect(solution.endsWith(missing.solution)).toBe(true);
					expect({ ...rest, solution: missing.solution }).toEqual(missing);
				}),
				{ numRuns: 500 },
			);
		},
	);

	it('that is whole and not found proves it, and keeps its solution', () => {
		const bizContent = { out_order_no: 'M20260901999', out_request_no: '2014021600100146' };
		expect(isProvenMissing(RED_PACKET, bizContent, missing)).toBe(true);
		expect(withDoubts(RED_PACKET, bizContent, missing)).toBe(missing);
	});

	it.each([
		['unsigned', { ...missing, signature_verified: false }],
		['another refusal', { ...missing, sub_code: 'ILLEGAL_ARGUMENT' }],
	])('is not doubted after a refusal that is %s', (_what, refusal) => {
		const bizContent = { out_order_no: "'M1", out_request_no: 'R1' };
		expect(isProvenMissing(RED_PACKET, bizContent, refusal)).toBe(false);
		expect(withDoubts(RED_PACKET, bizContent, refusal)).toBe(refusal);
	});
});

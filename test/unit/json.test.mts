import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanObject } from '../../alipay/text/json.ts';
import { EXTRACTIONS, SKIPPED, vectorsAbsent } from '../support/vectors.mts';

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const leaf = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '/', '红') }),
	fc.double({ noNaN: true, noDefaultInfinity: true }),
	fc.constantFrom(true, false, null, 100, 0),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
	json: fc.oneof(
		{ maxDepth: 4 },
		leaf,
		fc.array(tie('json'), { maxLength: 4 }),
		fc.dictionary(fc.string({ unit: 'binary' }), tie('json'), { maxKeys: 4 }),
	),
}));
const object = fc.dictionary(
	fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('sign', 'a"b', '}{', '\\')),
	json,
);

/** JSON text with white space from `gap` wherever JSON allows it. */
function print(value: unknown, gap: () => string): string {
	const join = (open: string, parts: string[], close: string) =>
		`${open}${gap()}${parts.join(`${gap()},${gap()}`)}${gap()}${close}`;
	if (Array.isArray(value))
		return join(
			'[',
			value.map((one) => print(one, gap)),
			']',
		);
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const members = Object.entries(value).map(
		([key, one]) => `${JSON.stringify(key)}${gap()}:${gap()}${print(one, gap)}`,
	);
	return join('{', members, '}');
}

const printed = fc
	.tuple(object, fc.array(space, { minLength: 1, maxLength: 7 }))
	.map(([value, gaps]) => {
		let turn = 0;
		return print(value, () => gaps[turn++ % gaps.length] ?? '');
	});

/** The members that the scanner finds, in the form of a parsed object. */
function scanned(text: string): unknown {
	const bytes = Buffer.from(text);
	const members = scanObject(bytes)?.map(({ key, start, end }) => [
		key,
		JSON.parse(bytes.subarray(start, end).toString()) as unknown,
	]);
	return members && Object.fromEntries(members);
}

describe('scanObject', () => {
	it('agrees with JSON.parse on every object', () => {
		fc.assert(
			fc.property(printed, (text) => {
				expect(scanned(text)).toEqual(JSON.parse(text));
			}),
		);
	});

	it('returns the exact bytes of every value, without the white space around it', () => {
		const bytes = Buffer.from('\ufeff {"a" : {"b": "}"} ,\n"c":"\\"","d":100.00 }\n');
		const slices = scanObject(bytes)?.map(({ start, end }) => bytes.toString('utf8', start, end));
		expect(slices).toEqual(['{"b": "}"}', '"\\""', '100.00']);
	});

	it('refuses every truncated object', () => {
		fc.assert(
			fc.property(printed, fc.nat(), (text, cut) => {
				const bytes = Buffer.from(text);
				expect(scanObject(bytes.subarray(0, cut % bytes.length))).toBeNull();
			}),
			{ numRuns: 500 },
		);
	});

	it('refuses an object with anything but white space after it', () => {
		const garbage = fc.constantFrom('}', '{}', ',', '"', '0', 'null', '\u0000', '\u00a0', '\ufeff');
		fc.assert(
			fc.property(printed, space, garbage, (text, gap, rest) => {
				expect(scanObject(Buffer.from(text + gap + rest))).toBeNull();
			}),
		);
	});

	it('keeps both members of the same name, however the second is escaped', () => {
		const members = scanObject(Buffer.from('{"sign":1,"si\\u0067n":2}'));
		expect(members?.map(({ key }) => key)).toEqual(['sign', 'sign']);
	});

	it.each([
		['nothing', ''],
		['an array', '[{"a":1}]'],
		['text', '"a"'],
		['null', 'null'],
		['a member without a value', '{"a":}'],
		['a member without a colon', '{"a" 1}'],
		['a name without quotes', '{a:1}'],
		['a name in single quotes', "{'a':1}"],
		['a comma before the end', '{"a":1,}'],
		['a comma at the start', '{,"a":1}'],
		['two commas', '{"a":1,,"b":2}'],
		['two values', '{"a":1 2}'],
		['a broken escape in a name', '{"\\x":1}'],
		['a line break in a name', '{"a\n":1}'],
		['two byte order marks', '\ufeff\ufeff{}'],
	])('refuses %s', (_name, text) => {
		expect(scanObject(Buffer.from(text))).toBeNull();
	});

	it('handles 100,000 levels', () => {
		const deep = '['.repeat(100_000) + ']'.repeat(100_000);
		expect(scanObject(Buffer.from(`{"a":${deep}}`))).toEqual([
			{ key: 'a', start: 5, end: 200_005 },
		]);
		expect(scanObject(Buffer.from(`{"a":${'{"a":'.repeat(100_000)}`))).toBeNull();
	});
});

describe.skipIf(vectorsAbsent)(`the extraction cases of Alipay’s SDKs${SKIPPED}`, () => {
	it.each(EXTRACTIONS.filter(({ signed_text }) => signed_text !== undefined))('$id', (vector) => {
		const bytes = Buffer.from(vector.raw);
		const nodes = scanObject(bytes)?.filter(({ key }) => key === vector.node);
		const texts = nodes?.map(({ start, end }) => bytes.toString('utf8', start, end));
		expect(texts).toEqual([vector.signed_text]);
	});

	it('are all read: 18 cases, one of them a duplicate node', () => {
		expect(EXTRACTIONS).toHaveLength(18);
		expect(EXTRACTIONS.filter(({ expect_error }) => expect_error)).toHaveLength(1);
	});
});

import { isoFromAlipayTime } from '../../alipay/text/clock';
import { parseExactly } from '../../alipay/text/exactJson';
import type { Field } from '../../alipay/methods/method';
import type { AnswerFields } from '../../alipay/message/response';

/** The format of amounts: yuan as a number, Alipay's own text, or fen as an integer. */
export const AMOUNT_FORMATS = ['number', 'text', 'fen'] as const;

export type AmountFormat = (typeof AMOUNT_FORMATS)[number];

type FieldValue = string | number | boolean | null | object;

interface FieldOptions {
	/** Only the fields that are marked as simplified. */
	simplify: boolean;
	amountFormat: AmountFormat;
}

/** The fields of a response, by name. */
export type RawFields = Pick<AnswerFields, 'get'>;

/**
 * Keeps only the fields of a response that an item can have, in a fifth of the memory: a run may keep a hundred
 * thousand.
 */
export function compactFields(fields: readonly Field[], response: RawFields): RawFields {
	const values = fields.map(({ name }) => response.get(name));
	return { get: (wanted) => values[fields.findIndex(({ name }) => name === wanted)] };
}

/**
 * The typed fields of an item. Each is always there, null if Alipay did not send it, so that spreadsheet
 * columns do not move. A value that does not fit its type stays as Alipay sent it.
 */
export function typedFields(
	fields: readonly Field[],
	response: RawFields,
	options: FieldOptions,
): Record<string, FieldValue> {
	const wanted = fields.filter(({ simplified }) => simplified === true || !options.simplify);
	return Object.fromEntries(
		wanted.map(({ name, type }) => {
			const text = response.get(name) ?? null;
			return [name, text === null ? null : READERS[type](text, options)];
		}),
	);
}

const READERS: Readonly<
	Record<Field['type'], (text: string, options: FieldOptions) => FieldValue>
> = {
	text: (text) => text,
	amount: (text, { amountFormat }) => readAmount(text, amountFormat),
	time: (text) => isoFromAlipayTime(text) ?? text,
	integer: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
	boolean: (text) => BOOLEANS.get(text) ?? text,
	object: (text) => readJson(text, (value) => !Array.isArray(value)),
	array: (text) => readJson(text, Array.isArray),
};

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
	['true', true],
	['false', false],
]);

/** Yuan with at most two decimals, e.g. `100.00`; the API reference allows up to 100000000.00. */
const AMOUNT = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/;

/** Fen come from the digits: 0.29 * 100 is 28.999999999999996. */
function readAmount(text: string, format: AmountFormat): FieldValue {
	const match = AMOUNT.exec(text);
	if (format === 'text' || !match) return text;
	if (format === 'number') return Number(text);
	const [, sign = '', yuan = '', decimals = ''] = match;
	return Number(`${sign}${yuan}${decimals.padEnd(2, '0')}`);
}

/** Numbers in it that JavaScript would change stay text. */
function readJson(text: string, isRight: (value: object) => boolean): FieldValue {
	try {
		const value = parseExactly(text);
		return typeof value === 'object' && value !== null && isRight(value) ? value : text;
	} catch {
		return text;
	}
}

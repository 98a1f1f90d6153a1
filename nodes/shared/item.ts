import { isoFromAlipayTime } from '../../alipay/text/clock';
import type { Field } from '../../alipay/methods/method';
import type { AnswerFields } from '../../alipay/message/response';

/** How an amount leaves the node: yuan as a number, Alipay's own text, or an integer of fen. */
export const AMOUNT_FORMATS = ['number', 'text', 'fen'] as const;

export type AmountFormat = (typeof AMOUNT_FORMATS)[number];

type FieldValue = string | number | boolean | null | object;

interface FieldOptions {
	/** Only the fields that are marked so. */
	simplify: boolean;
	amountFormat: AmountFormat;
}

/** The fields of an answer, by name. */
export type RawFields = Pick<AnswerFields, 'get'>;

/**
 * Keeps of an answer the fields that an item can have, in a fifth of the space: a run may hold a hundred
 * thousand.
 */
export function createCompactor(fields: readonly Field[]): (answer: RawFields) => RawFields {
	const positions = new Map(fields.map(({ name }, at) => [name, at]));
	return (answer) => {
		const values = fields.map(({ name }) => answer.get(name));
		return { get: (name) => values[positions.get(name) ?? -1] };
	};
}

/**
 * The typed fields of an item. Each is always there, null when Alipay sent none, so that spreadsheet
 * columns stay put. What does not fit its type stays as Alipay sent it.
 */
export function typedFields(
	fields: readonly Field[],
	answer: RawFields,
	options: FieldOptions,
): Record<string, FieldValue> {
	const wanted = fields.filter(({ simplified }) => simplified === true || !options.simplify);
	return Object.fromEntries(
		wanted.map(({ name, type }) => {
			const text = answer.get(name) ?? null;
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

/** Fen are put together from the digits: 0.29 * 100 is 28.999999999999996. */
function readAmount(text: string, format: AmountFormat): FieldValue {
	const match = AMOUNT.exec(text);
	if (format === 'text' || !match) return text;
	if (format === 'number') return Number(text);
	const [, sign = '', yuan = '', decimals = ''] = match;
	return Number(`${sign}${yuan}${decimals.padEnd(2, '0')}`);
}

/** The text as Alipay sent it when a number in it has more digits than JavaScript keeps. */
function readJson(text: string, isRight: (value: object) => boolean): FieldValue {
	try {
		const value: unknown = JSON.parse(text);
		const isWanted = typeof value === 'object' && value !== null && isRight(value);
		return isWanted && numbersIn(text).every(isExact) ? value : text;
	} catch {
		return text;
	}
}

/** The numbers of a valid JSON text as they are written: what is left of digits without its strings. */
function numbersIn(json: string): string[] {
	return json.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
}

/** JavaScript writes no number longer than -1.2345678901234567e-308. */
const LONGEST_NUMBER = 40;

/** Whether reading a number and writing it again gives the same value, as it does up to some 16 digits. */
function isExact(written: string): boolean {
	if (written.length > LONGEST_NUMBER) return false;
	const number = Number(written);
	return (
		Math.abs(number) <= Number.MAX_SAFE_INTEGER && decimal(written) === decimal(String(number))
	);
}

/** One spelling for each value: `-12.50` and `-1.25e1` are `-125e-1`. */
function decimal(written: string): string {
	const [, sign = '', whole = '', fraction = '', exponent = '0'] =
		/^(-?)(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(written) ?? [];
	const digits = `${whole}${fraction}`.replace(/^0+/, '');
	const kept = digits.replace(/0+$/, '');
	if (kept === '') return `${sign}0`;
	return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}

/**
 * Reads one of Alipay's or the merchant's numbers as an operator's data has it. What is certainly not the
 * number is refused by name; what only looks so is sent, and doubts.ts speaks up when Alipay knows it not.
 */
import { localFault, success, type Outcome } from '../errors/fault';
import { titleOf, type Method, type Parameter } from '../methods/method';
import { nameOf } from '../text/characters';
import { invisibleIn, onOneLine, trimmed, withoutMarks } from './characters';
import { isFromDouble, isLargest, isScientific, isZeroFilled } from './digits';
import { isPlaceholder } from './placeholders';

export interface Reading {
	/** What to send; '' when there is no number. */
	text: string;
	/** The text in place of the number, shortened, e.g. `NULL`; null when the field is empty or has one. */
	placeholder: string | null;
}

/** Of most of Alipay's parameters (API reference). */
const MAX_LENGTH = 64;

/** The API references show 20, 28 and 32 digits; shorter ones leave room for what they do not show. */
const DIGITS = { from: 16, to: 32 } as const;

/** A text of more characters is no number, whatever it looks like. */
const LONGEST = 512;

const DIGITS_ALONE = /^\d+$/;

/** No word for "none" is like this, nor is scientific notation: most numbers need no closer look. */
const ORDINARY = /^[\w-]*\d{4}[\w-]*$/;

/** Of a placeholder a message shows so much. */
const SHOWN = 20;

const NOTHING: Reading = { text: '', placeholder: null };

const AS_TEXT =
	'Format the spreadsheet column as Text and enter or export the numbers again from where they come from: lost digits do not come back.';
const ONE_NUMBER = 'Check that the field contains this one number and nothing else.';

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

const found = (text: string) => success<Reading>({ text, placeholder: null });

/** The number for `parameter` in `value`, whatever an expression returns. */
export function readNumber(method: Method, parameter: Parameter, value: unknown): Outcome<Reading> {
	if (value === null || value === undefined) return success(NOTHING);
	if (typeof value === 'string') return readText(method, parameter, value);
	if (typeof value === 'number') return readTyped(parameter, value);
	const type = Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
	return refuse(
		`${titleOf(parameter)} is ${type}, not text`,
		'Check the expression: it must return one number as text.',
	);
}

function readTyped(parameter: Parameter, value: number): Outcome<Reading> {
	const label = titleOf(parameter);
	if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
		return refuse(
			`${label} is a number whose last digits are lost`,
			'Hand it over as text: format the spreadsheet column as Text, or put quotation marks around it in the JSON.',
		);
	}
	if (!Number.isSafeInteger(value) || value < 0) {
		return refuse(
			`${label} is not a whole number`,
			'Check the expression: it must return one number, best as text.',
		);
	}
	return parameter.rule === 'alipay' ? readDigits(parameter, String(value)) : found(String(value));
}

function readText(method: Method, parameter: Parameter, value: string): Outcome<Reading> {
	const text = trimmed(value);
	if (text === '') return success(NOTHING);
	const isOfAlipay = parameter.rule === 'alipay';
	const read = isOfAlipay ? readDigits : readAnyText;
	if (text.length > LONGEST) return refuseLong(parameter, text);
	if ((isOfAlipay ? DIGITS_ALONE : ORDINARY).test(text)) return read(parameter, text);
	const names = method.parameters.flatMap(({ name, label }) => [name, label, label + name]);
	if (isPlaceholder(text, names)) return success({ text: '', placeholder: shortened(text) });
	if (isScientific(text, { onlyDigits: isOfAlipay })) {
		return refuse(`${titleOf(parameter)} is in scientific notation, so digits are lost`, AS_TEXT);
	}
	return read(parameter, text);
}

function shortened(text: string): string {
	const chars = [...onOneLine(text)];
	return chars.length > SHOWN ? `${chars.slice(0, SHOWN).join('')}…` : chars.join('');
}

/** The merchant's numbers and words are sent as they are. */
const readAnyText = (parameter: Parameter, text: string): Outcome<Reading> =>
	refuseText(parameter, text) ?? found(text);

function refuseText(parameter: Parameter, text: string) {
	const { maxLength = MAX_LENGTH } = parameter;
	const label = titleOf(parameter);
	const [broken] = /[\t\r\n]/.exec(text) ?? [];
	if (broken) {
		return refuse(`${label} contains ${broken === '\t' ? 'a tab' : 'a line break'}`, ONE_NUMBER);
	}
	const invisible = invisibleIn(text);
	if (invisible) return refuseInvisible(label, invisible);
	return text.length <= maxLength ? null : refuseLong(parameter, text);
}

const refuseLong = ({ maxLength = MAX_LENGTH, ...parameter }: Parameter, { length }: string) =>
	refuse(
		`${titleOf(parameter)} has ${length} characters; Alipay accepts at most ${maxLength}`,
		ONE_NUMBER,
	);

const refuseInvisible = (label: string, codePoint: string) =>
	refuse(
		`${label} contains an invisible character (${codePoint})`,
		'Check that the field contains this one number, and type it again: text that is copied from a web page or a chat may bring such characters along.',
	);

/** Alipay's own numbers are digits only, so marks around them can go. */
function readDigits(parameter: Parameter, text: string): Outcome<Reading> {
	const label = titleOf(parameter);
	const bare = withoutMarks(text);
	const refused = refuseText(parameter, bare);
	if (refused) return refused;
	const digits = bare.replace(/\p{Nd}/gu, (digit) => digit.normalize('NFKC'));
	if (!DIGITS_ALONE.test(digits)) {
		return refuse(
			`${label} ${strangeIn(digits)}; Alipay’s numbers contain only digits`,
			`Enter the digits of this one number and nothing else.`,
		);
	}
	return refuseLength(parameter, digits) ?? refuseRounded(label, digits) ?? found(digits);
}

/** What is not a digit, and where. */
function strangeIn(text: string): string {
	const [foreign] = /(?!\d)\p{Nd}/u.exec(text) ?? [];
	if (foreign) return `contains ${nameOf(foreign)}, which is not one of 0 to 9`;
	if (!/\d/.test(text)) return 'contains no digits';
	const numbers = text.match(/\d{16,}/g) ?? [];
	if (numbers.length > 1) return `contains ${numbers.length} numbers`;
	const [, decimals] = /^\d+([.,]0+)$/.exec(text) ?? [];
	if (decimals) return `ends with "${decimals.slice(0, SHOWN)}", so it was a decimal number`;
	const [before = ''] = /^\D+/.exec(text) ?? [];
	if (before !== '') return `contains ${partNamed(before)} before its digits`;
	const [behind = ''] = /\D+$/.exec(text) ?? [];
	if (behind !== '') return `contains ${partNamed(behind)} after its digits`;
	const [between = ''] = /\D/u.exec(text) ?? [];
	return `contains ${nameOf(between)} between its digits`;
}

function partNamed(part: string): string {
	const [first = '', ...more] = part;
	return more.length === 0 ? nameOf(first) : 'text';
}

function refuseLength(
	{ digits = DIGITS, maxLength = MAX_LENGTH, ...parameter }: Parameter,
	number: string,
) {
	const to = Math.min(digits.to, maxLength);
	const count = number.length;
	if (count >= digits.from && count <= to) return null;
	return refuse(
		`${titleOf(parameter)} has ${count} ${count === 1 ? 'digit' : 'digits'}; Alipay’s numbers have ${digits.from} to ${to}`,
		count < digits.from ? 'Digits are missing: copy the whole number.' : ONE_NUMBER,
	);
}

function refuseRounded(label: string, digits: string) {
	const rounded = `${label} is rounded, so its last digits are lost`;
	if (isZeroFilled(digits)) {
		return refuse(
			`${rounded}: a spreadsheet keeps 15 digits and writes zeros for the rest`,
			AS_TEXT,
		);
	}
	if (isLargest(digits)) {
		return refuse(
			`${label} is the largest number that a program can store, or a dummy, not a number of Alipay`,
			AS_TEXT,
		);
	}
	if (isFromDouble(digits)) {
		return refuse(`${rounded}: it was converted to a number and back to text`, AS_TEXT);
	}
	return null;
}

/**
 * Reads a number of Alipay or of the merchant from an operator's data. A text that is certainly not the
 * number is refused. A text that only looks wrong is sent, and doubts.ts explains it if Alipay does not find it.
 */
import { localFault, success, type Outcome } from '../errors/fault';
import { titleOf, type Method, type Parameter } from '../methods/method';
import { nameOf } from '../text/characters';
import { invisibleIn, onOneLine, trimmed, withoutMarks } from './characters';
import { isFromDouble, isLargest, isScientific, isZeroFilled } from './digits';
import { isPlaceholder } from './placeholders';

export interface Reading {
	/** The number to send, or ''. */
	text: string;
	/** The shortened text in place of the number, for example `NULL`. Null if the field is empty or has a number. */
	placeholder: string | null;
}

/** The limit of most Alipay parameters (API reference). */
const MAX_LENGTH = 64;

/** The API references show 20, 28 and 32 digits. Other lengths may exist. */
const DIGITS = { from: 16, to: 32 } as const;

/** A longer text is never a number. */
const LONGEST = 512;

const DIGITS_ALONE = /^\d+$/;

/** Neither a placeholder nor scientific notation looks like this, so most numbers skip those checks. */
const ORDINARY = /^[\w-]*\d{4}[\w-]*$/;

/** How many characters of a placeholder a message shows. */
const SHOWN = 20;

const NOTHING: Reading = { text: '', placeholder: null };

const AS_TEXT =
	'Format the spreadsheet column as Text. Then enter or export the numbers again from their source, because lost digits cannot be restored.';
const ONE_NUMBER = 'Check that the field contains only this number.';

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

const found = (text: string) => success<Reading>({ text, placeholder: null });

/** Whether a cell looks like an Alipay number, possibly with lost digits. */
export function looksLikeNumber(
	{ digits: { from, to } = DIGITS }: Parameter,
	cell: string,
): boolean {
	const text = trimmed(cell);
	if (text.length > LONGEST) return false;
	const bare = withoutMarks(text).normalize('NFKC');
	const isInRange = bare.length >= from && bare.length <= to;
	return (DIGITS_ALONE.test(bare) && isInRange) || isScientific(text, { onlyDigits: true });
}

/** The number for `parameter` in `value`, which can be anything that an expression returns. */
export function readNumber(method: Method, parameter: Parameter, value: unknown): Outcome<Reading> {
	if (value === null || value === undefined) return success(NOTHING);
	if (typeof value === 'string') return readText(method, parameter, value);
	if (typeof value === 'number') return readTyped(parameter, value);
	const type = Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
	return refuse(
		`${titleOf(parameter)} is ${type}, not text`,
		'Check the expression or the column. It must contain one number as text.',
	);
}

function readTyped(parameter: Parameter, value: number): Outcome<Reading> {
	const label = titleOf(parameter);
	if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
		return refuse(
			`${label} is a number that has lost its last digits`,
			'Use text instead: format the spreadsheet column as Text, or put quotation marks around the number in the JSON.',
		);
	}
	if (!Number.isSafeInteger(value) || value < 0) {
		return refuse(
			`${label} is not a whole number`,
			'Check the expression or the column. It must contain one number, preferably as text.',
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
		return refuse(
			`${titleOf(parameter)} is in scientific notation (such as 2.02E+27), so it has lost digits`,
			AS_TEXT,
		);
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
		'Check that the field contains only this number, and type it again. Text from a web page or a chat can contain invisible characters.',
	);

/** Alipay's own numbers are digits only, so signs around them can be removed. */
function readDigits(parameter: Parameter, text: string): Outcome<Reading> {
	const label = titleOf(parameter);
	const bare = withoutMarks(text);
	const refused = refuseText(parameter, bare);
	if (refused) return refused;
	const digits = bare.replace(/\p{Nd}/gu, (digit) => digit.normalize('NFKC'));
	if (!DIGITS_ALONE.test(digits)) {
		return refuse(
			`${label} ${strangeIn(digits)}; Alipay’s numbers contain only digits`,
			'Enter only the digits of this number.',
		);
	}
	return refuseLength(parameter, digits) ?? refuseRounded(label, digits) ?? found(digits);
}

/** Which character is not a digit, and where. */
function strangeIn(text: string): string {
	const [foreign] = /(?!\d)\p{Nd}/u.exec(text) ?? [];
	if (foreign) return `contains ${nameOf(foreign)}, which is not a digit from 0 to 9`;
	if (!/\d/.test(text)) return 'contains no digits';
	const numbers = text.match(/\d{16,}/g) ?? [];
	if (numbers.length > 1) return `contains ${numbers.length} numbers`;
	const [, decimals] = /^\d+([.,]0+)$/.exec(text) ?? [];
	if (decimals)
		return `ends with "${decimals.slice(0, SHOWN)}", so it was stored as a decimal number`;
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
	const rounded = `${label} is rounded, so it has lost its last digits`;
	if (isZeroFilled(digits)) {
		return refuse(
			`${rounded}: a spreadsheet keeps 15 digits and writes zeros for the rest`,
			AS_TEXT,
		);
	}
	if (isLargest(digits)) {
		return refuse(
			`${label} is a dummy number or the largest number that a program can store, not a number from Alipay`,
			AS_TEXT,
		);
	}
	if (isFromDouble(digits)) {
		return refuse(`${rounded}: it was converted to a number and back to text`, AS_TEXT);
	}
	return null;
}

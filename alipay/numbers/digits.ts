/** Detects long numbers that spreadsheets or programs have changed. */
import { withoutBlanks, withoutMarks } from './characters';

/** A spreadsheet keeps this many digits and writes zeros for the rest. */
const SPREADSHEET_DIGITS = 15;

/** A program writes at most this many digits of a double before it writes zeros. */
const DOUBLE_DIGITS = 17;

/** This many zeros at the end are not an accident. */
const TELLING_ZEROS = 8;

/** One number in a thousand ends with this many zeros by accident. */
const SUSPICIOUS_ZEROS = 3;

/** With this many digits, one number in 16 million is exactly a double by accident. */
const SURELY_DOUBLE_FROM = 24;

/** With this many digits, it is one number in 2048. */
const PERHAPS_DOUBLE_FROM = 20;

/** The digits without leading zeros, without trailing zeros, and the number of trailing zeros. */
function partsOf(digits: string) {
	const whole = digits.replace(/^0+/, '');
	const kept = whole.replace(/0+$/, '');
	return { whole, kept, zeros: whole.length - kept.length };
}

/** The largest numbers of databases and programs, which they store for any larger number. */
const LARGEST: ReadonlySet<string> = new Set([
	'2147483647',
	'4294967295',
	'9223372036854775807',
	'18446744073709551615',
]);

/** Whether it is the largest number of a database or program, or one repeated digit. */
export const isLargest = (digits: string): boolean =>
	LARGEST.has(digits) || /^(\d)\1{8,}$/.test(digits);

const isDouble = (digits: string) => BigInt(Number(digits)) === BigInt(digits);

/** Whether a spreadsheet certainly wrote its last zeros. */
export function isZeroFilled(digits: string): boolean {
	const { whole, kept, zeros } = partsOf(digits);
	if (kept === '') return true;
	if (whole.length < DOUBLE_DIGITS) return false;
	return (
		kept.length <= SPREADSHEET_DIGITS || (kept.length <= DOUBLE_DIGITS && zeros >= TELLING_ZEROS)
	);
}

/** Whether a program certainly converted it to a number and back: `2026090100002001275154595840`. */
export const isFromDouble = (digits: string): boolean =>
	digits.length >= SURELY_DOUBLE_FROM && isDouble(digits);

/** Whether a spreadsheet may have written its last zeros: `8077735255938020`. */
export function maybeZeroFilled(digits: string): boolean {
	const { whole, kept } = partsOf(digits);
	return (
		(whole.length > SPREADSHEET_DIGITS && kept.length <= SPREADSHEET_DIGITS) ||
		(whole.length >= DOUBLE_DIGITS && isZeroFilled(digits))
	);
}

/** Whether JavaScript, or another program, may have rounded it: `20260901355864863000`. */
export function maybeFromDouble(digits: string): boolean {
	if (digits.length >= PERHAPS_DOUBLE_FROM && isDouble(digits)) return true;
	const { kept, zeros } = partsOf(digits);
	const isPadded = kept.length <= DOUBLE_DIGITS && zeros >= SUSPICIOUS_ZEROS;
	if (isPadded && digits.length > DOUBLE_DIGITS) return true;
	return digits.length > DOUBLE_DIGITS && String(Number(digits)) === digits;
}

/** Spellings of the parts of `2.01×10⁻²⁷`, each with its spelling in `2.01*10^-27`. */
const SPELLINGS: ReadonlyArray<readonly [found: RegExp, instead: string]> = [
	[/[\u2010-\u2015\u2212\u02D7\uFE58\uFE63]/g, '-'],
	[/[×✕✖∙⋅·•]|\\times|\\cdot/g, '*'],
	[/[ЕеΕε℮⏨ᴇ]/g, 'E'],
	[/[٫。]/g, '.'],
	[/\*\*/g, '^'],
];

/** `²⁷` as `^27`. NFKC alone would change it to 27. */
const raised = (text: string) =>
	text.replace(/[⁺⁻⁰¹²³⁴-⁹]+/g, (power) => `^${power.normalize('NFKC')}`);

function plainly(text: string): string {
	const bare = withoutBlanks(withoutMarks(raised(text).normalize('NFKC')));
	const plain = SPELLINGS.reduce((so, [found, instead]) => so.replace(found, instead), bare);
	return plain.replace(/[{}()]/g, '').toUpperCase();
}

/** An order number never contains a decimal point with an exponent, or an exponent with a sign. */
const SCIENTIFIC: readonly RegExp[] = [
	/^[+-]?(?=[^\d]*\d)\d*[.,][\d.,]*(?:E(?:[+-]\d*|\d+)|D[+-]\d*|(?:\*|X)10\^[+-]?\d+|\*10[+-]?[123]\d)$/,
	/^[+-]?\d+[ED]\+\d*$/,
	/^[+-]?\dE-[1-9]\d*$/,
	/^[+-]?\d[.,]\d+D\d+$/,
	/^[+-]?(?:\d+[*X])?10\^[+-]?\d+$/,
];

/** Between digits only, an E is always an exponent. A shop's order number may well be `12E3`. */
const SCIENTIFIC_DIGITS = /^[+-]?\d[\d.,]*[ED][+-]?\d*$/;

/** Whether a number is written as `2.01E+27`, in any spelling. */
export function isScientific(text: string, { onlyDigits }: { onlyDigits: boolean }): boolean {
	const plain = plainly(text);
	if (onlyDigits && SCIENTIFIC_DIGITS.test(plain)) return true;
	return SCIENTIFIC.some((spelling) => spelling.test(plain));
}

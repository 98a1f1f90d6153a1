/** What spreadsheets and programs do to long digits. */
import { withoutBlanks, withoutMarks } from './characters';

/** A spreadsheet keeps so many digits and writes zeros for the rest. */
const SPREADSHEET_DIGITS = 15;

/** The most that a program writes of a number of double precision before it writes zeros. */
const DOUBLE_DIGITS = 17;

/** So many zeros at the end are no accident. */
const TELLING_ZEROS = 8;

/** Of a thousand numbers one has so many by accident. */
const SUSPICIOUS_ZEROS = 3;

/** Of so many digits one number in 16 million is exactly one of double precision by accident. */
const SURELY_DOUBLE_FROM = 24;

/** Of so many digits it is one in 2048. */
const PERHAPS_DOUBLE_FROM = 20;

/** The digits from the first to the last that is not a zero, and how many zeros follow. */
function partsOf(digits: string) {
	const whole = digits.replace(/^0+/, '');
	const kept = whole.replace(/0+$/, '');
	return { whole, kept, zeros: whole.length - kept.length };
}

/** The largest numbers of databases and programs, which they store when a number is larger still. */
const LARGEST: ReadonlySet<string> = new Set([
	'2147483647',
	'4294967295',
	'9223372036854775807',
	'18446744073709551615',
]);

/** Whether it is the largest number that something can store, or one digit again and again. */
export const isLargest = (digits: string): boolean =>
	LARGEST.has(digits) || /^(\d)\1{8,}$/.test(digits);

const isDouble = (digits: string) => BigInt(Number(digits)) === BigInt(digits);

/** Whether its last digits are certainly zeros that a spreadsheet wrote. */
export function isZeroFilled(digits: string): boolean {
	const { whole, kept, zeros } = partsOf(digits);
	if (kept === '') return true;
	if (whole.length < DOUBLE_DIGITS) return false;
	return (
		kept.length <= SPREADSHEET_DIGITS || (kept.length <= DOUBLE_DIGITS && zeros >= TELLING_ZEROS)
	);
}

/** Whether it is certainly what a program makes of a number and then writes out: `2026090100002001275154595840`. */
export const isFromDouble = (digits: string): boolean =>
	digits.length >= SURELY_DOUBLE_FROM && isDouble(digits);

/** Whether its last digits may be zeros that a spreadsheet wrote: `8077735255938020`. */
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

/** Spellings of the parts of `2.01×10⁻²⁷`, each as the one of `2.01*10^-27`. */
const SPELLINGS: ReadonlyArray<readonly [found: RegExp, instead: string]> = [
	[/[\u2010-\u2015\u2212\u02D7\uFE58\uFE63]/g, '-'],
	[/[×✕✖∙⋅·•]|\\times|\\cdot/g, '*'],
	[/[ЕеΕε℮⏨ᴇ]/g, 'E'],
	[/[٫。]/g, '.'],
	[/\*\*/g, '^'],
];

/** `²⁷` as `^27`, which NFKC would make 27. */
const raised = (text: string) =>
	text.replace(/[⁺⁻⁰¹²³⁴-⁹]+/g, (power) => `^${power.normalize('NFKC')}`);

function plainly(text: string): string {
	const bare = withoutBlanks(withoutMarks(raised(text).normalize('NFKC')));
	const plain = SPELLINGS.reduce((so, [found, instead]) => so.replace(found, instead), bare);
	return plain.replace(/[{}()]/g, '').toUpperCase();
}

/** A decimal point together with an exponent, or an exponent with its sign, stands in no order number. */
const SCIENTIFIC: readonly RegExp[] = [
	/^[+-]?(?=[^\d]*\d)\d*[.,][\d.,]*(?:E(?:[+-]\d*|\d+)|D[+-]\d*|(?:\*|X)10\^[+-]?\d+|\*10[+-]?[123]\d)$/,
	/^[+-]?\d+[ED]\+\d*$/,
	/^[+-]?\dE-[1-9]\d*$/,
	/^[+-]?\d[.,]\d+D\d+$/,
	/^[+-]?(?:\d+[*X])?10\^[+-]?\d+$/,
];

/** Between digits alone an E can be nothing else; an order number of a shop may well be `12E3`. */
const SCIENTIFIC_DIGITS = /^[+-]?\d[\d.,]*[ED][+-]?\d*$/;

/** Whether a number is written as `2.01E+27`, in any spelling. */
export function isScientific(text: string, { onlyDigits }: { onlyDigits: boolean }): boolean {
	const plain = plainly(text);
	if (onlyDigits && SCIENTIFIC_DIGITS.test(plain)) return true;
	return SCIENTIFIC.some((spelling) => spelling.test(plain));
}

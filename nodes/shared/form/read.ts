/**
 * Reads what an expression yields for a parameter of the form. Nothing means the default; what cannot be
 * read is refused by the field's name and never taken for something else.
 */
import type { INodeProperties } from 'n8n-workflow';
import {
	failure,
	localFault,
	success,
	type Fault,
	type Outcome,
} from '../../../alipay/errors/fault';
import { textOf } from '../../../alipay/text/textOf';

type Field = Pick<INodeProperties, 'displayName' | 'default' | 'options'>;

export interface NumberField extends Pick<INodeProperties, 'displayName'> {
	name: string;
	default: number;
	typeOptions: { minValue: number; maxValue: number };
}

export type Collection = Readonly<Record<string, unknown>>;

/** A parameter that cannot be read. */
export class Unreadable extends Error {
	readonly fault: Fault;

	constructor(message: string, solution: string) {
		super(message);
		({ fault: this.fault } = localFault('invalid-settings', message, solution));
	}
}

/** What `read` yields, or why it cannot be read. */
export function reading<T>(read: () => T): Outcome<T> {
	try {
		return success(read());
	} catch (error) {
		return unreadable(error);
	}
}

/** Why a parameter cannot be read: its value, or its expression. */
export function unreadable(error: unknown) {
	if (error instanceof Unreadable) return failure(error.fault);
	return localFault(
		'invalid-identifiers',
		`A parameter cannot be read: ${(error as Error).message}`,
		'Correct the expression in the parameters of the node.',
	);
}

export const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** A longer value is not quoted: a key or a token may have got into the wrong field. */
const LONGEST_QUOTE = 20;

/** `"yuan"`, `a list`, `empty` */
function described(value: unknown): string {
	if (isBlank(value)) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	const text = String(value as string | number | boolean);
	return text.length > LONGEST_QUOTE ? `a text of ${text.length} characters` : `"${text}"`;
}

const EITHER = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** `"alipay", "merchant", or "auto"` */
export const choicesIn = (values: readonly string[]): string =>
	EITHER.format(values.map((value) => `"${value}"`));

/** Capitals, blanks and marks do not make another word: `Merchant Numbers` is `merchantnumbers`. */
const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** One of the values of an options field. */
export function readChoice({ displayName, options = [] }: Field, value: unknown): string {
	const choices = options.flatMap((option) =>
		'value' in option ? [{ name: option.name, value: textOf(option.value) }] : [],
	);
	const values = choices.map((choice) => choice.value);
	if (typeof value === 'string' && values.includes(value)) return value;
	const meant = choices.find((choice) =>
		[choice.value, choice.name].map(plain).includes(plain(textOf(value))),
	);
	throw new Unreadable(
		`${displayName} is ${described(value)}, which is not one of its values`,
		`${meant ? `Write "${meant.value}". ` : ''}Its expression must return ${choicesIn(values)}.`,
	);
}

/** The same of an option, which has a default. */
export const readOptionalChoice = (field: Field, value: unknown): string =>
	isBlank(value) ? textOf(field.default) : readChoice(field, value);

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
	[true, true],
	[false, false],
	['true', true],
	['false', false],
]);

/** True or false, also as the text of a spreadsheet: any text is true for JavaScript, "false" as well. */
export function readBoolean({ displayName, default: usual }: Field, value: unknown): boolean {
	if (isBlank(value)) return usual === true;
	const read = BOOLEANS.get(typeof value === 'string' ? value.trim().toLowerCase() : value);
	if (read !== undefined) return read;
	throw new Unreadable(
		`${displayName} is ${described(value)}, which is not true or false`,
		'Its expression must return true or false.',
	);
}

/** A number, also as text, held to the range of the form as the editor does. */
export function readNumberWithin(field: NumberField, value: unknown): number {
	const number = readNumber(field, value);
	const { minValue, maxValue } = field.typeOptions;
	return Math.min(maxValue, Math.max(minValue, number));
}

/** What is said of a number that was not used as it is; '' for one that was. */
export function rangeNote(field: NumberField, value: unknown): string {
	const given = readNumber(field, value);
	const used = readNumberWithin(field, value);
	return given === used
		? ''
		: `${field.displayName} is ${given}; the node used ${used}, the nearest value that it takes.`;
}

function readNumber({ displayName, default: usual }: NumberField, value: unknown): number {
	if (isBlank(value)) return usual;
	const number = ['number', 'string'].includes(typeof value) ? Number(value) : NaN;
	if (Number.isFinite(number)) return number;
	throw new Unreadable(
		`${displayName} is ${described(value)}, which is not a number`,
		`Its expression must return a number such as ${usual || 10}.`,
	);
}

/** A text that is not quoted, since it may be secret. */
export function readText(label: string, value: unknown): string {
	if (isBlank(value)) return '';
	if (typeof value === 'string') return value.trim();
	const what = typeof value === 'object' ? described(value) : `a ${typeof value}`;
	throw new Unreadable(`${label} is ${what}, not text`, 'Its expression must return text.');
}

/** A group of options; nothing means that none was added. */
export function readCollection(
	{ displayName }: Pick<Field, 'displayName'>,
	value: unknown,
): Collection {
	if (isBlank(value)) return {};
	if (typeof value === 'object' && !Array.isArray(value)) return value as Collection;
	throw new Unreadable(
		`${displayName} is ${described(value)}, not a group of options`,
		'Add its options one by one in the form, each with its own expression.',
	);
}

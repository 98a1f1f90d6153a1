/**
 * Reads values of the form, which may come from an expression. An empty value means the default. A wrong
 * value is refused with the name of its field.
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

/** The result of `read`, or why it failed. */
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
		'Fix the expression in the parameters of the node.',
	);
}

export const isBlank = (value: unknown): boolean =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** A longer value is not quoted: it may be a key or a token in the wrong field. */
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

/** Ignores case, blanks and marks: `Merchant Numbers` becomes `merchantnumbers`. */
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

/** The same for an option, which has a default. */
export const readOptionalChoice = (field: Field, value: unknown): string =>
	isBlank(value) ? textOf(field.default) : readChoice(field, value);

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
	[true, true],
	[false, false],
	['true', true],
	['false', false],
]);

/** True or false, also as text from a spreadsheet: JavaScript treats any text as true, even "false". */
export function readBoolean({ displayName, default: usual }: Field, value: unknown): boolean {
	if (isBlank(value)) return usual === true;
	const read = BOOLEANS.get(typeof value === 'string' ? value.trim().toLowerCase() : value);
	if (read !== undefined) return read;
	throw new Unreadable(
		`${displayName} is ${described(value)}, which is not true or false`,
		'Its expression must return true or false.',
	);
}

/** An option that is true as soon as it is added, and false without it. */
export const readAddition = (field: Field, value: unknown): boolean =>
	!isBlank(value) && readBoolean(field, value);

/** A number, also as text, limited to the range of the form as in the editor. */
export function readNumberWithin(field: NumberField, value: unknown): number {
	const number = readNumber(field, value);
	const { minValue, maxValue } = field.typeOptions;
	return Math.min(maxValue, Math.max(minValue, number));
}

/** A note about a number out of range; '' if the number was used as it is. */
export function rangeNote(field: NumberField, value: unknown): string {
	const given = readNumber(field, value);
	const used = readNumberWithin(field, value);
	return given === used
		? ''
		: `${field.displayName} is ${given}, which is out of range. The node used ${used}, the nearest allowed value.`;
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

/** Text that messages never quote, since it may be secret. */
export function readText(label: string, value: unknown): string {
	if (isBlank(value)) return '';
	if (typeof value === 'string') return value.trim();
	const what = typeof value === 'object' ? described(value) : `a ${typeof value}`;
	throw new Unreadable(`${label} is ${what}, not text`, 'Its expression must return text.');
}

/** A group of options; empty if no option was added. */
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

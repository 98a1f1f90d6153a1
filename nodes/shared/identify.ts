import { localFault, success, type Outcome } from '../../alipay/errors/fault';
import {
	alternativesOf,
	isWord,
	labelOf,
	parametersOf,
	type Method,
	type Owner,
} from '../../alipay/methods/method';
import { readNumber } from '../../alipay/numbers/read';

/** Whose numbers identify an item: one owner's, or those that are complete. */
export type IdentifyBy = Owner | 'auto';

/** Values of the form by Alipay's names: fixed text, or the value of an expression. */
export type RawNumbers = Readonly<Record<string, unknown>>;

/** What goes into biz_content. */
export type Numbers = Readonly<Record<string, string>>;

/** What the fields of an item contain. */
interface Given {
	numbers: Numbers;
	/** By the name of the parameter: a text such as NULL in place of its number. */
	placeholders: Readonly<Record<string, string>>;
}

/** What is missing, for the caller, who knows where it should come from. */
export interface Lack {
	/** The numbers that could complete the item. */
	missing: readonly string[];
	/** The number that is incomplete without them, if the item is complete without it. */
	spare: string | undefined;
}

/** Where to fill it in: a sentence after the solution, or ''. */
export type Where = (lack: Lack) => string;

const refuse = (message: string, solution: string, where = '') =>
	localFault('invalid-identifiers', message, where === '' ? solution : `${solution} ${where}`);

/**
 * Alipay's pairing rule, from the data of the method: the parameters of an alternative belong together, and
 * one alternative must be complete. Numbers outside the choice are ignored. If several alternatives are
 * complete, all are returned, and Alipay uses the first.
 */
export function identify(
	method: Method,
	by: IdentifyBy,
	raw: RawNumbers,
	where: Where = () => '',
): Outcome<Numbers> {
	const given = read(method, by, raw);
	if (!given.ok) return given;
	const { numbers } = given.value;
	const alternatives = alternativesOf(method, by);
	const has = (name: string) => Object.hasOwn(numbers, name);
	const complete = new Set(alternatives.filter((names) => names.every(has)).flat());
	const isLonely = (name: string) => has(name) && !complete.has(name) && !isWord(method, name);
	const half = alternatives.find((names) => names.some(isLonely));
	const lonely = half?.find(isLonely);
	if (half && lonely !== undefined) {
		const isSpare = complete.size > 0;
		return refuseHalf(method, by, given.value, { half, lonely, isSpare, where });
	}
	if (complete.size === 0) return refuseNone(method, by, given.value, where);
	// A word without its number means nothing: the form may fill it in for every item.
	const sent = Object.entries(numbers).filter(([name]) => complete.has(name));
	return success(Object.fromEntries(sent));
}

function read(method: Method, by: IdentifyBy, raw: RawNumbers): Outcome<Given> {
	const numbers: Record<string, string> = {};
	const placeholders: Record<string, string> = {};
	for (const parameter of parametersOf(method, by)) {
		const { name } = parameter;
		const reading = readNumber(method, parameter, raw[name]);
		if (!reading.ok) return reading;
		const { text, placeholder } = reading.value;
		if (text !== '') numbers[name] = text;
		if (placeholder !== null) placeholders[name] = placeholder;
	}
	return success({ numbers, placeholders });
}

interface Half {
	/** The incomplete alternative. */
	half: readonly string[];
	/** A number of it. */
	lonely: string;
	/** Whether another alternative is complete. */
	isSpare: boolean;
	where: Where;
}

function refuseHalf(
	method: Method,
	by: IdentifyBy,
	given: Given,
	{ half, lonely, isSpare, where }: Half,
) {
	const { numbers, placeholders } = given;
	const isMissing = (name: string) => !Object.hasOwn(numbers, name);
	const missing = half.filter(isMissing);
	const named = missing.find((name) => Object.hasOwn(placeholders, name)) ?? missing[0] ?? '';
	const choices = alternativesOf(method, by)
		.filter((names) => names.includes(lonely))
		.map((names) => names.filter(isMissing));
	const lists = choices.map((names) => listOf(method, names));
	const others = placeholdersIn(method, given, (name) => name !== named);
	return refuse(
		[
			`${labelOf(method, lonely)} is filled in, but ${emptyOrNot(method, given, named)}`,
			...others,
		].join('; '),
		`Also fill in ${lists.join(', or ')}. Alipay needs these values together. Another number cannot replace the missing one.`,
		where({ missing: choices.flat(), spare: isSpare ? lonely : undefined }),
	);
}

function refuseNone(method: Method, by: IdentifyBy, given: Given, where: Where) {
	const alternatives = alternativesOf(method, by);
	const choices = alternatives.map((names) => listOf(method, names));
	const placeholders = placeholdersIn(method, given, () => true);
	return refuse(
		placeholders.join('; ') || 'No number is filled in',
		`Fill in ${choices.join(', or ')}.`,
		where({ missing: alternatives.flat(), spare: undefined }),
	);
}

const listOf = (method: Method, names: readonly string[]) =>
	names.map((name) => labelOf(method, name)).join(' and ');

const placeholdersIn = (method: Method, given: Given, which: (name: string) => boolean) =>
	Object.keys(given.placeholders)
		.filter(which)
		.map((name) => emptyOrNot(method, given, name));

/** Why a field has no number: `Auth No (auth_no) is "NULL", which is not a number`. */
function emptyOrNot(method: Method, { placeholders }: Given, name: string): string {
	const label = labelOf(method, name);
	const placeholder = placeholders[name];
	if (placeholder === undefined) return `${label} is not`;
	return `${label} is "${placeholder}", which is not a ${isWord(method, name) ? 'value' : 'number'}`;
}

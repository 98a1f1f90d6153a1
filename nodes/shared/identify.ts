import { localFault, success, type Outcome } from '../../alipay/errors/fault';
import {
	alternativesOf,
	labelOf,
	parametersOf,
	type Method,
	type Owner,
} from '../../alipay/methods/method';
import { readNumber } from '../../alipay/numbers/read';

/** Which of the ways to identify it an item takes: one of them, or whichever it completes. */
export type IdentifyBy = Owner | 'auto';

/** What the parameters of a method deliver, by Alipay's names: fixed text, or whatever an expression returns. */
export type RawNumbers = Readonly<Record<string, unknown>>;

/** What goes into biz_content. */
export type Numbers = Readonly<Record<string, string>>;

/** What the fields of an item contain. */
interface Given {
	numbers: Numbers;
	/** By the name of the parameter: a text such as NULL in place of its number. */
	placeholders: Readonly<Record<string, string>>;
}

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

/**
 * Alipay's pairing rule, from the data of the method: the parameters of an alternative go together, and
 * one alternative must be complete. Numbers outside the choice are not looked at. Of several that are
 * complete all are returned; Alipay then goes by the first.
 */
export function identify(method: Method, by: IdentifyBy, raw: RawNumbers): Outcome<Numbers> {
	const given = read(method, by, raw);
	if (!given.ok) return given;
	const { numbers } = given.value;
	const alternatives = alternativesOf(method, by);
	const has = (name: string) => Object.hasOwn(numbers, name);
	const complete = new Set(alternatives.filter((names) => names.every(has)).flat());
	const isLonely = (name: string) => has(name) && !complete.has(name) && !isWord(method, name);
	const half = alternatives.find((names) => names.some(isLonely));
	const lonely = half?.find(isLonely);
	if (half && lonely !== undefined) return refuseHalf(method, by, given.value, { half, lonely });
	if (complete.size === 0) return refuseNone(method, by, given.value);
	// A word whose number is missing, e.g. one that the form fills in for every item, says nothing.
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

const isWord = ({ parameters }: Method, name: string) =>
	parameters.find((parameter) => parameter.name === name)?.rule === 'word';

interface Half {
	/** The alternative that is not complete, */
	half: readonly string[];
	/** and a number of it. */
	lonely: string;
}

function refuseHalf(method: Method, by: IdentifyBy, given: Given, { half, lonely }: Half) {
	const { numbers, placeholders } = given;
	const isMissing = (name: string) => !Object.hasOwn(numbers, name);
	const missing = half.filter(isMissing);
	const named = missing.find((name) => Object.hasOwn(placeholders, name)) ?? missing[0] ?? '';
	const choices = alternativesOf(method, by)
		.filter((names) => names.includes(lonely))
		.map((names) => listOf(method, names.filter(isMissing)));
	const who = choices.length === 1 && half.length === 2 ? 'the two' : 'they';
	const others = placeholdersIn(method, given, (name) => name !== named);
	return refuse(
		[
			`${labelOf(method, lonely)} is filled in, ${emptyOrNot(method, given, named)}`,
			...others,
		].join('; '),
		`Fill in ${choices.join(', or ')}, too: ${who} go together, and no other number can stand in for one of them.`,
	);
}

function refuseNone(method: Method, by: IdentifyBy, given: Given) {
	const choices = alternativesOf(method, by).map((names) => listOf(method, names));
	const placeholders = placeholdersIn(method, given, () => true);
	return refuse(
		placeholders.join('; ') || 'There is no number to look up',
		`Fill in ${choices.join(', or ')}.`,
	);
}

const listOf = (method: Method, names: readonly string[]) =>
	names.map((name) => labelOf(method, name)).join(' and ');

const placeholdersIn = (method: Method, given: Given, which: (name: string) => boolean) =>
	Object.keys(given.placeholders)
		.filter(which)
		.map((name) => emptyOrNot(method, given, name));

/** What a field contains that has no number: `Auth No (auth_no) is "NULL", which is not a number`. */
function emptyOrNot(method: Method, { placeholders }: Given, name: string): string {
	const label = labelOf(method, name);
	const placeholder = placeholders[name];
	if (placeholder === undefined) return `${label} is not`;
	return `${label} is "${placeholder}", which is not a ${isWord(method, name) ? 'value' : 'number'}`;
}

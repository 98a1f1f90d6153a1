import { FREE_TEXTS, namesKnown, NEEDED_PARAMETERS } from './kinds';

export type Parameter = readonly [name: string, value: string];

/**
 * Whether the signed text can be read in only one way. `a=1&b=2` can mean two parameters, or one parameter
 * with the value `1&b=2`, and Alipay's signature does not tell which. Anyone who sees a notification could
 * merge its parameters or split its values. A buyer who writes one of its texts could prepare that.
 *
 * So a number, an amount or a time must not contain `&name=`. A free text must not contain an Alipay name that
 * allows another reading of the same text as a notification. If two readings differ in Alipay's parameters, at
 * most one is accepted. A free text may contain other names.
 */
export function isOnlyReading(covered: readonly Parameter[]): boolean {
	const candidates = covered.flatMap(marksOf);
	// From all names in the text, so that every reading uses the same set.
	const known = namesKnown(new Set(candidates.map(({ name }) => name)));
	if (hasMergedValue(covered, known)) return false;
	const marks = candidates.filter(({ name }) => known.has(name) && name !== 'sign');
	return marks.length <= MOST_MARKS && isPlausible(marks) && !hasAnotherReading(marks);
}

/** A place in the signed text where `name=` stands. */
interface Mark {
	name: string;
	/** Whether a parameter begins here. Otherwise it is part of a value. */
	isParameter: boolean;
}

/** Alipay sends about 30. This limits the search. */
const MOST_MARKS = 300;

const INNER_NAME = /&(\w[\w.-]*)=/g;

const innerNames = ([name, value]: Parameter): string[] =>
	isWholeJson(name, value) ? [] : [...value.matchAll(INNER_NAME)].map(([, inner = '']) => inner);

/** Its JSON shows where it ends. If it is merged or split, it cannot be read and is refused. */
const isWholeJson = (name: string, value: string) => name === 'biz_content' && value[0] === '{';

/** Whether a value that is not free text contains another parameter, or seems to if its name is unknown. */
function hasMergedValue(covered: readonly Parameter[], known: ReadonlySet<string>): boolean {
	const names = new Set(covered.map(([name]) => name));
	return covered.some((parameter, index) => {
		const [own] = parameter;
		if (FREE_TEXTS.has(own)) return false;
		const next = covered[index + 1]?.[0];
		const couldBeNext = (name: string) => own < name && (next === undefined || name < next);
		return innerNames(parameter).some(
			(name) => known.has(own) || names.has(name) || couldBeNext(name),
		);
	});
}

const marksOf = (parameter: Parameter): Mark[] => [
	{ name: parameter[0], isParameter: true },
	...innerNames(parameter).map((name) => ({ name, isParameter: false })),
];

/** Whether only free texts contain Alipay names. */
function isPlausible(marks: readonly Mark[]): boolean {
	let owner = '';
	return marks.every(({ name, isParameter }) => {
		if (isParameter) owner = name;
		return isParameter || FREE_TEXTS.has(owner);
	});
}

/** What a reading contains, as bits: the needed parameters, and a name from inside a value. */
const bitsOf = ({ name, isParameter }: Mark): number =>
	NEEDED_PARAMETERS.reduce(
		(bits, names, index) => bits | (names.includes(name) ? 1 << index : 0),
		isParameter ? 0 : ANOTHER,
	);

const ANOTHER = 1 << NEEDED_PARAMETERS.length;
const ALL_BITS = ANOTHER * 2 - 1;

/**
 * Whether the text can also be read as a whole notification that uses a name from inside a value. A reading
 * goes from mark to mark in the order of the names. Only a free text may skip marks.
 */
function hasAnotherReading(marks: readonly Mark[]): boolean {
	if (marks.every(({ isParameter }) => isParameter)) return false;
	const reached = marks.map((mark, index) => new Set(index === 0 ? [bitsOf(mark)] : []));
	return marks.some((mark, index) => {
		const isFree = FREE_TEXTS.has(mark.name);
		const following = marks.slice(index + 1, isFree ? undefined : index + 2);
		for (const [step, next] of following.entries()) {
			if (next.name <= mark.name) continue;
			for (const bits of reached[index] ?? []) {
				reached[index + 1 + step]?.add(bits | bitsOf(next));
			}
		}
		return (isFree || following.length === 0) && reached[index]?.has(ALL_BITS) === true;
	});
}

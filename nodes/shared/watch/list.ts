import type { IPollFunctions } from 'n8n-workflow';
import { localFault, success, type Outcome } from '../../../alipay/errors/fault';
import { decidingParameters, type Method } from '../../../alipay/methods/method';
import { textOf } from '../../../alipay/text/textOf';
import { identifyByOf, parameterOf } from '../form/method';
import { isBlank, readChoice, reading, Unreadable } from '../form/read';
import { identify, type IdentifyBy, type Numbers, type RawNumbers } from '../identify';
import { capitalized, pairsInWords } from './form';
import { parseList } from './listText';
import { readRow } from './row';
import { keyOf } from './state';

/** One entry of the list: an operation to ask for, or why there is none to ask for. */
export interface Watched {
	/** Names the operation in the state of the trigger; two entries with the same key are one. */
	key: string;
	/** The numbers as they were entered. */
	entered: RawNumbers;
	bizContent: Outcome<Numbers>;
}

type Row = Readonly<Record<string, unknown>>;

/** The state of the trigger has a line for each, and n8n stores it as a whole. */
const MOST_OPERATIONS = 10_000;

const refuseRow = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

const refuse = (message: string, solution: string) =>
	localFault('invalid-settings', message, solution);

/** The operations of both parameters, each once; rows are counted from 1, as in the form. */
export function readWatchList(method: Method, context: IPollFunctions): Outcome<Watched[]> {
	const [one, many] = method.noun;
	const label = capitalized(many);
	const rows = reading(() => readRows(label, context.getNodeParameter('operations.values', [])));
	if (!rows.ok) return rows;
	const raw: unknown = context.getNodeParameter('watchList', '');
	const written = context.getNodeParameter('watchList', '', { rawExpressions: true });
	const isExpression = textOf(written).startsWith('=');
	if (isExpression && isBlank(raw)) {
		// Were it taken for an empty list, all of it would be forgotten, and emitted again later.
		return refuse(
			'The expression of the Watch List returns nothing',
			'Correct it. For an empty list it must return [].',
		);
	}
	const listed = readArray(raw, method);
	if (!listed.ok) return listed;

	const watched = new Map<string, Watched>();
	const add = (entry: Watched) => watched.set(entry.key, watched.get(entry.key) ?? entry);
	rows.value.forEach((row, index) => {
		const entered = numbersOf(method, (name) => row[parameterOf(name)]);
		add(entryOf(method, `${label}, row ${index + 1}`, entered, identifyRow(method, row, entered)));
	});
	listed.value.forEach((row, index) => {
		add(entryOfRow(method, `Watch List, row ${index + 1}`, row));
	});

	if (watched.size > MOST_OPERATIONS) {
		return refuse(
			`There are ${watched.size} ${many} to watch; the trigger takes at most ${MOST_OPERATIONS}`,
			`Leave out ${many} that are final, or keep the list in a Data Table as the example does.`,
		);
	}
	if (watched.size === 0 && isBlank(raw)) {
		return refuse(`There is no ${one} to watch`, `Fill in ${label} or the Watch List.`);
	}
	return success([...watched.values()]);
}

/** The rows of the form; an expression may have put anything in their place. */
function readRows(label: string, value: unknown): Row[] {
	if (isBlank(value)) return [];
	if (Array.isArray(value)) return value.map((row: unknown) => Object(row) as Row);
	throw new Unreadable(
		`${label} is not a list of rows`,
		'Add the rows in the form, or use the Watch List for an expression.',
	);
}

function identifyRow(method: Method, row: Row, entered: RawNumbers): Outcome<Numbers> {
	const ways = identifyByOf(method);
	const given = Object.hasOwn(row, 'identifyBy') ? row.identifyBy : ways.default;
	const by = reading(() => readChoice(ways, given) as IdentifyBy);
	return by.ok ? identify(method, by.value, entered) : by;
}

/** The names of the alternative that Alipay prefers. */
const firstNames = ({ identifiedBy }: Method): readonly string[] =>
	identifiedBy.alipay.anyOf[0] ?? [];

/** The array or the one object that an expression returns, or the text of either. */
function readArray(value: unknown, method: Method): Outcome<unknown[]> {
	if (isBlank(value)) return success([]);
	if (Array.isArray(value)) return readObjects(value, method);
	if (typeof value === 'object') return readObjects([value], method);
	const list = parseList(textOf(value));
	if (list.ok) return readObjects(list.rows, method);
	const row = firstNames(method)
		.map((name) => `"${name}": "…"`)
		.join(', ');
	return refuse(
		`The Watch List is not a JSON array: ${list.problem}`,
		`Correct it there. It must be an array of objects, e.g. [{ ${row} }].`,
	);
}

/**
 * The rows. When none of them names a number they are something else, e.g. an error: were they taken for
 * the list, all that the trigger remembers would be forgotten.
 */
function readObjects(rows: unknown[], method: Method): Outcome<unknown[]> {
	const isList = rows.length === 0 || rows.some((row) => readRow(method, row).hasNames);
	if (isList) return success(rows);
	return refuse(
		'The Watch List contains none of the names of the numbers',
		`Make it an array of objects with ${pairsInWords(method)}.`,
	);
}

function entryOfRow(method: Method, place: string, row: unknown): Watched {
	const { entered, problem } = readRow(method, row);
	const found = problem
		? refuseRow(problem.message, problem.solution)
		: identify(method, 'auto', entered);
	return entryOf(method, place, entered, found);
}

function entryOf(
	method: Method,
	place: string,
	entered: RawNumbers,
	found: Outcome<Numbers>,
): Watched {
	if (found.ok) {
		const deciding = decidingParameters(method, found.value);
		const numbers = deciding.map((name) => [name, found.value[name]]);
		return { key: keyOf(Object.fromEntries(numbers)), entered, bizContent: found };
	}
	const { message, solution } = found.fault;
	const bizContent = refuseRow(`${place}: ${message}`, solution);
	// Without the place, which changes when rows are added before it.
	return { key: keyOf([message, entered]), entered, bizContent };
}

const numbersOf = ({ parameters }: Method, read: (name: string) => unknown): RawNumbers =>
	Object.fromEntries(parameters.map(({ name }) => [name, read(name)]));

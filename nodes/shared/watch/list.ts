import type { IPollFunctions } from 'n8n-workflow';
import { localFault, success, type Outcome } from '../../../alipay/errors/fault';
import { decidingParameters, type Method } from '../../../alipay/methods/method';
import { textOf } from '../../../alipay/text/textOf';
import { identifyByOf, pairsInWords, waysByFields } from '../form/method';
import { parameterOf } from '../form/names';
import { isBlank, readChoice, reading, Unreadable } from '../form/read';
import { identify, type IdentifyBy, type Numbers, type RawNumbers } from '../identify';
import { parseList } from '../jsonText';
import { createRowReader, readRow, type Row as RowOfNumbers } from '../row';
import { capitalized } from './form';
import { isJson, readPasted } from './pasted';
import { keyOf } from './state';

/** One entry of the list: an operation to look up, or why it cannot be looked up. */
export interface Watched {
	/** The key of the operation in the state of the trigger. Entries with the same key are one. */
	key: string;
	/** The numbers as they were entered. */
	entered: RawNumbers;
	bizContent: Outcome<Numbers>;
}

type Row = Readonly<Record<string, unknown>>;

/** The state of the trigger has an entry for each, and n8n stores it as a whole. */
const MOST_OPERATIONS = 10_000;

const refuseRow = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

const refuse = (message: string, solution: string) =>
	localFault('invalid-settings', message, solution);

/** The operations of both parameters, each once; rows are counted from 1, as in the form. */
export function readWatchList(method: Method, context: IPollFunctions): Outcome<Watched[]> {
	const [, many] = method.noun;
	const label = capitalized(many);
	const rows = reading(() => readRows(label, context.getNodeParameter('operations.values', [])));
	if (!rows.ok) return rows;
	const raw: unknown = context.getNodeParameter('watchList', '');
	const written = context.getNodeParameter('watchList', '', { rawExpressions: true });
	const isExpression = textOf(written).startsWith('=');
	if (isExpression && isBlank(raw)) {
		// As an empty list, it would make the trigger forget all operations and emit them again later.
		return refuse(
			'The expression of the Watch List returns nothing',
			'Fix the expression. For an empty list, it must return [].',
		);
	}
	const listed = readEntries(raw, method);
	if (!listed.ok) return listed;

	const watched = new Map<string, Watched>();
	const add = (entry: Watched) => watched.set(entry.key, watched.get(entry.key) ?? entry);
	rows.value.forEach((row, index) => {
		const entered = numbersOf(method, (name) => row[parameterOf(name)]);
		add(entryOf(method, `${label}, row ${index + 1}`, entered, identifyRow(method, row, entered)));
	});
	const read = createRowReader(method);
	listed.value.forEach((entry) => add(entryOfRow(method, entry, read(objectOf(entry.row)))));

	if (watched.size > MOST_OPERATIONS) {
		return refuse(
			`The list has ${watched.size} ${many}, but the trigger can watch at most ${MOST_OPERATIONS}`,
			`Remove ${many} with a final status, or keep the list in a Data Table, as in example 04.`,
		);
	}
	if (watched.size === 0 && isBlank(raw)) {
		return refuse(`The list of ${many} to watch is empty`, `Fill in ${label} or the Watch List.`);
	}
	return success([...watched.values()]);
}

/** The rows of the form. An expression may return anything instead. */
function readRows(label: string, value: unknown): Row[] {
	if (isBlank(value)) return [];
	if (Array.isArray(value)) return value.map((row: unknown) => Object(row) as Row);
	throw new Unreadable(
		`${label} is not a list of rows`,
		'Add the rows in the form, or use the Watch List for an expression.',
	);
}

function identifyRow(method: Method, row: Row, entered: RawNumbers): Outcome<Numbers> {
	const ways = { ...identifyByOf(method), options: waysByFields(method) };
	const given = Object.hasOwn(row, 'identifyBy') ? row.identifyBy : ways.default;
	const by = reading(() => readChoice(ways, given) as IdentifyBy);
	return by.ok ? identify(method, by.value, entered) : by;
}

/** The names of the alternative that Alipay prefers. */
const firstNames = ({ identifiedBy }: Method): readonly string[] =>
	identifiedBy.alipay.anyOf[0] ?? [];

/** One row of the Watch List. */
interface Entry {
	/** Its place, for messages. */
	place: string;
	row: unknown;
	/** Why it cannot be read at all. */
	problem?: string | null;
}

/** The array or the one object that an expression returns, the text of either, or pasted rows. */
function readEntries(value: unknown, method: Method): Outcome<Entry[]> {
	if (isBlank(value)) return success([]);
	if (Array.isArray(value)) return readObjects(value, method);
	if (typeof value === 'object') return readObjects([value], method);
	const text = textOf(value);
	if (!isJson(text)) {
		const rows = readPasted(method, text);
		if (!rows.ok) return rows;
		return success(rows.value.map((one) => ({ ...one, place: `Watch List, line ${one.line}` })));
	}
	const list = parseList(text);
	if (list.ok) return readObjects(list.rows, method);
	const row = firstNames(method)
		.map((name) => `"${name}": "…"`)
		.join(', ');
	return refuse(
		`The Watch List is not a JSON array: ${list.problem}`,
		`Fix the text at that place. It must be an array of objects, for example [{ ${row} }].`,
	);
}

/**
 * The rows. If no row names a number, they are something else, such as an error. As a list, they would make
 * the trigger forget everything.
 */
function readObjects(rows: unknown[], method: Method): Outcome<Entry[]> {
	const isList = rows.length === 0 || rows.some((row) => readRow(method, objectOf(row)).hasNames);
	if (isList) {
		return success(rows.map((row, index) => ({ place: `Watch List, row ${index + 1}`, row })));
	}
	return refuse(
		'The Watch List does not contain the names of the numbers',
		`Use an array of objects with the names ${pairsInWords(method)}.`,
	);
}

function entryOfRow(
	method: Method,
	{ place, row, problem }: Entry,
	{ entered, ...read }: RowOfNumbers,
): Watched {
	const found = problem
		? refuseRow(
				problem,
				'Fix the separators of this line (tabs, commas or semicolons), or put its cells in quotation marks.',
			)
		: problemIn(method, row, read);
	return entryOf(method, place, entered, found ?? identify(method, 'auto', entered));
}

const objectOf = (row: unknown): object =>
	typeof row === 'object' && row !== null && !Array.isArray(row) ? row : {};

function problemIn(
	method: Method,
	row: unknown,
	{ hasNames, hasToken, twice }: Omit<RowOfNumbers, 'entered'>,
) {
	const names = `Use the names ${pairsInWords(method)}.`;
	if (objectOf(row) !== row) return refuseRow('it is not an object', names);
	if (hasToken) {
		return refuseRow(
			'it has its own app_auth_token, which the trigger cannot use',
			'Use one trigger for each merchant, and enter its App Auth Token in the Options.',
		);
	}
	if (twice !== undefined) {
		return refuseRow(
			`it contains ${twice.title} twice, with different values`,
			'Remove the wrong one.',
		);
	}
	if (hasNames || Object.keys(row).length === 0) return null;
	return refuseRow('it does not contain the names of the numbers', names);
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

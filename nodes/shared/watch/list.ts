import type { IPollFunctions } from 'n8n-workflow';
import { localFault, success, type Outcome } from '../../../alipay/errors/fault';
import {
	decidingPair,
	IDENTIFIERS,
	pairIdentifiers,
	type IdentifyBy,
	type Identifiers,
	type RawIdentifiers,
} from '../../Alipay/couponOperation/identifiers';
import { PARAMETERS } from '../../Alipay/couponOperation/query.description';

/** One entry of the list: an operation to ask for, or why there is none to ask for. */
export interface Watched {
	/** Names the operation in the state of the trigger; two entries with the same key are one. */
	key: string;
	/** The numbers as they were entered. */
	numbers: RawIdentifiers;
	identifiers: Outcome<Identifiers>;
}

/** The state of the trigger has a line for each, and n8n stores it as a whole. */
const MOST_OPERATIONS = 10_000;

const refuseRow = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

const refuse = (message: string, solution: string) =>
	localFault('invalid-settings', message, solution);

/** The operations of both parameters, each once; rows are counted from 1, as in the form. */
export function readWatchList(context: IPollFunctions): Outcome<Watched[]> {
	const fixed = context.getNodeParameter('operations.values', []) as Array<Record<string, unknown>>;
	const raw: unknown = context.getNodeParameter('watchList', '');
	const isExpression = String(
		context.getNodeParameter('watchList', '', { rawExpressions: true }),
	).startsWith('=');
	if (isExpression && isBlank(raw)) {
		// Were it taken for an empty list, all of it would be forgotten, and put out again later.
		return refuse(
			'The expression of the Watch List yields nothing',
			'Correct it. For an empty list it must yield [].',
		);
	}
	const listed = readArray(raw);
	if (!listed.ok) return listed;

	const watched = new Map<string, Watched>();
	const add = (entry: Watched) => watched.set(entry.key, watched.get(entry.key) ?? entry);
	fixed.forEach((row, index) => {
		const numbers = numbersOf((name) => row[PARAMETERS[name]]);
		const by = row.identifyBy as IdentifyBy | undefined;
		add(entryOf(`Operations, row ${index + 1}`, by ?? 'alipay', numbers));
	});
	listed.value.forEach((row, index) => {
		add(entryOfRow(`Watch List, row ${index + 1}`, row));
	});

	if (watched.size > MOST_OPERATIONS) {
		return refuse(
			`There are ${watched.size} operations to watch; the trigger takes at most ${MOST_OPERATIONS}`,
			'Leave out operations that are final, or keep the list in a Data Table as the example does.',
		);
	}
	if (watched.size === 0 && isBlank(raw)) {
		return refuse('There is no operation to watch', 'Fill in Operations or the Watch List.');
	}
	return success([...watched.values()]);
}

const isBlank = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** The array itself, as an expression yields it, or its JSON text. */
function readArray(value: unknown): Outcome<unknown[]> {
	if (isBlank(value)) return success([]);
	try {
		const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
		if (Array.isArray(list)) return success(list);
	} catch {
		// Refused below; the parser's own words quote the text.
	}
	return refuse(
		'The Watch List is no JSON array',
		'Make it an array of objects, e.g. [{ "auth_no": "…", "operation_id": "…" }].',
	);
}

function entryOfRow(place: string, row: unknown): Watched {
	const isObject = typeof row === 'object' && row !== null && !Array.isArray(row);
	const columns = (isObject ? row : {}) as Record<string, unknown>;
	const numbers = numbersOf((name) => columns[name]);
	const fault = !isObject
		? refuseRow('it is no object', 'Make it an object with auth_no and operation_id.')
		: !isBlank(columns.app_auth_token)
			? refuseRow(
					'it has an app_auth_token of its own, which the trigger cannot use',
					'Use a trigger for each merchant with its App Auth Token in the Options.',
				)
			: undefined;
	return entryOf(place, 'auto', numbers, fault);
}

function entryOf(
	place: string,
	by: IdentifyBy,
	numbers: RawIdentifiers,
	found: Outcome<Identifiers> = pairIdentifiers(by, numbers),
): Watched {
	if (found.ok) {
		const deciding = decidingPair(found.value);
		const pair = deciding.map((name) => [name, found.value[name]]);
		return { key: JSON.stringify(Object.fromEntries(pair)), numbers, identifiers: found };
	}
	const { message, solution } = found.fault;
	const identifiers = refuseRow(`${place}: ${message}`, solution);
	// Without the place, which changes when rows are added before it.
	return { key: JSON.stringify([message, numbers]), numbers, identifiers };
}

const numbersOf = (read: (name: keyof RawIdentifiers) => unknown) =>
	Object.fromEntries(IDENTIFIERS.map((name) => [name, read(name)])) as RawIdentifiers;

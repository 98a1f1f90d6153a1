/** The current state of the records of a fixture: the listed and the generated ones. */
import { beijingText } from './beijing.mts';
import type { Fields, Fixture } from './fixture.mts';
import { recordNumber } from './generated.mts';

const MAX_LENGTH = 64;

/** Numbers by Alipay's names. */
export type Numbers = Readonly<Record<string, string>>;

export interface RequestedNumbers {
	/** All numbers in the request. A response repeats them. */
	given: Numbers;
	/** The numbers that identify the record: the first complete combination. */
	counted: Numbers;
}

export interface Found<R extends Fields = Fields> {
	/** A unique key of the record. */
	key: string;
	/** The fields of the record that Alipay sends. */
	fields: R;
	/** The number of a generated record. */
	generated?: number | undefined;
	/** Whether `settle` changed the record. */
	isSettled: boolean;
}

export interface Store<R extends Fields = Fields> {
	/** The record, or the business code (or null) if it does not exist: see `Codes.notFound`. */
	find: (counted: Numbers) => Found<R> | string | null;
	/** The first record, which scenarios return. */
	first: () => R;
	/** The current record with these numbers, with the fields that Alipay does not send. Throws an Error if it does not exist. */
	record: (numbers: Fields) => R;
	/** See `Simulator.settle`. */
	settle: (numbers: Fields, status: string) => void;
}

/** A new status and its time: ms since the epoch. */
export interface Change {
	status: string;
	since: number;
}

/** The numbers of a request; undefined if they are incomplete, or if one is not a text of 1 to 64 characters. */
export function requestedNumbers(
	{ identifiedBy, unsent }: Pick<Fixture, 'identifiedBy' | 'unsent'>,
	biz: Fields,
): RequestedNumbers | undefined {
	const given: Record<string, string> = {};
	for (const name of new Set(identifiedBy.flat())) {
		const value = biz[name];
		if (value === undefined) continue;
		if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
		if (value.trim() !== '') given[name] = value;
	}
	const way = identifiedBy.find((names) => names.every((name) => given[name] !== undefined));
	if (!way) return undefined;
	const counted = Object.fromEntries(way.map((name) => [name, given[name] ?? '']));
	return { given: without(unsent, given), counted };
}

/** `fields` as Alipay sends them. */
export function without<T extends Fields>(unsent: readonly string[] = [], fields: T): T {
	const sent = Object.entries(fields).filter(([name]) => !unsent.includes(name));
	return Object.fromEntries(sent) as T;
}

/** `now` in ms since the epoch. Records that change by themselves count from this moment. */
export function openStore<R extends Fields>(fixture: Fixture<R>, now: () => number): Store<R> {
	const startedAt = now();
	const { method, records, status, generated, unsent } = fixture;
	/** The changes by `settle` in order, by the record's position in the list, or by `generated` and its number. */
	const settled = new Map<string, readonly Change[]>();
	const settling = new Map(
		fixture.settling?.map(({ record, afterSeconds, status: as }) => [
			records.indexOf(record),
			{ status: as, since: startedAt + afterSeconds * 1000 },
		]),
	);

	function listed(index: number): R {
		const own = settling.get(index);
		const others = settled.get(String(index)) ?? [];
		// An earlier `settle` replaces the change by itself.
		const isDue = own && (others[0]?.since ?? now()) >= own.since;
		return afterChanges(fixture, records[index] as R, isDue ? [own, ...others] : others);
	}

	/** The record with the fields that depend on other records. */
	function complete(index: number): R {
		const record = listed(index);
		const { derived } = fixture;
		if (!derived) return without(unsent, record);
		const all = records.map((_, position) => listed(position));
		return without(unsent, { ...record, ...derived(record, all) });
	}

	function locate(counted: Numbers): Found<R> | string | null {
		const number = generated && recordNumber(generated.prefixes, counted);
		if (generated && number !== undefined) {
			const key = `generated ${number}`;
			const record = afterChanges(fixture, generated.record(number), settled.get(key) ?? []);
			const fields = without(unsent, { ...record, ...fixture.derived?.(record, [record]) });
			return { key, fields, generated: number, isSettled: settled.has(key) };
		}
		const index = positionOf(fixture, counted);
		if (typeof index !== 'number') return index;
		const key = String(index);
		return { key, fields: complete(index), isSettled: settled.has(key) };
	}

	const named = (numbers: Fields) => foundBy(fixture, numbers, locate);

	return {
		find: locate,
		first: () => complete(0),
		record: (numbers) => {
			const { key, fields } = named(numbers);
			return { ...records[Number(key)], ...fields };
		},
		settle(numbers, next) {
			const found = named(numbers);
			if (!status) throw new Error(`The records of ${method} do not have a status`);
			const current = String(found.fields[status.field] ?? '');
			const allowed = status.next[current];
			const what = `The record ${JSON.stringify(numbers)} of ${method} has the status ${current || '(empty)'}`;
			if (!allowed) throw new Error(`${what}, which is final`);
			if (!allowed.includes(next)) throw new Error(`${what}, which cannot become ${next}`);
			const before = settled.get(found.key) ?? [];
			settled.set(found.key, [...before, { status: next, since: now() }]);
		},
	};
}

/** The record with these numbers. Throws an Error if it does not exist. */
function foundBy<R extends Fields>(
	fixture: Fixture<R>,
	numbers: Fields,
	locate: Store<R>['find'],
): Found<R> {
	const requested = requestedNumbers(fixture, numbers);
	const found = requested ? locate(requested.counted) : null;
	if (found !== null && typeof found !== 'string') return found;
	throw new Error(`No record of ${fixture.method} has the numbers ${JSON.stringify(numbers)}`);
}

/** The position of the record with these numbers, or the code if it does not exist. */
function positionOf<R extends Fields>(
	{ records, codes }: Fixture<R>,
	counted: Numbers,
): number | string | null {
	let positions = [...records.keys()];
	for (const [depth, [name, value]] of Object.entries(counted).entries()) {
		positions = positions.filter((position) => records[position]?.[name] === value);
		if (positions.length === 0) return codes.notFound[depth] ?? codes.notFound.at(-1) ?? null;
	}
	return positions[0] as number;
}

/** The record after these status changes. */
export function afterChanges<R extends Fields>(
	fixture: Pick<Fixture<R>, 'status' | 'changed'>,
	record: R,
	changes: readonly Change[],
): R {
	const { field } = fixture.status ?? {};
	if (field === undefined) return record;
	return changes.reduce(
		(before, { status, since }) => ({
			...before,
			[field]: status,
			...fixture.changed?.(status, beijingText(since), before),
		}),
		record,
	);
}

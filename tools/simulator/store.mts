/** The records of one fixture as they are now: those it lists, and those it generates. */
import { beijingText } from './beijing.mts';
import type { Fields, Fixture } from './fixture.mts';
import { recordNumber } from './generated.mts';

const MAX_LENGTH = 64;

/** Numbers by Alipay's names. */
export type Numbers = Readonly<Record<string, string>>;

export interface RequestedNumbers {
	/** All that the request contains. */
	given: Numbers;
	/** Those that count: the first complete way to name a record. */
	counted: Numbers;
}

export interface Found<R extends Fields = Fields> {
	/** What Alipay sends of the record. */
	fields: R;
	/** The number of a generated record. */
	generated?: number | undefined;
	/** Whether `settle` changed the record. */
	isSettled: boolean;
}

export interface Store<R extends Fields = Fields> {
	/** The record, or the business code (or null) for what is not there: see `Codes.notFound`. */
	find: (counted: Numbers) => Found<R> | string | null;
	/** The first record, which scenarios return. */
	first: () => R;
	/** See `Simulator.settle`. */
	settle: (numbers: Fields, status: string) => void;
}

/** A new status, and since when: ms since the epoch. */
interface Change {
	status: string;
	since: number;
}

/** The numbers of a request; undefined when they do not suffice, or one is not a text of 1 to 64. */
export function requestedNumbers(
	{ identifiedBy }: Pick<Fixture, 'identifiedBy'>,
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
	return { given, counted: Object.fromEntries(way.map((name) => [name, given[name] ?? ''])) };
}

/** `now` in ms since the epoch; records that settle by themselves count from this moment. */
export function openStore<R extends Fields>(fixture: Fixture<R>, now: () => number): Store<R> {
	const startedAt = now();
	const { method, records, status, generated } = fixture;
	/** What `settle` did, by the record's position in the list, or by `generated` and its number. */
	const settled = new Map<string, Change>();
	const settling = new Map(
		fixture.settling?.map(({ record, afterSeconds, status: as }) => [
			records.indexOf(record),
			{ status: as, since: startedAt + afterSeconds * 1000 },
		]),
	);

	function listed(index: number): R {
		const own = settling.get(index);
		const due = own && now() >= own.since ? own : undefined;
		return changed(fixture, records[index] as R, settled.get(String(index)) ?? due);
	}

	/** With what depends on the other records. */
	function complete(index: number): R {
		const record = listed(index);
		if (!fixture.derived) return record;
		const all = records.map((_, position) => listed(position));
		return { ...record, ...fixture.derived(record, all) };
	}

	function locate(counted: Numbers): (Found<R> & { key: string }) | string | null {
		const number = generated && recordNumber(generated.prefixes, counted);
		if (generated && number !== undefined) {
			const key = `generated ${number}`;
			const record = changed(fixture, generated.record(number), settled.get(key));
			const fields = { ...record, ...fixture.derived?.(record, [record]) };
			return { key, fields, generated: number, isSettled: settled.has(key) };
		}
		const index = positionOf(fixture, counted);
		if (typeof index !== 'number') return index;
		const key = String(index);
		return { key, fields: complete(index), isSettled: settled.has(key) };
	}

	return {
		find: locate,
		first: () => complete(0),
		settle(numbers, next) {
			const requested = requestedNumbers(fixture, numbers);
			const found = requested ? locate(requested.counted) : null;
			if (found === null || typeof found === 'string')
				throw new Error(`No record of ${method} has the numbers ${JSON.stringify(numbers)}`);
			if (!status) throw new Error(`The records of ${method} have no status`);
			const current = String(found.fields[status.field]);
			const allowed = status.next[current];
			const what = `The record ${JSON.stringify(numbers)} of ${method} is ${current}`;
			if (!allowed) throw new Error(`${what} already, which is final`);
			if (!allowed.includes(next)) throw new Error(`${what}, which cannot become ${next}`);
			settled.set(found.key, { status: next, since: now() });
		},
	};
}

/** The position of the record that has these numbers, or the code for what is not there. */
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

function changed<R extends Fields>(fixture: Fixture<R>, record: R, change: Change | undefined): R {
	if (!change || !fixture.status) return record;
	return {
		...record,
		[fixture.status.field]: change.status,
		...fixture.changed?.(change.status, beijingText(change.since)),
	};
}

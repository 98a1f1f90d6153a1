import { createHash } from 'node:crypto';
import { LONGEST_CODE, shortened } from '../../../alipay/text/shortened';
import type { Outage } from './outage';
import { isDue, settledAt, type Settled, type StageOf, type Watching } from './settled';

/** What the trigger remembers between polls, in n8n's static data of the node. */
export interface WatchState {
	version: typeof VERSION;
	/** By key of a watched operation: its status at the last lookup. */
	statuses: Record<string, string>;
	/** By key: operations with a settled status. */
	settled: Record<string, Settled>;
	/** By key: operations whose last lookup failed. */
	faults: Record<string, Streak>;
	/** The first operation of the next poll, if the last one ran out of time. */
	next: string | null;
	/** The current outage. */
	outage: Outage | null;
	/** The latest changes. A process of n8n that has not emitted them takes them back. */
	latest: { processes: string[]; changes: Change[] } | null;
}

interface Streak {
	/** Failed polls in a row, counted up to PASSING_POLLS. */
	polls: number;
	/** Faults reported since the last success. When it is full, no more are reported. */
	told: string[];
}

/** More reasons than this need a person, who has already been told. */
const MOST_REASONS = 8;

interface Change {
	key: string;
	/** The status before the change, if there was one. */
	before: string | null;
	/** ms since the epoch. */
	at: number;
	/** Taken back, and not emitted again yet. */
	isDue?: true;
}

const VERSION = 1;

const EMPTY: WatchState = {
	version: VERSION,
	statuses: {},
	settled: {},
	faults: {},
	next: null,
	outage: null,
	latest: null,
};

/** Longer than any pair of numbers; a row that cannot be read may be of any length. */
const LONGEST_KEY = 256;

/** The key of an operation in the state: its numbers, or a digest of an unreadable row. */
export const keyOf = (entry: unknown): string => boundedKey(JSON.stringify(entry));

function boundedKey(key: string): string {
	return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url');
}

/**
 * The stored state, within today's limits; null if a newer version of the package wrote it. A version 2 will
 * convert the state of version 1 here.
 */
export function readState(stored: unknown): WatchState | null {
	const { version } = (stored ?? {}) as { version?: unknown };
	if (typeof version !== 'number') return EMPTY;
	if (version > VERSION) return null;
	const state = { ...EMPTY, ...(stored as WatchState) };
	return {
		...state,
		statuses: mapEntries(state.statuses, (status) => status),
		settled: mapEntries(state.settled, (times) => times),
		faults: mapEntries(state.faults, ({ polls, told }) => ({ polls, told: bounded(told) })),
		next: state.next === null ? null : boundedKey(state.next),
		latest: state.latest && {
			processes: state.latest.processes.slice(-MOST_PROCESSES),
			changes: state.latest.changes.map((one) => ({ ...one, key: boundedKey(one.key) })),
		},
	};
}

const mapEntries = <T, U>(entries: Record<string, T>, change: (value: T) => U): Record<string, U> =>
	Object.fromEntries(
		Object.entries(entries).map(([key, value]) => [boundedKey(key), change(value)]),
	);

const bounded = (told: readonly string[]) =>
	told.slice(0, MOST_REASONS).map((code) => shortened(code, LONGEST_CODE));

/**
 * The state after a restart of n8n, as if the latest changes had not been seen, so that they are emitted again:
 * n8n does not rerun an execution that a crash ended, and does not tell the trigger. Once in each process,
 * since several main processes of n8n would otherwise take turns forever.
 */
export function takeBackLatest(state: WatchState, process: string): WatchState {
	const { latest } = state;
	if (!latest || latest.processes.includes(process)) return state;
	const statuses = { ...state.statuses };
	const settled = { ...state.settled };
	// Backward, so that the first of two changes of an operation decides.
	for (const { key, before } of [...latest.changes].reverse()) {
		if (before === null) delete statuses[key];
		// Its current status would not be a change.
		else if (before !== state.statuses[key]) statuses[key] = before;
		const times = settled[key];
		if (times) settled[key] = { ...times, due: 0 };
	}
	return {
		...state,
		statuses,
		settled,
		latest: {
			processes: [...latest.processes, process].slice(-MOST_PROCESSES),
			changes: latest.changes.map((change) => ({ ...change, isDue: true })),
		},
	};
}

/** Far more main processes than n8n has. Each start of n8n is a process too. */
const MOST_PROCESSES = 50;

/** The result of one watched operation in a poll. */
export interface Sighting {
	key: string;
	/** Null after a fault. */
	status: string | null;
	fault: { code: string; retryable: boolean } | null;
}

interface Review<T extends Sighting> {
	state: WatchState;
	/** Operations that reached a wanted status since their last lookup. */
	changed: Array<{ sighting: T; before: string | null }>;
	/** Failed lookups, each reason reported once. */
	failed: T[];
}

/** How long after a change a crash may still interrupt the workflow. */
const LATEST_MS = 15 * 60_000;

/** A passing fault is reported after this many failed polls in a row, any other at once. */
const PASSING_POLLS = 3;

interface Poll {
	/** The keys of the list. */
	watched: readonly string[];
	/** The statuses that start the workflow. */
	wanted: readonly string[];
	stageOf: StageOf;
	/** The process of n8n. */
	process: string;
	/** ms since the epoch. */
	now: number;
	/** Returns a random number from 0 to 1. */
	random: () => number;
}

/**
 * Compares the results of a poll with the state. A pure function, so that it runs in one step at the end of a
 * poll: another poll of the same node may have written in the meantime, and its changes are not emitted again.
 * Operations that are no longer watched are forgotten.
 */
export function review<T extends Sighting>(
	state: WatchState,
	sightings: readonly T[],
	poll: Poll,
): Review<T> {
	const { stageOf, wanted, watched, now, random } = poll;
	const statuses = { ...state.statuses };
	const settled = { ...state.settled };
	const faults = { ...state.faults };
	const changed: Review<T>['changed'] = [];
	const failed: T[] = [];
	for (const sighting of sightings) {
		const { key, fault } = sighting;
		const before = statuses[key];
		if (stageOf(before) === 'final') continue;
		if (fault) {
			const { streak, isNews } = prolonged(faults[key], fault);
			faults[key] = streak;
			if (isNews) failed.push(sighting);
		} else if (sighting.status !== null) {
			const status = later(stageOf, before, sighting.status);
			delete faults[key];
			statuses[key] = status;
			if (stageOf(status) === 'settled') settled[key] = settledAt(now, random(), settled[key]);
			else delete settled[key];
			if (status !== before && wanted.includes(status)) {
				changed.push({ sighting, before: before ?? null });
			}
		}
	}
	const kept = new Set(watched);
	return {
		state: {
			...state,
			statuses: only(kept, statuses),
			settled: only(kept, settled),
			faults: only(kept, faults),
			latest: latestOf(state, changed, kept, poll),
		},
		changed,
		failed,
	};
}

/** A settled status never becomes open again: another poll saw it later, or Alipay responded from an old copy. */
const later = (stageOf: StageOf, before: string | undefined, seen: string): string =>
	before !== undefined && stageOf(before) === 'settled' && stageOf(seen) === 'open' ? before : seen;

/** The streak with one more poll, and whether to report its fault. */
function prolonged(
	{ polls, told }: Streak = { polls: 0, told: [] },
	{ code, retryable }: NonNullable<Sighting['fault']>,
): { streak: Streak; isNews: boolean } {
	const reason = shortened(code, LONGEST_CODE);
	const lasts = polls + 1 >= (retryable ? PASSING_POLLS : 1);
	const isNews = lasts && told.length < MOST_REASONS && !told.includes(reason);
	const streak = {
		polls: Math.min(polls + 1, PASSING_POLLS),
		told: isNews ? [...told, reason] : told,
	};
	return { streak, isNews };
}

/**
 * Adds the new changes to the recent ones. A change that was taken back and is emitted again keeps its time. Any
 * other change gets the new time, even if it looks like an earlier one: its operation may have been removed and
 * added again, or may have had the status before.
 */
function latestOf(
	{ latest }: WatchState,
	changed: Review<Sighting>['changed'],
	kept: ReadonlySet<string>,
	{ process, now }: Poll,
): WatchState['latest'] {
	const earlier = (latest?.changes ?? []).filter(({ key }) => kept.has(key));
	const due = new Set(earlier.filter(({ isDue }) => isDue).map(nameOf));
	const emitted = changed.map(({ sighting: { key }, before }) => ({ key, before, at: now }));
	const fresh = emitted.filter((one) => !due.has(nameOf(one)));
	const names = new Set(emitted.map(nameOf));
	const others = earlier
		.filter((one) => due.has(nameOf(one)) || !names.has(nameOf(one)))
		.map((one) =>
			names.has(nameOf(one)) ? { key: one.key, before: one.before, at: one.at } : one,
		);
	if (fresh.length === 0) return latest && { ...latest, changes: others };
	const recent = others.filter(({ at }) => now - at < LATEST_MS);
	return { processes: [process], changes: [...recent, ...fresh] };
}

const nameOf = ({ key, before }: Pick<Change, 'key' | 'before'>) => JSON.stringify([key, before]);

const only = <T>(kept: ReadonlySet<string>, entries: Record<string, T>): Record<string, T> =>
	Object.fromEntries(Object.entries(entries).filter(([key]) => kept.has(key)));

/**
 * The operations to look up, in order: open ones, settled ones that are due, then failed ones, which may take
 * all the time. But if the last poll ran out of time, all take turns from where it stopped. Otherwise, the last
 * ones would never be looked up.
 */
export function inTurn<T extends { key: string }>(
	{ statuses, settled, faults, next }: WatchState,
	watched: readonly T[],
	watching: Watching,
): T[] {
	const due = watched.filter(({ key }) => isDue(statuses[key], settled[key], watching));
	const first = due.findIndex(({ key }) => key === next);
	if (first >= 0) return [...due.slice(first), ...due.slice(0, first)];
	const hasFailed = ({ key }: T) => key in faults;
	const isSettled = ({ key }: T) => watching.stageOf(statuses[key]) === 'settled';
	const good = due.filter((one) => !hasFailed(one));
	return [
		...good.filter((one) => !isSettled(one)),
		...good.filter(isSettled),
		...due.filter(hasFailed),
	];
}

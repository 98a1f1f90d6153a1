import { createHash } from 'node:crypto';
import { LONGEST_CODE, shortened } from '../../../alipay/text/shortened';

/** What the trigger remembers between polls, in n8n's static data of the node. */
export interface WatchState {
	version: typeof VERSION;
	/** By key of a watched operation: the status it had when it was last asked for. */
	statuses: Record<string, string>;
	/** By key: operations that could not be asked for in the last poll. */
	faults: Record<string, Streak>;
	/** The operation with which the next poll begins, when the last one ran out of time. */
	next: string | null;
	/** The latest changes, to be taken back by a process of n8n that has not emitted them. */
	latest: { processes: string[]; changes: Change[] } | null;
}

interface Streak {
	/** Polls running without an answer; counted up to those after which a passing fault is told. */
	polls: number;
	/** Which faults have been told since the last answer; further ones are not told when it is full. */
	told: string[];
}

/** An operation that fails for more reasons than these needs a person, who has been told already. */
const MOST_REASONS = 8;

interface Change {
	key: string;
	/** The status before the change, if there was one. */
	before: string | null;
	/** ms since the epoch. */
	at: number;
	/** It was taken back and has not been emitted again yet. */
	isDue?: true;
}

const VERSION = 1;

const EMPTY: WatchState = { version: VERSION, statuses: {}, faults: {}, next: null, latest: null };

/** Longer than any pair of numbers; a row that cannot be read may be of any length. */
const LONGEST_KEY = 256;

/** What an operation is called in the state: its numbers, or a digest of what stands in their place. */
export const keyOf = (entry: unknown): string => boundedKey(JSON.stringify(entry));

function boundedKey(key: string): string {
	return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64url');
}

/**
 * The state as it was stored, within the bounds of today; null when a newer version of the package wrote
 * it, which this one must not take for its own. A version 2 will bring what version 1 left behind to its
 * own shape here.
 */
export function readState(stored: unknown): WatchState | null {
	const { version } = (stored ?? {}) as { version?: unknown };
	if (typeof version !== 'number') return EMPTY;
	if (version > VERSION) return null;
	const state = { ...EMPTY, ...(stored as WatchState) };
	return {
		...state,
		statuses: mapEntries(state.statuses, (status) => status),
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
 * The state after a restart of n8n, when the latest changes shall be emitted again: as if they had
 * not been seen. An execution that a crash ended is not run again, and nothing tells the trigger.
 * Once in each process: several mains of n8n would take turns forever otherwise.
 */
export function takeBackLatest(state: WatchState, process: string): WatchState {
	const { latest } = state;
	if (!latest || latest.processes.includes(process)) return state;
	const statuses = { ...state.statuses };
	// Backwards, so that the first of two changes of an operation has the last word.
	for (const { key, before } of [...latest.changes].reverse()) {
		if (before === null) delete statuses[key];
		// With the status that it has now there would be no change to emit.
		else if (before !== state.statuses[key]) statuses[key] = before;
	}
	return {
		...state,
		statuses,
		latest: {
			processes: [...latest.processes, process].slice(-MOST_PROCESSES),
			changes: latest.changes.map((change) => ({ ...change, isDue: true })),
		},
	};
}

/** Far more main processes than an n8n has; each start of it is a process, too. */
const MOST_PROCESSES = 50;

/** What became of one watched operation in a poll. */
export interface Sighting {
	key: string;
	/** Null when there is none because of a fault. */
	status: string | null;
	fault: { code: string; retryable: boolean } | null;
}

interface Review<T extends Sighting> {
	state: WatchState;
	/** What reached a wanted status since it was last asked for. */
	changed: Array<{ sighting: T; before: string | null }>;
	/** What could not be looked up, each reason told once. */
	failed: T[];
}

/** So long after a change a crash may still interrupt what the workflow does with it. */
const LATEST_MS = 15 * 60_000;

/** A passing fault is told when it lasts for so many polls running, any other at once. */
const PASSING_POLLS = 3;

/** Whether a status never changes; undefined: there is none yet. */
type IsFinal = (status: string | undefined) => boolean;

interface Poll {
	/** The keys of the list. */
	watched: readonly string[];
	/** The statuses that start the workflow. */
	wanted: readonly string[];
	isFinal: IsFinal;
	/** The process of n8n. */
	process: string;
	/** ms since the epoch. */
	now: number;
}

/**
 * Compares what a poll saw with the state. Pure, so that it can be done in one go at the end of a
 * poll: another poll of the same node may have written in the meantime, and what it emitted is not
 * emitted again. Operations that are no longer watched are forgotten.
 */
export function review<T extends Sighting>(
	state: WatchState,
	sightings: readonly T[],
	poll: Poll,
): Review<T> {
	const statuses = { ...state.statuses };
	const faults = { ...state.faults };
	const changed: Review<T>['changed'] = [];
	const failed: T[] = [];
	for (const sighting of sightings) {
		const { key, status, fault } = sighting;
		const before = statuses[key];
		if (poll.isFinal(before)) continue;
		if (fault) {
			const { streak, isNews } = prolonged(faults[key], fault);
			faults[key] = streak;
			if (isNews) failed.push(sighting);
		} else if (status !== null) {
			delete faults[key];
			statuses[key] = status;
			if (status !== before && poll.wanted.includes(status)) {
				changed.push({ sighting, before: before ?? null });
			}
		}
	}
	const kept = new Set(poll.watched);
	return {
		state: {
			...state,
			statuses: only(kept, statuses),
			faults: only(kept, faults),
			latest: latestOf(state, changed, kept, poll),
		},
		changed,
		failed,
	};
}

/** The streak with one more poll, and whether its fault is to be told. */
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
 * What is new joins what is recent. What was taken back and is emitted once more keeps its time; any other
 * change takes the new one, also when it looks like an earlier one: its operation may have been removed and
 * added again, or have had the status before.
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
 * Which operations to ask for, and in what order: not the final ones. Those that failed come last,
 * since they may take all the time there is; but once the time was too short for all, everyone takes
 * turns, from where the last poll broke off, or the last ones would never be asked for.
 */
export function inTurn<T extends { key: string }>(
	state: WatchState,
	watched: readonly T[],
	isFinal: IsFinal,
): T[] {
	const open = watched.filter(({ key }) => !isFinal(state.statuses[key]));
	const first = open.findIndex(({ key }) => key === state.next);
	if (first >= 0) return [...open.slice(first), ...open.slice(0, first)];
	const hasFailed = ({ key }: T) => key in state.faults;
	return [...open.filter((one) => !hasFailed(one)), ...open.filter(hasFailed)];
}

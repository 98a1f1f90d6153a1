import { FINAL_STATUSES } from '../../Alipay/couponOperation/fields';

/** What the trigger remembers between polls, in n8n's static data of the node. */
export interface WatchState {
	version: typeof VERSION;
	/** By key of a watched operation: the status it had when it was last asked for. */
	statuses: Record<string, string>;
	/** By key: why the operation could not be asked for, and in how many polls running. */
	faults: Record<string, Streak>;
	/** The operation with which the next poll begins, when the last one ran out of time. */
	next: string | null;
	/** The changes that were put out last, and the process of n8n that did so. */
	latest: { process: string; changes: Change[] } | null;
}

interface Change {
	key: string;
	/** The status before the change, if there was one. */
	before: string | null;
	/** ms since the epoch. */
	at: number;
}

interface Streak {
	code: string;
	polls: number;
}

const VERSION = 1;

/** Brings what version n left behind to version n + 1; before version 1 there was nothing. */
const MIGRATIONS: ReadonlyArray<(stored: Record<string, unknown>) => Record<string, unknown>> = [
	() => ({ version: 1, statuses: {}, faults: {}, next: null, latest: null }),
];

/**
 * The state as it was stored, by this version of the package or an older one; null when a newer one
 * wrote it, which this one must not take for its own.
 */
export function readState(stored: unknown): WatchState | null {
	let state = { ...(stored as Record<string, unknown> | undefined) };
	const version = typeof state.version === 'number' ? state.version : 0;
	if (version > VERSION) return null;
	for (const migrate of MIGRATIONS.slice(version)) state = migrate(state);
	return state as unknown as WatchState;
}

/**
 * The state after a restart of n8n, when the latest changes shall be put out again: as if they had
 * not been seen. An execution that a crash ended is not run again, and nothing tells the trigger.
 */
export function takeBackLatest(state: WatchState, process: string): WatchState {
	const { latest } = state;
	if (!latest || latest.process === process) return state;
	const statuses = { ...state.statuses };
	// Backwards, so that the first of two changes of an operation has the last word.
	for (const { key, before } of [...latest.changes].reverse()) {
		if (before === null) delete statuses[key];
		else statuses[key] = before;
	}
	return { ...state, statuses, latest: null };
}

/** What became of one watched operation in a poll. */
export interface Sighting {
	key: string;
	/** Null when there is none because of a fault. */
	status: string | null;
	fault: { code: string; retryable: boolean } | null;
}

export interface Review<T extends Sighting> {
	state: WatchState;
	/** What reached a wanted status since it was last asked for. */
	changed: Array<{ sighting: T; before: string | null }>;
	/** What cannot be asked for, each told once. */
	faulty: T[];
}

/** So long after a change a crash may still interrupt what the workflow does with it. */
const LATEST_MS = 15 * 60_000;

/** A passing fault is told when it lasts for so many polls running, any other at once. */
const PASSING_POLLS = 3;

export const isFinal = (status: string | undefined) =>
	status !== undefined && FINAL_STATUSES.includes(status);

/**
 * Compares what a poll saw with the state. Pure, so that it can be done in one go at the end of a
 * poll: another poll of the same node may have written in the meantime, and what it put out is not
 * put out again. Operations that are not watched any more are forgotten.
 */
export function review<T extends Sighting>(
	state: WatchState,
	sightings: readonly T[],
	poll: { watched: readonly string[]; wanted: readonly string[]; process: string; now: number },
): Review<T> {
	const statuses = { ...state.statuses };
	const faults = { ...state.faults };
	const changed: Review<T>['changed'] = [];
	const faulty: T[] = [];
	for (const sighting of sightings) {
		const { key, status, fault } = sighting;
		const before = statuses[key];
		if (isFinal(before)) continue;
		if (fault) {
			const polls = faults[key]?.code === fault.code ? faults[key].polls + 1 : 1;
			faults[key] = { code: fault.code, polls };
			if (polls === (fault.retryable ? PASSING_POLLS : 1)) faulty.push(sighting);
		} else if (status !== null) {
			delete faults[key];
			statuses[key] = status;
			if (status !== before && poll.wanted.includes(status)) {
				changed.push({ sighting, before: before ?? null });
			}
		}
	}
	const { process, now } = poll;
	const earlier = state.latest?.process === process ? state.latest.changes : [];
	const changes = [
		...earlier.filter(({ at }) => now - at < LATEST_MS),
		...changed.map(({ sighting: { key }, before }) => ({ key, before, at: now })),
	];
	const latest = changed.length > 0 ? { process, changes } : state.latest;
	const kept = new Set(poll.watched);
	return {
		state: { ...state, statuses: only(kept, statuses), faults: only(kept, faults), latest },
		changed,
		faulty,
	};
}

const only = <T>(kept: ReadonlySet<string>, entries: Record<string, T>): Record<string, T> =>
	Object.fromEntries(Object.entries(entries).filter(([key]) => kept.has(key)));

/**
 * In which order to ask: not the final ones; from where the last poll broke off; and those that led
 * to no answer last, since they may take all the time there is.
 */
export function inTurn<T extends { key: string }>(state: WatchState, watched: readonly T[]): T[] {
	const open = watched.filter(({ key }) => !isFinal(state.statuses[key]));
	const first = Math.max(
		0,
		open.findIndex(({ key }) => key === state.next),
	);
	const rotated = [...open.slice(first), ...open.slice(0, first)];
	const isFaulty = ({ key }: T) => key in state.faults;
	return [...rotated.filter((one) => !isFaulty(one)), ...rotated.filter(isFaulty)];
}

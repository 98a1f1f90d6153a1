/** A settled status may still change, but rarely and within days. So it is looked up seldom, and not forever. */
import type { StatusValue } from '../../../alipay/methods/method';

/** The stage of a status; undefined for an unknown or missing one. */
export type StageOf = (status: string | undefined) => StatusValue['stage'] | undefined;

/** An operation whose status is settled. Both are ms since the epoch. */
export interface Settled {
	/** When a poll first saw it settled. */
	since: number;
	/** When to look it up again. */
	due: number;
}

/** What decides whether an operation is looked up. */
export interface Watching {
	stageOf: StageOf;
	/** How long to look up an operation after a poll first saw it settled. */
	keepMs: number;
	/** ms since the epoch. */
	now: number;
}

const LONGEST_PAUSE_MS = 60 * 60_000;

/**
 * The next lookup follows 30 to 60 minutes after `now`, by `random` (0 to 1), so that a thousand operations of
 * one poll spread over several polls.
 */
export function settledAt(now: number, random: number, known?: Settled): Settled {
	// The clock may have been wrong before.
	const since = Math.min(known?.since ?? now, now);
	return { since, due: now + Math.round(LONGEST_PAUSE_MS * (0.5 + random / 2)) };
}

/** Whether to look up an operation with this status and these times. */
export function isDue(
	status: string | undefined,
	settled: Settled | undefined,
	{ stageOf, keepMs, now }: Watching,
): boolean {
	const stage = stageOf(status);
	if (stage !== 'settled') return stage !== 'final';
	const { since, due } = settled ?? { since: now, due: now };
	// A longer pause comes from a clock that was wrong.
	const isPausing = now < due && due - now <= LONGEST_PAUSE_MS;
	return now - since < keepMs && !isPausing;
}

/**
 * When to send a call again. One pure function decides about retries, rate limits and waiting for a final
 * status, from what happened so far.
 */
import type { Outcome } from './errors/fault';
import type { Answer } from './message/response';
import { stageOf, type Method } from './methods/method';

export interface Policy {
	/** At most this many requests, including the first. Rate-limited requests do not count, unless it is 1. */
	maxTries: number;
	/** How long and how often to look up a status that is still open, or null. */
	wait: { maxMs: number; intervalMs: number } | null;
}

/** What a response means for the call. */
type Verdict = 'done' | 'open' | 'temporary' | 'limited';

export interface History {
	/** Failed requests since the last response, or since the last pause of waiting. */
	failed: number;
	/** The same for rate-limited requests. */
	limited: number;
	/** The last response with an open status. */
	open: Outcome<Answer> | null;
	/** When the first open status arrived, on the monotonic clock. */
	openSinceMs: number;
}

export const NOTHING_YET: History = { failed: 0, limited: 0, open: null, openSinceMs: Infinity };

/** What to do next: send again after a pause, or end with an outcome. */
export type Step =
	| { next: 'retry' | 'poll'; pauseMs: number; history: History }
	| { next: 'end'; outcome: Outcome<Answer>; isStillOpen: boolean };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/**
 * A rate limit is not the fault of a call, so it does not use up its attempts. Each refusal makes the run
 * wait longer, up to eight seconds. After this many (about a minute), the limit is not temporary.
 */
const MOST_LIMITED = 12;

/**
 * The next step after `outcome` at `elapsedMs`. Only temporary problems (no response, a busy gateway, a rate
 * limit) are retried, after a pause that doubles and is shortened by up to half by `random` (0 to 1). A rate
 * limit needs no pause, because the whole run slows down. A `write` is never sent twice.
 */
export function nextStep(
	method: Method,
	policy: Policy,
	before: History,
	outcome: Outcome<Answer>,
	elapsedMs: number,
	random: number,
): Step {
	const end = { next: 'end', outcome, isStillOpen: false } as const;
	const verdict = verdictOf(method, outcome);
	if (verdict === 'done' || method.effect === 'write') return end;

	const { maxTries, wait } = policy;
	const history = record(before, verdict, outcome, elapsedMs);
	if (verdict === 'limited' && maxTries > 1 && history.limited < MOST_LIMITED) {
		return { next: 'retry', pauseMs: 0, history };
	}
	if (verdict === 'temporary' && history.failed < maxTries) {
		const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (history.failed - 1));
		return { next: 'retry', pauseMs: pause * (0.5 + random / 2), history };
	}
	// A temporary gateway problem does not undo the last response.
	if (!wait || !history.open) return end;
	const leftMs = history.openSinceMs + wait.maxMs - elapsedMs;
	if (leftMs <= 0) return { next: 'end', outcome: history.open, isStillOpen: true };
	const fresh = { ...history, failed: 0, limited: 0 };
	return { next: 'poll', pauseMs: Math.min(wait.intervalMs, leftMs), history: fresh };
}

function verdictOf(method: Method, outcome: Outcome<Answer>): Verdict {
	if (outcome.ok) {
		const status = method.status && outcome.value.fields.get(method.status.field);
		return status && stageOf(method, status) === 'open' ? 'open' : 'done';
	}
	if (!outcome.fault.retryable) return 'done';
	return outcome.fault.cause === 'rate-limited' ? 'limited' : 'temporary';
}

/** The waiting time counts from the first response, because the call may have waited for its turn before. */
function record(
	{ failed, limited, open, openSinceMs }: History,
	verdict: Verdict,
	outcome: Outcome<Answer>,
	elapsedMs: number,
): History {
	if (verdict === 'open') {
		const since = Math.min(openSinceMs, elapsedMs);
		return { failed: 0, limited: 0, open: outcome, openSinceMs: since };
	}
	const isLimited = verdict === 'limited';
	return {
		failed: isLimited ? failed : failed + 1,
		limited: isLimited ? limited + 1 : limited,
		open,
		openSinceMs,
	};
}

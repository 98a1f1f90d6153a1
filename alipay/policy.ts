/**
 * When a question is repeated. One pure function of what happened so far decides about retries, call
 * limits and waiting for a final status alike.
 */
import type { Outcome } from './errors/fault';
import type { Answer } from './message/response';
import { stageOf, type Method } from './methods/method';

export interface Policy {
	/** At most this many requests, the first included; those that met a call limit do not count, unless it is 1. */
	maxTries: number;
	/** How long, and how often, to ask for a status that is still open; null for not at all. */
	wait: { maxMs: number; intervalMs: number } | null;
}

/** What a response means for the question. */
type Verdict = 'done' | 'open' | 'passing' | 'limited';

/** What happened so far. */
export interface History {
	/** Requests that led to no answer since the last one that did, or since the last pause of waiting. */
	failed: number;
	/** The same for those that met a call limit. */
	limited: number;
	/** The last answer whose status was still open. */
	open: Outcome<Answer> | null;
	/** When the first of them came, on a clock that nobody sets. */
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
 * A call limit is not the fault of a question, so it uses up none of its tries. Each refusal makes
 * the run wait longer, up to eight seconds; after this many, about a minute, it is no passing one.
 */
const MOST_LIMITED = 12;

/**
 * The next step after `outcome` at `elapsedMs`. What may pass (no response, a busy gateway, a call limit)
 * is sent again after a pause that doubles, shortened by up to half at `random` (0 to 1); nothing else
 * is. A call limit needs no pause of its own: the whole run slows down. A `write` is never sent twice.
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
	if (verdict === 'passing' && history.failed < maxTries) {
		const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (history.failed - 1));
		return { next: 'retry', pauseMs: pause * (0.5 + random / 2), history };
	}
	// A gateway that fails for a moment does not undo what it said before.
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
	return outcome.fault.cause === 'rate-limited' ? 'limited' : 'passing';
}

/** The waiting time counts from the first answer: until then the question may have waited for its turn. */
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

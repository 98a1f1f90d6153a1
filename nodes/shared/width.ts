/**
 * How many requests of a run may be in progress at once. With too few, n8n waits for Alipay. With too many for
 * its thread, each request takes longer, and so does other work of n8n. A run widens, if it may, while the
 * thread is free and Alipay responds as fast as before.
 */
export interface Span {
	/** The start value and minimum. */
	from: number;
	/** The maximum, for a run that is alone and has not met a rate limit. */
	to: number;
}

/** A fixed number. */
export const fixed = (count: number): Span => ({ from: count, to: count });

/** How an exchange ended: with a response, a refusal because of a rate limit, or no response. */
export type Ending = 'responded' | 'limited' | 'lost';

export interface Width {
	now: () => number;
	/** @param tookMs from the start of the request to its response */
	learn: (ending: Ending, tookMs: number) => void;
	/** @param tookMs how long the thread was busy with other work after the run paused */
	learnTurn: (tookMs: number) => void;
}

/** A turn of a free and of a busy thread. The timer itself takes 1 ms. See docs/performance.md. */
const FREE_MS = 3.5;
const BUSY_MS = 4.5;

/** The most that one pause of the garbage collector counts. */
const LONGEST_TURN_MS = 9;

/** Alipay is busy if its responses take this many times as long as the fastest. */
const SLOW = 3;

/** Weight of the newest value in a mean. */
const NEWEST = 0.1;

/** How much a response changes the width after the run has reached its bound. Before, a response adds 1. */
const STEP = 0.25;

/** `isAlone` tells whether no other run of this process sends requests. */
export function createWidth({ from, to }: Span, isAlone: () => boolean): Width {
	let width = from;
	let step = 1;
	let turnMs = 0;
	let meanMs = 0;
	let quickestMs = Infinity;
	let wasLimited = false;

	function next(): number {
		if (wasLimited || !isAlone()) return from;
		if (turnMs > BUSY_MS || meanMs > quickestMs * SLOW) {
			step = STEP;
			return Math.max(from, width - step);
		}
		return turnMs < FREE_MS ? Math.min(to, width + step) : width;
	}

	return {
		now: () => Math.floor(width),
		learnTurn(tookMs) {
			turnMs += NEWEST * (Math.min(tookMs, LONGEST_TURN_MS) - turnMs);
		},
		learn(ending, tookMs) {
			wasLimited ||= ending === 'limited';
			if (ending === 'responded') {
				meanMs = quickestMs === Infinity ? tookMs : meanMs + NEWEST * (tookMs - meanMs);
				quickestMs = Math.min(quickestMs, tookMs);
				width = next();
			} else {
				width = from;
			}
		},
	};
}

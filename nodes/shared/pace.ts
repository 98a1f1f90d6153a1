/**
 * How far apart the requests of a run start. No clock and no timer of its own: all times are handed in,
 * in milliseconds on a clock that nobody sets.
 */
export interface Pace {
	/** When the next request may start. */
	dueAt: () => number;
	/** The next request starts now. */
	start: (nowMs: number) => void;
	/** Alipay answered a request that had started at `startedMs`: whether it refused because of a call limit. */
	learn: (isLimited: boolean, startedMs: number, nowMs: number) => void;
	/** For how long Alipay has answered nothing but that it is called too often. */
	limitedForMs: (nowMs: number) => number;
}

/** Timers wake late; a start that is late by less counts as on time, so that the pace holds on average. */
const LATE_MS = 5;

/** After a call limit the whole run pauses, twice as long if what comes next is limited again. */
const FIRST_HOLD_MS = 250;
const LONGEST_HOLD_MS = 8_000;

/** Then its requests are further apart than before, and each answer brings them closer again. */
const SLOWER = 1.5;
const FASTER = 0.97;
const WIDEST_GAP_MS = 2_000;

/** Weight of the newest gap in the mean by which a run without a set pace knows its own. A pause is no gap. */
const NEWEST = 0.1;
const LONGEST_MEASURED_MS = 1_000;

/** `requestsPerSecond` spaces the requests evenly (0: no limit). A call limit slows down all of them. */
export function createPace(requestsPerSecond: number): Pace {
	const usualGap = requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0;
	let gap = usualGap;
	let meanGap = usualGap;
	let last = -Infinity;
	let hold = 0;
	let heldUntil = -Infinity;
	let slowedAt = -Infinity;
	let limitedSince = Infinity;

	const dueAt = () => Math.max(last + gap, heldUntil);

	return {
		dueAt,
		start(nowMs) {
			const due = dueAt();
			const passed = nowMs - last;
			const wasHeld = heldUntil > last;
			if (!wasHeld && passed < LONGEST_MEASURED_MS) meanGap += NEWEST * (passed - meanGap);
			last = gap > 0 && nowMs - due < LATE_MS ? due : nowMs;
		},
		learn(isLimited, startedMs, nowMs) {
			// What started before the run slowed down says nothing about its new pace.
			if (startedMs < slowedAt) return;
			if (isLimited) {
				slowedAt = nowMs;
				limitedSince = Math.min(limitedSince, nowMs);
				hold = Math.min(LONGEST_HOLD_MS, hold * 2 || FIRST_HOLD_MS);
				heldUntil = nowMs + hold;
				gap = Math.max(usualGap, Math.min(WIDEST_GAP_MS, Math.max(gap, meanGap) * SLOWER));
			} else {
				hold = 0;
				limitedSince = Infinity;
				gap = gap - usualGap < 1 ? usualGap : Math.max(usualGap, gap * FASTER);
			}
		},
		limitedForMs: (nowMs) => Math.max(0, nowMs - limitedSince),
	};
}

/**
 * Controls how far apart the requests of a run start. It has no clock and no timer: callers pass all times,
 * in milliseconds of a monotonic clock.
 */
export interface Pace {
	/** When the next request may start. */
	dueAt: () => number;
	/** The next request starts now. */
	start: (nowMs: number) => void;
	/** Learns whether Alipay refused a request because of a rate limit. The request started at `startedMs`. */
	learn: (isLimited: boolean, startedMs: number, nowMs: number) => void;
	/** How long Alipay has returned only rate limit refusals. */
	limitedForMs: (nowMs: number) => number;
}

/** Timers fire late. A smaller delay counts as on time, so that the average pace stays right. */
const LATE_MS = 5;

/** After a rate limit refusal, the whole run pauses, twice as long after the next one in a row. */
const FIRST_HOLD_MS = 250;
const LONGEST_HOLD_MS = 8_000;

/** After the pause, requests start further apart. Each other response brings them closer again. */
const SLOWER = 1.5;
const FASTER = 0.97;
const WIDEST_GAP_MS = 2_000;

/** Weight of the newest gap in the mean gap. A run without a set pace measures its own pace. Pauses do not count. */
const NEWEST = 0.1;
const LONGEST_MEASURED_MS = 1_000;

/** `requestsPerSecond` spaces the requests evenly (0: no limit). A rate limit refusal slows down all of them. */
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
			// A request that started before the run slowed down says nothing about the new pace.
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

/** What a pace needs of the world; times in milliseconds, from a clock that nobody sets. */
interface PaceClock {
	now(): number;
	sleep(ms: number): Promise<void>;
	/** Whether the run is over, so that nobody needs to wait any more. */
	ended(): boolean;
}

/** Called when Alipay itself answers a request: whether it said that it is being called too often. */
export type Answered = (callLimited: boolean) => void;

export interface Pace {
	/** Resolves when the next request may start. */
	turn(): Promise<Answered>;
	/** For how long Alipay has answered nothing but that it is called too often. */
	limitedForMs(): number;
	/** Resolves at once, but lets others have the thread when this run has had it for a while. */
	breathe(): Promise<void>;
}

/**
 * To start a request keeps the thread busy for about 2 ms (signature, TLS). Many of them without a
 * break would leave n8n's editor and webhooks without an answer.
 */
const BREATH_MS = 4;

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

/**
 * The pace of a run. Requests start one by one, in the order in which they asked for their turn;
 * `requestsPerSecond` spaces them evenly (0: no limit). A call limit slows down all of them.
 */
export function createPace(requestsPerSecond: number, clock: PaceClock): Pace {
	const usualGap = requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0;
	let gap = usualGap;
	let meanGap = usualGap;
	let last = -Infinity;
	let lastBreath = clock.now();
	let hold = 0;
	let heldUntil = -Infinity;
	let slowedAt = -Infinity;
	let limitedSince = Infinity;
	let queue: Promise<unknown> = Promise.resolve();

	async function breathe(): Promise<void> {
		if (clock.now() - lastBreath < BREATH_MS) return;
		await clock.sleep(0);
		lastBreath = clock.now();
	}

	async function start(): Promise<Answered> {
		if (clock.now() - last < BREATH_MS) await clock.sleep(0);
		const due = () => Math.max(last + gap, heldUntil);
		while (due() > clock.now() && !clock.ended()) await clock.sleep(due() - clock.now());
		const startedAt = clock.now();
		const passed = startedAt - last;
		const wasHeld = heldUntil > last;
		if (!wasHeld && passed < LONGEST_MEASURED_MS) meanGap += NEWEST * (passed - meanGap);
		last = gap > 0 && startedAt - due() < LATE_MS ? due() : startedAt;
		return (callLimited) => learn(startedAt, callLimited);
	}

	function learn(startedAt: number, callLimited: boolean): void {
		lastBreath = clock.now();
		// What started before the run slowed down says nothing about its new pace.
		if (startedAt < slowedAt) return;
		if (callLimited) {
			slowedAt = clock.now();
			limitedSince = Math.min(limitedSince, slowedAt);
			hold = Math.min(LONGEST_HOLD_MS, hold * 2 || FIRST_HOLD_MS);
			heldUntil = slowedAt + hold;
			gap = Math.max(usualGap, Math.min(WIDEST_GAP_MS, Math.max(gap, meanGap) * SLOWER));
		} else {
			hold = 0;
			limitedSince = Infinity;
			gap = gap - usualGap < 1 ? usualGap : Math.max(usualGap, gap * FASTER);
		}
	}

	return {
		breathe,
		limitedForMs: () => Math.max(0, clock.now() - limitedSince),
		async turn() {
			const mine = queue.then(start);
			queue = mine;
			return await mine;
		},
	};
}

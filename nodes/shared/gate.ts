import { CANCELLED, localFault, type Outcome } from '../../alipay/errors/fault';
import { createPace } from './pace';

/** Every request of a run passes it: so many at once, so far apart, slower when Alipay limits calls. */
export interface Gate {
	/**
	 * Runs `exchange` in a slot, which it gives back when it ends. `CANCELLED` when the run is over before.
	 * One that is not the first of its question takes turns with those that are.
	 */
	admit: <T>(exchange: () => Promise<Outcome<T>>, isFirst: boolean) => Promise<Outcome<T>>;
	/** Resolves when no first request waits for a slot any longer, so that another question may be begun. */
	hasRoom: () => Promise<void>;
	/** For how long Alipay has answered nothing but that it is called too often. */
	limitedForMs: () => number;
}

interface GateWorld {
	/** Milliseconds on a clock that nobody sets. */
	elapsed: () => number;
	/** Resolves early when the run is over. */
	sleep: (ms: number) => Promise<void>;
	over: AbortSignal;
}

/**
 * To start a request keeps the thread busy for about 2 ms (signature, TLS). Many of them without a
 * break would leave the editor and webhooks of n8n without an answer.
 */
export const BREATH_MS = 4;

/** A limit that holds for so long is one per day: to wait for the end of it is not this run's business. */
const PATIENCE_MS = 60_000;

const LIMITED = localFault(
	'gateway-call-limit',
	'Alipay has refused all requests for a minute because of its call limit, so this item was not asked for',
	'Run the workflow again later with the items that failed, or ask Alipay for a higher limit.',
);

export function createGate(
	{ concurrency, requestsPerSecond }: { concurrency: number; requestsPerSecond: number },
	{ elapsed, sleep, over }: GateWorld,
): Gate {
	const slots = createSlots(concurrency);
	const pace = createPace(requestsPerSecond);
	const limitedForMs = () => pace.limitedForMs(elapsed());
	let lastStart = -Infinity;
	let starting: Promise<unknown> = Promise.resolve();

	/** Requests start one by one, in the order in which they got their slots. Resolves to when it did. */
	async function start(): Promise<number> {
		if (elapsed() - lastStart < BREATH_MS) await sleep(0);
		while (pace.dueAt() > elapsed() && !over.aborted) await sleep(pace.dueAt() - elapsed());
		lastStart = elapsed();
		pace.start(lastStart);
		return lastStart;
	}

	async function pass<T>(exchange: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
		const mine = starting.then(start);
		starting = mine;
		const startedMs = await mine;
		if (over.aborted) return CANCELLED;
		const outcome = await exchange();
		const isLimited = !outcome.ok && outcome.fault.cause === 'rate-limited';
		if (isLimited || isOfAlipay(outcome)) pace.learn(isLimited, startedMs, elapsed());
		return outcome;
	}

	return {
		limitedForMs,
		hasRoom: slots.noneNew,
		async admit(exchange, isFirst) {
			await slots.take(isFirst);
			let mayEndTheRun = false;
			try {
				if (over.aborted) return CANCELLED;
				if (isFirst && limitedForMs() > PATIENCE_MS) return LIMITED;
				const outcome = await pass(exchange);
				mayEndTheRun = !outcome.ok;
				return outcome;
			} finally {
				// Whether a failure ends the run must be known before the next request starts.
				if (mayEndTheRun && !over.aborted) void sleep(0).then(slots.giveBack);
				else slots.giveBack();
			}
		},
	};
}

/** Whether it came from Alipay's gateway and not from what lies before it: its own codes are numbers. */
const isOfAlipay = (outcome: Outcome<unknown>) => outcome.ok || /^\d+$/.test(outcome.fault.code);

/**
 * So many may hold a slot at once; of those that wait, every second one is new. Others come back often:
 * were they all before a new one, it might never begin.
 */
function createSlots(count: number) {
	const fresh: Array<() => void> = [];
	const returning: Array<() => void> = [];
	const listeners: Array<() => void> = [];
	let free = count;
	let wasFresh = false;

	function next(): (() => void) | undefined {
		wasFresh = !wasFresh;
		const [first, second] = wasFresh ? [fresh, returning] : [returning, fresh];
		return first.shift() ?? second.shift();
	}

	async function take(isNew: boolean): Promise<void> {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => (isNew ? fresh : returning).push(resolve));
	}

	function giveBack(): void {
		const waiting = next();
		if (waiting) waiting();
		else free++;
		if (fresh.length === 0) for (const listener of listeners.splice(0)) listener();
	}

	async function noneNew(): Promise<void> {
		if (fresh.length > 0) await new Promise<void>((resolve) => listeners.push(resolve));
	}

	return { take, giveBack, noneNew };
}

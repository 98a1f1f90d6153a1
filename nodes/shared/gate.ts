import { CANCELED, localFault, type Outcome } from '../../alipay/errors/fault';
import { createPace } from './pace';
import { createWidth, type Ending, type Span } from './width';

/** Every request of a run passes the gate. It limits concurrency and pace, and slows down at Alipay's rate limit. */
export interface Gate {
	/**
	 * Runs `exchange` in a slot and then frees the slot. Returns `CANCELED` if the run ends before.
	 * Further requests of a question take turns with first ones.
	 */
	admit: <T>(exchange: () => Promise<Outcome<T>>, isFirst: boolean) => Promise<Outcome<T>>;
	/** Resolves when no first request waits for a slot, so that the next question may start. */
	hasRoom: () => Promise<void>;
	/** How long Alipay has returned only rate limit refusals. */
	limitedForMs: () => number;
}

interface GateWorld {
	/** Milliseconds of a monotonic clock. */
	elapsed: () => number;
	/** Resolves early when the run is over. */
	sleep: (ms: number) => Promise<void>;
	over: AbortSignal;
	/** Whether no other run of this process sends requests. */
	isAlone: () => boolean;
}

interface GateTerms {
	concurrency: Span;
	/** 0 for no limit. */
	requestsPerSecond: number;
}

/**
 * Starting a request keeps the thread busy for about 2 ms (signature, TLS). Without breaks, many starts
 * would block n8n's editor and webhooks.
 */
export const BREATH_MS = 4;

/** A rate limit that lasts this long is probably a daily one, so the run does not wait for its end. */
const PATIENCE_MS = 60_000;

const LIMITED = localFault(
	'gateway-call-limit',
	'Alipay has refused all requests for a minute because of its rate limit, so the node did not send this item',
	'Run the workflow again later with the failed items, or ask Alipay for a higher limit.',
);

export function createGate(
	{ concurrency, requestsPerSecond }: GateTerms,
	{ elapsed, sleep, over, isAlone }: GateWorld,
): Gate {
	const width = createWidth(concurrency, isAlone);
	const slots = createSlots(width.now);
	const pace = createPace(requestsPerSecond);
	const limitedForMs = () => pace.limitedForMs(elapsed());
	let lastStart = -Infinity;
	let starting: Promise<unknown> = Promise.resolve();

	async function letOthersGo(): Promise<void> {
		const since = elapsed();
		await sleep(0);
		width.learnTurn(elapsed() - since);
	}

	/** Requests start one by one, in the order of their slots. Resolves to the start time. */
	async function start(): Promise<number> {
		if (elapsed() - lastStart < BREATH_MS) await letOthersGo();
		while (pace.dueAt() > elapsed() && !over.aborted) await sleep(pace.dueAt() - elapsed());
		lastStart = elapsed();
		pace.start(lastStart);
		return lastStart;
	}

	async function pass<T>(exchange: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
		const mine = starting.then(start);
		starting = mine;
		const startedMs = await mine;
		if (over.aborted) return CANCELED;
		const outcome = await exchange();
		const ending = endingOf(outcome);
		if (ending !== 'lost') pace.learn(ending === 'limited', startedMs, elapsed());
		width.learn(ending, elapsed() - startedMs);
		return outcome;
	}

	return {
		limitedForMs,
		hasRoom: slots.noneNew,
		async admit(exchange, isFirst) {
			await slots.take(isFirst);
			let mayEndTheRun = false;
			try {
				if (over.aborted) return CANCELED;
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

/** Codes of Alipay's gateway are numbers. Other codes come from the network before it. */
function endingOf(outcome: Outcome<unknown>): Ending {
	if (!outcome.ok && outcome.fault.cause === 'rate-limited') return 'limited';
	return outcome.ok || /^\d+$/.test(outcome.fault.code) ? 'responded' : 'lost';
}

/**
 * At most `count` slots are in use at once. New and returning requests take turns: returning ones come back
 * often, and would keep new ones from starting.
 */
function createSlots(count: () => number) {
	const fresh: Array<() => void> = [];
	const returning: Array<() => void> = [];
	const listeners: Array<() => void> = [];
	let busy = 0;
	let wasFresh = false;

	function next(): (() => void) | undefined {
		wasFresh = !wasFresh;
		const [first, second] = wasFresh ? [fresh, returning] : [returning, fresh];
		return first.shift() ?? second.shift();
	}

	async function take(isNew: boolean): Promise<void> {
		if (busy < count()) busy++;
		else await new Promise<void>((resolve) => (isNew ? fresh : returning).push(resolve));
	}

	function giveBack(): void {
		busy--;
		for (let waiting; busy < count() && (waiting = next()); busy++) waiting();
		if (fresh.length === 0) for (const listener of listeners.splice(0)) listener();
	}

	async function noneNew(): Promise<void> {
		if (fresh.length > 0) await new Promise<void>((resolve) => listeners.push(resolve));
	}

	return { take, giveBack, noneNew };
}

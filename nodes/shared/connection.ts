import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../../alipay/transport';
import { sendOver } from './http';
import { createPace, type Pace } from './pace';

/** The connection that all items of a run share. */
export interface Line extends Connection, Pace {
	/** Ends the run, but lets what is under way be answered; n8n's cancel breaks that off, too. */
	halt(): void;
	/** Milliseconds on a clock that nobody sets. */
	elapsedMs(): number;
	/** To be called when the run is through: the signal may outlive it. */
	close(): void;
}

/**
 * The protocol's connection over n8n's own HTTP helper, which honours the operator's proxy, TLS and
 * SSRF settings, at the pace of the run. `cancelled` breaks off what is under way.
 */
export function connect(
	httpRequest: IExecuteFunctions['helpers']['httpRequest'],
	cancelled: AbortSignal | undefined,
	requestsPerSecond: number,
): Line {
	const sleepers = createBreakers();
	const requests = createBreakers();
	let over = cancelled?.aborted ?? false;
	const halt = () => {
		over = true;
		sleepers.breakAll();
	};
	const cancel = () => {
		halt();
		requests.breakAll();
	};
	cancelled?.addEventListener('abort', cancel);

	const pause = async (ms: number) => {
		if (over || ms === 0) return await sleep(0);
		// The helper rejects when it is broken off; whoever waits then finds that the run is over.
		await sleepers.run(async (signal) => await sleep(ms, signal)).catch(() => undefined);
	};
	const ended = () => over;
	// A wall clock may be set back in the middle of a run.
	const elapsedMs = () => performance.now();
	return {
		...createPace(requestsPerSecond, { now: elapsedMs, sleep: pause, ended }),
		now: Date.now,
		elapsedMs,
		random: Math.random,
		sleep: pause,
		send: async (request, timeoutMs) =>
			await requests.run(async (signal) => await sendOver(httpRequest, request, timeoutMs, signal)),
		halt,
		ended,
		close: () => cancelled?.removeEventListener('abort', cancel),
	};
}

/**
 * Work that can be broken off, each piece by a signal of its own: one signal for all of them would
 * hold on to something of every request until the end of the run, and Node warns of many listeners.
 */
function createBreakers() {
	const controllers = new Set<AbortController>();
	return {
		async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
			const controller = new AbortController();
			controllers.add(controller);
			try {
				return await work(controller.signal);
			} finally {
				controllers.delete(controller);
			}
		},
		breakAll(): void {
			for (const controller of controllers) controller.abort();
		},
	};
}

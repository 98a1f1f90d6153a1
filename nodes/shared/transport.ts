import { randomUUID } from 'crypto';
import { sleep, type IExecuteFunctions, type IHttpRequestOptions } from 'n8n-workflow';
import { Cache, FOREVER } from '../../alipay/cache';
import type { Transport } from '../../alipay/transport';
import { createGate, type Gate } from './gate';
import { sendOver } from './http';
import type { Span } from './width';

interface Terms {
	concurrency: Span;
	/** 0 for no limit. */
	requestsPerSecond: number;
	/** Aborts requests in progress. */
	canceled: AbortSignal | undefined;
	/** Lets requests in progress finish, and sends no more. */
	ends?: AbortSignal;
}

/** The transport of all questions of a run. */
export interface RunTransport extends Transport, Pick<Gate, 'hasRoom' | 'limitedForMs'> {
	/** Ends the run, but lets requests in progress finish. */
	stop: () => void;
	/** Call it at the end of the run: the signals may outlive it. */
	close: () => void;
}

/** The open runs of this process: executions, and polls of triggers. */
const RUNS = new Cache<string, AbortSignal>({ entries: 1_000, ms: FOREVER });

/** The protocol's transport over n8n's own HTTP helper, which honors the operator's proxy, TLS and SSRF settings. */
export function connect(
	helpers: Pick<IExecuteFunctions['helpers'], 'httpRequest'>,
	{ concurrency, requestsPerSecond, canceled, ends }: Terms,
): RunTransport {
	const run = new AbortController();
	const over = run.signal;
	const id = randomUUID();
	RUNS.set(id, over);
	const stop = () => run.abort();
	const sources = [canceled, ends].filter((signal) => signal !== undefined);
	for (const source of sources) {
		if (source.aborted) stop();
		source.addEventListener('abort', stop);
	}
	const requests = createBranches(canceled);
	const pauses = createBranches(over);

	const send = async (options: IHttpRequestOptions): Promise<unknown> =>
		await helpers.httpRequest(options);
	// A wall clock may be set back during a run.
	const elapsed = () => performance.now();
	const pause = async (ms: number) => {
		if (over.aborted || ms === 0) return await sleep(0);
		// The helper rejects when it is aborted. The caller then sees that the run is over.
		await pauses.run(async (signal) => await sleep(ms, signal)).catch(() => undefined);
	};
	return {
		...createGate(
			{ concurrency, requestsPerSecond },
			{ elapsed, sleep: pause, over, isAlone: () => RUNS.values().length === 1 },
		),
		send: async (request, limits) =>
			await requests.run(async (signal) => await sendOver(send, request, limits, signal)),
		sleep: pause,
		over,
		clock: { now: Date.now, elapsed },
		stop,
		close() {
			RUNS.delete(id);
			for (const source of sources) source.removeEventListener('abort', stop);
			requests.close();
			pauses.close();
		},
	};
}

/**
 * Signals that follow `trunk`, one for each piece of work. A single signal would keep data of every request
 * until the end of the run, and Node.js warns about many listeners.
 */
function createBranches(trunk: AbortSignal | undefined) {
	const branches = new Set<AbortController>();
	const breakOff = () => {
		for (const branch of branches) branch.abort();
	};
	trunk?.addEventListener('abort', breakOff);
	return {
		async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
			const branch = new AbortController();
			if (trunk?.aborted) branch.abort();
			branches.add(branch);
			try {
				return await work(branch.signal);
			} finally {
				branches.delete(branch);
			}
		},
		close: () => trunk?.removeEventListener('abort', breakOff),
	};
}

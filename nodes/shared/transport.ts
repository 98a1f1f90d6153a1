import { sleep, type IExecuteFunctions, type IHttpRequestOptions } from 'n8n-workflow';
import type { Transport } from '../../alipay/transport';
import { createGate, type Gate } from './gate';
import { sendOver } from './http';

interface Terms {
	concurrency: number;
	/** 0 for no limit. */
	requestsPerSecond: number;
	/** Breaks off what is under way. */
	cancelled: AbortSignal | undefined;
	/** Lets what is under way be answered, and sends nothing more. */
	ends?: AbortSignal;
}

/** What all questions of a run are sent over. */
export interface RunTransport extends Transport, Pick<Gate, 'hasRoom' | 'limitedForMs'> {
	/** Ends the run, but lets what is under way be answered. */
	stop: () => void;
	/** To be called when the run is through: the signals may outlive it. */
	close: () => void;
}

/** The protocol's transport over n8n's own HTTP helper, which honors the operator's proxy, TLS and SSRF settings. */
export function connect(
	helpers: Pick<IExecuteFunctions['helpers'], 'httpRequest'>,
	{ concurrency, requestsPerSecond, cancelled, ends }: Terms,
): RunTransport {
	const run = new AbortController();
	const over = run.signal;
	const stop = () => run.abort();
	const sources = [cancelled, ends].filter((signal) => signal !== undefined);
	for (const source of sources) {
		if (source.aborted) stop();
		source.addEventListener('abort', stop);
	}
	const requests = createBranches(cancelled);
	const pauses = createBranches(over);

	const send = async (options: IHttpRequestOptions): Promise<unknown> =>
		await helpers.httpRequest(options);
	// A wall clock may be set back in the middle of a run.
	const elapsed = () => performance.now();
	const pause = async (ms: number) => {
		if (over.aborted || ms === 0) return await sleep(0);
		// The helper rejects when it is broken off; whoever waits then finds that the run is over.
		await pauses.run(async (signal) => await sleep(ms, signal)).catch(() => undefined);
	};
	return {
		...createGate({ concurrency, requestsPerSecond }, { elapsed, sleep: pause, over }),
		send: async (request, limits) =>
			await requests.run(async (signal) => await sendOver(send, request, limits, signal)),
		sleep: pause,
		over,
		clock: { now: Date.now, elapsed },
		stop,
		close() {
			for (const source of sources) source.removeEventListener('abort', stop);
			requests.close();
			pauses.close();
		},
	};
}

/**
 * Signals that follow `trunk`, one for each piece of work: one for all of them would hold on to
 * something of every request until the end of the run, and Node warns of many listeners.
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

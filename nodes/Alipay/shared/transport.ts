import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../../../alipay/connection';
import { sendOver } from '../../../alipay/http';
import { createPace, type Pace } from './pace';

/** The connection that all items of a run share. */
export interface Line extends Connection, Pace {
	/** Ends the run, but lets what is under way be answered; n8n's cancel breaks that off, too. */
	halt(): void;
}

/**
 * The protocol's connection over n8n's own HTTP helper, which honours the operator's proxy, TLS and
 * SSRF settings, at the pace of the run.
 */
export function connect(context: IExecuteFunctions, requestsPerSecond: number): Line {
	const cancelled = context.getExecutionCancelSignal();
	const halted = new AbortController();
	const end = cancelled ? AbortSignal.any([cancelled, halted.signal]) : halted.signal;
	const ended = () => end.aborted;
	const pause = async (ms: number) => {
		if (ms === 0) return await sleep(0);
		// A signal of its own: Node warns of more than ten listeners on one. It rejects when the run
		// ends; whoever waits then finds that it has ended.
		await sleep(ms, AbortSignal.any([end])).catch(() => undefined);
	};
	// A wall clock may be set back in the middle of a run.
	const clock = { now: () => performance.now(), sleep: pause, ended };
	return {
		...createPace(requestsPerSecond, clock),
		now: Date.now,
		random: Math.random,
		sleep: pause,
		send: async (request, timeoutMs) =>
			await sendOver(context.helpers.httpRequest, request, timeoutMs, cancelled),
		halt: () => halted.abort(),
		ended,
	};
}

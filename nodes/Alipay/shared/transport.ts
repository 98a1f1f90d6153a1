import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import type { Connection } from '../../../alipay/connection';
import { sendOver } from '../../../alipay/http';

/**
 * The protocol's connection over n8n's own HTTP helper, which honours the operator's proxy, TLS and
 * SSRF settings. `requestsPerSecond` spaces the requests of the whole run evenly; 0 sets no limit.
 */
export function connect(context: IExecuteFunctions, requestsPerSecond: number): Connection {
	const cancelled = context.getExecutionCancelSignal();
	const pause = async (ms: number) => {
		// The helper rejects when the run is cancelled; whoever waits then finds the signal set.
		await sleep(ms, cancelled).catch(() => undefined);
	};
	return {
		now: Date.now,
		random: Math.random,
		sleep: pause,
		turn: evenPace(requestsPerSecond, pause),
		send: async (request, timeoutMs) =>
			await sendOver(context.helpers.httpRequest, request, timeoutMs, cancelled),
	};
}

function evenPace(requestsPerSecond: number, pause: (ms: number) => Promise<void>) {
	const gap = requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0;
	let next = 0;
	return async () => {
		const now = Date.now();
		const turn = Math.max(next, now);
		next = turn + gap;
		if (turn > now) await pause(turn - now);
	};
}

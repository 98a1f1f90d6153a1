/** Connects the HTTP server and the router: reads requests, sends responses, and keeps a list of them. */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { readParams } from './request.mts';
import type { GatewayParams } from './request.mts';
import type { Router } from './router.mts';
import { deliver, httpRefusal, readBody } from './wire.mts';

export interface ReceivedRequest extends GatewayParams {
	/** 1, 2, 3… since the start. */
	number: number;
	method: string;
	path: string;
	headers: IncomingMessage['headers'];
	/** ms since the epoch. */
	receivedAt: number;
	/** Also sent as the `trace_id` header. */
	traceId: string;
	/** The numbers that identified the record, separated by slashes; empty without numbers. */
	numbers: string;
	/** A short text for people: `10000 SUCCESS`, `40004 AUTH_ORDER_NOT_EXIST`, `reset`… */
	outcome: string;
}

interface ListenerOptions {
	/** ms since the epoch. */
	now: () => number;
	/** The delay of every response. */
	latencyMs: number;
	/** Called once for each request when its response is decided. */
	onRequest?: ((request: ReceivedRequest) => void) | undefined;
}

const KEPT_REQUESTS = 20_000;

/** Reads requests, sends the responses of the router, and keeps a list of the requests. */
export function createListener(router: Router, { now, latencyMs, onRequest }: ListenerOptions) {
	const requests: ReceivedRequest[] = [];
	const counts = new Map<string | undefined, number>();
	let total = 0;
	let inProgress = 0;
	const closing = new AbortController();
	setMaxListeners(0, closing.signal); // one for each waiting request

	const countOf = (method: string | undefined) => counts.get(method) ?? 0;

	async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const number = ++total;
		inProgress++;
		response.once('close', () => inProgress--);
		const receivedAt = now();
		const method = message.method ?? '';
		const url = new URL(message.url ?? '/', 'http://gateway');
		const body = await readBody(message);
		// A servlet reads parameters only from a body with this content type.
		const type = message.headers['content-type'] ?? '';
		const form = /^application\/x-www-form-urlencoded\b/i.test(type) ? body : undefined;
		const params = readParams(url.search, form ?? Buffer.alloc(0), type);
		const decision = httpRefusal(method, url.pathname, body) ?? router.decide(params, number);

		const traceId = traceIdOf(receivedAt, number);
		const received: ReceivedRequest = {
			...params.texts,
			number,
			method,
			receivedAt,
			traceId,
			path: url.pathname,
			headers: message.headers,
			numbers: decision.numbers,
			outcome: decision.outcome,
		};
		requests.push(received);
		counts.set(received.params.method, countOf(received.params.method) + 1);
		if (requests.length > KEPT_REQUESTS) requests.shift();
		onRequest?.(received);

		const { delivery } = decision;
		const pause = latencyMs + (typeof delivery === 'object' ? (delivery.delayMs ?? 0) : 0);
		if (pause > 0) await delay(pause, undefined, { signal: closing.signal });
		deliver(delivery, response, traceId, params.charset);
	}

	return {
		requests,
		total: () => total,
		countOf,
		inProgress: () => inProgress,
		close: () => closing.abort(),
		handle: (message: IncomingMessage, response: ServerResponse) => {
			serve(message, response).catch((error: NodeJS.ErrnoException) => {
				response.destroy();
				// Errors of the connection have a code (the client hung up, the simulator is closing). An error in
				// this program does not have one, and must not look like a network error.
				if (error.code === undefined) throw error;
			});
		},
	};
}

/** 32 digits like Alipay's: the machine's address, the time, a serial number. Unique in a run. */
function traceIdOf(receivedAt: number, number: number): string {
	const time = String(Math.floor(receivedAt)).padStart(13, '0');
	return `7f000001${time}${String(number).padStart(11, '0')}`;
}

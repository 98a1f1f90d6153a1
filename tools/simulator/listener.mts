/** Between the HTTP server and the router: reads requests, sends responses, keeps a list of both. */
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
	/** The numbers that counted, with slashes between them; blank without numbers. */
	numbers: string;
	/** A few words for people: `10000 SUCCESS`, `40004 AUTH_ORDER_NOT_EXIST`, `reset`… */
	outcome: string;
}

interface ListenerOptions {
	/** ms since the epoch. */
	now: () => number;
	/** Every response waits this long. */
	latencyMs: number;
	/** Called once for each request when its response is decided. */
	onRequest?: ((request: ReceivedRequest) => void) | undefined;
}

const KEPT_REQUESTS = 20_000;

/** Reads requests, sends what the router decides, and keeps the list of them. */
export function createListener(router: Router, { now, latencyMs, onRequest }: ListenerOptions) {
	const requests: ReceivedRequest[] = [];
	let total = 0;
	let underWay = 0;
	const closing = new AbortController();
	setMaxListeners(0, closing.signal); // one a waiting request

	async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const number = ++total;
		underWay++;
		response.once('close', () => underWay--);
		const receivedAt = now();
		const method = message.method ?? '';
		const url = new URL(message.url ?? '/', 'http://gateway');
		const body = await readBody(message);
		// A servlet reads parameters from a body of this content type only.
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
		underWay: () => underWay,
		close: () => closing.abort(),
		handle: (message: IncomingMessage, response: ServerResponse) => {
			serve(message, response).catch((error: NodeJS.ErrnoException) => {
				response.destroy();
				// The connection has a code for it (the client hung up, the simulator is closing); a mistake
				// in this program has none, and must not look like a network fault.
				if (error.code === undefined) throw error;
			});
		},
	};
}

/** 32 digits like Alipay's: the machine's address, the time, a running number. Unique in a run. */
function traceIdOf(receivedAt: number, number: number): string {
	const time = String(Math.floor(receivedAt)).padStart(13, '0');
	return `7f000001${time}${String(number).padStart(11, '0')}`;
}

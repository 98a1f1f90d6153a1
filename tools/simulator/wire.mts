/** The HTTP of the web server in front of the gateway: reads bodies and sends responses. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { encode } from './encoding.mts';
import type { Charset } from './encoding.mts';
import type { Decision, Delivery, HttpResponse } from './response.mts';

export const PATH = '/gateway.do';
const MAX_BODY_BYTES = 64 * 1024;
const CHARSET_NAMES: Record<Charset, string> = { 'utf-8': 'utf-8', gbk: 'GBK', gb2312: 'GB2312' };

/** Undefined if the body is too long. The rest of it is read and discarded. */
export async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of message as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
	}
	return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

/** The plain HTTP response to a request that the gateway does not see. `body` undefined: too long. */
export function httpRefusal(
	method: string,
	path: string,
	body: Buffer | undefined,
): Decision | undefined {
	if (path !== PATH) return plain(404, 'Not Found');
	if (method !== 'POST' && method !== 'GET')
		return plain(405, 'Method Not Allowed', { allow: 'GET, POST' });
	if (body === undefined) return plain(413, 'Payload Too Large');
	return undefined;
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Decision {
	const delivery: HttpResponse = {
		status,
		headers: { 'content-type': 'text/plain', ...headers },
		body: text,
	};
	return { delivery, numbers: '', outcome: `HTTP ${status}` };
}

/**
 * Sends a delivery. `silence` leaves the connection open. `charset` is the charset of the request: the
 * headers contain it even if the body has another charset.
 */
export function deliver(
	delivery: Delivery,
	response: ServerResponse,
	traceId: string,
	charset: Charset,
): void {
	if (delivery === 'silence') return;
	if (delivery === 'reset') {
		response.socket?.resetAndDestroy();
		return;
	}
	const body = encode(delivery.body, delivery.charset ?? charset);
	response.writeHead(delivery.status ?? 200, {
		// Also for JSON, as on the real gateway.
		'content-type': `text/html;charset=${CHARSET_NAMES[charset]}`,
		'content-length': body.length,
		trace_id: traceId,
		...delivery.headers,
	});
	if (!delivery.cut) response.end(body);
	else response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

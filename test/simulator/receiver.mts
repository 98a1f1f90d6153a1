/**
 * The receiver of a notification. It keeps each post, and returns the response that a test sets.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

interface Answer {
	status: number;
	body: string;
	headers?: Record<string, string>;
}

export async function startReceiver() {
	const received: Received[] = [];
	const state: { response: Answer } = { response: { status: 200, body: 'success' } };
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
		request.on('end', () => {
			received.push({ headers: request.headers, body });
			const { status, headers, body: text } = state.response;
			response.writeHead(status, headers).end(text);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;
	return { url, received, state, close: () => void server.close() };
}

/** Names and values of a form, one character per byte. */
export const pairsOf = ({ body }: Received): Array<[name: string, value: string]> =>
	body.split('&').map((pair) => {
		const [name = '', value = ''] = pair.split('=');
		const byte = (_: string, hex: string) => String.fromCharCode(parseInt(hex, 16));
		return [name, value.replaceAll('+', ' ').replace(/%(..)/g, byte)];
	});

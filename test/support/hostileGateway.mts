/**
 * A gateway in front of the simulator that responds to requests about one operation itself, without
 * a signature, as an attacker on the way could.
 */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Hostile {
	url: string;
	/** The fields of its next refusals. */
	fields: Record<string, string>;
	close: () => void;
}

export async function startHostileGateway(simulator: string, operation: string): Promise<Hostile> {
	const server = createServer((incoming, response) => {
		const chunks: Buffer[] = [];
		incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
		incoming.on('end', () => {
			const { search } = new URL(incoming.url ?? '/', 'http://gateway');
			const body = Buffer.concat(chunks);
			if (decodeURIComponent(`${search}${body.toString()}`).includes(operation)) {
				response.end(
					JSON.stringify({ alipay_fund_coupon_operation_query_response: gateway.fields }),
				);
				return;
			}
			const { method, headers } = incoming;
			const onward = request(simulator + search, { method, headers }, (reply) => {
				response.writeHead(reply.statusCode ?? 502, reply.headers);
				reply.pipe(response);
			});
			onward.on('error', () => response.destroy());
			onward.end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const gateway: Hostile = {
		url: `http://127.0.0.1:${port}/gateway.do`,
		fields: {},
		close: () => void server.close(),
	};
	return gateway;
}

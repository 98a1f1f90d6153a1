/** A gateway that responds to every request with one recorded response. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface VectorGateway {
	url: string;
	/** The body of its next responses. */
	raw: string;
	/** The number of requests. */
	requests: number;
	close: () => void;
}

export async function startVectorGateway(): Promise<VectorGateway> {
	const server = createServer((request, response) => {
		gateway.requests++;
		request.resume();
		request.on('end', () => response.end(gateway.raw));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const gateway: VectorGateway = {
		url: `http://127.0.0.1:${port}/gateway.do`,
		raw: '',
		requests: 0,
		close: () => void server.close(),
	};
	return gateway;
}

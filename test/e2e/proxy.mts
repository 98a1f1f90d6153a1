/** An HTTP proxy on loopback that records its requests. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Proxy {
	url: string;
	/** `METHOD target`: an address, or the host and port of a tunnel. */
	record: string[];
	/** From now on every request gets this status. */
	refuseWith: (status: number) => void;
	close: () => Promise<void>;
}

export async function startProxy(): Promise<Proxy> {
	const record: string[] = [];
	let refusal = 0;
	const server = createServer((incoming, response) => {
		record.push(`${incoming.method} ${incoming.url}`);
		if (refusal) return void response.writeHead(refusal).end();
		const { method, headers } = incoming;
		const onward = request(incoming.url ?? '', { method, headers }, (reply) => {
			response.writeHead(reply.statusCode ?? 502, reply.headers);
			reply.pipe(response);
		});
		onward.on('error', () => response.destroy());
		incoming.pipe(onward);
	});
	server.on('connect', (incoming, socket, head) => {
		record.push(`CONNECT ${incoming.url}`);
		if (refusal) return void socket.end(`HTTP/1.1 ${refusal} Refused\r\n\r\n`);
		const { hostname, port } = new URL(`http://${incoming.url}`);
		const onward = connect(Number(port), hostname, () => {
			socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
			onward.write(head);
			socket.pipe(onward).pipe(socket);
		});
		onward.on('error', () => socket.destroy());
		socket.on('error', () => onward.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		record,
		refuseWith: (status) => (refusal = status),
		close: async () => {
			server.close();
			server.closeAllConnections();
		},
	};
}

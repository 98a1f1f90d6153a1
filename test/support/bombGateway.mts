/**
 * A gateway with responses far larger than Alipay's, in a process whose memory is not measured. The
 * path selects the response: `/KIND/STATUS`. Under `/download/KIND` only downloads of a certificate
 * get it; the simulator, whose address is the argument, responds to the rest.
 */
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

const MIB = 1024 * 1024;
const UNPACKED = 200 * MIB;

const once = <T,>(make: () => T) => {
	let made: T | undefined;
	return () => (made ??= make());
};

/** A gzip file can consist of several members, each of them a complete gzip. */
const gzip = once(() => {
	const member = gzipSync(Buffer.alloc(MIB));
	return Buffer.concat(Array.from({ length: UNPACKED / MIB }, () => member));
});
const deflate = once(() => deflateSync(Buffer.alloc(UNPACKED), { level: 1 }));
const brotli = once(() =>
	brotliCompressSync(Buffer.alloc(UNPACKED), {
		params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
	}),
);

/**
 * Zstandard by hand (RFC 8878), because Node.js 20 does not have it: a frame with a window of 128
 * MiB, and blocks that repeat one byte to 128 KiB.
 */
const zstd = once(() => {
	const blockSize = 128 * 1024;
	const count = UNPACKED / blockSize;
	const blocks = Buffer.alloc(4 * count, 'x');
	for (let index = 0; index < count; index++) {
		const last = index === count - 1 ? 1 : 0;
		blocks.writeUIntLE((blockSize << 3) | (1 << 1) | last, 4 * index, 3);
	}
	const largestWindow = (27 - 10) << 3;
	return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, largestWindow]), blocks]);
});

const GZIP = { 'content-encoding': 'gzip' };

type Answer = (response: ServerResponse, status: number) => void;

const compressed =
	(encoding: string, body: () => Buffer): Answer =>
	(response, status) => {
		const bytes = body();
		response.writeHead(status, { 'content-encoding': encoding, 'content-length': bytes.length });
		response.end(bytes);
	};

/** As many bytes as the client reads. */
const endless =
	(headers: Record<string, string> = {}): Answer =>
	(response, status) => {
		const chunk = Buffer.alloc(64 * 1024, 'x');
		response.writeHead(status, headers);
		const write = () => {
			while (!response.destroyed && response.write(chunk));
		};
		response.on('drain', write);
		write();
	};

/** A byte now and then, without an end. */
const trickling =
	(body: Buffer, headers: Record<string, string> = {}): Answer =>
	(response, status) => {
		response.writeHead(status, headers);
		let sent = 0;
		const timer = setInterval(() => {
			response.write(body.subarray(sent % body.length, (sent % body.length) + 1));
			sent++;
		}, 20);
		response.on('close', () => clearInterval(timer));
	};

/** These bytes, and then neither more bytes nor an end. */
const held =
	(make: () => Buffer, headers: Record<string, string> = {}): Answer =>
	(response, status) => {
		response.writeHead(status, headers);
		response.write(make());
	};

const KINDS: Readonly<Record<string, Answer>> = {
	gzip: compressed('gzip', gzip),
	deflate: compressed('deflate', deflate),
	br: compressed('br', brotli),
	zstd: compressed('zstd', zstd),
	plain: endless(),
	'long-length': endless({ 'content-length': String(2 ** 40) }),
	'short-length': endless({ 'content-length': '100' }),
	stacked: compressed('gzip, gzip', () => gzipSync(gzip())),
	'wrong-encoding': compressed('br', gzip),
	trickle: trickling(Buffer.from(' ')),
	'trickle-gzip': trickling(gzip(), GZIP),
	'held-plain': held(() => Buffer.alloc(MIB + 1, 'x')),
	'held-gzip': held(gzip, GZIP),
	'held-deflate': held(deflate, { 'content-encoding': 'deflate' }),
	'held-damaged': held(() => Buffer.from('not compressed'), GZIP),
	'held-start': held(() => gzip().subarray(0, 10), GZIP),
	// The decompressor is at its end here, but the response is not.
	'held-zeros': held(() => Buffer.concat([gzipSync('{}'), Buffer.alloc(100_000)]), GZIP),
	broken: (response, status) => {
		response.writeHead(status, { 'content-encoding': 'gzip', 'content-length': '5000' });
		response.write(gzip().subarray(0, 500), () => response.destroy());
	},
};

const DOWNLOAD = 'alipay.open.app.alipaycert.download';
const [simulator = ''] = process.argv.slice(2);

function serve(incoming: IncomingMessage, body: Buffer, response: ServerResponse) {
	response.on('error', () => undefined);
	const { pathname, search } = new URL(incoming.url ?? '/', 'http://gateway');
	const [, first = '', second = ''] = pathname.split('/');
	if (first !== 'download') return KINDS[first]?.(response, Number(second));
	if (methodOf(body) === DOWNLOAD) return KINDS[second]?.(response, 200);
	const { method, headers } = incoming;
	const onward = request(simulator + search, { method, headers }, (reply) => {
		response.writeHead(reply.statusCode ?? 502, reply.headers);
		reply.pipe(response);
	});
	onward.on('error', () => response.destroy());
	return onward.end(body);
}

const methodOf = (body: Buffer) => new URLSearchParams(body.toString()).get('method');

const methods: Array<string | null> = [];
const server = createServer((incoming, response) => {
	const chunks: Buffer[] = [];
	incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
	incoming.on('end', () => {
		const body = Buffer.concat(chunks);
		methods.push(methodOf(body));
		serve(incoming, body, response);
	});
});
server.listen(0, '127.0.0.1', () => {
	process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () => {
	server.getConnections((_error, connections) => process.send?.({ connections, methods }));
});
// Ends with the process that started it.
process.on('disconnect', () => process.exit());

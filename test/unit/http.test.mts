import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { sendOver } from '../../nodes/shared/http.ts';
import { fault, value } from '../support/responses.mts';

const REQUEST = {
	method: 'POST' as const,
	url: 'https://proxy.example.com/gateway.do?sign=secret',
	headers: { 'content-type': 'application/x-www-form-urlencoded' },
	body: '',
};

const LIMITS = { timeoutMs: 1_000, responseBytes: 1024 * 1024 };

/** The outcome of a request that ends with this error. */
const failing = async (message: string, code?: string) => {
	const error = Object.assign(new Error(message), { code });
	return fault(await sendOver(async () => await Promise.reject(error), REQUEST, LIMITS));
};

describe('a blocked connection to the gateway', () => {
	it.each([
		[
			'an unknown authority',
			'unable to verify the first certificate',
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			/TLS/,
		],
		[
			'a private authority',
			'self-signed certificate in certificate chain',
			'SELF_SIGNED_CERT_IN_CHAIN',
			/TLS/,
		],
		['an expired certificate', 'certificate has expired', 'CERT_HAS_EXPIRED', /TLS/],
		[
			'the certificate of another host',
			"Hostname/IP does not match certificate's altnames",
			'ERR_TLS_CERT_ALTNAME_INVALID',
			/TLS/,
		],
		[
			'https on a port without TLS',
			'write EPROTO 00:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
			'EPROTO',
			/a TLS connection \(https\) is not possible/,
		],
		[
			'Allowed Domains without the host',
			'Domain not allowed: This credential is restricted from accessing CERT.example.com. Only the following domains are allowed: a.cn',
			undefined,
			/Allowed Domains/,
		],
		[
			'an address that n8n blocks',
			'The request was blocked because it resolves to a restricted IP address',
			undefined,
			/SSRF/,
		],
		[
			'a host that n8n blocks',
			'The request was blocked because the destination hostname is restricted',
			undefined,
			/SSRF/,
		],
	])('%s is not retried', async (_name, message, code, said) => {
		const found = await failing(message, code);
		expect(found).toMatchObject({
			...{ code: 'gateway-blocked', retryable: false, cause: 'configuration-invalid' },
		});
		expect(found.message).toMatch(said);
		expect(found.message).toContain('proxy.example.com');
		expect(JSON.stringify(found)).not.toContain('secret');
	});
});

describe('a temporary network problem', () => {
	it.each([
		['a port without a listener', 'connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'],
		['a name that is not resolved', 'getaddrinfo ENOTFOUND cert.example.com', 'ENOTFOUND'],
		['a connection that broke off', 'read ECONNRESET', 'ECONNRESET'],
		['a proxy with an unknown error', 'unable to connect to certs.example.com', undefined],
		['an error without a message', '', undefined],
	])('%s is retried', async (_name, message, code) => {
		expect(await failing(message, code)).toMatchObject({
			...{ code: 'gateway-unreachable', retryable: true, cause: 'temporarily-unavailable' },
		});
	});
});

describe('the body of a response', () => {
	const MIB = 1024 * 1024;

	/** Sends a request whose response has this body. Afterwards nothing of it may remain. */
	async function read(
		body: Readable,
		{ timeoutMs = 1_000, canceled, responseBytes = MIB }: ReadOptions = {},
	) {
		let signal: AbortSignal | undefined;
		const outcome = await sendOver(
			async ({ abortSignal }) => {
				signal = abortSignal;
				return { statusCode: 200, headers: {}, body };
			},
			REQUEST,
			{ timeoutMs, responseBytes },
			canceled,
		);
		expect(body.destroyed).toBe(true);
		expect(signal && getEventListeners(signal, 'abort')).toEqual([]);
		// Because of this, n8n's client closes a connection that the gateway keeps open.
		expect(signal?.aborted).toBe(true);
		return outcome;
	}

	interface ReadOptions {
		timeoutMs?: number;
		canceled?: AbortSignal;
		responseBytes?: number;
	}

	/** Sends these chunks and then nothing, not even an end. */
	const stuck = (...chunks: string[]) =>
		new Readable({
			read() {
				const chunk = chunks.shift();
				if (chunk !== undefined) this.push(chunk);
			},
		});

	it('is read whole, however it is split into chunks', async () => {
		const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
		for (const size of [1, 7, 8_192, 8_193, 50_000]) {
			const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
				bytes.subarray(index * size, (index + 1) * size),
			);
			const { body } = value(await read(Readable.from(chunks)));
			expect(bytes.equals(body)).toBe(true);
		}
		expect(value(await read(Readable.from([]))).body).toHaveLength(0);
	});

	it('can have 1 MiB and not a byte more', async () => {
		const megabyte = Buffer.alloc(MIB);
		expect(value(await read(Readable.from([megabyte]))).body).toHaveLength(MIB);
		expect(fault(await read(Readable.from([megabyte, Buffer.alloc(1)])))).toMatchObject({
			code: 'answer-too-large',
			retryable: false,
			cause: 'configuration-invalid',
			message:
				'The gateway returned more than 1 MiB, which is too large for a response from Alipay',
		});
	});

	it('can be as large as a method allows', async () => {
		const body = () => Readable.from([Buffer.alloc(MIB), Buffer.alloc(MIB)]);
		expect(value(await read(body(), { responseBytes: 2 * MIB })).body).toHaveLength(2 * MIB);
		expect(fault(await read(body(), { responseBytes: 2 * MIB - 1 })).code).toBe('answer-too-large');
	});

	it('without an end is given up at the Timeout', async () => {
		const found = fault(await read(stuck('{'), { timeoutMs: 30 }));
		expect(found).toMatchObject({ code: 'gateway-timeout', retryable: true });
	});

	it.each([0, 30])('is given up %i ms after the headers when the run is canceled', async (ms) => {
		const run = new AbortController();
		const body = stuck('{');
		setTimeout(() => run.abort(), ms);
		expect(fault(await read(body, { canceled: run.signal })).code).toBe('canceled');
	});

	it('is not read when the run is canceled just as it arrives', async () => {
		const run = new AbortController();
		const body = stuck('{');
		const outcome = await sendOver(
			async () => {
				run.abort();
				return { statusCode: 200, headers: {}, body };
			},
			REQUEST,
			LIMITS,
			run.signal,
		);
		expect(fault(outcome).code).toBe('canceled');
		expect(body.destroyed).toBe(true);
	});

	it.each([
		['is cut by the network', new Error('aborted'), 'ECONNRESET', 'gateway-unreachable'],
		[
			'closes too early',
			new Error('Premature close'),
			'ERR_STREAM_PREMATURE_CLOSE',
			'gateway-unreachable',
		],
		['is not gzip', new Error('incorrect header check'), 'Z_DATA_ERROR', 'answer-not-json'],
		[
			'is not Brotli',
			new Error('Decompression failed'),
			'ERR__ERROR_FORMAT_RESERVED',
			'answer-not-json',
		],
		['is not HTTP', new Error('Parse Error'), 'HPE_INVALID_CONSTANT', 'answer-not-json'],
		['is not complete', new Error('Parse Error'), 'HPE_INVALID_EOF_STATE', 'gateway-unreachable'],
		[
			'is not Zstandard',
			new Error('Unknown frame'),
			'ZSTD_error_prefix_unknown',
			'answer-not-json',
		],
	])('that %s is named', async (_name, error, code, expected) => {
		const body = stuck('{');
		setTimeout(() => body.destroy(Object.assign(error, { code })), 5);
		expect(fault(await read(body))).toMatchObject({ code: expected });
	});
});

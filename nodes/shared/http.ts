import {
	CANCELED,
	failure,
	localFault,
	success,
	type LocalFaultName,
	type Outcome,
} from '../../alipay/errors/fault';
import type { HttpAnswer, HttpRequest, SendLimits } from '../../alipay/transport';

/** The settings of a request to n8n's `helpers.httpRequest`. */
interface HelperOptions extends HttpRequest {
	encoding: 'stream';
	returnFullResponse: true;
	ignoreHttpStatusErrors: true;
	disableFollowRedirect: true;
	abortSignal: AbortSignal;
}

/** The shape of n8n's `helpers.httpRequest`, which applies the operator's proxy and TLS settings. */
type HttpHelper = (options: HelperOptions) => Promise<unknown>;

/** What the helper returns for `encoding: 'stream'` as soon as the headers are there. */
interface StreamedResponse {
	statusCode: number;
	headers: Readonly<Record<string, unknown>>;
	body: BodyStream;
}

/**
 * The used part of a Node.js stream: the connection or, for an encoding that n8n's HTTP client knows, its
 * decompressor.
 */
interface BodyStream {
	on: <Event extends keyof BodyEvents>(
		event: Event,
		listener: (...args: BodyEvents[Event]) => void,
	) => unknown;
	destroy: () => unknown;
}

interface BodyEvents {
	data: [chunk: Uint8Array];
	end: [];
	close: [];
	error: [error: Error];
}

/**
 * Sends one request over `helper` and reads the whole response within `limits`. Errors become faults.
 *
 * @param canceled ends the request and the reading of its response
 */
export async function sendOver(
	helper: HttpHelper,
	request: HttpRequest,
	{ timeoutMs, responseBytes }: SendLimits,
	canceled?: AbortSignal,
): Promise<Outcome<HttpAnswer>> {
	if (canceled?.aborted) return CANCELED;
	// The helper's own timeout restarts with each byte; this one covers the whole response.
	const deadline = AbortSignal.timeout(timeoutMs);
	const over = new AbortController();
	const end = () => over.abort(OVER);
	deadline.addEventListener('abort', end);
	canceled?.addEventListener('abort', end);
	const options: HelperOptions = {
		...request,
		// Raw bytes: the signature covers them, and parsing would change them. As a stream, since the
		// helper reads anything else to its end, regardless of its size.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// Only this host may receive a signed request.
		disableFollowRedirect: true,
		abortSignal: over.signal,
	};
	try {
		const { statusCode, headers, body } = (await helper(options)) as StreamedResponse;
		const bytes = await readBody(body, responseBytes, over.signal);
		// A gateway may keep the connection open although not all was read, or after the end of the
		// compressed data; n8n's client closes it at this signal.
		if (bytes?.length !== Number(headers['content-length'])) end();
		return bytes ? success({ status: statusCode, headers, body: bytes }) : tooLarge(responseBytes);
	} catch (error) {
		end();
		if (canceled?.aborted) return CANCELED;
		if (deadline.aborted) {
			return localFault(
				'gateway-timeout',
				`Alipay did not respond within ${timeoutMs / 1000} seconds`,
				'Raise the Timeout in the options of the node, or try again later.',
			);
		}
		return damaged(error) ?? unreachable(request, error);
	} finally {
		deadline.removeEventListener('abort', end);
		canceled?.removeEventListener('abort', end);
	}
}

/** With a reason, Node.js does not create an error. */
const OVER = 'over';

/** For a stream that closes before its end without a reason. */
const BROKEN_OFF = new Error('aborted');

/** All bytes of a body; null if there are more than `maxBytes`. Rejects when `signal` aborts. */
async function readBody(
	body: BodyStream,
	maxBytes: number,
	signal: AbortSignal,
): Promise<Uint8Array | null> {
	let stop = () => {};
	const reading = new Promise<Uint8Array | null>((resolve, reject) => {
		// One block that grows: a list of chunks of a byte each would take a hundred times their bytes.
		let bytes: Uint8Array = new Uint8Array();
		let length = 0;
		stop = () => {
			body.destroy();
			reject(BROKEN_OFF);
		};
		body.on('data', (chunk) => {
			const total = length + chunk.length;
			if (total > maxBytes) {
				resolve(null);
				body.destroy();
				return;
			}
			if (length === 0) bytes = chunk;
			else {
				if (total > bytes.length) bytes = Buffer.concat([bytes.subarray(0, length)], 2 * total);
				bytes.set(chunk, length);
			}
			length = total;
		});
		body.on('end', () => resolve(bytes.subarray(0, length)));
		body.on('error', reject);
		body.on('close', () => reject(BROKEN_OFF));
		if (signal.aborted) stop();
		else signal.addEventListener('abort', stop);
	});
	return await reading.finally(() => signal.removeEventListener('abort', stop));
}

function tooLarge(maxBytes: number) {
	return localFault(
		'answer-too-large',
		`The gateway returned more than ${maxBytes / 1024 / 1024} MiB, which is too large for a response from Alipay`,
		ANOTHER_ANSWERS,
	);
}

const ANOTHER_ANSWERS =
	'Check the Environment and the Gateway URL in the credential. Also check whether a proxy or a firewall responds instead of Alipay.';

/** How the codes of Node's decompressors begin: zlib's, zstd's, and brotli's, whose name Node cuts off. */
const DECOMPRESSOR = /^(Z_|ZSTD_|ERR__)/;

/** How the codes of Node's HTTP parser begin. A response that ends too early may be complete on a retry. */
const PARSER = /^HPE_(?!INVALID_EOF)/;

function damaged(error: unknown) {
	const code = String((error as { code?: unknown } | null)?.code);
	const isParser = PARSER.test(code);
	if (!isParser && !DECOMPRESSOR.test(code)) return null;
	return localFault(
		'answer-not-json',
		isParser
			? 'The gateway did not respond in Alipay’s format: the response is not HTTP'
			: 'The gateway did not respond in Alipay’s format: the compressed data is damaged',
		ANOTHER_ANSWERS,
	);
}

/** A network error in the operator's words, and what to do about it. */
interface NetworkReason {
	says: RegExp;
	/** A blocked gateway stays blocked, so it is not retried. */
	fault: Extract<LocalFaultName, 'gateway-unreachable' | 'gateway-blocked'>;
	/** What happened; `cannot be reached` by default. */
	what?: string;
	reason: string;
	/** `{host}` is filled in. */
	advice: string;
	/** The connection failed, so the request was not sent. A blocked request is never sent either. */
	isUnsent?: true;
}

const NETWORK: readonly NetworkReason[] = [
	{
		says: /ECONNREFUSED/,
		fault: 'gateway-unreachable',
		reason: 'nothing is listening there',
		isUnsent: true,
		advice:
			'Check the Gateway URL in the credential, and that the gateway (or the simulator) is running. If n8n uses a proxy (HTTPS_PROXY), check that the proxy is running.',
	},
	{
		says: /ENOTFOUND|EAI_AGAIN/,
		fault: 'gateway-unreachable',
		reason: 'its name cannot be found',
		isUnsent: true,
		advice:
			'Check the network and the DNS of the machine that runs n8n. If the Environment of the credential is Custom, check the Gateway URL too.',
	},
	{
		says: /ECONNRESET|EPIPE|PREMATURE_CLOSE|socket hang up|aborted/,
		fault: 'gateway-unreachable',
		what: 'did not respond',
		reason: 'the connection ended too early',
		advice:
			'Try again. If the error continues, check the proxy or firewall between n8n and the gateway.',
	},
	// Before the next ones: these messages quote the host, which may contain any of their words.
	{
		says: /not allowed|restricted from/i,
		fault: 'gateway-blocked',
		reason: 'the Allowed Domains of the credential do not contain it',
		advice: 'Turn on More Settings in the credential, and add {host} to Allowed Domains.',
	},
	{
		says: /restricted IP address|hostname is restricted/,
		fault: 'gateway-blocked',
		reason: 'the SSRF protection of n8n blocks its address',
		advice:
			'Add the gateway to the environment variable N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES of n8n.',
	},
	{
		says: /EPROTO|ERR_SSL_|SSL routines/,
		fault: 'gateway-blocked',
		reason: 'a TLS connection (https) is not possible',
		advice:
			'Check the Gateway URL in the credential: its start (https) and its port. If n8n uses a proxy (HTTPS_PROXY), check its address: it usually starts with http://.',
	},
	{
		says: /CERT|[Cc]ertificate|SELF_SIGNED|UNABLE_TO_/,
		fault: 'gateway-blocked',
		reason: 'its TLS certificate is not trusted',
		advice:
			'If a proxy with a private certificate is between n8n and the gateway, set the environment variable NODE_EXTRA_CA_CERTS of n8n to the file of its certificate authority.',
	},
];

const UNKNOWN_REASON: Omit<NetworkReason, 'says'> = {
	fault: 'gateway-unreachable',
	reason: 'the network does not reach it',
	advice:
		'Check the network, the proxy and the firewall of the machine that runs n8n. Then try again.',
};

/**
 * Quotes the host, never the request, which contains a signature and a token. The network's code is in
 * the solution, since n8n replaces a message that contains such a code with its own text.
 */
function unreachable(request: HttpRequest, error: unknown) {
	const { code, message } = (error ?? {}) as { code?: string; message?: string };
	const words = `${code} ${message}`;
	const {
		fault,
		what = 'cannot be reached',
		reason,
		advice,
		isUnsent,
	} = NETWORK.find(({ says }) => says.test(words)) ?? UNKNOWN_REASON;
	const { host, hostname } = new URL(request.url);
	const solution = advice.replace('{host}', hostname);
	const unreached = localFault(
		fault,
		`The gateway ${host} ${what}: ${reason}`,
		code ? `${solution} (${code})` : solution,
	);
	const wasSent = !isUnsent && fault !== 'gateway-blocked';
	return wasSent ? unreached : failure({ ...unreached.fault, isUnsent: true });
}

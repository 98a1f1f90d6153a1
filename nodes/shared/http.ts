import {
	CANCELLED,
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

/** A helper shaped like n8n's `helpers.httpRequest`, which brings the operator's proxy and TLS settings. */
type HttpHelper = (options: HelperOptions) => Promise<unknown>;

/** What the helper returns for `encoding: 'stream'` as soon as the headers are there. */
interface StreamedResponse {
	statusCode: number;
	headers: Readonly<Record<string, unknown>>;
	body: BodyStream;
}

/**
 * A stream of Node's, by the part that is used: the connection itself or, for an encoding that n8n's
 * HTTP client knows, its decompressor.
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
 * Sends one request over `helper` and reads the whole answer, within `limits`; what goes wrong is a fault.
 *
 * @param cancelled ends the request, and the reading of its answer
 */
export async function sendOver(
	helper: HttpHelper,
	request: HttpRequest,
	{ timeoutMs, responseBytes }: SendLimits,
	cancelled?: AbortSignal,
): Promise<Outcome<HttpAnswer>> {
	if (cancelled?.aborted) return CANCELLED;
	// The helper's own timeout starts again with each byte; this one covers the whole answer.
	const deadline = AbortSignal.timeout(timeoutMs);
	const over = new AbortController();
	const end = () => over.abort(OVER);
	deadline.addEventListener('abort', end);
	cancelled?.addEventListener('abort', end);
	const options: HelperOptions = {
		...request,
		// Raw bytes: the signature covers them, and parsing would change them. As a stream, since the
		// helper reads anything else to its end, however much it is.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A signed request is for this host alone.
		disableFollowRedirect: true,
		abortSignal: over.signal,
	};
	try {
		const { statusCode, headers, body } = (await helper(options)) as StreamedResponse;
		const bytes = await readBody(body, responseBytes, over.signal);
		// A gateway may keep the connection after more than was read, or after the end of what was
		// compressed; n8n's client closes it when the signal says so.
		if (bytes?.length !== Number(headers['content-length'])) end();
		return bytes ? success({ status: statusCode, headers, body: bytes }) : tooLarge(responseBytes);
	} catch (error) {
		end();
		if (cancelled?.aborted) return CANCELLED;
		if (deadline.aborted) {
			return localFault(
				'gateway-timeout',
				`Alipay did not answer within ${timeoutMs / 1000} seconds`,
				'Raise the Timeout in the options of the node, or ask again later.',
			);
		}
		return damaged(error) ?? unreachable(request, error);
	} finally {
		deadline.removeEventListener('abort', end);
		cancelled?.removeEventListener('abort', end);
	}
}

/** A reason that spares Node.js the making of an error. */
const OVER = 'over';

/** For a stream that closes before its end and says no reason. */
const BROKEN_OFF = new Error('aborted');

/** All bytes of a body; null when there are more than `maxBytes`. Rejects when `signal` ends the reading. */
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
		`The gateway answered with more than ${maxBytes / 1024 / 1024} MiB, which no answer of Alipay has`,
		ANOTHER_ANSWERS,
	);
}

const ANOTHER_ANSWERS =
	'Check the Environment and the Gateway URL of the credential, and whether a proxy or a firewall answers in Alipay’s place.';

/** How the codes of Node's decompressors begin: zlib's, zstd's, and brotli's, whose name Node cuts off. */
const DECOMPRESSOR = /^(Z_|ZSTD_|ERR__)/;

function damaged(error: unknown) {
	const { code } = (error ?? {}) as { code?: unknown };
	if (!DECOMPRESSOR.test(String(code))) return null;
	return localFault(
		'answer-not-json',
		'The gateway did not answer in Alipay’s format but with compressed data that is damaged',
		ANOTHER_ANSWERS,
	);
}

/** What the words of a network mean to the person at the editor, and what to do about it. */
interface NetworkReason {
	says: RegExp;
	/** What is blocked stays so, however often it is tried. */
	fault: Extract<LocalFaultName, 'gateway-unreachable' | 'gateway-blocked'>;
	reason: string;
	advice: string;
}

const NETWORK: readonly NetworkReason[] = [
	{
		says: /ECONNREFUSED/,
		fault: 'gateway-unreachable',
		reason: 'nothing listens there',
		advice:
			'Check the Gateway URL of the credential and that the gateway (or the simulator) runs; if n8n has a proxy (HTTPS_PROXY), that the proxy does.',
	},
	{
		says: /ENOTFOUND|EAI_AGAIN/,
		fault: 'gateway-unreachable',
		reason: 'its name cannot be resolved',
		advice: 'Check the Gateway URL of the credential and the network of the machine that runs n8n.',
	},
	{
		says: /ECONNRESET|EPIPE|PREMATURE_CLOSE|socket hang up|aborted/,
		fault: 'gateway-unreachable',
		reason: 'the connection broke off',
		advice: 'Ask again. If it stays, check the proxy or firewall between n8n and the gateway.',
	},
	// These two before the next: they quote the host, which may hold any of its words.
	{
		says: /not allowed|restricted from/i,
		fault: 'gateway-blocked',
		reason: 'the Allowed Domains of the credential do not hold it',
		advice: 'Add the host of the gateway to the Allowed Domains of the credential.',
	},
	{
		says: /restricted IP address|hostname is restricted/,
		fault: 'gateway-blocked',
		reason: 'the SSRF protection of n8n blocks its address',
		advice: 'Allow the gateway with N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES.',
	},
	{
		says: /CERT|[Cc]ertificate|SELF_SIGNED|UNABLE_TO_/,
		fault: 'gateway-blocked',
		reason: 'its TLS certificate is not trusted',
		advice:
			'If a proxy with a private certificate stands between, name the file of its certificate authority in NODE_EXTRA_CA_CERTS of n8n.',
	},
];

const UNKNOWN_REASON: Omit<NetworkReason, 'says'> = {
	fault: 'gateway-unreachable',
	reason: 'the network gives no way to it',
	advice:
		'Check the network, the proxy and the firewall of the machine that runs n8n, and ask again.',
};

/**
 * Quotes the host, never the request, which contains a signature and a token. The network's code
 * stands in the solution, since n8n replaces a message that holds one by words of its own.
 */
function unreachable(request: HttpRequest, error: unknown) {
	const { code, message } = (error ?? {}) as { code?: string; message?: string };
	const words = `${code} ${message}`;
	const { fault, reason, advice } = NETWORK.find(({ says }) => says.test(words)) ?? UNKNOWN_REASON;
	return localFault(
		fault,
		`The gateway ${new URL(request.url).host} cannot be reached: ${reason}`,
		code ? `${advice} (${code})` : advice,
	);
}

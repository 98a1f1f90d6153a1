import { sleep, type IExecuteFunctions, type IHttpRequestOptions } from 'n8n-workflow';
import type { Connection } from '../../../alipay/connection';
import { localFault, success, type Fault, type Outcome } from '../../../alipay/fault';
import type { HttpRequest } from '../../../alipay/request';
import type { HttpAnswer } from '../../../alipay/response';

/**
 * The protocol's connection over n8n's own HTTP helper, which honours the operator's proxy, TLS and
 * SSRF settings. `requestsPerSecond` spaces the requests of the whole run evenly; 0 sets no limit.
 */
export function connect(context: IExecuteFunctions, requestsPerSecond: number): Connection {
	const cancelled = context.getExecutionCancelSignal();
	const pause = async (ms: number) => {
		// The helper rejects when the run is cancelled; whoever waits then finds the signal set.
		await sleep(ms, cancelled).catch(() => undefined);
	};
	return {
		now: Date.now,
		random: Math.random,
		sleep: pause,
		turn: evenPace(requestsPerSecond, pause),
		send: async (request, timeoutMs) => await sendOnce(context, request, timeoutMs, cancelled),
	};
}

function evenPace(requestsPerSecond: number, pause: (ms: number) => Promise<void>) {
	const gap = requestsPerSecond > 0 ? 1000 / requestsPerSecond : 0;
	let next = 0;
	return async () => {
		const now = Date.now();
		const turn = Math.max(next, now);
		next = turn + gap;
		if (turn > now) await pause(turn - now);
	};
}

async function sendOnce(
	context: IExecuteFunctions,
	request: HttpRequest,
	timeoutMs: number,
	cancelled: AbortSignal | undefined,
): Promise<Outcome<HttpAnswer>> {
	if (cancelled?.aborted) return CANCELLED;
	// The helper's own timeout starts again with each byte; this one covers the whole answer.
	const deadline = AbortSignal.timeout(timeoutMs);
	const options: IHttpRequestOptions = {
		...request,
		// Raw bytes: the signature covers them, and parsing would change them.
		encoding: 'arraybuffer',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// A signed request is for this host alone.
		disableFollowRedirect: true,
		abortSignal: cancelled ? AbortSignal.any([cancelled, deadline]) : deadline,
	};
	try {
		const { statusCode, headers, body } = await context.helpers.httpRequest(options);
		return success({ status: statusCode, headers, body: Buffer.from(body) });
	} catch (error) {
		if (cancelled?.aborted) return CANCELLED;
		if (deadline.aborted) {
			return localFault(
				'gateway-timeout',
				`Alipay did not answer within ${timeoutMs / 1000} seconds`,
				'Raise the Timeout in the options of the node, or ask again later.',
			);
		}
		return unreachable(request, error);
	}
}

const CANCELLED: { ok: false; fault: Fault } = localFault(
	'cancelled',
	'The run was cancelled before Alipay answered',
	'Run the workflow again.',
);

/** What a network code means to the person at the editor. */
const NETWORK: ReadonlyArray<readonly [RegExp, string, string]> = [
	[
		/ECONNREFUSED/,
		'nothing listens there',
		'Check the Gateway URL of the credential and that the gateway (or the simulator) runs.',
	],
	[
		/ENOTFOUND|EAI_AGAIN/,
		'its name cannot be resolved',
		'Check the Gateway URL of the credential and the network of the machine that runs n8n.',
	],
	[
		/ECONNRESET|EPIPE|socket hang up|aborted/,
		'the connection broke off',
		'Ask again. If it stays, check the proxy or firewall between n8n and the gateway.',
	],
	[
		/CERT|certificate|SELF_SIGNED|UNABLE_TO/i,
		'its TLS certificate is not trusted',
		'If a proxy with a private certificate stands between, set NODE_EXTRA_CA_CERTS for n8n.',
	],
	[
		/restricted IP address/,
		'the SSRF protection of n8n blocks its address',
		'Allow the gateway with N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES.',
	],
	[
		/./,
		'the network gives no way to it',
		'Check the network, the proxy and the firewall of the machine that runs n8n, and ask again.',
	],
];

/**
 * Quotes the host, never the request: its URL holds a signature and a token. The network's code
 * stands in the solution, since n8n replaces a message that holds one by words of its own.
 */
function unreachable(request: HttpRequest, error: unknown) {
	const { code, message } = (error ?? {}) as { code?: string; message?: string };
	const found = NETWORK.find(([pattern]) => pattern.test(`${code} ${message}`));
	const [, reason, advice] = found as (typeof NETWORK)[number];
	return localFault(
		'gateway-unreachable',
		`The gateway ${new URL(request.url).host} cannot be reached: ${reason}`,
		code ? `${advice} (${code})` : advice,
	);
}

import {
	CANCELLED,
	localFault,
	success,
	type LocalFaultName,
	type Outcome,
} from '../../alipay/errors/fault';
import type { HttpRequest } from '../../alipay/message/request';
import type { HttpAnswer } from '../../alipay/message/response';

/** What is asked of n8n's `helpers.httpRequest`, in its terms. */
interface HelperOptions extends HttpRequest {
	encoding: 'arraybuffer';
	returnFullResponse: true;
	ignoreHttpStatusErrors: true;
	disableFollowRedirect: true;
	abortSignal: AbortSignal;
}

/** A helper shaped like n8n's `helpers.httpRequest`, which brings the operator's proxy and TLS settings. */
type HttpHelper = (options: HelperOptions) => Promise<unknown>;

/** Sends one request over `helper` and reads the whole answer; what goes wrong is a fault. */
export async function sendOver(
	helper: HttpHelper,
	request: HttpRequest,
	timeoutMs: number,
	cancelled?: AbortSignal,
): Promise<Outcome<HttpAnswer>> {
	if (cancelled?.aborted) return CANCELLED;
	// The helper's own timeout starts again with each byte; this one covers the whole answer.
	const deadline = AbortSignal.timeout(timeoutMs);
	const options: HelperOptions = {
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
		const { statusCode, headers, body } = (await helper(options)) as FullResponse;
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

interface FullResponse {
	statusCode: number;
	headers: Readonly<Record<string, unknown>>;
	body: Uint8Array;
}

type NetworkFault = Extract<LocalFaultName, 'gateway-unreachable' | 'gateway-blocked'>;

/** What a network code means to the person at the editor; what is blocked stays so, however often it is asked. */
const NETWORK: ReadonlyArray<readonly [RegExp, NetworkFault, string, string]> = [
	[
		/ECONNREFUSED/,
		'gateway-unreachable',
		'nothing listens there',
		'Check the Gateway URL of the credential and that the gateway (or the simulator) runs; if n8n has a proxy (HTTPS_PROXY), that the proxy does.',
	],
	[
		/ENOTFOUND|EAI_AGAIN/,
		'gateway-unreachable',
		'its name cannot be resolved',
		'Check the Gateway URL of the credential and the network of the machine that runs n8n.',
	],
	[
		/ECONNRESET|EPIPE|socket hang up|aborted/,
		'gateway-unreachable',
		'the connection broke off',
		'Ask again. If it stays, check the proxy or firewall between n8n and the gateway.',
	],
	// These two before the next: they quote the host, which may hold any of its words.
	[
		/not allowed|restricted from/i,
		'gateway-blocked',
		'the Allowed Domains of the credential do not hold it',
		'Add the host of the gateway to the Allowed Domains of the credential.',
	],
	[
		/restricted IP address|hostname is restricted/,
		'gateway-blocked',
		'the SSRF protection of n8n blocks its address',
		'Allow the gateway with N8N_SSRF_ALLOWED_IP_RANGES or N8N_SSRF_ALLOWED_HOSTNAMES.',
	],
	[
		/CERT|[Cc]ertificate|SELF_SIGNED|UNABLE_TO_/,
		'gateway-blocked',
		'its TLS certificate is not trusted',
		'If a proxy with a private certificate stands between, name the file of its certificate authority in NODE_EXTRA_CA_CERTS of n8n.',
	],
	[
		/./,
		'gateway-unreachable',
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
	const [, name, reason, advice] = found as (typeof NETWORK)[number];
	return localFault(
		name,
		`The gateway ${new URL(request.url).host} cannot be reached: ${reason}`,
		code ? `${advice} (${code})` : advice,
	);
}

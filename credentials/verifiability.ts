import type { IHttpRequestHelper } from 'n8n-workflow';
import type { App } from '../alipay/application/app';
import { createClient } from '../alipay/client';
import type { Fault, LocalFaultName } from '../alipay/errors/fault';
import { sendOver } from '../nodes/shared/http';
import { NO_SUCH_OPERATION, TEST_METHOD } from './testQuery';

const TEST_CALL = { bizContent: NO_SUCH_OPERATION, appAuthToken: '', timeoutMs: 15_000 };

/**
 * The faults that the request after this query must not follow: those that put the blame on Alipay's
 * key, its certificate or the Encrypt Key, and an answer that n8n itself would read to its end.
 */
const DECISIVE: readonly string[] = [
	'answer-signature-mismatch',
	'alipay-certificate-unknown',
	'answer-encrypted',
	'answer-too-large',
] satisfies LocalFaultName[];

/** By this the gateway refuses what it cannot decrypt; the test of the credential sends nothing encrypted. */
const UNDECRYPTED = /^isv\..*(decryption-error|encrypt)/;

const isDecisive = ({ code, sub_code }: Fault) =>
	DECISIVE.includes(code) || UNDECRYPTED.test(sub_code ?? '');

/**
 * Why Alipay's answers cannot be verified with these credentials, what they encrypt cannot be read, or
 * an answer is too large; null when none of this is so, or something else came in between. One query;
 * that all is well is remembered with the application.
 */
export async function whyUnverifiable(
	app: App,
	httpRequest: IHttpRequestHelper['helpers']['httpRequest'],
): Promise<Fault | null> {
	if (app.learned.isProven) return null;
	const client = createClient(app, {
		admit: async (exchange) => await exchange(),
		send: async (request, limits) => await sendOver(httpRequest, request, limits),
		sleep: async () => undefined,
		over: new AbortController().signal,
		clock: { now: Date.now, elapsed: () => performance.now() },
	});
	const { outcome } = await client.call(TEST_METHOD, TEST_CALL, { maxTries: 1, wait: null });
	if (!outcome.ok && isDecisive(outcome.fault)) return outcome.fault;
	if (outcome.ok || outcome.fault.signature_verified) app.learned.isProven = true;
	return null;
}

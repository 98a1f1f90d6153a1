import type { IHttpRequestHelper } from 'n8n-workflow';
import type { App } from '../alipay/application/app';
import { createClient } from '../alipay/client';
import type { Fault, LocalFaultName } from '../alipay/errors/fault';
import { sendOver } from '../nodes/shared/http';
import { NO_SUCH_OPERATION, TEST_METHOD } from './testQuery';

const TEST_CALL = { bizContent: NO_SUCH_OPERATION, appAuthToken: '', timeoutMs: 15_000 };

/** The faults that put the blame on Alipay's key, its certificate or the Encrypt Key. */
const UNVERIFIABLE: readonly string[] = [
	'answer-signature-mismatch',
	'alipay-certificate-unknown',
	'answer-encrypted',
] satisfies LocalFaultName[];

/** By this the gateway refuses what it cannot decrypt; the test of the credential sends nothing encrypted. */
const UNDECRYPTED = /^isv\..*(decryption-error|encrypt)/;

const isOfKeys = ({ code, sub_code }: Fault) =>
	UNVERIFIABLE.includes(code) || UNDECRYPTED.test(sub_code ?? '');

/**
 * Why Alipay's answers cannot be verified with these credentials, or what they encrypt cannot be read;
 * null when neither is so, or something else came in between. One query; that all is well is remembered
 * with the application.
 */
export async function whyUnverifiable(
	app: App,
	httpRequest: IHttpRequestHelper['helpers']['httpRequest'],
): Promise<Fault | null> {
	if (app.learned.isProven) return null;
	const client = createClient(app, {
		admit: async (exchange) => await exchange(),
		send: async (request, { timeoutMs }) => await sendOver(httpRequest, request, timeoutMs),
		sleep: async () => undefined,
		over: new AbortController().signal,
		clock: { now: Date.now, elapsed: () => performance.now() },
	});
	const { outcome } = await client.call(TEST_METHOD, TEST_CALL, { maxTries: 1, wait: null });
	if (!outcome.ok && isOfKeys(outcome.fault)) return outcome.fault;
	if (outcome.ok || outcome.fault.signature_verified) app.learned.isProven = true;
	return null;
}

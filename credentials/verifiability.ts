import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import type { App } from '../alipay/application/app';
import { recalled, remember } from '../alipay/application/cache';
import { callAlipay } from '../alipay/client';
import type { Fault, LocalFaultName } from '../alipay/errors/fault';
import { sendOver } from '../nodes/shared/http';
import { NO_SUCH_OPERATION, TEST_METHOD } from './testQuery';

const ONE_TRY = { appAuthToken: '', maxTries: 1, timeoutMs: 15_000 };

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
 * that all is well is remembered, so that it is asked once per process.
 */
export async function whyUnverifiable(
	app: App,
	credentials: ICredentialDataDecryptedObject,
	httpRequest: IHttpRequestHelper['helpers']['httpRequest'],
): Promise<Fault | null> {
	const known = JSON.stringify(credentials);
	if (recalled('verified', known)) return null;
	const { outcome } = await callAlipay(
		app,
		{ method: TEST_METHOD, bizContent: NO_SUCH_OPERATION, ...ONE_TRY },
		{
			now: Date.now,
			random: Math.random,
			ended: () => false,
			turn: async () => () => undefined,
			sleep: async () => undefined,
			send: async (request, timeoutMs) => await sendOver(httpRequest, request, timeoutMs),
		},
	);
	if (!outcome.ok && isDecisive(outcome.fault)) return outcome.fault;
	if (outcome.ok || outcome.fault.signature_verified) remember('verified', known, true);
	return null;
}

import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import type { App } from '../alipay/application/app';
import { recalled, remember } from '../alipay/application/cache';
import { callAlipay } from '../alipay/client';
import type { Fault, LocalFaultName } from '../alipay/errors/fault';
import { sendOver } from '../nodes/shared/http';
import { NO_SUCH_OPERATION, TEST_METHOD } from './testQuery';

const ONE_TRY = { appAuthToken: '', maxTries: 1, timeoutMs: 15_000 };

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
 * null when neither is so, or something else came in between. One query; that all is well is remembered,
 * so that it is asked once per process.
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
	if (!outcome.ok && isOfKeys(outcome.fault)) return outcome.fault;
	if (outcome.ok || outcome.fault.signature_verified) remember('verified', known, true);
	return null;
}

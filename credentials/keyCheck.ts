import { UserError, type IHttpRequestHelper } from 'n8n-workflow';
import type { App } from '../alipay/application/app';
import { createClient } from '../alipay/client';
import { isAfterKeys } from '../alipay/errors/explain';
import { localFault, type Fault, type LocalFaultName } from '../alipay/errors/fault';
import { sendOver } from '../nodes/shared/http';
import { TEST_CONTENT, TEST_METHOD } from './testRequest';

type KeyCheck = NonNullable<App['learned']['keyCheck']>;

type HttpRequest = IHttpRequestHelper['helpers']['httpRequest'];

const TEST_CALL = { bizContent: TEST_CONTENT, appAuthToken: '', timeoutMs: 15_000 };

/**
 * Why App ID, private key and Alipay key are not proven; null when they are. Sends one verified request,
 * which concurrent calls share. A success is remembered with the application.
 */
export async function checkKeys(app: App, httpRequest: HttpRequest): Promise<Fault | null> {
	const last = app.learned.keyCheck;
	if (last?.state === 'proven') last.state = 'remembered';
	if (last && last.state !== 'refused') return await last.fault;
	const check: KeyCheck = { fault: tryKeys(app, httpRequest), state: 'in progress' };
	app.learned.keyCheck = check;
	const fault = await check.fault;
	check.state = fault ? 'refused' : 'proven';
	return fault;
}

/**
 * The result of the check that was made for this test of a credential; null if it passes. Throws if the
 * check is an earlier one: n8n then prepares the credential again.
 */
export async function verdictOnKeys({ learned }: App): Promise<Fault | null> {
	const check = learned.keyCheck;
	if (check && check.state !== 'remembered') return await check.fault;
	learned.keyCheck = null;
	throw new NotChecked('The keys were not checked. Test the credential again.');
}

/** This status tells n8n that a credential is no longer valid. n8n then prepares it and retries. */
class NotChecked extends UserError {
	readonly response = { status: 401 };
}

async function tryKeys(app: App, httpRequest: HttpRequest): Promise<Fault | null> {
	const client = createClient(app, {
		admit: async (exchange) => await exchange(),
		send: async (request, limits) => await sendOver(httpRequest, request, limits),
		sleep: async () => undefined,
		over: new AbortController().signal,
		clock: { now: Date.now, elapsed: () => performance.now() },
	});
	const { outcome } = await client.call(TEST_METHOD, TEST_CALL, { maxTries: 1, wait: null });
	if (outcome.ok) return null;
	const { fault } = outcome;
	if (fault.code === 'gateway-timeout') return { ...fault, solution: NO_ANSWER };
	if (fault.code !== 'gateway-blocked') return objection(fault);
	return { ...fault, message: `${fault.message}. The keys could not be checked` };
}

const NO_ANSWER =
	'Check that the machine that runs n8n can reach the gateway. A firewall may drop its requests, or the machine may need a proxy (HTTPS_PROXY). Then test again.';

const WHERE_TO_LOOK =
	'Check the Environment and the Gateway URL in the credential. Also check whether a proxy or a firewall responds instead of Alipay.';

/** A refusal proves the keys if Alipay has signed it, and only sends it after it has accepted the keys. */
function objection(fault: Fault): Fault | null {
	const { code, sub_code, trace_id, signature_verified } = fault;
	if (!isAfterKeys(code, sub_code)) return fault;
	if (signature_verified) return null;
	return localFault(
		'answer-unsigned',
		`The response is not signed, so it does not prove that the keys are right (it says ${sub_code ?? code})`,
		WHERE_TO_LOOK,
		trace_id,
	).fault;
}

/**
 * The HTTP Request node must not send a request after these faults: the Alipay key, its certificate or the
 * Encrypt Key is wrong, or n8n would read a response that is too large to its end.
 */
const DECISIVE: readonly string[] = [
	'answer-signature-mismatch',
	'alipay-certificate-unknown',
	'answer-encrypted',
	'answer-too-large',
] satisfies LocalFaultName[];

/** The gateway returns these for content that it cannot decrypt. The HTTP Request node does not encrypt. */
const UNDECRYPTED = /^isv\..*(decryption-error|encrypt)/;

export const isDecisive = ({ code, sub_code }: Fault): boolean =>
	DECISIVE.includes(code) || UNDECRYPTED.test(sub_code ?? '');

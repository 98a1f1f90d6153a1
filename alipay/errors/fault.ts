import type { Cause } from './code';
import { explain, type Codes } from './explain';

/**
 * Why a request did not lead to a trustworthy response, as a value. The protocol never throws: every
 * function that can receive bad input or a bad response returns an `Outcome`.
 */
export interface Fault {
	/** Alipay's gateway code ("40004"), or the name of an error found on this side ("gateway-timeout"). */
	code: string;
	/** Alipay's text for `code`. */
	msg: string | null;
	/** Alipay's sub_code, if it sent one. */
	sub_code: string | null;
	/** Alipay's text for `sub_code`, usually Chinese. */
	sub_msg: string | null;
	/** The id that Alipay support needs. */
	trace_id: string | null;
	/** What happened, in one English sentence. Never contains a secret. */
	message: string;
	/** What the operator can do about it. */
	solution: string;
	/** Whether the same request may succeed later. */
	retryable: boolean;
	cause: Cause;
	/** True only if a signature proves that Alipay sent it. */
	signature_verified: boolean;
	/** True if the request certainly did not leave this machine or its proxy. */
	isUnsent?: boolean;
	/** Alipay may have carried out the request. */
	isUncertain?: true;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; fault: Fault };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const failure = (fault: Fault): { ok: false; fault: Fault } => ({ ok: false, fault });

interface LocalFault {
	/** For the docs. The message of a fault is more precise. */
	meaning: string;
	retryable: boolean;
	cause: Cause;
}

const permanent = (meaning: string, cause: Cause = 'configuration-invalid'): LocalFault => {
	return { meaning, retryable: false, cause };
};

const temporary = (meaning: string, cause: Cause = 'temporarily-unavailable'): LocalFault => {
	return { meaning, retryable: true, cause };
};

/**
 * Errors found on this side: before the request, on the way, or in a response that cannot be trusted.
 * The names appear as `details.code`, so workflows may depend on them.
 */
export const LOCAL_FAULTS = {
	'invalid-credential': permanent('A field of the credential is not valid', 'credential-invalid'),
	'invalid-identifiers': permanent(
		'The numbers do not form a complete pair, a number is damaged, or an expression fails',
	),
	'invalid-settings': permanent('A parameter has a value that is not allowed'),
	'gateway-unreachable': temporary('A network error: no response arrived'),
	'gateway-blocked': permanent(
		'TLS, the Allowed Domains or SSRF protection blocks the connection to the gateway',
	),
	'gateway-timeout': temporary('No response arrived within the Timeout'),
	'gateway-unavailable': temporary('The gateway returned HTTP status 500 or higher'),
	'gateway-busy': temporary('The gateway returned HTTP status 429', 'rate-limited'),
	'gateway-call-limit': temporary(
		'Not sent: Alipay had refused all requests for a minute because of its rate limit',
		'rate-limited',
	),
	'gateway-http-status': permanent('The gateway returned an HTTP status other than 200'),
	'answer-too-large': permanent(
		'The response is larger than any response from Alipay: more than 1 MiB, or more than 4 MiB with Any API',
	),
	'answer-not-json': permanent('The response is not in Alipay’s format, for example a web page'),
	'answer-ambiguous': permanent('The response contains a part or a field twice'),
	'answer-unsigned': permanent('The response reports success but has no signature'),
	'answer-signature-mismatch': permanent(
		'The signature does not match the response and the Alipay key of the credential',
		'credential-invalid',
	),
	'answer-encrypted': permanent(
		'The response is encrypted, but the Encrypt Key is missing or wrong',
		'credential-invalid',
	),
	'alipay-certificate-unknown': permanent(
		'Alipay signed with a certificate that cannot be traced back to the Alipay Root Certificate',
		'credential-invalid',
	),
	'answer-for-another-operation': permanent(
		'The response is signed by Alipay, but its numbers differ from the numbers of the request',
	),
	'answer-without-record': permanent(
		'The response reports success but contains no data: Alipay has no record of it',
	),
	'answer-without-code': permanent('The response is signed by Alipay, but its code is missing'),
	'answer-without-status': permanent('The response is signed by Alipay, but its status is missing'),
	'notification-unreadable': permanent('The request is not a notification from Alipay'),
	'notification-too-large': permanent(
		'The request is larger than any notification from Alipay: more than 64 KiB',
	),
	'notification-for-another-application': permanent(
		'The notification is for a different application, not for the application in the credential',
	),
	'notification-signature-mismatch': permanent(
		'The signature does not match the notification and the Alipay key of the credential',
		'credential-invalid',
	),
	'notification-ambiguous': permanent(
		'The signed text of the notification can be read in more than one way',
	),
	'notification-stale': permanent('The notification was sent more than 26 hours ago'),
	'internal-error': permanent('Something went wrong in the node itself'),
	canceled: { ...permanent('The execution was stopped'), cause: 'temporarily-unavailable' },
} as const satisfies Record<string, LocalFault>;

export type LocalFaultName = keyof typeof LOCAL_FAULTS;

/** An error found on this side. `message` says what happened, `solution` what to do. */
export function localFault(
	name: LocalFaultName,
	message: string,
	solution: string,
	trace_id: string | null = null,
): { ok: false; fault: Fault } {
	const { retryable, cause } = LOCAL_FAULTS[name];
	return failure({
		code: name,
		msg: null,
		sub_code: null,
		sub_msg: null,
		trace_id,
		message,
		solution,
		retryable,
		cause,
		signature_verified: false,
	});
}

/** The run ended before the response. */
export const CANCELED = localFault(
	'canceled',
	'The run was canceled before Alipay responded',
	'Run the workflow again.',
);

/** The four public response parameters of a refusal. */
interface GatewayRefusal {
	code: string;
	msg: string | null;
	sub_code: string | null;
	sub_msg: string | null;
}

/**
 * A refusal by Alipay, explained by the codes of the method and of the gateway. A code that no table
 * lists passes through unchanged.
 */
export function gatewayFault(
	refusal: GatewayRefusal,
	codes: Codes,
	evidence: { trace_id: string | null; signature_verified: boolean },
): { ok: false; fault: Fault } {
	const { code, msg, sub_code, sub_msg } = refusal;
	const { meaning, solution, retryable, cause } = explain(code, sub_code, codes);
	const named = sub_code ? `${code} ${sub_code}` : `${code} ${msg ?? ''}`.trim();
	const doubt = evidence.signature_verified ? '' : ', in a response without a signature';
	return failure({
		code,
		msg,
		sub_code,
		sub_msg,
		trace_id: evidence.trace_id,
		message: `${meaning} (Alipay returned ${named}${doubt})`,
		solution,
		retryable,
		cause,
		signature_verified: evidence.signature_verified,
	});
}

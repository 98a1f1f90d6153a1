import type { Cause } from './code';
import { explain, type Codes } from './explain';

/**
 * One way in which a query did not lead to a trustworthy answer, as a value. The protocol never
 * throws: every function that can meet bad input or a bad answer returns an `Outcome`.
 */
export interface Fault {
	/** Alipay's gateway code ("40004"), or the name of a fault found on this side ("gateway-timeout"). */
	code: string;
	/** Alipay's words for `code`. */
	msg: string | null;
	/** Alipay's sub_code, if it sent one. */
	sub_code: string | null;
	/** Alipay's own words, usually Chinese. */
	sub_msg: string | null;
	/** Alipay's trace id, the number its support asks for. */
	trace_id: string | null;
	/** What happened: one sentence in English without a secret in it. */
	message: string;
	/** What the operator can do about it. */
	solution: string;
	/** Whether the same question may be answered if it is asked again. */
	retryable: boolean;
	/** By which a scheduler decides between waiting and giving up. */
	cause: Cause;
	/** True only when Alipay's signature proves that Alipay said so. */
	signature_verified: boolean;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; fault: Fault };

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });

export const failure = (fault: Fault): { ok: false; fault: Fault } => ({ ok: false, fault });

interface LocalFault {
	/** For the docs; the message of a fault is more precise. */
	meaning: string;
	retryable: boolean;
	cause: Cause;
}

const misfit = (meaning: string, cause: Cause = 'configuration-invalid'): LocalFault => {
	return { meaning, retryable: false, cause };
};

const passing = (meaning: string, cause: Cause = 'temporarily-unavailable'): LocalFault => {
	return { meaning, retryable: true, cause };
};

/**
 * Faults found on this side: before anything is sent, on the way, or in an answer that cannot be
 * trusted. The names appear as `details.code`, so workflows may depend on them.
 */
export const LOCAL_FAULTS = {
	'invalid-credential': misfit('A field of the credential cannot be used', 'credential-invalid'),
	'invalid-identifiers': misfit(
		'The numbers do not form a pair, one of them is damaged, or an expression fails',
	),
	'invalid-settings': misfit('A parameter has a value that it does not take'),
	'gateway-unreachable': passing('The network leads to no answer'),
	'gateway-blocked': misfit(
		'The way to the gateway is closed: its TLS certificate, the Allowed Domains or SSRF protection',
	),
	'gateway-timeout': passing('No answer came within the Timeout'),
	'gateway-unavailable': passing('The gateway answered with an HTTP status from 500 up'),
	'gateway-busy': passing('The gateway answered with HTTP status 429', 'rate-limited'),
	'gateway-call-limit': passing(
		'Not asked: Alipay had refused everything for a minute because of its call limit',
		'rate-limited',
	),
	'gateway-http-status': misfit('The gateway answered with another HTTP status than 200'),
	'answer-too-large': misfit(
		'The gateway answered with more than 1 MiB, which no answer of Alipay has',
	),
	'answer-not-json': misfit('What came back is not in Alipay’s format, e.g. a web page'),
	'answer-ambiguous': misfit('The answer holds a part or a field twice'),
	'answer-unsigned': misfit('The answer reports a success and carries no signature'),
	'answer-signature-mismatch': misfit(
		'The signature does not fit the answer and the Alipay key of the credential',
		'credential-invalid',
	),
	'answer-encrypted': misfit(
		'The answer is encrypted, and the Encrypt Key is missing or another one',
		'credential-invalid',
	),
	'alipay-certificate-unknown': misfit(
		'Alipay signed with a certificate that cannot be traced back to the Alipay Root Certificate',
		'credential-invalid',
	),
	'answer-for-another-operation': misfit(
		'The answer is signed by Alipay, but about other numbers than those asked for',
	),
	'answer-without-code': misfit('The response is signed by Alipay, but contains no code'),
	'answer-without-status': misfit('The answer is signed by Alipay, but names no status'),
	'internal-error': misfit('Something went wrong in the node itself'),
	cancelled: { ...misfit('The execution was stopped'), cause: 'temporarily-unavailable' },
} as const satisfies Record<string, LocalFault>;

export type LocalFaultName = keyof typeof LOCAL_FAULTS;

/** A fault found on this side. `message` says what happened, `solution` what to do. */
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

/** What became of a question when the run ended before its answer. */
export const CANCELLED = localFault(
	'cancelled',
	'The run was cancelled before Alipay answered',
	'Run the workflow again.',
);

/** What Alipay says when it does not answer the question: the four public response parameters. */
interface GatewayRefusal {
	code: string;
	msg: string | null;
	sub_code: string | null;
	sub_msg: string | null;
}

/**
 * A refusal by Alipay, explained by the method's business codes and the gateway's. A code that no
 * table lists passes through unchanged.
 */
export function gatewayFault(
	refusal: GatewayRefusal,
	codes: Codes,
	evidence: { trace_id: string | null; signature_verified: boolean },
): { ok: false; fault: Fault } {
	const { code, msg, sub_code, sub_msg } = refusal;
	const { meaning, solution, retryable, cause } = explain(code, sub_code, codes);
	const named = sub_code ? `${code} ${sub_code}` : `${code} ${msg ?? ''}`.trim();
	const doubt = evidence.signature_verified ? '' : ', in an answer without a signature';
	return failure({
		code,
		msg,
		sub_code,
		sub_msg,
		trace_id: evidence.trace_id,
		message: `${meaning} (Alipay answered ${named}${doubt})`,
		solution,
		retryable,
		cause,
		signature_verified: evidence.signature_verified,
	});
}

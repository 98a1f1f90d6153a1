/** Why a request failed. A scheduler uses it to decide between waiting and giving up. */
export type Cause =
	| 'rate-limited'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

/** What one of Alipay's codes means. */
export interface Code {
	/** What happened, as a sentence without its period. */
	meaning: string;
	/** What the operator can do about it. */
	solution: string;
	/** Whether the same request may succeed later. A `write` is never retried. */
	retryable: boolean;
	cause: Cause;
	/** Alipay refuses only this method, and only after it has accepted the App ID, signature and token. */
	keysProven?: true;
}

export const configuration = (meaning: string, solution: string): Code => ({
	meaning,
	solution,
	retryable: false,
	cause: 'configuration-invalid',
});

export const credential = (meaning: string, solution: string): Code => ({
	meaning,
	solution,
	retryable: false,
	cause: 'credential-invalid',
});

/** A missing permission: nothing in the credential is wrong. */
export const permission = (meaning: string, solution: string): Code => ({
	...credential(meaning, solution),
	keysProven: true,
});

export const outage = (meaning: string, solution: string): Code => ({
	meaning,
	solution,
	retryable: true,
	cause: 'temporarily-unavailable',
});

export const limit = (meaning: string, solution: string): Code => ({
	meaning,
	solution,
	retryable: true,
	cause: 'rate-limited',
});

/** What to do about an outage. */
export const WAIT =
	'Try again in a few minutes. If this continues, send the trace ID to Alipay support.';

/** Why a request failed, by which a scheduler decides between waiting and giving up. */
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
	/** Whether the same request may succeed later. A `write` is not repeated all the same. */
	retryable: boolean;
	cause: Cause;
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
export const WAIT = 'Ask again in a few minutes. If it stays, give the trace ID to Alipay support.';

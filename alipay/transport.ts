import type { Outcome } from './errors/fault';

export interface HttpRequest {
	method: 'POST';
	url: string;
	headers: Readonly<Record<string, string>>;
	body: string;
}

/** An HTTP response. Header names are in lower case, as Node.js delivers them. */
export interface HttpAnswer {
	status: number;
	headers: Readonly<Record<string, unknown>>;
	/** After decompression. The transport limits its size. */
	body: Uint8Array;
}

/** The network and the clock. A network problem is an outcome, never an exception. */
export interface Transport {
	/**
	 * Runs an exchange with Alipay when there is room for it. Returns `CANCELED` if the run ends first. The
	 * exchange signs its own request, so the request contains the time of sending. First requests of calls go
	 * before later ones.
	 */
	admit: <T>(exchange: () => Promise<Outcome<T>>, isFirst: boolean) => Promise<Outcome<T>>;
	/** Sends one request and reads the whole response, with any HTTP status. */
	send: (request: HttpRequest, limits: SendLimits) => Promise<Outcome<HttpAnswer>>;
	/** Waits for `ms` milliseconds, or until the run ends. */
	sleep: (ms: number) => Promise<void>;
	/** Aborted when the run ends. After that, nothing is sent. */
	over: AbortSignal;
	clock: Clock;
}

export interface SendLimits {
	/** For the whole response. */
	timeoutMs: number;
	/** The largest response, uncompressed. */
	responseBytes: number;
}

export interface Clock {
	/** Milliseconds since the epoch. */
	now: () => number;
	/** Milliseconds on a monotonic clock. */
	elapsed: () => number;
}

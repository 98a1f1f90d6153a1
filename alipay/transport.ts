import type { Outcome } from './errors/fault';

export interface HttpRequest {
	method: 'POST';
	url: string;
	headers: Readonly<Record<string, string>>;
	body: string;
}

/** What came back over HTTP. Header names are in lower case, as Node delivers them. */
export interface HttpAnswer {
	status: number;
	headers: Readonly<Record<string, unknown>>;
	/** After decompression. The transport has bounded its size. */
	body: Uint8Array;
}

/** What the protocol needs of the world. A network problem is an outcome, never an exception. */
export interface Transport {
	/**
	 * Runs an exchange with Alipay once there is room for it; `CANCELLED` when the run ends before. The
	 * exchange signs its request, so that the time in it is that of the sending. One that is not the
	 * first of its question makes way for those that are.
	 */
	admit: <T>(exchange: () => Promise<Outcome<T>>, isFirst: boolean) => Promise<Outcome<T>>;
	/** Sends one request and reads the whole response, whatever its HTTP status. */
	send: (request: HttpRequest, limits: SendLimits) => Promise<Outcome<HttpAnswer>>;
	/** Waits for that many milliseconds, or until the run is over. */
	sleep: (ms: number) => Promise<void>;
	/** Aborted when the run is over: nothing more is sent then. */
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
	/** Milliseconds on a clock that nobody sets. */
	elapsed: () => number;
}

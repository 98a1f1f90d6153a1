import type { Outcome } from './errors/fault';
import type { HttpRequest } from './message/request';
import type { HttpAnswer } from './message/response';

/** What the protocol needs of the world. A network problem is an outcome, never an exception. */
export interface Connection {
	/**
	 * Waits until the pace of the run allows the next request. Asked before signing, which stamps the
	 * time. What it returns is called when Alipay itself answers: whether it said that it is called too
	 * often.
	 */
	turn(): Promise<(callLimited: boolean) => void>;
	/** Sends one request and reads the whole answer, whatever its HTTP status. */
	send(request: HttpRequest, timeoutMs: number): Promise<Outcome<HttpAnswer>>;
	/** Waits for that many milliseconds; returns early when the run is over. */
	sleep(ms: number): Promise<void>;
	/** Whether the run is over, so that nothing is asked again. */
	ended(): boolean;
	/** Milliseconds since the epoch. */
	now(): number;
	/** From 0 up to 1; spreads the retries of items that failed together. */
	random(): number;
}

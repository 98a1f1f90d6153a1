/** Transports without a network. */
import { CANCELED, success, type Outcome } from '../../alipay/errors/fault.ts';
import type { HttpRequest } from '../../alipay/transport.ts';
import type { HttpAnswer } from '../../alipay/transport.ts';
import type { SendLimits, Transport } from '../../alipay/transport.ts';
import { http } from './responses.mts';

export type Reply = Outcome<HttpAnswer>;

/** A reply, or a function that creates one from the request. */
export type Line = Reply | ((request: HttpRequest) => Reply);

interface Sent {
	request: HttpRequest;
	limits: SendLimits;
}

/** One exchange that was admitted, and how it ended. */
interface Admitted {
	isFirst: boolean;
	outcome: Outcome<unknown>;
}

export interface ScriptedTransport extends Transport {
	readonly sent: Sent[];
	readonly admitted: Admitted[];
	readonly pauses: number[];
	/** The time of its clocks; `sleep` advances both. */
	epochMs: number;
	elapsedMs: number;
	/** Ends the run. */
	end: () => void;
}

/** Sends the replies in turn, repeats the last one, and records the requests. */
export function scripted(replies: readonly Line[], epochMs = 0): ScriptedTransport {
	const run = new AbortController();
	const transport: ScriptedTransport = {
		...{ sent: [], admitted: [], pauses: [] },
		...{ epochMs, elapsedMs: 0 },
		end: () => run.abort(),
		over: run.signal,
		clock: { now: () => transport.epochMs, elapsed: () => transport.elapsedMs },
		async admit(exchange, isFirst) {
			if (run.signal.aborted) return CANCELED;
			const outcome = await exchange();
			transport.admitted.push({ isFirst, outcome });
			return outcome;
		},
		async send(request, limits) {
			const reply = replies[Math.min(transport.sent.length, replies.length - 1)];
			transport.sent.push({ request, limits });
			return await Promise.resolve(
				typeof reply === 'function' ? reply(request) : (reply ?? success(http(''))),
			);
		},
		async sleep(ms) {
			transport.pauses.push(ms);
			transport.epochMs += ms;
			transport.elapsedMs += ms;
			await Promise.resolve();
		},
	};
	return transport;
}

/** Transports that lead to no network. */
import { CANCELLED, success, type Outcome } from '../../alipay/errors/fault.ts';
import type { HttpRequest } from '../../alipay/transport.ts';
import type { HttpAnswer } from '../../alipay/transport.ts';
import type { SendLimits, Transport } from '../../alipay/transport.ts';
import { http } from './answers.mts';

export type Reply = Outcome<HttpAnswer>;

/** A reply, or what makes one of the request. */
export type Line = Reply | ((request: HttpRequest) => Reply);

interface Sent {
	request: HttpRequest;
	limits: SendLimits;
}

/** One exchange that was let through, and how it ended. */
interface Admitted {
	isFirst: boolean;
	outcome: Outcome<unknown>;
}

export interface ScriptedTransport extends Transport {
	readonly sent: Sent[];
	readonly admitted: Admitted[];
	readonly pauses: number[];
	/** What its clocks show; `sleep` puts both forward. */
	epochMs: number;
	elapsedMs: number;
	/** The run is over. */
	end: () => void;
}

/** Replies in turn, with the last reply again and again, and notes what it was asked to do. */
export function scripted(replies: readonly Line[], epochMs = 0): ScriptedTransport {
	const run = new AbortController();
	const transport: ScriptedTransport = {
		...{ sent: [], admitted: [], pauses: [] },
		...{ epochMs, elapsedMs: 0 },
		end: () => run.abort(),
		over: run.signal,
		clock: { now: () => transport.epochMs, elapsed: () => transport.elapsedMs },
		async admit(exchange, isFirst) {
			if (run.signal.aborted) return CANCELLED;
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

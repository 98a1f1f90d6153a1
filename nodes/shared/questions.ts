/** How a run and a poll ask many questions: each once, in order, with room for the next. */
import type { App } from '../../alipay/application/app';
import { createClient, type Call } from '../../alipay/client';
import { failure, success, type Outcome } from '../../alipay/errors/fault';
import type { Answer } from '../../alipay/message/response';
import type { Method } from '../../alipay/methods/method';
import { withDoubts } from '../../alipay/numbers/doubts';
import type { Policy } from '../../alipay/policy';
import { LONGEST_CODE, LONGEST_TEXT, shortened } from '../../alipay/text/shortened';
import { BREATH_MS } from './gate';
import { createCompactor, type RawFields } from './item';
import type { RunTransport } from './transport';

/** What is asked of Alipay, and how. The same question has the same answer within a run. */
export type Question = Call & Policy;

/** An answer as the run keeps it until its end, since a later item may ask the same. */
export interface FoundAnswer extends Omit<Answer, 'fields' | 'json'> {
	fields: RawFields;
}

export interface Found {
	outcome: Outcome<FoundAnswer>;
	/** How many requests it took. */
	attempts: number;
}

/** What a run has asked so far. */
export interface Tally {
	/** Different questions that were sent to Alipay. */
	asked: number;
	/** Items whose question had been asked already. */
	reused: number;
	/** Requests beyond the first of a question, because the first led to no answer. */
	retried: number;
	/** Questions whose status was still open when their waiting time was over. */
	stillOpen: number;
}

export interface Questions {
	/**
	 * The answer to a question, from Alipay or, if it only reads, from an item of the run that asked the same.
	 * `item` is the index of the item that asks.
	 */
	ask: (question: Question, item?: number) => Promise<Found>;
	readonly tally: Readonly<Tally>;
}

/** Answers by the name of their question, those under way included. */
export type Answers = Map<string, Promise<Found>>;

/**
 * The questions of one run to one method. Without an application the answer is why there is none. What is
 * in `answers` already is not asked again; the run adds its own.
 */
export function createQuestions(
	method: Method,
	app: Outcome<App>,
	transport: RunTransport,
	answers: Answers = new Map(),
): Questions {
	const tally: Tally = { asked: 0, reused: 0, retried: 0, stillOpen: 0 };
	const earlier = new Set(answers.keys());
	const compactFields = createCompactor(method.fields);
	const compact = ({ fields, code, msg, trace_id, alipay_cert_sn }: Answer): FoundAnswer => ({
		fields: compactFields(fields),
		code,
		msg: msg && shortened(msg, LONGEST_TEXT),
		trace_id,
		// Nobody has signed it.
		alipay_cert_sn: alipay_cert_sn && shortened(alipay_cert_sn, LONGEST_CODE),
		signature_verified: true,
	});
	const client = app.ok ? success(createClient(app.value, transport)) : app;

	async function send({ maxTries, wait, ...call }: Question): Promise<Found> {
		if (!client.ok) return { outcome: client, attempts: 0 };
		const result = await client.value.call(method, call, { maxTries, wait });
		const { outcome, attempts } = result;
		if (attempts > 0) tally.asked++;
		tally.retried += result.retries;
		if (result.isStillOpen) tally.stillOpen++;
		if (!outcome.ok) {
			const fault = withDoubts(method, call.bizContent, outcome.fault);
			return { outcome: failure(fault), attempts };
		}
		return { outcome: success(compact(outcome.value)), attempts };
	}

	return {
		tally,
		async ask(question, item) {
			// Two equal items may well mean two payments, but no retry may repeat that of an item.
			const isWrite = method.effect === 'write';
			if (isWrite && item === undefined) return await send(question);
			const name = JSON.stringify(isWrite ? { item, question } : question);
			const known = answers.get(name);
			if (known) {
				if (!earlier.delete(name)) tally.reused++;
				return await known;
			}
			const answer = send(question);
			answers.set(name, answer);
			return await answer;
		},
	};
}

/**
 * Does `work` for 0 … count-1 and returns the results in that order. The next is begun when there is
 * room for its request, so that what it needs is read just before. Once the run is over nothing more is
 * begun; what is under way is awaited, and what was not begun has no result. `work` must not reject.
 */
export async function inOrder<T>(
	count: number,
	{ hasRoom, over, clock, sleep }: RunTransport,
	work: (index: number) => Promise<T>,
): Promise<Array<T | undefined>> {
	const results = Array.from<T | undefined>({ length: count });
	const underWay = new Set<Promise<void>>();
	let lastBreath = clock.elapsed();
	for (let index = 0; index < count && !over.aborted; index++) {
		const one = work(index).then((result) => {
			results[index] = result;
			underWay.delete(one);
		});
		underWay.add(one);
		await hasRoom();
		// Items that need no request would keep the thread.
		if (clock.elapsed() - lastBreath < BREATH_MS) continue;
		await sleep(0);
		lastBreath = clock.elapsed();
	}
	await Promise.all(underWay);
	return results;
}

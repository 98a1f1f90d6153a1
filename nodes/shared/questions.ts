/** Sends the questions of a run or a poll to Alipay: each once, in order, as slots become free. */
import type { App } from '../../alipay/application/app';
import { createClient, type Call } from '../../alipay/client';
import { failure, success, type Outcome } from '../../alipay/errors/fault';
import type { Answer } from '../../alipay/message/response';
import type { Method } from '../../alipay/methods/method';
import { withDoubts } from '../../alipay/numbers/doubts';
import type { Policy } from '../../alipay/policy';
import { LONGEST_CODE, LONGEST_TEXT, shortened } from '../../alipay/text/shortened';
import { BREATH_MS } from './gate';
import { compactFields, type RawFields } from './item';
import type { RunTransport } from './transport';

/** A call to Alipay and how to make it. Within a run, equal questions share one response. */
export interface Question extends Call, Policy {
	method: Method;
	/** Whether the item is the whole node of the response and not the fields of the method. */
	isWhole?: boolean;
}

/** A response as the run keeps it until its end for later items with the same question. */
export interface FoundAnswer extends Omit<Answer, 'fields' | 'json'> {
	fields: RawFields;
	/** The whole node, if the question is for it. */
	json?: string;
}

export interface Found {
	outcome: Outcome<FoundAnswer>;
	/** How many requests it took. */
	attempts: number;
}

/** Counters of a run. */
export interface Tally {
	/** Different questions that were sent to Alipay. */
	requested: number;
	/** Items that shared the response of an earlier question. */
	reused: number;
	/** Retries: further requests of a question after one without a response. */
	retried: number;
	/** Questions with a status that was still open at the end of the waiting time. */
	stillOpen: number;
	/** Items for which a method that may move money was carried out. */
	carriedOut: number;
}

export interface Questions {
	/**
	 * Returns Alipay's response. A question that only reads may share the response of an earlier item.
	 * `item` is the index of the item.
	 */
	ask: (question: Question, item?: number) => Promise<Found>;
	readonly tally: Readonly<Tally>;
}

/** A response, or a request in progress. */
export interface Kept {
	effect: Method['effect'];
	found: Promise<Found>;
}

/** By the name of the question. */
export type Answers = Map<string, Kept>;

/**
 * The questions of one run. Without an application, the outcome is the reason. Questions in `responses` are
 * not sent again. The run adds its own.
 */
export function createQuestions(
	app: Outcome<App>,
	transport: RunTransport,
	responses: Answers = new Map(),
): Questions {
	const tally: Tally = { requested: 0, reused: 0, retried: 0, stillOpen: 0, carriedOut: 0 };
	const earlier = new Set(responses.keys());
	const client = app.ok ? success(createClient(app.value, transport)) : app;

	async function send({ method, isWhole, maxTries, wait, ...call }: Question): Promise<Found> {
		if (!client.ok) return { outcome: client, attempts: 0 };
		const result = await client.value.call(method, call, { maxTries, wait });
		const { outcome, attempts } = result;
		if (attempts > 0) tally.requested++;
		tally.retried += result.retries;
		if (result.isStillOpen) tally.stillOpen++;
		if (!outcome.ok) {
			const fault = withDoubts(method, call.bizContent, outcome.fault);
			return { outcome: failure(fault), attempts };
		}
		return { outcome: success(compact(method, isWhole === true, outcome.value)), attempts };
	}

	async function once(name: string, question: Question): Promise<Found> {
		const known = responses.get(name);
		if (known) {
			if (!earlier.delete(name)) tally.reused++;
			return await known.found;
		}
		const found = send(question);
		responses.set(name, { effect: question.method.effect, found });
		return await found;
	}

	return {
		tally,
		async ask(question, item) {
			const { method, ...rest } = question;
			if (method.effect === 'read')
				return await once(JSON.stringify([method.name, rest]), question);
			// Two equal items may mean two payments, but a retry must not repeat the payment of an item. The
			// key is only the item: an expression with the time or a random number changes in each retry.
			const found = item === undefined ? send(question) : once(JSON.stringify([item]), question);
			const { outcome } = await found;
			if (outcome.ok) tally.carriedOut++;
			return await found;
		},
	};
}

function compact(
	{ fields: known }: Method,
	isWhole: boolean,
	{ fields, json, msg, alipay_cert_sn, ...response }: Answer,
): FoundAnswer {
	return {
		...response,
		fields: compactFields(isWhole ? [] : known, fields),
		...(isWhole ? { json } : {}),
		msg: msg && shortened(msg, LONGEST_TEXT),
		// The signature does not cover it.
		alipay_cert_sn: alipay_cert_sn && shortened(alipay_cert_sn, LONGEST_CODE),
	};
}

/**
 * Does `work` for 0 … count-1 and returns the results in that order. Each starts when its request has room,
 * so that its input is read just before. After the end of the run, no more work starts, work in progress is
 * awaited, and the rest has no result. `work` must not reject.
 */
export async function inOrder<T>(
	count: number,
	{ hasRoom, over, clock, sleep }: RunTransport,
	work: (index: number) => Promise<T>,
): Promise<Array<T | undefined>> {
	const results = Array.from<T | undefined>({ length: count });
	const inProgress = new Set<Promise<void>>();
	let lastBreath = clock.elapsed();
	for (let index = 0; index < count && !over.aborted; index++) {
		const one = work(index).then((result) => {
			results[index] = result;
			inProgress.delete(one);
		});
		inProgress.add(one);
		await hasRoom();
		// Items without a request would block the thread.
		if (clock.elapsed() - lastBreath < BREATH_MS) continue;
		await sleep(0);
		lastBreath = clock.elapsed();
	}
	await Promise.all(inProgress);
	return results;
}

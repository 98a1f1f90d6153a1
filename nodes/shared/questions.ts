import type { App } from '../../alipay/application/app';
import { callAlipay } from '../../alipay/client';
import { CANCELLED, localFault, success, type Outcome } from '../../alipay/errors/fault';
import type { Answer } from '../../alipay/message/response';
import { createCompactor, type RawFields } from './item';
import type { QueryOptions } from './form/options';
import type { Rest } from './pool';
import type { Asked, Query } from './query';
import type { Line } from './connection';

/** A limit that holds for so long is one per day: to wait for the end of it is not this run's business. */
const PATIENCE_MS = 60_000;

const LIMITED = localFault(
	'gateway-call-limit',
	'Alipay has refused all requests for a minute because of its call limit, so this item was not asked for',
	'Run the workflow again later with the items that failed, or ask Alipay for a higher limit.',
);

/** What is asked of Alipay, and how. The same question has the same answer within a run. */
export interface Question
	extends Pick<QueryOptions, 'appAuthToken' | 'maxTries' | 'timeoutMs' | 'wait'> {
	asked: Asked;
}

/** An answer as the run keeps it until its end, since a later item may ask the same. */
export interface FoundAnswer extends Omit<Answer, 'fields'> {
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

export interface Lookup {
	/** The answer to a question, from Alipay or from an item of the run that asked the same. */
	find(question: Question, rest: Rest): Promise<Found>;
	readonly tally: Readonly<Tally>;
}

/** Asks the questions of one run. Without an application the answer is why there is none. */
export function createLookup(query: Query, app: Outcome<App>, line: Line): Lookup {
	const tally: Tally = { asked: 0, reused: 0, retried: 0, stillOpen: 0 };
	const answers = new Map<string, Promise<Found>>();
	const compact = createCompactor(query.fields);
	const accept = (answer: Answer, asked: Asked): Outcome<FoundAnswer> =>
		objection(answer, asked, query) ?? success({ ...answer, fields: compact(answer.fields) });
	const isOpen = (outcome: Outcome<FoundAnswer>) =>
		outcome.ok && outcome.value.fields.get(query.status.field) === query.status.open;

	async function ask(question: Question, rest: Rest): Promise<Found> {
		if (!app.ok) return { outcome: app, attempts: 0 };
		if (line.limitedForMs() > PATIENCE_MS) return { outcome: LIMITED, attempts: 0 };
		const { asked, wait, ...terms } = question;
		const call = { method: query.method, bizContent: asked, ...terms };
		let open: Outcome<FoundAnswer> | null = null;
		let deadline = Infinity;
		for (let attempts = 0; ; ) {
			const result = await callAlipay(app.value, call, line);
			if (attempts === 0 && result.attempts > 0) tally.asked++;
			attempts += result.attempts;
			tally.retried += Math.max(0, result.attempts - 1);
			const outcome = result.outcome.ok ? accept(result.outcome.value, asked) : result.outcome;
			if (isOpen(outcome)) open = outcome;
			// A gateway that fails for a moment does not undo what it said before.
			const passing = open && !outcome.ok && outcome.fault.retryable;
			if (!wait || !open || !(isOpen(outcome) || passing)) return { outcome, attempts };

			// From the first answer on: until then the item may have waited long for its turn.
			deadline = Math.min(deadline, line.elapsedMs() + wait.maxMs);
			const left = deadline - line.elapsedMs();
			if (left <= 0) {
				tally.stillOpen++;
				return { outcome: open, attempts };
			}
			await rest(async () => await line.sleep(Math.min(wait.intervalMs, left)));
			if (line.ended()) return { outcome: CANCELLED, attempts };
		}
	}

	return {
		tally,
		async find(question, rest) {
			const key = JSON.stringify(question);
			const known = answers.get(key);
			if (known) {
				tally.reused++;
				return await rest(async () => await known);
			}
			const answer = ask(question, rest);
			answers.set(key, answer);
			return await answer;
		},
	};
}

/**
 * A signature proves that Alipay wrote the answer, not that it answers this question: a genuine answer
 * about something else could be played back. So the numbers asked for must stand in it.
 */
function objection({ fields, trace_id }: Answer, asked: Asked, { decisive, labels }: Query) {
	const strange = decisive(asked).find((name) => fields.get(name) !== asked[name]);
	if (!strange) return null;
	return localFault(
		'answer-for-another-operation',
		`The answer is signed by Alipay, but its ${labels[strange]} is not the one asked for`,
		'Do not use this answer. Check that nothing between n8n and Alipay stores answers (proxy, cache, custom gateway).',
		trace_id,
	);
}

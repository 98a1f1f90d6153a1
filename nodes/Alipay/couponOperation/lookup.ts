import type { App } from '../../../alipay/app';
import { callAlipay, type Result } from '../../../alipay/client';
import { CANCELLED, localFault, success, type Outcome } from '../../../alipay/fault';
import type { Answer } from '../../../alipay/response';
import type { Rest } from '../shared/pool';
import type { Line } from '../shared/transport';
import { OPEN_STATUS } from './fields';
import { decidingPair, LABELS, type Identifiers } from './identifiers';
import type { QueryOptions } from './options';

const METHOD = 'alipay.fund.coupon.operation.query';

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
	identifiers: Identifiers;
}

/** What a run has asked so far. */
export interface Tally {
	/** Different questions. */
	asked: number;
	/** Items whose question had been asked already. */
	reused: number;
	/** Requests beyond the first of a question, because the first led to no answer. */
	retried: number;
	/** Operations that were still INIT when their waiting time was over. */
	stillOpen: number;
}

export interface Lookup {
	/** The answer to a question, from Alipay or from an item of the run that asked the same. */
	find(question: Question, rest: Rest): Promise<Result>;
	readonly tally: Readonly<Tally>;
}

/** Looks up the operations of one run. Without an application the answer is why there is none. */
export function createLookup(app: Outcome<App>, line: Line): Lookup {
	const tally: Tally = { asked: 0, reused: 0, retried: 0, stillOpen: 0 };
	const answers = new Map<string, Promise<Result>>();

	async function ask(question: Question, rest: Rest): Promise<Result> {
		if (!app.ok) return { outcome: app, attempts: 0 };
		if (line.limitedForMs() > PATIENCE_MS) return { outcome: LIMITED, attempts: 0 };
		const { identifiers, wait, ...terms } = question;
		const call = { method: METHOD, bizContent: identifiers, ...terms };
		const { now, sleep, ended } = line;
		const deadline = now() + (wait?.maxMs ?? 0);
		let open: Outcome<Answer> | null = null;
		for (let attempts = 0; ; ) {
			const result = await callAlipay(app.value, call, line);
			attempts += result.attempts;
			tally.retried += result.attempts - 1;
			const outcome = result.outcome.ok
				? aboutSame(result.outcome.value, identifiers)
				: result.outcome;
			if (isOpen(outcome)) open = outcome;
			// A gateway that fails for a moment does not undo what it said before.
			const passing = open && !outcome.ok && outcome.fault.retryable;
			if (!wait || !open || !(isOpen(outcome) || passing)) return { outcome, attempts };

			const left = deadline - now();
			if (left <= 0) {
				tally.stillOpen++;
				return { outcome: open, attempts };
			}
			await rest(async () => await sleep(Math.min(wait.intervalMs, left)));
			if (ended()) return { outcome: CANCELLED, attempts };
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
			tally.asked++;
			const answer = ask(question, rest);
			answers.set(key, answer);
			return await answer;
		},
	};
}

const isOpen = (outcome: Outcome<Answer>) =>
	outcome.ok && outcome.value.fields.get('status') === OPEN_STATUS;

/**
 * A signature proves that Alipay wrote the answer, not that it answers this question: a genuine
 * answer about another operation could be played back. So the numbers asked for must stand in it
 * (the API reference lists all four as always present).
 */
function aboutSame(answer: Answer, identifiers: Identifiers): Outcome<Answer> {
	const strange = decidingPair(identifiers).find(
		(name) => answer.fields.get(name) !== identifiers[name],
	);
	if (!strange) return success(answer);
	return localFault(
		'answer-for-another-operation',
		`The answer is signed by Alipay, but its ${LABELS[strange]} is not the one asked for`,
		'Do not use this answer. Check that nothing between n8n and Alipay stores answers (proxy, cache, custom gateway).',
		answer.trace_id,
	);
}

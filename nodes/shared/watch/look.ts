import type { IPollFunctions } from 'n8n-workflow';
import {
	CANCELLED,
	LOCAL_FAULTS,
	localFault,
	type Fault,
	type Outcome,
} from '../../../alipay/errors/fault';
import { appOf } from '../application';
import { internalFault, toError } from '../errors';
import type { QueryOptions } from '../form/options';
import { createQuestions, inOrder, type Found, type FoundAnswer } from '../questions';
import { connect } from '../transport';
import type { WatchedMethod } from './form';
import type { Watched } from './list';
import type { Sighting } from './state';

/**
 * n8n polls every minute at the most, and does not wait for the end of the last poll. A poll that
 * takes less than a minute has no other beside it; the durable scheduler of n8n 2 gives even less.
 */
const LONGEST_POLL_MS = 50_000;

/** Of that time no request begins in the last part: an answer may take its Timeout. */
const SHARE_TO_BEGIN = 0.7;

/** What fails has its next try in the next poll; one more at once gets over a broken connection. */
const MAX_TRIES = 2;

/** What a poll learned of one watched operation. */
export interface Seen extends Sighting {
	watched: Watched;
	outcome: Outcome<FoundAnswer>;
	attempts: number;
}

const OUT_OF_TIME = localFault(
	'gateway-timeout',
	'Alipay had not answered when the time of the poll was over',
	'The next poll asks again. If it stays, raise the Concurrency or lower the Timeout.',
);

const LIMITED = localFault(
	'gateway-call-limit',
	'Alipay had refused all requests because of its call limit when the time of the poll was over',
	'The next poll asks again. If it stays, poll less often or ask Alipay for a higher limit.',
);

const NO_STATUS = localFault(
	'answer-without-status',
	'The answer is signed by Alipay, but names no status',
	'Look the operation up in the Alipay console, and give the trace ID to Alipay support.',
);

/** Asks for the operations within the time of a poll. Those that had no turn by then are left out. */
export async function look(
	method: WatchedMethod,
	context: IPollFunctions,
	due: readonly Watched[],
	{ appAuthToken, concurrency, requestsPerSecond, timeoutMs }: QueryOptions,
): Promise<Seen[]> {
	if (due.length === 0) return [];
	const app = await appOf(context);
	if (!app.ok) throw toError(context.getNode(), app.fault);
	const budgetMs = Math.floor(Math.min(LONGEST_POLL_MS, budgetOf(context)));
	const transport = connect(context.helpers, {
		concurrency,
		requestsPerSecond,
		cancelled: AbortSignal.timeout(budgetMs),
		ends: AbortSignal.timeout(Math.floor(budgetMs * SHARE_TO_BEGIN)),
	});
	const questions = createQuestions(method, app, transport);

	async function lookAt(watched: Watched): Promise<Seen | undefined> {
		const { bizContent } = watched;
		if (!bizContent.ok) return seenAs(method, watched, { outcome: bizContent, attempts: 0 });
		const question = { bizContent: bizContent.value, appAuthToken, timeoutMs };
		const found = await questions.ask({ ...question, maxTries: MAX_TRIES, wait: null });
		if (found.outcome.ok || found.outcome.fault !== CANCELLED.fault) {
			return seenAs(method, watched, found);
		}
		const { attempts } = found;
		if (attempts === 0) return undefined;
		const outcome = transport.limitedForMs() > 0 ? LIMITED : OUT_OF_TIME;
		return seenAs(method, watched, { outcome, attempts });
	}

	const seen = await inOrder(due.length, transport, async (index) => {
		const watched = due[index] as Watched;
		return await lookAt(watched).catch((error: unknown) =>
			seenAs(method, watched, { outcome: internalFault(error), attempts: 0 }),
		);
	}).finally(transport.close);
	return seen.filter((one) => one !== undefined);
}

/** n8n 1 knows of no budget. */
const budgetOf = (context: Partial<Pick<IPollFunctions, 'getPollBudgetMs'>>): number =>
	context.getPollBudgetMs?.() ?? Infinity;

function seenAs(method: WatchedMethod, watched: Watched, { outcome, attempts }: Found): Seen {
	const { key } = watched;
	const status = outcome.ok ? outcome.value.fields.get(method.status.field) : undefined;
	if (outcome.ok && status) return { key, status, fault: null, watched, outcome, attempts };
	const failed = outcome.ok ? NO_STATUS : outcome;
	const fault = { code: reasonOf(failed.fault), retryable: failed.fault.retryable };
	return { key, status: null, fault, watched, outcome: failed, attempts };
}

/**
 * What tells one reason from another. A refusal without a signature is one reason, whatever it says: who
 * writes it could say something else in each poll.
 */
function reasonOf({ code, sub_code, signature_verified }: Fault): string {
	if (signature_verified) return sub_code ?? code;
	return Object.hasOwn(LOCAL_FAULTS, code) ? code : 'unsigned';
}

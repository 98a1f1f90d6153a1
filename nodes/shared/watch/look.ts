import type { IPollFunctions } from 'n8n-workflow';
import { CANCELLED, localFault, type Outcome } from '../../../alipay/errors/fault';
import { QUERY } from '../../Alipay/couponOperation/query.operation';
import { appOf } from '../application';
import { faultError } from '../errors';
import { createLookup, type FoundAnswer } from '../questions';
import type { QueryOptions } from '../form/options';
import { inOrder } from '../pool';
import { connect } from '../connection';
import type { Sighting } from './state';
import type { Watched } from './list';

/**
 * n8n polls every minute at the most, and does not wait for the end of the last poll. A poll that
 * takes less than a minute has no other beside it; the durable scheduler of n8n 2 gives even less.
 */
const LONGEST_POLL_MS = 50_000;

/** Of that time no request begins in the last part: an answer may take its Timeout. */
const SHARE_TO_BEGIN = 0.7;

/** What fails has its next try in the next poll; one more at once gets over a broken connection. */
const MAX_TRIES = 2;

/** What a poll learnt of one watched operation. */
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
	context: IPollFunctions,
	due: readonly Watched[],
	{ appAuthToken, concurrency, requestsPerSecond, timeoutMs }: QueryOptions,
): Promise<Seen[]> {
	if (due.length === 0) return [];
	const app = await appOf(context);
	if (!app.ok) throw faultError(context.getNode(), app.fault);
	// n8n 1 knows of no budget.
	const budgetMs = Math.floor(Math.min(LONGEST_POLL_MS, context.getPollBudgetMs?.() ?? Infinity));
	const timeIsUp = AbortSignal.timeout(budgetMs);
	const line = connect(context.helpers.httpRequest, timeIsUp, requestsPerSecond);
	const lookup = createLookup(QUERY, app, line);
	const begunAt = line.elapsedMs();
	const isLate = () => line.elapsedMs() - begunAt > budgetMs * SHARE_TO_BEGIN;
	const seen = await inOrder(
		due.length,
		concurrency,
		async (index, rest): Promise<Seen | undefined> => {
			const watched = due[index] as Watched;
			const { identifiers } = watched;
			if (!identifiers.ok) return sightingOf(watched, identifiers, 0);
			await line.breathe();
			const question = {
				asked: identifiers.value,
				...{ appAuthToken, timeoutMs, maxTries: MAX_TRIES, wait: null },
			};
			const { outcome, attempts } = await lookup.find(question, rest);
			if (outcome.ok || outcome.fault !== CANCELLED.fault) {
				return sightingOf(watched, outcome, attempts);
			}
			if (attempts === 0) return undefined;
			return sightingOf(watched, line.limitedForMs() > 0 ? LIMITED : OUT_OF_TIME, attempts);
		},
		isLate,
	).finally(line.close);
	return seen.filter((one) => one !== undefined);
}

function sightingOf(watched: Watched, outcome: Outcome<FoundAnswer>, attempts: number): Seen {
	const { key } = watched;
	const status = outcome.ok ? outcome.value.fields.get('status') : undefined;
	if (outcome.ok && status) return { key, status, fault: null, watched, outcome, attempts };
	const failed = outcome.ok ? NO_STATUS : outcome;
	const { code, sub_code, retryable } = failed.fault;
	const fault = { code: sub_code ?? code, retryable };
	return { key, status: null, fault, watched, outcome: failed, attempts };
}

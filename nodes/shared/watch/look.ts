import type { IPollFunctions } from 'n8n-workflow';
import { businessCode } from '../../../alipay/errors/explain';
import {
	CANCELED,
	LOCAL_FAULTS,
	localFault,
	type Fault,
	type Outcome,
} from '../../../alipay/errors/fault';
import { withoutStatus } from '../../../alipay/echo';
import { appOf } from '../application';
import { internalFault } from '../errors';
import type { QueryOptions } from '../form/options';
import { createQuestions, inOrder, type Found, type FoundAnswer } from '../questions';
import { connect } from '../transport';
import type { WatchedMethod } from './form';
import type { Watched } from './list';
import { orRefuse } from './refusal';
import type { Sighting } from './state';

/**
 * n8n polls at most every minute, and does not wait for the end of the last poll. A poll under a minute never
 * overlaps with another. The durable scheduler of n8n 2 allows even less time.
 */
const LONGEST_POLL_MS = 50_000;

/** No request starts after this share of the time, since a response may take its Timeout. */
const SHARE_TO_BEGIN = 0.7;

/** The next poll retries failed lookups. One immediate retry handles a broken connection. */
const MAX_TRIES = 2;

/** What a poll learned of one watched operation. */
export interface Seen extends Sighting {
	watched: Watched;
	outcome: Outcome<FoundAnswer>;
	attempts: number;
}

const OUT_OF_TIME = localFault(
	'gateway-timeout',
	'Alipay did not respond within the time limit of the poll',
	'The next poll tries again. If the error continues, raise the Concurrency or lower the Timeout.',
);

const LIMITED = localFault(
	'gateway-call-limit',
	'Because of its rate limit, Alipay refused all requests within the time limit of the poll',
	'The next poll tries again. If the error continues, poll less often or ask Alipay for a higher limit.',
);

/** Looks up the operations within the time of a poll. Operations without a turn are left out. */
export async function look(
	method: WatchedMethod,
	context: IPollFunctions,
	due: readonly Watched[],
	{ appAuthToken, concurrency, requestsPerSecond, timeoutMs }: QueryOptions,
): Promise<Seen[]> {
	if (due.length === 0) return [];
	const app = await appOf(context);
	orRefuse(app);
	const budgetMs = Math.floor(Math.min(LONGEST_POLL_MS, budgetOf(context)));
	const transport = connect(context.helpers, {
		concurrency,
		requestsPerSecond,
		canceled: AbortSignal.timeout(budgetMs),
		ends: AbortSignal.timeout(Math.floor(budgetMs * SHARE_TO_BEGIN)),
	});
	const questions = createQuestions(app, transport);

	async function lookAt(watched: Watched): Promise<Seen | undefined> {
		const { bizContent } = watched;
		if (!bizContent.ok) return seenAs(method, watched, { outcome: bizContent, attempts: 0 });
		const question = { method, bizContent: bizContent.value, appAuthToken, timeoutMs };
		const found = await questions.ask({ ...question, maxTries: MAX_TRIES, wait: null });
		if (found.outcome.ok || found.outcome.fault !== CANCELED.fault) {
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

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

type Budgeted = Partial<Pick<IPollFunctions, 'getPollBudgetMs'>>;

/** n8n 1 has no budget. */
const budgetOf = (context: Budgeted): number => context.getPollBudgetMs?.() ?? Infinity;

/** What n8n 2 returns for a poll without a limit. */
const NO_LIMIT_MS = 5 * 60_000;

/**
 * Whether n8n's durable scheduler polls. It creates a context for each poll, as if the workflow had just been
 * published. After a failed poll, it drops the poll's data and polls less often. Only its polls have a limit.
 */
export const isDurable = (context: Budgeted): boolean =>
	![Infinity, NO_LIMIT_MS].includes(budgetOf(context));

function seenAs(method: WatchedMethod, watched: Watched, { outcome, attempts }: Found): Seen {
	const { key } = watched;
	const { fields, trace_id } = outcome.ok ? outcome.value : { fields: NO_FIELDS, trace_id: null };
	const failed = outcome.ok ? withoutStatus(method, fields, trace_id) : outcome;
	if (!failed) {
		const status = fields.get(method.status.field) ?? '';
		return { key, status, fault: null, watched, outcome, attempts };
	}
	const fault = { code: reasonOf(method, failed.fault), retryable: failed.fault.retryable };
	return { key, status: null, fault, watched, outcome: failed, attempts };
}

/**
 * Identifies the reason of a failure, without prefixes such as `ACQ.`. All refusals without a signature are one
 * reason: their author could change the code in each poll.
 */
function reasonOf({ codes }: WatchedMethod, fault: Fault): string {
	const { code, sub_code, signature_verified } = fault;
	if (signature_verified) return businessCode(sub_code, codes) || code;
	return Object.hasOwn(LOCAL_FAULTS, code) ? code : 'unsigned';
}

import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { businessCode, NOT_FOUND_CODES } from '../../../alipay/catalogue';
import { isoBeijingTime } from '../../../alipay/clock';
import { CANCELLED, localFault, type Fault, type Outcome } from '../../../alipay/fault';
import { typedFields } from '../../Alipay/couponOperation/fields';
import { createLookup, type FoundAnswer } from '../../Alipay/couponOperation/lookup';
import { readOptions, type QueryOptions } from '../../Alipay/couponOperation/options';
import { appOf } from '../../Alipay/shared/application';
import { faultError, faultJson } from '../../Alipay/shared/faults';
import { inOrder } from '../../Alipay/shared/pool';
import { connect } from '../../Alipay/shared/transport';
import { inTurn, readState, review, takeBackLatest, type Sighting, type WatchState } from './state';
import { readWatchList, type Watched } from './watchList';

export { description } from './description';

/** Tells one n8n process from the next. Nothing depends on it but Repeat After Restart. */
const PROCESS = randomUUID();

/**
 * n8n polls every minute at the most, and does not wait for the end of the last poll. A poll that
 * takes less than a minute has no other beside it; the durable scheduler of n8n 2 gives even less.
 */
const LONGEST_POLL_MS = 50_000;

/** Of that time no request begins in the last part: an answer may take its Timeout. */
const SHARE_TO_BEGIN = 0.7;

/** A test run in the editor asks for so many operations. */
const SAMPLE = 10;

/** What fails has its next try in the next poll; one more at once gets over a broken connection. */
const MAX_TRIES = 2;

interface Settings {
	statuses: string[];
	simplify: boolean;
	options: QueryOptions;
	repeatAfterRestart: boolean;
	watched: Watched[];
}

/** What a poll learnt of one watched operation. */
interface Seen extends Sighting {
	watched: Watched;
	outcome: Outcome<FoundAnswer>;
	attempts: number;
}

/** Contexts that have polled; n8n makes one each time it starts the trigger. */
const POLLED = new WeakSet<IPollFunctions>();

/** How n8n starts a trigger when a person asks for it, as opposed to its own start. */
const BY_HAND: readonly string[] = ['activate', 'create', 'update', 'manual'];

/**
 * Output 0: the operations that reached a wanted status since the last poll; output 1: those that
 * cannot be asked for, with the reason. Null when there are none. Throws when nothing can be asked,
 * so that n8n tells the operator and, with its durable scheduler, backs off.
 */
export async function poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (this.getMode() === 'manual') return await sample(this, readSettings(this));

	const isFirst = !POLLED.has(this);
	POLLED.add(this);
	const changes = pollOnce(this);
	// n8n 2 gives a trigger up for good when its first polls after a start of n8n throw, so Alipay
	// must not be away just then. The next poll will tell.
	const isRestart = isFirst && !BY_HAND.includes(this.getActivationMode());
	return isRestart ? await changes.catch(() => null) : await changes;
}

async function pollOnce(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const settings = readSettings(context);
	const staticData = context.getWorkflowStaticData('node');
	const remembered = () => stateOf(context, staticData.couponOperationStatus, settings);
	const due = inTurn(remembered(), settings.watched);
	const seen = await look(context, due, settings);

	// From here on nothing waits: two polls that overlap must not put out the same change.
	const before = remembered();
	const { state, changed, faulty } = review(before, seen, {
		watched: settings.watched.map(({ key }) => key),
		wanted: settings.statuses,
		process: PROCESS,
		now: Date.now(),
	});
	const reached = new Set(seen.map(({ key }) => key));
	const next = due.find(({ key }) => !reached.has(key))?.key ?? null;
	// Those that were reached may be the only ones that do not answer: the next poll will show.
	const isFirstToRunOut = next !== null && before.next === null;
	const outage = isFirstToRunOut ? undefined : outageOf(seen, before);
	const after = outage ? { ...before, next } : { ...state, next };
	if (JSON.stringify(after) !== JSON.stringify(before)) staticData.couponOperationStatus = after;

	if (outage) throw faultError(context.getNode(), outage);
	if (changed.length + faulty.length === 0) return null;
	return [
		changed.map(({ sighting, before: previous }) => changedItem(sighting, previous, settings)),
		faulty.map(faultyItem),
	];
}

function readSettings(context: IPollFunctions): Settings {
	const watched = readWatchList(context);
	if (!watched.ok) throw faultError(context.getNode(), watched.fault);
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	return {
		statuses: [context.getNodeParameter('statuses') as string | string[]].flat(),
		simplify: context.getNodeParameter('simplify', true) as boolean,
		options: readOptions(options),
		repeatAfterRestart: options.repeatAfterRestart === true,
		watched: watched.value,
	};
}

function stateOf(context: IPollFunctions, stored: unknown, settings: Settings): WatchState {
	const state = readState(stored);
	if (state) return settings.repeatAfterRestart ? takeBackLatest(state, PROCESS) : state;
	const { fault } = localFault(
		'invalid-identifiers',
		'A newer version of this package has written what the trigger remembers',
		'Update the package, or put a new Alipay Trigger in place of this one: it begins anew.',
	);
	throw faultError(context.getNode(), fault);
}

/** A look at the first operations of the list. Nothing is remembered of it. */
async function sample(context: IPollFunctions, settings: Settings) {
	const seen = await look(context, settings.watched.slice(0, SAMPLE), settings);
	const answered = seen.filter(({ status }) => status !== null);
	const failed = seen.filter(({ fault }) => fault);
	const [first] = failed;
	if (answered.length === 0 && first && !first.outcome.ok) {
		throw faultError(context.getNode(), first.outcome.fault);
	}
	const wanted = answered.filter(({ status }) => settings.statuses.includes(status ?? ''));
	const shown = wanted.length > 0 ? wanted : answered;
	return [shown.map((one) => changedItem(one, null, settings)), failed.map(faultyItem)];
}

/** Asks for the operations, within the time of a poll; those without their turn are left out. */
async function look(
	context: IPollFunctions,
	due: readonly Watched[],
	{ options }: Settings,
): Promise<Seen[]> {
	if (due.length === 0) return [];
	const app = await appOf(context);
	if (!app.ok) throw faultError(context.getNode(), app.fault);
	// n8n 1 knows of no budget.
	const budgetMs = Math.min(LONGEST_POLL_MS, context.getPollBudgetMs?.() ?? Infinity);
	const line = connect(
		context.helpers.httpRequest,
		AbortSignal.timeout(budgetMs),
		options.requestsPerSecond,
	);
	const lookup = createLookup(app, line);
	const begunAt = line.elapsedMs();
	const isLate = () => line.elapsedMs() - begunAt > budgetMs * SHARE_TO_BEGIN;
	const { appAuthToken, timeoutMs } = options;
	const seen = await inOrder(
		due.length,
		options.concurrency,
		async (index, rest): Promise<Seen> => {
			const watched = due[index] as Watched;
			const { identifiers } = watched;
			if (!identifiers.ok) return sightingOf(watched, identifiers, 0);
			await line.breathe();
			const question = {
				identifiers: identifiers.value,
				...{ appAuthToken, timeoutMs, maxTries: MAX_TRIES, wait: null },
			};
			const { outcome, attempts } = await lookup.find(question, rest);
			const isBrokenOff = !outcome.ok && outcome.fault === CANCELLED.fault;
			if (!isBrokenOff) return sightingOf(watched, outcome, attempts);
			return sightingOf(watched, line.limitedForMs() > 0 ? LIMITED : OUT_OF_TIME, attempts);
		},
		isLate,
	).finally(line.close);
	return seen.filter((one) => one !== undefined);
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

function sightingOf(watched: Watched, outcome: Outcome<FoundAnswer>, attempts: number): Seen {
	const { key } = watched;
	if (outcome.ok) {
		const status = outcome.value.fields.get('status') ?? null;
		return { key, status, fault: null, watched, outcome, attempts };
	}
	const { sub_code, retryable } = outcome.fault;
	const code = sub_code ?? outcome.fault.code;
	return { key, status: null, fault: { code, retryable }, watched, outcome, attempts };
}

/**
 * Why nothing was answered, if that lies with the credential, the network or Alipay: not with the
 * numbers, and not with operations that failed while others were answered.
 */
function outageOf(seen: readonly Seen[], before: WatchState): Fault | undefined {
	if (seen.some(({ outcome }) => outcome.ok)) return undefined;
	return seen
		.filter(({ key }) => !Object.hasOwn(before.faults, key))
		.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.fault]))
		.find((fault) => !isOfNumbers(fault));
}

const isOfNumbers = ({ code, sub_code }: Fault) =>
	code === 'invalid-identifiers' || NOT_FOUND_CODES.includes(businessCode(sub_code));

function changedItem(
	{ outcome }: Seen,
	previous_status: string | null,
	{ simplify, options }: Settings,
): INodeExecutionData {
	const { amountFormat } = options;
	const fields = outcome.ok ? typedFields(outcome.value.fields, { simplify, amountFormat }) : {};
	return { json: { ...fields, previous_status, changed_at: isoBeijingTime(Date.now()) } };
}

function faultyItem({ watched, outcome, attempts }: Seen): INodeExecutionData {
	const fault = outcome.ok ? {} : faultJson(outcome.fault, attempts);
	return { json: { ...fault, ...(watched.numbers as IDataObject) } };
}

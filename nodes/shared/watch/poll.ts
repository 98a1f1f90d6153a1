import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { businessCode } from '../../../alipay/errors/explain';
import { localFault, type Fault } from '../../../alipay/errors/fault';
import { stageOf } from '../../../alipay/methods/method';
import { isoBeijingTime } from '../../../alipay/text/clock';
import { failedJson, internalFault, toError } from '../errors';
import { readOptions, SIMPLIFY, type QueryOptions } from '../form/options';
import { readAddition, readBoolean, readChoice, reading, readNumberWithin } from '../form/read';
import { typedFields } from '../item';
import {
	KEEP_WATCHING,
	readEvent,
	REPEAT_AFTER_RESTART,
	REPORT_OUTAGE,
	statusesField,
	type WatchedMethod,
} from './form';
import { readWatchList, type Watched } from './list';
import { isDurable, look, type Seen } from './look';
import { endOf, prolongedOutage, withNextReport } from './outage';
import { orRefuse, Refusal } from './refusal';
import { inTurn, readState, review, takeBackLatest, type WatchState } from './state';

/** Identifies this n8n process, for Repeat After Restart only. */
const PROCESS = randomUUID();

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** `CLOSED, FAIL, or REFUND` */
const EITHER = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** How many operations a test run in the editor looks up. */
const SAMPLE = 10;

/** One event of the trigger. */
interface Watch {
	/** The key of this event's state in n8n's static data. */
	event: string;
	method: WatchedMethod;
	context: IPollFunctions;
}

interface Settings {
	statuses: string[];
	simplify: boolean;
	options: QueryOptions;
	repeatAfterRestart: boolean;
	/** How long to watch a settled operation. */
	keepMs: number;
	/** How often to report a lasting outage. */
	outageEveryMs: number;
	watched: Watched[];
}

/** Contexts that have polled. n8n creates one each time it starts the trigger. */
const POLLED = new WeakSet<IPollFunctions>();

/** How n8n starts a trigger on a person's request, not at its own start. */
const BY_HAND: readonly string[] = ['activate', 'create', 'update', 'manual'];

/** Why n8n has just started the trigger; null at any later poll. */
type Start = 'published' | 'restarted' | null;

function startOf(context: IPollFunctions): Start {
	if (context.getMode() === 'manual' || isDurable(context) || POLLED.has(context)) return null;
	POLLED.add(context);
	return BY_HAND.includes(context.getActivationMode()) ? 'published' : 'restarted';
}

/**
 * Output 0: operations that reached a wanted status since the last poll; output 1: operations that cannot be
 * looked up, with the reason. Null without either. Throws if nothing can be looked up, so that n8n tells the
 * operator and its durable scheduler backs off.
 */
export async function pollStatuses(
	context: IPollFunctions,
): Promise<INodeExecutionData[][] | null> {
	const start = startOf(context);
	try {
		const chosen = orRefuse(reading(() => readEvent(context.getNodeParameter('event'))));
		const watch: Watch = { ...chosen, context };
		const isTest = context.getMode() === 'manual';
		return isTest ? await sample(watch, readSettings(watch)) : await pollOnce(watch, start);
	} catch (error) {
		// n8n 2 deactivates a trigger for good if its first polls after a start of n8n throw. The next poll reports it.
		if (start === 'restarted') return null;
		const { fault } = error instanceof Refusal ? error : internalFault(error);
		throw toError(context.getNode(), start === 'published' ? atPublishing(fault) : fault);
	}
}

/** n8n stops the old version before it starts the new one, and shows only the message. */
const atPublishing = (fault: Fault): Fault => ({
	...fault,
	message: `${fault.message}. Until you fix this and publish again, the trigger watches nothing, not even the earlier list`,
});

async function pollOnce(watch: Watch, start: Start): Promise<INodeExecutionData[][] | null> {
	const { event, method, context } = watch;
	const settings = readSettings(watch);
	const { watched, options, keepMs, outageEveryMs } = settings;
	const staticData = context.getWorkflowStaticData('node');
	const remembered = () => stateOf(staticData[event], settings);
	const stage = (status = '') => stageOf(method, status);
	const due = inTurn(remembered(), watched, { stageOf: stage, keepMs, now: Date.now() });
	const seen = await look(method, context, due, options);

	// No await from here on: two overlapping polls must not emit the same change.
	const before = remembered();
	const now = Date.now();
	const reached = new Set(seen.map(({ key }) => key));
	const next = due.find(({ key }) => !reached.has(key))?.key ?? null;
	const store = (state: WatchState) => {
		if (JSON.stringify(state) !== JSON.stringify(staticData[event] ?? before)) {
			staticData[event] = state;
		}
	};

	const fault = outageOf(method, seen, before);
	if (fault) {
		const poll = { now, everyMs: outageEveryMs, isSilent: start !== null };
		const { outage, isReport } = prolongedOutage(before.outage, poll);
		// During an outage, a fault says nothing about the operation itself.
		store({ ...before, next, outage: fault.retryable ? outage : null });
		if (!fault.retryable) throw new Refusal(fault);
		if (isReport) throw new Refusal(withNextReport(fault, outage, outageEveryMs));
		return null;
	}
	const { state, changed, failed } = review(before, seen, {
		watched: watched.map(({ key }) => key),
		wanted: settings.statuses,
		stageOf: stage,
		process: PROCESS,
		now,
		random: Math.random,
	});
	const isOver = seen.some(({ outcome }) => outcome.ok || isOfOperation(method, outcome.fault));
	store({ ...state, next, outage: isOver ? null : before.outage });
	const end = isOver ? endOf(before.outage, now) : null;
	if (end !== null) context.logger.info(`${context.getNode().name}: ${end}`);
	if (changed.length + failed.length === 0) return null;
	return [
		changed.map((change) => changedItem(method, change.sighting, change.before, now, settings)),
		failed.map(failedItem),
	];
}

function readSettings({ method, context }: Watch): Settings {
	const watched = orRefuse(readWatchList(method, context));
	const read = reading(() => {
		const options = context.getNodeParameter('options', {});
		const { repeatAfterRestart, keepWatchingDays, reportOutageMinutes } = (options ??
			{}) as IDataObject;
		return {
			statuses: readStatuses(method, context.getNodeParameter('statuses')),
			simplify: readBoolean(SIMPLIFY, context.getNodeParameter('simplify', true)),
			options: readOptions(options),
			repeatAfterRestart: readAddition(REPEAT_AFTER_RESTART, repeatAfterRestart),
			keepMs: readNumberWithin(KEEP_WATCHING, keepWatchingDays) * DAY_MS,
			outageEveryMs: readNumberWithin(REPORT_OUTAGE, reportOutageMinutes) * MINUTE_MS,
		};
	});
	return { ...orRefuse(read), watched };
}

/** Refuses a status that this method does not have: the workflow would never start. */
function readStatuses(method: WatchedMethod, value: unknown): string[] {
	const statuses: unknown[] = [value].flat();
	const field = statusesField(method);
	return (statuses.length > 0 ? statuses : ['']).map((one) => readChoice(field, one));
}

function stateOf(stored: unknown, { repeatAfterRestart }: Settings): WatchState {
	const state = readState(stored);
	if (state) return repeatAfterRestart ? takeBackLatest(state, PROCESS) : state;
	const { fault } = localFault(
		'invalid-settings',
		'The stored data of this trigger comes from a newer version of this package',
		'Update the package, or replace this node with a new Alipay Trigger, which starts without stored data.',
	);
	throw new Refusal(fault);
}

const notReached = (statuses: readonly string[]): string =>
	`This item appears only in the test. Its status is not ${EITHER.format(statuses)}, so it does not start the published workflow.`;

/** Looks up the first operations of the list, and does not store the result. */
async function sample({ method, context }: Watch, settings: Settings) {
	const seen = await look(method, context, settings.watched.slice(0, SAMPLE), settings.options);
	const responded = seen.filter(({ status }) => status !== null);
	const failed = seen.filter(({ fault }) => fault);
	const [first] = failed;
	if (responded.length === 0 && first && !first.outcome.ok) {
		throw new Refusal(first.outcome.fault);
	}
	const wanted = responded.filter(({ status }) => settings.statuses.includes(status ?? ''));
	const now = Date.now();
	const itemOf = (one: Seen) => changedItem(method, one, null, now, settings);
	// n8n shows no hints of a trigger, so the items themselves say it.
	const note = { sample: notReached(settings.statuses) };
	const shown =
		wanted.length > 0
			? wanted.map(itemOf)
			: responded.map(itemOf).map(({ json }) => ({ json: { ...note, ...json } }));
	return [shown, failed.map(failedItem)];
}

/**
 * The reason if all lookups failed because of the credential, the network or Alipay, not because of the
 * operations themselves. Operations that failed before do not count.
 */
function outageOf(
	method: WatchedMethod,
	seen: readonly Seen[],
	before: WatchState,
): Fault | undefined {
	if (seen.some(({ outcome }) => outcome.ok)) return undefined;
	return seen
		.filter(({ key }) => !Object.hasOwn(before.faults, key))
		.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.fault]))
		.find((fault) => !isOfOperation(method, fault));
}

const OF_OPERATION: readonly string[] = [
	'invalid-identifiers',
	'answer-for-another-operation',
	'answer-without-code',
	'answer-without-status',
];

/** Anyone can write a refusal without a signature, and it can be about anything. */
function isOfOperation({ codes }: WatchedMethod, fault: Fault): boolean {
	const { code, sub_code, signature_verified, retryable } = fault;
	const isRefusal = code === '40004' && signature_verified && !retryable;
	const refused = codes[businessCode(sub_code, codes)];
	return OF_OPERATION.includes(code) || (isRefusal && refused?.ofApplication !== true);
}

function changedItem(
	method: WatchedMethod,
	{ outcome }: Seen,
	previous_status: string | null,
	now: number,
	{ simplify, options }: Settings,
): INodeExecutionData {
	const { amountFormat } = options;
	const fields = outcome.ok
		? typedFields(method.fields, outcome.value.fields, { simplify, amountFormat })
		: {};
	const json = { ...fields, previous_status, changed_at: isoBeijingTime(now) };
	return { json: json as IDataObject };
}

function failedItem({ watched, outcome, attempts }: Seen): INodeExecutionData {
	const fault = outcome.ok ? {} : failedJson(outcome.fault, attempts);
	return { json: { ...fault, ...(watched.entered as IDataObject) } };
}

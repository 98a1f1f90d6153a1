import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { businessCode } from '../../../alipay/errors/explain';
import { localFault, success, type Fault, type Outcome } from '../../../alipay/errors/fault';
import { stageOf } from '../../../alipay/methods/method';
import { isoBeijingTime } from '../../../alipay/text/clock';
import { textOf } from '../../../alipay/text/textOf';
import { failedJson, toError } from '../errors';
import { readOptions, SIMPLIFY, type QueryOptions } from '../form/options';
import { readBoolean, reading } from '../form/read';
import { typedFields } from '../item';
import { readEvent, REPEAT_AFTER_RESTART, type WatchedMethod } from './form';
import { readWatchList, type Watched } from './list';
import { look, type Seen } from './look';
import { inTurn, readState, review, takeBackLatest, type WatchState } from './state';

/** Tells one n8n process from the next. Nothing depends on it but Repeat After Restart. */
const PROCESS = randomUUID();

/** `Closed, Initial or Success` */
const LIST = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** A test run in the editor asks for so many operations. */
const SAMPLE = 10;

/** One event of the trigger. */
interface Watch {
	/** What the state of this event is called in n8n's static data. */
	event: string;
	method: WatchedMethod;
	context: IPollFunctions;
}

interface Settings {
	statuses: string[];
	simplify: boolean;
	options: QueryOptions;
	repeatAfterRestart: boolean;
	watched: Watched[];
}

/** Contexts that have polled, each as long as n8n keeps it; n8n makes one each time it starts the trigger. */
const POLLED = new WeakSet<IPollFunctions>();

/** How n8n starts a trigger when a person asks for it, as opposed to its own start. */
const BY_HAND: readonly string[] = ['activate', 'create', 'update', 'manual'];

/**
 * Output 0: what reached a wanted status since the last poll; output 1: what cannot be looked up, with
 * the reason. Null when there are none. Throws when nothing can be looked up, so that n8n tells the
 * operator and, with its durable scheduler, backs off.
 */
export async function pollStatuses(
	context: IPollFunctions,
): Promise<INodeExecutionData[][] | null> {
	const chosen = orThrow(
		context,
		reading(() => readEvent(context.getNodeParameter('event'))),
	);
	const watch: Watch = { ...chosen, context };
	if (context.getMode() === 'manual') return await sample(watch, readSettings(watch));

	const isFirst = !POLLED.has(context);
	POLLED.add(context);
	const changes = pollOnce(watch);
	// n8n 2 gives a trigger up for good when its first polls after a start of n8n throw, so Alipay
	// must not be away just then. The next poll will tell.
	const isRestart = isFirst && !BY_HAND.includes(context.getActivationMode());
	return isRestart ? await changes.catch(() => null) : await changes;
}

async function pollOnce(watch: Watch): Promise<INodeExecutionData[][] | null> {
	const { event, method, context } = watch;
	const settings = readSettings(watch);
	const { watched, options } = settings;
	const staticData = context.getWorkflowStaticData('node');
	const remembered = () => stateOf(context, staticData[event], settings);
	const isFinal = (status = '') => stageOf(method, status) === 'final';
	const due = inTurn(remembered(), watched, isFinal);
	const seen = await look(method, context, due, options);

	// From here on nothing waits: two polls that overlap must not emit the same change.
	const before = remembered();
	const now = Date.now();
	const { state, changed, failed } = review(before, seen, {
		watched: watched.map(({ key }) => key),
		wanted: settings.statuses,
		isFinal,
		process: PROCESS,
		now,
	});
	const reached = new Set(seen.map(({ key }) => key));
	const next = due.find(({ key }) => !reached.has(key))?.key ?? null;
	const outage = outageOf(method, seen, before);
	// What an outage says of an operation is not of the operation.
	const after = outage ? { ...before, next } : { ...state, next };
	if (JSON.stringify(after) !== JSON.stringify(staticData[event] ?? before)) {
		staticData[event] = after;
	}

	if (outage) throw toError(context.getNode(), outage);
	if (changed.length + failed.length === 0) return null;
	return [
		changed.map((change) => changedItem(method, change.sighting, change.before, now, settings)),
		failed.map(failedItem),
	];
}

function orThrow<T>(context: IPollFunctions, outcome: Outcome<T>): T {
	if (!outcome.ok) throw toError(context.getNode(), outcome.fault);
	return outcome.value;
}

function readSettings({ method, context }: Watch): Settings {
	const watched = orThrow(context, readWatchList(method, context));
	const statuses = orThrow(context, readStatuses(method, context.getNodeParameter('statuses')));
	const read = reading(() => {
		const options = context.getNodeParameter('options', {});
		const { repeatAfterRestart } = (options ?? {}) as IDataObject;
		return {
			simplify: readBoolean(SIMPLIFY, context.getNodeParameter('simplify', true)),
			options: readOptions(options),
			repeatAfterRestart: readBoolean(REPEAT_AFTER_RESTART, repeatAfterRestart),
		};
	});
	return { ...orThrow(context, read), statuses, watched };
}

/** Alipay may introduce another status, so it is the spelling alone that is checked. */
const STATUS = /^[A-Z_]+$/;

function readStatuses({ status }: WatchedMethod, value: unknown): Outcome<string[]> {
	const statuses: unknown[] = [value].flat();
	const strange = statuses.filter((one) => typeof one !== 'string' || !STATUS.test(one));
	if (statuses.length > 0 && strange.length === 0) return success(statuses as string[]);
	const names = Object.values(status.values).map(({ name }) => name);
	const meant = textOf(strange[0]).trim().toUpperCase();
	const hint = Object.hasOwn(status.values, meant) ? `Write "${meant}" in capitals. ` : '';
	return localFault(
		'invalid-settings',
		'Statuses names no status of Alipay',
		`${hint}Choose ${LIST.format(names)}; an expression must yield an array such as ${JSON.stringify(status.alerts)}.`,
	);
}

function stateOf(
	context: IPollFunctions,
	stored: unknown,
	{ repeatAfterRestart }: Settings,
): WatchState {
	const state = readState(stored);
	if (state) return repeatAfterRestart ? takeBackLatest(state, PROCESS) : state;
	const { fault } = localFault(
		'invalid-settings',
		'A newer version of this package has written what the trigger remembers',
		'Update the package, or put a new Alipay Trigger in place of this one: it begins anew.',
	);
	throw toError(context.getNode(), fault);
}

/** A look at the first operations of the list. Nothing is remembered of it. */
async function sample({ method, context }: Watch, settings: Settings) {
	const seen = await look(method, context, settings.watched.slice(0, SAMPLE), settings.options);
	const answered = seen.filter(({ status }) => status !== null);
	const failed = seen.filter(({ fault }) => fault);
	const [first] = failed;
	if (answered.length === 0 && first && !first.outcome.ok) {
		throw toError(context.getNode(), first.outcome.fault);
	}
	const wanted = answered.filter(({ status }) => settings.statuses.includes(status ?? ''));
	const shown = wanted.length > 0 ? wanted : answered;
	const now = Date.now();
	return [
		shown.map((one) => changedItem(method, one, null, now, settings)),
		failed.map(failedItem),
	];
}

/**
 * Why nothing was answered, if that lies with the credential, the network or Alipay: not with the
 * operations themselves, and not with those that failed before, while others were answered.
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

/** Without a signature a refusal may be anybody's word, and about everything. */
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

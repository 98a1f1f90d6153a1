import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { isoBeijingTime } from '../../../alipay/text/clock';
import { businessCode } from '../../../alipay/errors/explain';
import { localFault, type Fault } from '../../../alipay/errors/fault';
import { FIELDS } from '../../Alipay/couponOperation/fields';
import { faultError, faultJson } from '../errors';
import { typedFields } from '../item';
import { readOptions, type QueryOptions } from '../form/options';
import { look, type Seen } from './look';
import { inTurn, readState, review, takeBackLatest, type WatchState } from './state';
import { readWatchList, type Watched } from './list';

export { description } from './form';

/** Tells one n8n process from the next. Nothing depends on it but Repeat After Restart. */
const PROCESS = randomUUID();

/** A test run in the editor asks for so many operations. */
const SAMPLE = 10;

interface Settings {
	statuses: string[];
	simplify: boolean;
	options: QueryOptions;
	repeatAfterRestart: boolean;
	watched: Watched[];
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
	const { watched, options } = settings;
	const staticData = context.getWorkflowStaticData('node');
	const remembered = () => stateOf(context, staticData.couponOperationStatus, settings);
	const due = inTurn(remembered(), watched);
	const seen = await look(context, due, options);

	// From here on nothing waits: two polls that overlap must not put out the same change.
	const before = remembered();
	const now = Date.now();
	const { state, changed, faulty } = review(before, seen, {
		watched: watched.map(({ key }) => key),
		wanted: settings.statuses,
		process: PROCESS,
		now,
	});
	const reached = new Set(seen.map(({ key }) => key));
	const next = due.find(({ key }) => !reached.has(key))?.key ?? null;
	const outage = outageOf(seen, before);
	// What an outage says of an operation is not of the operation.
	const after = outage ? { ...before, next } : { ...state, next };
	if (JSON.stringify(after) !== JSON.stringify(before)) staticData.couponOperationStatus = after;

	if (outage) throw faultError(context.getNode(), outage);
	if (changed.length + faulty.length === 0) return null;
	return [
		changed.map((change) => changedItem(change.sighting, change.before, now, settings)),
		faulty.map(faultyItem),
	];
}

function readSettings(context: IPollFunctions): Settings {
	const node = context.getNode();
	const watched = readWatchList(context);
	if (!watched.ok) throw faultError(node, watched.fault);
	const statuses = [context.getNodeParameter('statuses') as unknown].flat() as string[];
	if (statuses.length === 0 || !statuses.every((status) => /^[A-Z_]+$/.test(String(status)))) {
		const { fault } = localFault(
			'invalid-settings',
			'Statuses names no status of Alipay',
			'Choose Closed, Success or Initial; an expression must yield an array such as ["CLOSED"].',
		);
		throw faultError(node, fault);
	}
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	return {
		statuses,
		simplify: context.getNodeParameter('simplify', true) as boolean,
		options: readOptions(options),
		repeatAfterRestart: options.repeatAfterRestart === true,
		watched: watched.value,
	};
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
	throw faultError(context.getNode(), fault);
}

/** A look at the first operations of the list. Nothing is remembered of it. */
async function sample(context: IPollFunctions, settings: Settings) {
	const seen = await look(context, settings.watched.slice(0, SAMPLE), settings.options);
	const answered = seen.filter(({ status }) => status !== null);
	const failed = seen.filter(({ fault }) => fault);
	const [first] = failed;
	if (answered.length === 0 && first && !first.outcome.ok) {
		throw faultError(context.getNode(), first.outcome.fault);
	}
	const wanted = answered.filter(({ status }) => settings.statuses.includes(status ?? ''));
	const shown = wanted.length > 0 ? wanted : answered;
	const now = Date.now();
	return [shown.map((one) => changedItem(one, null, now, settings)), failed.map(faultyItem)];
}

/**
 * Why nothing was answered, if that lies with the credential, the network or Alipay: not with the
 * operations themselves, and not with those that failed before, while others were answered.
 */
function outageOf(seen: readonly Seen[], before: WatchState): Fault | undefined {
	if (seen.some(({ outcome }) => outcome.ok)) return undefined;
	return seen
		.filter(({ key }) => !Object.hasOwn(before.faults, key))
		.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.fault]))
		.find((fault) => !isOfOperation(fault));
}

const OF_OPERATION: readonly string[] = [
	'invalid-identifiers',
	'answer-for-another-operation',
	'answer-without-status',
];

/** Without a signature a refusal may be anybody's word, and about everything. */
function isOfOperation({ code, sub_code, signature_verified, retryable }: Fault): boolean {
	const isRefusal = code === '40004' && signature_verified && !retryable;
	return (
		OF_OPERATION.includes(code) || (isRefusal && businessCode(sub_code) !== 'ACCESS_FORBIDDEN')
	);
}

function changedItem(
	{ outcome }: Seen,
	previous_status: string | null,
	now: number,
	{ simplify, options }: Settings,
): INodeExecutionData {
	const { amountFormat } = options;
	const fields = outcome.ok
		? typedFields(FIELDS, outcome.value.fields, { simplify, amountFormat })
		: {};
	return { json: { ...fields, previous_status, changed_at: isoBeijingTime(now) } };
}

function faultyItem({ watched, outcome, attempts }: Seen): INodeExecutionData {
	const fault = outcome.ok ? {} : faultJson(outcome.fault, attempts);
	return { json: { ...fault, ...(watched.numbers as IDataObject) } };
}

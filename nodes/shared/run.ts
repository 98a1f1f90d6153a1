import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { businessCode } from '../../alipay/errors/explain';
import { CANCELLED, localFault, type Fault, type Outcome } from '../../alipay/errors/fault';
import { appOf } from './application';
import { faultError, faultItem } from './errors';
import { typedFields } from './item';
import { createLookup, type FoundAnswer, type Lookup, type Tally } from './questions';
import { createParameterReader, type ParameterReader } from './parameters';
import { inOrder, type Rest } from './pool';
import type { Query } from './query';
import { connect, type Line } from './connection';

/** What all items of a run share. */
interface Run {
	query: Query;
	items: readonly INodeExecutionData[];
	parameters: ParameterReader;
	line: Line;
	lookup: Lookup;
}

/** How one item ended: its output, or the fault in its place. */
type Ending = { json: IDataObject } | Failure;

interface Failure {
	fault: Fault;
	attempts: number;
}

/** Runs a query over all input items: one output item for each, in the same order. */
export async function runQuery(
	query: Query,
	context: IExecuteFunctions,
): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	if (items.length === 0) return [];
	const carryOn = context.continueOnFail();
	const parameters = createParameterReader(query, context);
	const { concurrency, requestsPerSecond } = parameters.ofRun();
	const cancelled = context.getExecutionCancelSignal();
	const line = connect(context.helpers.httpRequest, cancelled, requestsPerSecond);
	const lookup = createLookup(query, await appOf(context), line);
	const run: Run = { query, items, parameters, line, lookup };

	const results = await inOrder(
		items.length,
		concurrency,
		async (index, rest) => {
			const ending = await queryItem(index, run, rest);
			if ('fault' in ending && !carryOn) line.halt();
			return ending;
		},
		line.ended,
	).finally(line.close);
	const endings = results.map((ending) => ending ?? NOT_BEGUN);
	if (!carryOn) throwFirst(context, endings);
	const hints = hintsOf(query, lookup.tally, endings);
	context.addExecutionHints(
		...hints.map((message) => ({ message, location: 'outputPane' as const })),
	);

	const node = context.getNode();
	return endings.map((ending, index) =>
		'json' in ending
			? { json: ending.json, pairedItem: { item: index } }
			: faultItem(node, ending.fault, index, ending.attempts),
	);
}

/** An item that the end of the run left out. */
const NOT_BEGUN: Failure = { fault: CANCELLED.fault, attempts: 0 };

/** A fault ends the run, and items that were not through by then count as cancelled: not theirs is told. */
function throwFirst(context: IExecuteFunctions, endings: readonly Ending[]): void {
	const faults = endings.flatMap((ending, index) => {
		return 'fault' in ending ? [{ index, fault: ending.fault }] : [];
	});
	const first = faults.find(({ fault }) => fault !== CANCELLED.fault) ?? faults[0];
	if (first) throw faultError(context.getNode(), first.fault, first.index);
}

async function queryItem(index: number, run: Run, rest: Rest): Promise<Ending> {
	try {
		await run.line.breathe();
		const read = run.parameters.ofItem(index);
		if (!read.ok) return { fault: read.fault, attempts: 0 };
		const { asked, options, simplify } = read.value;
		const { appAuthToken, maxTries, timeoutMs, wait } = options;
		const question = { asked, appAuthToken, maxTries, timeoutMs, wait };
		const { outcome, attempts } = await run.lookup.find(question, rest);
		if (
			!outcome.ok &&
			!(options.notFound === 'item' && isProvenMissing(outcome.fault, run.query))
		) {
			return { fault: outcome.fault, attempts };
		}
		const fields = outcome.ok ? outcome.value.fields : new Map(Object.entries(asked));
		return {
			json: {
				...(options.includeInputFields ? columnsOf(run.items[index]) : {}),
				...typedFields(run.query.fields, fields, { simplify, amountFormat: options.amountFormat }),
				...(options.notFound === 'item' ? { found: outcome.ok } : {}),
				...(options.includeGatewayDetails ? { gateway: gatewayDetails(outcome, attempts) } : {}),
			} as IDataObject,
		};
	} catch (error) {
		// An exception would make n8n hand the input on as good items.
		const { fault } = localFault(
			'internal-error',
			`The node failed: ${String((error as Error | null)?.message ?? error)}`,
			'Ask again. If it stays, report it with this message.',
		);
		return { fault, attempts: 0 };
	}
}

/** The input's own fields; what the node wrote about an earlier answer is none of them. */
function columnsOf(item: INodeExecutionData | undefined): IDataObject {
	const columns = { ...item?.json };
	delete columns.found;
	delete columns.gateway;
	return columns;
}

/** Without a signature "there is none" may be anybody's word. */
function isProvenMissing({ sub_code, signature_verified }: Fault, { notFound }: Query): boolean {
	return signature_verified && notFound.includes(businessCode(sub_code));
}

function gatewayDetails(outcome: Outcome<FoundAnswer>, attempts: number): IDataObject {
	const { code, msg, trace_id, signature_verified } = outcome.ok ? outcome.value : outcome.fault;
	const alipay_cert_sn = outcome.ok ? outcome.value.alipay_cert_sn : null;
	return { code, msg, trace_id, signature_verified, alipay_cert_sn, attempts };
}

/** From so many items on the editor tells what the run did. */
const LONG_RUN_ITEMS = 100;

function hintsOf(
	{ noun, status }: Query,
	{ asked, reused, retried, stillOpen }: Tally,
	endings: readonly Ending[],
): string[] {
	const failed = endings.filter((ending) => 'fault' in ending).length;
	const figures = [
		`${asked} ${noun} asked for`,
		reused > 0 ? `${reused} items shared the answer of another` : '',
		retried > 0 ? `${retried} requests repeated` : '',
		`${failed || 'no'} items failed`,
	].filter(Boolean);
	return [
		endings.length >= LONG_RUN_ITEMS ? `${endings.length} items: ${figures.join(', ')}` : '',
		stillOpen > 0
			? `${stillOpen} of ${asked} ${noun} were still ${status.open} when the waiting time was over`
			: '',
	].filter(Boolean);
}

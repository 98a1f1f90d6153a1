import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CANCELED, type Fault, type Outcome } from '../../alipay/errors/fault';
import { doubtful } from '../../alipay/lost';
import { methodOf } from '../../alipay/methods';
import { openStatuses } from '../../alipay/methods/method';
import { contradictionNote, expiryNotes, howToGoOn, lookedUpBy, strangerOf } from './advice';
import { callAny } from './anyApi';
import { appOf } from './application';
import { columnsOf, ownColumnsOf } from './columns';
import { failedItem, internalFault, toError } from './errors';
import { ANY_API } from './form/anyApi';
import { operationField, resourceField } from './form/operations';
import { readChoice, reading } from './form/read';
import { lookUp } from './lookUp';
import type { Operation } from './operation';
import { createOptionsReader, type OptionsReader } from './parameters';
import {
	createQuestions,
	inOrder,
	type FoundAnswer,
	type Question,
	type Questions,
	type Tally,
} from './questions';
import { responsesSoFar } from './retry';
import { connect } from './transport';
import { fixed } from './width';

/** What all items of a run share. */
interface Run {
	operation: Operation;
	items: readonly INodeExecutionData[];
	options: OptionsReader;
	questions: Questions;
	/** Reports a failed item, which ends the run unless the node is set to continue. */
	fail: (fault: Fault, attempts: number, question?: Question) => Failure;
}

/** The result of one item: its output, or a fault. */
type Ending = Output | Failure;

interface Output extends Pick<INodeExecutionData, 'json' | 'binary'> {
	/** Of the node's outputs, from 0. */
	output?: number;
	/** The label of a number that does not belong to what Alipay found. */
	stranger?: string | undefined;
}

interface Failure {
	fault: Fault;
	attempts: number;
	/** The question, if the item got that far. */
	question?: Question | undefined;
}

/** Runs the selected operation for all input items, with one output item for each, in the same order. */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const chosen = reading(() => chosenOperation(context));
	if (chosen.ok) return await runItems(chosen.value, context);
	// With an exception, n8n would output the input as good items.
	if (!context.continueOnFail()) throw toError(context.getNode(), chosen.fault);
	const node = context.getNode();
	return [context.getInputData().map((_, index) => failedItem(node, chosen.fault, index, 0))];
}

type Create = (context: IExecuteFunctions, options: OptionsReader) => Operation;

/** Throws `Unreadable` for one that does not exist. */
function chosenOperation(context: IExecuteFunctions): Create {
	const resource = readChoice(resourceField(), context.getNodeParameter('resource', 0));
	const operations = operationField(resource);
	const operation = readChoice(operations, context.getNodeParameter('operation', 0));
	if (resource === ANY_API.resource.value) return callAny;
	return (...args) => lookUp(methodOf(resource, operation), ...args);
}

async function runItems(
	create: Create,
	context: IExecuteFunctions,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	if (items.length === 0) return [[]];
	const carryOn = context.continueOnFail();
	const options = createOptionsReader(context);
	const operation = create(context, options);
	const canceled = context.getExecutionCancelSignal();
	const app = await appOf(context);
	const responses = await responsesSoFar(context, items, app);
	const kept = responses.size;
	const { concurrency, requestsPerSecond } = options.ofRun();
	const transport = connect(context.helpers, {
		// If calls move money, few of them should be in progress when one fails.
		concurrency: operation.onlyReads ? concurrency : fixed(concurrency.from),
		requestsPerSecond,
		canceled,
	});
	const questions = createQuestions(app, transport, responses);
	const run: Run = {
		operation,
		items,
		options,
		questions,
		fail(fault, attempts, question) {
			if (!carryOn) transport.stop();
			return { fault, attempts, question };
		},
	};

	const results = await inOrder(
		items.length,
		transport,
		async (index) => await endingOf(index, run),
	).finally(transport.close);
	const endings = results.map((ending) => ending ?? NOT_BEGUN);
	if (!carryOn) throwFirst(context, endings, questions.tally);
	const figures = { ...questions.tally, kept };
	const notes = [
		...(app.ok ? expiryNotes(app.value, Date.now()) : []),
		...options.notes(),
		...hintsOf(operation.about, figures, endings),
	];
	context.addExecutionHints(
		...notes.map((message) => ({ message, location: 'outputPane' as const })),
	);
	return outputsOf(context, run, endings);
}

/** An item that did not start before the end of the run. */
const NOT_BEGUN: Failure = { fault: CANCELED.fault, attempts: 0 };

/** Throws the fault that ended the run. Items that were not finished count as canceled, and come last. */
function throwFirst(
	context: IExecuteFunctions,
	endings: readonly Ending[],
	{ carriedOut }: Tally,
): void {
	const faults = endings.flatMap((ending, index) => {
		return 'fault' in ending ? [{ ...ending, index }] : [];
	});
	const uncertain = faults.filter(({ fault }) => fault.isUncertain);
	const first = uncertain[0] ?? faults.find(({ fault }) => fault !== CANCELED.fault) ?? faults[0];
	if (!first) return;
	const { fault, index, question } = first;
	const others = lost(carriedOut, uncertain.slice(1));
	const solution = [
		fault.solution,
		question ? lookedUpBy(question) : '',
		...(others.length > 0 ? others : [howToGoOn(fault, endings.length)]),
	].filter(Boolean);
	throw toError(context.getNode(), { ...fault, solution: solution.join(' ') }, index);
}

/** Money may have moved for other items, and the exception replaces their output. */
function lost(carriedOut: number, uncertain: ReadonlyArray<{ index: number }>): string[] {
	if (carriedOut + uncertain.length === 0) return [];
	const others = uncertain.map(({ index }) => index).join(', ');
	return [
		carriedOut > 0
			? `Other calls carried out in this run: ${carriedOut}. Their output is lost.`
			: '',
		others ? `Other items that may have been carried out: ${others}.` : '',
		'Look them up before you run the workflow again. To keep their output, set On Error to Continue.',
	].filter(Boolean);
}

function outputsOf(
	context: IExecuteFunctions,
	{ items, options }: Run,
	endings: readonly Ending[],
): INodeExecutionData[][] {
	const node = context.getNode();
	const outputs: INodeExecutionData[][] = [[]];
	endings.forEach((ending, index) => {
		if ('fault' in ending) {
			const columns = options.keepsInput(index) ? columnsOf(items[index]) : {};
			outputs[0]?.push(failedItem(node, ending.fault, index, ending.attempts, columns));
			return;
		}
		const { output = 0, json, binary } = ending;
		const item = { json, ...(binary && { binary }), pairedItem: { item: index } };
		(outputs[output] ??= []).push(item);
	});
	return outputs;
}

async function endingOf(index: number, run: Run): Promise<Ending> {
	const read = run.operation.ofItem(index);
	if (!read.ok) return run.fail(read.fault, 0);
	const { question, options, fieldsOf } = read.value;
	try {
		const { outcome, attempts } = await run.questions.ask(question, index);
		const fields = fieldsOf(outcome);
		if (!fields.ok) return run.fail(fields.fault, attempts, question);
		return {
			stranger: outcome.ok ? strangerOf(question, outcome.value) : undefined,
			json: {
				...(options.includeInputFields ? ownColumnsOf(run.items[index], fields.value) : {}),
				...fields.value,
				...(options.includeGatewayDetails ? { gateway: gatewayDetails(outcome, attempts) } : {}),
			},
		};
	} catch (error) {
		// With an exception, n8n would output the input as good items.
		return run.fail(doubtful(question.method, internalFault(error).fault), 0);
	}
}

function gatewayDetails(outcome: Outcome<FoundAnswer>, attempts: number): IDataObject {
	const { code, msg, trace_id, signature_verified } = outcome.ok ? outcome.value : outcome.fault;
	const alipay_cert_sn = outcome.ok ? outcome.value.alipay_cert_sn : null;
	// Some methods return a success without a code.
	return { code: code || null, msg, trace_id, signature_verified, alipay_cert_sn, attempts };
}

/** From this number of items, a hint shows the figures of the run. */
const LONG_RUN_ITEMS = 100;

function hintsOf(
	{ noun, status }: Operation['about'],
	{ requested, reused, retried, stillOpen, kept }: Tally & { kept: number },
	endings: readonly Ending[],
): string[] {
	const [, many] = noun;
	const failed = endings.filter((ending) => 'fault' in ending).length;
	const figures = [
		`${requested} ${many} requested`,
		reused > 0 ? `${reused} items shared the response of another item` : '',
		retried > 0 ? `${retried} requests retried` : '',
		`${failed || 'no'} items failed`,
	].filter(Boolean);
	const open = openStatuses({ status }).join(' or ');
	const strangers = endings.flatMap((ending, index) =>
		'stranger' in ending && ending.stranger ? [{ index, label: ending.stranger }] : [],
	);
	return [
		contradictionNote(noun, strangers),
		kept > 0
			? `Retry On Fail ran this node again. Kept responses: ${kept}; ${many} requested again: ${requested}. The node retries by itself (Max Tries), so you can turn off Retry On Fail.`
			: '',
		endings.length >= LONG_RUN_ITEMS ? `${endings.length} items: ${figures.join(', ')}` : '',
		stillOpen > 0
			? `${stillOpen} of ${requested} ${many} were still ${open} when the waiting time was over`
			: '',
	].filter(Boolean);
}

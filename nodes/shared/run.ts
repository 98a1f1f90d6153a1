import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CANCELLED, type Fault, type Outcome } from '../../alipay/errors/fault';
import { methodOf } from '../../alipay/methods';
import { openStatuses, type Method } from '../../alipay/methods/method';
import { isProvenMissing } from '../../alipay/numbers/doubts';
import { appOf } from './application';
import { columnsOf } from './columns';
import { failedItem, internalFault, toError } from './errors';
import { operationField, resourceField } from './form/method';
import { readChoice, reading } from './form/read';
import { typedFields } from './item';
import { createParameterReader, type ParameterReader } from './parameters';
import {
	createQuestions,
	inOrder,
	type FoundAnswer,
	type Questions,
	type Tally,
} from './questions';
import { answersSoFar } from './retry';
import { connect } from './transport';

/** What all items of a run share. */
interface Run {
	method: Method;
	items: readonly INodeExecutionData[];
	parameters: ParameterReader;
	questions: Questions;
	/** An item failed, which ends the run unless the node is set to continue. */
	fail: (fault: Fault, attempts: number) => Failure;
}

/** How one item ended: its output, or the fault in its place. */
type Ending = Output | Failure;

interface Output extends Pick<INodeExecutionData, 'json' | 'binary'> {
	/** Of the node's outputs, from 0. */
	output?: number;
}

interface Failure {
	fault: Fault;
	attempts: number;
}

/** Runs the chosen operation over all input items. */
export async function runOperation(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const method = chosenMethod(context);
	if (method.ok) return await runMethod(method.value, context);
	// An exception would make n8n hand the input on as good items.
	if (!context.continueOnFail()) throw toError(context.getNode(), method.fault);
	const node = context.getNode();
	return [context.getInputData().map((_, index) => failedItem(node, method.fault, index, 0))];
}

const chosenMethod = (context: IExecuteFunctions): Outcome<Method> =>
	reading(() => {
		const resource = readChoice(resourceField(), context.getNodeParameter('resource', 0));
		const operations = operationField(resource);
		const operation = readChoice(operations, context.getNodeParameter('operation', 0));
		return methodOf(resource, operation);
	});

/** Runs a method over all input items: an output item for each, in the same order. */
async function runMethod(
	method: Method,
	context: IExecuteFunctions,
): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	if (items.length === 0) return [[]];
	const carryOn = context.continueOnFail();
	const parameters = createParameterReader(method, context);
	const cancelled = context.getExecutionCancelSignal();
	const transport = connect(context.helpers, { ...parameters.ofRun(), cancelled });
	const app = await appOf(context);
	const answers = await answersSoFar(method, context, items, app);
	const kept = answers.size;
	const questions = createQuestions(method, app, transport, answers);
	const run: Run = {
		method,
		items,
		parameters,
		questions,
		fail(fault, attempts) {
			if (!carryOn) transport.stop();
			return { fault, attempts };
		},
	};

	const results = await inOrder(
		items.length,
		transport,
		async (index) => await endingOf(index, run),
	).finally(transport.close);
	const endings = results.map((ending) => ending ?? NOT_BEGUN);
	if (!carryOn) throwFirst(context, endings);
	context.addExecutionHints(
		...[...parameters.notes(), ...hintsOf(method, { ...questions.tally, kept }, endings)].map(
			(message) => ({ message, location: 'outputPane' as const }),
		),
	);
	return outputsOf(context, run, endings);
}

/** An item that the end of the run left out. */
const NOT_BEGUN: Failure = { fault: CANCELLED.fault, attempts: 0 };

/** A fault ends the run, and items that were not through by then count as cancelled: not theirs is told. */
function throwFirst(context: IExecuteFunctions, endings: readonly Ending[]): void {
	const faults = endings.flatMap((ending, index) => {
		return 'fault' in ending ? [{ index, fault: ending.fault }] : [];
	});
	const first = faults.find(({ fault }) => fault !== CANCELLED.fault) ?? faults[0];
	if (first) throw toError(context.getNode(), first.fault, first.index);
}

function outputsOf(
	context: IExecuteFunctions,
	{ items, parameters }: Run,
	endings: readonly Ending[],
): INodeExecutionData[][] {
	const node = context.getNode();
	const outputs: INodeExecutionData[][] = [[]];
	endings.forEach((ending, index) => {
		if ('fault' in ending) {
			const columns = parameters.keepsInput(index) ? columnsOf(items[index]) : {};
			outputs[0]?.push(failedItem(node, ending.fault, index, ending.attempts, columns));
			return;
		}
		const { output = 0, ...item } = ending;
		(outputs[output] ??= []).push({ ...item, pairedItem: { item: index } });
	});
	return outputs;
}

async function endingOf(index: number, run: Run): Promise<Ending> {
	try {
		const read = run.parameters.ofItem(index);
		if (!read.ok) return run.fail(read.fault, 0);
		const { bizContent, options, simplify } = read.value;
		const { appAuthToken, maxTries, timeoutMs, wait } = options;
		const question = { bizContent, appAuthToken, maxTries, timeoutMs, wait };
		const { outcome, attempts } = await run.questions.ask(question, index);
		const isMissing = !outcome.ok && isProvenMissing(run.method, bizContent, outcome.fault);
		if (!outcome.ok && !(options.notFound === 'item' && isMissing)) {
			return run.fail(outcome.fault, attempts);
		}
		const fields = outcome.ok ? outcome.value.fields : new Map(Object.entries(bizContent));
		const { amountFormat } = options;
		return {
			json: {
				...(options.includeInputFields ? columnsOf(run.items[index]) : {}),
				...typedFields(run.method.fields, fields, { simplify, amountFormat }),
				...(options.notFound === 'item' ? { found: outcome.ok } : {}),
				...(options.includeGatewayDetails ? { gateway: gatewayDetails(outcome, attempts) } : {}),
			} as IDataObject,
		};
	} catch (error) {
		// An exception would make n8n hand the input on as good items.
		return run.fail(internalFault(error).fault, 0);
	}
}

function gatewayDetails(outcome: Outcome<FoundAnswer>, attempts: number): IDataObject {
	const { code, msg, trace_id, signature_verified } = outcome.ok ? outcome.value : outcome.fault;
	const alipay_cert_sn = outcome.ok ? outcome.value.alipay_cert_sn : null;
	return { code, msg, trace_id, signature_verified, alipay_cert_sn, attempts };
}

/** From so many items on the editor tells what the run did. */
const LONG_RUN_ITEMS = 100;

function hintsOf(
	method: Method,
	{ asked, reused, retried, stillOpen, kept }: Tally & { kept: number },
	endings: readonly Ending[],
): string[] {
	const [, many] = method.noun;
	const failed = endings.filter((ending) => 'fault' in ending).length;
	const figures = [
		`${asked} ${many} asked for`,
		reused > 0 ? `${reused} items shared the answer of another` : '',
		retried > 0 ? `${retried} requests repeated` : '',
		`${failed || 'no'} items failed`,
	].filter(Boolean);
	const open = openStatuses(method).join(' or ');
	return [
		kept > 0
			? `Retry On Fail ran this node again. Kept responses: ${kept}; ${many} requested again: ${asked}. The node retries by itself (Max Tries), so Retry On Fail can stay off.`
			: '',
		endings.length >= LONG_RUN_ITEMS ? `${endings.length} items: ${figures.join(', ')}` : '',
		stillOpen > 0
			? `${stillOpen} of ${asked} ${many} were still ${open} when the waiting time was over`
			: '',
	].filter(Boolean);
}

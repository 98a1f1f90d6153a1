import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { readApp, type App } from '../../../alipay/app';
import { businessCode, NOT_FOUND_CODES } from '../../../alipay/catalogue';
import { callAlipay, type Result } from '../../../alipay/client';
import type { Connection } from '../../../alipay/connection';
import { localFault, success, type Fault, type Outcome } from '../../../alipay/fault';
import type { Answer } from '../../../alipay/response';
import { faultError, faultJson } from '../shared/faults';
import { inOrder } from '../shared/pool';
import { connect } from '../shared/transport';
import { OPEN_STATUS, typedFields } from './fields';
import {
	decidingPair,
	LABELS,
	pairIdentifiers,
	type Identifiers,
	type IdentifyBy,
} from './identifiers';
import { readOptions, type QueryOptions } from './options';
import { PARAMETERS } from './query.description';

export { description } from './query.description';

const METHOD = 'alipay.fund.coupon.operation.query';

/** What all items of a run share. */
interface Run {
	app: Outcome<App>;
	connection: Connection;
	/** How many items were still INIT when their waiting time was over. */
	stillOpen: number;
}

/** How one item ended: its output, or the fault in its place. */
type Ending = { json: IDataObject } | { fault: Fault; attempts: number };

/** One output item per input item, in the order of the input. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = this.getInputData();
	if (items.length === 0) return [];
	const { concurrency, requestsPerSecond } = paceOf(this);
	const run: Run = {
		app: await appOf(this),
		connection: connect(this, requestsPerSecond),
		stillOpen: 0,
	};

	const carryOn = this.continueOnFail();
	const endings = await inOrder(
		items.length,
		concurrency,
		async (index) => await queryItem(this, items[index]?.json ?? {}, index, run),
		(ending) => 'fault' in ending && !carryOn,
	);
	if (run.stillOpen > 0) {
		this.addExecutionHints({
			message: `${run.stillOpen} of ${items.length} operations were still ${OPEN_STATUS} when the waiting time was over`,
			location: 'outputPane',
		});
	}

	return endings.map((ending, index) => {
		const pairedItem = { item: index };
		if ('json' in ending) return { json: ending.json, pairedItem };
		if (!carryOn) throw faultError(this.getNode(), ending.fault, index);
		return { json: faultJson(ending.fault, index, ending.attempts), pairedItem };
	});
}

/** The application of the credential. Were this to throw, n8n would hand the input on as good items. */
async function appOf(context: IExecuteFunctions): Promise<Outcome<App>> {
	try {
		return readApp(await context.getCredentials('alipayApi'), Date.now());
	} catch (error) {
		return localFault(
			'invalid-credential',
			`The credential of the node cannot be read: ${(error as Error).message}`,
			'Choose an "Alipay API" credential in the node.',
		);
	}
}

/** The pace belongs to the run, so the first item's setting holds for all; unreadable, the usual one. */
function paceOf(context: IExecuteFunctions): QueryOptions {
	try {
		return optionsOf(context, 0);
	} catch {
		return readOptions({});
	}
}

async function queryItem(
	context: IExecuteFunctions,
	input: IDataObject,
	index: number,
	run: Run,
): Promise<Ending> {
	if (!run.app.ok) return { fault: run.app.fault, attempts: 0 };
	const question = readParameters(context, index);
	if (!question.ok) return { fault: question.fault, attempts: 0 };

	const { identifiers, options, simplify } = question.value;
	const { outcome, attempts } = await ask(run.app.value, run, identifiers, options);
	if (!outcome.ok && !(options.notFound === 'item' && isProvenMissing(outcome.fault))) {
		return { fault: outcome.fault, attempts };
	}

	const fields = outcome.ok ? outcome.value.fields : new Map(Object.entries(identifiers));
	return {
		json: {
			...(options.includeInputFields ? input : {}),
			...typedFields(fields, { simplify, amountFormat: options.amountFormat }),
			...(options.notFound === 'item' ? { found: outcome.ok } : {}),
			...(options.includeGatewayDetails ? { gateway: gatewayDetails(outcome, attempts) } : {}),
		} as IDataObject,
	};
}

/** Asks once, or again and again while the operation is INIT and the item may wait. */
async function ask(
	app: App,
	run: Run,
	identifiers: Identifiers,
	{ appAuthToken, maxTries, timeoutMs, wait }: QueryOptions,
): Promise<Result> {
	const { now, sleep } = run.connection;
	const deadline = now() + (wait?.maxMs ?? 0);
	const call = { method: METHOD, bizContent: identifiers, appAuthToken, maxTries, timeoutMs };
	for (let attempts = 0; ; ) {
		const result = await callAlipay(app, call, run.connection);
		attempts += result.attempts;
		const outcome = result.outcome.ok
			? aboutSame(result.outcome.value, identifiers)
			: result.outcome;
		const open = outcome.ok && outcome.value.fields.get('status') === OPEN_STATUS;
		if (!open || !wait) return { outcome, attempts };
		const left = deadline - now();
		if (left <= 0) {
			run.stillOpen++;
			return { outcome, attempts };
		}
		await sleep(Math.min(wait.intervalMs, left));
	}
}

/**
 * A signature proves that Alipay wrote the answer, not that it answers this question: a genuine
 * answer about another operation could be played back. So the numbers asked for must stand in it
 * (the API reference lists all four as always present).
 */
function aboutSame(answer: Answer, identifiers: Identifiers): Outcome<Answer> {
	const strange = decidingPair(identifiers).find(
		(name) => answer.fields.get(name) !== identifiers[name],
	);
	if (!strange) return success(answer);
	return localFault(
		'answer-for-another-operation',
		`The answer is signed by Alipay, but its ${LABELS[strange]} is not the one asked for`,
		'Do not use this answer. Check that nothing between n8n and Alipay stores answers (proxy, cache, custom gateway).',
		answer.trace_id,
	);
}

/** Without a signature "there is no such operation" may be anybody's word. */
function isProvenMissing({ sub_code, signature_verified }: Fault): boolean {
	return signature_verified && NOT_FOUND_CODES.includes(businessCode(sub_code));
}

function gatewayDetails(outcome: Outcome<Answer>, attempts: number): IDataObject {
	const { code, msg, trace_id, signature_verified } = outcome.ok ? outcome.value : outcome.fault;
	const alipay_cert_sn = outcome.ok ? outcome.value.alipay_cert_sn : null;
	return { code, msg, trace_id, signature_verified, alipay_cert_sn, attempts };
}

interface Question {
	identifiers: Identifiers;
	options: QueryOptions;
	simplify: boolean;
}

/** The parameters of one item. An expression that cannot be resolved is a fault of this item alone. */
function readParameters(context: IExecuteFunctions, index: number): Outcome<Question> {
	try {
		const by = context.getNodeParameter('identifyBy', index) as IdentifyBy;
		const identifiers = pairIdentifiers(by, {
			auth_no: context.getNodeParameter(PARAMETERS.auth_no, index, ''),
			operation_id: context.getNodeParameter(PARAMETERS.operation_id, index, ''),
			out_order_no: context.getNodeParameter(PARAMETERS.out_order_no, index, ''),
			out_request_no: context.getNodeParameter(PARAMETERS.out_request_no, index, ''),
		});
		if (!identifiers.ok) return identifiers;
		return success({
			identifiers: identifiers.value,
			options: optionsOf(context, index),
			simplify: context.getNodeParameter('simplify', index, true) as boolean,
		});
	} catch (error) {
		return localFault(
			'invalid-identifiers',
			`A parameter of the item cannot be read: ${(error as Error).message}`,
			'Correct the expression in the parameters of the node.',
		);
	}
}

const optionsOf = (context: IExecuteFunctions, index: number): QueryOptions =>
	readOptions(context.getNodeParameter('options', index, {}) as Record<string, unknown>);

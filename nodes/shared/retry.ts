/**
 * Keeps responses between the runs of n8n's Retry On Fail. It runs the whole node again if the first output
 * item has an `error`, or after an exception. Without this, one bad row would make the node request every good
 * row up to five times.
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { App } from '../../alipay/application/app';
import { CANCELED, type Outcome } from '../../alipay/errors/fault';
import type { Answers, Found, Kept } from './questions';

/** One run of a node over its input. */
interface Try {
	node: string;
	app: App | null;
	responses: Answers;
}

/**
 * By the first item of the input. Before each execution of a node, n8n copies its items and passes the same
 * copies to each attempt. Another node, loop turn or execution has other copies (workflow-execute.js of
 * n8n-core 1.123 and 2.41). An entry lives as long as n8n keeps the item.
 */
const TRIES = new WeakMap<INodeExecutionData, Try>();

/** The responses of the previous attempt that are still valid. This run adds its own. */
export async function responsesSoFar(
	context: Pick<IExecuteFunctions, 'getNode'>,
	[first]: readonly INodeExecutionData[],
	app: Outcome<App>,
): Promise<Answers> {
	const { id, retryOnFail } = context.getNode();
	if (retryOnFail !== true || !first) return new Map();
	const current: Try = { node: id, app: app.ok ? app.value : null, responses: new Map() };
	const before = TRIES.get(first);
	if (before?.node === id) current.responses = await standing(before, current);
	TRIES.set(first, current);
	return current.responses;
}

/** Without the failures that a retry may fix. */
async function standing({ responses, app }: Try, current: Try): Promise<Answers> {
	const kept: Answers = new Map();
	for (const [name, response] of responses) {
		// Another credential may get other responses, but it must not repeat a payment either.
		const isSame = app === current.app || response.effect === 'write';
		if (isSame && (await stands(response))) kept.set(name, response);
	}
	return kept;
}

/** After an exception, a payment may still have been carried out. */
const stands = async ({ found, effect }: Kept) =>
	await found.then(isLasting, () => effect === 'write');

/** A `write` that may have been carried out is never retryable, so it is not sent again. An unsent one may be sent. */
const isLasting = ({ outcome, attempts }: Found) =>
	outcome.ok || (attempts > 0 && !outcome.fault.retryable && outcome.fault !== CANCELED.fault);

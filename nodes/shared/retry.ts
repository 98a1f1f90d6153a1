/**
 * What a run takes over from the one before it under n8n's Retry On Fail, which runs the whole node again
 * while the first output item has an `error`, or after an exception: one bad row must not make every good
 * one be requested up to five times.
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { App } from '../../alipay/application/app';
import { CANCELLED, type Outcome } from '../../alipay/errors/fault';
import type { Method } from '../../alipay/methods/method';
import type { Answers, Found } from './questions';

/** One run of a node over its input. */
interface Try {
	node: string;
	method: string;
	app: App | null;
	answers: Answers;
}

/**
 * By the first item of the input. Before each execution of a node n8n copies the items that it gets, and
 * hands the same copies to each try of it: another node, turn of a loop or execution has others
 * (workflow-execute.js of n8n-core 1.123 and 2.41). Nothing is kept longer than n8n keeps the item.
 */
const TRIES = new WeakMap<INodeExecutionData, Try>();

/** The answers of the try before that stand; those of this run are added to them. */
export async function answersSoFar(
	{ name, effect }: Method,
	context: Pick<IExecuteFunctions, 'getNode'>,
	[first]: readonly INodeExecutionData[],
	app: Outcome<App>,
): Promise<Answers> {
	const { id, retryOnFail } = context.getNode();
	if (retryOnFail !== true || !first) return new Map();
	const current: Try = {
		node: id,
		method: name,
		app: app.ok ? app.value : null,
		answers: new Map(),
	};
	const before = TRIES.get(first);
	// Another credential may have other answers. It must not repeat a payment all the same.
	const isSame =
		before?.node === id &&
		before.method === name &&
		(before.app === current.app || effect === 'write');
	if (isSame) current.answers = await standing(before.answers, effect);
	TRIES.set(first, current);
	return current.answers;
}

/** Without those that another try may mend. */
async function standing(answers: Answers, effect: Method['effect']): Promise<Answers> {
	const kept: Answers = new Map();
	for (const [name, answer] of answers) {
		// An exception says nothing about a payment that was under way.
		const stands = await answer.then(isLasting, () => effect === 'write');
		if (stands) kept.set(name, answer);
	}
	return kept;
}

/** A `write` that may have been carried out is never retryable, so it is not sent again. What was not sent may be. */
const isLasting = ({ outcome, attempts }: Found) =>
	outcome.ok || (attempts > 0 && !outcome.fault.retryable && outcome.fault !== CANCELLED.fault);

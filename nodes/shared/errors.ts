import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';
import { LOCAL_FAULTS, localFault, type Fault } from '../../alipay/errors/fault';
import { LONGEST_TEXT, shortened } from '../../alipay/text/shortened';

/** Faults found before anything was sent: the operator's input, not Alipay's answer. */
const INPUT_FAULTS: readonly string[] = [
	'invalid-credential',
	'invalid-identifiers',
	'invalid-settings',
] satisfies Array<keyof typeof LOCAL_FAULTS>;

/** What nobody foresaw, as a fault of the one item that it happened to. */
export const internalFault = (error: unknown) =>
	localFault(
		'internal-error',
		`The node failed: ${error instanceof Error ? error.message : String(error)}`,
		'Ask again. If it stays, report it with this message.',
	);

/** A trigger has no items. An exception that nobody foresaw may say anything, at any length. */
function messageOf(fault: Fault, itemIndex: number | undefined): string {
	const message = shortened(fault.message, LONGEST_TEXT);
	return itemIndex === undefined ? message : `${message} [item ${itemIndex}]`;
}

/** How to fix it, followed by Alipay's own words and the number its support asks for. */
function descriptionOf({ solution, sub_msg, trace_id }: Fault): string {
	const parts = [solution];
	if (sub_msg) parts.push(`Alipay says: “${sub_msg}”.`);
	if (trace_id) parts.push(`Trace ID: ${trace_id}`);
	return parts.join(' ');
}

/** The exception that stops the node on this item, with n8n's `failure` cause so that its scheduler can back off. */
export function toError(
	node: INode,
	fault: Fault,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const message = messageOf(fault, itemIndex);
	const description = descriptionOf(fault);
	if (INPUT_FAULTS.includes(fault.code)) {
		return new NodeOperationError(node, message, {
			itemIndex,
			description,
			failure: { cause: fault.cause },
		});
	}
	// n8n shows this as the code that the service answered with, so a name of our own is none.
	const httpCode = Object.hasOwn(LOCAL_FAULTS, fault.code) ? undefined : fault.code;
	return new NodeApiError(node, { message } as JsonObject, {
		message,
		description,
		httpCode,
		itemIndex,
		failure: { cause: fault.cause },
	});
}

/** A fault as data: what happened, and what a workflow can decide by. */
export function failedJson(fault: Fault, attempts: number, itemIndex?: number) {
	const { code, sub_code, sub_msg, trace_id, retryable, solution } = fault;
	return {
		error: messageOf(fault, itemIndex),
		details: { code, sub_code, sub_msg, trace_id, retryable, attempts, solution },
	};
}

/**
 * The item that stands for a failed one when the node is set to continue: `error` and `details` behind the
 * columns of its input that it keeps. For the error output it is those two alone: n8n 2 sends an item with
 * a third key to the good ones, and puts all columns of the input in front of the two itself.
 */
export function failedItem(
	node: INode,
	fault: Fault,
	itemIndex: number,
	attempts: number,
	columns: IDataObject = {},
): INodeExecutionData {
	const hasErrorOutput = node.onError === 'continueErrorOutput';
	const failure = failedJson(fault, attempts, itemIndex);
	const json = hasErrorOutput ? failure : { ...columns, ...failure };
	const item: INodeExecutionData = { json, pairedItem: { item: itemIndex } };
	if (hasErrorOutput) {
		// n8n 1 knows nothing of `details` and takes the item for a good one unless it has an `error`.
		// Not enumerable: the copy that n8n makes for the error output drops it. Had it stayed, n8n
		// would replace `json` by the message alone.
		const value = toError(node, fault, itemIndex);
		Object.defineProperty(item, 'error', { value, enumerable: false });
	}
	return item;
}

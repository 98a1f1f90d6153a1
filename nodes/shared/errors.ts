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

/** Faults in the operator's input, found before a request was sent. */
const INPUT_FAULTS: readonly string[] = [
	'invalid-credential',
	'invalid-identifiers',
	'invalid-settings',
] satisfies Array<keyof typeof LOCAL_FAULTS>;

/** An unexpected exception, as a fault of the one item that it happened to. */
export const internalFault = (error: unknown) =>
	localFault(
		'internal-error',
		`The node failed: ${error instanceof Error ? error.message : String(error)}`,
		'Try again. If the error continues, report it with this message.',
	);

/** A trigger has no items. The message of an unexpected exception may be long. */
function messageOf(fault: Fault, itemIndex?: number): string {
	const message = shortened(fault.message, LONGEST_TEXT);
	return itemIndex === undefined ? message : `${message} [item ${itemIndex}]`;
}

/** How to fix it, then Alipay's own message and the trace ID for its support. */
function descriptionOf({ solution, sub_msg, trace_id }: Fault): string {
	const parts = [solution];
	if (sub_msg) parts.push(`Alipay says: “${sub_msg}”.`);
	if (trace_id) parts.push(`Trace ID: ${trace_id}`);
	return parts.join(' ');
}

/** The exception that stops the node on this item. With its `failure` cause, n8n's scheduler can back off. */
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
	// n8n shows this as the code that the service returned, so the package's own codes are left out.
	const httpCode = Object.hasOwn(LOCAL_FAULTS, fault.code) ? undefined : fault.code;
	return new NodeApiError(node, { message } as JsonObject, {
		message,
		description,
		httpCode,
		itemIndex,
		failure: { cause: fault.cause },
	});
}

/**
 * A fault as data, so that a workflow can decide by it. The message does not contain the index of the item:
 * people write it into spreadsheets, where rows have other numbers.
 */
export function failedJson(fault: Fault, attempts: number) {
	const { code, sub_code, sub_msg, trace_id, retryable, solution } = fault;
	const details = { code, sub_code, sub_msg, trace_id, retryable, attempts, solution };
	return { error: messageOf(fault), details: withoutNulls(details) };
}

const withoutNulls = (details: Record<string, string | number | boolean | null>): IDataObject =>
	Object.fromEntries(Object.entries(details).filter(([, value]) => value !== null));

/**
 * The output item for a failed item when the node is set to continue: the kept input columns, then `error`
 * and `details`. For the error output, it has only these two: n8n 2 treats an item with a third key as a
 * good item, and adds all input columns itself.
 */
export function failedItem(
	node: INode,
	fault: Fault,
	itemIndex: number,
	attempts: number,
	columns: IDataObject = {},
): INodeExecutionData {
	const hasErrorOutput = node.onError === 'continueErrorOutput';
	const failure = failedJson(fault, attempts);
	const json = hasErrorOutput ? failure : { ...columns, ...failure };
	const item: INodeExecutionData = { json, pairedItem: { item: itemIndex } };
	if (hasErrorOutput) {
		// n8n 1 does not know `details`. It treats the item as good unless the item has an `error`.
		// Not enumerable, so that n8n's copy for the error output drops it. If it stayed, n8n would
		// replace `json` with only the message.
		const value = toError(node, fault, itemIndex);
		Object.defineProperty(item, 'error', { value, enumerable: false });
	}
	return item;
}

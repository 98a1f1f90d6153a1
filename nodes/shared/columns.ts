import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/**
 * Results of an earlier run. Also, n8n treats a first item with an `error` as failed, and runs the whole node
 * again (Retry On Fail). Items with `$error` and `$json` never get here: n8n turns them into failed items after
 * their node.
 */
const LEFT_OUT: readonly string[] = ['found', 'gateway', 'error'];

/** The input's own fields, for Include Input Fields. */
export function columnsOf(item: INodeExecutionData | undefined): IDataObject {
	const columns = Object.entries(item?.json ?? {}).filter(
		([name, value]) => !LEFT_OUT.includes(name) && !(name === 'details' && isOfFailure(value)),
	);
	return Object.fromEntries(columns);
}

/** The same without the fields that Alipay returns, so that those stay together, the status before the numbers. */
export const ownColumnsOf = (
	item: INodeExecutionData | undefined,
	fields: IDataObject,
): IDataObject =>
	Object.fromEntries(
		Object.entries(columnsOf(item)).filter(([name]) => !Object.hasOwn(fields, name)),
	);

/** Whether `details` are those of a failed item. Any other column with this name is the operator's. */
const isOfFailure = (details: unknown): boolean =>
	typeof details === 'object' &&
	details !== null &&
	['code', 'retryable', 'solution'].every((name) => Object.hasOwn(details, name));

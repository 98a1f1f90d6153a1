import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

/**
 * What an earlier run wrote about its answer says nothing about this one. Besides, n8n takes a first item
 * with an `error` for one that failed, and runs the whole node again (Retry On Fail). An item with `$error`
 * and `$json` does not get here: n8n makes a failed item of it behind the node that it comes from.
 */
const LEFT_OUT: readonly string[] = ['found', 'gateway', 'error'];

/** The input's own fields, for Include Input Fields. */
export function columnsOf(item: INodeExecutionData | undefined): IDataObject {
	const columns = Object.entries(item?.json ?? {}).filter(
		([name, value]) => !LEFT_OUT.includes(name) && !(name === 'details' && isOfFailure(value)),
	);
	return Object.fromEntries(columns);
}

/** Whether `details` are those of a failed item; a column of that name is the operator's. */
const isOfFailure = (details: unknown): boolean =>
	typeof details === 'object' &&
	details !== null &&
	['code', 'retryable', 'solution'].every((name) => Object.hasOwn(details, name));

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Query } from '../../shared/query';
import { perItem } from '../../shared/parameters';
import { runQuery } from '../../shared/run';
import { FIELDS, OPEN_STATUS } from './fields';
import {
	decidingPair,
	IDENTIFIERS,
	LABELS,
	pairIdentifiers,
	type IdentifyBy,
	type RawIdentifiers,
} from './identifiers';
import { PARAMETERS } from './query.description';

export { description } from './query.description';

/** alipay.fund.coupon.operation.query (API reference). */
export const QUERY: Query = {
	method: 'alipay.fund.coupon.operation.query',
	noun: 'operations',
	fields: FIELDS,
	status: { field: 'status', open: OPEN_STATUS },
	notFound: ['AUTH_ORDER_NOT_EXIST', 'AUTH_OPERATION_NOT_EXIST'],
	labels: LABELS,
	// The reference lists all four numbers as always present.
	decisive: decidingPair,
	reader(context) {
		const identifyBy = perItem(context, 'identifyBy', 'alipay', (by) => by as IdentifyBy);
		const numbers = IDENTIFIERS.map(
			(name) => [name, perItem(context, PARAMETERS[name], '', (value) => value)] as const,
		);
		return (index) => {
			const raw = Object.fromEntries(numbers.map(([name, read]) => [name, read(index)]));
			return pairIdentifiers(identifyBy(index), raw as RawIdentifiers);
		};
	},
};

/** Runs the operation over all input items. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await runQuery(QUERY, this);
}

import type { INodeProperties } from 'n8n-workflow';
import * as query from './query.operation';

/** Runs one operation of the resource over all input items. */
export const operations = { query: query.execute } as const;

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['couponOperation'] } },
		options: [
			{
				name: 'Query',
				value: 'query',
				action: 'Query coupon operation',
				description:
					'Look up one red-packet (coupon) fund operation: status, amounts, parties and times',
			},
		],
		default: 'query',
	},
	...query.description,
];

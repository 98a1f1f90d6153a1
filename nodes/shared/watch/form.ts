import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import { IDENTIFY_BY, numberFields } from '../../Alipay/couponOperation/query.description';
import {
	AMOUNT_FORMAT,
	APP_AUTH_TOKEN,
	CONCURRENCY,
	REQUESTS_PER_SECOND,
	SIMPLIFY,
	TIMEOUT,
} from '../form/options';

const properties: INodeProperties[] = [
	{
		displayName: 'Statuses',
		name: 'statuses',
		type: 'multiOptions',
		options: [
			{ name: 'Closed', value: 'CLOSED', description: 'The operation was closed: no money moved' },
			{ name: 'Initial', value: 'INIT', description: 'The operation is under way' },
			{ name: 'Success', value: 'SUCCESS', description: 'The money has moved' },
		],
		default: ['CLOSED'],
		required: true,
		description: 'Which statuses start the workflow when an operation reaches one of them',
	},
	{
		displayName: 'Operations',
		name: 'operations',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Operation' },
		default: {},
		description:
			'The operations to watch. Those that reached SUCCESS or CLOSED are not asked again.',
		options: [
			{
				displayName: 'Operation',
				name: 'values',
				values: [
					{
						displayName: 'Identify By',
						name: 'identifyBy',
						type: 'options',
						options: IDENTIFY_BY,
						default: 'alipay',
						description: 'Which two numbers name the operation',
					},
					...numberFields('alipay'),
					...numberFields('merchant'),
				],
			},
		],
	},
	{
		displayName: 'Watch List',
		name: 'watchList',
		type: 'json',
		default: '',
		placeholder: 'e.g. [{ "auth_no": "2014…5678", "operation_id": "2014…6400" }]',
		description:
			'More operations, as a JSON array of objects with auth_no and operation_id, or out_order_no and out_request_no. For a list that changes, see the example with a Data Table.',
	},
	SIMPLIFY,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			AMOUNT_FORMAT,
			{
				...APP_AUTH_TOKEN,
				description:
					'The app_auth_token of the merchant to ask for, in place of the one in the credential',
			},
			{
				...CONCURRENCY,
				description: 'How many requests may be under way at once',
			},
			{
				displayName: 'Repeat After Restart',
				name: 'repeatAfterRestart',
				type: 'boolean',
				default: false,
				description:
					'Whether to put the latest change, and those of the quarter of an hour before it, out once more at each start of n8n: an execution that a crash ended is not run again. Use it with a check for duplicates.',
			},
			{
				...REQUESTS_PER_SECOND,
				description: 'How many requests to send per second at most, evenly spaced; 0 for no limit',
			},
			TIMEOUT,
		],
	},
];

export const description = updateDisplayOptions(
	{ show: { event: ['couponOperationStatus'] } },
	properties,
);

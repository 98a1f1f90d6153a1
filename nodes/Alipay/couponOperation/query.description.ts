import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import type { IdentifierName, IdentifyBy } from './identifiers';
import { OPTIONS } from './options';

/** Which parameter holds which number. The names are saved in workflows. */
export const PARAMETERS: Readonly<Record<IdentifierName, string>> = {
	auth_no: 'authNo',
	operation_id: 'operationId',
	out_order_no: 'outOrderNo',
	out_request_no: 'outRequestNo',
};

interface NumberField {
	displayName: string;
	field: IdentifierName;
	placeholder: string;
	description: string;
}

/** A number stands in the form twice: required where its pair was chosen, optional with "either pair". */
const numberFields = (by: IdentifyBy, fields: readonly NumberField[]): INodeProperties[] =>
	[by, 'auto' as const].flatMap((choice) =>
		fields.map(({ displayName, field, placeholder, description }) => ({
			displayName,
			name: PARAMETERS[field],
			type: 'string' as const,
			default: '',
			placeholder,
			description,
			required: choice !== 'auto',
			displayOptions: { show: { identifyBy: [choice] } },
		})),
	);

const properties: INodeProperties[] = [
	{
		displayName: 'Identify By',
		name: 'identifyBy',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Alipay Numbers',
				value: 'alipay',
				description: 'By auth_no and operation_id: the faster way, recommended by Alipay',
			},
			{
				name: 'Merchant Numbers',
				value: 'merchant',
				description: 'By out_order_no and out_request_no: your own numbers',
			},
			{
				name: 'Either Pair',
				value: 'auto',
				description: 'By whichever pair an item has. With both, Alipay goes by its own numbers.',
			},
		],
		default: 'alipay',
		description: 'Which two numbers name the operation',
	},
	...numberFields('alipay', [
		{
			displayName: 'Auth No',
			field: 'auth_no',
			placeholder: 'e.g. 2014021601002000640012345678',
			description: 'Alipay’s number of the fund authorisation order (auth_no)',
		},
		{
			displayName: 'Operation ID',
			field: 'operation_id',
			placeholder: 'e.g. 20140216010020006400',
			description: 'Alipay’s number of the operation on that order (operation_id)',
		},
	]),
	...numberFields('merchant', [
		{
			displayName: 'Out Order No',
			field: 'out_order_no',
			placeholder: 'e.g. 8077735255938023',
			description: 'Your own number of the fund authorisation order (out_order_no)',
		},
		{
			displayName: 'Out Request No',
			field: 'out_request_no',
			placeholder: 'e.g. 2014021600100146',
			description: 'Your own number of the operation on that order (out_request_no)',
		},
	]),
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description: 'Whether to return a simplified version of the response instead of the raw data',
	},
	OPTIONS,
];

export const description = updateDisplayOptions(
	{ show: { resource: ['couponOperation'], operation: ['query'] } },
	properties,
);

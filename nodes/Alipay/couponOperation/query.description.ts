import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import { optionsOf, SIMPLIFY } from '../../shared/form/options';
import { OPEN_STATUS } from './fields';
import type { IdentifierName, IdentifyBy } from './identifiers';

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

const NUMBER_FIELDS: Readonly<Record<'alipay' | 'merchant', readonly NumberField[]>> = {
	alipay: [
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
	],
	merchant: [
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
	],
};

/** The two numbers of a pair, shown and required when `identifyBy` says so; with "either pair" not required. */
export const numberFields = (
	by: keyof typeof NUMBER_FIELDS,
	choice: IdentifyBy = by,
): INodeProperties[] =>
	NUMBER_FIELDS[by].map(({ displayName, field, placeholder, description }) => ({
		displayName,
		name: PARAMETERS[field],
		type: 'string',
		default: '',
		placeholder,
		description,
		required: choice !== 'auto',
		displayOptions: { show: { identifyBy: [choice] } },
	}));

/** The two ways to name one operation. */
export const IDENTIFY_BY = [
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
];

const EITHER_PAIR = {
	name: 'Either Pair',
	value: 'auto',
	description: 'By whichever pair an item has. With both, Alipay goes by its own numbers.',
};

const properties: INodeProperties[] = [
	{
		displayName: 'Identify By',
		name: 'identifyBy',
		type: 'options',
		noDataExpression: true,
		options: [...IDENTIFY_BY, EITHER_PAIR],
		default: 'alipay',
		description: 'Which two numbers name the operation',
	},
	...numberFields('alipay'),
	...numberFields('alipay', 'auto'),
	...numberFields('merchant'),
	...numberFields('merchant', 'auto'),
	SIMPLIFY,
	optionsOf(OPEN_STATUS),
];

export const description = updateDisplayOptions(
	{ show: { resource: ['couponOperation'], operation: ['query'] } },
	properties,
);

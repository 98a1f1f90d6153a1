/** The form of Any API → Call: any method of the gateway, by its name. */
import type { INodeProperties } from 'n8n-workflow';
import { CALL_OPTIONS } from './options';

const METHOD: INodeProperties = {
	displayName: 'Method',
	name: 'method',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'The name of the Alipay API (method). The list has the most used ones, and you can search it in English and Chinese. For any other API, choose By Name.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchMethods', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. alipay.trade.query',
		},
	],
};

export const BIZ_CONTENT = {
	displayName: 'Biz Content',
	name: 'bizContent',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "out_trade_no": "20150320010101001" }',
	description:
		'The parameters of the method (biz_content), as a JSON object with Alipay’s names. To use values of the input item, write an expression that returns an object. If you put values into a JSON text instead, quotation marks in a value can break the JSON.',
} as const satisfies INodeProperties;

/** Named as n8n names pairs of a name and a value. */
export const PARAMETERS = {
	displayName: 'Further Public Parameters',
	name: 'publicParameters',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add parameter',
	default: {},
	description:
		'Only for parameters that Alipay expects outside biz_content, such as notify_url, auth_token or grant_type. Do not add app_id, sign or similar parameters: the node fills them in.',
	options: [
		{
			displayName: 'Parameter',
			name: 'values',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. notify_url',
				},
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
} satisfies INodeProperties;

const SENT_ONCE: INodeProperties = {
	displayName:
		'This may move money. Methods whose names end with query, get, download or consult only read. The node sends any other method once for each item and never again, even with Retry On Fail. If the response is lost, the error tells you where to look. Set On Error (in Settings) to Continue, so that one failed item does not hide the others.',
	name: 'sentOnce',
	type: 'notice',
	default: '',
};

export const ANY_API = {
	resource: { value: 'anyApi', name: 'Any API' },
	operation: {
		value: 'call',
		name: 'Call',
		action: 'Call any API',
		description:
			'Call any Alipay method with JSON, and verify its response. Some methods move money.',
	},
	fields: () => [METHOD, BIZ_CONTENT, PARAMETERS, SENT_ONCE, CALL_OPTIONS],
};

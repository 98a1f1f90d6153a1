import type { INodeProperties } from 'n8n-workflow';

const SWITCH = 'showMoreSettings';

/** For a secret that n8n's lint does not know by its name. */
const HIDDEN = { password: true };

/** Few applications need these settings. The defaults suit all others. */
const FIELDS: readonly INodeProperties[] = [
	{
		displayName: 'Encrypt Key',
		name: 'encryptKey',
		type: 'string',
		typeOptions: HIDDEN,
		default: '',
		description:
			'The content encryption key (AES) of the application. It encrypts requests and responses. If you leave it empty, only TLS (https) encrypts them.',
	},
	{
		displayName: 'App Auth Token',
		name: 'appAuthToken',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'The app_auth_token of the merchant. Only third-party (ISV) applications need it. Otherwise, leave it empty.',
	},
	{
		displayName: 'Sign Type',
		name: 'signType',
		type: 'options',
		options: [
			{ name: 'RSA2', value: 'RSA2', description: 'SHA256 with RSA, recommended' },
			{ name: 'RSA', value: 'RSA', description: 'SHA1 with RSA, for old applications' },
		],
		default: 'RSA2',
		description: 'The signature algorithm (sign_type) set for the application',
	},
	{
		displayName: 'Charset',
		name: 'charset',
		type: 'options',
		options: [
			{ name: 'UTF-8', value: 'utf-8', description: 'Recommended' },
			{ name: 'GBK', value: 'gbk' },
			{ name: 'GB2312', value: 'gb2312' },
		],
		default: 'utf-8',
		description: 'The encoding of requests and responses (charset)',
	},
	{
		displayName: 'Allowed HTTP Request Domains',
		name: 'allowedHttpRequestDomains',
		type: 'options',
		options: [
			{ name: 'All', value: 'all' },
			{ name: 'None', value: 'none' },
			{ name: 'Specific Domains', value: 'domains' },
		],
		default: 'domains',
		description:
			'The domains to which the HTTP Request node may send requests with this credential. The credential signs only requests to the gateway above.',
	},
	{
		displayName: 'Allowed Domains',
		name: 'allowedDomains',
		type: 'string',
		default: 'openapi.alipay.com, openapi-sandbox.dl.alipaydev.com',
		description: 'Comma-separated list of domains. If you use a custom gateway, add its host.',
		displayOptions: { show: { allowedHttpRequestDomains: ['domains'] } },
	},
];

const shownWhile = (isOn: boolean, field: INodeProperties): INodeProperties['displayOptions'] => ({
	show: { ...field.displayOptions?.show, [SWITCH]: [isOn] },
});

/**
 * A hidden field with the same name. n8n passes on only the values of fields that are shown, and a field of
 * the type hidden counts as shown. So the values stay in use when the switch is off.
 */
const twinOf = (field: INodeProperties): INodeProperties => ({
	...{ displayName: field.displayName, name: field.name, default: field.default },
	...(field.typeOptions && { typeOptions: field.typeOptions }),
	type: 'hidden',
	displayOptions: shownWhile(false, field),
});

/** The end of the form. Of two fields with one name, n8n's public API uses the last, so the visible one comes last. */
export const MORE_SETTINGS: readonly INodeProperties[] = [
	{
		displayName: 'More Settings',
		name: SWITCH,
		type: 'boolean',
		default: false,
		description:
			'Whether to show settings that few applications need. They are for content encryption, third-party applications, old applications, custom gateways and the HTTP Request node. Values that you entered stay in use when these settings are hidden.',
	},
	...FIELDS.map(twinOf),
	...FIELDS.map((field) => ({ ...field, displayOptions: shownWhile(true, field) })),
];

import { configuration } from '../errors/code';
import { FUND_HEADINGS } from './headings';
import { BUSY, defineMethod, notFound, ofApplication } from './method';

/** An operation on a frozen deposit (v2 model of Alipay’s SDK for .NET). */
export const fundAuthorizationQuery = defineMethod({
	name: 'alipay.fund.auth.operation.detail.query',
	aliases: '资金授权操作查询 预授权 押金 冻结',
	effect: 'read',
	resource: {
		value: 'fundAuthorization',
		name: 'Fund Authorization',
		description: 'An operation on a deposit (pre-authorization)',
	},
	operation: {
		value: 'query',
		name: 'Query',
		action: 'Query fund authorization',
		description:
			'Look up one operation on a deposit (pre-authorization): frozen, unfrozen or paid, with its amounts and times',
	},
	product: 'Pre-authorization Payment (“预授权支付”)',
	noun: ['deposit operation', 'deposit operations'],
	parameters: [
		{
			name: 'auth_no',
			label: 'Auth No',
			rule: 'alipay',
			example: '2014021601002000640012345678',
			headings: FUND_HEADINGS.auth_no,
			description: 'Alipay’s number for the fund authorization order (auth_no)',
		},
		{
			name: 'operation_id',
			label: 'Operation ID',
			rule: 'alipay',
			example: '20140216010020006400',
			headings: FUND_HEADINGS.operation_id,
			description: 'Alipay’s number for the operation on that order (operation_id)',
		},
		{
			name: 'out_order_no',
			label: 'Out Order No',
			rule: 'merchant',
			example: '8077735255938023',
			headings: FUND_HEADINGS.out_order_no,
			description: 'Your own number for the fund authorization order (out_order_no)',
		},
		{
			name: 'out_request_no',
			label: 'Out Request No',
			rule: 'merchant',
			example: '2014021600100146',
			headings: FUND_HEADINGS.out_request_no,
			description: 'Your own number for the operation on that order (out_request_no)',
		},
	],
	identifiedBy: {
		alipay: {
			description: 'By auth_no and operation_id: the faster way, recommended by Alipay',
			anyOf: [['auth_no', 'operation_id']],
		},
		merchant: {
			description: 'By out_order_no and out_request_no: your own numbers',
			anyOf: [['out_order_no', 'out_request_no']],
		},
	},
	fields: [
		{ name: 'status', type: 'text', simplified: true },
		{ name: 'operation_type', type: 'text', simplified: true },
		{ name: 'order_status', type: 'text', simplified: true, optional: true },
		{ name: 'amount', type: 'amount', simplified: true },
		{ name: 'rest_amount', type: 'amount', simplified: true, optional: true },
		{ name: 'total_freeze_amount', type: 'amount', simplified: true, optional: true },
		{ name: 'total_pay_amount', type: 'amount', simplified: true, optional: true },
		{ name: 'order_title', type: 'text', simplified: true },
		{ name: 'gmt_trans', type: 'time', simplified: true, optional: true },
		{ name: 'auth_no', type: 'text', simplified: true },
		{ name: 'operation_id', type: 'text', simplified: true },
		{ name: 'out_order_no', type: 'text', simplified: true },
		{ name: 'out_request_no', type: 'text', simplified: true },
		{ name: 'gmt_create', type: 'time' },
		{ name: 'remark', type: 'text', optional: true },
		{ name: 'fund_amount', type: 'amount', optional: true },
		{ name: 'credit_amount', type: 'amount', optional: true },
		{ name: 'rest_fund_amount', type: 'amount', optional: true },
		{ name: 'rest_credit_amount', type: 'amount', optional: true },
		{ name: 'total_freeze_fund_amount', type: 'amount', optional: true },
		{ name: 'total_freeze_credit_amount', type: 'amount', optional: true },
		{ name: 'total_pay_fund_amount', type: 'amount', optional: true },
		{ name: 'total_pay_credit_amount', type: 'amount', optional: true },
		{ name: 'trans_currency', type: 'text', optional: true },
		{ name: 'pre_auth_type', type: 'text', optional: true },
		{ name: 'payer_user_id', type: 'text', optional: true },
		{ name: 'payer_open_id', type: 'text', optional: true },
		{ name: 'payer_logon_id', type: 'text', optional: true },
		{ name: 'extra_param', type: 'object', optional: true },
		{ name: 'credit_merchant_ext', type: 'object', optional: true },
		{ name: 'enterprise_pay_info', type: 'object', optional: true },
	],
	status: {
		field: 'status',
		values: {
			INIT: { name: 'Initial', description: 'It is in progress', stage: 'open' },
			SUCCESS: {
				name: 'Success',
				description: 'It is done: the money is frozen, unfrozen or paid',
				stage: 'final',
			},
			CLOSED: { name: 'Closed', description: 'It was closed: no money moved', stage: 'final' },
		},
		alerts: ['CLOSED'],
	},
	notifications: {
		kinds: ['fund_auth_freeze', 'fund_auth_unfreeze', 'fund_auth_operation_cancel'],
		has: 'auth_no',
		fields: [
			{ name: 'action', type: 'text' },
			{ name: 'total_unfreeze_amount', type: 'amount' },
			{ name: 'payee_user_id', type: 'text' },
			{ name: 'payee_logon_id', type: 'text' },
		],
	},
	codes: {
		ILLEGAL_ARGUMENT: configuration(
			'Alipay does not accept the numbers of this request',
			'Check that each number is complete and in the right field. Then run the item again.',
		),
		AUTH_ORDER_NOT_EXIST: notFound(
			'Alipay has no record of this fund authorization order',
			'Check the Auth No (auth_no) or the Out Order No (out_order_no). Alipay does not find orders of another merchant or environment.',
		),
		AUTH_OPERATION_NOT_EXIST: notFound(
			'Alipay has the order, but no record of this operation',
			'Check the Operation ID (operation_id) or the Out Request No (out_request_no).',
		),
		ACCESS_FORBIDDEN: ofApplication(
			configuration(
				'This merchant is not allowed to see the order',
				'Use the credential or the app_auth_token of the merchant that created the authorization order.',
			),
		),
		HAS_NO_PRIVILEGE: ofApplication(
			configuration(
				'This merchant does not have permission for the order',
				'Use the credential or the app_auth_token of the merchant that created the authorization order.',
			),
		),
		ENTERPRISE_PAY_BIZ_ERROR: configuration(
			'Enterprise payment (“企业码”) refused the request',
			'Read Alipay’s message in sub_msg, and send the trace ID to Alipay support.',
		),
		SYSTEM_ERROR: BUSY,
	},
});

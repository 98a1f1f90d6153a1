import { configuration } from '../errors/code';
import { FUND_HEADINGS } from './headings';
import { BUSY, defineMethod, notFound, ofApplication } from './method';

/** A coupon red packet: one operation on a coupon fund order (API reference of the method). */
export const couponOperationQuery = defineMethod({
	name: 'alipay.fund.coupon.operation.query',
	aliases: '红包明细查询',
	effect: 'read',
	resource: {
		value: 'couponOperation',
		name: 'Coupon Operation',
		description: 'An operation on a coupon red packet',
	},
	operation: {
		value: 'query',
		name: 'Query',
		action: 'Query coupon operation',
		description: 'Look up one operation on a coupon red packet: status, amounts, parties and times',
	},
	product: 'Sending and Receiving Cash Red Packets (“收发现金红包”)',
	noun: ['operation', 'operations'],
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
		{ name: 'amount', type: 'amount', simplified: true },
		{ name: 'total_pay_refund_amount', type: 'amount', simplified: true },
		{ name: 'order_title', type: 'text', simplified: true },
		{ name: 'gmt_trans', type: 'time', simplified: true, optional: true },
		{ name: 'auth_no', type: 'text', simplified: true },
		{ name: 'operation_id', type: 'text', simplified: true },
		{ name: 'out_order_no', type: 'text', simplified: true },
		{ name: 'out_request_no', type: 'text', simplified: true },
		{ name: 'gmt_create', type: 'time' },
		{ name: 'remark', type: 'text' },
		{ name: 'payer_user_id', type: 'text', optional: true },
		{ name: 'payer_logon_id', type: 'text', optional: true },
		{ name: 'payee_user_id', type: 'text', optional: true },
		{ name: 'payee_logon_id', type: 'text', optional: true },
		{ name: 'extra_param', type: 'object', optional: true },
	],
	status: {
		field: 'status',
		values: {
			CLOSED: { name: 'Closed', description: 'It was closed: no money moved', stage: 'final' },
			INIT: { name: 'Initial', description: 'It is in progress', stage: 'open' },
			SUCCESS: { name: 'Success', description: 'The money has moved', stage: 'final' },
		},
		alerts: ['CLOSED'],
	},
	notifications: {
		kinds: ['trade_status_sync', 'fund_stdtrustee_refund.success'],
		has: 'operation_id',
		fields: [],
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
		SYSTEM_ERROR: BUSY,
		ACCESS_FORBIDDEN: ofApplication(
			configuration(
				'This merchant is not allowed to see the order',
				'Use the credential or the app_auth_token of the merchant that created the authorization order.',
			),
		),
	},
});

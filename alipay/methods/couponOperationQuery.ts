import { configuration } from '../errors/code';
import { BUSY, defineMethod, notFound, ofApplication } from './method';

/** A red packet: one operation on a coupon fund order (API reference of the method). */
export const couponOperationQuery = defineMethod({
	name: 'alipay.fund.coupon.operation.query',
	effect: 'read',
	resource: { value: 'couponOperation', name: 'Coupon Operation' },
	operation: {
		value: 'query',
		name: 'Query',
		action: 'Query coupon operation',
		description:
			'Look up one red-packet (coupon) fund operation: status, amounts, parties and times',
	},
	noun: ['operation', 'operations'],
	parameters: [
		{
			name: 'auth_no',
			label: 'Auth No',
			rule: 'alipay',
			example: '2014021601002000640012345678',
			description: 'Alipay’s number of the fund authorisation order (auth_no)',
		},
		{
			name: 'operation_id',
			label: 'Operation ID',
			rule: 'alipay',
			example: '20140216010020006400',
			description: 'Alipay’s number of the operation on that order (operation_id)',
		},
		{
			name: 'out_order_no',
			label: 'Out Order No',
			rule: 'merchant',
			example: '8077735255938023',
			description: 'Your own number of the fund authorisation order (out_order_no)',
		},
		{
			name: 'out_request_no',
			label: 'Out Request No',
			rule: 'merchant',
			example: '2014021600100146',
			description: 'Your own number of the operation on that order (out_request_no)',
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
		{ name: 'auth_no', type: 'text', simplified: true },
		{ name: 'operation_id', type: 'text', simplified: true },
		{ name: 'out_order_no', type: 'text', simplified: true },
		{ name: 'out_request_no', type: 'text', simplified: true },
		{ name: 'operation_type', type: 'text', simplified: true },
		{ name: 'status', type: 'text', simplified: true },
		{ name: 'amount', type: 'amount', simplified: true },
		{ name: 'total_pay_refund_amount', type: 'amount', simplified: true },
		{ name: 'order_title', type: 'text', simplified: true },
		{ name: 'gmt_trans', type: 'time', simplified: true, optional: true },
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
			INIT: { name: 'Initial', description: 'It is under way', stage: 'open' },
			SUCCESS: { name: 'Success', description: 'The money has moved', stage: 'final' },
		},
		alerts: ['CLOSED'],
	},
	codes: {
		ILLEGAL_ARGUMENT: configuration(
			'Alipay does not accept the numbers of this query',
			'Check that each number is complete and stands in the right field, then run the item again.',
		),
		AUTH_ORDER_NOT_EXIST: notFound(
			'Alipay knows no such fund authorisation order',
			'Check the Auth No (auth_no) or the Out Order No (out_order_no). An order of another merchant or environment is unknown, too.',
		),
		AUTH_OPERATION_NOT_EXIST: notFound(
			'Alipay knows the order, but not this operation of it',
			'Check the Operation ID (operation_id) or the Out Request No (out_request_no).',
		),
		SYSTEM_ERROR: BUSY,
		ACCESS_FORBIDDEN: ofApplication(
			configuration(
				'This merchant may not see the order',
				'Use the credential of the merchant who created the authorisation order, or its app_auth_token.',
			),
		),
	},
});

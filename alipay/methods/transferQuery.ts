import { configuration } from '../errors/code';
import { BUSY, defineMethod, notFound, ofApplication } from './method';

/** A transfer, or a current red packet (v2 model of Alipay’s SDK for .NET). */
export const transferQuery = defineMethod({
	name: 'alipay.fund.trans.common.query',
	aliases: '转账业务单据查询 现金红包',
	effect: 'read',
	resource: {
		value: 'transfer',
		name: 'Transfer',
		description: 'A transfer or a current red packet (STD_RED_PACKET)',
	},
	operation: {
		value: 'query',
		name: 'Query',
		action: 'Query transfer',
		description:
			'Look up one transfer, or one current red packet (STD_RED_PACKET): status, amount, time, and why it failed',
	},
	product: 'Transfer to Alipay Accounts (“转账到支付宝账户”) or Cash Red Packets (“现金红包”)',
	noun: ['transfer', 'transfers'],
	parameters: [
		{
			name: 'pay_fund_order_id',
			label: 'Pay Fund Order ID',
			rule: 'alipay',
			example: '20231226110070001502150000685481',
			headings: ['支付宝支付资金流水号', '支付资金流水号'],
			description: 'Alipay’s number for the payment of the transfer (pay_fund_order_id)',
		},
		{
			name: 'order_id',
			label: 'Order ID',
			rule: 'alipay',
			isOrdinary: true,
			example: '20231226110070000002150000683137',
			headings: ['支付宝转账单据号', '转账单据号'],
			description: 'Alipay’s number for the transfer (order_id)',
		},
		{
			name: 'out_biz_no',
			label: 'Out Biz No',
			rule: 'merchant',
			example: '2023122621450001',
			headings: ['商户转账唯一订单号', '商户转账订单号', '商户订单号'],
			description: 'Your own number for the transfer (out_biz_no)',
		},
		{
			name: 'product_code',
			label: 'Product Code',
			rule: 'word',
			isOrdinary: true,
			values: ['STD_RED_PACKET', 'TRANS_ACCOUNT_NO_PWD', 'TRANS_BANKCARD_NO_PWD'],
			example: 'STD_RED_PACKET',
			headings: ['产品码', '销售产品码'],
			description:
				'The product that the transfer was sent with (product_code): STD_RED_PACKET for a red packet, TRANS_ACCOUNT_NO_PWD for a transfer to an Alipay account, TRANS_BANKCARD_NO_PWD for a transfer to a bank card',
		},
		{
			name: 'biz_scene',
			label: 'Biz Scene',
			rule: 'word',
			isOrdinary: true,
			values: ['DIRECT_TRANSFER', 'PERSONAL_COLLECTION', 'PERSONAL_PAY'],
			example: 'DIRECT_TRANSFER',
			headings: ['业务场景'],
			description:
				'The scene that the transfer was sent with (biz_scene): DIRECT_TRANSFER, or PERSONAL_PAY or PERSONAL_COLLECTION for a red packet between people',
		},
	],
	identifiedBy: {
		alipay: {
			description: 'By pay_fund_order_id or order_id: one number is enough',
			anyOf: [['pay_fund_order_id'], ['order_id']],
		},
		merchant: {
			description: 'By out_biz_no, your own number, with product_code and biz_scene',
			anyOf: [['out_biz_no', 'product_code', 'biz_scene']],
		},
	},
	fields: [
		{ name: 'status', type: 'text', simplified: true },
		{ name: 'sub_status', type: 'text', simplified: true, optional: true },
		{ name: 'trans_amount', type: 'amount', simplified: true, optional: true },
		{ name: 'order_fee', type: 'amount', simplified: true, optional: true },
		{ name: 'error_code', type: 'text', simplified: true, optional: true },
		{ name: 'fail_reason', type: 'text', simplified: true, optional: true },
		{ name: 'pay_date', type: 'time', simplified: true, optional: true },
		{ name: 'arrival_time_end', type: 'time', simplified: true, optional: true },
		{ name: 'order_id', type: 'text', simplified: true },
		{ name: 'pay_fund_order_id', type: 'text', simplified: true, optional: true },
		{ name: 'out_biz_no', type: 'text', simplified: true },
		{ name: 'fail_inst_name', type: 'text', optional: true },
		{ name: 'fail_inst_error_code', type: 'text', optional: true },
		{ name: 'fail_inst_reason', type: 'text', optional: true },
		{ name: 'sub_order_status', type: 'text', optional: true },
		{ name: 'sub_order_error_code', type: 'text', optional: true },
		{ name: 'sub_order_fail_reason', type: 'text', optional: true },
		{ name: 'settle_serial_no', type: 'text', optional: true },
		{ name: 'inflow_settle_serial_no', type: 'text', optional: true },
		{ name: 'receiver_user_id', type: 'text', optional: true },
		{ name: 'receiver_open_id', type: 'text', optional: true },
		{ name: 'deduct_bill_info', type: 'object', optional: true },
		{ name: 'transfer_bill_info', type: 'object', optional: true },
		{ name: 'passback_params', type: 'text', optional: true },
	],
	status: {
		field: 'status',
		values: {
			INIT: { name: 'Initial', description: 'It was created', stage: 'open' },
			WAIT_PAY: { name: 'Waiting for Payment', description: 'It is not paid yet', stage: 'open' },
			DEALING: { name: 'Dealing', description: 'It is in progress', stage: 'open' },
			SUCCESS: {
				name: 'Success',
				description: 'The money has moved, but it may still come back (REFUND)',
				stage: 'settled',
			},
			FAIL: { name: 'Failed', description: 'It failed: no money moved', stage: 'final' },
			CLOSED: { name: 'Closed', description: 'It was closed without a payment', stage: 'final' },
			REFUND: {
				name: 'Refunded',
				description: 'The money came back, for example because nobody opened the red packet',
				stage: 'final',
			},
		},
		alerts: ['CLOSED', 'FAIL', 'REFUND'],
	},
	notifications: {
		kinds: ['alipay.fund.trans.order.changed'],
		has: 'status',
		fields: [
			{ name: 'action_type', type: 'text' },
			{ name: 'product_code', type: 'text' },
			{ name: 'biz_scene', type: 'text' },
			{ name: 'refund_date', type: 'time' },
			{ name: 'origin_interface', type: 'text' },
		],
	},
	codes: {
		INVALID_PARAMETER: configuration(
			'Alipay does not accept the numbers of this request',
			'Check that the number is complete. Product Code (product_code) and Biz Scene (biz_scene) must be the same as when the transfer was sent.',
		),
		ORDER_ID_INVALID: configuration(
			'Alipay does not accept the number of the transfer',
			'Check the Order ID (order_id) or the Pay Fund Order ID (pay_fund_order_id).',
		),
		ORDER_NOT_EXIST: notFound(
			'Alipay has no record of this transfer',
			'Check the number. With Out Biz No (out_biz_no), also check that Product Code (product_code) and Biz Scene (biz_scene) are the same as when the transfer was sent. Alipay does not find transfers of another merchant or environment.',
		),
		NO_ORDER_PERMISSION: ofApplication(
			configuration(
				'This merchant is not allowed to see the transfer',
				'Use the credential or the app_auth_token of the merchant that sent it.',
			),
		),
		ILLEGAL_ACCOUNT_STATUS_EXCEPTION: ofApplication(
			configuration(
				'The merchant’s Alipay account is not in a normal state',
				'Sign in to the merchant’s Alipay account and check what is wrong.',
			),
		),
		SYSTEM_ERROR: BUSY,
	},
});

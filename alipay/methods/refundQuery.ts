import { configuration } from '../errors/code';
import { BUSY, defineMethod, notFound } from './method';

/**
 * One refund of a payment (v2 model of Alipay’s SDK for .NET). A missing `refund_status` proves nothing: for
 * years, Alipay left it out of successful refunds.
 */
export const refundQuery = defineMethod({
	name: 'alipay.trade.fastpay.refund.query',
	aliases: '交易退款查询',
	effect: 'read',
	resource: {
		value: 'refund',
		name: 'Refund',
		description: 'A refund of a payment',
	},
	operation: {
		value: 'query',
		name: 'Query',
		action: 'Query refund',
		description: 'Look up one refund of a payment: whether it is done, its amounts and time',
	},
	product:
		'a payment product, such as Face-to-Face Payment (“当面付”) or Website Payment (“电脑网站支付”)',
	noun: ['refund', 'refunds'],
	parameters: [
		{
			name: 'trade_no',
			label: 'Trade No',
			rule: 'alipay',
			isOrdinary: true,
			example: '2023122122001499160501586202',
			description: 'Alipay’s number for the trade (trade_no)',
		},
		{
			name: 'out_trade_no',
			label: 'Out Trade No',
			rule: 'merchant',
			example: '20150320010101001',
			description: 'Your own number for the trade (out_trade_no)',
		},
		{
			name: 'out_request_no',
			label: 'Out Request No',
			rule: 'merchant',
			example: '20150320010101001-1',
			description:
				'Your own number for the refund (out_request_no), or the Out Trade No if you sent the refund without one',
		},
	],
	identifiedBy: {
		alipay: {
			description: 'By trade_no, Alipay’s number for the trade, and your out_request_no',
			anyOf: [['trade_no', 'out_request_no']],
		},
		merchant: {
			description: 'By out_trade_no and out_request_no: your own numbers',
			anyOf: [['out_trade_no', 'out_request_no']],
		},
	},
	options: [
		{
			name: 'query_options',
			label: 'Further Fields',
			description: 'Fields that Alipay returns only on request (query_options)',
			choices: ['deposit_back_info', 'gmt_refund_pay', 'refund_detail_item_list'],
		},
		{
			name: 'org_pid',
			label: 'Org PID',
			example: '2088101117952222',
			description:
				'The PID of the bank’s merchant (org_pid). Only for banks that take payments for others.',
		},
	],
	fields: [
		{ name: 'refund_status', type: 'text', simplified: true, optional: true },
		{ name: 'refund_amount', type: 'amount', simplified: true, optional: true },
		{ name: 'total_amount', type: 'amount', simplified: true, optional: true },
		{ name: 'refund_reason', type: 'text', simplified: true, optional: true },
		{ name: 'error_code', type: 'text', simplified: true, optional: true },
		{ name: 'gmt_refund_pay', type: 'time', simplified: true, optional: true },
		{ name: 'trade_no', type: 'text', simplified: true },
		{ name: 'out_trade_no', type: 'text', simplified: true },
		{ name: 'out_request_no', type: 'text', simplified: true },
		{ name: 'send_back_fee', type: 'amount', optional: true },
		{ name: 'refund_charge_amount', type: 'amount', optional: true },
		{ name: 'refund_channel_status', type: 'text', optional: true },
		{ name: 'present_refund_buyer_amount', type: 'amount', optional: true },
		{ name: 'present_refund_discount_amount', type: 'amount', optional: true },
		{ name: 'present_refund_mdiscount_amount', type: 'amount', optional: true },
		{ name: 'refund_settlement_id', type: 'text', optional: true },
		{ name: 'refund_detail_item_list', type: 'array', optional: true },
		{ name: 'refund_royaltys', type: 'array', optional: true },
		{ name: 'deposit_back_info', type: 'object', optional: true },
		{ name: 'deposit_back_info_list', type: 'array', optional: true },
		{ name: 'industry_sepc_detail', type: 'object', optional: true },
	],
	noneIfOnly: ['trade_no', 'out_trade_no', 'out_request_no', 'total_amount'],
	status: {
		field: 'refund_status',
		values: {
			REFUND_SUCCESS: {
				name: 'Refunded',
				description: 'The refund is done (a missing status does not mean that it failed)',
				stage: 'final',
			},
		},
	},
	codes: {
		INVALID_PARAMETER: configuration(
			'Alipay does not accept the numbers of this request',
			'Check that each number is complete and in the right field. Then run the item again.',
		),
		TRADE_NOT_EXIST: notFound(
			'Alipay has no record of this trade',
			'Check the Trade No (trade_no) or the Out Trade No (out_trade_no). Alipay does not find trades of another merchant or environment.',
		),
		SYSTEM_ERROR: BUSY,
	},
});

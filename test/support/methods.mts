/**
 * Made-up methods in each shape that Alipay's methods have. Code that derives from a method must
 * work with all of them.
 */
import { configuration } from '../../alipay/errors/code.ts';
import { BUSY, defineMethod, notFound } from '../../alipay/methods/method.ts';

/** One of several numbers, or the merchant's own with two words; a status that can still change. */
export const PARCEL = defineMethod({
	name: 'alipay.example.parcel.query',
	aliases: '',
	effect: 'read',
	resource: { value: 'parcel', name: 'Parcel' },
	operation: {
		value: 'query',
		name: 'Query',
		action: 'Query parcel',
		description: 'Look up one parcel',
	},
	noun: ['parcel', 'parcels'],
	parameters: [
		{ name: 'fund_no', label: 'Fund No', rule: 'alipay', example: '2001', description: 'Fund' },
		{ name: 'order_no', label: 'Order No', rule: 'alipay', example: '2002', description: 'Order' },
		{ name: 'out_no', label: 'Out No', rule: 'merchant', example: 'A1', description: 'Own number' },
		{ name: 'product', label: 'Product', rule: 'word', example: 'BOX', description: 'Product' },
		{ name: 'scene', label: 'Scene', rule: 'word', example: 'DOOR', description: 'Scene' },
	],
	identifiedBy: {
		alipay: { description: 'By either number of Alipay', anyOf: [['fund_no'], ['order_no']] },
		merchant: { description: 'By your own number', anyOf: [['out_no', 'product', 'scene']] },
	},
	fields: [
		{ name: 'fund_no', type: 'text', simplified: true },
		{ name: 'order_no', type: 'text', simplified: true },
		{ name: 'out_no', type: 'text', simplified: true },
		{ name: 'state', type: 'text', simplified: true },
	],
	status: {
		field: 'state',
		values: {
			DEALING: { name: 'Dealing', description: 'It is in progress', stage: 'open' },
			WAITING: { name: 'Waiting', description: 'It is not paid', stage: 'open' },
			SUCCESS: { name: 'Success', description: 'It arrived', stage: 'settled' },
			REFUND: { name: 'Refund', description: 'It went back', stage: 'final' },
		},
		alerts: ['REFUND'],
	},
	codes: {
		PARCEL_NOT_EXIST: notFound('Alipay knows no such parcel', 'Check the numbers of the parcel.'),
		SYSTEM_ERROR: BUSY,
	},
});

/** A number that belongs to both ways; without a status. */
export const RETURN = defineMethod({
	...PARCEL,
	name: 'alipay.example.return.query',
	resource: { value: 'return', name: 'Return' },
	noun: ['return', 'returns'],
	parameters: [
		{ name: 'trade_no', label: 'Trade No', rule: 'alipay', example: '2003', description: 'Trade' },
		{
			name: 'out_trade_no',
			label: 'Out Trade No',
			rule: 'merchant',
			example: 'A',
			description: 'Own',
		},
		{
			name: 'out_request_no',
			label: 'Out Request No',
			rule: 'merchant',
			example: 'B',
			description: 'Request',
			maxLength: 100,
		},
	],
	identifiedBy: {
		alipay: { description: 'By trade_no', anyOf: [['trade_no', 'out_request_no']] },
		merchant: { description: 'By out_trade_no', anyOf: [['out_trade_no', 'out_request_no']] },
	},
	fields: [
		{ name: 'trade_no', type: 'text', simplified: true },
		{ name: 'out_trade_no', type: 'text', simplified: true },
		{ name: 'out_request_no', type: 'text', simplified: true },
		{ name: 'refund_amount', type: 'amount', simplified: true },
	],
	status: null,
	codes: {
		BUSY_HERE: BUSY,
		ILLEGAL_ARGUMENT: configuration('The return has no such number', 'Check the number you sent.'),
	},
});

/** A field of each type; responses of any size. */
export const BASKET = defineMethod({
	...RETURN,
	name: 'alipay.example.basket.query',
	resource: { value: 'basket', name: 'Basket' },
	noun: ['basket', 'baskets'],
	parameters: [
		{ name: 'basket_no', label: 'Basket No', rule: 'alipay', example: '1', description: 'Basket' },
	],
	identifiedBy: {
		alipay: { description: 'By its number', anyOf: [['basket_no']] },
		merchant: { description: 'There is no other way', anyOf: [] },
	},
	fields: [
		{ name: 'basket_no', type: 'text', simplified: true },
		{ name: 'total', type: 'amount', simplified: true },
		{ name: 'paid_at', type: 'time', simplified: true },
		{ name: 'count', type: 'integer', simplified: true },
		{ name: 'gift', type: 'boolean', simplified: true },
		{ name: 'settle_info', type: 'object' },
		{ name: 'bill_list', type: 'array' },
	],
	codes: {},
	limits: { responseBytes: 2 * 1024 * 1024 },
});

/** Moves money. */
export const GIFT = defineMethod({
	...BASKET,
	name: 'alipay.example.gift.pay',
	aliases: '',
	effect: 'write',
	resource: { value: 'gift', name: 'Gift' },
	noun: ['gift', 'gifts'],
	codes: {
		BALANCE_NOT_ENOUGH: configuration('The balance is not enough', 'Top up the balance first.'),
		SYSTEM_ERROR: BUSY,
	},
});

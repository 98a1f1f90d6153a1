/**
 * Methods for payment operators to choose from. Every name is in Alipay's SDKs for PHP and Python. Methods
 * that open a page or need a file are left out.
 */
import type { Method } from './method';
import * as registry from './registry';

interface KnownMethod {
	/** What it does, in a few words. */
	what: string;
	/** The same in Alipay's Chinese words, for the search. */
	aliases: string;
	/** For a write: where to check whether it was carried out, and with which numbers. */
	proof?: string;
	/** Its success response has no `code`. */
	lacksCode?: true;
}

/** `Refund → Query with the same out_request_no` */
const by = ({ resource, operation }: Method, numbers: string): string =>
	`${resource.name} → ${operation.name} with the same ${numbers}`;

const TRADE = by(registry.tradeQuery, 'out_trade_no');
const DEPOSIT = by(registry.fundAuthorizationQuery, 'out_order_no and out_request_no');
const COUPON = by(registry.couponOperationQuery, 'out_order_no and out_request_no');
const AGREEMENT = 'alipay.user.agreement.query with the same agreement_no';
const RECEIVERS = 'alipay.trade.royalty.relation.batchquery';

/** By Alipay's names. */
export const KNOWN_METHODS: Readonly<Record<string, KnownMethod>> = {
	...Object.fromEntries(
		Object.values(registry).map(({ name, operation, aliases }) => [
			name,
			{ what: operation.action, aliases },
		]),
	),

	'alipay.trade.pay': {
		what: 'Take a payment with the barcode or face of the payer',
		aliases: '交易支付 当面付 付款码 条码支付',
		proof: TRADE,
	},
	'alipay.trade.precreate': {
		what: 'Create a payment and get its QR code',
		aliases: '交易预创建 当面付 扫码支付 二维码',
		proof: TRADE,
	},
	'alipay.trade.create': {
		what: 'Create a payment for a mini program',
		aliases: '交易创建 小程序支付',
		proof: TRADE,
	},
	'alipay.trade.refund': {
		what: 'Refund a payment',
		aliases: '交易退款',
		proof: by(registry.refundQuery, 'out_request_no, or out_trade_no if the refund had none'),
	},
	'alipay.trade.close': {
		what: 'Close an unpaid trade',
		aliases: '交易关闭',
		proof: TRADE,
	},
	'alipay.trade.cancel': {
		what: 'Cancel a trade and refund it if it is paid',
		aliases: '交易撤销 冲正',
		proof: TRADE,
	},
	'alipay.trade.order.settle': {
		what: 'Split a payment and pay shares to others',
		aliases: '交易结算 分账',
		proof: 'alipay.trade.order.settle.query with the same out_request_no and trade_no',
	},
	'alipay.trade.order.settle.query': { what: 'Query the split of a payment', aliases: '分账查询' },
	'alipay.trade.royalty.relation.bind': {
		what: 'Allow a receiver of shares',
		aliases: '分账关系绑定',
		proof: RECEIVERS,
	},
	'alipay.trade.royalty.relation.unbind': {
		what: 'Remove a receiver of shares',
		aliases: '分账关系解绑',
		proof: RECEIVERS,
	},
	'alipay.trade.royalty.relation.batchquery': {
		what: 'List the receivers of shares',
		aliases: '分账关系查询',
	},
	'alipay.trade.royalty.rate.query': {
		what: 'Query the largest share that receivers can get',
		aliases: '分账比例查询',
	},
	'alipay.trade.settle.confirm': {
		what: 'Confirm the settlement of a payment',
		aliases: '结算确认 确认收货',
	},
	'alipay.trade.customs.declare': {
		what: 'Declare a payment to customs',
		aliases: '海关报关 申报',
		proof: 'alipay.trade.customs.query with the same out_request_no',
	},
	'alipay.trade.customs.query': { what: 'Query customs declarations', aliases: '报关查询' },

	'alipay.fund.trans.uni.transfer': {
		what: 'Transfer money, or send a red packet',
		aliases: '单笔转账 现金红包',
		proof: by(registry.transferQuery, 'out_biz_no'),
	},
	'alipay.fund.trans.refund': {
		what: 'Return a transfer or a red packet',
		aliases: '资金退回 红包退回 退款',
		proof: by(registry.transferQuery, 'order_id'),
	},
	'alipay.fund.account.query': {
		what: 'Query the balance of an account',
		aliases: '账户余额查询 资产',
	},
	'alipay.fund.quota.query': { what: 'Query the transfer limit', aliases: '转账额度查询 限额' },
	'alipay.fund.batch.detail.query': { what: 'Query a batch of transfers', aliases: '批量转账查询' },
	'alipay.fund.accountbook.query': { what: 'Query an account book', aliases: '资金记账本查询' },
	'alipay.fund.auth.order.freeze': {
		what: 'Freeze a deposit with the barcode of the payer',
		aliases: '资金授权冻结 预授权 押金',
		proof: DEPOSIT,
	},
	'alipay.fund.auth.order.voucher.create': {
		what: 'Create a deposit and get its QR code',
		aliases: '资金授权发码 预授权 二维码',
		proof: DEPOSIT,
	},
	'alipay.fund.auth.order.unfreeze': {
		what: 'Unfreeze a deposit',
		aliases: '资金授权解冻 预授权 押金',
		proof: DEPOSIT,
	},
	'alipay.fund.auth.operation.cancel': {
		what: 'Cancel a deposit operation',
		aliases: '资金授权撤销 预授权',
		proof: DEPOSIT,
	},
	'alipay.fund.coupon.order.disburse': {
		what: 'Pay out a coupon red packet',
		aliases: '红包打款 红包发放',
		proof: COUPON,
	},
	'alipay.fund.coupon.order.refund': {
		what: 'Return a coupon red packet',
		aliases: '红包退回 退款',
		proof: COUPON,
	},
	'alipay.fund.coupon.order.agreement.pay': {
		what: 'Pay for a coupon red packet through an agreement',
		aliases: '红包协议支付',
		proof: COUPON,
	},

	'alipay.data.dataservice.bill.downloadurl.query': {
		what: 'Get the download address of a bill',
		aliases: '查询对账单下载地址 账单',
	},
	'alipay.data.bill.accountlog.query': {
		what: 'List account entries',
		aliases: '账务明细查询',
	},
	'alipay.data.bill.balance.query': {
		what: 'Query the balance of the merchant',
		aliases: '余额查询',
	},
	'alipay.data.bill.sell.query': { what: 'List sales', aliases: '卖出交易查询 账单' },
	'alipay.data.bill.buy.query': { what: 'List purchases', aliases: '买入交易查询 账单' },
	'alipay.data.bill.transfer.query': { what: 'List transfers', aliases: '转账账单查询' },
	'alipay.data.bill.ereceipt.apply': {
		what: 'Request an electronic receipt',
		aliases: '申请电子回单',
	},
	'alipay.data.bill.ereceipt.query': {
		what: 'Query an electronic receipt and its download address',
		aliases: '查询电子回单',
	},

	'alipay.system.oauth.token': {
		what: 'Exchange an authorization code for an access token (code and grant_type are public parameters)',
		aliases: '换取授权访问令牌 用户授权',
		lacksCode: true,
	},
	'alipay.user.info.share': {
		what: 'Get the profile of a user (auth_token is a public parameter)',
		aliases: '会员授权信息查询 用户信息',
	},
	'alipay.user.agreement.query': {
		what: 'Query an agreement',
		aliases: '代扣协议查询 签约 周期扣款',
	},
	'alipay.user.agreement.unsign': {
		what: 'End an agreement',
		aliases: '代扣协议解约 周期扣款',
		proof: AGREEMENT,
	},
	'alipay.user.agreement.executionplan.modify': {
		what: 'Change the payment date of an agreement',
		aliases: '周期性扣款协议执行计划修改',
		proof: AGREEMENT,
	},
	'alipay.user.certify.open.initialize': {
		what: 'Start an identity check',
		aliases: '身份认证初始化',
	},
	'alipay.user.certify.open.query': {
		what: 'Query an identity check',
		aliases: '身份认证记录查询',
	},

	'alipay.open.auth.token.app': {
		what: 'Exchange an app_auth_code for the App Auth Token of a merchant',
		aliases: '换取应用授权令牌 第三方应用',
	},
	'alipay.open.auth.token.app.query': {
		what: 'Query an App Auth Token',
		aliases: '查询应用授权令牌 第三方应用',
	},
	'alipay.open.app.qrcode.create': {
		what: 'Create a QR code of a mini program',
		aliases: '小程序二维码',
	},
	'alipay.merchant.tradecomplain.batchquery': {
		what: 'List complaints',
		aliases: '交易投诉列表查询',
	},
	'alipay.merchant.tradecomplain.query': { what: 'Query a complaint', aliases: '交易投诉详情查询' },
	'alipay.security.risk.complaint.info.batchquery': {
		what: 'List complaints (risk)',
		aliases: '消费者投诉列表查询 风控',
	},
	'alipay.security.risk.complaint.info.query': {
		what: 'Query a complaint (risk)',
		aliases: '消费者投诉详情查询 风控',
	},
};

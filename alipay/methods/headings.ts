/** Column headings in Chinese sheets for red packets and deposits: the numbers of an authorization order and its operations. */
export const FUND_HEADINGS = {
	auth_no: [
		'支付宝授权资金订单号',
		'支付宝资金授权订单号',
		'支付宝授权订单号',
		'支付宝授权单号',
		'资金授权订单号',
		'授权订单号',
		'授权单号',
	],
	operation_id: [
		'支付宝授权资金操作流水号',
		'支付宝资金操作流水号',
		'支付宝操作流水号',
		'资金操作流水号',
		'操作流水号',
	],
	out_order_no: ['商户授权资金订单号', '商户订单号'],
	out_request_no: ['商户授权资金操作流水号', '商户操作流水号', '商户请求流水号', '商户请求号'],
} as const;

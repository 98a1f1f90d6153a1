import type { Field } from '../../shared/item';

/**
 * The 17 response fields of alipay.fund.coupon.operation.query (API reference), in the order of the
 * item: first the ten that a workflow needs most.
 */
export const FIELDS = [
	{ name: 'auth_no', kind: 'text', simplified: true },
	{ name: 'operation_id', kind: 'text', simplified: true },
	{ name: 'out_order_no', kind: 'text', simplified: true },
	{ name: 'out_request_no', kind: 'text', simplified: true },
	{ name: 'operation_type', kind: 'text', simplified: true },
	{ name: 'status', kind: 'text', simplified: true },
	{ name: 'amount', kind: 'amount', simplified: true },
	{ name: 'total_pay_refund_amount', kind: 'amount', simplified: true },
	{ name: 'order_title', kind: 'text', simplified: true },
	{ name: 'gmt_trans', kind: 'time', simplified: true },
	{ name: 'gmt_create', kind: 'time', simplified: false },
	{ name: 'remark', kind: 'text', simplified: false },
	{ name: 'payer_user_id', kind: 'text', simplified: false },
	{ name: 'payer_logon_id', kind: 'text', simplified: false },
	{ name: 'payee_user_id', kind: 'text', simplified: false },
	{ name: 'payee_logon_id', kind: 'text', simplified: false },
	// An object; the text that Alipay sent when a number in it has more digits than JavaScript keeps.
	{ name: 'extra_param', kind: 'json', simplified: false },
] as const satisfies readonly Field[];

/** The status that may still change (API reference, "status"). */
export const OPEN_STATUS = 'INIT';

/** Those that stay for ever (API reference, "status"). Any other may be a new one of Alipay's. */
export const FINAL_STATUSES: readonly string[] = ['SUCCESS', 'CLOSED'];

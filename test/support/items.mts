/** The expected items for records of the simulator. */
import type { CouponOperation } from '../../tools/simulator/fixtures/couponOperation.mts';

const iso = (beijing?: string) => (beijing ? `${beijing.replace(' ', 'T')}.000+08:00` : null);

/** The complete item of a record, by default with the default options and without "Simplify". */
export function wholeItemOf(record: CouponOperation) {
	const { amount, total_pay_refund_amount, gmt_create, gmt_trans, ...texts } = record;
	return {
		...{ payee_user_id: null, payee_logon_id: null, extra_param: null },
		...texts,
		amount: Number(amount),
		total_pay_refund_amount: Number(total_pay_refund_amount),
		gmt_create: iso(gmt_create),
		gmt_trans: iso(gmt_trans),
	};
}

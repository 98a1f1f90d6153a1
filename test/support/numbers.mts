/**
 * Numbers that the simulator reads as a scenario (docs/simulator.md), in place of an operation's
 * own.
 */
import type { CouponNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import { alipayPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';

/** For clients that send any text. The node accepts only digits for Alipay's numbers. */
export const scenarioByAlipay = (operation_id: string, auth_no = 'any order') => ({
	auth_no,
	operation_id,
});

export const scenarioByMerchant = (out_request_no: string, out_order_no = 'any order') => ({
	out_order_no,
	out_request_no,
});

/**
 * Alipay's pair, by which the operation is found, together with the merchant's, which selects the
 * scenario.
 */
export const scenarioByBothPairs = (
	out_request_no: string,
	of: CouponNumbers = SAMPLES.closed,
) => ({
	...alipayPair(of),
	...scenarioByMerchant(out_request_no),
});

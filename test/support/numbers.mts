/** Numbers that the simulator takes as a scenario (docs/simulator.md), in place of an operation's own. */

export const scenarioByAlipay = (operation_id: string, auth_no = 'any order') => ({
	auth_no,
	operation_id,
});

export const scenarioByMerchant = (out_request_no: string, out_order_no = 'any order') => ({
	out_order_no,
	out_request_no,
});

/** Parameters of the Alipay node. */
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';

/** The numbers of each row, by Alipay's pair. */
export const BY_ALIPAY_PAIR = {
	authNo: '={{ $json.auth_no }}',
	operationId: '={{ $json.operation_id }}',
};

/** The numbers of each row, by either pair. */
export const BY_EITHER_PAIR = {
	identifyBy: 'auto',
	...BY_ALIPAY_PAIR,
	outOrderNo: '={{ $json.out_order_no }}',
	outRequestNo: '={{ $json.out_request_no }}',
};

/** The numbers of one operation, which is CLOSED. */
export const CLOSED_OPERATION = {
	authNo: SAMPLES.closed.auth_no,
	operationId: SAMPLES.closed.operation_id,
};

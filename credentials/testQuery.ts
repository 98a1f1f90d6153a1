import { couponOperationQuery } from '../alipay/methods/couponOperationQuery';

/** The query by which a credential is tried: its answer is known, and it changes nothing. */
export const TEST_METHOD = couponOperationQuery;

/** Numbers of no operation: to be told so, application, signature and permission must be right. */
export const NO_SUCH_OPERATION = { auth_no: '0', operation_id: '0' };

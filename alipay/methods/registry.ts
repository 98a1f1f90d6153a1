/** Every method with its own form, one per line. */
export { couponOperationQuery } from './couponOperationQuery';
export { fundAuthorizationQuery } from './fundAuthorizationQuery';
export { refundQuery } from './refundQuery';
export { tradeQuery } from './tradeQuery';
export { transferQuery } from './transferQuery';

/** Every method that has a form of its own: a line each. */
export { couponOperationQuery } from './couponOperationQuery';

import type { Params } from '../alipay/message/request';
import { tradeQuery } from '../alipay/methods/tradeQuery';

/**
 * The method of the credential test. It only reads. The application does not need permission for it: a
 * signed refusal proves the keys as well as a success does.
 */
export const TEST_METHOD = tradeQuery;

/** A number that does not belong to a trade. */
export const TEST_CONTENT = { out_trade_no: 'CREDENTIAL_TEST' };

export const TEST_PARAMS = {
	method: TEST_METHOD.name,
	biz_content: JSON.stringify(TEST_CONTENT),
} satisfies Params;

export const isTest = ({ method, biz_content }: Params): boolean =>
	method === TEST_PARAMS.method && biz_content === TEST_PARAMS.biz_content;

import type { Code } from './code';
import { CATALOGUE } from './gatewayCodes';

/** Codes by their name, e.g. those of a method. */
export type Codes = Readonly<Record<string, Code>>;

const groups = Object.entries(CATALOGUE);

/** What a gateway code alone says. */
export const GATEWAY_CODES: Codes = Object.fromEntries(
	groups.map(([code, { general }]) => [code, general]),
);

/** What a sub_code of the gateway alone says: no two groups share one. */
export const SUB_CODES: Codes = Object.fromEntries(
	groups.flatMap(([, { subCodes }]) => Object.entries(subCodes)),
);

/** What is said of a code that no table lists. */
export const UNKNOWN_CODE: Code = {
	meaning: 'Alipay answered with a code that this node does not know',
	solution: 'Look the code up in Alipay’s documentation, or give the trace ID to Alipay support.',
	retryable: false,
	cause: 'configuration-invalid',
};

/**
 * The business code without its prefix: Alipay writes `ACQ.` or `aop.ACQ.` before those of some APIs
 * (`ACQ.TRADE_NOT_EXIST` in the API reference of alipay.trade.query), so only the end counts.
 */
export function businessCode(subCode: string | null, codes: Codes): string {
	const code = subCode ?? '';
	const end = code.slice(code.lastIndexOf('.') + 1);
	return Object.hasOwn(codes, end) ? end : code;
}

/**
 * What a refusal means: by the sub_code first, the method's own `codes` before the gateway's, then by
 * the code.
 */
export function explain(code: string, subCode: string | null, codes: Codes): Code {
	return (
		own(codes, businessCode(subCode, codes)) ??
		own(SUB_CODES, subCode ?? '') ??
		own(GATEWAY_CODES, code) ??
		UNKNOWN_CODE
	);
}

/** The codes come from outside, so `constructor` must not find what every object has. */
const own = (codes: Codes, code: string) => (Object.hasOwn(codes, code) ? codes[code] : undefined);

import type { Code } from './code';
import { CATALOGUE } from './gatewayCodes';

/** Codes by name, for example the codes of a method. */
export type Codes = Readonly<Record<string, Code>>;

const groups = Object.entries(CATALOGUE);

export const GATEWAY_CODES: Codes = Object.fromEntries(
	groups.map(([code, { general }]) => [code, general]),
);

/** Sub codes of the gateway. No two groups share a sub code. */
export const SUB_CODES: Codes = Object.fromEntries(
	groups.flatMap(([, { subCodes }]) => Object.entries(subCodes)),
);

/** For a code that no table lists. */
export const UNKNOWN_CODE: Code = {
	meaning: 'Alipay returned a code that this node does not know',
	solution: 'Look up the code in Alipay’s documentation, or send the trace ID to Alipay support.',
	retryable: false,
	cause: 'configuration-invalid',
};

/**
 * The business code without its prefix. Some APIs put `ACQ.` or `aop.ACQ.` before it
 * (`ACQ.TRADE_NOT_EXIST` in the API reference of alipay.trade.query), so only the end counts.
 */
export function businessCode(subCode: string | null, codes: Codes): string {
	const code = subCode ?? '';
	const end = code.slice(code.lastIndexOf('.') + 1);
	return Object.hasOwn(codes, end) ? end : code;
}

/**
 * What a refusal means. The sub_code counts first, in the method's own `codes`, then in the gateway's;
 * the code counts last.
 */
export function explain(code: string, subCode: string | null, codes: Codes): Code {
	return (
		own(codes, businessCode(subCode, codes)) ??
		own(SUB_CODES, subCode ?? '') ??
		own(GATEWAY_CODES, code) ??
		UNKNOWN_CODE
	);
}

/** The gateway accepted the request, and the method refused it (opendocs common/02km9f). */
export const BUSINESS_FAILED = '40004';

/**
 * Whether Alipay gives this refusal only after it has accepted the App ID, signature and token: the method
 * itself refused, or a permission is missing. A signed refusal proves it.
 */
export function isAfterKeys(code: string, subCode: string | null): boolean {
	const known = own(SUB_CODES, subCode ?? '');
	return known ? known.keysProven === true : code === BUSINESS_FAILED;
}

/** The codes come from outside: a code such as `constructor` must not find an inherited property. */
const own = (codes: Codes, code: string) => (Object.hasOwn(codes, code) ? codes[code] : undefined);

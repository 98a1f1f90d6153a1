import { CATALOGUE, type CatalogueEntry } from './gatewayCodes';

const groups = Object.entries(CATALOGUE);

/** What the catalogue says of a gateway code alone. */
export const GATEWAY_CODES: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(
	groups.map(([code, { general }]) => [code, general]),
);

/** What it says of a sub_code alone: no two groups share one. */
export const SUB_CODES: Readonly<Record<string, CatalogueEntry>> = Object.assign(
	{},
	...groups.map(([, { subCodes }]) => subCodes),
);

/** The sub_codes of 40004, by which an API refuses a question that the gateway let through. */
export const BUSINESS_CODES: readonly string[] = Object.keys(CATALOGUE['40004']?.subCodes ?? {});

/** What is said of a code that the catalogue does not list. */
export const UNKNOWN_CODE: CatalogueEntry = {
	meaning: 'Alipay answered with a code that this node does not know',
	solution: 'Look the code up in Alipay’s documentation, or give the trace ID to Alipay support.',
	retryable: false,
	cause: 'configuration-invalid',
};

/**
 * The business code without its prefix: Alipay writes `ACQ.` or `aop.ACQ.` before those of some APIs
 * (`ACQ.TRADE_NOT_EXIST` in the API reference of alipay.trade.query), so only the end counts.
 */
export function businessCode(subCode: string | null): string {
	const code = subCode ?? '';
	const end = code.slice(code.lastIndexOf('.') + 1);
	return BUSINESS_CODES.includes(end) ? end : code;
}

/** What the catalogue says of a refusal: by sub_code first, then by code. */
export function explain(code: string, subCode: string | null): CatalogueEntry {
	return entryOf(SUB_CODES, businessCode(subCode)) ?? entryOf(GATEWAY_CODES, code) ?? UNKNOWN_CODE;
}

/** The codes come from outside, so `constructor` must not find what every object has. */
function entryOf(catalogue: Readonly<Record<string, CatalogueEntry>>, code: string) {
	return Object.hasOwn(catalogue, code) ? catalogue[code] : undefined;
}

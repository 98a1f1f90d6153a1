/**
 * What Alipay's codes mean, as data: the node, the credential test and the docs read these tables.
 *
 * Sources: the API reference of alipay.fund.coupon.operation.query for the five business codes,
 * Alipay's "common error codes" page (opendocs common/02km9f) for the gateway's.
 */

/** n8n's failure causes (n8n-workflow `failure.d.ts`), by which its scheduler backs off. */
export type Cause =
	| 'rate-limited'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

export interface CatalogueEntry {
	/** What happened, as a sentence without its full stop. */
	meaning: string;
	/** What the operator can do about it. */
	solution: string;
	/** Whether asking again can help. The query reads only, so asking again is always safe. */
	retryable: boolean;
	cause: Cause;
}

const configuration = (meaning: string, solution: string): CatalogueEntry => ({
	meaning,
	solution,
	retryable: false,
	cause: 'configuration-invalid',
});

const credential = (meaning: string, solution: string): CatalogueEntry => ({
	meaning,
	solution,
	retryable: false,
	cause: 'credential-invalid',
});

const outage = (meaning: string, solution: string): CatalogueEntry => ({
	meaning,
	solution,
	retryable: true,
	cause: 'temporarily-unavailable',
});

const limit = (meaning: string, solution: string): CatalogueEntry => ({
	meaning,
	solution,
	retryable: true,
	cause: 'rate-limited',
});

const WAIT = 'Ask again in a few minutes. If it stays, give the trace ID to Alipay support.';
const SLOWER =
	'Lower the Concurrency or set Requests per Second in the node, and run the workflow again.';
const REAUTHORISE =
	'Ask the merchant to authorise your application again and put the new app_auth_token into the App Auth Token.';
const CHECK_PAIR =
	'Compare the App ID and the Private Key of the credential with the application in the Alipay console: the application public key uploaded there must belong to this private key.';
const OPEN_PRODUCT =
	'Open the application in the Alipay console and add the product that contains this API, then wait until it is approved.';

/** The five business codes of the API reference, in its order. */
export const API_CODES = [
	'ILLEGAL_ARGUMENT',
	'AUTH_ORDER_NOT_EXIST',
	'AUTH_OPERATION_NOT_EXIST',
	'SYSTEM_ERROR',
	'ACCESS_FORBIDDEN',
] as const;

/** The codes by which Alipay says that there is no such operation. */
export const NOT_FOUND_CODES: readonly string[] = [
	'AUTH_ORDER_NOT_EXIST',
	'AUTH_OPERATION_NOT_EXIST',
];

/** By sub_code, without an `ACQ.` prefix. */
export const SUB_CODES: Readonly<Record<string, CatalogueEntry>> = {
	ILLEGAL_ARGUMENT: configuration(
		'Alipay does not accept the numbers of this query',
		'Check that each number is complete and stands in the right field, then run the item again.',
	),
	AUTH_ORDER_NOT_EXIST: configuration(
		'Not found: Alipay knows no such fund authorisation order',
		'Check the Auth No (auth_no) or the Out Order No (out_order_no). An order of another merchant or environment is unknown, too.',
	),
	AUTH_OPERATION_NOT_EXIST: configuration(
		'Not found: Alipay knows the order, but not this operation of it',
		'Check the Operation ID (operation_id) or the Out Request No (out_request_no).',
	),
	SYSTEM_ERROR: outage('Alipay was busy', WAIT),
	ACCESS_FORBIDDEN: configuration(
		'This merchant may not see the order',
		'Use the credential of the merchant who created the authorisation order, or its app_auth_token.',
	),

	'isp.unknow-error': outage('Alipay was unavailable', WAIT),
	'aop.unknow-error': outage('Alipay was unavailable', WAIT),

	'aop.invalid-auth-token': credential('The access token is not valid', REAUTHORISE),
	'aop.auth-token-time-out': credential('The access token has expired', REAUTHORISE),
	'aop.invalid-app-auth-token': credential('The App Auth Token is not valid', REAUTHORISE),
	'aop.invalid-app-auth-token-no-api': credential(
		'The App Auth Token does not cover this API',
		REAUTHORISE,
	),
	'aop.app-auth-token-time-out': credential('The App Auth Token has expired', REAUTHORISE),
	'aop.no-product-reg-by-partner': credential(
		'The merchant has not signed up for the product that contains this API',
		OPEN_PRODUCT,
	),

	'isv.invalid-signature': credential('Alipay does not accept the signature', CHECK_PAIR),
	'isv.missing-signature-key': credential(
		'The application has no public key at Alipay',
		'Upload the application public key that belongs to this private key in the Alipay console.',
	),
	'isv.missing-signature-config': credential(
		'The application has no key for this Sign Type at Alipay',
		'Choose the Sign Type in the credential for which a public key is uploaded (RSA2 for keys of 2048 bits).',
	),
	'isv.invalid-signature-type': credential(
		'Alipay does not accept the Sign Type',
		'Choose RSA2 in the credential.',
	),
	'isv.invalid-app-id': credential(
		'Alipay knows no application with this App ID',
		'Check the App ID and the Environment of the credential: a sandbox application exists in the sandbox only.',
	),
	'isv.missing-app-id': credential(
		'The App ID is missing',
		'Fill in the App ID of the credential.',
	),
	'not-online-app': credential(
		'The application is not online',
		'Submit the application for review in the Alipay console and wait until it is online.',
	),
	'isv.missing-app-cert-sn': credential(
		'The application signs with certificates, this credential with a plain key',
		'Use an application in public-key mode, or switch this one to public keys in the Alipay console.',
	),
	'isv.invalid-timestamp': configuration(
		'Alipay does not accept the time of the request',
		'Set the clock of the machine that runs n8n. The time zone does not matter.',
	),
	'isv.missing-encrypt-key': configuration(
		'The application demands encrypted content',
		'Switch off content encryption (AES) for this application in the Alipay console.',
	),
	'isv.decryption-error-missing-encrypt-type': configuration(
		'The application demands encrypted content',
		'Switch off content encryption (AES) for this application in the Alipay console.',
	),

	'isv.app-call-limited': limit('Alipay limits how often this application may ask', SLOWER),
	'isv.method-call-limited': limit('Alipay limits how often this API may be asked', SLOWER),

	'isv.insufficient-isv-permissions': credential(
		'The application has no permission for this API',
		OPEN_PRODUCT,
	),
	'isv.insufficient-user-permissions': credential(
		'The merchant has not granted this permission',
		REAUTHORISE,
	),
	'isv.self-invoke-forbidden': credential(
		'A third-party application may not ask in its own name',
		'Fill in the App Auth Token of the merchant.',
	),
	'isv.ip-forbidden': credential(
		'Alipay does not accept requests from this address',
		'Add the outgoing IP address of n8n to the allow list of the application in the Alipay console.',
	),
};

/** By gateway code, where the sub_code is unknown. */
export const GATEWAY_CODES: Readonly<Record<string, CatalogueEntry>> = {
	'20000': outage('Alipay was unavailable', WAIT),
	'20001': credential('The authorisation does not suffice', REAUTHORISE),
	'40001': configuration(
		'Alipay misses a required parameter',
		'Look the sub_code up in Alipay’s documentation, or report it to the maintainers of this node.',
	),
	'40002': configuration(
		'Alipay does not accept a parameter',
		'Check the App ID, the Sign Type and the numbers of this item.',
	),
	'40003': configuration(
		'A precondition is not met at Alipay',
		'Check the keys and the settings of the application in the Alipay console.',
	),
	'40004': configuration(
		'Alipay could not carry out the query',
		'Read Alipay’s words in sub_msg and check the numbers of this item.',
	),
	'40005': limit('Alipay limits how often this application may ask', SLOWER),
	'40006': credential('The application lacks a permission', OPEN_PRODUCT),
};

export const UNKNOWN_CODE: CatalogueEntry = configuration(
	'Alipay answered with a code that this node does not know',
	'Look the code up in Alipay’s documentation, or give the trace ID to Alipay support.',
);

/**
 * The business code without its prefix: Alipay writes `ACQ.` or `aop.ACQ.` before those of some APIs,
 * and its documentation asks to match the end (protocol of the official SDKs).
 */
export function businessCode(subCode: string | null): string {
	const code = subCode ?? '';
	const end = code.slice(code.lastIndexOf('.') + 1);
	return API_CODES.some((known) => known === end) ? end : code;
}

/** What the catalogue says of a refusal: by sub_code first, then by code. */
export function explain(code: string, subCode: string | null): CatalogueEntry {
	return entryOf(SUB_CODES, businessCode(subCode)) ?? entryOf(GATEWAY_CODES, code) ?? UNKNOWN_CODE;
}

/** The codes come from outside, so `constructor` must not find what every object has. */
function entryOf(catalogue: Readonly<Record<string, CatalogueEntry>>, code: string) {
	return Object.hasOwn(catalogue, code) ? catalogue[code] : undefined;
}

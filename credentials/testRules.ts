import type { ICredentialTestRequest } from 'n8n-workflow';
import type { CatalogueEntry } from '../alipay/errors/gatewayCodes';
import { BUSINESS_CODES, GATEWAY_CODES, SUB_CODES } from '../alipay/errors/explain';
import { TEST_METHOD } from './testQuery';

const ANSWER_NODE = `${TEST_METHOD.replaceAll('.', '_')}_response`;

/** Answers that Alipay gives only after it has accepted application, signature and permission. */
const PROOFS_OF_ACCESS: readonly string[] = [
	'ILLEGAL_ARGUMENT',
	'AUTH_ORDER_NOT_EXIST',
	'AUTH_OPERATION_NOT_EXIST',
	'ACCESS_FORBIDDEN',
	'40004',
];

type Rule = Extract<
	NonNullable<ICredentialTestRequest['rules']>[number],
	{ type: 'responseSuccessBody' }
>;

/** Last, for what is no answer to the question at all: a web page, an empty body, an unknown refusal. */
const NO_ANSWER_OF_ALIPAY: Rule = {
	type: 'responseSuccessBody',
	properties: {
		key: `${ANSWER_NODE}.code`,
		// n8n compares what it finds there with this, and finds nothing.
		value: undefined,
		message:
			'The gateway did not answer the query. Check the Environment and the Gateway URL, and whether a proxy or a firewall answers in Alipay’s place.',
	},
};

/**
 * n8n reports a test as passed unless a rule matches, so every other code needs one. It compares whole
 * values: the prefixes that Alipay writes before some business codes need rules of their own.
 */
function rulesFor(
	field: 'code' | 'sub_code',
	catalogue: Readonly<Record<string, CatalogueEntry>>,
	prefix: '' | 'ACQ.' | 'aop.ACQ.' = '',
): Rule[] {
	return Object.entries(catalogue)
		.filter(([code]) => !PROOFS_OF_ACCESS.includes(code))
		.filter(([code]) => prefix === '' || BUSINESS_CODES.includes(code))
		.flatMap(([code, { meaning, solution }]) =>
			[ANSWER_NODE, 'error_response'].map((node) => ({
				type: 'responseSuccessBody' as const,
				properties: {
					key: `${node}.${field}`,
					value: prefix + code,
					message: `${meaning}. ${solution}`,
				},
			})),
		);
}

/** What n8n says of an answer to the test. One that no rule matches is a success. */
export const TEST_RULES: Rule[] = [
	...rulesFor('sub_code', SUB_CODES),
	...rulesFor('sub_code', SUB_CODES, 'ACQ.'),
	...rulesFor('sub_code', SUB_CODES, 'aop.ACQ.'),
	...rulesFor('code', GATEWAY_CODES),
	NO_ANSWER_OF_ALIPAY,
];

import type { ICredentialTestRequest } from 'n8n-workflow';
import { GATEWAY_CODES, SUB_CODES, type Codes } from '../alipay/errors/explain';
import { TEST_METHOD } from './testQuery';

const ANSWER_NODE = `${TEST_METHOD.name.replaceAll('.', '_')}_response`;

/** The gateway code of every answer that Alipay gives only after it has accepted application, signature and permission. */
const BUSINESS_FAILED = '40004';

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

/** n8n reports a test as passed unless a rule matches, so every other code needs one. */
function rulesFor(field: 'code' | 'sub_code', codes: Codes): Rule[] {
	return Object.entries(codes).flatMap(([code, { meaning, solution }]) =>
		[ANSWER_NODE, 'error_response'].map((node) => ({
			type: 'responseSuccessBody' as const,
			properties: {
				key: `${node}.${field}`,
				value: code,
				message: `${meaning}. ${solution}`,
			},
		})),
	);
}

/**
 * The business codes that prove nothing: Alipay was busy. A rule compares whole values, so the prefixes
 * that Alipay writes before some codes need rules of their own.
 */
const BUSY: Codes = Object.fromEntries(
	Object.entries(TEST_METHOD.codes)
		.filter(([, { retryable }]) => retryable)
		.flatMap(([code, entry]) => ['', 'ACQ.', 'aop.ACQ.'].map((prefix) => [prefix + code, entry])),
);

const REFUSALS: Codes = Object.fromEntries(
	Object.entries(GATEWAY_CODES).filter(([code]) => code !== BUSINESS_FAILED),
);

/** What n8n says of an answer to the test. One that no rule matches is a success. */
export const TEST_RULES: Rule[] = [
	...rulesFor('sub_code', SUB_CODES),
	...rulesFor('sub_code', BUSY),
	...rulesFor('code', REFUSALS),
	NO_ANSWER_OF_ALIPAY,
];

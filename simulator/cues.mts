/**
 * Cues: an `operation_id` (or `out_request_no`) `SIM-<NAME>` under any order number makes the
 * simulator behave in one set way. Faults a client must survive, and attacks it must refuse.
 */
import type { KeyObject } from 'node:crypto';
import { envelope, NODE, nodeText, signature, signedAnswer, unsignedAnswer } from './answer.mts';
import type { AnswerContext, Delivery, HttpAnswer } from './answer.mts';
import { canonicalHint, errorFields } from './errors.mts';
import type { SubCode } from './errors.mts';

export interface CueContext extends AnswerContext {
	/** A successful record that carries the numbers asked for. */
	success: Record<string, string>;
	/** A successful record of some other operation. */
	other: Record<string, string>;
	/** The string that the request's signature was verified against. */
	canonical: string;
	/** How many times this pair of numbers was asked for, this time included. */
	attempt: number;
	/** A private key that is neither Alipay's nor the application's. */
	foreignKey: () => KeyObject;
}

export interface Cue {
	/** One line for people: what happens. */
	meaning: string;
	answer: (context: CueContext) => Delivery;
}

const HUGE_BYTES = 5 * 1024 * 1024;
const FORGED_AMOUNT = '999999.99';
/** A page of the web server in front of the gateway, in nginx's words (protocol §5, HTTP). */
const page = (title: string) =>
	`<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
	'<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** By full name. The order is the one people read in --help. */
export const CUES = {
	'SIM-ILLEGAL-ARGUMENT': failure('ILLEGAL_ARGUMENT'),
	'SIM-AUTH-ORDER-NOT-EXIST': failure('AUTH_ORDER_NOT_EXIST'),
	'SIM-AUTH-OPERATION-NOT-EXIST': failure('AUTH_OPERATION_NOT_EXIST'),
	'SIM-SYSTEM-ERROR': failure('SYSTEM_ERROR'),
	'SIM-ACCESS-FORBIDDEN': failure('ACCESS_FORBIDDEN'),
	'SIM-SERVICE-UNAVAILABLE': failure('isp.unknow-error'),
	'SIM-INVALID-AUTH-TOKEN': failure('aop.invalid-auth-token'),
	'SIM-INVALID-SIGNATURE': {
		meaning: '40002 isv.invalid-signature with the canonical string',
		answer: (context) =>
			signedAnswer(errorFields('isv.invalid-signature', canonicalHint(context.canonical)), context),
	},
	'SIM-INVALID-APP-ID': {
		meaning: '40002 isv.invalid-app-id, unsigned as in real life',
		answer: (context) => unsignedAnswer(errorFields('isv.invalid-app-id'), context),
	},
	'SIM-CALL-LIMITED': failure('isv.app-call-limited'),
	'SIM-INSUFFICIENT-PERMISSIONS': failure('isv.insufficient-isv-permissions'),
	'SIM-UNKNOWN-CODE': failure('RED_PACKET_ARCHIVED', ', a sub_code no document knows'),

	'SIM-TAMPERED': {
		meaning: 'attack: the amount was changed after signing',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([forged(text)], sign);
		},
	},
	'SIM-UNSIGNED': {
		meaning: 'attack: a success without a signature',
		answer: (context) => unsignedAnswer(context.success, context),
	},
	'SIM-EMPTY-SIGN': {
		meaning: 'attack: a success with an empty signature',
		answer: (context) => nodes([signedNode(context)[0]], ''),
	},
	'SIM-DUPLICATE-NODE': {
		meaning: 'attack: the signed node, then a forged one of the same name',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([text, forged(text)], sign);
		},
	},
	'SIM-DUPLICATE-NODE-FIRST': {
		meaning: 'attack: a forged node, then the signed one of the same name',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([forged(text), text], sign);
		},
	},
	'SIM-FORGED-ERROR': {
		meaning: 'attack: AUTH_OPERATION_NOT_EXIST with a wrong signature',
		answer: (context) => signedAnswer(errorFields('AUTH_OPERATION_NOT_EXIST'), foreign(context)),
	},
	'SIM-UNSIGNED-NOT-FOUND': {
		meaning: 'attack: AUTH_ORDER_NOT_EXIST without a signature',
		answer: (context) => unsignedAnswer(errorFields('AUTH_ORDER_NOT_EXIST'), context),
	},
	'SIM-OTHER-OPERATION': {
		meaning: 'attack: a validly signed answer about another operation',
		answer: (context) => signedAnswer(context.other, context),
	},
	'SIM-WRONG-KEY': {
		meaning: 'attack: signed with a foreign key',
		answer: (context) => signedAnswer(context.success, foreign(context)),
	},
	'SIM-SHA1': {
		meaning: 'attack: signed with SHA1 though RSA2 was asked for',
		answer: (context) => signedAnswer(context.success, { ...context, signType: 'RSA' }),
	},

	'SIM-HTML': {
		meaning: 'HTTP 200 with an HTML page',
		answer: () => ({ body: page('系统维护中') }),
	},
	'SIM-HTTP-502': {
		meaning: 'HTTP 502 with an HTML page',
		answer: () => ({ status: 502, body: page('502 Bad Gateway') }),
	},
	'SIM-HTTP-429': {
		meaning: 'HTTP 429 with an HTML page',
		answer: () => ({ status: 429, body: page('429 Too Many Requests') }),
	},
	'SIM-SILENCE': { meaning: 'no answer, ever', answer: () => 'silence' },
	'SIM-RESET': { meaning: 'the connection is reset', answer: () => 'reset' },
	'SIM-TRUNCATED': {
		meaning: 'the connection ends half way through the body',
		answer: (context) => ({ ...signedAnswer(context.success, context), cut: true }),
	},
	'SIM-EMPTY-BODY': { meaning: 'HTTP 200 with an empty body', answer: () => ({ body: '' }) },
	'SIM-HUGE': {
		meaning: 'a validly signed answer of more than 5 MB',
		answer: (context) =>
			signedAnswer({ ...context.success, remark: 'x'.repeat(HUGE_BYTES) }, context),
	},
	'SIM-REDIRECT': {
		meaning: 'HTTP 302 to another path',
		answer: () => ({ status: 302, headers: { location: '/elsewhere' }, body: page('302 Found') }),
	},

	'SIM-SIGN-FIRST': {
		meaning: 'a right answer with sign before the node',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return {
				body: envelope([
					['sign', `"${sign}"`],
					[NODE, text],
				]),
			};
		},
	},
	'SIM-NUMERIC-AMOUNTS': {
		meaning: "a right answer with amounts as JSON numbers, as in the API reference's sample",
		answer: (context) => {
			const text = nodeText(context.success, context.requestNumber);
			const amounts = /"(amount|total_pay_refund_amount)":"([0-9.]+)"/g;
			const numeric = text.replace(amounts, '"$1":$2');
			return nodes([numeric], signature(numeric, context.signType, context.alipayKey));
		},
	},
	'SIM-UNKNOWN-STATUS': {
		meaning: 'a right answer with the unheard-of status FROZEN',
		answer: (context) => signedAnswer({ ...context.success, status: 'FROZEN' }, context),
	},
	'SIM-UNESCAPED-SLASH': {
		meaning: 'signed with \\/, delivered with /, as a re-serialising middle box does',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([text.replaceAll('\\/', '/')], sign);
		},
	},
	'SIM-PRETTY': {
		meaning: 'a right answer with white space between the tokens',
		answer: (context) => {
			const text = nodeText(context.success, context.requestNumber, '  ');
			const sign = signature(text, context.signType, context.alipayKey);
			return { body: `{\n  "${NODE}" : ${text} ,\n  "sign" : "${sign}"\n}\n` };
		},
	},
	'SIM-FLAKY': {
		meaning: 'SYSTEM_ERROR on the first two tries of a pair of numbers, then the right answer',
		answer: (context) =>
			signedAnswer(context.attempt > 2 ? context.success : errorFields('SYSTEM_ERROR'), context),
	},
} satisfies Record<string, Cue>;

/** What goes wrong by itself under `faultRate`: cues that a retry gets over (protocol §0.13). */
export const FAULTS = [
	'SIM-RESET',
	'SIM-HTTP-502',
	'SIM-SERVICE-UNAVAILABLE',
	'SIM-CALL-LIMITED',
	'SIM-SYSTEM-ERROR',
	'SIM-TRUNCATED',
] as const;

function failure(subCode: SubCode, remark = ''): Cue {
	const { code, sub_msg } = errorFields(subCode);
	return {
		meaning: `${code} ${subCode} ${sub_msg}${remark}`,
		answer: (context) => signedAnswer(errorFields(subCode), context),
	};
}

function signedNode(context: CueContext): [text: string, sign: string] {
	const text = nodeText(context.success, context.requestNumber);
	return [text, signature(text, context.signType, context.alipayKey)];
}

function nodes(texts: readonly string[], sign: string): HttpAnswer {
	const members = texts.map((text) => [NODE, text] as const);
	return { body: envelope([...members, ['sign', `"${sign}"`]]) };
}

function forged(text: string): string {
	return text.replace(/"amount":"[0-9.]+"/, `"amount":"${FORGED_AMOUNT}"`);
}

function foreign(context: CueContext): AnswerContext {
	return { ...context, alipayKey: context.foreignKey() };
}

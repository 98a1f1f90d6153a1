/**
 * Cues: an `operation_id` (or `out_request_no`) `SIM-<NAME>` under any order number makes the
 * simulator behave in one set way. Faults a client must survive, and attacks it must refuse.
 */
import { gatewayCodeOf } from '../alipay/catalogue.ts';
import type { KeyObject } from 'node:crypto';
import { envelope, NODE, nodeText, sealed, signature, signedAnswer } from './answer.mts';
import { signMembers, unsignedAnswer } from './answer.mts';
import type { AnswerContext, Delivery, HttpAnswer } from './answer.mts';
import type { Signer, StrangeCertificate } from './certificates.mts';
import { canonicalHint, errorFields } from './errors.mts';

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
	/** A certificate that goes back to Alipay's root and is in no credential. */
	strange: (name: StrangeCertificate) => Signer;
	/** The key that both sides encrypt with when the request asks for it. */
	aesKey: Buffer;
}

export interface Cue {
	/** One line for people: what happens. */
	meaning: string;
	answer: (context: CueContext) => Delivery;
}

const SLOW_MS = 1_500;
const HUGE_BYTES = 5 * 1024 * 1024;
const FORGED_AMOUNT = '999999.99';
const UNKNOWN_SN = '0123456789abcdef0123456789abcdef';
const OTHER_AES_KEY = Buffer.from('another AES key!');
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
			signedAnswer(
				errorFields('isv.invalid-signature', canonicalHint(context.canonical)),
				inClear(context),
			),
	},
	'SIM-INVALID-APP-ID': {
		meaning: '40002 isv.invalid-app-id, unsigned as in real life',
		answer: (context) => unsignedAnswer(errorFields('isv.invalid-app-id'), inClear(context)),
	},
	'SIM-CALL-LIMITED': failure('isv.app-call-limited'),
	'SIM-INSUFFICIENT-PERMISSIONS': failure('isv.insufficient-isv-permissions'),
	'SIM-UNKNOWN-CODE': failure('RED_PACKET_ARCHIVED', ', a sub_code no document knows'),

	'SIM-TAMPERED': {
		meaning: 'attack: the amount was changed after signing',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([forged(text)], sign, context);
		},
	},
	'SIM-UNSIGNED': {
		meaning: 'attack: a success without a signature',
		answer: (context) => unsignedAnswer(context.success, context),
	},
	'SIM-EMPTY-SIGN': {
		meaning: 'attack: a success with an empty signature',
		answer: (context) => nodes([signedNode(context)[0]], '', context),
	},
	'SIM-DUPLICATE-NODE': {
		meaning: 'attack: the signed node, then a forged one of the same name',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([text, forged(text)], sign, context);
		},
	},
	'SIM-DUPLICATE-NODE-FIRST': {
		meaning: 'attack: a forged node, then the signed one of the same name',
		answer: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([forged(text), text], sign, context);
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
	'SIM-SLOW': {
		meaning: `a right answer after ${SLOW_MS / 1000} seconds`,
		answer: (context) => ({ ...signedAnswer(context.success, context), delayMs: SLOW_MS }),
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
			const signFirst = signMembers(sign, context).reverse();
			return { body: envelope([...signFirst, [NODE, sealed(text, context)]]) };
		},
	},
	'SIM-NUMERIC-AMOUNTS': {
		meaning: "a right answer with amounts as JSON numbers, as in the API reference's sample",
		answer: (context) => {
			const text = nodeText(context.success, context.requestNumber);
			const amounts = /"(amount|total_pay_refund_amount)":"([0-9.]+)"/g;
			const numeric = text.replace(amounts, '"$1":$2');
			return nodes([numeric], signature(sealed(numeric, context), context), context);
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
			const delivered = sealed(text, context).replaceAll('\\/', '/');
			return { body: envelope([[NODE, delivered], ...signMembers(sign, context)]) };
		},
	},
	'SIM-PRETTY': {
		meaning: 'a right answer with white space between the tokens',
		answer: (context) => {
			const text = sealed(nodeText(context.success, context.requestNumber, '  '), context);
			const members = [[NODE, text], ...signMembers(signature(text, context), context)];
			const lines = members.map(([name, value]) => `  "${name}" : ${value}`);
			return { body: `{\n${lines.join(' ,\n')}\n}\n` };
		},
	},
	'SIM-FLAKY': {
		meaning: 'SYSTEM_ERROR on the first two tries of a pair of numbers, then the right answer',
		answer: (context) =>
			signedAnswer(context.attempt > 2 ? context.success : errorFields('SYSTEM_ERROR'), context),
	},

	'SIM-INIT-THEN-BUSY': {
		meaning: 'INIT on the first try of a pair of numbers, then SYSTEM_ERROR',
		answer: (context) =>
			signedAnswer(
				context.attempt > 1 ? errorFields('SYSTEM_ERROR') : { ...context.success, status: 'INIT' },
				context,
			),
	},

	'SIM-RENEWED-CERT': {
		meaning: "certificate mode: a right answer under Alipay's next certificate, to be downloaded",
		answer: (context) => signedAnswer(context.success, signedBy('renewed', context)),
	},
	'SIM-MERCHANT-CERT': {
		meaning: "attack: signed under another merchant's certificate of the same root",
		answer: (context) => signedAnswer(context.success, signedBy('merchant', context)),
	},
	'SIM-UNKNOWN-CERT': {
		meaning: 'attack: signed under a certificate that cannot be downloaded',
		answer: (context) =>
			signedAnswer(context.success, { ...foreign(context), certSn: context.certSn && UNKNOWN_SN }),
	},
	'SIM-GBK-BYTES': {
		meaning: '20000 aop.unknow-error in GBK, signed so, whatever charset was asked for',
		answer: (context) =>
			signedAnswer(errorFields('aop.unknow-error'), { ...inClear(context), charset: 'gbk' }),
	},
	'SIM-GBK-ANSWER': {
		meaning: 'a right answer in GBK, signed so, whatever charset was asked for',
		answer: (context) => signedAnswer(context.success, { ...context, charset: 'gbk' }),
	},
	'SIM-PLAIN-ANSWER': {
		meaning: 'a right answer in clear text even to an encrypted request',
		answer: (context) => signedAnswer(context.success, inClear(context)),
	},
	'SIM-ENCRYPTED-UNSIGNED': {
		meaning: 'attack: an encrypted success without a signature',
		answer: (context) =>
			unsignedAnswer(context.success, { ...context, encryptKey: context.aesKey }),
	},
	'SIM-WRONG-AES-KEY': {
		meaning: 'encrypted with another key, validly signed',
		answer: (context) => signedAnswer(context.success, { ...context, encryptKey: OTHER_AES_KEY }),
	},
} satisfies Record<string, Cue>;

/**
 * What goes wrong by itself under `faultRate`, by the name that `--faults` takes. A retry gets over
 * all but `tampered`, which no client may believe or ask again (protocol §0.13).
 */
export const FAULTS = {
	reset: 'SIM-RESET',
	'http-502': 'SIM-HTTP-502',
	'service-unavailable': 'SIM-SERVICE-UNAVAILABLE',
	'call-limited': 'SIM-CALL-LIMITED',
	'system-error': 'SIM-SYSTEM-ERROR',
	truncated: 'SIM-TRUNCATED',
	'http-429': 'SIM-HTTP-429',
	slow: 'SIM-SLOW',
	hang: 'SIM-SILENCE',
	'wrong-charset': 'SIM-GBK-ANSWER',
	tampered: 'SIM-TAMPERED',
} as const satisfies Record<string, keyof typeof CUES>;

export type FaultName = keyof typeof FAULTS;

/** What happens unless other faults are named: each comes at once and passes. */
export const USUAL_FAULTS: readonly FaultName[] = [
	'reset',
	'http-502',
	'service-unavailable',
	'call-limited',
	'system-error',
	'truncated',
];

/** Any code of the catalogue: `SIM-CODE-isv.invalid-timestamp`. */
const CODE_CUE = /^SIM-CODE-(.+)$/;

/** The cue that an operation number names, if it names one. */
export function cueOf(operation: string): Cue | undefined {
	if (Object.hasOwn(CUES, operation)) return CUES[operation as keyof typeof CUES];
	const subCode = CODE_CUE.exec(operation)?.[1];
	return subCode !== undefined && gatewayCodeOf(subCode) ? failure(subCode) : undefined;
}

function failure(subCode: string, remark = ''): Cue {
	const { code, sub_msg } = errorFields(subCode);
	// What the gateway itself complains of has a dot in it; it has not decrypted anything by then.
	const ofGateway = subCode.includes('.');
	return {
		meaning: `${code} ${subCode} ${sub_msg}${remark}`,
		answer: (context) => signedAnswer(errorFields(subCode), ofGateway ? inClear(context) : context),
	};
}

function signedNode(context: CueContext): [text: string, sign: string] {
	const text = nodeText(context.success, context.requestNumber);
	return [text, signature(sealed(text, context), context)];
}

function nodes(texts: readonly string[], sign: string, context: CueContext): HttpAnswer {
	const members = texts.map((text) => [NODE, sealed(text, context)] as const);
	return { body: envelope([...members, ...signMembers(sign, context)]) };
}

function forged(text: string): string {
	return text.replace(/"amount":"[0-9.]+"/, `"amount":"${FORGED_AMOUNT}"`);
}

function foreign(context: CueContext): AnswerContext {
	return { ...context, alipayKey: context.foreignKey() };
}

/** In public-key mode there is no name to give, and the answer is one under a wrong key. */
function signedBy(name: StrangeCertificate, context: CueContext): AnswerContext {
	const { privateKey, sn } = context.strange(name);
	return { ...context, alipayKey: privateKey, certSn: context.certSn && sn };
}

function inClear(context: CueContext): AnswerContext {
	return { ...context, encryptKey: undefined };
}

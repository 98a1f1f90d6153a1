/**
 * Cues: an `operation_id` (or `out_request_no`) `SIM-<NAME>` under any order number makes the
 * simulator behave in one set way. Faults a client must survive, and attacks it must refuse.
 */
import { envelope, NODE, nodeText, sealed, signature, signedAnswer } from './answer.mts';
import { signMembers, unsignedAnswer } from './answer.mts';
import type { FinalStatus } from './book.mts';
import { canonicalHint, errorFields, gatewayCodeOf } from './errors.mts';
import { failure, foreign, freshRecord, inClear, nodes, signedBy, signedNode } from './wording.mts';
import type { Cue } from './wording.mts';

const SLOW_MS = 1_500;
const HUGE_BYTES = 5 * 1024 * 1024;
const FORGED_AMOUNT = '999999.99';
const UNKNOWN_SN = '0123456789abcdef0123456789abcdef';
const OTHER_AES_KEY = Buffer.from('another AES key!');
/** A page of the web server in front of the gateway, in nginx's words. */
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
				context.attempt > 1 ? errorFields('SYSTEM_ERROR') : freshRecord(context),
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
 * all but `tampered`, which no client may believe or ask again.
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

interface OpenCue {
	/** One line for people: what happens. */
	meaning: string;
	/** Undefined for a part that it does not take. */
	cue: (part: string) => Cue | undefined;
}

/** Cues whose names end in a part to fill in. */
export const OPEN_CUES: Readonly<Record<string, OpenCue>> = {
	'SIM-SUCCESS-AFTER-<seconds>': settling('SUCCESS'),
	'SIM-CLOSED-AFTER-<seconds>': settling('CLOSED'),
	'SIM-CODE-<sub_code>': {
		meaning: 'any sub_code of docs/codes.md, e.g. SIM-CODE-isv.invalid-timestamp',
		cue: (subCode) => (gatewayCodeOf(subCode) ? failure(subCode) : undefined),
	},
};

/** The cue that an operation number names, if it names one. */
export function cueOf(operation: string): Cue | undefined {
	if (Object.hasOwn(CUES, operation)) return CUES[operation as keyof typeof CUES];
	for (const [name, { cue }] of Object.entries(OPEN_CUES)) {
		const prefix = name.slice(0, name.indexOf('<'));
		if (operation.startsWith(prefix)) return cue(operation.slice(prefix.length));
	}
	return undefined;
}

/** INIT until its time has come; each pair of numbers, hence each order, has a clock of its own. */
function settling(status: FinalStatus): OpenCue {
	const meaning = `INIT, and ${status} so many seconds after this pair of numbers was first asked for`;
	const after = (seconds: number): Cue => ({
		meaning,
		answer(context) {
			const since = context.firstAskedAt + seconds * 1000;
			const end = context.now >= since ? { status, since } : undefined;
			return signedAnswer(freshRecord(context, end), context);
		},
	});
	return {
		meaning,
		cue: (seconds) => (/^\d+$/.test(seconds) ? after(Number(seconds)) : undefined),
	};
}

function forged(text: string): string {
	return text.replace(/"amount":"[0-9.]+"/, `"amount":"${FORGED_AMOUNT}"`);
}

/**
 * Scenarios: a number `SIM-<NAME>` in a request makes the simulator behave in a fixed way, for every method.
 * They are failures that a client must survive, and attacks that it must refuse.
 */
import { businessError, canonicalHint, gatewayError } from './errors.mts';
import type { Fields } from './fixture.mts';
import {
	envelope,
	nodeText,
	sealed,
	signature,
	signedResponse,
	signMembers,
	unsignedResponse,
} from './response.mts';
import {
	businessFailure,
	errorOf,
	foreign,
	forgedNode,
	freshRecord,
	gatewayFailure,
	inClear,
	nodes,
	signedBy,
	signedNode,
} from './scenario.mts';
import type { Scenario, ScenarioContext } from './scenario.mts';

const SLOW_MS = 1_500;
const HUGE_BYTES = 5 * 1024 * 1024;
const UNKNOWN_SN = '0123456789abcdef0123456789abcdef';
const OTHER_AES_KEY = Buffer.from('another AES key!');
/** A page of the web server in front of the gateway, as nginx writes it. */
const page = (title: string) =>
	`<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
	'<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';

/** By full name, in the order of --help. */
export const SCENARIOS = {
	'SIM-ILLEGAL-ARGUMENT': businessFailure('invalid', '40004 ILLEGAL_ARGUMENT'),
	'SIM-AUTH-ORDER-NOT-EXIST': businessFailure('firstNotFound', '40004 AUTH_ORDER_NOT_EXIST'),
	'SIM-AUTH-OPERATION-NOT-EXIST': businessFailure('lastNotFound', '40004 AUTH_OPERATION_NOT_EXIST'),
	'SIM-SYSTEM-ERROR': businessFailure('busy', '40004 SYSTEM_ERROR'),
	'SIM-ACCESS-FORBIDDEN': businessFailure('forbidden', '40004 ACCESS_FORBIDDEN'),
	'SIM-SERVICE-UNAVAILABLE': gatewayFailure('isp.unknow-error'),
	'SIM-INVALID-AUTH-TOKEN': gatewayFailure('aop.invalid-auth-token'),
	'SIM-INVALID-SIGNATURE': {
		meaning: '40002 isv.invalid-signature with the canonical string',
		respond: (context) =>
			signedResponse(
				gatewayError('isv.invalid-signature', canonicalHint(context.canonical)),
				inClear(context),
			),
	},
	'SIM-INVALID-APP-ID': {
		meaning: '40002 isv.invalid-app-id, unsigned as on the real gateway',
		respond: (context) => unsignedResponse(gatewayError('isv.invalid-app-id'), inClear(context)),
	},
	'SIM-CALL-LIMITED': gatewayFailure('isv.app-call-limited'),
	'SIM-INSUFFICIENT-PERMISSIONS': gatewayFailure('isv.insufficient-isv-permissions'),
	'SIM-UNKNOWN-CODE': {
		meaning: '40004 RED_PACKET_ARCHIVED, a sub_code that is not documented',
		respond: (context) =>
			signedResponse(businessError('RED_PACKET_ARCHIVED', '红包明细已归档'), context),
	},

	'SIM-TAMPERED': {
		meaning: 'attack: the amount was changed after signing',
		respond: (context) => {
			const [, sign] = signedNode(context);
			return nodes([forgedNode(context)], sign, context);
		},
	},
	'SIM-UNSIGNED': {
		meaning: 'attack: a success without a signature',
		respond: (context) => unsignedResponse(context.success, context),
	},
	'SIM-EMPTY-SIGN': {
		meaning: 'attack: a success with an empty signature',
		respond: (context) => nodes([signedNode(context)[0]], '', context),
	},
	'SIM-DUPLICATE-NODE': {
		meaning: 'attack: the signed node, then a forged one of the same name',
		respond: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([text, forgedNode(context)], sign, context);
		},
	},
	'SIM-DUPLICATE-NODE-FIRST': {
		meaning: 'attack: a forged node, then the signed one of the same name',
		respond: (context) => {
			const [text, sign] = signedNode(context);
			return nodes([forgedNode(context), text], sign, context);
		},
	},
	'SIM-FORGED-ERROR': {
		meaning: 'attack: AUTH_OPERATION_NOT_EXIST with a wrong signature',
		respond: (context) => signedResponse(errorOf('lastNotFound', context), foreign(context)),
	},
	'SIM-UNSIGNED-NOT-FOUND': {
		meaning: 'attack: AUTH_ORDER_NOT_EXIST without a signature',
		respond: (context) => unsignedResponse(errorOf('firstNotFound', context), context),
	},
	'SIM-OTHER-OPERATION': {
		meaning: 'attack: a response about another record, with a valid signature',
		respond: (context) => signedResponse(context.other, context),
	},
	'SIM-WRONG-KEY': {
		meaning: 'attack: signed with another key',
		respond: (context) => signedResponse(context.success, foreign(context)),
	},
	'SIM-SHA1': {
		meaning: 'attack: signed with SHA1 where RSA2 was requested',
		respond: (context) => signedResponse(context.success, { ...context, signType: 'RSA' }),
	},

	'SIM-HTML': {
		meaning: 'HTTP 200 with an HTML page',
		respond: () => ({ body: page('系统维护中') }),
	},
	'SIM-HTTP-502': {
		meaning: 'HTTP 502 with an HTML page',
		respond: () => ({ status: 502, body: page('502 Bad Gateway') }),
	},
	'SIM-HTTP-429': {
		meaning: 'HTTP 429 with an HTML page',
		respond: () => ({ status: 429, body: page('429 Too Many Requests') }),
	},
	'SIM-SILENCE': { meaning: 'no response', respond: () => 'silence' },
	'SIM-RESET': { meaning: 'the connection is reset', respond: () => 'reset' },
	'SIM-TRUNCATED': {
		meaning: 'the connection ends in the middle of the body',
		respond: (context) => ({ ...signedResponse(context.success, context), cut: true }),
	},
	'SIM-SLOW': {
		meaning: `a correct response after ${SLOW_MS / 1000} seconds`,
		respond: (context) => ({ ...signedResponse(context.success, context), delayMs: SLOW_MS }),
	},
	'SIM-EMPTY-BODY': { meaning: 'HTTP 200 with an empty body', respond: () => ({ body: '' }) },
	'SIM-HUGE': {
		meaning: 'a response of more than 5 MB with a valid signature',
		respond: (context) =>
			signedResponse({ ...context.success, remark: 'x'.repeat(HUGE_BYTES) }, context),
	},
	'SIM-REDIRECT': {
		meaning: 'HTTP 302 to another path',
		respond: () => ({ status: 302, headers: { location: '/elsewhere' }, body: page('302 Found') }),
	},

	'SIM-SIGN-FIRST': {
		meaning: 'a correct response with sign before the node',
		respond: (context) => {
			const [text, sign] = signedNode(context);
			const signFirst = signMembers(sign, context).reverse();
			return { body: envelope([...signFirst, [context.node, sealed(text, context)]]) };
		},
	},
	'SIM-NUMERIC-AMOUNTS': {
		meaning: "a correct response with amounts as JSON numbers, as in the API reference's sample",
		respond: (context) => {
			const text = nodeText(context.success, context.requestNumber);
			const names = context.fixture.amounts?.join('|') ?? '';
			const amounts = new RegExp(`"(${names})":"([0-9.]+)"`, 'g');
			const numeric = text.replace(amounts, '"$1":$2');
			return nodes([numeric], signature(sealed(numeric, context), context), context);
		},
	},
	'SIM-UNKNOWN-STATUS': {
		meaning: 'a correct response with the unknown status FROZEN',
		respond: (context) => signedResponse(withUnknownStatus(context), context),
	},
	'SIM-UNESCAPED-SLASH': {
		meaning: 'signed with \\/, delivered with /, as a re-serializing proxy does',
		respond: (context) => {
			const [text, sign] = signedNode(context);
			const delivered = sealed(text, context).replaceAll('\\/', '/');
			return { body: envelope([[context.node, delivered], ...signMembers(sign, context)]) };
		},
	},
	'SIM-PRETTY': {
		meaning: 'a correct response with white space between the tokens',
		respond: (context) => {
			const text = sealed(nodeText(context.success, context.requestNumber, '  '), context);
			const members = [[context.node, text], ...signMembers(signature(text, context), context)];
			const lines = members.map(([name, value]) => `  "${name}" : ${value}`);
			return { body: `{\n${lines.join(' ,\n')}\n}\n` };
		},
	},
	'SIM-FLAKY': {
		meaning:
			'SYSTEM_ERROR for the first two requests with these numbers, then the correct response',
		respond: (context) =>
			signedResponse(context.attempt > 2 ? context.success : errorOf('busy', context), context),
	},

	'SIM-INIT-THEN-BUSY': {
		meaning: 'INIT for the first request with these numbers, then SYSTEM_ERROR',
		respond: (context) =>
			signedResponse(
				context.attempt > 1 ? errorOf('busy', context) : freshRecord(context),
				context,
			),
	},

	'SIM-RENEWED-CERT': {
		meaning:
			"certificate mode: a correct response, signed with Alipay's next certificate (to be downloaded)",
		respond: (context) => signedResponse(context.success, signedBy('renewed', context)),
	},
	'SIM-MERCHANT-CERT': {
		meaning: "attack: signed with another merchant's certificate under the same root",
		respond: (context) => signedResponse(context.success, signedBy('merchant', context)),
	},
	'SIM-UNKNOWN-CERT': {
		meaning: 'attack: signed with a certificate that cannot be downloaded',
		respond: (context) =>
			signedResponse(context.success, {
				...foreign(context),
				certSn: context.certSn && UNKNOWN_SN,
			}),
	},
	'SIM-GBK-BYTES': {
		meaning: '20000 aop.unknow-error, encoded and signed in GBK for any requested charset',
		respond: (context) =>
			signedResponse(gatewayError('aop.unknow-error'), { ...inClear(context), charset: 'gbk' }),
	},
	'SIM-GBK-ANSWER': {
		meaning: 'a correct response, encoded and signed in GBK for any requested charset',
		respond: (context) => signedResponse(context.success, { ...context, charset: 'gbk' }),
	},
	'SIM-PLAIN-ANSWER': {
		meaning: 'a correct response in plain text, even to an encrypted request',
		respond: (context) => signedResponse(context.success, inClear(context)),
	},
	'SIM-ENCRYPTED-UNSIGNED': {
		meaning: 'attack: an encrypted success without a signature',
		respond: (context) =>
			unsignedResponse(context.success, { ...context, encryptKey: context.aesKey }),
	},
	'SIM-WRONG-AES-KEY': {
		meaning: 'encrypted with another key, with a valid signature',
		respond: (context) =>
			signedResponse(context.success, { ...context, encryptKey: OTHER_AES_KEY }),
	},
} satisfies Record<string, Scenario>;

function withUnknownStatus({ fixture, success }: ScenarioContext): Fields {
	return fixture.status ? { ...success, [fixture.status.field]: 'FROZEN' } : success;
}

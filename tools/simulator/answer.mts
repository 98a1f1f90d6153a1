/** How the gateway words, signs and delivers an answer. Own code over node:crypto. */
import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encode, encrypt } from './encoding.mts';
import type { Charset } from './encoding.mts';

export const METHOD = 'alipay.fund.coupon.operation.query';
export const DOWNLOAD_METHOD = 'alipay.open.app.alipaycert.download';
/** The methods that the gateway knows. */
const METHODS: readonly string[] = [METHOD, DOWNLOAD_METHOD];

export const isKnownMethod = (method: string | undefined) => METHODS.includes(method ?? '');

/** The node of an answer; one for all methods that the gateway does not know. */
export function nodeOf(method: string | undefined): string {
	return isKnownMethod(method) ? `${method?.replaceAll('.', '_')}_response` : 'error_response';
}

export const NODE = nodeOf(METHOD);

export type SignType = 'RSA2' | 'RSA';
export const DIGEST: Record<SignType, string> = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' };

/** What goes on the wire: an HTTP answer, one cut off half way, a dropped connection, or nothing. */
export type Delivery = HttpAnswer | 'reset' | 'silence';

export interface HttpAnswer {
	body: string;
	/** What the body is sent in. Default: the charset of the request. */
	charset?: Charset;
	/** Default 200: the gateway reports its errors with HTTP 200 too. */
	status?: number;
	headers?: Record<string, string>;
	/** How long to wait before it is sent, on top of the simulator's latency. */
	delayMs?: number;
	/** Announce the whole length, send half of it, then hang up. */
	cut?: boolean;
}

/** What an answer needs to know of the request it answers. */
export interface AnswerContext {
	/** 1, 2, 3… since the start; seeds everything that varies, so that a run can be repeated. */
	requestNumber: number;
	signType: SignType;
	alipayKey: KeyObject;
	/** Goes into the answer: the name of the certificate of `alipayKey`. Certificate mode only. */
	certSn?: string | undefined;
	/** What the signature counts the bytes in, and the body is sent in. */
	charset: Charset;
	/** AES; the node is encrypted with it when it is there. */
	encryptKey?: Buffer | undefined;
}

/** A number in [0, 1) that depends on nothing but `seed` (one step of mulberry32). */
export function seeded(seed: number): number {
	let t = (seed + 0x6d2b79f5) | 0;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/**
 * The JSON text of a node. Real answers have no fixed order of fields, and escape every slash as
 * `\/` before signing: seen in real signed answers. `indent` puts white space between the tokens.
 */
export function nodeText(
	fields: Record<string, unknown>,
	requestNumber: number,
	indent?: string,
): string {
	const ordered = Object.entries(fields)
		.map((entry, index) => ({ entry, rank: seeded(requestNumber * 64 + index) }))
		.sort((a, b) => a.rank - b.rank);
	const text = JSON.stringify(Object.fromEntries(ordered.map(({ entry }) => entry)), null, indent);
	return text.replaceAll('/', '\\/');
}

/** A node's text as it goes on the wire: under AES a JSON string of base64 (opendocs common/02mse3). */
export function sealed(text: string, { charset, encryptKey }: AnswerContext): string {
	return encryptKey ? `"${encrypt(encode(text, charset), encryptKey)}"` : text;
}

/** The base64 signature over the bytes of a node as it goes on the wire, its quotes included. */
export function signature(wireText: string, context: AnswerContext): string {
	const { alipayKey, charset, signType } = context;
	return sign(DIGEST[signType], encode(wireText, charset), alipayKey).toString('base64');
}

/** The answer's text from its members in order; values are raw JSON text, so that bytes stay put. */
export function envelope(members: readonly Member[]): string {
	return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

export type Member = readonly [name: string, rawValue: string];

/** What stands beside the node, in this order: the certificate's name if there is one, the signature. */
export function signMembers(sign: string, { certSn }: AnswerContext): Member[] {
	const signMember = ['sign', `"${sign}"`] as const;
	return certSn === undefined ? [signMember] : [['alipay_cert_sn', `"${certSn}"`], signMember];
}

/** The regular answer: the node, then Alipay's signature over exactly its text. */
export function signedAnswer(
	fields: Record<string, unknown>,
	context: AnswerContext,
	node = NODE,
): HttpAnswer {
	const text = sealed(nodeText(fields, context.requestNumber), context);
	const members = signMembers(signature(text, context), context);
	return { body: envelope([[node, text], ...members]), charset: context.charset };
}

/** The node alone, as the gateway answers an app it has no key for: `isv.invalid-app-id`. */
export function unsignedAnswer(
	fields: Record<string, unknown>,
	context: AnswerContext,
	node = NODE,
): HttpAnswer {
	const text = sealed(nodeText(fields, context.requestNumber), context);
	return { body: envelope([[node, text]]), charset: context.charset };
}

/** How the gateway words, signs and delivers an answer (protocol §2). Own code over node:crypto. */
import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export const METHOD = 'alipay.fund.coupon.operation.query';
export const NODE = 'alipay_fund_coupon_operation_query_response';
/** The node of an answer whose method the gateway does not know. */
export const ERROR_NODE = 'error_response';

export type SignType = 'RSA2' | 'RSA';
export const DIGEST: Record<SignType, string> = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' };

/** What goes on the wire: an HTTP answer, one cut off half way, a dropped connection, or nothing. */
export type Delivery = HttpAnswer | 'reset' | 'silence';

export interface HttpAnswer {
	body: string;
	/** Default 200: the gateway reports its errors with HTTP 200 too. */
	status?: number;
	headers?: Record<string, string>;
	/** Announce the whole length, send half of it, then hang up. */
	cut?: boolean;
}

/** What an answer needs to know of the request it answers. */
export interface AnswerContext {
	/** 1, 2, 3… since the start; seeds everything that varies, so that a run can be repeated. */
	requestNumber: number;
	signType: SignType;
	alipayKey: KeyObject;
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
 * `\/` before signing (protocol §2, Facts). `indent` puts white space between the tokens.
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

/** The base64 signature over the UTF-8 bytes of `text`. */
export function signature(text: string, signType: SignType, key: KeyObject): string {
	return sign(DIGEST[signType], Buffer.from(text), key).toString('base64');
}

/** The answer's text from its members in order; values are raw JSON text, so that bytes stay put. */
export function envelope(
	members: ReadonlyArray<readonly [name: string, rawValue: string]>,
): string {
	return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

/** The regular answer: the node, then Alipay's signature over exactly its text. */
export function signedAnswer(
	fields: Record<string, unknown>,
	context: AnswerContext,
	node = NODE,
): HttpAnswer {
	const text = nodeText(fields, context.requestNumber);
	const signed = signature(text, context.signType, context.alipayKey);
	return {
		body: envelope([
			[node, text],
			['sign', `"${signed}"`],
		]),
	};
}

/** The node alone, as the gateway answers an app it has no key for (protocol §2, Unsigned answers). */
export function unsignedAnswer(
	fields: Record<string, unknown>,
	context: AnswerContext,
	node = NODE,
): HttpAnswer {
	return { body: envelope([[node, nodeText(fields, context.requestNumber)]]) };
}

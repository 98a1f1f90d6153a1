/** How the gateway writes, signs and delivers a response. Own code over node:crypto. */
import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encode, encrypt } from './encoding.mts';
import type { Charset } from './encoding.mts';
import type { Fields } from './fixture.mts';

/** The node that contains the response of a method. */
export const nodeOf = (method: string) => `${method.replaceAll('.', '_')}_response`;

/** The node for all methods that the gateway does not know. */
export const ERROR_NODE = 'error_response';

export type SignType = 'RSA2' | 'RSA';
export const DIGEST: Record<SignType, string> = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' };

/** What goes on the wire: an HTTP response, part of one, a dropped connection, or nothing. */
export type Delivery = HttpResponse | 'reset' | 'silence';

export interface HttpResponse {
	body: string;
	/** What the body is sent in. Default: the charset of the request. */
	charset?: Charset;
	/** Default 200: the gateway reports its errors with HTTP 200 too. */
	status?: number;
	headers?: Record<string, string>;
	/** How long to wait before it is sent, on top of the simulator's latency. */
	delayMs?: number;
	/** Announce the whole length, send half of it, then close the connection. */
	cut?: boolean;
}

/** What the router decides about a request. */
export interface Decision {
	delivery: Delivery;
	/** The numbers that counted, with slashes between them; blank without numbers. */
	numbers: string;
	/** A few words for people. */
	outcome: string;
}

/** What a response needs to know about its request. */
export interface ResponseContext {
	/** The name of the node that contains the response. */
	node: string;
	/** 1, 2, 3… since the start; seeds everything that varies, so that a run can be repeated. */
	requestNumber: number;
	signType: SignType;
	alipayKey: KeyObject;
	/** Goes into the response: the name of the certificate of `alipayKey`. Certificate mode only. */
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
 * The JSON text of a node. Real responses have no fixed order of fields, and escape every slash as
 * `\/` before signing: seen in real signed responses. `indent` puts white space between the tokens.
 */
export function nodeText(fields: Fields, requestNumber: number, indent?: string): string {
	const ordered = Object.entries(fields)
		.map((entry, index) => ({ entry, rank: seeded(requestNumber * 64 + index) }))
		.sort((a, b) => a.rank - b.rank);
	const text = JSON.stringify(Object.fromEntries(ordered.map(({ entry }) => entry)), null, indent);
	return text.replaceAll('/', '\\/');
}

/** A node's text as it goes on the wire: under AES a JSON string of base64 (opendocs common/02mse3). */
export function sealed(text: string, { charset, encryptKey }: ResponseContext): string {
	return encryptKey ? `"${encrypt(encode(text, charset), encryptKey)}"` : text;
}

/** The base64 signature over the bytes of a node as it goes on the wire, its quotes included. */
export function signature(wireText: string, context: ResponseContext): string {
	const { alipayKey, charset, signType } = context;
	return sign(DIGEST[signType], encode(wireText, charset), alipayKey).toString('base64');
}

/** The text of a response from its members in order; values are raw JSON text, so that bytes stay put. */
export function envelope(members: readonly Member[]): string {
	return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

export type Member = readonly [name: string, rawValue: string];

/** What stands beside the node, in this order: the certificate's name if there is one, the signature. */
export function signMembers(sign: string, { certSn }: ResponseContext): Member[] {
	const signMember = ['sign', `"${sign}"`] as const;
	return certSn === undefined ? [signMember] : [['alipay_cert_sn', `"${certSn}"`], signMember];
}

/** The usual response: the node, then Alipay's signature over exactly its text. */
export function signedResponse(fields: Fields, context: ResponseContext): HttpResponse {
	const text = sealed(nodeText(fields, context.requestNumber), context);
	const members = signMembers(signature(text, context), context);
	return { body: envelope([[context.node, text], ...members]), charset: context.charset };
}

/** The node alone, as the gateway responds to an app it has no key for: `isv.invalid-app-id`. */
export function unsignedResponse(fields: Fields, context: ResponseContext): HttpResponse {
	const text = sealed(nodeText(fields, context.requestNumber), context);
	return { body: envelope([[context.node, text]]), charset: context.charset };
}

/** The signed response with `fields`, and `status` or the sub_code as its outcome for people. */
export function responded(
	fields: Fields,
	context: ResponseContext,
	{ numbers = '', status }: { numbers?: string; status?: unknown } = {},
): Decision {
	const delivery = signedResponse(fields, context);
	return { delivery, numbers, outcome: outcomeOf(fields, status) };
}

export function outcomeOf(fields: Fields, status?: unknown): string {
	return [fields.code, fields.sub_code ?? status].filter(Boolean).join(' ');
}

/** Writes, signs and delivers a response. Uses only node:crypto. */
import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encode, encrypt } from './encoding.mts';
import type { Charset } from './encoding.mts';
import type { Fields } from './fixture.mts';

/** The node that contains the response of a method. */
export const nodeOf = (method: string) => `${method.replaceAll('.', '_')}_response`;

/** The node for methods that the gateway does not know. */
export const ERROR_NODE = 'error_response';

export type SignType = 'RSA2' | 'RSA';
export const DIGEST: Record<SignType, string> = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' };

/** What the client gets: an HTTP response, part of a response, a dropped connection, or nothing. */
export type Delivery = HttpResponse | 'reset' | 'silence';

export interface HttpResponse {
	body: string;
	/** The charset of the body. Default: the charset of the request. */
	charset?: Charset;
	/** Default 200: the gateway also reports errors with HTTP 200. */
	status?: number;
	headers?: Record<string, string>;
	/** An additional delay before it is sent, besides the simulator's latency. */
	delayMs?: number;
	/** Whether to announce the whole length, send half of it, and close the connection. */
	cut?: boolean;
}

/** The decision of the router about a request. */
export interface Decision {
	delivery: Delivery;
	/** The numbers that identified the record, separated by slashes; empty without numbers. */
	numbers: string;
	/** A short text for people. */
	outcome: string;
}

/** What a response depends on besides its fields. */
export interface ResponseContext {
	/** The name of the node that contains the response. */
	node: string;
	/** The name of the node that contains an error. Default `node`. */
	errorNode?: string | undefined;
	/** 1, 2, 3… since the start. It seeds everything random, so that a run can be repeated. */
	requestNumber: number;
	signType: SignType;
	alipayKey: KeyObject;
	/** The serial-number digest of the certificate of `alipayKey`, for the response. Certificate mode only. */
	certSn?: string | undefined;
	/** The charset of the body and of the signed bytes. */
	charset: Charset;
	/** The AES key. If it is set, the node is encrypted. */
	encryptKey?: Buffer | undefined;
}

/** A number in [0, 1) that depends only on `seed` (one step of mulberry32). */
export function seeded(seed: number): number {
	let t = (seed + 0x6d2b79f5) | 0;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/**
 * The JSON text of a node. As in real signed responses, the fields are in no fixed order, and every slash is
 * escaped as `\/` before signing. `indent` adds white space between the tokens.
 */
export function nodeText(fields: Fields, requestNumber: number, indent?: string): string {
	const ordered = Object.entries(fields)
		.map((entry, index) => ({ entry, rank: seeded(requestNumber * 64 + index) }))
		.sort((a, b) => a.rank - b.rank);
	const text = JSON.stringify(
		Object.fromEntries(ordered.map(({ entry }) => entry)),
		(_name, value: unknown) => (typeof value === 'bigint' ? `${BIG}${value}` : value),
		indent,
	);
	return text.replaceAll('/', '\\/').replace(BIG_TEXT, '$1');
}

/** Marks a number with more digits than JavaScript keeps, because JSON.stringify does not accept a bigint. */
const BIG = '\u0000';
const BIG_TEXT = /"\\u0000(\d+)"/g;

/** The text of a node as it is sent: with AES, a JSON string of base64 (opendocs common/02mse3). */
export function sealed(text: string, { charset, encryptKey }: ResponseContext): string {
	return encryptKey ? `"${encrypt(encode(text, charset), encryptKey)}"` : text;
}

/** The base64 signature over the bytes of a node as it is sent, including its quotes. */
export function signature(wireText: string, context: ResponseContext): string {
	const { alipayKey, charset, signType } = context;
	return sign(DIGEST[signType], encode(wireText, charset), alipayKey).toString('base64');
}

/** The text of a response from its members in order. Values are raw JSON text, so that the bytes do not change. */
export function envelope(members: readonly Member[]): string {
	return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

export type Member = readonly [name: string, rawValue: string];

/** The members after the node, in this order: the certificate's digest, if there is one, and the signature. */
export function signMembers(sign: string, { certSn }: ResponseContext): Member[] {
	const signMember = ['sign', `"${sign}"`] as const;
	return certSn === undefined ? [signMember] : [['alipay_cert_sn', `"${certSn}"`], signMember];
}

/** The usual response: the node, then Alipay's signature over exactly its text. */
export function signedResponse(fields: Fields, context: ResponseContext): HttpResponse {
	const text = sealed(nodeText(fields, context.requestNumber), context);
	const members = signMembers(signature(text, context), context);
	return {
		body: envelope([[nodeFor(fields, context), text], ...members]),
		charset: context.charset,
	};
}

/** Only the node, as the gateway responds to an unknown app: `isv.invalid-app-id`. */
export function unsignedResponse(fields: Fields, context: ResponseContext): HttpResponse {
	const text = sealed(nodeText(fields, context.requestNumber), context);
	return { body: envelope([[nodeFor(fields, context), text]]), charset: context.charset };
}

const nodeFor = ({ sub_code }: Fields, { node, errorNode = node }: ResponseContext) =>
	sub_code === undefined ? node : errorNode;

/** The signed response with `fields`. Its outcome for people is `status` or the sub_code. */
export function responded(
	fields: Fields,
	context: ResponseContext,
	{ numbers = '', status }: { numbers?: string; status?: unknown } = {},
): Decision {
	const delivery = signedResponse(fields, context);
	return { delivery, numbers, outcome: outcomeOf(fields, status) };
}

export function outcomeOf(fields: Fields, status?: unknown): string {
	return [fields.code ?? 'success', fields.sub_code ?? status].filter(Boolean).join(' ');
}

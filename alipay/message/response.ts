import type { App } from '../application/app';
import { decode, encodingOf, type Encoding } from '../text/charset';
import type { Codes } from '../errors/explain';
import { gatewayFault, localFault, success, type Outcome } from '../errors/fault';
import type { Method } from '../methods/method';
import type { HttpAnswer } from '../transport';
import { scanObject, type Member } from '../text/json';
import { LONGEST_CODE, shortened } from '../text/shortened';
import type { PublicKey, SignType } from '../application/keys';
import { faultOfStatus, NOT_ALIPAY } from './status';

/** An answer whose signature was verified and whose code is 10000. */
export interface Answer {
	/** The fields of the response node: text as sent (a number keeps its digits, `100.00`), null for null. */
	fields: AnswerFields;
	/** The whole node as verified, decrypted: the text of a JSON object. */
	json: string;
	code: string;
	msg: string | null;
	trace_id: string | null;
	signature_verified: true;
	/** Serial-number digest of the certificate that Alipay signed with; certificate mode only. */
	alipay_cert_sn: string | null;
}

export type AnswerFields = ReadonlyMap<string, string | null>;

/** Alipay's code for "done" (opendocs common/02km9f). */
export const SUCCESS_CODE = '10000';

/** The only codes that may excuse a missing signature: those by which the gateway refuses a request. */
const REFUSAL_CODE = /^[24]\d{4}$/;

const MAYBE_FORGED =
	'Do not use this answer. Check that nothing between this machine and Alipay changes traffic (proxy, firewall, custom gateway).';
const IF_RIGHT =
	'If it is the right one, something between this machine and Alipay changes answers: do not use them.';

/** What answers are verified with, as the form calls it, and where the right one is. */
const ALIPAY_KEY = {
	publicKey: {
		label: 'Alipay Public Key',
		advice: `Copy the Alipay public key of this application from the Alipay console into the credential. ${IF_RIGHT}`,
	},
	certificate: {
		label: 'Alipay Public Certificate',
		advice: `Download the Alipay public certificate of this application from the Alipay console again and paste it into the credential. ${IF_RIGHT}`,
	},
} as const;

const CHECK_ENCRYPT_KEY =
	'Copy the content encryption key (AES) of this application from the Alipay console into the Encrypt Key of the credential.';

/** The parts of an answer, found but not yet believed. */
export interface Envelope {
	/** The bytes of the response node's value, exactly as they came. */
	node: Uint8Array;
	/** Whether the node is the `error_response`, which never reports a success. */
	isErrorNode: boolean;
	/** '' when there is none. */
	sign: string;
	alipay_cert_sn: string | null;
	trace_id: string | null;
	encoding: Encoding;
}

/**
 * From found parts to verified fields, or to a named fault; `codes` are the method's business codes. A
 * success without a valid signature under `key` never passes; there is no switch for it. (Rules:
 * AlipaySignature and JsonConverter of Alipay's SDK for Java.)
 */
export function judgeEnvelope(
	envelope: Envelope,
	key: PublicKey,
	app: App,
	codes: Codes,
): Outcome<Answer> {
	const { node, isErrorNode, sign, trace_id, alipay_cert_sn } = envelope;
	const verified = sign === '' ? null : verifiedBytes(node, sign, key, app.signType);
	if (sign !== '' && !verified) {
		const { label, advice } = ALIPAY_KEY[app.certificates ? 'certificate' : 'publicKey'];
		return localFault(
			'answer-signature-mismatch',
			`The signature of the answer does not fit its content and the ${label}`,
			advice,
			trace_id,
		);
	}

	const read = readNode(verified ?? node, envelope, app);
	if (!read.ok) return read;
	const { fields, json } = read.value;
	const code = fields.get('code') ?? '';
	const field = (name: string) => fields.get(name) ?? null;

	if (!verified && !REFUSAL_CODE.test(code)) {
		return localFault('answer-unsigned', 'The answer carries no signature', MAYBE_FORGED, trace_id);
	}
	if (code.trim() === '') {
		return localFault(
			'answer-without-code',
			'The response is signed by Alipay, but contains no code, so it tells neither success nor failure',
			'Do not take it for a success. Look in the Alipay console, or give the trace ID to Alipay support.',
			trace_id,
		);
	}
	if (code !== SUCCESS_CODE) {
		return gatewayFault(
			{ code, msg: field('msg'), sub_code: field('sub_code'), sub_msg: field('sub_msg') },
			codes,
			{ trace_id, signature_verified: verified !== null },
		);
	}
	if (isErrorNode) {
		return localFault(
			'answer-ambiguous',
			'The answer reports a success where only errors are reported',
			MAYBE_FORGED,
			trace_id,
		);
	}
	return success({
		fields,
		json,
		code,
		msg: field('msg'),
		trace_id,
		signature_verified: true,
		alipay_cert_sn,
	});
}

function traceIdOf({ headers }: HttpAnswer): string | null {
	const value = headers.trace_id;
	return typeof value === 'string' && value !== '' ? shortened(value, LONGEST_CODE) : null;
}

/** `{"<method>_response":…,"sign":"…"}` in any order; `error_response` stands in for the node. */
export function openEnvelope(answer: HttpAnswer, method: Method, app: App): Outcome<Envelope> {
	const { body } = answer;
	const trace_id = traceIdOf(answer);
	const refusedByStatus = faultOfStatus(answer.status, trace_id);
	if (refusedByStatus) return refusedByStatus;

	const encoding = encodingOf(body, app.charset);
	const members = encoding && scanObject(body, encoding);
	if (!members) {
		return localFault(
			'answer-not-json',
			`The gateway did not answer in Alipay’s format but with ${describe(body)}`,
			NOT_ALIPAY,
			trace_id,
		);
	}

	const nodeName = `${method.name.replaceAll('.', '_')}_response`;
	const nodes = members.filter(({ key }) => key === nodeName || key === 'error_response');
	const [node] = nodes;
	// A second node, or a second signature, is how a verified part is spliced to a forged one.
	if (nodes.length > 1 || hasDuplicates(members)) {
		return localFault(
			'answer-ambiguous',
			'The answer holds the same part twice',
			MAYBE_FORGED,
			trace_id,
		);
	}
	if (!node) {
		return localFault('answer-not-json', `The answer holds no ${nodeName}`, NOT_ALIPAY, trace_id);
	}

	const textOf = (key: string): string | null => {
		const member = members.find((candidate) => candidate.key === key);
		const value = member && valueOf(body.subarray(member.start, member.end), encoding);
		return value && value !== 'unreadable' ? value.text : null;
	};
	return success({
		node: body.subarray(node.start, node.end),
		isErrorNode: node.key !== nodeName,
		sign: textOf('sign')?.trim() ?? '',
		alipay_cert_sn: textOf('alipay_cert_sn'),
		trace_id,
		// Of the signed bytes alone: what an attacker puts beside them must not decide how they read.
		encoding: encodingOf(body.subarray(node.start, node.end), app.charset) ?? encoding,
	});
}

function hasDuplicates(members: readonly Member[]): boolean {
	return new Set(members.map(({ key }) => key)).size !== members.length;
}

/** What an unusable body looks like, in words and without quoting it: it may hold anything. */
function describe(body: Uint8Array): string {
	if (body.length === 0) return 'an empty body';
	const start = Buffer.from(body.subarray(0, 200)).toString('latin1').trimStart();
	if (start.startsWith('<')) return 'a web page';
	return start.startsWith('{') ? 'broken or cut off JSON' : 'other text';
}

/**
 * The bytes that the signature covers, or null. Alipay signs `/` as `\/`; a middle box that writes
 * the JSON anew may have dropped or added the backslash, so both are tried, as the official SDKs do.
 * What is returned is what was verified, never the other spelling: they may differ in meaning.
 */
function verifiedBytes(
	node: Uint8Array,
	sign: string,
	key: PublicKey,
	signType: SignType,
): Uint8Array | null {
	const spellings = [
		() => node,
		() => respelled(node, '\\/', '/'),
		() => respelled(node, '/', '\\/'),
	];
	for (const spelling of spellings) {
		const bytes = spelling();
		if (bytes && key.verify(bytes, sign, signType)) return bytes;
	}
	return null;
}

/** `node` with every `from` as `to`; null when there is nothing to change. Byte-wise, in latin1. */
function respelled(node: Uint8Array, from: string, to: string): Uint8Array | null {
	const text = Buffer.from(node).toString('latin1');
	return text.includes(from) ? Buffer.from(text.replaceAll(from, to), 'latin1') : null;
}

const QUOTE = 0x22;

type Node = Pick<Answer, 'fields' | 'json'>;

/** What a node holds. An encrypted one is a string: its signature covers the quotes, its content is base64. */
function readNode(
	node: Uint8Array,
	{ encoding, trace_id }: Envelope,
	{ contentKey, charset }: App,
): Outcome<Node> {
	if (node[0] !== QUOTE) return readObject(node, encoding, trace_id);
	const refuse = (message: string) =>
		localFault('answer-encrypted', message, CHECK_ENCRYPT_KEY, trace_id);
	if (!contentKey) return refuse('The answer is encrypted, and the credential has no Encrypt Key');
	const value = valueOf(node, encoding);
	const content = value === 'unreadable' ? null : contentKey.decrypt(value.text ?? '');
	// A wrong key may, rarely, leave bytes that look padded; they are no object then.
	const inside = content && encodingOf(content, charset);
	const read = inside && readObject(content, inside, trace_id);
	return read?.ok ? read : refuse('The answer is encrypted with a key other than the Encrypt Key');
}

function readObject(
	object: Uint8Array,
	encoding: Encoding,
	trace_id: string | null,
): Outcome<Node> {
	const fields = readFields(object, encoding, trace_id);
	if (!fields.ok) return fields;
	const json = decode(object, encoding);
	return json === null ? unreadable(trace_id) : success({ fields: fields.value, json });
}

/** The members of an object. A name that stands twice would let each reader see another value. */
export function readFields(
	object: Uint8Array,
	encoding: Encoding,
	trace_id: string | null,
): Outcome<AnswerFields> {
	const members = scanObject(object, encoding);
	if (members && hasDuplicates(members)) {
		return localFault(
			'answer-ambiguous',
			'The answer holds the same field twice',
			MAYBE_FORGED,
			trace_id,
		);
	}
	const fields = new Map<string, string | null>();
	for (const { key, start, end } of members ?? []) {
		const value = valueOf(object.subarray(start, end), encoding);
		if (value === 'unreadable') return unreadable(trace_id);
		fields.set(key, value.text);
	}
	return members ? success(fields) : unreadable(trace_id);
}

const unreadable = (trace_id: string | null) =>
	localFault('answer-not-json', 'The answer cannot be read', NOT_ALIPAY, trace_id);

/** One value: the text of a string, the digits of a number as sent, the JSON text of anything else. */
function valueOf(raw: Uint8Array, encoding: Encoding): { text: string | null } | 'unreadable' {
	const text = decode(raw, encoding);
	if (text === null) return 'unreadable';
	try {
		const value: unknown = JSON.parse(text);
		if (value === null) return { text: null };
		return { text: typeof value === 'string' ? value : text };
	} catch {
		return 'unreadable';
	}
}

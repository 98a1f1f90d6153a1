import type { App } from '../application/app';
import { decode, encodingOf, type Encoding } from '../text/charset';
import { gatewayFault, localFault, success, type Outcome } from '../errors/fault';
import type { Method } from '../methods/method';
import type { HttpAnswer } from '../transport';
import { scanObject, type Member } from '../text/json';
import { LONGEST_CODE, shortened } from '../text/shortened';
import type { PublicKey, SignType } from '../application/keys';
import { ALIPAY_KEY, CHECK_ENCRYPT_KEY, MAYBE_FORGED } from './advice';
import { faultOfStatus, NOT_ALIPAY } from './status';

/** A response with a verified signature and the code 10000, or '' if a success of the method has no code. */
export interface Answer {
	/** The fields of the response node: text as sent (a number keeps its digits, `100.00`), or null. */
	fields: AnswerFields;
	/** The whole verified and decrypted node: the text of a JSON object. */
	json: string;
	code: string;
	msg: string | null;
	trace_id: string | null;
	signature_verified: true;
	/** Serial-number digest of the certificate that Alipay signed with; certificate mode only. */
	alipay_cert_sn: string | null;
}

export type AnswerFields = ReadonlyMap<string, string | null>;

/** A refusal may repeat numbers of the request in its fields. */
export type Judgement = Outcome<Answer> & { fields?: AnswerFields };

/** Alipay's code for success (opendocs common/02km9f). */
export const SUCCESS_CODE = '10000';

/** The only codes that are accepted without a signature: refusals by the gateway. */
const REFUSAL_CODE = /^[24]\d{4}$/;

/** The parts of a response before verification. */
export interface Envelope {
	/** The bytes of the response node's value, exactly as received. */
	node: Uint8Array;
	/** Whether the node is `error_response`, which never reports success. */
	isErrorNode: boolean;
	/** '' if the response has no signature. */
	sign: string;
	alipay_cert_sn: string | null;
	trace_id: string | null;
	encoding: Encoding;
}

/**
 * Verifies the parts of a response. A success without a valid signature under `key` never passes, and no
 * setting changes that. (Rules: AlipaySignature and JsonConverter of Alipay's SDK
 * for Java; a success without `code`: its AlipayResponse#isSuccess.)
 */
export function judgeEnvelope(
	envelope: Envelope,
	key: PublicKey,
	app: App,
	method: Pick<Method, 'codes' | 'mayLackCode'>,
): Judgement {
	const { node, isErrorNode, sign, trace_id, alipay_cert_sn } = envelope;
	const verified = sign === '' ? null : verifiedBytes(node, sign, key, app.signType);
	if (sign !== '' && !verified) {
		const { label, advice } = ALIPAY_KEY[app.certificates ? 'certificate' : 'publicKey'];
		return localFault(
			'answer-signature-mismatch',
			`The signature of the response does not match its content and the ${label}`,
			advice,
			trace_id,
		);
	}

	const read = readNode(verified ?? node, envelope, app);
	if (!read.ok) return read;
	const { fields, json } = read.value;
	const field = (name: string) => fields.get(name) ?? null;
	const code = field('code') ?? '';
	const isSuccess = code === SUCCESS_CODE || (!isErrorNode && isFineWithoutCode(method, fields));

	if (!verified && !REFUSAL_CODE.test(code)) {
		return localFault('answer-unsigned', 'The response has no signature', MAYBE_FORGED, trace_id);
	}
	if (code.trim() === '' && !isSuccess) {
		return localFault(
			'answer-without-code',
			'The response is signed by Alipay, but its code is missing, so the result is unknown',
			'Do not treat it as a success. Check the result in the Alipay console, or send the trace ID to Alipay support.',
			trace_id,
		);
	}
	if (!isSuccess) {
		const refusal = gatewayFault(
			{ code, msg: field('msg'), sub_code: field('sub_code'), sub_msg: field('sub_msg') },
			method.codes,
			{ trace_id, signature_verified: verified !== null },
		);
		return { ...refusal, fields };
	}
	if (isErrorNode) {
		return localFault(
			'answer-ambiguous',
			'The response reports success in error_response, where only errors belong',
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

/** Whether a response without a code is a success: the method allows it, no field tells of a refusal, and it has a field. */
function isFineWithoutCode({ mayLackCode }: Pick<Method, 'mayLackCode'>, fields: AnswerFields) {
	const isRefusal = ['code', 'sub_code', 'sub_msg'].some((name) => Boolean(fields.get(name)));
	const others = [...fields.keys()].filter((name) => name !== 'code' && name !== 'msg');
	return mayLackCode === true && !isRefusal && others.length > 0;
}

function traceIdOf({ headers }: HttpAnswer): string | null {
	const value = headers.trace_id;
	return typeof value === 'string' && value !== '' ? shortened(value, LONGEST_CODE) : null;
}

/** `{"<method>_response":…,"sign":"…"}` in any order; `error_response` can replace the node. */
export function openEnvelope(response: HttpAnswer, method: Method, app: App): Outcome<Envelope> {
	const { body } = response;
	const trace_id = traceIdOf(response);
	const refusedByStatus = faultOfStatus(response.status, trace_id);
	if (refusedByStatus) return refusedByStatus;

	const encoding = encodingOf(body, app.charset);
	const members = encoding && scanObject(body, encoding);
	if (!members) {
		return localFault(
			'answer-not-json',
			`The gateway returned ${describe(body)}, not a response in Alipay’s format`,
			NOT_ALIPAY,
			trace_id,
		);
	}

	const nodeName = `${method.name.replaceAll('.', '_')}_response`;
	const nodes = members.filter(({ key }) => key === nodeName || key === 'error_response');
	const [node] = nodes;
	// A second node or signature would allow an attacker to combine a verified part with a forged one.
	if (nodes.length > 1 || hasDuplicates(members)) {
		return localFault(
			'answer-ambiguous',
			'The response contains the same part twice',
			MAYBE_FORGED,
			trace_id,
		);
	}
	if (!node) {
		return localFault(
			'answer-not-json',
			`The response does not contain ${nodeName}`,
			NOT_ALIPAY,
			trace_id,
		);
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
		// Only from the signed bytes: unsigned bytes must not decide how the signed bytes are read.
		encoding: encodingOf(body.subarray(node.start, node.end), app.charset) ?? encoding,
	});
}

function hasDuplicates(members: readonly Member[]): boolean {
	return new Set(members.map(({ key }) => key)).size !== members.length;
}

/** What an unusable body looks like. The body is not quoted, because it may contain anything. */
function describe(body: Uint8Array): string {
	if (body.length === 0) return 'an empty body';
	const start = Buffer.from(body.subarray(0, 200)).toString('latin1').trimStart();
	if (start.startsWith('<')) return 'a web page';
	return start.startsWith('{') ? 'broken or incomplete JSON' : 'other text';
}

/**
 * The bytes that the signature covers, or null. Alipay signs `/` as `\/`. A proxy that rewrites the JSON may
 * drop or add the backslash, so both spellings are checked, as in the official SDKs. The result is always the
 * verified spelling, because the two may differ in meaning.
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

/** `node` with every `from` replaced by `to`, byte by byte. Null if nothing changes. */
function respelled(node: Uint8Array, from: string, to: string): Uint8Array | null {
	const text = Buffer.from(node).toString('latin1');
	return text.includes(from) ? Buffer.from(text.replaceAll(from, to), 'latin1') : null;
}

const QUOTE = 0x22;

const BASE64 = /^[A-Za-z0-9+/\s]{16,}={0,2}\s*$/;

type Node = Pick<Answer, 'fields' | 'json'>;

/** Reads a node. An encrypted node is a base64 string, and its signature covers the quotes. */
function readNode(
	node: Uint8Array,
	{ encoding, trace_id }: Envelope,
	{ contentKey, charset }: App,
): Outcome<Node> {
	if (node[0] !== QUOTE) return readObject(node, encoding, trace_id);
	const refuse = (message: string) =>
		localFault('answer-encrypted', message, CHECK_ENCRYPT_KEY, trace_id);
	const value = valueOf(node, encoding);
	if (!contentKey) {
		const isEncrypted = value !== 'unreadable' && BASE64.test(value.text ?? '');
		if (!isEncrypted) return noFields('text', trace_id);
		return refuse('The response is encrypted, but the credential has no Encrypt Key');
	}
	const content = value === 'unreadable' ? null : contentKey.decrypt(value.text ?? '');
	// In rare cases, a wrong key leaves bytes with valid padding. They are not an object.
	const inside = content && encodingOf(content, charset);
	const read = inside && readObject(content, inside, trace_id);
	return read?.ok
		? read
		: refuse('The response is encrypted with a different key, not with the Encrypt Key');
}

function readObject(
	object: Uint8Array,
	encoding: Encoding,
	trace_id: string | null,
): Outcome<Node> {
	const kind = OTHER_KINDS[String.fromCharCode(object[0] ?? 0)];
	if (kind !== undefined) return noFields(kind, trace_id);
	const fields = readFields(object, encoding, trace_id);
	if (!fields.ok) return fields;
	const json = decode(object, encoding);
	return json === null ? unreadable(trace_id) : success({ fields: fields.value, json });
}

/** Other kinds of JSON, by their first character. */
const OTHER_KINDS: Readonly<Record<string, string>> = { '[': 'a list', '"': 'text' };

const noFields = (kind: string, trace_id: string | null) =>
	localFault(
		'answer-not-json',
		`The response contains ${kind} instead of its fields`,
		'This node can read only responses with fields. Send the trace ID to Alipay support.',
		trace_id,
	);

/** The members of an object. A repeated name is refused, because each reader could use a different value. */
export function readFields(
	object: Uint8Array,
	encoding: Encoding,
	trace_id: string | null,
): Outcome<AnswerFields> {
	const members = scanObject(object, encoding);
	if (members && hasDuplicates(members)) {
		return localFault(
			'answer-ambiguous',
			'The response contains the same field twice',
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
	localFault('answer-not-json', 'The response cannot be read', NOT_ALIPAY, trace_id);

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

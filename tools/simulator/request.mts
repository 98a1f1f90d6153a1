/** What the gateway reads from a request, and the checks it passes before any business is done. */
import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beijingMs } from './beijing.mts';
import { charsetNamed, decode, decrypt } from './encoding.mts';
import type { Charset } from './encoding.mts';
import { canonicalHint, CHARSET_HINT, gatewayError } from './errors.mts';
import type { ErrorFields, SubCode } from './errors.mts';
import { DIGEST } from './response.mts';
import type { SignType } from './response.mts';

export type Params = Record<string, string>;

export interface GatewayParams {
	query: Params;
	body: Params;
	/** The union of both; on a clash the URL's value counts, as in a servlet. */
	params: Params;
}

/** The parameters as read, and what had to be taken from their bytes. */
export interface IncomingParams {
	texts: GatewayParams;
	/** That of the URL; utf-8 when it names none. */
	charset: Charset;
	/**
	 * The bytes under the request's signature: all but `sign` and blanks, in byte order
	 * (AlipaySignature.getSignContent, SDK for Java).
	 */
	canonical: Buffer;
}

/** An application as the gateway has it on file. */
export interface Application {
	publicKey: KeyObject;
	/** The serial-number digests that every request must carry; none in public-key mode. */
	requestSns?: { app_cert_sn: string; alipay_root_cert_sn: string };
}

/** What the gateway knows when it checks a request. */
interface Gate {
	/** Undefined when no application has the app_id of the request. */
	application: Application | undefined;
	/** ms since the epoch. */
	now: number;
	timestampWindowMinutes: number;
	isKnownMethod: (method: string) => boolean;
}

/** `search` is the URL's query, `body` an urlencoded one, blank for a GET or another content type. */
export function readParams(search: string, body: Buffer): IncomingParams {
	const query = readForm(search);
	const form = readForm(body.toString('latin1'));
	const charset = charsetNamed(query.get('charset')?.toString('latin1')) ?? 'utf-8';
	const texts = (values: Form): Params =>
		Object.fromEntries([...values].map(([name, bytes]) => [name, decode(bytes, charset)]));
	const params = texts(new Map([...form, ...query]));
	const canonical = [...new Map([...form, ...query])]
		.filter(([name]) => name !== 'sign' && !isBlank(params[name]))
		.map(([name, bytes]) => [Buffer.from(name), bytes] as const)
		.sort(([a], [b]) => Buffer.compare(a, b))
		.flatMap(([name, bytes]) => [AMPERSAND, name, EQUALS, bytes]);
	return {
		texts: { query: texts(query), body: texts(form), params },
		charset,
		canonical: Buffer.concat(canonical.slice(1)),
	};
}

/** Values stay bytes, for only they tell what was signed. */
type Form = Map<string, Buffer>;

const AMPERSAND = Buffer.from('&');
const EQUALS = Buffer.from('=');

/** Reads `latin1`, one character a byte, as URLSearchParams would, which knows UTF-8 alone. */
function readForm(latin1: string): Form {
	const pairs = latin1.replace(/^\?/, '').split('&').filter(Boolean);
	return new Map(
		pairs.map((pair) => {
			const [name = ''] = pair.split('=', 1);
			return [percentDecoded(name).toString(), percentDecoded(pair.slice(name.length + 1))];
		}),
	);
}

function percentDecoded(latin1: string): Buffer {
	const decoded = latin1
		.replaceAll('+', ' ')
		.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(decoded, 'latin1');
}

/** The sign type of the response: the one asked for, RSA2 when that says nothing usable. */
export function responseSignType(params: Params): SignType {
	return isSignType(params.sign_type) ? params.sign_type : 'RSA2';
}

/** The error fields of the first check that the request does not pass, or undefined. */
export function refusal(request: IncomingParams, gate: Gate): ErrorFields | undefined {
	const failed = CHECKS.find(([, fails]) => fails(request.texts.params, gate, request));
	return failed && gatewayError(failed[0], failed[2]?.(request));
}

/** The text of biz_content; undefined when it is encrypted and cannot be read with `key`. */
export function bizText({ texts, charset }: IncomingParams, key: Buffer): string | undefined {
	const { biz_content = '' } = texts.params;
	return isEncrypted(texts.params) ? decrypt(biz_content, key, charset) : biz_content;
}

/** Whether the content goes encrypted, both ways. */
export function isEncrypted(params: Params): boolean {
	return params.encrypt_type === 'AES';
}

/** The object of a biz_content text, or undefined when it is not one. */
export function bizContent(text: string): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return value !== null && typeof value === 'object' && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}

type Fails = (params: Params, gate: Gate, request: IncomingParams) => boolean;
type Check = [subCode: SubCode, fails: Fails, detail?: (request: IncomingParams) => string];

// The order matters: a client sees only the first complaint. Codes: opendocs common/02km9f.
const CHECKS: readonly Check[] = [
	['isv.missing-method', (p) => isBlank(p.method)],
	['isv.missing-app-id', (p) => isBlank(p.app_id)],
	['isv.missing-signature', (p) => isBlank(p.sign)],
	['isv.missing-signature-type', (p) => isBlank(p.sign_type)],
	['isv.missing-timestamp', (p) => isBlank(p.timestamp)],
	['isv.missing-version', (p) => isBlank(p.version)],
	['isv.invalid-app-id', (_p, { application }) => application === undefined],
	['isv.invalid-method', (p, gate) => !gate.isKnownMethod(p.method ?? '')],
	...snChecks('app_cert_sn', 'isv.missing-app-cert-sn', 'isv.app-cert-not-exist'),
	...snChecks(
		'alipay_root_cert_sn',
		'isv.missing-alipay-root-cert-sn',
		'isv.invalid-alipay-root-cert-sn',
	),
	['isv.invalid-parameter', (p) => p.version !== '1.0', () => ': version'],
	// Without charset in the URL the real gateway reads the body as GBK, and the signature breaks.
	[
		'isv.invalid-signature',
		(_p, _gate, { texts }) => isBlank(texts.query.charset),
		() => CHARSET_HINT,
	],
	['isv.invalid-charset', (p) => charsetNamed(p.charset) === undefined],
	['isv.invalid-format', (p) => !isBlank(p.format) && p.format?.toUpperCase() !== 'JSON'],
	['isv.invalid-signature-type', (p) => !isSignType(p.sign_type)],
	['isv.invalid-timestamp', (p, gate) => !isTimely(p.timestamp, gate)],
	[
		'isv.invalid-signature',
		(_p, gate, request) => !isSigned(request, gate),
		({ canonical, charset }) => canonicalHint(decode(canonical, charset)),
	],
	['isv.invalid-encrypt-type', (p) => !isBlank(p.encrypt_type) && !isEncrypted(p)],
];

function snChecks(
	name: 'app_cert_sn' | 'alipay_root_cert_sn',
	missing: SubCode,
	wrong: SubCode,
): readonly Check[] {
	const expected = ({ application }: Gate) => application?.requestSns?.[name];
	return [
		[missing, (p, gate) => expected(gate) !== undefined && isBlank(p[name])],
		[wrong, (p, gate) => expected(gate) !== undefined && p[name] !== expected(gate)],
	];
}

function isBlank(value: string | undefined): boolean {
	return value === undefined || value.trim() === '';
}

function isSignType(value: string | undefined): value is SignType {
	return value === 'RSA2' || value === 'RSA';
}

function isTimely(text: string | undefined, gate: Gate): boolean {
	const ms = beijingMs(text ?? '');
	return ms !== undefined && Math.abs(gate.now - ms) <= gate.timestampWindowMinutes * 60_000;
}

function isSigned({ texts, canonical }: IncomingParams, { application }: Gate): boolean {
	const signature = Buffer.from(texts.params.sign ?? '', 'base64');
	const digest = DIGEST[responseSignType(texts.params)];
	return application !== undefined && verify(digest, canonical, application.publicKey, signature);
}

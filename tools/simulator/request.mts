/** Reads a request, and checks it before the method runs. */
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
	/** The union of both. If both have a parameter, the value in the URL counts, as in a servlet. */
	params: Params;
}

/** The parameters as text, and the values that need their bytes. */
export interface IncomingParams {
	texts: GatewayParams;
	/** One name. Empty if the request does not have one; two names if they contradict each other. */
	charsetNames: readonly string[];
	/** The first of them, or utf-8 if the gateway does not know it. */
	charset: Charset;
	/**
	 * The signed bytes of the request: all parameters except `sign` and blank ones, in byte order
	 * (AlipaySignature.getSignContent, SDK for Java).
	 */
	canonical: Buffer;
}

/** An application that the gateway knows. */
export interface Application {
	publicKey: KeyObject;
	/** The serial-number digests that every request must contain. Missing in public-key mode. */
	requestSns?: { app_cert_sn: string; alipay_root_cert_sn: string };
}

/** The state of the gateway for the checks of a request. */
interface GatewayContext {
	/** Undefined if no application has the app_id of the request. */
	application: Application | undefined;
	/** ms since the epoch. */
	now: number;
	timestampWindowMinutes: number;
	isKnownMethod: (method: string) => boolean;
	/** Whether the application has the product that contains the method. */
	isPermitted: (method: string) => boolean;
}

/**
 * `search` is the query of the URL. `body` is urlencoded, and empty for a GET or another content type.
 * `contentType` is the Content-Type header.
 */
export function readParams(search: string, body: Buffer, contentType = ''): IncomingParams {
	const query = readForm(search);
	const form = readForm(body.toString('latin1'));
	const charsetNames = namedCharsets(query, form, contentType);
	const charset = charsetNamed(charsetNames[0]) ?? 'utf-8';
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
		charsetNames,
		charset,
		canonical: Buffer.concat(canonical.slice(1)),
	};
}

/**
 * The charset parameter of the URL. Without it, the parameter of the body, as smartwalle/alipay sends it;
 * then the Content-Type must not name a different charset. Empty if the parameter is missing.
 */
function namedCharsets(query: Form, form: Form, contentType: string): string[] {
	const named = (values: Form) => values.get('charset')?.toString('latin1').trim().toLowerCase();
	const [inUrl, inBody] = [named(query), named(form)];
	if (inUrl) return [inUrl];
	const [, inHeader] = /;\s*charset="?([^";\s]+)/i.exec(contentType.toLowerCase()) ?? [];
	return inBody ? [...new Set([inBody, inHeader ?? inBody])] : [];
}

/** Values stay bytes, because the signature is over the bytes. */
type Form = Map<string, Buffer>;

const AMPERSAND = Buffer.from('&');
const EQUALS = Buffer.from('=');

/** Reads a form in `latin1`, one character per byte. URLSearchParams can only read UTF-8. */
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

/** The sign type of the response: the requested sign type, or RSA2 if that is unknown. */
export function responseSignType(params: Params): SignType {
	return isSignType(params.sign_type) ? params.sign_type : 'RSA2';
}

/** The error fields of the first check that fails, or undefined. */
export function refusal(request: IncomingParams, gateway: GatewayContext): ErrorFields | undefined {
	const failed = CHECKS.find(({ fails }) => fails(request.texts.params, gateway, request));
	return failed && gatewayError(failed.subCode, failed.detail?.(request));
}

/** The text of biz_content; undefined if it is encrypted and `key` cannot decrypt it. */
export function bizText({ texts, charset }: IncomingParams, key: Buffer): string | undefined {
	const { biz_content = '' } = texts.params;
	return isEncrypted(texts.params) ? decrypt(biz_content, key, charset) : biz_content;
}

/** Whether the content of request and response is encrypted. */
export function isEncrypted(params: Params): boolean {
	return params.encrypt_type === 'AES';
}

/** The object in a biz_content text; undefined if it is not an object. */
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

interface Check {
	/** The sub_code that the gateway reports if the check fails. */
	subCode: SubCode;
	fails: (params: Params, gateway: GatewayContext, request: IncomingParams) => boolean;
	/** The text after the usual sub_msg. */
	detail?: (request: IncomingParams) => string;
}

// The order matters: a client sees only the first error. Codes: opendocs common/02km9f.
const CHECKS: readonly Check[] = [
	{ subCode: 'isv.missing-method', fails: (p) => isBlank(p.method) },
	{ subCode: 'isv.missing-app-id', fails: (p) => isBlank(p.app_id) },
	{ subCode: 'isv.missing-signature', fails: (p) => isBlank(p.sign) },
	{ subCode: 'isv.missing-signature-type', fails: (p) => isBlank(p.sign_type) },
	{ subCode: 'isv.missing-timestamp', fails: (p) => isBlank(p.timestamp) },
	{ subCode: 'isv.missing-version', fails: (p) => isBlank(p.version) },
	{ subCode: 'isv.invalid-app-id', fails: (_p, { application }) => application === undefined },
	{
		subCode: 'isv.invalid-method',
		fails: (p, { isKnownMethod }) => !isKnownMethod(p.method ?? ''),
	},
	...snChecks('app_cert_sn', 'isv.missing-app-cert-sn', 'isv.app-cert-not-exist'),
	...snChecks(
		'alipay_root_cert_sn',
		'isv.missing-alipay-root-cert-sn',
		'isv.invalid-alipay-root-cert-sn',
	),
	{
		subCode: 'isv.invalid-parameter',
		fails: (p) => p.version !== '1.0',
		detail: () => ': version',
	},
	// The real gateway reads a body with an unknown charset as GBK, so the signature does not match.
	{
		subCode: 'isv.invalid-signature',
		fails: (_p, _gateway, { charsetNames }) => charsetNames.length !== 1,
		detail: () => CHARSET_HINT,
	},
	{
		subCode: 'isv.invalid-charset',
		fails: (_p, _gateway, { charsetNames }) => charsetNamed(charsetNames[0]) === undefined,
	},
	{
		subCode: 'isv.invalid-format',
		fails: (p) => !isBlank(p.format) && p.format?.toUpperCase() !== 'JSON',
	},
	{ subCode: 'isv.invalid-signature-type', fails: (p) => !isSignType(p.sign_type) },
	{ subCode: 'isv.invalid-timestamp', fails: (p, gateway) => !isTimely(p.timestamp, gateway) },
	{
		subCode: 'isv.invalid-signature',
		fails: (_p, gateway, request) => !isSigned(request, gateway),
		detail: ({ canonical, charset }) => canonicalHint(decode(canonical, charset)),
	},
	{
		subCode: 'isv.insufficient-isv-permissions',
		fails: (p, { isPermitted }) => !isPermitted(p.method ?? ''),
	},
	{
		subCode: 'isv.invalid-encrypt-type',
		fails: (p) => !isBlank(p.encrypt_type) && !isEncrypted(p),
	},
];

/** The checks of a serial-number digest. Only an application with certificates sends one. */
function snChecks(
	name: 'app_cert_sn' | 'alipay_root_cert_sn',
	missing: SubCode,
	wrong: SubCode,
): readonly Check[] {
	const expected = ({ application }: GatewayContext) => application?.requestSns?.[name];
	return [
		{ subCode: missing, fails: (p, gateway) => !!expected(gateway) && isBlank(p[name]) },
		{
			subCode: wrong,
			fails: (p, gateway) => !!expected(gateway) && p[name] !== expected(gateway),
		},
	];
}

function isBlank(value: string | undefined): boolean {
	return value === undefined || value.trim() === '';
}

function isSignType(value: string | undefined): value is SignType {
	return value === 'RSA2' || value === 'RSA';
}

function isTimely(text: string | undefined, gateway: GatewayContext): boolean {
	const ms = beijingMs(text ?? '');
	return ms !== undefined && Math.abs(gateway.now - ms) <= gateway.timestampWindowMinutes * 60_000;
}

function isSigned({ texts, canonical }: IncomingParams, { application }: GatewayContext): boolean {
	const signature = Buffer.from(texts.params.sign ?? '', 'base64');
	const digest = DIGEST[responseSignType(texts.params)];
	return application !== undefined && verify(digest, canonical, application.publicKey, signature);
}

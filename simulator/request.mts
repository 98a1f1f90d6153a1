/** What the gateway reads from a request, and the checks it passes before any business is done. */
import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { DIGEST, METHOD } from './answer.mts';
import type { SignType } from './answer.mts';
import { beijingMs } from './beijing.mts';
import type { Pair, Reference } from './book.mts';
import { canonicalHint, CHARSET_HINT, errorFields } from './errors.mts';
import type { SubCode } from './errors.mts';

export type Params = Record<string, string>;

export interface GatewayParams {
	query: Params;
	body: Params;
	/** The union of both; on a clash the URL's value counts, as in a servlet. */
	params: Params;
}

/** What the gateway knows when it checks a request. */
export interface Gate {
	appId: string;
	appPublicKey: KeyObject;
	/** ms since the epoch. */
	now: number;
	timestampWindowMinutes: number;
}

/** `body` is the urlencoded text, blank for a GET or another content type. */
export function readParams(search: string, body: string): GatewayParams {
	const query = Object.fromEntries(new URLSearchParams(search));
	const form = Object.fromEntries(new URLSearchParams(body));
	return { query, body: form, params: { ...form, ...query } };
}

/** The text under a request's signature (protocol §1): all but `sign` and blanks, in byte order. */
export function canonicalString(params: Params): string {
	return Object.entries(params)
		.filter(([key, value]) => key !== 'sign' && !isBlank(value))
		.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
		.map(([key, value]) => `${key}=${value}`)
		.join('&');
}

/** The sign type to answer with: the one asked for, RSA2 when that says nothing usable. */
export function answerSignType(params: Params): SignType {
	return isSignType(params.sign_type) ? params.sign_type : 'RSA2';
}

/** The error fields of the first check that the request does not pass, or undefined. */
export function refusal(request: GatewayParams, gate: Gate): Record<string, string> | undefined {
	const failed = CHECKS.find(([, fails]) => fails(request.params, gate, request));
	return failed && errorFields(failed[0], failed[2]?.(request.params));
}

/** The biz_content object, or undefined when it is not one. */
export function bizContent(params: Params): Record<string, unknown> | undefined {
	try {
		const value: unknown = JSON.parse(params.biz_content ?? '');
		return value !== null && typeof value === 'object' && !Array.isArray(value)
			? (value as Record<string, unknown>)
			: undefined;
	} catch {
		return undefined;
	}
}

/** The numbers asked for; undefined when one is not a string or is longer than 64 characters. */
export function askedNumbers(biz: Record<string, unknown>): Partial<Reference> | undefined {
	const asked: Partial<Reference> = {};
	for (const name of ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'] as const) {
		if (!(name in biz)) continue;
		const value = biz[name];
		if (typeof value !== 'string' || value.length > 64) return undefined;
		if (!isBlank(value)) asked[name] = value;
	}
	return asked;
}

/** The pair that counts: Alipay's own numbers win over the merchant's (API reference, 请求参数). */
export function effectivePair(asked: Partial<Reference>): Pair | undefined {
	if (asked.auth_no && asked.operation_id)
		return { owner: 'alipay', order: asked.auth_no, operation: asked.operation_id };
	if (asked.out_order_no && asked.out_request_no)
		return { owner: 'merchant', order: asked.out_order_no, operation: asked.out_request_no };
	return undefined;
}

type Fails = (params: Params, gate: Gate, request: GatewayParams) => boolean;
type Check = [subCode: SubCode, fails: Fails, detail?: (params: Params) => string];

// The order matters: a client sees only the first complaint. Codes: protocol §5, opendocs 02km9f.
const CHECKS: readonly Check[] = [
	['isv.missing-method', (p) => isBlank(p.method)],
	['isv.missing-app-id', (p) => isBlank(p.app_id)],
	['isv.missing-signature', (p) => isBlank(p.sign)],
	['isv.missing-signature-type', (p) => isBlank(p.sign_type)],
	['isv.missing-timestamp', (p) => isBlank(p.timestamp)],
	['isv.missing-version', (p) => isBlank(p.version)],
	['isv.invalid-app-id', (p, gate) => p.app_id !== gate.appId],
	['isv.invalid-method', (p) => p.method !== METHOD],
	['isv.invalid-parameter', (p) => p.version !== '1.0', () => ': version'],
	// Without charset in the URL the real gateway reads the body as GBK, and the signature breaks.
	['isv.invalid-signature', (_p, _gate, { query }) => isBlank(query.charset), () => CHARSET_HINT],
	['isv.invalid-charset', (p) => p.charset?.toLowerCase() !== 'utf-8'],
	['isv.invalid-format', (p) => !isBlank(p.format) && p.format?.toUpperCase() !== 'JSON'],
	['isv.invalid-signature-type', (p) => !isSignType(p.sign_type)],
	['isv.invalid-timestamp', (p, gate) => !isTimely(p.timestamp, gate)],
	[
		'isv.invalid-signature',
		(p, gate) => !isSigned(p, gate),
		(p) => canonicalHint(canonicalString(p)),
	],
	['isv.illegal-json', (p) => bizContent(p) === undefined],
];

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

function isSigned(params: Params, gate: Gate): boolean {
	const bytes = Buffer.from(canonicalString(params));
	const signature = Buffer.from(params.sign ?? '', 'base64');
	return verify(DIGEST[answerSignType(params)], bytes, gate.appPublicKey, signature);
}

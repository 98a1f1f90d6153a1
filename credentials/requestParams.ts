import type { IHttpRequestOptions } from 'n8n-workflow';
import { localFault, success, type Outcome } from '../alipay/errors/fault';
import type { Params } from '../alipay/message/request';
import { scanObject } from '../alipay/text/json';
import { textOf } from '../alipay/text/textOf';

/** The request options that `authenticate` receives from n8n's current or older request helper. */
export type RequestOptions = IHttpRequestOptions & {
	uri?: unknown;
	form?: unknown;
	formData?: unknown;
};

type Pairs = Array<[name: string, value: unknown]>;

/** The address of a request; null if it has none. */
export function targetOf({ url, baseURL, uri }: RequestOptions): URL | null {
	const address = textOf(url) || textOf(uri);
	const base = baseURL ? String(baseURL) : undefined;
	return URL.canParse(address, base) ? new URL(address, base) : null;
}

/**
 * Alipay's parameters from the URL, the query, the body (object, JSON text or form text) or the form
 * fields. An object becomes its JSON text, as Alipay requires for `biz_content`. Content that cannot be
 * signed as it is gets refused, since it would reach Alipay changed.
 */
export function paramsOf(options: RequestOptions): Outcome<Params> {
	if (options.formData !== undefined) return NO_FILES;
	const pairs: Pairs = [];
	for (const [place, content] of [
		['The URL', targetOf(options)?.searchParams],
		['The query', options.qs],
		['The body', options.body],
		['The body', options.form],
	] as const) {
		const read = readPlace(place, content);
		if (!read.ok) return read;
		pairs.push(...read.value);
	}
	const params = unite(pairs);
	return params.ok ? complete(params.value) : params;
}

const unsignable = (what: string) =>
	localFault(
		'invalid-settings',
		what,
		'This credential signs JSON, form fields and query parameters, not files. Set Body Content Type to JSON or Form Urlencoded.',
	);

const wrong = (what: string, advice: string) => localFault('invalid-settings', what, advice);

const NO_FILES = unsignable('The body is Form-Data, a file or other binary data');

function readPlace(place: string, content: unknown): Outcome<Pairs> {
	if (content === undefined || content === null) return success([]);
	if (typeof content === 'string') return readText(place, content.trim());
	if (content instanceof URLSearchParams) return success([...content]);
	if (isRecord(content)) return success(Object.entries(content));
	const isFile = typeof content === 'object' && !Array.isArray(content);
	return isFile ? NO_FILES : unsignable(`${place} is a list or a single value, not an object`);
}

/** Whether it is an object of names and values, not a list, bytes or a stream. */
function isRecord(value: unknown): value is Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function readText(place: string, text: string): Outcome<Pairs> {
	if (text.startsWith('{')) return readJson(place, Buffer.from(text.replace(HALVES, escaped)));
	const isForm = text.split('&').every((pair) => FORM_FIELD.test(pair));
	return isForm
		? success([...new URLSearchParams(text)])
		: unsignable(`${place} is text, but not a JSON object or form fields`);
}

/** A field with its value, or empty. */
const FORM_FIELD = /^(\w+=|$)/;

/** Half of a surrogate pair: UTF-8 cannot express it, JSON can escape it. */
const HALVES = /\p{Surrogate}/gu;
const escaped = (half: string) => `\\u${half.charCodeAt(0).toString(16)}`;

/** The members of a JSON object. Objects and numbers stay as text, since parsing would damage long numbers. */
function readJson(place: string, json: Buffer): Outcome<Pairs> {
	const pairs: Pairs = [];
	const members = scanObject(json);
	try {
		for (const { key, start, end } of members ?? []) {
			const text = json.subarray(start, end).toString();
			const value: unknown = JSON.parse(text);
			pairs.push([key, isRecord(value) || typeof value === 'number' ? text : value]);
		}
	} catch {
		return unsignable(`${place} contains JSON that cannot be read`);
	}
	return members ? success(pairs) : unsignable(`${place} contains JSON that cannot be read`);
}

/** The credential fills these in. A request that was signed before contains them too. */
const FILLED_IN: ReadonlySet<string> = new Set([
	'alipay_root_cert_sn',
	'app_cert_sn',
	'app_id',
	'charset',
	'sign',
	'sign_type',
	'timestamp',
]);

const NAME = /^[A-Za-z]\w*$/;

/** Each parameter once. */
function unite(pairs: Pairs): Outcome<Params> {
	const params = new Map<string, string>();
	for (const [name, value] of pairs) {
		if (FILLED_IN.has(name)) continue;
		if (!NAME.test(name)) {
			return wrong(
				`The request contains "${name.slice(0, 40)}", which is not the name of an Alipay parameter`,
				'Use only letters, digits and _ in the name, as in method or biz_content.',
			);
		}
		const text = valueText(name, value);
		if (!text.ok) return text;
		if (text.value.trim() === '') continue;
		if ((params.get(name) ?? text.value) !== text.value) {
			return wrong(
				`The request contains ${name} twice, with different values`,
				'Keep one of them: in the URL, in the query parameters or in the body.',
			);
		}
		params.set(name, text.value);
	}
	return success(Object.fromEntries(params));
}

function valueText(name: string, value: unknown): Outcome<string> {
	if (value === undefined || value === null) return success('');
	if (typeof value === 'string') return success(value);
	if (Array.isArray(value)) {
		return wrong(
			`${name} is a list`,
			'A parameter has one value. Put a list inside the object biz_content.',
		);
	}
	if (hasLostDigits(value)) {
		return wrong(
			`${name} contains a number that has lost its last digits`,
			'Write this number as text, in quotation marks.',
		);
	}
	const isPlain = isRecord(value) || typeof value === 'number' || typeof value === 'boolean';
	return isPlain ? success(JSON.stringify(value)) : NO_FILES;
}

/** JavaScript keeps only the first 15 to 17 digits of an integer beyond 2^53. */
function hasLostDigits(value: unknown): boolean {
	if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
	return typeof value === 'object' && value !== null && Object.values(value).some(hasLostDigits);
}

function complete(params: Params): Outcome<Params> {
	if (params.method === undefined) {
		return wrong(
			'The request does not contain the parameter method',
			'Add method to the JSON body, the form fields or the query parameters. Its value is the name of the API, for example alipay.trade.query.',
		);
	}
	const { biz_content, encrypt_type } = params;
	if (biz_content && !encrypt_type && !biz_content.trimStart().startsWith('{')) {
		return wrong(
			'biz_content is not a JSON object',
			'Begin it with { and end it with }, for example { "out_trade_no": "1" }.',
		);
	}
	return success(params);
}

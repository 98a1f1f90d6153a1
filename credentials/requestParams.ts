import type { IHttpRequestOptions } from 'n8n-workflow';
import type { Params } from '../alipay/message/request';
import { textOf } from '../alipay/text/textOf';

/** What n8n's request helpers hand to `authenticate`: the new shape, or the one of the older helper. */
type RequestOptions = IHttpRequestOptions & { uri?: unknown; form?: unknown; formData?: unknown };

/** The address a request goes to; null when there is none. */
export function targetOf({ url, baseURL, uri }: RequestOptions): URL | null {
	const address = textOf(url) || textOf(uri);
	const base = baseURL ? String(baseURL) : undefined;
	return URL.canParse(address, base) ? new URL(address, base) : null;
}

/**
 * Alipay's parameters from wherever the user put them: the URL, the query, the body (object, JSON
 * text or form text) or the form fields. Later places win. An object becomes its JSON text, which
 * is what `biz_content` must be.
 */
export function paramsOf(options: RequestOptions): Params {
	const places = [
		targetOf(options)?.searchParams,
		options.qs,
		options.body,
		options.form,
		options.formData,
	];
	const pairs = places.flatMap((place) => Object.entries(readPlace(place)));
	return Object.fromEntries(
		pairs
			.filter(([, value]) => value !== undefined && value !== null)
			.map(([name, value]) => [name, textOf(value)]),
	);
}

function readPlace(place: unknown): Record<string, unknown> {
	if (typeof place === 'string') return readText(place);
	if (place instanceof Uint8Array) return readText(Buffer.from(place).toString('utf8'));
	if (place instanceof URLSearchParams) return Object.fromEntries(place);
	return typeof place === 'object' && place !== null ? { ...place } : {};
}

function readText(text: string): Record<string, unknown> {
	if (!text.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(text));
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return {};
	}
}

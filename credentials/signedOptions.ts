import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpRequest } from '../alipay/transport';

/**
 * Headers that belong to the body or the connection of the request before it was signed, and what else
 * would prove who the sender is: a signed request is proven by its signature alone.
 */
const STALE =
	/^(content-.*|transfer-encoding|host|expect|connection|keep-alive|te|trailer|upgrade|cookie|authorization|proxy-.*)$/i;

/** For n8n's older helper, which the HTTP Request node uses. */
const NO_REDIRECT = { followRedirect: false, followAllRedirects: false, maxRedirects: 0 };

/** Their content is part of the signed request; n8n would send it a second time. */
const SIGNED_AWAY: readonly string[] = ['baseURL', 'uri', 'qs', 'form', 'formData', 'auth'];

/** The options of a request, with what is signed in place of what was to be sent. */
export function signedOptions(options: IHttpRequestOptions, signed: HttpRequest) {
	const kept = Object.entries(options).filter(([name]) => !SIGNED_AWAY.includes(name));
	return {
		...Object.fromEntries(kept),
		method: signed.method,
		url: signed.url,
		body: signed.body,
		// A signed request is for this host alone.
		disableFollowRedirect: true,
		...NO_REDIRECT,
		// Exactly this, and once: n8n writes a body anew under any other content type.
		headers: {
			...withoutStale(options.headers),
			'content-type': 'application/x-www-form-urlencoded',
		},
	};
}

function withoutStale(headers: IHttpRequestOptions['headers']): IDataObject {
	const all = Object.entries(headers ?? {});
	return Object.fromEntries(all.filter(([name]) => !STALE.test(name.trim())));
}

import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpRequest } from '../alipay/transport';

/**
 * Headers for the body or the connection of the unsigned request, and other proofs of identity. Only the
 * signature proves who sent a signed request.
 */
const STALE =
	/^(content-.*|transfer-encoding|host|expect|connection|keep-alive|te|trailer|upgrade|cookie|authorization|proxy-.*)$/i;

/** For n8n's older helper, which the HTTP Request node uses. */
const NO_REDIRECT = { followRedirect: false, followAllRedirects: false, maxRedirects: 0 };

/** The signed request contains their content. n8n would send it a second time. */
const SIGNED_AWAY: readonly string[] = ['baseURL', 'uri', 'qs', 'form', 'formData', 'auth'];

/** The request options with the signed URL and body instead of the original ones. */
export function signedOptions(options: IHttpRequestOptions, signed: HttpRequest) {
	const kept = Object.entries(options).filter(([name]) => !SIGNED_AWAY.includes(name));
	return {
		...Object.fromEntries(kept),
		method: signed.method,
		url: signed.url,
		body: signed.body,
		// Only this host may receive a signed request.
		disableFollowRedirect: true,
		...NO_REDIRECT,
		// Exactly this, and once: with any other content type, n8n rewrites the body.
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

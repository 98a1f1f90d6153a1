import type { App } from '../application/app';
import { nameOf } from '../text/characters';
import { encode, firstUnencodable, formEncode, type Charset } from '../text/charset';
import { alipayTimestamp } from '../text/clock';
import { localFault, success, type Outcome } from '../errors/fault';
import type { HttpRequest } from '../transport';

/** Request parameters by Alipay's names, as text and not yet encoded. */
export type Params = Readonly<Record<string, string>>;

/** Alipay's SDKs neither send nor sign such a value. */
const isBlank = (value: string) => value.trim() === '';

/**
 * The text that is signed: every parameter but `sign` and blank ones, `sign_type` included, sorted
 * by their names as Java sorts texts, by UTF-16 units, which JavaScript does as well; values as they
 * are (AlipaySignature#getSignContent, SDK for Java).
 */
export function canonicalString(params: Params): string {
	return Object.keys(params)
		.filter((name) => name !== 'sign' && !isBlank(params[name] ?? ''))
		.sort()
		.map((name) => `${name}=${params[name]}`)
		.join('&');
}

/** A character that the charset cannot hold would reach Alipay as another one. */
export function refuseUnencodable(params: Params, charset: Charset): Outcome<Params> {
	for (const [name, value] of Object.entries(params)) {
		const char = firstUnencodable(value, charset);
		if (char === null) continue;
		return localFault(
			'invalid-identifiers',
			`${name} contains ${nameOf(char)}, which the charset ${charset} does not have`,
			`Correct ${name}, or choose the charset utf-8 in the credential.`,
		);
	}
	return success(params);
}

export interface SignedRequest {
	http: HttpRequest;
	/** What was signed; Alipay repeats its own version of it when it refuses a signature. */
	canonical: string;
}

/**
 * A request for any method of the gateway, signed for `app` at `epochMs` (milliseconds).
 * `params` holds `method` and what goes with it, `biz_content` as JSON text. Parameters that belong
 * to the application win over those of the same name, so that a signed request can be signed again.
 *
 * `charset` alone stands in the URL: the gateway must know it before it reads the body. Proxies and
 * programs log URLs and store them with their errors, so tokens, the signature and the numbers are in
 * the body. (Placement of Alipay's SDK for .NET, DefaultAopClient.)
 */
export function signRequest(app: App, params: Params, epochMs: number): SignedRequest {
	const all: Params = {
		version: '1.0',
		format: 'JSON',
		...params,
		...(isBlank(params.app_auth_token ?? '') ? { app_auth_token: app.appAuthToken } : {}),
		app_id: app.appId,
		...(app.certificates && {
			app_cert_sn: app.certificates.app_cert_sn,
			alipay_root_cert_sn: app.certificates.alipay_root_cert_sn,
		}),
		charset: app.charset,
		sign_type: app.signType,
		timestamp: alipayTimestamp(epochMs),
	};
	const canonical = canonicalString(all);
	const sign = app.privateKey.sign(encode(canonical, app.charset), app.signType);

	const inBody = Object.entries({ ...all, sign }).filter(
		([name, value]) => name !== 'charset' && !isBlank(value),
	);
	return {
		canonical,
		http: {
			method: 'POST',
			url: `${app.gatewayUrl}?charset=${app.charset}`,
			headers: { 'content-type': `application/x-www-form-urlencoded;charset=${app.charset}` },
			body: formEncode(Object.fromEntries(inBody), app.charset),
		},
	};
}

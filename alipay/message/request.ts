import type { App } from '../application/app';
import { nameOf } from '../text/characters';
import { encode, firstUnencodable, formEncode, type Charset } from '../text/charset';
import { alipayTimestamp } from '../text/clock';
import { localFault, success, type Outcome } from '../errors/fault';
import type { HttpRequest } from '../transport';

/** Request parameters by Alipay's names, as text and not yet encoded. */
export type Params = Readonly<Record<string, string>>;

/** Alipay's SDKs neither send nor sign a blank value. */
const isBlank = (value: string) => value.trim() === '';

/**
 * The text to sign: all parameters, including `sign_type`, except `sign` and blank ones. They are sorted by
 * name in UTF-16 units, as in Java. Values stay unencoded (AlipaySignature#getSignContent, SDK for Java).
 */
export function canonicalString(params: Params): string {
	return Object.keys(params)
		.filter((name) => name !== 'sign' && !isBlank(params[name] ?? ''))
		.sort()
		.map((name) => `${name}=${params[name]}`)
		.join('&');
}

/** A character that the charset does not contain would reach Alipay as a different one. */
export function refuseUnencodable(params: Params, charset: Charset): Outcome<Params> {
	for (const [name, value] of Object.entries(params)) {
		const char = firstUnencodable(value, charset);
		if (char === null) continue;
		return localFault(
			'invalid-identifiers',
			`${name} contains ${nameOf(char)}, which does not exist in the charset ${charset}`,
			`Remove this character from ${name}, or set Charset to utf-8 in the credential.`,
		);
	}
	return success(params);
}

export interface SignedRequest {
	http: HttpRequest;
	/** The signed text. Alipay quotes its own version of it when it refuses a signature. */
	canonical: string;
}

/**
 * A request for any method of the gateway, signed for `app` at `epochMs` (milliseconds).
 * `params` contains `method` and its parameters, with `biz_content` as JSON text. Parameters of the
 * application replace parameters of the same name, so a signed request can be signed again.
 *
 * Only `charset` is in the URL, because the gateway needs it before it reads the body. Proxies and programs
 * log URLs and store them with errors, so tokens, the signature and the numbers are in the body. (Same as in
 * Alipay's SDK for .NET, DefaultAopClient.)
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

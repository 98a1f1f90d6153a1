/**
 * The one place that turns text into bytes and back. Alipay checks a signature over the bytes it
 * received, so what is signed, what stands in the URL and what stands in the body are made here.
 */
const ENCODERS = {
	'utf-8': (text: string) => Buffer.from(text, 'utf8'),
} as const;

/** The `charset` parameter of the API reference. */
export type Charset = keyof typeof ENCODERS;

export const CHARSETS = Object.keys(ENCODERS) as readonly Charset[];

export function encode(text: string, charset: Charset): Buffer {
	return ENCODERS[charset](text);
}

/** The text of an answer, without its byte order mark; null when the bytes are not of this charset. */
export function decode(bytes: Uint8Array, charset: Charset): string | null {
	try {
		return new TextDecoder(charset, { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
}

/** RFC 3986 "unreserved": the bytes that stand for themselves in a URL and in a form. */
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/** `a=1&b=2` with every other byte as %XX, which a URL and a form body read alike. */
export function formEncode(params: Readonly<Record<string, string>>, charset: Charset): string {
	const escape = (text: string) =>
		Array.from(encode(text, charset), (byte) => {
			const char = String.fromCharCode(byte);
			return UNRESERVED.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
		}).join('');
	return Object.entries(params)
		.map(([name, value]) => `${escape(name)}=${escape(value)}`)
		.join('&');
}

import { Cache, FOREVER } from '../cache';

/**
 * Converts text to bytes and back. Alipay checks a signature over bytes, so the signed text, the URL and the
 * body must all be encoded here.
 */
export const CHARSETS = ['utf-8', 'gbk', 'gb2312'] as const;

/** The `charset` parameter of the API reference. */
export type Charset = (typeof CHARSETS)[number];

/** How bytes are read. Alipay's gb2312 responses are GBK, which contains GB2312. */
export type Encoding = 'utf-8' | 'gbk';

/** The text in `charset`. Unknown characters become `?`, so call `firstUnencodable` first. */
export function encode(text: string, charset: Charset): Buffer {
	if (charset === 'utf-8') return Buffer.from(text, 'utf8');
	const table = doubleBytes(charset);
	return Buffer.concat(
		Array.from(text, (char) =>
			char < '\x80' ? Buffer.from(char) : (table.get(char) ?? REPLACEMENT),
		),
	);
}

const REPLACEMENT = Buffer.from('?');

/** The first character that `charset` does not contain, or null. No charset contains half a surrogate pair. */
export function firstUnencodable(text: string, charset: Charset): string | null {
	if (charset === 'utf-8') return /\p{Surrogate}/u.exec(text)?.[0] ?? null;
	const table = doubleBytes(charset);
	return Array.from(text).find((char) => char >= '\x80' && !table.has(char)) ?? null;
}

/**
 * How to read a response to a request in `charset`. Alipay responds in the charset of the request, but sends
 * some refusals of UTF-8 requests in GBK. Null if the bytes are neither. The content type is ignored because
 * it is not signed: changing it could change the meaning of a signed text.
 */
export function encodingOf(bytes: Uint8Array, charset: Charset): Encoding | null {
	const order: readonly Encoding[] = charset === 'utf-8' ? ['utf-8', 'gbk'] : ['gbk', 'utf-8'];
	return order.find((encoding) => decode(bytes, encoding) !== null) ?? null;
}

/** Can be reused, unlike the decoders of other encodings, which keep state between texts. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** The text of `bytes` without a byte order mark, or null if they are not valid in this encoding. */
export function decode(bytes: Uint8Array, encoding: Encoding): string | null {
	try {
		const decoder = encoding === 'utf-8' ? UTF_8 : new TextDecoder(encoding, { fatal: true });
		return decoder.decode(bytes);
	} catch {
		return null;
	}
}

/** Each byte in a URL or form: RFC 3986 "unreserved" as itself, any other as %XX. */
const ESCAPED = Array.from({ length: 256 }, (_, byte) => {
	const char = String.fromCharCode(byte);
	if (/[A-Za-z0-9\-._~]/.test(char)) return char;
	return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** `a=1&b=2` with escaped bytes, valid both in a URL and in a form body. */
export function formEncode(params: Readonly<Record<string, string>>, charset: Charset): string {
	const escape = (text: string) => {
		let escaped = '';
		for (const byte of encode(text, charset)) escaped += ESCAPED[byte];
		return escaped;
	};
	return Object.entries(params)
		.map(([name, value]) => `${escape(name)}=${escape(value)}`)
		.join('&');
}

type DoubleBytes = ReadonlyMap<string, Buffer>;

const TABLES = new Cache<Charset, DoubleBytes>({ entries: 2, ms: FOREVER });

/**
 * The two bytes of each character of GBK or GB2312. Node.js decodes GBK but does not encode it, so its
 * decoder runs once over every pair of bytes (GB 18030-2022 appendix: lead 81–FE, trail
 * 40–FE without 7F).
 */
function doubleBytes(charset: Exclude<Charset, 'utf-8'>): DoubleBytes {
	return TABLES.of(charset, () => new Map(charPairs(charset)));
}

function charPairs(charset: Exclude<Charset, 'utf-8'>): Array<[string, Buffer]> {
	const pairs: Buffer[] = [];
	for (let lead = 0x81; lead <= 0xfe; lead++) {
		for (let trail = 0x40; trail <= 0xfe; trail++) {
			const code = lead * 256 + trail;
			const isAssigned = trail !== 0x7f && !isWithin(code, UNASSIGNED);
			if (isAssigned && (charset === 'gbk' || isGb2312(code))) {
				pairs.push(Buffer.of(lead, trail));
			}
		}
	}
	const text = decode(Buffer.concat(pairs), 'gbk') ?? '';
	return [...text]
		.map((char, index): [string, Buffer] => [char, pairs[index] as Buffer])
		.filter(([char]) => !PRIVATE_USE.test(char));
}

type Ranges = ReadonlyArray<readonly [from: number, to: number]>;

const isWithin = (code: number, ranges: Ranges): boolean =>
	ranges.some(([from, to]) => code >= from && code <= to);

/**
 * Pairs that GBK does not assign. Node.js 20 decodes them as private use. Node.js 22.23 and 24.21 decode them
 * as characters of GB 18030-2022, including a second ideographic space (A3A0 in addition to A1A1).
 */
const UNASSIGNED: Ranges = [
	[0xa2e3, 0xa2e3],
	[0xa3a0, 0xa3a0],
	[0xa6d9, 0xa6df],
	[0xa6ec, 0xa6ed],
	[0xa6f3, 0xa6f3],
	[0xa8bc, 0xa8bc],
	[0xa8bf, 0xa8bf],
	[0xa989, 0xa995],
	[0xfe50, 0xfea0],
];

/** Unassigned pairs decode to these characters, which Alipay does not have. */
const PRIVATE_USE = /[\ue000-\uf8ff]/;

/** GBK's additions inside the rows of GB 2312-80. */
const ADDED_BY_GBK: Ranges = [
	[0xa2a1, 0xa2b0],
	[0xa2e3, 0xa2e4],
	[0xa6e0, 0xa6f5],
	[0xa8bb, 0xa8c0],
	[0xa996, 0xa996],
];

function isGb2312(code: number): boolean {
	const trail = code % 256;
	if (trail < 0xa1 || code < 0xa1a1 || code > 0xf7fe) return false;
	return !isWithin(code, ADDED_BY_GBK);
}

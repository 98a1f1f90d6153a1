import { decode, type Encoding } from './charset';

/**
 * A member of a JSON object, found in its raw bytes. Alipay signs the bytes of one member's value. Parsing
 * and writing the text again would change them.
 */
export interface Member {
	key: string;
	/** Offsets of the value's first byte and of the byte after its last. */
	start: number;
	end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The members of the JSON object in `bytes`, in order and with duplicates. Null if `bytes` is not one object
 * with only white space around it. Values are not validated: read each with `JSON.parse`. The scanner does
 * not use recursion, so deep nesting cannot exhaust the stack.
 */
export function scanObject(bytes: Uint8Array, encoding: Encoding = 'utf-8'): Member[] | null {
	const members: Member[] = [];
	let at = skipSpace(bytes, BYTE_ORDER_MARK.equals(bytes.subarray(0, 3)) ? 3 : 0);
	if (bytes[at] !== OPEN_BRACE) return null;
	at = skipSpace(bytes, at + 1);
	if (bytes[at] === CLOSE_BRACE) return skipSpace(bytes, at + 1) === bytes.length ? members : null;

	for (;;) {
		const keyEnd = endOfString(bytes, at, encoding);
		const key = keyEnd === null ? null : parsed(bytes.subarray(at, keyEnd), encoding);
		if (keyEnd === null || typeof key !== 'string') return null;
		at = skipSpace(bytes, keyEnd);
		if (bytes[at] !== COLON) return null;

		const start = skipSpace(bytes, at + 1);
		const end = endOfValue(bytes, start, encoding);
		if (end === null) return null;
		members.push({ key, start, end });

		at = skipSpace(bytes, end);
		if (bytes[at] === CLOSE_BRACE)
			return skipSpace(bytes, at + 1) === bytes.length ? members : null;
		if (bytes[at] !== COMMA) return null;
		at = skipSpace(bytes, at + 1);
	}
}

function skipSpace(bytes: Uint8Array, from: number): number {
	let at = from;
	while (WHITE_SPACE.has(bytes[at])) at++;
	return at;
}

/** The offset after the string that starts at `from`, or null if there is no complete string. */
function endOfString(bytes: Uint8Array, from: number, encoding: Encoding): number | null {
	if (bytes[from] !== QUOTE) return null;
	for (let at = from + 1; at < bytes.length; at++) {
		const byte = bytes[at] as number;
		// The second byte of a GBK character may look like a backslash or a brace.
		if (byte === BACKSLASH || (encoding === 'gbk' && byte > 0x80)) at++;
		else if (byte === QUOTE) return at + 1;
	}
	return null;
}

/** The offset after the value that starts at `from`: a string, an object or array, or a bare word. */
function endOfValue(bytes: Uint8Array, from: number, encoding: Encoding): number | null {
	const first = bytes[from];
	if (first === QUOTE) return endOfString(bytes, from, encoding);
	if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return endOfWord(bytes, from);

	let depth = 0;
	for (let at = from; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === QUOTE) {
			const end = endOfString(bytes, at, encoding);
			if (end === null) return null;
			at = end - 1;
		} else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
			depth++;
		} else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
			depth--;
			if (depth === 0) return at + 1;
		}
	}
	return null;
}

const WORD_ENDS: ReadonlySet<number | undefined> = new Set([
	...WHITE_SPACE,
	COMMA,
	COLON,
	QUOTE,
	OPEN_BRACE,
	CLOSE_BRACE,
	OPEN_BRACKET,
	CLOSE_BRACKET,
	undefined,
]);

function endOfWord(bytes: Uint8Array, from: number): number | null {
	let at = from;
	while (!WORD_ENDS.has(bytes[at])) at++;
	return at > from ? at : null;
}

function parsed(bytes: Uint8Array, encoding: Encoding): unknown {
	try {
		return JSON.parse(decode(bytes, encoding) ?? '');
	} catch {
		return undefined;
	}
}

/** Converts text to bytes: the charsets and the content encryption of the gateway. Uses only node built-ins. */
import { createCipheriv, createDecipheriv } from 'node:crypto';

/** The charsets that the gateway accepts, and the decoder of each (GBK contains GB2312). */
export const CHARSETS = { 'utf-8': 'utf-8', gbk: 'gbk', gb2312: 'gbk' } as const;
export type Charset = keyof typeof CHARSETS;

/** The charset that a parameter names, in upper or lower case; undefined if the gateway refuses it. */
export function charsetNamed(name: string | undefined): Charset | undefined {
	const known = name?.toLowerCase() ?? '';
	return Object.hasOwn(CHARSETS, known) ? (known as Charset) : undefined;
}

/** The text of `bytes`. Throws a TypeError for malformed ones when `fatal`. */
export function decode(bytes: Uint8Array, charset: Charset, fatal = false): string {
	return new TextDecoder(CHARSETS[charset], { fatal, ignoreBOM: true }).decode(bytes);
}

/** The bytes of `text`. A character that is not in the charset becomes `?`, as in Java. */
export function encode(text: string, charset: Charset): Buffer {
	if (charset === 'utf-8') return Buffer.from(text);
	const table = (gbkTable ??= makeGbkTable());
	const bytes = Buffer.alloc(text.length * 2);
	let length = 0;
	for (const character of text) {
		const code = character.charCodeAt(0);
		const pair = code < 0x80 ? undefined : table.get(character);
		if (pair !== undefined) bytes[length++] = pair >> 8;
		bytes[length++] = pair ?? (code < 0x80 ? code : QUESTION_MARK);
	}
	return bytes.subarray(0, length);
}

/** Base64 of AES-128-CBC with PKCS#7 padding and an IV of zeros (AlipayEncrypt, SDK for Java). */
export function encrypt(plain: Uint8Array, key: Buffer): string {
	const cipher = createCipheriv('aes-128-cbc', key, ZERO_IV);
	return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** The text of a base64 ciphertext; undefined if another key or charset was used. */
export function decrypt(base64: string, key: Buffer, charset: Charset): string | undefined {
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
	try {
		const decipher = createDecipheriv('aes-128-cbc', key, ZERO_IV);
		const bytes = Buffer.concat([decipher.update(base64, 'base64'), decipher.final()]);
		// One wrong key in 256 gives valid padding, but not valid text.
		return decode(bytes, charset, true);
	} catch {
		return undefined;
	}
}

const ZERO_IV = Buffer.alloc(16);
const QUESTION_MARK = 0x3f;
let gbkTable: ReadonlyMap<string, number> | undefined;

/** Node can decode GBK but not encode it. So this table has every pair of bytes by its character. */
function makeGbkTable(): ReadonlyMap<string, number> {
	const table = new Map<string, number>();
	const decoder = new TextDecoder('gbk');
	for (let lead = 0x81; lead <= 0xfe; lead++)
		for (let trail = 0x40; trail <= 0xfe; trail++) {
			const character = decoder.decode(Buffer.from([lead, trail]));
			const isOne = [...character].length === 1 && character !== '\ufffd';
			if (isOne && !table.has(character)) table.set(character, (lead << 8) | trail);
		}
	return table;
}

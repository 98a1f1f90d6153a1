import { createCipheriv, createDecipheriv } from 'node:crypto';
import { success, type Outcome } from '../errors/fault';
import { codePointOf, tidied, withoutInvisible } from '../text/characters';
import { counted } from './damages';
import { plainBase64 } from './pasted';
import { refuseShort, strangeIn, type ShortFinding } from './shortFields';

/** `encrypt_type` of the gateway's content encryption (opendocs common/02mse3). */
export const ENCRYPT_TYPE = 'AES';

/** AES-128-CBC with PKCS#7 padding and an IV of zeros (AlipayEncrypt, SDK for Java). */
const CIPHER = 'aes-128-cbc';
const KEY_BYTES = 16;
const IV = Buffer.alloc(16);

export interface ContentKey {
	/** Base64 of the encrypted bytes. */
	encrypt: (bytes: Uint8Array) => string;
	/** The decrypted bytes of base64 text, or null if this key does not match. */
	decrypt: (base64: string) => Buffer | null;
}

/** A longer text is not a 16-byte key, even with wrapping around it. */
const LONGEST = 2_000;

/** The AES key that the Alipay console shows: 16 bytes in base64. Returns null for '', which turns encryption off. */
export function readContentKey(text: string): Outcome<ContentKey | null> {
	if (withoutInvisible(text).trim() === '') return success(null);
	const base64 = text.length > LONGEST ? null : plainBase64(text);
	const key = Buffer.from(base64 ?? '', 'base64');
	if (base64 === null || key.length !== KEY_BYTES) {
		return refuseShort('encryptKey', whatIsWrong(tidied(text), base64, key.length));
	}
	return success({
		encrypt(bytes) {
			const cipher = createCipheriv(CIPHER, key, IV);
			return Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64');
		},
		decrypt(content) {
			try {
				const decipher = createDecipheriv(CIPHER, key, IV);
				return Buffer.concat([decipher.update(content, 'base64'), decipher.final()]);
			} catch {
				return null;
			}
		},
	});
}

function whatIsWrong(text: string, base64: string | null, bytes: number): ShortFinding {
	const strange = strangeIn(text);
	if (strange) return strange;
	if (/^(?:[0-9a-f]{2}){16,32}$/i.test(text)) return { damage: 'hex' };
	const [other] = /[^A-Za-z0-9+/=\s]/u.exec(text) ?? [];
	if (text === '') return { damage: 'empty' };
	return base64 === null && other !== undefined
		? { damage: 'character', values: { character: `a character ${codePointOf(other)}` } }
		: { damage: 'length', values: { bytes: counted(bytes, 'byte') } };
}

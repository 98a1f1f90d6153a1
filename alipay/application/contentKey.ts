import { createCipheriv, createDecipheriv } from 'node:crypto';
import { localFault, success, type Outcome } from '../errors/fault';
import { cleaned } from './pasted';

/** `encrypt_type` of the gateway's content encryption (opendocs common/02mse3). */
export const ENCRYPT_TYPE = 'AES';

/** AES-128-CBC with PKCS#7 padding and an IV of zeros (AlipayEncrypt, SDK for Java). */
const CIPHER = 'aes-128-cbc';
const KEY_BYTES = 16;
const IV = Buffer.alloc(16);

export interface ContentKey {
	/** Base64 of the encrypted bytes. */
	encrypt: (bytes: Uint8Array) => string;
	/** The bytes behind base64 text, or null when this key does not fit. */
	decrypt: (base64: string) => Buffer | null;
}

/** The AES key that the Alipay console shows: 16 bytes in base64. '' switches encryption off: null. */
export function readContentKey(text: string): Outcome<ContentKey | null> {
	if (text.trim() === '') return success(null);
	const base64 = cleaned(text).replace(/\s/g, '');
	const key = Buffer.from(base64, 'base64');
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || key.length !== KEY_BYTES) {
		return localFault(
			'invalid-credential',
			'The Encrypt Key of the credential is not an AES key of Alipay',
			`Copy the content encryption key (AES) from the Alipay console: ${KEY_BYTES} bytes in base64, 24 characters.`,
		);
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

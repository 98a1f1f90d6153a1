import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import NodeRSA from 'node-rsa';
import type { DerKind } from './der';
import { success, type Outcome } from '../errors/fault';
import { readBlocks, refuseKind, refusePasted, type PastedField } from './pasted';

export const SIGN_TYPES = ['RSA2', 'RSA'] as const;

/** RSA2 = SHA256withRSA, RSA = SHA1withRSA, both PKCS#1 v1.5 (API reference, "sign_type"). */
export type SignType = (typeof SIGN_TYPES)[number];

/** node-rsa signs with PSS unless the scheme is named. */
const SCHEMES = { RSA2: 'pkcs1-sha256', RSA: 'pkcs1-sha1' } as const;

export interface PublicKey {
	/** The key as PKCS#1 DER in base64: two keys are the same when this is. */
	id: string;
	/** Whether `signature` (base64) over `bytes` was made with the private half, under this sign type only. */
	verify: (bytes: Uint8Array, signature: string, signType: SignType) => boolean;
}

export interface PrivateKey {
	/** The `id` of the public key that belongs to it. */
	publicId: string;
	/** Signature over `bytes`, in base64. */
	sign: (bytes: Uint8Array, signType: SignType) => string;
}

/**
 * The application's private key from whatever was pasted: PKCS#1 or PKCS#8, PEM or bare base64, on
 * one line or many, `\n` as text, quotes, byte order mark, wrong header. No message quotes it.
 */
export function readPrivateKey(text: string): Outcome<PrivateKey> {
	const blocks = readBlocks('privateKey', text);
	if (!blocks.ok) return blocks;
	const [{ der, kind }] = blocks.value;
	if (kind !== 'rsa-private-pkcs1' && kind !== 'rsa-private-pkcs8') {
		return refuseKind('privateKey', kind, 'an RSA private key');
	}
	try {
		const type = kind === 'rsa-private-pkcs1' ? 'pkcs1' : 'pkcs8';
		const key = createPrivateKey({ key: der, format: 'der', type });
		const pkcs1 = key.export({ format: 'der', type: 'pkcs1' });
		const signers = bySignType(
			(signingScheme) => new NodeRSA(pkcs1, 'pkcs1-private-der', { signingScheme }),
		);
		return success({
			publicId: publicKeyId(createPublicKey(key)),
			sign: (bytes: Uint8Array, signType: SignType) =>
				Buffer.from(signers[signType].sign(bytes)).toString('base64'),
		});
	} catch {
		return refusePasted('privateKey', 'is damaged: its numbers do not form an RSA key');
	}
}

/** Alipay's public key from whatever was pasted: SPKI, PKCS#1 or a certificate (the first block of several). */
export function readAlipayPublicKey(text: string): Outcome<PublicKey> {
	const blocks = readBlocks('alipayPublicKey', text);
	if (!blocks.ok) return blocks;
	const [{ der, kind }] = blocks.value;
	return readPublicKey('alipayPublicKey', kind, () => publicKeyFrom(der, kind));
}

/** A key that verifies, from a key object that `open` yields; a fault of `field` when it is not RSA. */
export function readPublicKey(
	field: PastedField,
	kind: DerKind,
	open: () => KeyObject | null,
): Outcome<PublicKey> {
	try {
		const key = open();
		if (key?.asymmetricKeyType !== 'rsa') {
			return refuseKind(field, kind, 'an RSA public key');
		}
		const pkcs1 = key.export({ format: 'der', type: 'pkcs1' });
		const verifiers = bySignType(
			(signingScheme) => new NodeRSA(pkcs1, 'pkcs1-public-der', { signingScheme }),
		);
		return success({
			id: publicKeyId(key),
			verify: (bytes, signature, signType) =>
				verifiers[signType].verify(bytes, Buffer.from(signature, 'base64')),
		});
	} catch {
		return refusePasted(field, 'is damaged: its numbers do not form an RSA key');
	}
}

/**
 * The mistake that Alipay's users make most: the application's own public key where Alipay's
 * belongs. Every answer would then be refused, so it is said before anything is sent.
 */
export function refuseOwnPublicKey(
	field: PastedField,
	own: PrivateKey,
	alipay: PublicKey,
): Outcome<PublicKey> {
	if (own.publicId !== alipay.id) return success(alipay);
	return refusePasted(field, 'is your own application public key, not Alipay’s');
}

function publicKeyFrom(der: Buffer, kind: DerKind): KeyObject | null {
	switch (kind) {
		case 'rsa-public-spki':
			return createPublicKey({ key: der, format: 'der', type: 'spki' });
		case 'rsa-public-pkcs1': {
			// Node.js 24.21 writes no key as PKCS#1 that it has read from PKCS#1; by way of SPKI it does.
			const key = createPublicKey({ key: der, format: 'der', type: 'pkcs1' });
			const spki = key.export({ format: 'der', type: 'spki' });
			return createPublicKey({ key: spki, format: 'der', type: 'spki' });
		}
		case 'certificate':
			return new X509Certificate(der).publicKey;
		default:
			return null;
	}
}

const publicKeyId = (key: KeyObject) =>
	key.export({ format: 'der', type: 'pkcs1' }).toString('base64');

const bySignType = (make: (scheme: (typeof SCHEMES)[SignType]) => NodeRSA) => ({
	RSA2: make(SCHEMES.RSA2),
	RSA: make(SCHEMES.RSA),
});

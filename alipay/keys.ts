import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import NodeRSA from 'node-rsa';
import { kindOfDer, type DerKind } from './der';
import { localFault, success, type Outcome } from './fault';

export const SIGN_TYPES = ['RSA2', 'RSA'] as const;

/** RSA2 = SHA256withRSA, RSA = SHA1withRSA, both PKCS#1 v1.5 (API reference, "sign_type"). */
export type SignType = (typeof SIGN_TYPES)[number];

/** node-rsa signs with PSS unless the scheme is named. */
const SCHEMES = { RSA2: 'pkcs1-sha256', RSA: 'pkcs1-sha1' } as const;

export interface PublicKey {
	/** The key as PKCS#1 DER in base64: two keys are the same when this is. */
	id: string;
	/** Whether `signature` (base64) over `bytes` was made with the private half, under this sign type only. */
	verify(bytes: Uint8Array, signature: string, signType: SignType): boolean;
}

export interface PrivateKey {
	/** The `id` of the public key that belongs to it. */
	publicId: string;
	/** Signature over `bytes`, in base64. */
	sign(bytes: Uint8Array, signType: SignType): string;
}

/** How each kind is named in a message, and what the person who pasted it should do. */
const PASTED: Readonly<Record<DerKind, string>> = {
	'rsa-private-pkcs1': 'a private key',
	'rsa-private-pkcs8': 'a private key',
	'rsa-public-pkcs1': 'a public key',
	'rsa-public-spki': 'a public key',
	certificate: 'a certificate',
	'certificate-request': 'a certificate request (.csr)',
	'encrypted-private-key': 'a private key that is encrypted with a pass phrase',
	'other-private-key': 'a private key that is not RSA',
	'other-public-key': 'a public key that is not RSA',
	pkcs12: 'a PKCS#12 file (.pfx or .p12)',
	openssh: 'an OpenSSH key',
	truncated: 'a key that is cut off',
	unknown: 'no key',
};

const ADVICE = {
	privateKey:
		'Paste the application private key that Alipay’s key tool made (RSA, PKCS#1 or PKCS#8, with or without the BEGIN and END lines), whole and without a pass phrase.',
	alipayPublicKey:
		'Paste the Alipay public key that the Alipay console shows for this application, whole. It is not the application public key that you uploaded.',
} as const;

const LABEL = { privateKey: 'Private Key', alipayPublicKey: 'Alipay Public Key' } as const;

type KeyField = keyof typeof LABEL;

const refuse = (field: KeyField, found: string) =>
	localFault('invalid-credential', `The ${LABEL[field]} of the credential ${found}`, ADVICE[field]);

/**
 * The application's private key from whatever was pasted: PKCS#1 or PKCS#8, PEM or bare base64, on
 * one line or many, `\n` as text, quotes, byte order mark, wrong header. No message quotes it.
 */
export function readPrivateKey(text: string): Outcome<PrivateKey> {
	return cached('privateKey', text, () => {
		const pasted = readDer('privateKey', text);
		if (!pasted.ok) return pasted;
		const { der, kind } = pasted.value;
		if (kind !== 'rsa-private-pkcs1' && kind !== 'rsa-private-pkcs8') {
			return refuse('privateKey', `holds ${PASTED[kind]}, not an RSA private key`);
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
				sign: (bytes, signType) => signers[signType].sign(bytes, 'base64'),
			});
		} catch {
			return refuse('privateKey', 'is damaged: its numbers do not form an RSA key');
		}
	});
}

/** Alipay's public key from whatever was pasted: SPKI, PKCS#1 or a certificate (the first block of several). */
export function readAlipayPublicKey(text: string): Outcome<PublicKey> {
	return cached('alipayPublicKey', text, () => {
		const pasted = readDer('alipayPublicKey', text);
		if (!pasted.ok) return pasted;
		const { der, kind } = pasted.value;
		try {
			const key = publicKeyFrom(der, kind);
			if (key?.asymmetricKeyType !== 'rsa') {
				return refuse('alipayPublicKey', `holds ${PASTED[kind]}, not an RSA public key`);
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
			return refuse('alipayPublicKey', 'is damaged: its numbers do not form an RSA key');
		}
	});
}

/**
 * The mistake that Alipay's users make most: the application's own public key where Alipay's
 * belongs. Every answer would then be refused, so it is said before anything is sent.
 */
export function refuseOwnPublicKey(own: PrivateKey, alipay: PublicKey): Outcome<PublicKey> {
	if (own.publicId !== alipay.id) return success(alipay);
	return refuse('alipayPublicKey', 'is your own application public key, not Alipay’s');
}

function publicKeyFrom(der: Buffer, kind: DerKind) {
	switch (kind) {
		case 'rsa-public-spki':
			return createPublicKey({ key: der, format: 'der', type: 'spki' });
		case 'rsa-public-pkcs1':
			return createPublicKey({ key: der, format: 'der', type: 'pkcs1' });
		case 'certificate':
			return new X509Certificate(der).publicKey;
		default:
			return null;
	}
}

const publicKeyId = (key: ReturnType<typeof createPublicKey>) =>
	key.export({ format: 'der', type: 'pkcs1' }).toString('base64');

const bySignType = (make: (scheme: (typeof SCHEMES)[SignType]) => NodeRSA) => ({
	RSA2: make(SCHEMES.RSA2),
	RSA: make(SCHEMES.RSA),
});

/** Undoes what copying does to a key, and tells what the bytes are. Of several PEM blocks the first counts. */
function readDer(field: KeyField, text: string): Outcome<{ der: Buffer; kind: DerKind }> {
	const clean = text
		.replace(/\\r|\\n/g, '\n')
		.replace(/["'“”‘’`]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
		.trim();
	if (clean === '') return refuse(field, 'is empty');

	const begin = /-----BEGIN ([^-]*)-----/.exec(clean);
	const body = clean
		.slice(begin ? begin.index + begin[0].length : 0)
		.replace(/-----END[\s\S]*$/, '');
	// OpenSSL's old way to encrypt a PKCS#1 key leaves no trace in the DER, only this header.
	if (/Proc-Type:.*ENCRYPTED/.test(body)) {
		return refuse(field, `holds ${PASTED['encrypted-private-key']}`);
	}

	const base64 = body.replace(/\s+/g, '');
	if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) {
		return refuse(
			field,
			'holds characters that no key has (a key is letters, digits, "+", "/" and "=")',
		);
	}
	const der = Buffer.from(base64, 'base64');
	const kind = kindOfDer(der);
	if (kind === 'truncated') return refuse(field, 'is cut off: its end is missing');
	if (kind === 'unknown') return refuse(field, 'holds no key that this node can read');
	return success({ der, kind });
}

/** A process may serve many credentials; a key costs a few milliseconds to read. */
const CACHE_LIMIT = 100;
const cache = new Map<string, Outcome<unknown>>();

/** The only state of the protocol: keys already read, by the digest of their text, the oldest dropped first. */
function cached<T>(field: KeyField, text: string, read: () => Outcome<T>): Outcome<T> {
	const fingerprint = `${field}:${createHash('sha256').update(text).digest('base64')}`;
	const known = cache.get(fingerprint) as Outcome<T> | undefined;
	if (known) return known;
	const outcome = read();
	const oldest = cache.size >= CACHE_LIMIT ? cache.keys().next().value : undefined;
	if (oldest !== undefined) cache.delete(oldest);
	cache.set(fingerprint, outcome);
	return outcome;
}

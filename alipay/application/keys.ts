import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import NodeRSA from 'node-rsa';
import { success, type Outcome } from '../errors/fault';
import { findLeaf, parseCertificate } from './certificate';
import { found, refusePasted, type PastedField } from './damages';
import type { DerKind } from './der';
import { isSoundPrivate, isSoundPublic } from './numbers';
import { readBlocks, refuseKind, strangerAmong, type PastedBlock } from './pasted';

export const SIGN_TYPES = ['RSA2', 'RSA'] as const;

/** RSA2 = SHA256withRSA, RSA = SHA1withRSA, both PKCS#1 v1.5 (API reference, "sign_type"). */
export type SignType = (typeof SIGN_TYPES)[number];

/** node-rsa signs with PSS unless the scheme is named. */
const SCHEMES = { RSA2: 'pkcs1-sha256', RSA: 'pkcs1-sha1' } as const;

export interface PublicKey {
	/** The key as PKCS#1 DER in base64. Equal keys have equal ids. */
	id: string;
	/** Whether the private key made `signature` (base64) over `bytes`, with this sign type only. */
	verify: (bytes: Uint8Array, signature: string, signType: SignType) => boolean;
}

export interface PrivateKey {
	/** The `id` of the public key that belongs to it. */
	publicId: string;
	/** Signature over `bytes`, in base64. */
	sign: (bytes: Uint8Array, signType: SignType) => string;
}

/**
 * The application's private key from a pasted text: PKCS#1 or PKCS#8, PEM or bare base64, in any of the
 * wrappings of docs/keys.md. Its own public key or certificate may be in the same text.
 */
export function readPrivateKey(text: string): Outcome<PrivateKey> {
	const blocks = readBlocks('privateKey', text);
	if (!blocks.ok) return blocks;
	const privates = blocks.value.filter(({ kind }) => isPrivate(kind));
	const stranger = strangerAmong(blocks.value, (kind) => isPrivate(kind) || COMPANIONS.has(kind));
	const [first] = blocks.value;
	if (stranger || privates.length === 0) {
		return refuseKind('privateKey', (stranger ?? first).kind, 'an RSA private key');
	}
	try {
		const keys = privates.map(privateKeyFrom);
		const [key] = keys;
		if (!key || !keys.every(isSoundPrivate)) return refusePasted('privateKey', found('changed'));
		const publics = blocks.value
			.filter(({ kind }) => !isPrivate(kind) && kind !== 'certificate-request')
			.map(publicKeyFrom);
		const others = [...keys.map((one) => createPublicKey(one)), ...publics];
		const publicId = publicKeyId(createPublicKey(key));
		if (others.some((one) => one?.asymmetricKeyType !== 'rsa' || publicKeyId(one) !== publicId)) {
			return refusePasted('privateKey', found('twoKeys'));
		}
		const pkcs1 = key.export({ format: 'der', type: 'pkcs1' });
		const signers = bySignType(
			(signingScheme) => new NodeRSA(pkcs1, 'pkcs1-private-der', { signingScheme }),
		);
		return success({
			publicId,
			sign: (bytes: Uint8Array, signType: SignType) =>
				Buffer.from(signers[signType].sign(bytes)).toString('base64'),
		});
	} catch {
		return refusePasted('privateKey', found('changed'));
	}
}

/** What may accompany a private key: its own public key, alone or in a certificate. */
const COMPANIONS: ReadonlySet<DerKind> = new Set([
	'rsa-public-pkcs1',
	'rsa-public-spki',
	'certificate',
	'certificate-request',
]);

const isPrivate = (kind: DerKind) => kind === 'rsa-private-pkcs1' || kind === 'rsa-private-pkcs8';

const privateKeyFrom = ({ der, kind }: PastedBlock): KeyObject =>
	createPrivateKey({
		key: der,
		format: 'der',
		type: kind === 'rsa-private-pkcs1' ? 'pkcs1' : 'pkcs8',
	});

/** Alipay's public key from a pasted text: SPKI, PKCS#1 or a certificate, alone or with its issuers. */
export function readAlipayPublicKey(text: string): Outcome<PublicKey> {
	const blocks = readBlocks('alipayPublicKey', text);
	if (!blocks.ok) return blocks;
	const stranger = strangerAmong(
		blocks.value,
		(kind) => kind.startsWith('rsa-public') || kind === 'certificate',
	);
	if (stranger) return refuseKind('alipayPublicKey', stranger.kind, 'an RSA public key');
	const chain = blocks.value.filter(({ kind }) => kind === 'certificate');
	const bare = blocks.value.filter(({ kind }) => kind !== 'certificate');
	const leaf = leafOf('alipayPublicKey', chain);
	if (!leaf.ok) return leaf;
	const keys: Array<Outcome<PublicKey>> = [...bare, ...leaf.value].map((block) =>
		readPublicKey('alipayPublicKey', block.kind, () => publicKeyFrom(block)),
	);
	const [first = refuseKind('alipayPublicKey', 'unknown', 'an RSA public key')] = keys;
	const refused = keys.find(({ ok }) => !ok);
	if (refused) return refused;
	const ids = new Set(keys.map((key) => (key.ok ? key.value.id : '')));
	return ids.size === 1 ? first : refusePasted('alipayPublicKey', found('twoKeys'));
}

/** The end certificate of a chain. Empty for an empty chain. */
function leafOf(
	field: PastedField,
	chain: readonly PastedBlock[],
): Outcome<readonly PastedBlock[]> {
	const [first, ...others] = chain;
	if (!first) return success([]);
	try {
		const certificates = [first, ...others].map(({ der }) => parseCertificate(der));
		const leaf = findLeaf(certificates);
		if (typeof leaf === 'string') return refusePasted(field, found(leaf));
		return success(chain.filter((_block, index) => certificates[index] === leaf));
	} catch {
		return refusePasted(field, found('changed'));
	}
}

/** A public key from the key object that `open` returns, or a fault of `field` if it is not a valid RSA key. */
export function readPublicKey(
	field: PastedField,
	kind: DerKind,
	open: () => KeyObject | null,
): Outcome<PublicKey> {
	try {
		const key = open();
		if (key?.asymmetricKeyType !== 'rsa') {
			return kind === 'certificate'
				? refusePasted(field, found('noRsa'))
				: refuseKind(field, kind, 'an RSA public key');
		}
		if (!isSoundPublic(key)) return refusePasted(field, found('changed'));
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
		return refusePasted(field, found('changed'));
	}
}

/**
 * The most common mistake: the application's own public key instead of Alipay's. Every response would
 * then be refused, so this check runs before any request.
 */
export function refuseOwnPublicKey(
	field: PastedField,
	own: PrivateKey,
	alipay: PublicKey,
): Outcome<PublicKey> {
	if (own.publicId !== alipay.id) return success(alipay);
	return refusePasted(field, found('own'));
}

function publicKeyFrom({ der, kind }: PastedBlock): KeyObject | null {
	switch (kind) {
		case 'rsa-public-spki':
			return createPublicKey({ key: der, format: 'der', type: 'spki' });
		case 'rsa-public-pkcs1': {
			// Node.js 24.21 cannot export a key as PKCS#1 that it read from PKCS#1, but it can after a detour over SPKI.
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

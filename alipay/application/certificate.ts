import { createHash, X509Certificate } from 'node:crypto';
import { isSignedWithRsa } from './der';

/** One X.509 certificate. */
export interface Certificate {
	x509: X509Certificate;
	/** Serial-number digest, 32 hex digits: Alipay's name for a certificate. */
	sn: string;
	/** Common names of the subject, e.g. `2088…-2021…` of an application: one, unless it was forged. */
	commonNames: readonly string[];
	/** Whether an RSA key signed it; SM2 and ECDSA ones play no part with RSA2. */
	rsaSigned: boolean;
	/** Whether it vouches for itself, as roots do. */
	selfIssued: boolean;
}

/** Throws when `der` is not a certificate. */
export function parseCertificate(der: Buffer): Certificate {
	const x509 = new X509Certificate(der);
	return {
		x509,
		sn: serialNumberDigest(x509),
		commonNames: commonNamesOf(x509),
		rsaSigned: isSignedWithRsa(der),
		selfIssued: x509.subject === x509.issuer,
	};
}

/** Of several, Node.js makes a list, wherever in the subject they stand. */
function commonNamesOf(x509: X509Certificate): readonly string[] {
	const { CN } = x509.toLegacyObject().subject as { CN?: string | string[] };
	return CN === undefined ? [] : [CN].flat();
}

/**
 * The certificate of a pasted file that issued none of the others and is not an authority, in
 * whatever order they stand; otherwise the name of the damage: not exactly one fits.
 */
export function findLeaf(
	chain: readonly Certificate[],
): Certificate | 'root' | 'authorities' | 'leaves' {
	const distinct = chain.filter(
		(one, index) => chain.findIndex(({ x509 }) => x509.raw.equals(one.x509.raw)) === index,
	);
	const ends = distinct.filter(
		({ x509 }) => !distinct.some((other) => other.x509 !== x509 && isIssuerOf(x509, other.x509)),
	);
	// A root may stand alone, and is named for what it is elsewhere.
	const leaves = ends.filter(
		({ x509, selfIssued }) => !x509.ca || (selfIssued && ends.length === 1),
	);
	const [leaf, ...others] = leaves;
	if (!leaf) return distinct.every(({ selfIssued }) => selfIssued) ? 'root' : 'authorities';
	return others.length > 0 ? 'leaves' : leaf;
}

const isIssuerOf = (issuer: X509Certificate, { issuer: name }: X509Certificate) =>
	issuer.subject === name;

/** Whether a root does not bear its own signature: a character of it was changed. */
export function isDamagedRoot({ x509, rsaSigned, selfIssued }: Certificate): boolean {
	try {
		return rsaSigned && selfIssued && !x509.verify(x509.publicKey);
	} catch {
		return true;
	}
}

/**
 * MD5 over the issuer in RFC 2253 form (reverse order, no blanks) and the serial number as an unsigned
 * decimal (AntCertificationUtil, SDK for Java).
 */
function serialNumberDigest({ issuer, serialNumber }: X509Certificate): string {
	const names = issuer
		.split('\n')
		.map((name) => name.replace(/^emailAddress=/, '1.2.840.113549.1.9.1='))
		.reverse()
		.join(',');
	const serial = BigInt(`0x${serialNumber}`).toString(10);
	return createHash('md5')
		.update(names + serial)
		.digest('hex');
}

/** `alipay_root_cert_sn`: the digests of the RSA-signed blocks, in the order of the file. */
export function rootSerialNumbers(bundle: readonly Certificate[]): string {
	return bundle
		.filter(({ rsaSigned }) => rsaSigned)
		.map(({ sn }) => sn)
		.join('_');
}

/** An Alipay certificate has one or two intermediates. */
const MAX_CHAIN = 5;

/**
 * Whether `leaf` goes back to one of `roots`, if need be over `others`: every link signed by the next,
 * which is a CA, and valid at `epochMs`.
 */
export function anchorsIn(
	leaf: Certificate,
	others: readonly Certificate[],
	roots: readonly Certificate[],
	epochMs: number,
): boolean {
	let current = leaf;
	for (let depth = 0; depth < MAX_CHAIN; depth++) {
		if (validityAt(current, epochMs) !== 'valid') return false;
		const subject = current;
		const root = roots.find((candidate) => issued(candidate, subject));
		if (root) return validityAt(root, epochMs) === 'valid';
		const next = others.find((candidate) => candidate !== subject && issued(candidate, subject));
		if (!next) return false;
		current = next;
	}
	return false;
}

function issued(issuer: Certificate, { x509, rsaSigned }: Certificate): boolean {
	// The key of an SM2 certificate cannot be opened here, hence the look at the algorithm first.
	if (!rsaSigned || !issuer.rsaSigned || !issuer.x509.ca) return false;
	try {
		return x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
	} catch {
		return false;
	}
}

export function validityAt(
	{ x509 }: Certificate,
	epochMs: number,
): 'valid' | 'expired' | 'not yet valid' {
	if (epochMs < Date.parse(x509.validFrom)) return 'not yet valid';
	return epochMs <= Date.parse(x509.validTo) ? 'valid' : 'expired';
}

import { createHash, X509Certificate } from 'node:crypto';
import { isSignedWithRsa } from './der';

/** One X.509 certificate. */
export interface Certificate {
	x509: X509Certificate;
	/** Serial-number digest, 32 hex digits: Alipay's name for a certificate. */
	sn: string;
	/** Common names of the subject, for example `2088…-2021…`. A forged certificate may have more than one. */
	commonNames: readonly string[];
	/** Whether an RSA key signed it. RSA2 ignores SM2 and ECDSA certificates. */
	rsaSigned: boolean;
	/** Whether it names itself as its issuer, as roots do. */
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

/** Node.js returns a list if there is more than one. */
function commonNamesOf(x509: X509Certificate): readonly string[] {
	const { CN } = x509.toLegacyObject().subject as { CN?: string | string[] };
	return CN === undefined ? [] : [CN].flat();
}

/**
 * The end certificate of a pasted file: it issued no other certificate and is not a CA. The order does not
 * matter. Returns the name of the damage if not exactly one certificate fits.
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
	// A root alone passes here. The caller reports it.
	const leaves = ends.filter(
		({ x509, selfIssued }) => !x509.ca || (selfIssued && ends.length === 1),
	);
	const [leaf, ...others] = leaves;
	if (!leaf) return distinct.every(({ selfIssued }) => selfIssued) ? 'root' : 'authorities';
	return others.length > 0 ? 'leaves' : leaf;
}

const isIssuerOf = (issuer: X509Certificate, { issuer: name }: X509Certificate) =>
	issuer.subject === name;

/** Whether a root's own signature does not verify, because a character was changed. */
export function isDamagedRoot({ x509, rsaSigned, selfIssued }: Certificate): boolean {
	try {
		return rsaSigned && selfIssued && !x509.verify(x509.publicKey);
	} catch {
		return true;
	}
}

/**
 * MD5 over the issuer in RFC 2253 form (reverse order, no spaces) and the serial number as an unsigned
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
 * Whether `leaf` leads to one of `roots`, directly or through `others`. Each certificate must be valid at
 * `epochMs` and signed by the next, which must be a CA.
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
	// Node.js cannot read the key of an SM2 certificate, so check the algorithm first.
	if (!rsaSigned || !issuer.rsaSigned || !issuer.x509.ca) return false;
	try {
		return x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
	} catch {
		return false;
	}
}

/** The first and last valid day, for example "2026-12-20". */
export const firstDay = ({ x509 }: Certificate) => dayOf(x509.validFrom);
export const lastDay = ({ x509 }: Certificate) => dayOf(x509.validTo);

const dayOf = (moment: string) => new Date(moment).toISOString().slice(0, 'yyyy-mm-dd'.length);

export function validityAt(
	{ x509 }: Certificate,
	epochMs: number,
): 'valid' | 'expired' | 'not yet valid' {
	if (epochMs < Date.parse(x509.validFrom)) return 'not yet valid';
	return epochMs <= Date.parse(x509.validTo) ? 'valid' : 'expired';
}

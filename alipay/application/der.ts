/**
 * What a block of DER bytes is, by its structure alone: people paste keys with the wrong PEM
 * header, or with none, so that the header proves nothing.
 */
export type DerKind =
	| 'rsa-private-pkcs1'
	| 'rsa-private-pkcs8'
	| 'rsa-public-pkcs1'
	| 'rsa-public-spki'
	| 'certificate'
	| 'certificate-request'
	| 'encrypted-private-key'
	| 'other-private-key'
	| 'other-public-key'
	| 'pkcs12'
	| 'openssh'
	| 'truncated'
	| 'unknown';

const TAG = {
	integer: 0x02,
	bitString: 0x03,
	octetString: 0x04,
	oid: 0x06,
	sequence: 0x30,
} as const;
/** The version field of a certificate, `[0] EXPLICIT` (RFC 5280 §4.1); a request has none. */
const CERTIFICATE_VERSION = 0xa0;
/** rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 appendix A.1). */
const RSA_OID = Buffer.from('2a864886f70d010101', 'hex');

/** The PKCS#1 arc, 1.2.840.113549.1.1: every signature algorithm of RSA lies below it. */
const PKCS1_ARC = RSA_OID.subarray(0, -1);

interface Element {
	tag: number;
	/** Offset of the first content byte. */
	start: number;
	/** Offset after the last content byte; beyond the buffer when the bytes are cut off. */
	end: number;
}

/** Reads the element at `offset`: one tag byte, a definite length of at most four bytes, content. */
function elementAt(der: Buffer, offset: number): Element | null {
	const tag = der[offset];
	const first = der[offset + 1];
	if (tag === undefined || first === undefined) return null;
	if (first < 0x80) return { tag, start: offset + 2, end: offset + 2 + first };
	const lengthBytes = first - 0x80;
	const start = offset + 2 + lengthBytes;
	if (lengthBytes === 0 || lengthBytes > 4 || start > der.length) return null;
	return { tag, start, end: start + der.readUIntBE(offset + 2, lengthBytes) };
}

function childrenOf(der: Buffer, parent: Element): Element[] {
	const children: Element[] = [];
	for (let offset = parent.start; offset < parent.end; ) {
		const child = elementAt(der, offset);
		if (!child) break;
		children.push(child);
		offset = child.end;
	}
	return children;
}

/** Whether an AlgorithmIdentifier names plain RSA. */
function isRsa(der: Buffer, algorithm: Element): boolean {
	const oid = elementAt(der, algorithm.start);
	return oid?.tag === TAG.oid && der.subarray(oid.start, oid.end).equals(RSA_OID);
}

/** Tells what `der` holds. Sources: RFC 8017 (PKCS#1), 5958 (PKCS#8), 5280 (SPKI, X.509), 2986, 7292. */
export function kindOfDer(der: Buffer): DerKind {
	if (der.subarray(0, 14).toString('latin1') === 'openssh-key-v1') return 'openssh';
	const outer = elementAt(der, 0);
	if (outer?.tag !== TAG.sequence) return 'unknown';
	if (outer.end > der.length) return 'truncated';

	const children = childrenOf(der, outer);
	const [first, second] = children;
	if (!first || !second) return 'unknown';
	const tags = children.map((child) => child.tag);

	if (tags.every((tag) => tag === TAG.integer)) {
		if (tags.length === 2) return 'rsa-public-pkcs1';
		return tags.length === 9 ? 'rsa-private-pkcs1' : 'unknown';
	}
	if (first.tag === TAG.integer) {
		if (second.tag === TAG.octetString) return 'other-private-key';
		if (second.tag !== TAG.sequence) return 'unknown';
		if (tags[2] !== TAG.octetString) return 'pkcs12';
		return isRsa(der, second) ? 'rsa-private-pkcs8' : 'other-private-key';
	}
	if (first.tag !== TAG.sequence) return 'unknown';
	if (second.tag === TAG.octetString) return 'encrypted-private-key';
	if (second.tag === TAG.bitString) {
		return isRsa(der, first) ? 'rsa-public-spki' : 'other-public-key';
	}
	if (second.tag === TAG.sequence && tags[2] === TAG.bitString) {
		return elementAt(der, first.start)?.tag === CERTIFICATE_VERSION
			? 'certificate'
			: 'certificate-request';
	}
	return 'unknown';
}

/** Whether the signature of a certificate was made with RSA (RFC 5280 §4.1.1.2, signatureAlgorithm). */
export function isSignedWithRsa(certificate: Buffer): boolean {
	const outer = elementAt(certificate, 0);
	const algorithm = outer && childrenOf(certificate, outer)[1];
	const oid = algorithm && elementAt(certificate, algorithm.start);
	return oid?.tag === TAG.oid && certificate.subarray(oid.start, oid.end - 1).equals(PKCS1_ARC);
}

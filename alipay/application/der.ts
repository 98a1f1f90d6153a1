/**
 * What a block of DER bytes is, by its structure alone. People paste keys with the wrong PEM header or
 * without one, so the header proves nothing.
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
	| 'pkcs7'
	| 'unknown';

const TAG = {
	integer: 0x02,
	bitString: 0x03,
	octetString: 0x04,
	oid: 0x06,
	sequence: 0x30,
} as const;
/** The version field of a certificate, `[0] EXPLICIT` (RFC 5280 §4.1). A request does not have it. */
const CERTIFICATE_VERSION = 0xa0;
/** Version, subject, key and attributes (RFC 2986 §4.1). */
const MOST_FIELDS_OF_REQUEST = 4;
/** rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 appendix A.1). */
const RSA_OID = Buffer.from('2a864886f70d010101', 'hex');

/** The PKCS#1 arc, 1.2.840.113549.1.1. It contains every RSA signature algorithm. */
const PKCS1_ARC = RSA_OID.subarray(0, -1);

interface Element {
	tag: number;
	/** Offset of the first content byte. */
	start: number;
	/** Offset after the last content byte. It is beyond the buffer if the bytes are cut off. */
	end: number;
}

/**
 * Reads the element at `offset`: one tag byte, a definite length of at most four bytes, content.
 * Returns undefined if the bytes end before the content begins, and null if they are not DER.
 */
function headerAt(der: Buffer, offset: number): Element | null | undefined {
	const tag = der[offset];
	const first = der[offset + 1];
	if (tag === undefined || first === undefined) return undefined;
	if (first < 0x80) return { tag, start: offset + 2, end: offset + 2 + first };
	const lengthBytes = first - 0x80;
	if (lengthBytes === 0 || lengthBytes > 4) return null;
	const start = offset + 2 + lengthBytes;
	if (start > der.length) return undefined;
	const length = der.readUIntBE(offset + 2, lengthBytes);
	// DER writes a length in as few bytes as possible (X.690 §10.1).
	return length < 0x80 || length < 256 ** (lengthBytes - 1)
		? null
		: { tag, start, end: start + length };
}

const elementAt = (der: Buffer, offset: number): Element | null => headerAt(der, offset) ?? null;

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

/** What `der` contains. Sources: RFC 8017 (PKCS#1), 5958 (PKCS#8), 5280 (SPKI, X.509), 2986, 7292. */
export function kindOfDer(der: Buffer): DerKind {
	if (der.subarray(0, 14).toString('latin1') === 'openssh-key-v1') return 'openssh';
	const outer = elementAt(der, 0);
	if (outer?.tag !== TAG.sequence) return 'unknown';
	return kindOfChildren(der, childrenOf(der, outer));
}

function kindOfChildren(der: Buffer, children: readonly Element[]): DerKind {
	const [first, second] = children;
	if (!first || !second) return 'unknown';
	const tags = children.map((child) => child.tag);

	if (tags.every((tag) => tag === TAG.integer)) {
		// The first number of a private key is its version, 0 or 1.
		if (tags.length === 2 && first.end - first.start > 1) return 'rsa-public-pkcs1';
		if (tags.length === 9) return 'rsa-private-pkcs1';
		// A DSA key has six numbers.
		return tags.length === 6 ? 'other-private-key' : 'unknown';
	}
	if (first.tag === TAG.integer) {
		if (second.tag === TAG.octetString) return 'other-private-key';
		if (second.tag !== TAG.sequence) return 'unknown';
		if (tags[2] !== TAG.octetString) return 'pkcs12';
		return isRsa(der, second) ? 'rsa-private-pkcs8' : 'other-private-key';
	}
	if (first.tag === TAG.oid) return 'pkcs7';
	if (first.tag !== TAG.sequence) return 'unknown';
	if (second.tag === TAG.octetString) return 'encrypted-private-key';
	if (second.tag === TAG.bitString) {
		return isRsa(der, first) ? 'rsa-public-spki' : 'other-public-key';
	}
	if (second.tag === TAG.sequence && tags[2] === TAG.bitString) {
		return kindOfSigned(childrenOf(der, first));
	}
	return 'unknown';
}

/** Certificates, requests and revocation lists have the same outer structure. */
function kindOfSigned(fields: readonly Element[]): DerKind {
	if (fields[0]?.tag === CERTIFICATE_VERSION) return 'certificate';
	if (fields.length <= MOST_FIELDS_OF_REQUEST) return 'certificate-request';
	// A version 1 certificate has no version field. A revocation list has times here.
	return fields[3]?.tag === TAG.sequence && fields[4]?.tag === TAG.sequence
		? 'certificate'
		: 'unknown';
}

/** How far the bytes are valid DER. */
export interface Inspection {
	/** The size of the outermost element, as its header states it. */
	bytes: number;
	/** `cut`: valid, but ends too early. `broken`: not valid from `at` on. */
	state: 'whole' | 'cut' | 'broken';
	at: number;
	/** Whether the outermost length itself is wrong, so `bytes` has no meaning. */
	isLengthWrong: boolean;
	/** For `cut`: whether the last number or text had begun, so any part of it may be missing. */
	isInLast: boolean;
}

interface Break {
	state: 'cut' | 'broken';
	at: number;
	/** Where the element at `at` ends, if known. */
	end: number | null;
	depth: number;
}

/** Which tags can come second in a key, by the first tag: a version or a number, an algorithm, a name. */
const SECOND_TAGS: ReadonlyMap<number, readonly number[]> = new Map([
	[TAG.integer, [TAG.integer, TAG.sequence, TAG.octetString]],
	[TAG.sequence, [TAG.oid, TAG.integer, TAG.sequence, CERTIFICATE_VERSION]],
	[TAG.oid, [CERTIFICATE_VERSION]],
]);

/** Whether the first two headers within the outermost element are those of a key or certificate. */
function beginsAsKey(der: Buffer, outer: Element): boolean {
	const first = elementAt(der, outer.start);
	if (!first) return der.length < outer.start + 4;
	// A public key begins with its modulus, and little follows.
	if (first.tag === TAG.integer && sizeOf(first) > 1) return outer.end - first.end < TOLERANCE;
	const second = elementAt(der, first.tag === TAG.sequence ? first.start : first.end);
	const isCut = second === null && first.end + 4 > der.length;
	return isCut || SECOND_TAGS.get(first.tag)?.includes(second?.tag ?? -1) === true;
}

/** Checks the structure of `der`. Null if it does not begin with a sequence. */
export function inspect(der: Buffer): Inspection | null {
	const outer = elementAt(der, 0);
	if (outer?.tag !== TAG.sequence) return null;
	const found = breakIn(der, outer, 0);
	const isWhole = { bytes: outer.end, state: 'whole', at: outer.end } as const;
	if (!found) return { ...isWhole, isLengthWrong: false, isInLast: false };
	const { state, at, end, depth } = found;
	const isOverrun = state === 'broken' && depth === 0 && end === der.length;
	const isComplete = state === 'cut' && depth === 0 && at === der.length;
	return {
		bytes: outer.end,
		state,
		at,
		isLengthWrong:
			!beginsAsKey(der, outer) || isOverrun || (isComplete && kindOfDer(der) !== 'unknown'),
		// Allows for a stated length that is wrong by one or two.
		isInLast: end !== null && end >= outer.end - 2,
	};
}

/** The tags in keys and certificates (X.680 §8.4): a few universal tags, and context tags. */
const TAGS: ReadonlySet<number> = new Set([
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e,
	0x30, 0x31,
]);
const isKnownTag = (tag: number) => TAGS.has(tag) || (tag & 0xd0) === 0x80;
const CONSTRUCTED = 0x20;
const DEEPEST = 30;

/** Where the content of `parent` stops being valid, or ends early. Null if it is complete. */
function breakIn(der: Buffer, parent: Element, depth: number): Break | null {
	const before: Element[] = [];
	for (let at = parent.start; at < parent.end; ) {
		const child = headerAt(der, at);
		if (child === undefined) {
			return { state: cutOrBroken(before, before.length + 1), at, end: null, depth };
		}
		if (child === null || depth > DEEPEST) return { state: 'broken', at, end: null, depth };
		const { tag, end } = child;
		if (!isKnownTag(tag) || end > parent.end || !isNumber(der, child) || !fits(before, tag)) {
			return { state: 'broken', at, end, depth };
		}
		const content = contentOf(der, child);
		if (!content && isUnwrapped(der, child, before)) return { state: 'broken', at, end, depth };
		const found = content && breakIn(der, content, depth + 1);
		if (found) return found;
		before.push(child);
		if (end > der.length) return { state: cutOrBroken(before, before.length), at, end, depth };
		at = end;
	}
	return null;
}

/** A DER integer has no unnecessary first byte (X.690 §8.3.2). */
function isNumber(der: Buffer, { tag, start, end }: Element): boolean {
	const [first, second] = [der[start], der[start + 1]];
	if (tag !== TAG.integer) return true;
	if (end === start) return false;
	return !(end - start > 1 && first === 0 && second !== undefined && second < 0x80);
}

/** A sequence that begins with two numbers is a PKCS#1 key, which contains only numbers. */
const fits = ([first, second]: readonly Element[], tag: number) =>
	tag === TAG.integer || first?.tag !== TAG.integer || second?.tag !== TAG.integer;

const NUMBERS_OF_PUBLIC = 2;
const NUMBERS_OF_PRIVATE = 9;
/** By how many bytes a number may differ from its expected size. */
const TOLERANCE = 16;

/**
 * Cut-off bytes are valid only if the numbers of a private key have the usual sizes: the exponent, then one
 * number as long as the modulus, then five numbers half as long.
 */
function cutOrBroken(
	[version, modulus, exponent, ...others]: readonly Element[],
	count: number,
): Break['state'] {
	if (!version || !modulus || modulus.tag !== TAG.integer) return 'cut';
	if (sizeOf(version) > 1) return count > NUMBERS_OF_PUBLIC ? 'broken' : 'cut';
	if (count > NUMBERS_OF_PRIVATE) return 'broken';
	const whole = sizeOf(modulus);
	const isLike = (element: Element, size: number) => Math.abs(sizeOf(element) - size) <= TOLERANCE;
	const [secret, ...halves] = others;
	const areLike =
		(!exponent || sizeOf(exponent) <= TOLERANCE) &&
		(!secret || isLike(secret, whole)) &&
		halves.every((half) => isLike(half, whole / 2));
	return areLike ? 'cut' : 'broken';
}

const sizeOf = ({ start, end }: Element) => end - start;

/** The element whose children to read: a constructed element, or a key wrapped in a string (PKCS#8, SPKI). */
function contentOf(der: Buffer, element: Element): Element | null {
	if (element.tag & CONSTRUCTED) return element;
	if (element.tag !== TAG.octetString && element.tag !== TAG.bitString) return null;
	const start = element.tag === TAG.bitString ? element.start + 1 : element.start;
	const inner = elementAt(der, start);
	if (inner?.tag !== TAG.sequence || inner.end !== element.end) return null;
	return { ...element, start };
}

/** Whether a string that should wrap an RSA key (PKCS#8, SPKI) does not contain one. */
function isUnwrapped(der: Buffer, { tag, start, end }: Element, before: readonly Element[]) {
	const algorithm = before.at(-1);
	if (algorithm?.tag !== TAG.sequence || !isRsa(der, algorithm)) return false;
	if (tag !== TAG.octetString && tag !== TAG.bitString) return false;
	const inner = headerAt(der, tag === TAG.bitString ? start + 1 : start);
	return inner !== undefined && inner?.end !== end;
}

/** Whether the bytes begin like a private key: with a version number. */
export function beginsAsPrivate(der: Buffer): boolean {
	const outer = elementAt(der, 0);
	const version = outer && elementAt(der, outer.start);
	return version?.tag === TAG.integer && version.end - version.start === 1;
}

/** Whether the signature of a certificate was made with RSA (RFC 5280 §4.1.1.2, signatureAlgorithm). */
export function isSignedWithRsa(certificate: Buffer): boolean {
	const outer = elementAt(certificate, 0);
	const algorithm = outer && childrenOf(certificate, outer)[1];
	const oid = algorithm && elementAt(certificate, algorithm.start);
	return oid?.tag === TAG.oid && certificate.subarray(oid.start, oid.end - 1).equals(PKCS1_ARC);
}

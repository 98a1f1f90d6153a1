/** Writes X.509 v3 certificates in DER (RFC 5280): node:crypto can read them but cannot create them. */
import { createHash, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A distinguished name in the order of DER: country first, common name last. */
export type DistinguishedName = ReadonlyArray<readonly [keyof typeof NAME_OIDS, string]>;

export interface Certificate {
	/** Ends with a line break, so that blocks can be concatenated. */
	pem: string;
	/** Alipay's serial-number digest: 32 hex digits (AntCertificationUtil, SDK for Java). */
	sn: string;
}

interface CertificateRequest {
	subject: DistinguishedName;
	/** The private key of the subject. The certificate contains only its public half. */
	key: KeyObject;
	/** Default: the subject itself. */
	issuer?: { subject: DistinguishedName; key: KeyObject };
	/** Whether it may sign other certificates. */
	isAuthority: boolean;
	/** The hosts of a TLS server with this certificate. */
	hosts?: { dns: string; ipv4: readonly number[] };
}

/** The same request gives the same certificate, except for the random part of an ECDSA signature. */
export function makeCertificate(request: CertificateRequest): Certificate {
	const { subject, key, isAuthority, hosts } = request;
	const issuer = request.issuer ?? { subject, key };
	const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
	const serial = serialOf(spki);
	const algorithm = SIGNATURE_ALGORITHMS[issuer.key.asymmetricKeyType === 'ec' ? 'ec' : 'rsa'];
	const body = element(
		SEQUENCE,
		element(0xa0, integer(2)), // v3
		element(INTEGER, serial),
		algorithm,
		nameElement(issuer.subject),
		VALIDITY,
		nameElement(subject),
		spki,
		element(
			0xa3,
			element(SEQUENCE, basicConstraints(isAuthority), ...(hosts ? [alternativeNames(hosts)] : [])),
		),
	);
	const signature = element(BIT_STRING, NO_UNUSED_BITS, sign('sha256', body, issuer.key));
	const der = element(SEQUENCE, body, algorithm, signature);
	return { pem: pemOf(der), sn: serialNumberDigest(issuer.subject, serial) };
}

/** MD5 over the issuer's names, last first, and the serial number as a decimal (AntCertificationUtil). */
function serialNumberDigest(issuer: DistinguishedName, serial: Buffer): string {
	const names = issuer.map(([type, value]) => `${type}=${value}`).reverse();
	const decimal = BigInt(`0x${serial.toString('hex')}`).toString();
	return createHash('md5')
		.update(names.join(',') + decimal)
		.digest('hex');
}

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const NULL = 0x05;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const NO_UNUSED_BITS = Buffer.from([0]);

const NAME_OIDS = { C: '550406', O: '55040a', OU: '55040b', CN: '550403' } as const;
const BASIC_CONSTRAINTS = oid('551d13');
const SUBJECT_ALT_NAME = oid('551d11');
const SIGNATURE_ALGORITHMS = {
	rsa: element(SEQUENCE, oid('2a864886f70d01010b'), element(NULL)), // sha256WithRSAEncryption
	ec: element(SEQUENCE, oid('2a8648ce3d040302')), // ecdsa-with-SHA256
};
// The last year of a UTCTime is 2049.
const VALIDITY = element(SEQUENCE, utcTime('200101000000Z'), utcTime('491231235959Z'));

function element(tag: number, ...content: Uint8Array[]): Buffer {
	const body = Buffer.concat(content);
	const { length } = body;
	const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), body]);
}

function oid(hex: string): Buffer {
	return element(OID, Buffer.from(hex, 'hex'));
}

function integer(value: number): Buffer {
	return element(INTEGER, Buffer.from([value]));
}

function utcTime(text: string): Buffer {
	return element(UTC_TIME, Buffer.from(text));
}

function nameElement(name: DistinguishedName): Buffer {
	const parts = name.map(([type, value]) => {
		const tag = type === 'C' ? PRINTABLE_STRING : UTF8_STRING;
		return element(SET, element(SEQUENCE, oid(NAME_OIDS[type]), element(tag, Buffer.from(value))));
	});
	return element(SEQUENCE, ...parts);
}

function basicConstraints(isAuthority: boolean): Buffer {
	const yes = element(BOOLEAN, Buffer.from([0xff]));
	const value = element(SEQUENCE, ...(isAuthority ? [yes] : []));
	return element(SEQUENCE, BASIC_CONSTRAINTS, yes, element(OCTET_STRING, value));
}

function alternativeNames({ dns, ipv4 }: NonNullable<CertificateRequest['hosts']>): Buffer {
	const names = [element(0x82, Buffer.from(dns)), element(0x87, Buffer.from(ipv4))];
	return element(SEQUENCE, SUBJECT_ALT_NAME, element(OCTET_STRING, element(SEQUENCE, ...names)));
}

/** 16 bytes derived from the key, so that a client never uses a cached digest for a different key. */
function serialOf(spki: Buffer): Buffer {
	const serial = createHash('sha256').update(spki).digest().subarray(0, 16);
	serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40; // positive, without a leading zero
	return serial;
}

function pemOf(der: Buffer): string {
	const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
	return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

import { kindOfDer, type DerKind } from './der';
import { localFault, success, type Outcome } from '../errors/fault';

/** The fields of the credential that hold a key or certificates: their label and what belongs there. */
const FIELDS = {
	privateKey: {
		label: 'Private Key',
		advice:
			'Paste the application private key that Alipay’s key tool made (RSA, PKCS#1 or PKCS#8, with or without the BEGIN and END lines), whole and without a pass phrase.',
	},
	alipayPublicKey: {
		label: 'Alipay Public Key',
		advice:
			'Paste the Alipay public key that the Alipay console shows for this application, whole. It is not the application public key that you uploaded.',
	},
	appPublicCert: {
		label: 'App Public Certificate',
		advice:
			'Paste the text of appCertPublicKey_….crt from the Alipay console, the certificate of this application.',
	},
	alipayPublicCert: {
		label: 'Alipay Public Certificate',
		advice: 'Paste the text of alipayCertPublicKey_RSA2.crt from the Alipay console.',
	},
	alipayRootPublicCert: {
		label: 'Alipay Root Certificate',
		advice: 'Paste the whole text of alipayRootCert.crt from the Alipay console.',
	},
} as const;

export type PastedField = keyof typeof FIELDS;

/** Names the field and what was found in it, in words that complete "The … of the credential". */
export function refusePasted(field: PastedField, found: string) {
	const { label, advice } = FIELDS[field];
	return localFault('invalid-credential', `The ${label} of the credential ${found}`, advice);
}

/**
 * Something else was pasted than the field is for. Every field but the private key is shown to whoever
 * may open the credential, so that a secret must not stay there.
 */
export function refuseKind(field: PastedField, kind: DerKind, wanted: string) {
	const exposed = field !== 'privateKey' && SECRET_KINDS.includes(kind);
	const warning = exposed ? '. This field is not hidden: empty it and save' : '';
	return refusePasted(field, `holds ${KIND_NAMES[kind]}, not ${wanted}${warning}`);
}

const SECRET_KINDS: readonly DerKind[] = [
	'rsa-private-pkcs1',
	'rsa-private-pkcs8',
	'encrypted-private-key',
	'other-private-key',
];

/** How each kind is called in a message. */
const KIND_NAMES: Readonly<Record<DerKind, string>> = {
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

interface PastedBlock {
	der: Buffer;
	kind: DerKind;
}

const PEM_BLOCK = /-----BEGIN [^-]*-----([\s\S]*?)(?:-----END|$)/g;

/** Undoes what copying does: `\n` as text, quotes, byte order mark, characters without width. */
export function cleaned(text: string): string {
	return text
		.replace(/\\r|\\n/g, '\n')
		.replace(/["'“”‘’`]|[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
		.trim();
}

/** Tells what each block of a pasted key or certificate is. */
export function readBlocks(
	field: PastedField,
	text: string,
): Outcome<readonly [PastedBlock, ...PastedBlock[]]> {
	const clean = cleaned(text);
	if (clean === '') return refusePasted(field, 'is empty');

	const armoured = [...clean.matchAll(PEM_BLOCK)].map(([, body]) => body ?? '');
	const [first, ...others] =
		armoured.length > 0 ? armoured : [clean.replace(/-----END[\s\S]*$/, '')];
	const block = readBlock(field, first ?? '');
	if (!block.ok) return block;
	const blocks: [PastedBlock, ...PastedBlock[]] = [block.value];
	for (const body of others) {
		const next = readBlock(field, body);
		if (!next.ok) return next;
		blocks.push(next.value);
	}
	return success(blocks);
}

function readBlock(field: PastedField, body: string): Outcome<PastedBlock> {
	// OpenSSL's old way to encrypt a PKCS#1 key leaves no trace in the DER, only this header.
	if (/Proc-Type:.*ENCRYPTED/.test(body)) {
		return refusePasted(field, `holds ${KIND_NAMES['encrypted-private-key']}`);
	}
	const base64 = body.replace(/\s+/g, '');
	if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) {
		return refusePasted(
			field,
			'holds characters that no key has (a key is letters, digits, "+", "/" and "=")',
		);
	}
	const der = Buffer.from(base64, 'base64');
	const kind = kindOfDer(der);
	if (kind === 'truncated') return refusePasted(field, 'is cut off: its end is missing');
	if (kind === 'unknown') return refusePasted(field, 'holds no key that this node can read');
	return success({ der, kind });
}

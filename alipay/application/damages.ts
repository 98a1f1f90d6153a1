import { localFault } from '../errors/fault';

/** The credential fields for keys and certificates: the label and what to paste. */
export const FIELDS = {
	privateKey: {
		label: 'Private Key',
		advice:
			'Paste the whole application private key from Alipay’s key tool: an RSA key in PKCS#1 or PKCS#8 format, with or without the BEGIN and END lines. It must not have a passphrase.',
	},
	alipayPublicKey: {
		label: 'Alipay Public Key',
		advice:
			'Paste the whole Alipay public key that the Alipay console shows for this application. It is not the application public key that you uploaded.',
	},
	appPublicCert: {
		label: 'App Public Certificate',
		advice:
			'Paste the text of appCertPublicKey_….crt from the Alipay console. It is the certificate of this application.',
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

/** One way in which a pasted value can be wrong. */
export interface Damage {
	/** Completes "The … of the credential". `{name}` is replaced with a value. */
	sentence: string;
	/** What to do before pasting again, if this damage needs more than pasting. */
	advice?: string;
}

const COPY_AGAIN =
	'Copy it again with the copy button of the console or the key tool, not by hand.';
const CONVERT = 'Convert it to PEM first.';
const EDITOR = 'Open the file in a text editor and copy all of its text.';

/**
 * Everything that can be wrong with a pasted key or certificate. The code, its tests and docs/keys.md
 * use this table. No sentence claims more than the check proves.
 */
export const DAMAGES = {
	// Empty, or something other than a key.
	empty: { sentence: 'is empty' },
	tooLong: { sentence: 'has {count}: too many for a key or certificate file' },
	placeholder: {
		sentence: 'contains a placeholder instead of the hidden value',
		advice: 'Delete it first.',
	},
	template: {
		sentence: 'contains an expression instead of its value',
		advice: 'Switch the field to Expression, or clear it.',
	},
	masked: {
		sentence: 'contains dots or asterisks instead of characters',
		advice:
			'It was copied from a place that hides keys. Copy it from the place where the key was created.',
	},
	shortened: {
		sentence: 'is shortened: it contains an ellipsis (…) instead of characters',
		advice: 'Copy the whole text, not a preview.',
	},
	url: { sentence: 'contains an address (URL) instead of a key or certificate' },
	path: { sentence: 'contains a file name instead of the text of the file', advice: EDITOR },
	binary: {
		sentence: 'contains a binary file (DER), which cannot be copied as text',
		advice: `Convert it with: openssl x509 -inform der -in FILE (for keys, use pkey instead of x509).`,
	},
	hex: { sentence: 'is in hexadecimal, not in base64', advice: CONVERT },
	digits: { sentence: 'contains only digits, like an App ID' },
	email: { sentence: 'contains an email address' },
	aesKey: { sentence: 'contains a 16-byte key, like an Encrypt Key' },
	token: { sentence: 'contains a token, like an App Auth Token' },
	words: { sentence: 'contains words instead of a key or certificate' },
	jwk: { sentence: 'contains a JSON Web Key (JWK)', advice: CONVERT },
	putty: { sentence: 'contains a PuTTY key (.ppk)', advice: CONVERT },
	xml: { sentence: 'contains a key in XML (RSAKeyValue)', advice: CONVERT },
	ssh: { sentence: 'contains an SSH public key (ssh-…)', advice: CONVERT },
	pgp: { sentence: 'contains a PGP key or message' },
	encrypted: {
		sentence: 'contains a private key that is encrypted with a passphrase',
		advice: 'Remove the passphrase with: openssl pkey -in FILE.',
	},
	kind: { sentence: 'contains {kind}, not {wanted}' },
	unknown: { sentence: 'is base64, but not a key or certificate' },
	tooShort: { sentence: 'is too short for a key or certificate: it has {count}' },

	// BEGIN and END lines, and characters that do not belong.
	line: {
		sentence: 'has a damaged BEGIN or END line (line {line}); {begins} and {ends} can be read',
	},
	lines: {
		sentence: 'has {begins} and {ends}, but the text between two of them is missing',
		advice: 'Each part needs a BEGIN line, its text and an END line.',
	},
	character: {
		sentence: 'contains {character} at line {line}, position {position}, where it does not belong',
		advice:
			'Between its BEGIN and END lines, a key contains only letters, digits, "+", "/" and "=".',
	},
	layer: { sentence: 'is base64-encoded text that {inner}' },
	encoded: {
		sentence: 'is encoded in base64 twice and is damaged',
		advice: COPY_AGAIN,
	},
	layers: {
		sentence: 'is encoded in base64 more than twice',
		advice: 'Decode it first.',
	},

	// Missing, changed or extra characters. Each RSA key and certificate begins with "MI".
	lowerCase: { sentence: 'has lost its uppercase letters', advice: COPY_AGAIN },
	upperCase: { sentence: 'has lost its lowercase letters', advice: COPY_AGAIN },
	lookalike: {
		sentence: 'begins with “{start}” instead of “MI”',
		advice: `It may have been typed or scanned, so other letters may be wrong, too. ${COPY_AGAIN}`,
	},
	beginning: {
		sentence: 'does not begin with “MI”: its beginning is missing or was changed',
	},
	before: { sentence: 'has {count} too many before its beginning, “MI”' },
	start: {
		sentence: 'is damaged at its beginning: some characters there are missing, wrong or extra',
		advice: COPY_AGAIN,
	},
	end: { sentence: 'is {count} too short: its end is missing' },
	inside: {
		sentence: 'is {count} too short: some characters inside it are missing or were changed',
		advice: COPY_AGAIN,
	},
	short: { sentence: 'is {count} too short', advice: COPY_AGAIN },
	blanks: {
		sentence: 'is {count} too short, and its plus signs (+) became spaces',
		advice: COPY_AGAIN,
	},
	after: { sentence: 'has {count} too many, after its end or in its last part' },
	long: {
		sentence: 'has {count} too many: some characters inside it were added or changed',
		advice: COPY_AGAIN,
	},
	changed: {
		sentence: 'has the right length, but some of its characters are wrong or in the wrong order',
		advice: COPY_AGAIN,
	},

	// Complete, but wrong for this field.
	twoKeys: {
		sentence: 'contains two different keys',
		advice: 'Clear the field. Then paste only the key that the application uses now.',
	},
	noRsa: { sentence: 'contains a certificate without an RSA key' },
	own: { sentence: 'is your own application public key, not Alipay’s public key' },
	leaves: {
		sentence: 'contains two certificates that are not CA certificates',
		advice: 'Clear the field first.',
	},
	authorities: { sentence: 'contains only CA certificates' },
	root: { sentence: 'is a root certificate' },
	names: { sentence: 'contains a certificate with more than one common name' },
	noApplication: { sentence: 'is not the certificate of an application' },
	application: { sentence: 'is the certificate of an application, not Alipay’s certificate' },
	otherApplication: { sentence: 'belongs to the application {certified}, not to {appId}' },
	otherKey: {
		sentence: 'and the Private Key do not belong together: one of them is wrong',
		advice:
			'If the Private Key is wrong, paste the private key that was created with the certificate request (.csr). If the certificate is wrong:',
	},
	noRoot: { sentence: 'does not contain a root certificate signed with RSA' },
	expired: {
		sentence: 'expired on {date}',
		advice: 'Renew it in the Alipay console first.',
	},
	early: { sentence: 'is not valid before {date}', advice: 'Check the clock of this machine.' },
} as const satisfies Record<string, Damage>;

export type DamageName = keyof typeof DAMAGES;

/** A damage, with the values for its sentence. */
export interface Finding {
	damage: DamageName;
	values?: Readonly<Record<string, string | number>>;
}

export const found = (damage: DamageName, values?: Finding['values']): Finding => ({
	damage,
	values,
});

export const filled = (sentence: string, values: Finding['values'] = {}): string =>
	sentence.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ''));

/** "1 character", "12 characters". */
export const counted = (count: number, noun = 'character'): string =>
	`${count} ${noun}${count === 1 ? '' : 's'}`;

/** The warning about a secret in a field that the form does not hide. */
export const EXPOSED = '. This field is not hidden: clear it and save the credential';

/** The damage as a fault that names the field. `exposes`: the text is or may be a secret. */
export function refusePasted(
	field: PastedField,
	{ damage, values }: Finding,
	{ exposes = false } = {},
) {
	const { sentence, advice }: Damage = DAMAGES[damage];
	const { label, advice: paste } = FIELDS[field];
	const warning = exposes && field !== 'privateKey' ? EXPOSED : '';
	return localFault(
		'invalid-credential',
		`The ${label} of the credential ${filled(sentence, values)}${warning}`,
		advice ? `${advice} ${paste}` : paste,
	);
}

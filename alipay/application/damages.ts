import { localFault } from '../errors/fault';

/** The fields of the credential that hold a key or certificates: their label and what belongs there. */
export const FIELDS = {
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

/** One way in which a pasted value is not what it should be. */
export interface Damage {
	/** Completes "The … of the credential"; `{name}` is filled in. */
	sentence: string;
	/** What to do before pasting again, where that differs from damage to damage. */
	advice?: string;
}

const COPY_AGAIN = 'Copy it again with the button of the console or the tool, not by hand.';
const CONVERT = 'Convert it to PEM first.';
const EDITOR = 'Open the file in a text editor, and copy all of its text.';

/**
 * Everything that can be wrong with a pasted key or certificate. The code, its tests and docs/keys.md
 * read this table; no sentence says more than is known.
 */
export const DAMAGES = {
	// Nothing, or something else.
	empty: { sentence: 'is empty' },
	tooLong: { sentence: 'has {count}, more than any key or certificate file' },
	placeholder: {
		sentence: 'contains a placeholder in place of the hidden value',
		advice: 'Delete it first.',
	},
	template: {
		sentence: 'contains an expression that is not evaluated',
		advice: 'Switch the field to Expression, or empty it.',
	},
	masked: {
		sentence: 'contains dots or asterisks in place of characters',
		advice: 'It was copied from a place that hides keys: take it from where the key was made.',
	},
	shortened: {
		sentence: 'is shortened: it contains an ellipsis (…) in place of characters',
		advice: 'Copy the whole text, not a preview of it.',
	},
	url: { sentence: 'contains an address (URL) in place of a key or certificate' },
	path: { sentence: 'contains the name of a file in place of its text', advice: EDITOR },
	binary: {
		sentence: 'contains a binary file (DER), which does not survive copying as text',
		advice: `Convert it with: openssl x509 -inform der -in FILE (for keys: pkey in place of x509).`,
	},
	hex: { sentence: 'is written in hexadecimal digits, not in base64', advice: CONVERT },
	digits: { sentence: 'contains only digits, as the App ID does' },
	email: { sentence: 'contains an e-mail address' },
	aesKey: { sentence: 'contains a key of 16 bytes, as the Encrypt Key is' },
	token: { sentence: 'contains a token, as the App Auth Token is' },
	words: { sentence: 'contains words in place of a key or certificate' },
	jwk: { sentence: 'contains a JSON Web Key (JWK)', advice: CONVERT },
	putty: { sentence: 'contains a PuTTY key (.ppk)', advice: CONVERT },
	xml: { sentence: 'contains a key in XML (RSAKeyValue)', advice: CONVERT },
	ssh: { sentence: 'contains an SSH public key (ssh-…)', advice: CONVERT },
	pgp: { sentence: 'contains a PGP key or message' },
	encrypted: {
		sentence: 'contains a private key that is encrypted with a pass phrase',
		advice: 'Remove the pass phrase with: openssl pkey -in FILE.',
	},
	kind: { sentence: 'contains {kind}, not {wanted}' },
	unknown: { sentence: 'is base64, but not of a key or certificate' },
	tooShort: { sentence: 'is too short for a key or certificate: it has {count}' },

	// The BEGIN and END lines, and characters that do not belong.
	line: {
		sentence: 'has a damaged BEGIN or END line (line {line}); {begins} and {ends} can be read',
	},
	lines: {
		sentence: 'has {begins} and {ends}, but the text between two of them is missing',
		advice: 'Each part needs its BEGIN line, its text and its END line.',
	},
	character: {
		sentence: 'contains {character} at line {line}, position {position}, where no key has it',
		advice: 'A key consists of letters, digits, "+", "/" and "=" between its BEGIN and END lines.',
	},
	layer: { sentence: 'is base64 of a text that {inner}' },
	encoded: {
		sentence: 'is base64 of a PEM file or of base64, and damaged',
		advice: COPY_AGAIN,
	},
	layers: {
		sentence: 'is encoded in base64 more than twice',
		advice: 'Decode it first.',
	},

	// Characters that are missing, changed or too many. Each RSA key and certificate begins with "MI".
	lowerCase: { sentence: 'has lost its capital letters', advice: COPY_AGAIN },
	upperCase: { sentence: 'has lost its small letters', advice: COPY_AGAIN },
	lookalike: {
		sentence: 'begins with “{start}” in place of “MI”',
		advice: `It may have been typed or scanned, so other letters may be wrong, too. ${COPY_AGAIN}`,
	},
	beginning: {
		sentence:
			'does not begin with “MI” as it should: its beginning is missing, or is not as it was',
	},
	before: { sentence: 'has {count} too many before its beginning “MI”' },
	start: {
		sentence: 'is damaged in its first characters: some are missing, wrong or too many',
		advice: COPY_AGAIN,
	},
	end: { sentence: 'is {count} short: its end is missing' },
	inside: {
		sentence: 'is {count} short: some inside it are missing or were changed',
		advice: COPY_AGAIN,
	},
	short: { sentence: 'is {count} short', advice: COPY_AGAIN },
	blanks: {
		sentence: 'is {count} short, and its plus signs (+) became blanks',
		advice: COPY_AGAIN,
	},
	after: { sentence: 'has {count} too many, after its end or in its last part' },
	long: {
		sentence: 'has {count} too many: some were added inside it or changed',
		advice: COPY_AGAIN,
	},
	changed: {
		sentence: 'has the right length, but some of its characters are wrong or in the wrong order',
		advice: COPY_AGAIN,
	},

	// Whole, but not what belongs here.
	twoKeys: {
		sentence: 'contains two keys that differ',
		advice: 'Empty the field, and paste only the one that the application uses now.',
	},
	noRsa: { sentence: 'contains a certificate without an RSA key' },
	own: { sentence: 'is your own application public key, not Alipay’s' },
	leaves: {
		sentence: 'contains two certificates that are not authorities',
		advice: 'Empty the field first.',
	},
	authorities: { sentence: 'contains only certificates of authorities' },
	root: { sentence: 'is a root certificate' },
	names: { sentence: 'contains a certificate with more than one common name' },
	noApplication: { sentence: 'is not the certificate of an application' },
	application: { sentence: 'is a certificate of an application, not Alipay’s' },
	otherApplication: { sentence: 'belongs to the application {certified}, not to {appId}' },
	otherKey: {
		sentence: 'does not belong to the Private Key',
		advice: 'Or paste the private key that was made together with the certificate request (.csr).',
	},
	noRoot: { sentence: 'contains no root certificate signed with RSA' },
	expired: {
		sentence: 'expired on {date}',
		advice: 'Renew the certificate in the Alipay console.',
	},
	early: { sentence: 'is valid only from {date}', advice: 'Check the clock of this machine.' },
} as const satisfies Record<string, Damage>;

export type DamageName = keyof typeof DAMAGES;

/** A damage that was found, with what its sentence leaves open. */
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

/** Said where a secret stands in a field that the form shows. */
export const EXPOSED = '. This field is not hidden: empty it and save';

/** The damage as a fault that names the field. `exposes`: the text is, or may be, a secret. */
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

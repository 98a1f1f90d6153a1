/** A pasted text for each damage of the table, with its field. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readApp } from '../../alipay/application/app.ts';
import type { DamageName, PastedField } from '../../alipay/application/damages.ts';
import { makeCertificate, type DistinguishedName } from '../../tools/simulator/der.mts';
import { alipay, APP_ID, bare, own } from '../support/responses.mts';
import { VERSION_1, CSR, ENCRYPTED, OPENSSH, PKCS12 } from './pasted.mts';

export interface Example {
	damage: DamageName;
	field: PastedField;
	name: string;
	text: string;
	/** For the certificates, which depend on each other. */
	others?: Readonly<Record<string, string>>;
	at?: number;
}

export const TODAY = Date.UTC(2026, 0, 1);
export const KEY = bare(own.privateKey, 'pkcs8').replace(/=+$/, '');
export const PEM = own.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const PKCS1 = bare(own.privateKey, 'pkcs1').replace(/=+$/, '');
export const PUBLIC = bare(alipay.publicKey, 'spki');
const PUBLIC_PEM = alipay.publicKey.export({ format: 'pem', type: 'spki' }) as string;
const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = newPair();
const [rootPair, classPair] = [newPair(), newPair()];

const named = (...names: string[]): DistinguishedName => [
	['C', 'CN'],
	...names.map((name) => ['CN', name] as const),
];
const root = { subject: named('Root'), key: rootPair.privateKey };
const authority = { subject: named('Class 2'), key: classPair.privateKey };
const made = (subject: DistinguishedName, key: KeyObject, issuer = authority) =>
	makeCertificate({ subject, key, issuer, isAuthority: false }).pem;

export const ROOT = makeCertificate({ ...root, isAuthority: true }).pem;
export const CLASS_2 = makeCertificate({ ...authority, issuer: root, isAuthority: true }).pem;
export const APP = made(named(`2088000000000001-${APP_ID}`), own.privateKey);
export const ALIPAY = made(named('支付宝-2088000000000002'), alipay.privateKey);
const TWO_NAMES = ['支付宝-2088000000000002', '2088000000000666-2021000000000666'];
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const CERTIFICATES = {
	appPublicCert: APP,
	alipayPublicCert: ALIPAY + CLASS_2,
	alipayRootPublicCert: ROOT,
};

/** The outcome of the credential that has the text in its field. */
export function read({ field, text, others = {}, at = TODAY }: Omit<Example, 'damage' | 'name'>) {
	return readApp(
		{
			environment: 'production',
			appId: APP_ID,
			keyMode: field === 'privateKey' || field === 'alipayPublicKey' ? 'publicKey' : 'certificate',
			privateKey: KEY,
			alipayPublicKey: PUBLIC,
			...CERTIFICATES,
			...others,
			[field]: text,
		},
		at,
	);
}

const twice = (text: string) => Buffer.from(text).toString('base64');
const without = (text: string, start: number, count: number) =>
	text.slice(0, start) + text.slice(start + count);
const instead = (text: string, at: number, chars: string) =>
	text.slice(0, at) + chars + text.slice(at + chars.length);
/** Another letter of base64 in the same place. */
const other = (text: string, at: number) => instead(text, at, text[at] === 'A' ? 'B' : 'A');

const inPrivate = (damage: DamageName, examples: Readonly<Record<string, string>>): Example[] =>
	Object.entries(examples).map(([name, text]) => ({ damage, field: 'privateKey', name, text }));
const inField = (
	field: PastedField,
	damage: DamageName,
	examples: Readonly<Record<string, string>>,
): Example[] => Object.entries(examples).map(([name, text]) => ({ damage, field, name, text }));

const SOMETHING_ELSE: readonly Example[] = [
	...inPrivate('empty', {
		nothing: '',
		'white space': ' \n\t ',
		'a pair of quotes': '""',
		'invisible characters': '\u200b\ufeff',
	}),
	...inPrivate('tooLong', { 'a whole book': 'word '.repeat(200_000) }),
	...inPrivate('placeholder', {
		'a blanking value': '__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6',
		'an empty value': '__n8n_EMPTY_VALUE_7b1af746-3729-4c60-9b9b-e08eb29e58da',
	}),
	...inPrivate('template', {
		'an expression': '{{ $env.KEY }}',
		'an expression with brackets': '={{ $json["key"] }}',
		'a variable of a shell': '${ALIPAY_PRIVATE_KEY}',
		'the same without braces': '$ALIPAY_PRIVATE_KEY',
	}),
	...inPrivate('masked', {
		dots: '••••••••••••',
		asterisks: '****************',
		'asterisks in the middle': `${KEY.slice(0, 8)}********${KEY.slice(-8)}`,
		crosses: 'xxxxxxxxxxxxxxxx',
		'asterisks between lines': `-----BEGIN PRIVATE KEY-----\n${'*'.repeat(64)}\n-----END PRIVATE KEY-----`,
	}),
	...inPrivate('shortened', {
		'the example of the form': 'MIIEvQIBADANBgkqhkiG9w0B…',
		'three dots in the middle': `${KEY.slice(0, 100)}...${KEY.slice(-100)}`,
	}),
	...inPrivate('url', { 'an address': 'https://openapi.alipay.com/gateway.do' }),
	...inPrivate('path', {
		'of Linux': '/home/shop/keys/alipay_key.pem',
		'without an ending': '/etc/ssl/private/alipay',
		'of Windows': 'C:\\shop\\keys\\alipay_key.pem',
		'of the home folder': '~/keys/private.pem',
		'a name alone': 'appCertPublicKey_2021000000000001.crt',
		'an address of a file': 'file:///home/shop/key.pem',
		'in Chinese': '/用户/密钥/应用私钥.txt',
		'in quotes': '"alipay_key.pem"',
		'of a folder in Chinese': '/opt/支付宝/私钥',
		'as Windows shows it, without its ending': 'appCertPublicKey_2021000000000001',
	}),
	...inPrivate('binary', { 'opened as text': '0\ufffd\u0004\ufffd\u0002\u0001\u00000\r\u0006\t*' }),
	...inPrivate('hex', {
		'of a key': Buffer.from(KEY, 'base64').toString('hex'),
		'with colons': Buffer.from(KEY, 'base64')
			.toString('hex')
			.replace(/(..)(?=.)/g, '$1:'),
		'in capitals': Buffer.from(KEY, 'base64').toString('hex').toUpperCase(),
	}),
	...inPrivate('digits', { 'the App ID': APP_ID, 'in groups': '2021 0000 0000 0001' }),
	...inPrivate('email', { 'an account': 'shop@example.com' }),
	...inPrivate('aesKey', { 'the Encrypt Key': Buffer.alloc(16, 7).toString('base64') }),
	...inPrivate('token', { 'of a merchant': '201510BBb507dc9f5efe41a0b98ae22f' }),
	...inPrivate('words', {
		'a request': '请输入应用私钥 (your application key)',
		English: 'not a key!',
		Chinese: '应用私钥',
	}),
	...inPrivate('jwk', { 'of a public key': '{"kty":"RSA","n":"AQAB","e":"AQAB"}' }),
	...inPrivate('putty', { 'a file': 'PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none' }),
	...inPrivate('xml', { '.NET': '<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>' }),
	...inPrivate('ssh', {
		'of authorized_keys': `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB${'A'.repeat(90)} user@host`,
		'without its name': `AAAAB3NzaC1yc2EAAAADAQABAAAB${'A'.repeat(90)}`,
	}),
	...inPrivate('pgp', { 'a public key': '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n=abcd' }),
	...inPrivate('encrypted', { 'PKCS#1': ENCRYPTED.pkcs1 }),
	...inPrivate('kind', {
		'an encrypted PKCS#8 key': ENCRYPTED.pkcs8,
		'a public key': PUBLIC,
		'a certificate': APP,
		'a certificate request': CSR,
		'a certificate of version 1': VERSION_1,
		'a PKCS#12 file': PKCS12,
		'an OpenSSH key': OPENSSH,
		'an EC key': ec.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
	}),
	...inPrivate('unknown', { 'other bytes': twice('\u0001\u0002picture\ufffd'.repeat(20)) }),
	...inPrivate('tooShort', { 'a password': 'cGFzc3dvcmQgb2YgdGhlIHNob3A', 'a letter': 'x' }),
];

const LINES_AND_CHARACTERS: readonly Example[] = [
	...inPrivate('line', {
		'BEGIN misspelled': oneLine(PEM.replace('BEGIN', 'BEGN')),
		'END misspelled': oneLine(PEM.replace('-----END', '-----EDN')),
		'both misspelled': oneLine(PEM.replace('BEGIN', 'BEGlN').replace('END', 'EN0')),
	}),
	...inField('alipayRootPublicCert', 'line', {
		'of the second of two': oneLine(ROOT + CLASS_2.replace('BEGIN', 'BEGN')),
		'of the first of two': oneLine(ROOT.replace('-----END', '-----EDN') + CLASS_2),
		'both lines of one': oneLine(ROOT + misspelled(CLASS_2)),
	}),
	...inPrivate('lines', {
		'no text': '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
		'a BEGIN line alone': '-----BEGIN PRIVATE KEY-----',
	}),
	...inField('alipayRootPublicCert', 'lines', {
		'a second BEGIN line without text': `${ROOT}-----BEGIN CERTIFICATE-----\n`,
		'two BEGIN lines in a row': `-----BEGIN CERTIFICATE-----\n${ROOT}`,
		'an END line alone': `-----END CERTIFICATE-----\n${ROOT}`,
	}),
	...inPrivate('character', {
		'a letter with an accent': instead(PEM, 200, 'é'),
		'an asterisk': instead(KEY, 200, '*'),
		'a colon': instead(KEY, 30, ':'),
		'a Chinese letter': instead(KEY, 200, '私'),
		'a character without its own glyph': instead(KEY, 200, '\ue123'),
		'a replacement character': instead(KEY, 200, '\ufffd'),
		'a hyphen with plus signs': `${instead(KEY, 200, '-')}+`,
	}),
	...inPrivate('layers', {
		'three times': twice(twice(twice(PEM))),
		bare: twice(twice(twice(KEY))),
	}),
	...inPrivate('layer', {
		'of a key cut off': twice(PKCS1.slice(0, 800)),
		'of a damaged PEM file': twice(oneLine(PEM.replace('BEGIN', 'BEGN'))),
	}),
	...inPrivate('encoded', {
		'with a missing character': without(twice(PEM), 100, 1),
		'of bare base64': without(twice(KEY), 100, 1),
	}),
];

const MISSING_OR_CHANGED: readonly Example[] = [
	...inPrivate('lowerCase', { bare: KEY.toLowerCase(), 'with its lines': PEM.toLowerCase() }),
	...inPrivate('upperCase', { bare: KEY.toUpperCase(), 'with its lines': PEM.toUpperCase() }),
	...inPrivate('lookalike', {
		'l for I': `Ml${KEY.slice(2)}`,
		'1 for I': `M1${KEY.slice(2)}`,
		'both in small letters': `mi${KEY.slice(2)}`,
		'l for each I': `Mll${KEY.slice(3)}`,
	}),
	...inPrivate('beginning', {
		'four characters': KEY.slice(4),
		'one character': KEY.slice(1),
		'a hundred characters': KEY.slice(100),
		'the first line': PEM.split('\n')
			.filter((_line, at) => at !== 1)
			.join('\n'),
	}),
	...inPrivate('before', { 'a name': `key${KEY}`, letters: `abcd${KEY}` }),
	...inPrivate('start', {
		'a wrong length': instead(KEY, 3, 'F'),
		'a missing letter': without(KEY, 1, 1),
		'a missing letter of the length': without(KEY, 3, 1),
		'of PKCS#1': without(PKCS1, 5, 1),
	}),
	...inPrivate('end', {
		'half of it': KEY.slice(0, KEY.length / 2),
		'half of PKCS#1': PKCS1.slice(0, PKCS1.length / 2),
		'all but its beginning': KEY.slice(0, 40),
	}),
	...inField('alipayPublicKey', 'end', { 'half of it': PUBLIC.slice(0, 200) }),
	...inField('appPublicCert', 'end', { 'half of it': APP.slice(0, 400) }),
	...inPrivate('inside', {
		'three characters': without(KEY, 500, 3),
		'one character': without(KEY, 300, 1),
		'a line': PEM.split('\n')
			.filter((_line, at) => at !== 9)
			.join('\n'),
	}),
	...inField('alipayPublicKey', 'inside', {
		'four characters': without(PUBLIC, 200, 4),
		'one character': without(PUBLIC, 200, 1),
		'a line': PUBLIC_PEM.split('\n')
			.filter((_line, at) => at !== 3)
			.join('\n'),
	}),
	...inPrivate('short', { 'its last characters': KEY.slice(0, -3) }),
	...inField('alipayPublicKey', 'short', { 'its last character': PUBLIC.slice(0, -1) }),
	...inPrivate('blanks', { 'and one character is missing': `${blanked(KEY).slice(0, -5)}` }),
	...inPrivate('after', { 'three letters': `${KEY}abc`, words: `${KEY} thanks` }),
	...inField('alipayPublicKey', 'after', { 'three letters': `${PUBLIC}abc` }),
	...inPrivate('long', {
		'three letters': `${KEY.slice(0, 500)}abc${KEY.slice(500)}`,
		'a line twice': PEM.split('\n')
			.flatMap((line, at) => (at === 9 ? [line, line] : [line]))
			.join('\n'),
	}),
	...inPrivate('changed', {
		'a letter': other(KEY, 800),
		'a letter of the end': other(KEY, KEY.length - 20),
		'two letters that changed places': swapped(KEY, 500),
		'two lines that changed places': swappedLines(PEM),
		'the first line among the others': firstLineMoved(PEM),
	}),
	...inField('alipayPublicKey', 'changed', {
		'an even modulus': evenModulus(),
		'an unusual exponent': other(PUBLIC, PUBLIC.length - 1),
	}),
	...inField('alipayRootPublicCert', 'changed', { 'a letter of a root': other(ROOT, 900) }),
];

/** As a single-line form field makes it. */
function oneLine(text: string): string {
	return text.replaceAll('\n', ' ');
}

export function misspelled(text: string): string {
	return text.replace('BEGIN', 'BEGN').replace('END', 'EDN');
}

function blanked(text: string): string {
	return text.replace(/[+]/g, ' ');
}

function firstLineMoved(pem: string): string {
	const [begin, first, second, ...others] = pem.split('\n');
	return [begin, second, first, ...others].join('\n');
}

function swapped(text: string, from: number): string {
	const at = [...text].findIndex((char, index) => index > from && char !== text[index + 1]);
	return instead(text, at, `${text[at + 1]}${text[at]}`);
}

function swappedLines(text: string): string {
	const lines = text.split('\n');
	return lines.map((line, at) => (at === 8 || at === 9 ? (lines[17 - at] ?? '') : line)).join('\n');
}

function evenModulus(): string {
	const bytes = Buffer.from(PUBLIC, 'base64');
	const last = bytes.length - 6;
	bytes.writeUInt8((bytes[last] ?? 0) & 0xfe, last);
	return bytes.toString('base64');
}

const NOT_HERE: readonly Example[] = [
	...inPrivate('twoKeys', {
		'a new key behind the old': `${PEM}${stranger.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string}`,
		'bare, on two lines': `${KEY}\n${bare(stranger.privateKey, 'pkcs8')}`,
		'with the public key of another': `${PEM}${PUBLIC_PEM}`,
	}),
	...inField('alipayPublicKey', 'twoKeys', {
		'old and new': `${PUBLIC}\n${bare(stranger.publicKey, 'spki')}`,
	}),
	...inField('alipayPublicKey', 'own', { 'of the application': bare(own.publicKey, 'spki') }),
	...inField('alipayPublicKey', 'noRsa', {
		'of an EC key': made(named('test'), ec.privateKey),
	}),
	...inField('alipayPublicKey', 'leaves', { 'two certificates': ALIPAY + APP }),
	...inField('alipayPublicCert', 'leaves', {
		'old and renewed': ALIPAY + made(named('支付宝-2088000000000002'), stranger.privateKey),
	}),
	...inField('appPublicCert', 'authorities', { 'two authorities': CLASS_2 + otherAuthority() }),
	...inField('appPublicCert', 'root', { 'the root file': ROOT }),
	...inField('alipayPublicCert', 'root', { 'the root file': ROOT }),
	...inField('alipayPublicCert', 'names', {
		'two names': made(named(...TWO_NAMES), alipay.privateKey),
	}),
	...inField('appPublicCert', 'names', {
		'two names': made(named(`2088000000000001-${APP_ID}`, 'Other'), own.privateKey),
	}),
	...inField('appPublicCert', 'noApplication', { 'Alipay’s': ALIPAY }),
	...inField('alipayPublicCert', 'application', { 'of the application': APP }),
	...inField('appPublicCert', 'otherApplication', {
		'of another': made(named('2088000000000001-2021000000000666'), own.privateKey),
	}),
	...inField('appPublicCert', 'otherKey', {
		'of another key': made(named(`2088000000000001-${APP_ID}`), stranger.privateKey),
	}),
	...inField('alipayRootPublicCert', 'noRoot', { 'no root in it': CLASS_2 }),
	{
		damage: 'expired',
		field: 'appPublicCert',
		name: 'in 2051',
		text: APP,
		at: Date.UTC(2051, 0, 1),
	},
	{ damage: 'early', field: 'appPublicCert', name: 'in 2015', text: APP, at: Date.UTC(2015, 0, 1) },
];

/** Two authorities, neither of which issued the other. */
function otherAuthority(): string {
	return makeCertificate({
		subject: named('Class 3'),
		key: stranger.privateKey,
		issuer: root,
		isAuthority: true,
	}).pem;
}

export const EXAMPLES: readonly Example[] = [
	...SOMETHING_ELSE,
	...LINES_AND_CHARACTERS,
	...MISSING_OR_CHANGED,
	...NOT_HERE,
];

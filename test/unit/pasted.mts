/** The shapes in which people paste keys, and the things they paste instead. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { alipay, bare, own } from '../support/answers.mts';

/** A DER element: tag, length, content. */
export function der(tag: number, ...content: Buffer[]): Buffer {
	const body = Buffer.concat(content);
	const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
	return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const spki = (key: KeyObject) => key.export({ format: 'der', type: 'spki' });
const sha256Rsa = der(0x30, der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
const commonName = der(0x06, Buffer.from('550403', 'hex'));
const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from('test')))));
const year = (text: string) => der(0x17, Buffer.from(`${text}0101000000Z`));
const one = der(0x02, Buffer.from([1]));
const signature = der(0x03, Buffer.alloc(257));
const pem = (label: string, bytes: Buffer) =>
	`-----BEGIN ${label}-----\n${wrapped(bytes.toString('base64'))}\n-----END ${label}-----\n`;
const wrapped = (base64: string) => (base64.match(/.{1,64}/g) ?? []).join('\n');

/** An X.509 v3 certificate that holds `key`; nothing here checks its signature. */
export function certificate(key: KeyObject): string {
	const version = der(0xa0, der(0x02, Buffer.from([2])));
	const validity = der(0x30, year('24'), year('44'));
	const body = der(0x30, version, one, sha256Rsa, name, validity, name, spki(key));
	return pem('CERTIFICATE', der(0x30, body, sha256Rsa, signature));
}

const request = der(0x30, der(0x02, Buffer.from([0])), name, spki(own.publicKey), der(0xa0));
const CSR = pem('CERTIFICATE REQUEST', der(0x30, request, sha256Rsa, signature));

const PKCS12 = der(
	0x30,
	der(0x02, Buffer.from([3])),
	der(0x30, der(0x06, Buffer.from('2a864886f70d010701', 'hex')), der(0xa0, der(0x04))),
	der(0x30, der(0x30), der(0x04)),
).toString('base64');

const OPENSSH = pem('OPENSSH PRIVATE KEY', Buffer.from(`openssh-key-v1\0${'none'.repeat(40)}`));

/** What copying, editors, spreadsheets and environment files make of a PEM key and of a bare one. */
export function shapesOf(pemText: string): Array<[name: string, text: string]> {
	const lines = pemText.trim().split('\n');
	const inner = lines.slice(1, -1);
	const label = /BEGIN (.*)-----$/.exec(lines[0] ?? '')?.[1] ?? '';
	const otherLabel = label.startsWith('RSA ') ? label.slice(4) : `RSA ${label}`;
	return [
		['PEM', pemText],
		['bare base64 on one line', inner.join('')],
		['bare base64 on many lines', inner.join('\n')],
		['bare base64 without its padding', inner.join('').replace(/=+$/, '')],
		['PEM with \\n as text', lines.join('\\n')],
		['PEM with \\r\\n as text', lines.join('\\r\\n')],
		['PEM with \\n as text at its end, too', `${lines.join('\\n')}\\n`],
		['bare base64 with \\n as text', inner.join('\\n')],
		['PEM with CRLF', lines.join('\r\n')],
		['PEM with CR alone', lines.join('\r')],
		['PEM on one line with spaces', lines.join(' ')],
		['PEM on one line without spaces', lines.join('')],
		['PEM with indented lines', lines.map((line) => `\t  ${line}`).join('\n')],
		['PEM with no-break spaces', lines.join('\u00a0\n')],
		['PEM with blank lines', lines.join('\n\n')],
		['PEM under the wrong header', pemText.replaceAll(label, otherLabel)],
		['PEM after other text', `Bag Attributes\n    friendlyName: alipay\n${pemText}`],
		['PEM before other text', `${pemText}\nKeep this secret.\n`],
		['PEM without its END line', lines.slice(0, -1).join('\n')],
		['PEM without its BEGIN line', lines.slice(1).join('\n')],
		['bare base64 in double quotes', `"${inner.join('')}"`],
		['bare base64 in single quotes', `'${inner.join('')}'`],
		['bare base64 in typographic double quotes', `“${inner.join('')}”`],
		['bare base64 in typographic single quotes', `‘${inner.join('')}’`],
		['a JSON string', JSON.stringify(pemText)],
		['PEM after a byte order mark', `\ufeff${pemText}`],
		['bare base64 with zero-width characters', `\u200b${inner.join('\u200b')}\u2060\u200d`],
	];
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const secret = { cipher: 'aes-256-cbc', passphrase: 'secret', format: 'pem' } as const;
const text = (exported: string | Buffer) => exported.toString();
const half = (base64: string) => base64.slice(0, base64.length / 2);

/** What belongs into neither key field, with the words by which the message must name it. */
const IN_NEITHER: ReadonlyArray<[name: string, text: string, said: RegExp]> = [
	['a certificate request', CSR, /certificate request/],
	['a PKCS#12 file', PKCS12, /PKCS#12/],
	['an OpenSSH key', OPENSSH, /OpenSSH/],
	['letters that are no key', 'cGFzc3dvcmQgb2YgdGhlIHNob3A', /no key/],
	['a sentence', '请输入应用私钥 (your application key)', /characters that no key has/],
	['the path of a file', '/home/shop/keys/alipay_key.pem', /characters that no key has/],
	['the path of a file on Windows', 'C:\\shop\\keys\\alipay_key.pem', /characters that no key has/],
	['nothing', '', /is empty/],
	['white space', ' \n\t ', /is empty/],
	['a pair of quotes', '""', /is empty/],
];

export const NOT_A_PRIVATE_KEY: typeof IN_NEITHER = [
	['a public key (SPKI)', bare(own.publicKey, 'spki'), /a public key/],
	['a public key (PKCS#1)', bare(own.publicKey, 'pkcs1'), /a public key/],
	['a certificate', certificate(own.publicKey), /a certificate,/],
	[
		'an encrypted PKCS#8 key',
		text(own.privateKey.export({ ...secret, type: 'pkcs8' })),
		/encrypted with a pass phrase/,
	],
	[
		'an encrypted PKCS#1 key',
		text(own.privateKey.export({ ...secret, type: 'pkcs1' })),
		/encrypted with a pass phrase/,
	],
	['an EC key (PKCS#8)', text(ec.privateKey.export({ format: 'pem', type: 'pkcs8' })), /not RSA/],
	['an EC key (SEC 1)', text(ec.privateKey.export({ format: 'pem', type: 'sec1' })), /not RSA/],
	['an RSA-PSS key', text(pss.privateKey.export({ format: 'pem', type: 'pkcs8' })), /not RSA/],
	['the first half of a PKCS#1 key', half(bare(own.privateKey, 'pkcs1')), /cut off/],
	['the first half of a PKCS#8 key', half(bare(own.privateKey, 'pkcs8')), /cut off/],
	['a PEM key without its last line', withoutLastLine(), /cut off/],
	['a key with one other letter', withAnotherLetter(), /damaged/],
	...IN_NEITHER,
];

export const NOT_A_PUBLIC_KEY: typeof IN_NEITHER = [
	['a private key (PKCS#8)', bare(own.privateKey, 'pkcs8'), /a private key/],
	['a private key (PKCS#1)', bare(own.privateKey, 'pkcs1'), /a private key/],
	['an EC key', text(ec.publicKey.export({ format: 'pem', type: 'spki' })), /not RSA/],
	['an RSA-PSS key', text(pss.publicKey.export({ format: 'pem', type: 'spki' })), /not RSA/],
	['a certificate of an EC key', certificate(ec.publicKey), /a certificate.*not an RSA/],
	['the first half of a key', half(bare(alipay.publicKey, 'spki')), /cut off/],
	...IN_NEITHER,
];

function withoutLastLine(): string {
	const lines = text(own.privateKey.export({ format: 'pem', type: 'pkcs8' }))
		.trim()
		.split('\n');
	return lines.filter((_line, at) => at !== lines.length - 2).join('\n');
}

function withAnotherLetter(): string {
	const base64 = bare(own.privateKey, 'pkcs1');
	const letter = base64[800] === 'A' ? 'B' : 'A';
	return `${base64.slice(0, 800)}${letter}${base64.slice(801)}`;
}

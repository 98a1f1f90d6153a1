/** The forms in which people paste keys, and other files that look similar. */
import type { KeyObject } from 'node:crypto';
import { own } from '../support/responses.mts';

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

/** An X.509 certificate that contains `key`; nothing here checks its signature. */
export const certificate = (key: KeyObject): string =>
	certificateOf(der(0xa0, der(0x02, Buffer.from([2]))), ...fieldsOf(key));

const fieldsOf = (key: KeyObject) => {
	const validity = der(0x30, year('24'), year('44'));
	return [one, sha256Rsa, name, validity, name, spki(key)];
};

const certificateOf = (...fields: Buffer[]) =>
	pem('CERTIFICATE', der(0x30, der(0x30, ...fields), sha256Rsa, signature));

/** It has no version field. */
export const VERSION_1 = certificateOf(...fieldsOf(own.publicKey));

const request = der(0x30, der(0x02, Buffer.from([0])), name, spki(own.publicKey), der(0xa0));
export const CSR = pem('CERTIFICATE REQUEST', der(0x30, request, sha256Rsa, signature));

export const PKCS12 = der(
	0x30,
	der(0x02, Buffer.from([3])),
	der(0x30, der(0x06, Buffer.from('2a864886f70d010701', 'hex')), der(0xa0, der(0x04))),
	der(0x30, der(0x30), der(0x04, Buffer.alloc(300))),
).toString('base64');

export const OPENSSH = pem(
	'OPENSSH PRIVATE KEY',
	Buffer.from(`openssh-key-v1\0\0\0\0\u0004none${'\xff'.repeat(200)}`, 'latin1'),
);

/** How copying, editors, spreadsheets and environment files change a PEM key and a bare one. */
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
		...linesOf(pemText, inner),
		['bare base64 with zero-width characters', `\u200b${inner.join('\u200b')}\u2060\u200d`],
	];
}

/** How BEGIN and END lines, and the base64 alphabet, can change. */
function linesOf(pemText: string, inner: readonly string[]): Array<[name: string, text: string]> {
	const dashes = (other: string) => pemText.replaceAll('-----', other);
	const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');
	const title = (text: string) =>
		text.replace(/[A-Z]+(?=[ -])/g, (word) => `${word[0]}${word.slice(1).toLowerCase()}`);
	const wide = (text: string) =>
		text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
	const header = (change: (line: string) => string) =>
		pemText.replace(/^-----.*$/gm, (line) => change(line));
	return [
		['PEM without dashes', dashes('')],
		['PEM with one dash', dashes('-')],
		['PEM with three dashes', dashes('---')],
		['PEM with nine dashes', dashes('-'.repeat(9))],
		['PEM with a hundred dashes', dashes('-'.repeat(100))],
		['PEM with en dashes', dashes('–––––')],
		['PEM with em dashes', dashes('——')],
		['PEM with full-width dashes', dashes('－－－－－')],
		['PEM with minus signs', dashes('−−−−−')],
		['PEM with lines of boxes', dashes('─────')],
		['PEM with blanks between its dashes', dashes(' - - - - - ')],
		['PEM with equals signs for dashes', dashes('=====')],
		['PEM with asterisks for dashes', dashes('**')],
		['PEM in title case', header(title)],
		['PEM with lines in small letters', header((line) => line.toLowerCase())],
		['PEM with lines in full-width letters', header(wide)],
		['PEM in full-width letters throughout', wide(pemText)],
		['PEM with lines without blanks', header((line) => line.replaceAll(' ', ''))],
		['PEM with lines with more blanks', header((line) => line.replaceAll(' ', '   '))],
		['PEM with an unknown label', header((l) => l.replace(/(BEGIN|END) [^-]*/, '$1 KEY'))],
		['PEM without its label', header((line) => line.replace(/(BEGIN|END) [^-]*/, '$1'))],
		['PEM within the lines of a template', `-----BEGIN KEY-----\n${pemText}-----END KEY-----`],
		['PEM twice', pemText + pemText],
		['PEM with headers', pemText.replace('\n', '\nComment: of the shop\nVersion: 2\n\n')],
		['PEM in the alphabet of URLs', urlBody(pemText, url)],
		['bare base64 in the alphabet of URLs', url(inner.join('')).replace(/=+$/, '')],
		['bare base64 in groups of four', inner.join('').replace(/(.{4})/g, '$1 ')],
		['bare base64 in lines of 20', inner.join('').replace(/(.{20})/g, '$1\n')],
		['bare base64 with blanks for plus signs', inner.join('\n').replaceAll('+', ' ')],
		['PEM with blanks for plus signs', pemText.replaceAll('+', ' ')],
		['bare base64 between other values', `APP_ID=2021\nKEY=${inner.join('')}\nSIGN_TYPE=RSA2\n`],
		['an attribute', `<add key="PrivateKey" value="${inner.join('')}" />`],
		['UTF-16 read as UTF-8', [...pemText].join('\0')],
	];
}

const urlBody = (pemText: string, url: (text: string) => string) =>
	pemText.replace(/^[^-\n]+$/gm, (line) => url(line));

const secret = { cipher: 'aes-256-cbc', passphrase: 'secret', format: 'pem' } as const;

export const ENCRYPTED = {
	pkcs8: own.privateKey.export({ ...secret, type: 'pkcs8' }) as string,
	pkcs1: own.privateKey.export({ ...secret, type: 'pkcs1' }) as string,
};

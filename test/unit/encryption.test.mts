import { describe, expect, it } from 'vitest';
import { readContentKey, type ContentKey } from '../../alipay/application/contentKey.ts';
import { ENCRYPTED, SKIPPED, vectorsAbsent } from '../support/vectors.mts';
import {
	app,
	envelope,
	fault,
	http,
	METHOD,
	readResponse,
	signed,
	value,
} from '../support/responses.mts';

const KEY = Buffer.alloc(16, 7).toString('base64');
const OTHER = Buffer.alloc(16, 8).toString('base64');
const key = (text: string) => value(readContentKey(text)) as ContentKey;
const OK = '{"code":"10000","msg":"Success","amount":"1.00"}';
const quoted = (text: string, by = KEY) => JSON.stringify(key(by).encrypt(Buffer.from(text)));

describe.skipIf(vectorsAbsent)(`the published AES texts${SKIPPED}`, () => {
	it('are all read: 5', () => expect(ENCRYPTED).toHaveLength(5));

	it.each(ENCRYPTED)('$source', ({ key: base64, plain, cipher }) => {
		expect(key(base64).decrypt(cipher)?.toString()).toBe(plain);
		expect(key(base64).encrypt(Buffer.from(plain))).toBe(cipher);
	});
});

describe('the Encrypt Key', () => {
	it.each(['', ' ', '\n', '\ufeff'])('switches encryption off when it is %j', (text) => {
		expect(value(readContentKey(text))).toBeNull();
	});

	it.each([
		['white space', ` ${KEY.slice(0, 9)}\u00a0${KEY.slice(9)}\n`],
		['double quotes', `"${KEY}"`],
		['single quotes', `'${KEY}'`],
		['typographic quotes', `“${KEY}”`],
		['a byte order mark', `\ufeff${KEY}`],
		['zero-width characters', `\u200b${KEY.slice(0, 9)}\u2060${KEY.slice(9)}\u200d`],
		['\\n as text', `${KEY}\\n`],
	])('can be pasted with %s', (_name, pasted) => {
		expect(key(pasted).encrypt(Buffer.from('x'))).toBe(key(KEY).encrypt(Buffer.from('x')));
	});

	it.each([
		['too short', Buffer.alloc(15).toString('base64')],
		['too long', Buffer.alloc(32).toString('base64')],
		['not base64', '0123456789abcdef0123456_'],
		['empty quotes', '“”'],
	])('is refused when it is %s, and never quoted', (_name, text) => {
		const found = fault(readContentKey(text));
		expect(found).toMatchObject({ code: 'invalid-credential', cause: 'credential-invalid' });
		expect(found.message).toContain('Encrypt Key');
		expect(JSON.stringify(found)).not.toContain(text);
	});
});

describe('an encrypted response', () => {
	const encrypted = app({ encryptKey: KEY });
	const read = (body: string) => readResponse(http(body), METHOD, encrypted);

	it('is signed with its quotation marks, verified and then decrypted', () => {
		const response = value(read(envelope(quoted(OK))));
		expect(response.fields.get('amount')).toBe('1.00');
		expect(response.json).toBe(OK);
	});

	it('is refused when the signature covers only the base64 or the clear text', () => {
		for (const covered of [JSON.parse(quoted(OK)) as string, OK]) {
			expect(fault(read(envelope(quoted(OK), signed(covered)))).code).toBe(
				'answer-signature-mismatch',
			);
		}
	});

	it('is refused when it is a success without a signature', () => {
		expect(fault(read(envelope(quoted(OK), ''))).code).toBe('answer-unsigned');
	});

	it('is a marked refusal when it is a refusal without a signature', () => {
		const refusal = '{"code":"40002","sub_code":"isv.invalid-signature"}';
		expect(fault(read(envelope(quoted(refusal), '')))).toMatchObject({
			...{ code: '40002', sub_code: 'isv.invalid-signature', signature_verified: false },
		});
	});

	it.each([
		['encrypted with another key', quoted(OK, OTHER)],
		['not base64', '"***"'],
		['cut off', `"${quoted(OK).slice(1, 40)}"`],
		['empty', '""'],
		['text that is not an object', quoted('[]')],
	])('leads to an error that names the Encrypt Key when it is %s', (_name, node) => {
		const found = fault(read(envelope(node)));
		expect(found.code).toBe('answer-encrypted');
		expect(found.solution).toContain('Encrypt Key');
	});

	it('can arrive in clear text if the signature is valid', () => {
		expect(value(read(envelope(OK))).fields.get('amount')).toBe('1.00');
	});
});

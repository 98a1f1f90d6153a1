import { constants, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
	readAlipayPublicKey,
	readPrivateKey,
	refuseOwnPublicKey,
} from '../../alipay/application/keys.ts';
import { CERTIFICATES, SKIPPED, vectorsAbsent, vectorText } from '../support/vectors.mts';
import { alipay, bare, fault, own, value, words } from '../support/responses.mts';
import { ALIPAY, CLASS_2, ROOT } from './damages.mts';
import { certificate, CSR, shapesOf, VERSION_1 } from './pasted.mts';

const BYTES = Buffer.from('app_id=1&biz_content={"auth_no":"红包"}');
const HASHES = { RSA2: 'sha256', RSA: 'sha1' } as const;
const SIGN_TYPES = ['RSA2', 'RSA'] as const;

describe.each(['pkcs1', 'pkcs8'] as const)('a private key in %s', (type) => {
	const pem = own.privateKey.export({ format: 'pem', type }) as string;

	it.each(shapesOf(pem))('signs the same when it is pasted as %s', (_name, text) => {
		const key = value(readPrivateKey(text));
		for (const signType of SIGN_TYPES) {
			const expected = sign(HASHES[signType], BYTES, own.privateKey).toString('base64');
			expect(key.sign(BYTES, signType)).toBe(expected);
		}
	});

	it.each([
		['its public key', bare(own.publicKey, 'spki')],
		['its certificate', certificate(own.publicKey)],
		['its certificate request', CSR],
		['the same key in the other form', bare(own.privateKey, 'pkcs1')],
	])('can appear with %s', (_name, other) => {
		for (const text of [`${pem}\n${other}`, `${other}\n${pem}`]) {
			expect(value(readPrivateKey(text)).publicId).toBe(bare(own.publicKey, 'pkcs1'));
		}
	});

	it('has a matching public key, which is shown', () => {
		expect(value(readPrivateKey(pem)).publicId).toBe(bare(own.publicKey, 'pkcs1'));
	});
});

describe.each([
	['SPKI', alipay.publicKey.export({ format: 'pem', type: 'spki' }) as string],
	['PKCS#1', alipay.publicKey.export({ format: 'pem', type: 'pkcs1' }) as string],
	['a certificate', certificate(alipay.publicKey)],
])('an Alipay public key as %s', (_kind, pem) => {
	it.each(shapesOf(pem))('is the same key when it is pasted as %s', (_name, text) => {
		expect(value(readAlipayPublicKey(text)).id).toBe(bare(alipay.publicKey, 'pkcs1'));
	});
});

it.each([
	['a certificate', VERSION_1],
	['a certificate request (.csr)', CSR],
])('in place of a private key, %s is named for what it is', (name, text) => {
	const found = fault(readPrivateKey(text));
	expect(found.message).toContain(`contains ${name}, not an RSA private key`);
});

describe('the Alipay public key', () => {
	it.each([
		['behind its issuer', CLASS_2 + ALIPAY],
		['before its issuer', ALIPAY + CLASS_2],
		['between its issuers', ROOT + ALIPAY + CLASS_2],
		['twice', ALIPAY + ALIPAY],
		['next to its own key', ALIPAY + bare(alipay.publicKey, 'spki')],
	])('comes from the certificate that is not an authority: %s', (_name, file) => {
		expect(value(readAlipayPublicKey(file)).id).toBe(bare(alipay.publicKey, 'pkcs1'));
	});

	it.each(['spki', 'pkcs1'] as const)(
		'is refused when it is the own application public key (%s)',
		(type) => {
			const mine = value(readPrivateKey(bare(own.privateKey, 'pkcs1')));
			const pasted = value(readAlipayPublicKey(bare(own.publicKey, type)));
			const found = fault(refuseOwnPublicKey('alipayPublicKey', mine, pasted));
			expect(words(found)).toMatch(/own application public key, not Alipay’s/);
		},
	);

	it('is accepted when it is not the own key', () => {
		const mine = value(readPrivateKey(bare(own.privateKey, 'pkcs1')));
		const pasted = value(readAlipayPublicKey(bare(alipay.publicKey, 'spki')));
		expect(value(refuseOwnPublicKey('alipayPublicKey', mine, pasted))).toBe(pasted);
	});
});

describe.each([
	['RSA2', 'RSA'],
	['RSA', 'RSA2'],
] as const)('the sign type %s', (signType, otherType) => {
	const mine = value(readPrivateKey(bare(own.privateKey, 'pkcs8')));
	const theirs = value(readAlipayPublicKey(bare(alipay.publicKey, 'spki')));
	const genuine = sign(HASHES[signType], BYTES, alipay.privateKey).toString('base64');

	it(`signs what node:crypto verifies under it and not under ${otherType}`, () => {
		const made = Buffer.from(mine.sign(BYTES, signType), 'base64');
		expect(verify(HASHES[signType], BYTES, own.publicKey, made)).toBe(true);
		expect(verify(HASHES[otherType], BYTES, own.publicKey, made)).toBe(false);
	});

	it(`verifies what node:crypto signs under it and not under ${otherType}`, () => {
		expect(theirs.verify(BYTES, genuine, signType)).toBe(true);
		expect(theirs.verify(BYTES, genuine, otherType)).toBe(false);
	});

	it.each([
		['no signature', ''],
		['text that is not base64', '签名'],
		['a signature that is too short', 'AAAA'],
		['a signature that is too long', 'A'.repeat(4096)],
		['a signature of zeros', Buffer.alloc(256).toString('base64')],
		[
			'a signature by another key',
			sign(HASHES[signType], BYTES, own.privateKey).toString('base64'),
		],
		[
			'a PSS signature',
			sign(HASHES[signType], BYTES, {
				key: alipay.privateKey,
				padding: constants.RSA_PKCS1_PSS_PADDING,
			}).toString('base64'),
		],
	])('refuses %s', (_name, signature) => {
		expect(theirs.verify(BYTES, signature, signType)).toBe(false);
	});

	it('refuses a signature over other bytes', () => {
		expect(theirs.verify(Buffer.concat([BYTES, Buffer.from(' ')]), genuine, signType)).toBe(false);
	});
});

describe.skipIf(vectorsAbsent)(`the certificates of Alipay’s SDKs${SKIPPED}`, () => {
	// In one of their test files an authority comes first.
	const rsaLeaves = CERTIFICATES.filter(
		({ kind, leaf, file }) =>
			kind === 'certificate' &&
			leaf &&
			!leaf.spki_base64.startsWith('MFkw') &&
			!file.endsWith('mock_RsaClientCertchain.crt'),
	);

	it.each(rsaLeaves)('$file ($pem_blocks block) gives the key of its first block', (vector) => {
		const spki = Buffer.from(vector.leaf?.spki_base64 ?? '', 'base64');
		const expected = createPublicKey({ key: spki, format: 'der', type: 'spki' });
		const key = value(readAlipayPublicKey(vectorText(vector.file)));
		expect(key.id).toBe(bare(expected, 'pkcs1'));
	});

	it.each(CERTIFICATES.filter(({ leaf }) => leaf?.spki_base64.startsWith('MFkw')))(
		'$file is refused because its key is not RSA',
		({ file }) => {
			const found = fault(readAlipayPublicKey(vectorText(file)));
			expect(found.message).toContain('contains a certificate without an RSA key');
		},
	);
});

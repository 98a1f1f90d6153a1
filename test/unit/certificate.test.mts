import { describe, expect, it } from 'vitest';
import {
	anchorsIn,
	parseCertificate,
	rootSerialNumbers,
	validityAt,
	type Certificate,
} from '../../alipay/application/certificate.ts';
import { readBlocks } from '../../alipay/application/pasted.ts';
import { CERTIFICATES, SKIPPED, vectorsAbsent, vectorText } from '../support/vectors.mts';
import { value } from '../support/responses.mts';

const certificatesOf = (file: string): Certificate[] =>
	value(readBlocks('alipayPublicCert', vectorText(file))).map(({ der }) => parseCertificate(der));

const BUNDLES = CERTIFICATES.filter(({ kind }) => kind === 'root-bundle');
const LEAVES = CERTIFICATES.filter(({ kind }) => kind !== 'root-bundle');

describe.skipIf(vectorsAbsent)(`the published certificates${SKIPPED}`, () => {
	it('are all read: 37', () => expect(CERTIFICATES).toHaveLength(37));

	it.each(LEAVES)('$file has the published serial-number digest', (published) => {
		const [leaf, ...others] = certificatesOf(published.file);
		expect(leaf?.sn).toBe(published.leaf?.sn);
		expect(others.map(({ sn }) => sn)).toEqual((published.other_blocks ?? []).map(({ sn }) => sn));
		expect(leaf?.rsaSigned).toBe(published.leaf?.sig_alg_oid.startsWith('1.2.840.113549.1.1.'));
	});

	it.each(BUNDLES)('$file has the root digest of its RSA-signed blocks', (published) => {
		const bundle = certificatesOf(published.file);
		expect(bundle.map(({ sn }) => sn)).toEqual(published.blocks?.map(({ sn }) => sn));
		expect(bundle.map(({ rsaSigned }) => rsaSigned)).toEqual(
			published.blocks?.map(({ counts }) => counts),
		);
		expect(rootSerialNumbers(bundle)).toBe(published.root_sn_rsa);
	});

	const CHAIN = 'certs/net-all__alipayCertPublicKey_RSA2.crt';
	const ROOTS = 'certs/net-all__alipayRootCert.crt';
	const DURING = Date.UTC(2022, 5, 1);

	it('lead to the production root through their intermediate', () => {
		const [leaf, ...others] = certificatesOf(CHAIN) as [Certificate, ...Certificate[]];
		expect(anchorsIn(leaf, others, certificatesOf(ROOTS), DURING)).toBe(true);
	});

	it('do not lead to the root without the intermediate, under another root, or outside their validity', () => {
		const [leaf, ...others] = certificatesOf(CHAIN) as [Certificate, ...Certificate[]];
		const roots = certificatesOf(ROOTS);
		const strangers = certificatesOf('certs/fzlee__alipay_root_cert.crt');
		expect(anchorsIn(leaf, [], roots, DURING)).toBe(false);
		expect(anchorsIn(leaf, others, strangers, DURING)).toBe(false);
		expect(anchorsIn(leaf, others, roots, Date.UTC(2024, 5, 1))).toBe(false);
		expect(anchorsIn(leaf, others, [], DURING)).toBe(false);
	});

	it('know when they are valid', () => {
		const [leaf] = certificatesOf(CHAIN) as [Certificate];
		expect(validityAt(leaf, Date.UTC(2021, 11, 9))).toBe('not yet valid');
		expect(validityAt(leaf, DURING)).toBe('valid');
		expect(validityAt(leaf, Date.UTC(2023, 11, 10))).toBe('expired');
	});
});

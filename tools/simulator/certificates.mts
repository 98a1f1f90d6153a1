/** The simulated certificates: a root, an intermediate, and four certificates that the intermediate signed. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { makeCertificate } from './der.mts';
import type { Certificate, DistinguishedName } from './der.mts';
import { kept, loadPair, publish } from './keys.mts';
import type { SimulatorKeys } from './keys.mts';

export const CERTIFICATE_APP_ID = '2021000000000002';

/** A certificate that can sign a response. */
export interface Signer {
	sn: string;
	privateKey: KeyObject;
	/** PEM: the certificate, then the intermediate. Alipay's files have the same order. */
	chain: string;
}

/** `renewed`: Alipay's next certificate after the one in the credential. `merchant`: not Alipay's certificate. */
export type StrangeCertificate = 'renewed' | 'merchant';

export interface SimulatorCertificates {
	/** The serial-number digests that a request of the application must carry. */
	requestSns: { app_cert_sn: string; alipay_root_cert_sn: string };
	/** Alipay's certificate in the credential. */
	alipay: Signer;
	/** Creates the key of a strange certificate when it is first needed. */
	strange: (name: StrangeCertificate) => Signer;
	/** The texts of the three files that a merchant downloads, by the credential's own names. */
	files: Record<keyof typeof FILES, string>;
}

/** The files in the keys' folder, by the credential's field; the names are Alipay's. */
export const FILES = {
	appPublicCert: `appCertPublicKey_${CERTIFICATE_APP_ID}.crt`,
	alipayPublicCert: 'alipayCertPublicKey_RSA2.crt',
	alipayRootPublicCert: 'alipayRootCert.crt',
} as const;

const AUTHORITY = [
	['C', 'CN'],
	['O', 'Simulator'],
	['OU', 'Certification Authority'],
] as const;
const ROOT: DistinguishedName = [...AUTHORITY, ['CN', 'Simulator Root R1']];
const CLASS_2: DistinguishedName = [...AUTHORITY, ['CN', 'Simulator Class 2 R1']];
const SKIPPED_ROOT: DistinguishedName = [...AUTHORITY, ['CN', 'Simulator Root E1']];
const ALIPAY = company(
	'支付宝(中国)网络技术有限公司',
	'支付宝(中国)网络技术有限公司-2088000000000001',
);
const APPLICATION = company('Simulated Merchant', `2088000000000001-${CERTIFICATE_APP_ID}`);
// Every merchant has a certificate under Alipay's root. Only its name is different from Alipay's own.
const OTHER_MERCHANT = company('Other Merchant', '2088000000000666-2021000000000666');
const STRANGE: Record<StrangeCertificate, DistinguishedName> = {
	renewed: ALIPAY,
	merchant: OTHER_MERCHANT,
};

/** Creates all certificates from the keys in `folder`, and writes the merchant's three files to it. */
export function loadCertificates(folder: string, keys: SimulatorKeys): SimulatorCertificates {
	const rootKey = loadPair(folder, 'root').privateKey;
	const issuer = { subject: CLASS_2, key: loadPair(folder, 'intermediate').privateKey };
	const root = makeCertificate({ subject: ROOT, key: rootKey, isAuthority: true });
	const intermediate = makeCertificate({
		...issuer,
		issuer: { subject: ROOT, key: rootKey },
		isAuthority: true,
	});
	const leaf = (subject: DistinguishedName, key: KeyObject): Certificate =>
		makeCertificate({ subject, key, issuer, isAuthority: false });
	const signer = (subject: DistinguishedName, privateKey: KeyObject): Signer => {
		const { sn, pem } = leaf(subject, privateKey);
		return { sn, privateKey, chain: pem + intermediate.pem };
	};

	const application = leaf(APPLICATION, keys.application.privateKey);
	const alipay = signer(ALIPAY, keys.alipay.privateKey);
	const files = {
		appPublicCert: application.pem,
		alipayPublicCert: alipay.chain,
		// Some clients need the blank line between the blocks to separate them.
		alipayRootPublicCert: `${skippedRoot(folder)}\n${root.pem}`,
	};
	for (const [field, name] of Object.entries(FILES))
		publish(folder, name, files[field as keyof typeof FILES]);

	const made = new Map<StrangeCertificate, Signer>();
	return {
		requestSns: { app_cert_sn: application.sn, alipay_root_cert_sn: root.sn },
		alipay,
		files,
		strange(name) {
			const known = made.get(name);
			if (known) return known;
			const fresh = signer(STRANGE[name], loadPair(folder, name).privateKey);
			made.set(name, fresh);
			return fresh;
		},
	};
}

interface TlsIdentity {
	/** PEM. */
	key: string;
	/** PEM; signed by itself, so a client must be told to trust it. */
	cert: string;
	/** The path of the certificate, for NODE_EXTRA_CA_CERTS of a client. */
	file: string;
}

/** The TLS certificate for localhost and 127.0.0.1. It uses an elliptic curve, which is the fastest. */
export function loadTlsIdentity(folder: string): TlsIdentity {
	const key = kept(folder, 'tls.private.pem', () =>
		ecPrivateKey().export({ format: 'pem', type: 'pkcs8' }).toString(),
	);
	const cert = kept(folder, 'tls.crt', () => {
		const subject: DistinguishedName = [...AUTHORITY, ['CN', 'localhost']];
		const hosts = { dns: 'localhost', ipv4: [127, 0, 0, 1] };
		return makeCertificate({ subject, key: createPrivateKey(key), isAuthority: true, hosts }).pem;
	});
	return { key, cert, file: join(folder, 'tls.crt') };
}

const ecPrivateKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** The block of the root file that RSA2 clients must skip. Alipay's root file has SM2 and ECDSA blocks. */
function skippedRoot(folder: string): string {
	return kept(folder, 'ecdsa-root.pem', () => {
		return makeCertificate({ subject: SKIPPED_ROOT, key: ecPrivateKey(), isAuthority: true }).pem;
	});
}

function company(organization: string, commonName: string): DistinguishedName {
	return [
		['C', 'CN'],
		['O', organization],
		['CN', commonName],
	];
}

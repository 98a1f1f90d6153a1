import { parseCertificate, rootSerialNumbers, validityAt, type Certificate } from './certificate';
import { success, type Outcome } from '../errors/fault';
import { readPublicKey, refuseOwnPublicKey, type PrivateKey, type PublicKey } from './keys';
import { readBlocks, refuseKind, refusePasted, type PastedField } from './pasted';

/** The certificates of an application, checked against each other. */
export interface AppCertificates {
	/** Sent and signed with each request, as is the root's (AbstractAlipayClient, SDK for Java). */
	app_cert_sn: string;
	alipay_root_cert_sn: string;
	/** The certificate of the application. */
	app: Certificate;
	/** The Alipay certificate that was pasted: it is trusted because the user pasted it. */
	alipay: Certificate;
	/** What was pasted below it, and the root bundle: only these vouch for any other Alipay certificate. */
	intermediates: readonly Certificate[];
	roots: readonly Certificate[];
}

/** The subject of an application's certificate: `<pid>-<app_id>`; Alipay's own has a company name before. */
const APPLICATION_NAME = /^\d+-(\d+)$/;

/**
 * Reads the three certificates of the credential, each named by its serial-number digest. Whether they
 * are in term is asked each time that they are used: `termFault`.
 */
export function readCertificates(
	text: (name: PastedField) => string,
	appId: string,
	own: PrivateKey,
): Outcome<{ alipayPublicKey: PublicKey; certificates: AppCertificates }> {
	const appCertificate = readChain('appPublicCert', text('appPublicCert'));
	if (!appCertificate.ok) return appCertificate;
	const [app] = appCertificate.value;
	const refusal = appRefusal(app, appId, own);
	if (refusal) return refusePasted('appPublicCert', refusal);

	const alipayChain = readChain('alipayPublicCert', text('alipayPublicCert'));
	if (!alipayChain.ok) return alipayChain;
	const [alipay, ...intermediates] = alipayChain.value;
	if (alipay.selfIssued) return refusePasted('alipayPublicCert', 'is a root certificate');
	if (APPLICATION_NAME.test(alipay.commonName)) {
		return refusePasted('alipayPublicCert', 'is a certificate of an application, not Alipay’s');
	}
	const key = keyOf('alipayPublicCert', alipay);
	if (!key.ok) return key;
	const foreign = refuseOwnPublicKey('alipayPublicCert', own, key.value);
	if (!foreign.ok) return foreign;

	const bundle = readChain('alipayRootPublicCert', text('alipayRootPublicCert'));
	if (!bundle.ok) return bundle;
	const roots = bundle.value.filter(({ selfIssued }) => selfIssued);
	const alipay_root_cert_sn = rootSerialNumbers(bundle.value);
	if (roots.length === 0 || alipay_root_cert_sn === '') {
		return refusePasted('alipayRootPublicCert', 'holds no root certificate signed with RSA');
	}
	return success({
		alipayPublicKey: foreign.value,
		certificates: { app_cert_sn: app.sn, alipay_root_cert_sn, app, alipay, intermediates, roots },
	});
}

/** Which certificate is out of its term at `epochMs`; null when all may be used. */
export function termFault({ app, alipay }: AppCertificates, epochMs: number) {
	const early = ({ x509 }: Certificate) => `is valid from ${x509.validFrom} only`;
	switch (validityAt(app, epochMs)) {
		case 'expired':
			return refusePasted('appPublicCert', `expired on ${app.x509.validTo}`);
		case 'not yet valid':
			return refusePasted('appPublicCert', early(app));
		case 'valid':
			// An expired one of Alipay's still names the root that the renewed one goes back to.
			return validityAt(alipay, epochMs) === 'not yet valid'
				? refusePasted('alipayPublicCert', early(alipay))
				: null;
	}
}

/** What is wrong with the application's certificate, if anything. */
function appRefusal(app: Certificate, appId: string, own: PrivateKey): string | null {
	const [, certifiedId] = APPLICATION_NAME.exec(app.commonName) ?? [];
	if (app.selfIssued) return 'is a root certificate';
	if (!certifiedId) return 'is not the certificate of an application';
	if (certifiedId !== appId) return `belongs to the application ${certifiedId}, not to ${appId}`;
	const key = keyOf('appPublicCert', app);
	if (!key.ok) return 'has no RSA key';
	return key.value.id === own.publicId ? null : 'does not belong to the Private Key';
}

export function keyOf(field: PastedField, { x509 }: Certificate): Outcome<PublicKey> {
	return readPublicKey(field, 'certificate', () => x509.publicKey);
}

/** The certificates of a pasted file in their order, at least one. */
function readChain(
	field: PastedField,
	text: string,
): Outcome<readonly [Certificate, ...Certificate[]]> {
	const blocks = readBlocks(field, text);
	if (!blocks.ok) return blocks;
	const stranger = blocks.value.find(({ kind }) => kind !== 'certificate');
	if (stranger) return refuseKind(field, stranger.kind, 'a certificate');
	try {
		const [first, ...others] = blocks.value;
		return success([
			parseCertificate(first.der),
			...others.map(({ der }) => parseCertificate(der)),
		] as const);
	} catch {
		return refusePasted(field, 'holds a damaged certificate');
	}
}

/** The certificates in the text that Alipay hands out; null when it is none. */
export function parseDownloaded(text: string): readonly [Certificate, ...Certificate[]] | null {
	const chain = readChain('alipayPublicCert', text);
	return chain.ok ? chain.value : null;
}

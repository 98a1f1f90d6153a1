import { success, type Outcome } from '../errors/fault';
import {
	findLeaf,
	firstDay,
	isDamagedRoot,
	lastDay,
	parseCertificate,
	rootSerialNumbers,
	validityAt,
	type Certificate,
} from './certificate';
import { found, refusePasted, type PastedField } from './damages';
import { readPublicKey, refuseOwnPublicKey, type PrivateKey, type PublicKey } from './keys';
import { readBlocks, refuseKind, strangerAmong } from './pasted';

/** The certificates of an application, checked against each other. */
export interface AppCertificates {
	/** Sent and signed with each request, like `alipay_root_cert_sn` (AbstractAlipayClient, SDK for Java). */
	app_cert_sn: string;
	alipay_root_cert_sn: string;
	app: Certificate;
	/** The pasted Alipay certificate. It is trusted because the user pasted it. */
	alipay: Certificate;
	/** The other pasted certificates and the root bundle. Only these can prove another Alipay certificate. */
	intermediates: readonly Certificate[];
	roots: readonly Certificate[];
}

/** The common name of an application certificate: `<pid>-<app_id>`. Alipay's own begins with a company name. */
const APPLICATION_NAME = /^\d+-(\d+)$/;

/**
 * Reads the three certificates of the credential. It does not check whether they have expired: `termFault`
 * does this at each use.
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
	if (refusal) return refusal;

	const alipayChain = readChain('alipayPublicCert', text('alipayPublicCert'));
	if (!alipayChain.ok) return alipayChain;
	const [alipay, ...intermediates] = alipayChain.value;
	if (alipay.selfIssued) return refusePasted('alipayPublicCert', found('root'));
	if (alipay.commonNames.length > 1) return refusePasted('alipayPublicCert', found('names'));
	if (alipay.commonNames.some((name) => APPLICATION_NAME.test(name))) {
		return refusePasted('alipayPublicCert', found('application'));
	}
	const key = keyOf('alipayPublicCert', alipay);
	if (!key.ok) return key;
	const foreign = refuseOwnPublicKey('alipayPublicCert', own, key.value);
	if (!foreign.ok) return foreign;

	const bundle = readFile('alipayRootPublicCert', text('alipayRootPublicCert'));
	if (!bundle.ok) return bundle;
	if (bundle.value.some(isDamagedRoot))
		return refusePasted('alipayRootPublicCert', found('changed'));
	const roots = bundle.value.filter(({ selfIssued }) => selfIssued);
	const alipay_root_cert_sn = rootSerialNumbers(bundle.value);
	if (roots.length === 0 || alipay_root_cert_sn === '') {
		return refusePasted('alipayRootPublicCert', found('noRoot'));
	}
	return success({
		alipayPublicKey: foreign.value,
		certificates: { app_cert_sn: app.sn, alipay_root_cert_sn, app, alipay, intermediates, roots },
	});
}

/** The fault of the first certificate that is expired or not yet valid at `epochMs`, or null. */
export function termFault({ app, alipay }: AppCertificates, epochMs: number) {
	const early = (certificate: Certificate) => found('early', { date: firstDay(certificate) });
	switch (validityAt(app, epochMs)) {
		case 'expired':
			return refusePasted('appPublicCert', found('expired', { date: lastDay(app) }));
		case 'not yet valid':
			return refusePasted('appPublicCert', early(app));
		case 'valid':
			// An expired Alipay certificate still helps to check the renewed certificate.
			return validityAt(alipay, epochMs) === 'not yet valid'
				? refusePasted('alipayPublicCert', early(alipay))
				: null;
	}
}

export interface EndingCertificate {
	field: 'appPublicCert' | 'alipayPublicCert';
	/** The last valid day, for example "2026-12-20". */
	lastDay: string;
	/** How many whole days are left. */
	days: number;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** The certificates that expire within 30 days after `epochMs`. */
export function endingSoon({ app, alipay }: AppCertificates, epochMs: number): EndingCertificate[] {
	const fields = [
		{ field: 'appPublicCert', certificate: app },
		{ field: 'alipayPublicCert', certificate: alipay },
	] as const;
	return fields.flatMap(({ field, certificate }) => {
		const days = Math.floor((Date.parse(certificate.x509.validTo) - epochMs) / DAY_MS);
		return days >= 0 && days <= SOON_DAYS ? [{ field, lastDay: lastDay(certificate), days }] : [];
	});
}

/** The fault of the application's certificate, or null. */
function appRefusal(app: Certificate, appId: string, own: PrivateKey) {
	const refuse = (...finding: Parameters<typeof found>) =>
		refusePasted('appPublicCert', found(...finding));
	const [, certifiedId] = APPLICATION_NAME.exec(app.commonNames[0] ?? '') ?? [];
	if (app.selfIssued) return refuse('root');
	if (app.commonNames.length > 1) return refuse('names');
	if (!certifiedId) return refuse('noApplication');
	if (certifiedId !== appId) {
		return refuse('otherApplication', { certified: certifiedId, appId });
	}
	const key = keyOf('appPublicCert', app);
	if (!key.ok) return key;
	return key.value.id === own.publicId ? null : refuse('otherKey');
}

export function keyOf(field: PastedField, { x509 }: Certificate): Outcome<PublicKey> {
	return readPublicKey(field, 'certificate', () => x509.publicKey);
}

type Chain = readonly [Certificate, ...Certificate[]];

/** The certificates of a pasted file, in their order. */
function readFile(field: PastedField, text: string): Outcome<Chain> {
	const blocks = readBlocks(field, text);
	if (!blocks.ok) return blocks;
	const stranger = strangerAmong(blocks.value, (kind) => kind === 'certificate');
	if (stranger) return refuseKind(field, stranger.kind, 'a certificate');
	try {
		const [first, ...others] = blocks.value;
		return success([
			parseCertificate(first.der),
			...others.map(({ der }) => parseCertificate(der)),
		] as const);
	} catch {
		return refusePasted(field, found('changed'));
	}
}

/** The end certificate first, then its issuers. Files contain them in any order. */
function readChain(field: PastedField, text: string): Outcome<Chain> {
	const file = readFile(field, text);
	if (!file.ok) return file;
	const leaf = findLeaf(file.value);
	if (typeof leaf === 'string') return refusePasted(field, found(leaf));
	return success([leaf, ...file.value.filter((one) => one !== leaf)]);
}

/** The certificates in a downloaded text, or null. */
export function parseDownloaded(text: string): Chain | null {
	const chain = readChain('alipayPublicCert', text);
	return chain.ok ? chain.value : null;
}

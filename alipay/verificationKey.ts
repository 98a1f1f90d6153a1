import { anchorsIn, validityAt, type Certificate } from './application/certificate';
import { keyOf, parseDownloaded, type AppCertificates } from './application/appCertificates';
import { recalled, remember } from './application/cache';
import type { App } from './application/app';
import type { Connection } from './transport';
import {
	CANCELLED,
	failure,
	gatewayFault,
	localFault,
	success,
	type Fault,
	type Outcome,
} from './errors/fault';
import type { PublicKey } from './application/keys';
import { signRequest } from './message/request';
import { openEnvelope, readFields, SUCCESS_CODE, type Envelope } from './message/response';

/** Hands out an Alipay certificate by its serial-number digest (AlipayClient, SDK for Java). */
const DOWNLOAD = 'alipay.open.app.alipaycert.download';

/** A refused certificate is refused for every item that is signed with it; so long nobody asks again. */
const REFUSAL_MS = 60_000;

/** A certificate that Alipay handed out, with what vouches for it. */
interface Downloaded {
	chain: readonly [Certificate, ...Certificate[]];
	key: PublicKey;
}

/** What the items of one run are waiting for: they share a download, and each run can be cancelled. */
const underWay = new WeakMap<Connection, Map<string, Promise<Outcome<Downloaded>>>>();

/**
 * The key that an answer must be verified with. In certificate mode Alipay names its certificate by
 * `alipay_cert_sn`; after it has renewed that, it is one that nobody pasted, and it is fetched.
 */
export async function verificationKey(
	app: App,
	{ alipay_cert_sn, sign }: Envelope,
	connection: Connection,
	timeoutMs: number,
): Promise<Outcome<PublicKey>> {
	const { certificates } = app;
	const isPasted = !certificates || !alipay_cert_sn || alipay_cert_sn === certificates.alipay.sn;
	if (isPasted || sign === '') return success(app.alipayPublicKey);

	const name = [certificates.alipay_root_cert_sn, certificates.alipay.sn, alipay_cert_sn].join();
	const known = recalled<Downloaded>('downloaded', name);
	// Judged anew each time: a certificate has a term, and another credential has other roots.
	if (known && !objection(known.chain, certificates, connection.now())) return success(known.key);
	const fetched = await fetchOnce(app, certificates, alipay_cert_sn, connection, timeoutMs);
	if (!fetched.ok) return fetched;
	remember('downloaded', name, fetched.value);
	return success(fetched.value.key);
}

/** One download for all items of the run that need the certificate at once, and none soon after a refusal. */
async function fetchOnce(
	app: App,
	certificates: AppCertificates,
	sn: string,
	connection: Connection,
	timeoutMs: number,
): Promise<Outcome<Downloaded>> {
	// All that Alipay may refuse a download for: once corrected, the credential is asked with at once.
	const { gatewayUrl, appId, privateKey, appAuthToken } = app;
	const { app_cert_sn, alipay_root_cert_sn, alipay } = certificates;
	const asker = [gatewayUrl, appId, privateKey.publicId, appAuthToken, app_cert_sn];
	const name = [...asker, alipay_root_cert_sn, alipay.sn, sn].join();
	const refused = recalled<{ fault: Fault; at: number }>('refused', name);
	if (refused && Math.abs(connection.now() - refused.at) < REFUSAL_MS)
		return failure(refused.fault);

	const downloads = underWay.get(connection) ?? new Map<string, Promise<Outcome<Downloaded>>>();
	underWay.set(connection, downloads);
	const shared = downloads.get(name);
	if (shared) return await shared;
	const own = download(app, certificates, sn, connection, timeoutMs);
	downloads.set(name, own);
	try {
		const fetched = await own;
		// A cancelled run says nothing about the certificate.
		if (!fetched.ok && !fetched.fault.retryable && fetched.fault.code !== 'cancelled') {
			remember('refused', name, { fault: fetched.fault, at: connection.now() });
		}
		return fetched;
	} finally {
		downloads.delete(name);
	}
}

/** Fetches a certificate. The answer proves nothing by itself; the certificate must. */
async function download(
	app: App,
	certificates: AppCertificates,
	sn: string,
	connection: Connection,
	timeoutMs: number,
): Promise<Outcome<Downloaded>> {
	const params = { method: DOWNLOAD, biz_content: JSON.stringify({ alipay_cert_sn: sn }) };
	await connection.turn();
	if (connection.ended()) return CANCELLED;
	const sent = await connection.send(signRequest(app, params, connection.now()).http, timeoutMs);
	if (!sent.ok) return sent;
	const envelope = openEnvelope(sent.value, DOWNLOAD, app);
	if (!envelope.ok) return envelope;
	const { node, encoding, trace_id } = envelope.value;
	const fields = readFields(node, encoding, trace_id);
	const field = (key: string) => (fields.ok && fields.value.get(key)) || null;
	const busy = busyFault(field, trace_id);
	if (busy) return busy;
	const content = field('alipay_cert_content') ?? '';
	const chain = parseDownloaded(Buffer.from(content, 'base64').toString('utf8'));

	const { alipay: pasted } = certificates;
	const expired = validityAt(pasted, connection.now()) === 'expired';
	const hint = expired ? `; the one in the credential expired on ${pasted.x509.validTo}` : '';
	const refuse = (why: string) =>
		localFault(
			'alipay-certificate-unknown',
			`Alipay signed with the certificate ${sn.slice(0, 32)}, which is not the one in the credential and ${why}${hint}`,
			'Download the Alipay public certificate from the Alipay console again and paste it into the credential.',
			trace_id,
		);
	if (!chain) return refuse('cannot be fetched');
	if (chain[0].sn !== sn) return refuse('is not the one that Alipay handed out');
	const found = objection(chain, certificates, connection.now());
	if (found) return refuse(found);
	const key = keyOf('alipayPublicCert', chain[0]);
	return key.ok ? success({ chain, key: key.value }) : key;
}

/** A refusal that may pass, e.g. 20000 or a call limit: it says nothing about the certificate. */
function busyFault(field: (key: string) => string | null, trace_id: string | null) {
	const code = field('code');
	if (code === null || code === SUCCESS_CODE) return null;
	// Without Alipay's own words: they may repeat the merchant's token.
	const words = { code, msg: field('msg'), sub_code: field('sub_code'), sub_msg: null };
	const refusal = gatewayFault(words, { trace_id, signature_verified: false });
	return refusal.fault.retryable ? refusal : null;
}

/**
 * Why a downloaded certificate is not trusted, or null. It must go back to the pasted roots, and be
 * Alipay's: those roots certify every merchant, too, so it must have the common name of the pasted
 * one (`支付宝(中国)网络技术有限公司-<pid>`). The rest of the subject is the merchant's display name,
 * which may change from one certificate to the next.
 */
function objection(
	[leaf, ...others]: Downloaded['chain'],
	{ alipay, intermediates, roots }: AppCertificates,
	epochMs: number,
): string | null {
	if (leaf.commonName !== alipay.commonName) return 'belongs to somebody else';
	const validity = validityAt(leaf, epochMs);
	if (validity !== 'valid') return `is ${validity}`;
	return anchorsIn(leaf, [...others, ...intermediates], roots, epochMs)
		? null
		: 'does not go back to the Alipay Root Certificate';
}

import type { App, Downloaded } from './application/app';
import { anchorsIn, lastDay, validityAt } from './application/certificate';
import { keyOf, parseDownloaded, type AppCertificates } from './application/appCertificates';
import type { PublicKey } from './application/keys';
import { failure, gatewayFault, localFault, success, type Outcome } from './errors/fault';
import { signRequest } from './message/request';
import { openEnvelope, readFields, SUCCESS_CODE, type Envelope } from './message/response';
import { methodNamed, responseBytesOf } from './methods/method';
import type { Transport } from './transport';

/** Returns an Alipay certificate by its serial-number digest (AlipayClient, SDK for Java). */
const DOWNLOAD = methodNamed('alipay.open.app.alipaycert.download', 'read');

/** In characters. A serial-number digest has 32. */
const LONGEST_SN = 64;

/** The keys that verify the responses of one run. */
export interface VerificationKeys {
	/** The key for a response, or null if its certificate must be downloaded. */
	known: (envelope: Envelope) => PublicKey | null;
	/** The key for a response, after downloading its certificate. */
	fetched: (envelope: Envelope, timeoutMs: number) => Promise<Outcome<PublicKey>>;
}

/**
 * In certificate mode, `alipay_cert_sn` names Alipay's certificate. A renewed certificate is not in the
 * credential, so it is downloaded, once for all waiting responses of the run, and kept with the application.
 */
export function createVerificationKeys(app: App, transport: Transport): VerificationKeys {
	const { certificates, learned } = app;
	const downloads = new Map<string, Promise<Outcome<PublicKey>>>();

	async function fetchAndRemember(sn: string, own: AppCertificates, timeoutMs: number) {
		const outcome = await download(app, own, sn, transport, timeoutMs);
		if (outcome.ok) {
			learned.certificates.set(sn, outcome.value);
			return success(outcome.value.key);
		}
		const { retryable, code } = outcome.fault;
		// A canceled run says nothing about the certificate.
		if (!retryable && code !== 'canceled') learned.refusals.set(sn, outcome.fault);
		return outcome;
	}

	function known({ alipay_cert_sn, sign }: Envelope): PublicKey | null {
		const isPasted = !alipay_cert_sn || alipay_cert_sn === certificates?.alipay.sn;
		if (!certificates || isPasted || sign === '') return app.alipayPublicKey;
		const downloaded = learned.certificates.get(alipay_cert_sn);
		if (!downloaded) return null;
		// Checked at each use, because a certificate expires.
		const found = objection(downloaded.chain, certificates, transport.clock.now());
		return found ? null : downloaded.key;
	}

	return {
		known,
		async fetched(envelope, timeoutMs) {
			// Another response may have downloaded it in the meantime.
			const key = known(envelope);
			if (key) return success(key);
			if (!certificates) return success(app.alipayPublicKey);
			// It is not signed, so it may have any length.
			const sn = (envelope.alipay_cert_sn ?? '').slice(0, LONGEST_SN);
			const refused = learned.refusals.get(sn);
			if (refused) return failure(refused);
			const inProgress = downloads.get(sn);
			if (inProgress) return await inProgress;
			const own = fetchAndRemember(sn, certificates, timeoutMs);
			downloads.set(sn, own);
			return await own.finally(() => downloads.delete(sn));
		},
	};
}

/** The keys for messages that do not name a certificate: the pasted key, and the keys of renewed certificates. */
export function trustedKeys({ alipayPublicKey, certificates, learned }: App, epochMs: number) {
	if (!certificates) return [alipayPublicKey];
	const renewed = learned.certificates
		.values()
		.filter(({ chain }) => !objection(chain, certificates, epochMs));
	return [alipayPublicKey, ...renewed.map(({ key }) => key)];
}

/** Downloads a certificate. The response itself proves nothing, so the certificate is checked. */
async function download(
	app: App,
	certificates: AppCertificates,
	sn: string,
	transport: Transport,
	timeoutMs: number,
): Promise<Outcome<Downloaded>> {
	const { now } = transport.clock;
	const biz_content = JSON.stringify({ alipay_cert_sn: sn });
	const limits = { timeoutMs, responseBytes: responseBytesOf(DOWNLOAD) };
	const received = await transport.admit(async () => {
		const { http } = signRequest(app, { method: DOWNLOAD.name, biz_content }, now());
		const sent = await transport.send(http, limits);
		return sent.ok ? readDownload(openEnvelope(sent.value, DOWNLOAD, app)) : sent;
	}, false);
	if (!received.ok) return received;
	const { text, trace_id } = received.value;

	const { alipay: pasted } = certificates;
	const expired = validityAt(pasted, now()) === 'expired';
	const hint = expired ? `. The certificate in the credential expired on ${lastDay(pasted)}` : '';
	const refuse = (why: string) =>
		localFault(
			'alipay-certificate-unknown',
			`Alipay signed with the certificate ${sn.slice(0, 32)}. It is not the certificate in the credential, and it ${why}${hint}`,
			'Download the Alipay public certificate from the Alipay console again and paste it into the credential.',
			trace_id,
		);
	const chain = parseDownloaded(text);
	if (!chain) return refuse('cannot be downloaded');
	if (chain[0].sn !== sn) return refuse('differs from the certificate that Alipay returned');
	const found = objection(chain, certificates, now());
	if (found) return refuse(found);
	const key = keyOf('alipayPublicCert', chain[0]);
	return key.ok ? success({ chain, key: key.value }) : key;
}

/**
 * The text of the certificate, or ''. A temporary refusal, such as 20000 or a rate limit, says nothing about
 * the certificate.
 */
function readDownload(
	opened: Outcome<Envelope>,
): Outcome<{ text: string; trace_id: string | null }> {
	if (!opened.ok) return opened;
	const { node, encoding, trace_id } = opened.value;
	const fields = readFields(node, encoding, trace_id);
	const field = (key: string) => (fields.ok ? (fields.value.get(key) ?? null) : null);
	const code = field('code');
	if (code !== null && code !== SUCCESS_CODE) {
		// Without sub_msg, which may repeat the merchant's token.
		const words = { code, msg: field('msg'), sub_code: field('sub_code'), sub_msg: null };
		const refusal = gatewayFault(words, DOWNLOAD.codes, { trace_id, signature_verified: false });
		if (refusal.fault.retryable) return refusal;
	}
	const content = field('alipay_cert_content') ?? '';
	return success({ text: Buffer.from(content, 'base64').toString('utf8'), trace_id });
}

/**
 * Why a downloaded certificate is not trusted, or null. It must lead to the pasted roots and belong to
 * Alipay. The roots also certify every merchant, so its common name must be the same as in the pasted
 * certificate (`支付宝(中国)网络技术有限公司-<pid>`). The rest of the subject is the merchant's display name,
 * which may differ between certificates.
 */
function objection(
	[leaf, ...others]: Downloaded['chain'],
	{ alipay, intermediates, roots }: AppCertificates,
	epochMs: number,
): string | null {
	if (leaf.commonNames.length > 1) return 'has more than one common name';
	if (leaf.commonNames[0] !== alipay.commonNames[0]) return 'belongs to another company';
	const validity = validityAt(leaf, epochMs);
	if (validity !== 'valid') return `is ${validity}`;
	return anchorsIn(leaf, [...others, ...intermediates], roots, epochMs)
		? null
		: 'cannot be traced back to the Alipay Root Certificate';
}

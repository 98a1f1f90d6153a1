import { anchorsIn, validityAt } from './certificate';
import { keyOf, parseDownloaded, type AppCertificates } from './certificateMode';
import { recalled, remember } from './cache';
import type { App } from './app';
import type { Connection } from './connection';
import { localFault, success, type Outcome } from './fault';
import type { PublicKey } from './keys';
import { signRequest } from './request';
import { openEnvelope, readFields, type Envelope } from './response';

/** Hands out an Alipay certificate by its serial-number digest (AlipayClient, SDK for Java). */
const DOWNLOAD = 'alipay.open.app.alipaycert.download';

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
	const known = recalled<PublicKey>('downloaded', name);
	if (known) return success(known);
	const fetched = await download(app, certificates, alipay_cert_sn, connection, timeoutMs);
	if (fetched.ok) remember('downloaded', name, fetched.value);
	return fetched;
}

/**
 * Fetches a certificate. The answer proves nothing by itself; what counts is that the certificate goes
 * back to the pasted roots, and that it is Alipay's: those roots certify every merchant, too, so it
 * must name the same subject as the pasted one.
 */
async function download(
	app: App,
	certificates: AppCertificates,
	sn: string,
	connection: Connection,
	timeoutMs: number,
): Promise<Outcome<PublicKey>> {
	const params = { method: DOWNLOAD, biz_content: JSON.stringify({ alipay_cert_sn: sn }) };
	await connection.turn();
	const sent = await connection.send(signRequest(app, params, connection.now()).http, timeoutMs);
	if (!sent.ok) return sent;
	const envelope = openEnvelope(sent.value, DOWNLOAD, app);
	if (!envelope.ok) return envelope;
	const { node, encoding, trace_id } = envelope.value;
	const fields = readFields(node, encoding, trace_id);
	const content = (fields.ok && fields.value.get('alipay_cert_content')) || '';
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
	const [leaf, ...others] = chain;
	if (leaf.sn !== sn) return refuse('is not the one that Alipay handed out');
	if (leaf.commonName !== certificates.alipay.commonName) return refuse('belongs to somebody else');
	const links = [...others, ...certificates.intermediates];
	if (!anchorsIn(leaf, links, certificates.roots, connection.now())) {
		return refuse('does not go back to the Alipay Root Certificate');
	}
	return keyOf('alipayPublicCert', leaf);
}

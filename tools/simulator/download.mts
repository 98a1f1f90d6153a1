/** `alipay.open.app.alipaycert.download`: Alipay's certificates, by their serial-number digest. */
import type { SimulatorCertificates } from './certificates.mts';
import { businessError, OK } from './errors.mts';
import type { Handler } from './query.mts';
import { responded, signedResponse } from './response.mts';

export const DOWNLOAD_METHOD = 'alipay.open.app.alipaycert.download';

/** The key of the downloaded certificate signs the response. */
export const createDownload =
	({ alipay, strange }: SimulatorCertificates): Handler =>
	(biz, context) => {
		const signers = [() => alipay, () => strange('renewed'), () => strange('merchant')];
		const signer = signers.find((candidate) => candidate().sn === biz.alipay_cert_sn)?.();
		if (!signer)
			return responded(businessError('ALIPAY_CERT_NOT_EXIST', '支付宝公钥证书不存在'), context);
		const fields = { ...OK, alipay_cert_content: Buffer.from(signer.chain).toString('base64') };
		const { privateKey: alipayKey, sn: certSn } = signer;
		const isCertificateMode = context.certSn !== undefined;
		const signed = isCertificateMode ? { ...context, alipayKey, certSn } : context;
		return {
			delivery: signedResponse(fields, signed),
			numbers: '',
			outcome: `${OK.code} certificate`,
		};
	};

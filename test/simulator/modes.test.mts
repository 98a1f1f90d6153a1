// Certificate mode, charsets and AES in all combinations, by a client that shares nothing with
// alipay/.
import { createDecipheriv, createHash, verify, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	alipayPair,
	generatedNumbers,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { encode } from '../../tools/simulator/encoding.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { simulate } from '../support/simulator.mts';
import { call, NODE } from './client.mts';
import type { Answer, Call } from './client.mts';

const DOWNLOAD = 'alipay.open.app.alipaycert.download';
const DOWNLOAD_NODE = 'alipay_open_app_alipaycert_download_response';
const rich = alipayPair(SAMPLES.rich);
let simulator: Simulator;
let settled = 0;

beforeAll(async () => {
	simulator = await simulate();
});

const blocks = (pem: string) =>
	pem
		.split(/(?<=-----END CERTIFICATE-----\n)/)
		.filter(Boolean)
		.map((block) => new X509Certificate(block));

/** As Alipay's SDK for Java calculates it, from what OpenSSL reads in the certificate. */
function snOf(certificate: X509Certificate | undefined): string {
	const issuer = (certificate?.issuer ?? '').split('\n').reverse().join(',');
	const serial = BigInt(`0x${certificate?.serialNumber}`).toString();
	return createHash('md5')
		.update(issuer + serial)
		.digest('hex');
}

const certificatesOf = ({ credentials: { certificate } }: Simulator) => ({
	app: blocks(certificate.appPublicCert),
	alipay: blocks(certificate.alipayPublicCert),
	root: blocks(certificate.alipayRootPublicCert),
});

/** Turns a call into one of the certificate-mode application. */
function certificateMode(): Record<string, string | undefined> {
	const { app, root } = certificatesOf(simulator);
	return {
		app_id: simulator.credentials.certificate.appId,
		app_cert_sn: snOf(app[0]),
		alipay_root_cert_sn: snOf(root[1]),
	};
}

const callWithCertificate = async (options: Call) =>
	await call(simulator, { ...options, params: { ...certificateMode(), ...options.params } });

interface Read {
	certSn: string | undefined;
	/** The node's value as it was sent, one character per byte. */
	raw: string;
	sign: string;
}

function read(response: Answer, node = NODE): Read {
	const members = new RegExp(
		`^\\{"${node}":(.*?)(?:,"alipay_cert_sn":"(\\w+)")?,"sign":"(.*?)"\\}$`,
	);
	const [, raw = '', certSn, sign = ''] = members.exec(response.bytes.toString('latin1')) ?? [];
	return { raw, certSn, sign };
}

function isSignedBy(key: KeyObject | undefined, { raw, sign }: Read): boolean {
	const bytes = Buffer.from(raw, 'latin1');
	return key !== undefined && verify('sha256', bytes, key, Buffer.from(sign, 'base64'));
}

function fields({ raw }: Read, charset = 'utf-8', key?: string): Record<string, string> {
	const wire = Buffer.from(raw, 'latin1');
	const bytes = key ? decrypted(JSON.parse(wire.toString()) as string, key) : wire;
	return JSON.parse(new TextDecoder(charset, { fatal: true }).decode(bytes)) as Record<
		string,
		string
	>;
}

function decrypted(base64: string, key: string): Buffer {
	const iv = Buffer.alloc(16);
	const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv);
	return Buffer.concat([decipher.update(base64, 'base64'), decipher.final()]);
}

const alipayKey = () => certificatesOf(simulator).alipay[0]?.publicKey;

describe('the certificates', () => {
	it('form a chain: root, intermediate, leaf; the root file begins with one to skip', () => {
		const { app, alipay, root } = certificatesOf(simulator);
		expect([app.length, alipay.length, root.length]).toEqual([1, 2, 2]);
		const [skipped, anchor] = root as [X509Certificate, X509Certificate];
		const [leaf, intermediate] = alipay as [X509Certificate, X509Certificate];
		expect(skipped.publicKey.asymmetricKeyType).toBe('ec');
		for (const [child, parent] of [
			[skipped, skipped],
			[anchor, anchor],
			[intermediate, anchor],
			[leaf, intermediate],
			[app[0] as X509Certificate, intermediate],
		] as const) {
			expect(child.checkIssued(parent)).toBe(true);
			expect(child.verify(parent.publicKey)).toBe(true);
			expect(parent.ca).toBe(true);
		}
		expect(leaf.ca).toBe(false);
		expect(anchor.subject).toBe(
			'C=CN\nO=Simulator\nOU=Certification Authority\nCN=Simulator Root R1',
		);
		expect(leaf.subject).toContain('CN=支付宝(中国)网络技术有限公司-2088000000000001');
		expect(app[0]?.subject).toContain('CN=2088000000000001-2021000000000002');
		expect([leaf.validFrom, leaf.validTo]).toEqual([
			'Jan  1 00:00:00 2020 GMT',
			'Dec 31 23:59:59 2049 GMT',
		]);
	});

	it('have the layout of Alipay’s files: blank lines between the roots, and none in a chain', () => {
		const { alipayPublicCert, alipayRootPublicCert } = simulator.credentials.certificate;
		const block = /^-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----\n?$/;
		const roots = alipayRootPublicCert.split('\n\n');
		expect(roots).toHaveLength(2);
		for (const root of roots) expect(root).toMatch(block);
		expect(alipayPublicCert.split('\n\n')).toHaveLength(1);
	});

	it('contain the keys of the credential', () => {
		const { alipayPublicKey } = simulator.credentials.certificate;
		const spki = alipayKey()?.export({ format: 'der', type: 'spki' });
		expect(spki?.toString('base64')).toBe(alipayPublicKey);
		expect(simulator.credential).toBe(simulator.credentials.publicKey);
		expect(Buffer.from(simulator.encryptKey, 'base64')).toHaveLength(16);
	});
});

describe.each(['publicKey', 'certificate'] as const)('in %s mode', (mode) => {
	describe.each(['utf-8', 'gbk', 'gb2312'] as const)('with %s', (charset) => {
		const contentType = { 'utf-8': 'utf-8', gbk: 'GBK', gb2312: 'GB2312' }[charset];
		const certificate = mode === 'certificate';

		async function query(isEncrypted: boolean, biz: object): Promise<Record<string, string>> {
			const encryptKey = isEncrypted ? simulator.encryptKey : undefined;
			const way = { charset, ...(encryptKey ? { encryptKey } : {}) };
			const params = { app_auth_token: '令牌', ...(certificate ? certificateMode() : {}) };
			const response = await call(simulator, { ...way, biz, params });
			expect(response.headers['content-type']).toBe(`text/html;charset=${contentType}`);
			const parts = read(response);
			expect(isSignedBy(alipayKey(), parts)).toBe(true);
			const sn = snOf(certificatesOf(simulator).alipay[0]);
			expect(parts.certSn).toBe(certificate ? sn : undefined);
			expect(parts.raw.startsWith('"')).toBe(isEncrypted);
			return fields(parts, charset, encryptKey);
		}

		it.each([false, true])(
			'and AES %s, returns a response of the same kind',
			async (isEncrypted) => {
				expect(await query(isEncrypted, rich)).toMatchObject({
					code: '10000',
					order_title: `中秋红包/双节同庆 "团圆" ${charset === 'utf-8' ? '🎑' : '?'}`,
				});
				expect(await query(isEncrypted, { ...rich, auth_no: '订单' })).toMatchObject({
					sub_msg: '支付宝资金授权订单不存在',
				});
			},
		);

		it.each([false, true])('and AES %s, reports a settled operation', async (isEncrypted) => {
			const { auth_no, operation_id, ...merchant } = generatedNumbers(++settled * 100);
			const order_title = `红包/${settled * 100}`;
			expect(await query(isEncrypted, merchant)).toMatchObject({ order_title, status: 'INIT' });
			simulator.settle({ auth_no, operation_id }, 'CLOSED');
			expect(await query(isEncrypted, merchant)).toMatchObject({ order_title, status: 'CLOSED' });
		});

		it.each([false, true])('and AES %s, lets a scenario end on time', async (isEncrypted) => {
			const auth_no = `订单 ${mode} ${charset} ${isEncrypted}`;
			const after = async (seconds: number) =>
				await query(isEncrypted, { auth_no, operation_id: `SIM-CLOSED-AFTER-${seconds}` });
			expect(await after(60)).toMatchObject({ auth_no, status: 'INIT' });
			expect(await after(0)).toMatchObject({ auth_no, status: 'CLOSED' });
		});
	});
});

describe('the serial-number digests', () => {
	it.each([
		['app_cert_sn', undefined, '40001', 'isv.missing-app-cert-sn'],
		['app_cert_sn', 'f00', '40002', 'isv.app-cert-not-exist'],
		['alipay_root_cert_sn', ' ', '40001', 'isv.missing-alipay-root-cert-sn'],
		['alipay_root_cert_sn', 'f00', '40002', 'isv.invalid-alipay-root-cert-sn'],
	])('%s %s is refused with %s %s', async (name, value, code, sub_code) => {
		const parts = read(await callWithCertificate({ biz: rich, params: { [name]: value } }));
		expect(fields(parts)).toMatchObject({ code, sub_code });
		expect(isSignedBy(alipayKey(), parts)).toBe(true);
	});
});

describe('charsets', () => {
	it('send GBK text as GBK bytes', () => {
		expect(encode('红包a', 'gbk').toString('hex')).toBe('baecb0fc61');
	});

	it('break the signature when the declaration and the bytes differ', async () => {
		const response = await call(simulator, {
			biz: { ...rich, auth_no: '订单' },
			charset: 'gbk',
			afterSigning: { charset: 'utf-8' },
		});
		expect(fields(read(response)).sub_code).toBe('isv.invalid-signature');
	});
});

describe('encrypted content', () => {
	const otherKey = Buffer.alloc(16, 7).toString('base64');

	it.each<[name: string, subCode: string, options: Call]>([
		['under another key', 'isv.decryption-error-unknown', { encryptKey: otherKey }],
		[
			'that is not base64',
			'isv.decryption-error-unknown',
			{ biz: '{}', params: { encrypt_type: 'AES' } },
		],
		['without encrypt_type', 'isv.illegal-json', { biz: 'b64=' }],
		['of another type', 'isv.invalid-encrypt-type', { params: { encrypt_type: 'SM4' } }],
	])('%s gets a signed refusal in clear text: %s', async (_name, sub_code, options) => {
		const parts = read(await call(simulator, { biz: rich, ...options }));
		expect(fields(parts)).toMatchObject({ sub_code });
		expect(isSignedBy(alipayKey(), parts)).toBe(true);
	});

	const query = async (operation_id: string) =>
		await call(simulator, {
			biz: { ...rich, operation_id },
			encryptKey: simulator.encryptKey,
		});

	it('is a signed response in clear text for SIM-PLAIN-ANSWER', async () => {
		const parts = read(await query('SIM-PLAIN-ANSWER'));
		expect(fields(parts).code).toBe('10000');
		expect(isSignedBy(alipayKey(), parts)).toBe(true);
	});

	it('can be read for SIM-ENCRYPTED-UNSIGNED, and only verified for SIM-WRONG-AES-KEY', async () => {
		const { text } = await query('SIM-ENCRYPTED-UNSIGNED');
		const [[node, base64] = []] = Object.entries(JSON.parse(text) as Record<string, string>);
		expect(node).toBe(NODE);
		expect(text).not.toContain('"sign"');
		expect(decrypted(base64 ?? '', simulator.encryptKey).toString()).toContain('"10000"');
		const wrong = read(await query('SIM-WRONG-AES-KEY'));
		expect(isSignedBy(alipayKey(), wrong)).toBe(true);
		expect(() => fields(wrong, 'utf-8', simulator.encryptKey)).toThrow();
	});

	it('keeps the meaning of SIM-TAMPERED and SIM-UNESCAPED-SLASH', async () => {
		expect(isSignedBy(alipayKey(), read(await query('SIM-TAMPERED')))).toBe(false);
		expect(isSignedBy(alipayKey(), read(await query('SIM-UNESCAPED-SLASH')))).toBe(true);
	});
});

describe('certificates that are not in the credential', () => {
	const query = async (operation_id: string) =>
		read(await callWithCertificate({ biz: { ...rich, operation_id } }));
	const download = async (alipay_cert_sn: string | undefined) =>
		read(
			await callWithCertificate({ biz: { alipay_cert_sn }, params: { method: DOWNLOAD } }),
			DOWNLOAD_NODE,
		);

	it.each([
		['SIM-RENEWED-CERT', 'CN=支付宝(中国)网络技术有限公司-2088000000000001'],
		['SIM-MERCHANT-CERT', 'CN=2088000000000666-2021000000000666'],
	])('sign %s, and can be downloaded: %s', async (scenario, commonName) => {
		const parts = await query(scenario);
		expect(fields(parts).code).toBe('10000');
		expect(isSignedBy(alipayKey(), parts)).toBe(false);

		const response = await download(parts.certSn);
		const content = fields(response);
		expect(content).toMatchObject({ code: '10000', msg: 'Success' });
		const pem = Buffer.from(content.alipay_cert_content ?? '', 'base64').toString();
		const [leaf, intermediate] = blocks(pem) as [X509Certificate, X509Certificate];
		const anchor = certificatesOf(simulator).root[1] as X509Certificate;
		expect(leaf.verify(intermediate.publicKey)).toBe(true);
		expect(intermediate.verify(anchor.publicKey)).toBe(true);
		expect(leaf.subject).toContain(commonName);
		expect(snOf(leaf)).toBe(parts.certSn);
		expect(isSignedBy(leaf.publicKey, parts)).toBe(true);
		expect(isSignedBy(leaf.publicKey, response)).toBe(true);
		expect(response.certSn).toBe(parts.certSn);
	});

	it('cannot be downloaded for SIM-UNKNOWN-CERT', async () => {
		const parts = await query('SIM-UNKNOWN-CERT');
		expect(parts.certSn).toMatch(/^[0-9a-f]{32}$/);
		expect(isSignedBy(alipayKey(), parts)).toBe(false);
		const response = await download(parts.certSn);
		expect(fields(response)).toMatchObject({ code: '40004', sub_code: 'ALIPAY_CERT_NOT_EXIST' });
		expect(isSignedBy(alipayKey(), response)).toBe(true);
	});

	it('can be downloaded like the one in the credential', async () => {
		const { alipay } = certificatesOf(simulator);
		const { alipay_cert_content = '' } = fields(await download(snOf(alipay[0])));
		expect(Buffer.from(alipay_cert_content, 'base64').toString()).toBe(
			simulator.credentials.certificate.alipayPublicCert,
		);
	});
});

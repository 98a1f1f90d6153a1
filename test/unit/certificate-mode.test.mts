import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readApp } from '../../alipay/app.ts';
import type { Connection } from '../../alipay/connection.ts';
import { success } from '../../alipay/fault.ts';
import { verificationKey } from '../../alipay/trust.ts';
import { startSimulator, type SimulatorCertificateCredential } from '../../simulator/gateway.mts';
import { bare, fault, http, own, value } from './fixtures.mts';

const folder = mkdtempSync(path.join(tmpdir(), 'alipay-certificates-'));
let credential: SimulatorCertificateCredential;
beforeAll(async () => {
	const simulator = await startSimulator({ keysFolder: path.join(folder, 'keys') });
	credential = simulator.credentials.certificate;
	await simulator.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TODAY = Date.UTC(2026, 0, 1);

describe('the certificates of the credential', () => {
	it('give the numbers that are sent and signed', () => {
		const { certificates } = value(readApp({ ...credential }, TODAY));
		expect(certificates?.app_cert_sn).toMatch(/^[0-9a-f]{32}$/);
		expect(certificates?.alipay_root_cert_sn).toMatch(/^[0-9a-f]{32}$/); // the ECDSA root is skipped
		expect(certificates?.alipay.commonName).toMatch(/-2088000000000001$/);
	});

	it.each([
		['has expired', Date.UTC(2051, 0, 1), /App Public Certificate .* expired on .* 20\d\d GMT/],
		['is not yet valid', Date.UTC(2015, 0, 1), /App Public Certificate .* is valid from .* only/],
	])('are refused by name when that of the application %s', (_name, moment, said) => {
		expect(fault(readApp({ ...credential }, moment)).message).toMatch(said);
	});

	it('are refused when the private key is another one', () => {
		const privateKey = credential.privateKey;
		const app = fault(readApp({ ...credential, privateKey: otherKey() }, TODAY));
		expect(app.message).toMatch(/App Public Certificate .* does not belong to the Private Key/);
		expect(app.message).not.toContain(privateKey.slice(0, 20));
	});

	it('may be pasted on one line with \\n as text', () => {
		const oneLine = (text: string) => text.replaceAll('\n', '\\n');
		const pasted = {
			...credential,
			appPublicCert: oneLine(credential.appPublicCert),
			alipayPublicCert: oneLine(credential.alipayPublicCert),
			alipayRootPublicCert: oneLine(credential.alipayRootPublicCert),
		};
		const sns = (settings: object) => {
			const { certificates } = value(readApp({ ...settings }, TODAY));
			return [
				certificates?.app_cert_sn,
				certificates?.alipay_root_cert_sn,
				certificates?.alipay.sn,
			];
		};
		expect(sns(pasted)).toEqual(sns(credential));
	});
});

describe('an answer signed with a certificate that nobody pasted', () => {
	const envelopeOf = (alipay_cert_sn: string) =>
		({ alipay_cert_sn, sign: 'x' }) as Parameters<typeof verificationKey>[1];
	const connection = (body: string, moment: number): Connection => ({
		...{ now: () => moment, random: () => 0, sleep: async () => undefined },
		...{ turn: async () => undefined, send: async () => success(http(body)) },
	});
	const downloaded = (text: string) =>
		JSON.stringify({
			alipay_open_app_alipaycert_download_response: {
				code: '10000',
				alipay_cert_content: Buffer.from(text).toString('base64'),
			},
		});

	it.each([
		[
			'is handed out under another number',
			() => credential.alipayPublicCert,
			/not the one that Alipay/,
		],
		['is no certificate', () => 'nothing', /cannot be fetched/],
	])('is refused when it %s', async (_name, text, said) => {
		const app = value(readApp({ ...credential }, TODAY));
		const key = verificationKey(
			app,
			envelopeOf('0'.repeat(32)),
			connection(downloaded(text()), TODAY),
			1,
		);
		expect(fault(await key)).toMatchObject({ code: 'alipay-certificate-unknown' });
		expect(fault(await key).message).toMatch(said);
	});

	it('says when the pasted one has expired', async () => {
		const app = value(readApp({ ...credential }, TODAY));
		const later = connection(downloaded('nothing'), Date.UTC(2051, 0, 1));
		const key = await verificationKey(app, envelopeOf('1'.repeat(32)), later, 1);
		expect(fault(key).message).toMatch(/the one in the credential expired on/);
	});

	it('needs no other key when it is the pasted one, or when nothing is signed', async () => {
		const app = value(readApp({ ...credential }, TODAY));
		const never = { ...connection('', TODAY), send: () => Promise.reject(new Error('asked')) };
		for (const envelope of [
			envelopeOf(app.certificates?.alipay.sn ?? ''),
			{ ...envelopeOf('2'.repeat(32)), sign: '' },
		]) {
			expect(value(await verificationKey(app, envelope, never, 1))).toBe(app.alipayPublicKey);
		}
	});
});

const otherKey = () => bare(own.privateKey, 'pkcs8');

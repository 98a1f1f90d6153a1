/**
 * Notifications that Alipay signed with a certificate renewed after the merchant pasted the old
 * one.
 */
import { sign } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { readApp, type App } from '../../alipay/application/app.ts';
import { success } from '../../alipay/errors/fault.ts';
import { verifyNotification } from '../../alipay/notification/renewal.ts';
import { loadCertificates, type Signer } from '../../tools/simulator/certificates.mts';
import {
	startSimulator,
	type SimulatorCertificateCredential,
} from '../../tools/simulator/gateway.mts';
import { loadKeys } from '../../tools/simulator/keys.mts';
import { fault, http, value, words } from '../support/responses.mts';
import { NOW, signedForm, TRADE } from '../support/notifications.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { scripted, type Line, type ScriptedTransport } from '../support/transport.mts';

let credential: SimulatorCertificateCredential;
let pasted: Signer;
let renewed: Signer;
let merchant: Signer;
beforeAll(async () => {
	const keysFolder = temporaryFolder('renewal');
	const simulator = await startSimulator({ keysFolder });
	credential = simulator.credentials.certificate;
	await simulator.close();
	const certificates = loadCertificates(keysFolder, loadKeys(keysFolder));
	pasted = certificates.alipay;
	renewed = certificates.strange('renewed');
	merchant = certificates.strange('merchant');
});

let app: App;
let transport: ScriptedTransport;
beforeEach(() => {
	// No other test uses the same application.
	app = value(readApp({ ...credential, appAuthToken: `of-test-${Math.random()}` }, NOW));
	transport = scripted([respondedBy(renewed)], NOW);
});

/** The gateway when it signs with this certificate. */
const respondedBy =
	({ sn, privateKey, chain }: Signer): Line =>
	({ body }) => {
		if (body.includes('alipaycert.download')) {
			const alipay_cert_content = Buffer.from(chain).toString('base64');
			const node = { code: '10000', alipay_cert_content };
			const response = { alipay_open_app_alipaycert_download_response: node };
			return success(http(JSON.stringify(response)));
		}
		const node = '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}';
		const signature = sign('sha256', Buffer.from(node), privateKey).toString('base64');
		return success(
			http(
				`{"alipay_trade_query_response":${node},"alipay_cert_sn":"${sn}","sign":"${signature}"}`,
			),
		);
	};

const notified = async ({ privateKey: key }: Signer, notify_id = '1') =>
	await verifyNotification(
		signedForm({ ...TRADE, app_id: credential.appId, notify_id }, { key }),
		app,
		[],
		transport,
	);

it('a notification signed with the pasted certificate needs no request', async () => {
	expect(value(await notified(pasted)).id).toBe('1');
	expect(transport.sent).toHaveLength(0);
});

it('a notification signed with the renewed certificate is accepted after a query has named that certificate', async () => {
	expect(value(await notified(renewed)).id).toBe('1');
	expect(transport.sent).toHaveLength(2);
	expect(value(await notified(renewed, '2')).id).toBe('2');
	expect(transport.sent).toHaveLength(2);
});

it('many notifications at once share the two requests', async () => {
	const all = await Promise.all(['1', '2', '3'].map(async (id) => await notified(renewed, id)));
	expect(all.map(({ ok }) => ok)).toEqual([true, true, true]);
	expect(transport.sent).toHaveLength(2);
});

it('forged notifications cause at most one query in ten minutes', async () => {
	transport = scripted([respondedBy(pasted)], NOW);
	for (let count = 0; count < 5; count++) {
		const refused = fault(await notified(merchant));
		expect(refused.code).toBe('notification-signature-mismatch');
		expect(words(refused)).toContain('may have renewed its certificate');
	}
	expect(transport.sent).toHaveLength(1);
});

it('a merchant’s certificate is still not trusted', async () => {
	transport = scripted([respondedBy(merchant)], NOW);
	expect(fault(await notified(merchant)).code).toBe('notification-signature-mismatch');
});

it('a notification is refused when the gateway does not respond', async () => {
	transport = scripted([success(http('', { status: 502 }))], NOW);
	expect(fault(await notified(renewed)).code).toBe('notification-signature-mismatch');
});

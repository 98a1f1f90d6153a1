/** The notifications of the simulator, judged by the official SDK, and by texts written here. */
import { createVerify } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { TRANSFERS } from '../../tools/simulator/fixtures/transfer.mts';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { Simulator, SimulatorOptions } from '../../tools/simulator/gateway.mts';
import { sendOrder } from '../../tools/simulator/control.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { pairsOf, startReceiver } from './receiver.mts';
import type { Received } from './receiver.mts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let received: Received[];
const keysFolder = temporaryFolder('notifications');
beforeAll(async () => {
	receiver = await startReceiver();
	received = receiver.received;
});
afterAll(() => {
	receiver.close();
});

let simulator: Simulator;
async function start(options: SimulatorOptions = {}) {
	received.splice(0);
	receiver.state.response = { status: 200, body: 'success' };
	simulator = await startSimulator({ keysFolder, notifyUrl: receiver.url, ...options });
}
afterEach(async () => {
	await simulator.close();
});

const parametersOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));
const last = () => parametersOf(received.at(-1) as Received);

const referee = () =>
	new AlipaySdk({
		appId: simulator.credential.appId,
		privateKey: simulator.credential.privateKey,
		keyType: 'PKCS8',
		alipayPublicKey: simulator.credential.alipayPublicKey,
	});

describe('a change of status', () => {
	it('causes a notification with the numbers that a query needs', async () => {
		await start();
		simulator.settle(SAMPLES.initial, 'CLOSED');
		expect(await simulator.deliveries[0]?.ended).toBe('success');
		const { sign, sign_type, notify_id, notify_time, gmt_trans, ...rest } = last();
		expect(rest).toEqual({
			...SAMPLES.initial,
			notify_type: 'trade_status_sync',
			operation_type: 'PAY',
			status: 'CLOSED',
			amount: '20.00',
			gmt_create: '2026-09-01 08:28:52',
			payer_user_id: expect.stringMatching(/^2088/),
			payer_logon_id: expect.any(String),
			app_id: simulator.credential.appId,
			auth_app_id: simulator.credential.appId,
			charset: 'utf-8',
			version: '1.0',
		});
		expect(notify_id).toMatch(/^\d{34}$/);
		expect(notify_time).toBe(gmt_trans);
		expect([sign_type, sign?.length]).toEqual(['RSA2', 344]);
		expect(received[0]?.headers['content-type']).toBe(
			'application/x-www-form-urlencoded; text/html; charset=utf-8',
		);
	});

	it('has another notify_id after each start of the simulator', async () => {
		await start();
		const { notifyId } = simulator.notify(SAMPLES.closed);
		await simulator.close();
		await start();
		expect(simulator.notify(SAMPLES.closed).notifyId).not.toBe(notifyId);
	});

	it('causes no notification without a URL', async () => {
		await start({ notifyUrl: undefined as never });
		simulator.settle(SAMPLES.initial, 'CLOSED');
		expect(simulator.deliveries).toEqual([]);
	});
});

describe('a notification', () => {
	it.each(['V1', 'V2'] as const)('about %s is verified by the official SDK', async (version) => {
		await start();
		await simulator.notify(SAMPLES.closed, { version, parameters: { memo: 'A&B=C 50%+1' } }).ended;
		const sdk = referee();
		const verified =
			version === 'V1' ? sdk.checkNotifySign(last(), true) : sdk.checkNotifySignV2(last());
		expect(verified).toBe(true);
		expect(sdk.checkNotifySign({ ...last(), amount: '1.00' }, true)).toBe(false);
	});

	it('is signed over its names and values in order, in the charset that it names', async () => {
		await start();
		const parameters = { memo: '中秋', empty: '' };
		await simulator.notify(SAMPLES.closed, { charset: 'gbk', parameters }).ended;
		const bytes = pairsOf(received[0] as Received).sort(([a], [b]) => (a < b ? -1 : 1));
		expect(Object.fromEntries(bytes).memo).toBe('\xd6\xd0\xc7\xef');
		const sign = Object.fromEntries(bytes).sign ?? '';
		const text = bytes
			.filter(([name]) => name !== 'sign' && name !== 'sign_type')
			.map(([name, value]) => `${name}=${value}`)
			.join('&');
		expect(text).toContain('&empty=&');
		const key = `-----BEGIN PUBLIC KEY-----\n${simulator.credential.alipayPublicKey}\n-----END PUBLIC KEY-----`;
		const verify = createVerify('RSA-SHA256').update(Buffer.from(text, 'latin1'));
		expect(verify.verify(key, sign, 'base64')).toBe(true);
	});

	it('about a transfer is a message, which can be encrypted', async () => {
		await start();
		const [{ order_id } = { order_id: '' }] = TRANSFERS;
		const method = 'alipay.fund.trans.common.query';
		await simulator.notify({ order_id }, { method }).ended;
		const { biz_content = '', msg_method, utc_timestamp, version } = last();
		expect([msg_method, version]).toEqual(['alipay.fund.trans.order.changed', '1.1']);
		expect(utc_timestamp).toMatch(/^\d{13}$/);
		expect(JSON.parse(biz_content)).toMatchObject({
			order_id,
			status: 'SUCCESS',
			product_code: 'TRANS_ACCOUNT_NO_PWD',
		});
		await simulator.notify({ order_id }, { method, isEncrypted: true }).ended;
		expect(last()).toMatchObject({
			encrypt_type: 'AES',
			biz_content: expect.not.stringContaining('{'),
		});
	});

	it('cannot be sent about a missing record', async () => {
		await start();
		expect(() => simulator.notify({ auth_no: '1', operation_id: '2' })).toThrow(/No record/);
		const method = 'alipay.trade.fastpay.refund.query';
		expect(() => simulator.notify({}, { method })).toThrow(/does not send notifications/);
	});
});

describe('a response other than success', () => {
	it.each([
		{ status: 200, body: 'success\n' },
		{ status: 200, body: 'SUCCESS' },
		{ status: 200, body: 'firstEntryJson' },
		{ status: 201, body: 'success' },
		{ status: 302, body: 'success', headers: { location: '/' } },
		{ status: 500, body: 'success' },
	])(
		'%j causes seven more attempts, with one notify_id and the time of each attempt',
		async (heard) => {
			let time = Date.parse('2026-11-29T08:00:00+08:00');
			await start({ notifyFaster: 100_000, now: () => (time += 60_000) });
			receiver.state.response = heard;
			const delivery = simulator.notify(SAMPLES.closed);
			expect(await delivery.ended).toBe('given up');
			expect(delivery.attempts).toHaveLength(8);
			expect(delivery.attempts[0]).toMatchObject({ status: heard.status, heard: heard.body });
			const sent = received.map(parametersOf);
			expect(new Set(sent.map(({ notify_id }) => notify_id)).size).toBe(1);
			expect(new Set(sent.map(({ notify_time }) => notify_time)).size).toBe(8);
			expect(sent.every((parameters) => referee().checkNotifySign(parameters, true))).toBe(true);
		},
	);

	it('ends the attempts with the first success', async () => {
		await start({ notifyFaster: 100_000 });
		receiver.state.response = { status: 500, body: '' };
		const delivery = simulator.notify(SAMPLES.closed);
		while (delivery.attempts.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
		receiver.state.response = { status: 200, body: 'success' };
		expect(await delivery.ended).toBe('success');
	});

	it('can be of any size, without a warning of Node.js', async () => {
		const warnings: string[] = [];
		const note = ({ message }: Error) => warnings.push(message);
		process.on('warning', note);
		onTestFinished(() => void process.off('warning', note));
		await start();
		receiver.state.response = { status: 500, body: '' };
		const waiting = Array.from({ length: 12 }, () => simulator.notify(SAMPLES.closed));
		await expect.poll(() => waiting.every(({ attempts }) => attempts.length === 1)).toBe(true);
		await new Promise((resolve) => setTimeout(resolve, 20)); // during the pause, and Node.js
		await new Promise((resolve) => setTimeout(resolve, 20)); // warns later
		expect(warnings).toEqual([]);
	});

	it('names the network error, and ends with the simulator', async () => {
		await start();
		const delivery = simulator.notify(SAMPLES.closed, { url: 'http://127.0.0.1:1/' });
		while (delivery.attempts.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
		expect(delivery.attempts[0]).toMatchObject({
			status: null,
			heard: expect.stringContaining('ECONNREFUSED'),
		});
		await simulator.close();
		expect(await delivery.ended).toBe('stopped');
	});
});

describe('a forgery', () => {
	it('by replay has the same bytes and Content-Type', async () => {
		await start();
		const delivery = simulator.notify(SAMPLES.closed, { charset: 'gbk' });
		await delivery.ended;
		await simulator.replay(delivery).ended;
		expect(received[1]?.body).toBe(received[0]?.body);
		expect(received[1]?.headers['content-type']).toBe(received[0]?.headers['content-type']);
	});
});

describe('an order from another terminal', () => {
	it('changes a record and sends a notification', async () => {
		await start();
		const order = { order: 'settle', what: 'CLOSED', numbers: SAMPLES.initial } as const;
		expect(await sendOrder(simulator.url, order)).toMatch(
			/is now CLOSED\. The simulator is sending/,
		);
		await simulator.deliveries[0]?.ended;
		expect(last().status).toBe('CLOSED');
		await expect(sendOrder(simulator.url, order)).rejects.toThrow(
			/has the status CLOSED, which is final/,
		);
	});

	it('sends a forgery, and repeats the last one', async () => {
		await start();
		const numbers = SAMPLES.closed;
		await sendOrder(simulator.url, { order: 'notify', what: 'no-sign', numbers });
		await simulator.deliveries[0]?.ended;
		expect(last()).not.toHaveProperty('sign');
		await sendOrder(simulator.url, { order: 'notify', what: 'replay', numbers });
		await simulator.deliveries[1]?.ended;
		expect(received[1]?.body).toBe(received[0]?.body);
	});

	it.each([
		['a form of a web page', { origin: 'http://evil.example', 'x-simulator': '1' }],
		['a request without its header', {}],
	])('is not accepted from %s', async (_, headers) => {
		await start();
		const response = await fetch(new URL('/simulator', simulator.url), {
			method: 'POST',
			headers: headers as Record<string, string>,
			body: '{}',
		});
		expect(response.status).toBe(403);
	});

	it('is refused for a forgery that does not exist', async () => {
		await start();
		const order = { order: 'notify', what: 'chnged-amount', numbers: SAMPLES.closed } as const;
		await expect(sendOrder(simulator.url, order)).rejects.toThrow(
			/"chnged-amount" is not a forgery/,
		);
		expect(simulator.deliveries).toEqual([]);
	});

	it('names the setting that an https simulator needs', async () => {
		await start({ tls: true });
		const order = { order: 'settle', what: 'CLOSED', numbers: {} } as const;
		await expect(sendOrder(simulator.url, order)).rejects.toThrow(/Set NODE_EXTRA_CA_CERTS/);
	});

	it('reports that no simulator is running', async () => {
		await start();
		const order = { order: 'settle', what: 'CLOSED', numbers: {} } as const;
		await expect(sendOrder('http://127.0.0.1:1', order)).rejects.toThrow(/No simulator is running/);
	});
});

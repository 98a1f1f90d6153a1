/**
 * The notification trigger in n8n's own context: what starts the workflow, and the response to
 * Alipay.
 */
import { request as send } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encode } from '../../alipay/text/charset.ts';
import { openWebhook, type Webhook, type WebhookInput } from '../../tools/sandbox/webhook.mts';
import { alipay, APP_ID, own, SETTINGS } from '../support/responses.mts';
import { NOW, signedForm, TRADE, type Params } from '../support/notifications.mts';

const key = alipay.privateKey;
const FORM = 'application/x-www-form-urlencoded; text/html; charset=utf-8';

const webhooks: Webhook[] = [];
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(async () => {
	vi.useRealTimers();
	for (const webhook of webhooks.splice(0)) await webhook.close();
});

let count = 0;
async function open(
	parameters: object = {},
	{ credential = {}, ...input }: Partial<WebhookInput> = {},
): Promise<Webhook> {
	const webhook = await openWebhook({
		node: {
			// The process remembers notifications by workflow and node.
			id: `node-${++count}`,
			name: 'Alipay Notification Trigger',
			type: 'n8n-nodes-alipay.alipayNotificationTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { ...parameters },
			credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		},
		credential: { ...SETTINGS, ...credential } as WebhookInput['credential'],
		...input,
	});
	webhooks.push(webhook);
	return webhook;
}

interface Heard {
	status: number;
	body: string;
}

async function post({ url }: Webhook, body: Uint8Array, type = FORM): Promise<Heard> {
	const response = await fetch(url, {
		method: 'POST',
		body: Buffer.from(body),
		headers: { 'Content-Type': type },
	});
	return { status: response.status, body: await response.text() };
}

const SUCCESS: Heard = { status: 200, body: 'success' };

const notify = async (webhook: Webhook, changes: Params = {}) =>
	await post(webhook, signedForm({ ...TRADE, ...changes }, { key }));

describe('a genuine notification', () => {
	it('starts the workflow with a typed item, and Alipay gets success', async () => {
		const webhook = await open();
		expect(await notify(webhook)).toEqual(SUCCESS);
		expect(webhook.started).toEqual([
			{
				trade_status: 'TRADE_SUCCESS',
				total_amount: 88.8,
				subject: TRADE.subject,
				trade_no: TRADE.trade_no,
				out_trade_no: TRADE.out_trade_no,
				fund_bill_list: [{ amount: '88.80', fundChannel: 'ALIPAYACCOUNT' }],
				gmt_payment: '2026-11-29T08:12:23.000+08:00',
				notification: {
					notify_id: TRADE.notify_id,
					kind: 'trade_status_sync',
					notify_time: '2026-11-29T08:12:24.000+08:00',
					app_id: APP_ID,
					auth_app_id: APP_ID,
					signature_verified: true,
				},
			},
		]);
	});

	it.each([
		'application/x-www-form-urlencoded',
		FORM,
		'application/x-www-form-urlencoded; charset=GBK',
		'application/x-www-form-urlencoded; text/html; charset=gb2312',
		'text/plain',
		'multipart/form-data; boundary=x',
		'',
	])('is read from its bytes, with any Content-Type: %s', async (type) => {
		const webhook = await open();
		const params = { ...TRADE, charset: 'GBK' };
		const body = signedForm(params, { key, bytes: (text) => encode(text, 'gbk') });
		expect(await post(webhook, body, type)).toEqual(SUCCESS);
		expect(webhook.started).toMatchObject([{ subject: TRADE.subject }]);
	});

	it('has amounts as the form says, and unknown fields as text', async () => {
		const webhook = await open({ notificationOptions: { amountFormat: 'fen' } });
		await notify(webhook, { something_new: '1.50', notification: 'mine' });
		expect(webhook.started).toMatchObject([
			{ total_amount: 8880, something_new: '1.50', notification: { app_id: APP_ID } },
		]);
	});

	it('can be for another application that the form allows', async () => {
		const webhook = await open({ notificationOptions: { allowedAppIds: '20210001，20210002' } });
		expect(await notify(webhook, { app_id: '20210002' })).toEqual(SUCCESS);
		expect(webhook.started).toHaveLength(1);
		expect((await notify(webhook, { app_id: '20210003' })).status).toBe(403);
	});
});

describe('the settings of the form', () => {
	const COUPON = {
		...TRADE,
		auth_no: '2026090100002001260000000003',
		operation_id: '20260901355864862004',
		status: 'CLOSED',
	};
	it.each<[object, string[]]>([
		[{}, ['trade', 'coupon', 'other']],
		[{ kinds: ['trade'] }, ['trade']],
		[{ kinds: ['couponOperation'] }, ['coupon']],
		[{ kinds: ['couponOperation', 'trade'] }, ['trade', 'coupon']],
		[{ kinds: ['something.new'] }, ['other']],
		[{ kinds: 'something.new' }, ['other']],
		[{ statuses: ['CLOSED'] }, ['coupon', 'other']],
		[{ kinds: ['trade'], statuses: ['TRADE_SUCCESS', 'CLOSED'] }, ['trade']],
		[{ statuses: ['TRADE_CLOSED'] }, []],
	])(
		'with %j start the workflow for %j, and the response to all is success',
		async (parameters, wanted) => {
			const webhook = await open(parameters);
			const other = { notify_type: 'something.new', status: 'CLOSED', trade_status: '' };
			expect([
				await notify(webhook, { notify_id: 'trade' }),
				await notify(webhook, { ...COUPON, notify_id: 'coupon' }),
				await notify(webhook, { ...other, notify_id: 'other' }),
			]).toEqual([SUCCESS, SUCCESS, SUCCESS]);
			const ids = webhook.started.map(({ notification }) => notification);
			expect(ids).toMatchObject(wanted.map((notify_id) => ({ notify_id })));
		},
	);
});

describe('a repeated notification', () => {
	const again = { notify_time: '2026-11-29 08:12:25' };

	it('starts nothing and gets success, also after a restart of n8n', async () => {
		const first = await open();
		await notify(first);
		expect(await notify(first, again)).toEqual(SUCCESS);
		expect(first.started).toHaveLength(1);
		// Another process: it knows only what n8n has stored.
		const second = await open();
		second.staticData = first.staticData;
		expect(await notify(second, again)).toEqual(SUCCESS);
		expect(second.started).toHaveLength(0);
	});

	it('starts nothing when n8n has stored another one in between', async () => {
		const webhook = await open();
		await notify(webhook);
		webhook.staticData = {};
		expect(await notify(webhook, again)).toEqual(SUCCESS);
		await notify(webhook, { notify_id: 'next' });
		expect(webhook.started).toHaveLength(2);
		// A lost entry is stored again with the next notification.
		const restarted = await open();
		restarted.staticData = webhook.staticData;
		await notify(restarted, again);
		expect(restarted.started).toHaveLength(0);
	});

	it('starts the workflow when n8n could not accept the first one', async () => {
		let isDown = true;
		const start = () => {
			if (isDown) throw new Error('database is locked');
		};
		const webhook = await open({}, { start });
		expect((await notify(webhook)).status).toBe(500);
		isDown = false;
		expect(await notify(webhook, again)).toEqual(SUCCESS);
		expect(webhook.started).toHaveLength(1);
	});

	it('starts the workflow once when many arrive at the same time', async () => {
		const webhook = await open();
		const heard = await Promise.all(Array.from({ length: 20 }, async () => await notify(webhook)));
		expect(new Set(heard.map(({ body }) => body))).toEqual(new Set(['success']));
		expect(webhook.started).toHaveLength(1);
	});

	it('of another application counts separately', async () => {
		const webhook = await open({ notificationOptions: { allowedAppIds: '20210001' } });
		await notify(webhook);
		await notify(webhook, { app_id: '20210001' });
		expect(webhook.started).toHaveLength(2);
	});

	it('is recognized among the last 5,000, in 60 kB', async () => {
		const webhook = await open();
		const old = Array.from({ length: 5_000 }, (_, index) => String(index).padStart(12, '0'));
		webhook.staticData = { seen: old.join('') };
		await notify(webhook);
		expect(webhook.staticData.seen).toHaveLength(60_000);
		expect(await notify(webhook, again)).toEqual(SUCCESS);
		expect(webhook.started).toHaveLength(1);
	});

	it('starts a test in the editor each time, and leaves no trace', async () => {
		const webhook = await open({}, { mode: 'manual' });
		await notify(webhook);
		await notify(webhook);
		expect(webhook.started).toHaveLength(2);
		expect(webhook.staticData).toEqual({});
	});
});

describe('a refused request', () => {
	const forged = { key: own.privateKey };

	it.each<[string, number, RegExp, () => Buffer]>([
		['a forged notification', 401, /signature .* does not match/, () => signedForm(TRADE, forged)],
		[
			'a notification for another application',
			403,
			/different application \(20210001\)/,
			() => signedForm({ ...TRADE, app_id: '20210001' }, { key }),
		],
		[
			'a notification from the day before yesterday',
			400,
			/more than 26 hours ago/,
			() => signedForm({ ...TRADE, notify_time: '2026-11-27 08:12:24' }, { key }),
		],
		['a body that is not a notification', 400, /not a notification/, () => Buffer.from('{}')],
		['a large body without content', 400, /larger than 64 KiB/, () => Buffer.alloc(100_000)],
	])('%s gets %i with one sentence, and starts nothing', async (_, status, words, make) => {
		const webhook = await open();
		const heard = await post(webhook, make());
		expect(heard.status).toBe(status);
		expect(heard.body).toMatch(words);
		expect(heard.body).not.toMatch(/success/i);
		expect([webhook.started, webhook.staticData]).toEqual([[], {}]);
	});

	it.each<[string, object, object, RegExp]>([
		['a credential that cannot be read', {}, { alipayPublicKey: 'x' }, /Alipay Public Key/],
		[
			'a form that cannot be read',
			{ notificationOptions: { amountFormat: 'rubles' } },
			{},
			/Amount Format/,
		],
		['a kind that does not exist', { kinds: ['couponOperaton'] }, {}, /Kinds is "couponOperaton"/],
		['a status that does not exist', { statuses: ['closed!'] }, {}, /Write "CLOSED"/],
	])(
		'gets 500 because of %s, so Alipay sends it again',
		async (_, parameters, credential, words) => {
			const webhook = await open(parameters, {
				credential: credential as WebhookInput['credential'],
			});
			const heard = await notify(webhook);
			expect(heard.status).toBe(500);
			expect(heard.body).toMatch(words);
			expect(webhook.started).toEqual([]);
		},
	);

	it('that is forged does not block the genuine notification', async () => {
		const webhook = await open();
		await post(webhook, signedForm(TRADE, forged));
		expect(await notify(webhook)).toEqual(SUCCESS);
		expect(webhook.started).toHaveLength(1);
	});

	it('with a body of 100 MB gets a response after 64 KiB', async () => {
		const webhook = await open();
		const length = 100 * 1024 * 1024;
		let written = 0;
		const status = await new Promise<number | undefined>((resolve, reject) => {
			const request = send(webhook.url, {
				method: 'POST',
				headers: { 'Content-Type': FORM, 'Content-Length': length },
			});
			request.once('response', (response) => {
				resolve(response.statusCode);
				request.destroy();
			});
			request.on('error', reject);
			const chunk = Buffer.alloc(16 * 1024, 0x61);
			const write = () => {
				while (written < length && !request.destroyed) {
					written += chunk.length;
					if (!request.write(chunk)) return void request.once('drain', write);
				}
			};
			write();
		});
		expect(status).toBe(400);
		expect(written).toBeLessThan(20 * 1024 * 1024);
	});
});

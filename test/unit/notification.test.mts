import { createCipheriv, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../alipay/application/app.ts';
import { LARGEST_NOTIFICATION, readNotification } from '../../alipay/notification/index.ts';
import { methodNotified } from '../../alipay/notification/kinds.ts';
import { encode } from '../../alipay/text/charset.ts';
import { alipay, app, APP_ID, fault, own, value } from '../support/responses.mts';
import { formOf, NOW, signed, signedForm, TRADE, type Params } from '../support/notifications.mts';

const key = alipay.privateKey;
const gbk = (text: string) => encode(text, 'gbk');

/** A message to the application gateway: a transfer that was returned. */
const CONTENT = {
	status: 'REFUND',
	order_id: '20261129110070000002150000683137',
	out_biz_no: 'T-1 "红包"',
	trans_amount: '1.00',
};
const MESSAGE: Params = {
	notify_id: '2026112900262081300000000000000001',
	msg_method: 'alipay.fund.trans.order.changed',
	utc_timestamp: String(NOW - 1_000),
	app_id: APP_ID,
	charset: 'UTF-8',
	version: '1.1',
	biz_content: JSON.stringify(CONTENT),
};

let application: App;
beforeEach(() => {
	application = app();
});

const read = (body: Buffer, terms: Partial<Parameters<typeof readNotification>[2]> = {}) =>
	readNotification(body, application, { now: NOW, allowedAppIds: [], ...terms });

describe('a notification', () => {
	it('has its own parameters as fields, separate from the common ones', () => {
		const { fields, ...rest } = value(read(signedForm(TRADE, { key })));
		expect(rest).toEqual({
			id: TRADE.notify_id,
			kind: 'trade_status_sync',
			sentAt: NOW - 1_000,
			appId: APP_ID,
			authAppId: APP_ID,
		});
		const { trade_no, out_trade_no, trade_status, total_amount, subject } = TRADE;
		const { gmt_payment, fund_bill_list } = TRADE;
		expect(Object.fromEntries(fields)).toEqual({
			trade_no,
			out_trade_no,
			trade_status,
			total_amount,
			subject,
			gmt_payment,
			fund_bill_list,
		});
	});

	it.each(['V1', 'V2'] as const)('is accepted when its signature is of type %s', (version) => {
		expect(read(signedForm(TRADE, { key, version })).ok).toBe(true);
	});

	it('keeps an empty value that is signed', () => {
		const { fields } = value(read(signedForm({ ...TRADE, body: '' }, { key })));
		expect(fields.get('body')).toBe('');
	});

	it('drops an empty value that is not signed, because anyone could have added it', () => {
		const form = signedForm({ ...TRADE, body: '' }, { key, keepsEmpty: false });
		expect(value(read(form)).fields.has('body')).toBe(false);
	});

	it('is read in the charset that it names', () => {
		const form = signedForm({ ...TRADE, charset: 'GBK' }, { key, bytes: gbk });
		expect(value(read(form)).fields.get('subject')).toBe(TRADE.subject);
	});

	it('is read as GBK when it does not name a charset', () => {
		const { charset: _left, ...params } = TRADE;
		const form = signedForm(params, { key, bytes: gbk });
		expect(value(read(form)).fields.get('subject')).toBe(TRADE.subject);
	});

	it('can name another application that the terms allow', () => {
		const form = signedForm({ ...TRADE, app_id: '2021000000000777' }, { key });
		expect(fault(read(form)).code).toBe('notification-for-another-application');
		const { appId } = value(read(form, { allowedAppIds: ['2021000000000777'] }));
		expect(appId).toBe('2021000000000777');
	});

	it('is accepted for 26 hours, and from a clock that is ahead', () => {
		const form = signedForm(TRADE, { key });
		const hours = (count: number) => read(form, { now: NOW - 1_000 + count * 3_600_000 });
		expect([-26, 26].map((count) => hours(count).ok)).toEqual([true, true]);
		expect([-26.01, 26.01].map((count) => fault(hours(count)).code)).toEqual([
			'notification-stale',
			'notification-stale',
		]);
	});

	it('is verified with the credential’s sign type, even if it names another', () => {
		const form = signedForm(TRADE, { key, signType: 'RSA' });
		expect(fault(read(form)).code).toBe('notification-signature-mismatch');
		application = app({ signType: 'RSA' });
		expect(read(form).ok).toBe(true);
	});
});

describe('a message to the application gateway', () => {
	it('has the members of biz_content as fields', () => {
		const { fields, ...rest } = value(read(signedForm(MESSAGE, { key })));
		expect(rest).toEqual({
			id: MESSAGE.notify_id,
			kind: 'alipay.fund.trans.order.changed',
			sentAt: NOW - 1_000,
			appId: APP_ID,
			authAppId: null,
		});
		expect(Object.fromEntries(fields)).toEqual(CONTENT);
	});

	it('can have one of the older names', () => {
		const { msg_method, notify_id, ...rest } = MESSAGE;
		const older = { ...rest, msg_type: msg_method ?? '', msg_uid: notify_id ?? '' };
		const { id, kind } = value(read(signedForm(older, { key })));
		expect([id, kind]).toEqual([notify_id, msg_method]);
	});

	it('can be encrypted', () => {
		const aes = randomBytes(16);
		const cipher = createCipheriv('aes-128-cbc', aes, Buffer.alloc(16));
		const biz_content = cipher.update(MESSAGE.biz_content ?? '', 'utf8', 'base64');
		const encrypted = { ...MESSAGE, encrypt_type: 'AES' };
		const form = signedForm(
			{ ...encrypted, biz_content: biz_content + cipher.final('base64') },
			{ key },
		);
		expect(fault(read(form)).code).toBe('answer-encrypted');
		application = app({ encryptKey: aes.toString('base64') });
		expect(Object.fromEntries(value(read(form)).fields)).toEqual(CONTENT);
	});

	it.each(['', '[1]', '"text"', '{"status":"CLOSED","status":"SUCCESS"}', '{"status":'])(
		'is refused when its biz_content is %j',
		(biz_content) => {
			const refused = fault(read(signedForm({ ...MESSAGE, biz_content }, { key })));
			expect(refused.code).toBe('notification-unreadable');
		},
	);
});

describe('the reader refuses', () => {
	const mismatch = 'notification-signature-mismatch';
	const unreadable = 'notification-unreadable';
	const changed = (change: (form: Map<string, Buffer>) => unknown) => {
		const form = new Map(signed(TRADE, { key }));
		change(form);
		return formOf([...form]);
	};
	const text = (body: Buffer) => body.toString();

	it.each<[string, string, () => Buffer]>([
		[
			'a changed amount',
			mismatch,
			() => changed((form) => form.set('total_amount', Buffer.from('0.01'))),
		],
		[
			'an added parameter',
			mismatch,
			() => changed((form) => form.set('refund_fee', Buffer.from('1'))),
		],
		['a missing parameter', mismatch, () => changed((form) => form.delete('subject'))],
		['another charset', mismatch, () => changed((form) => form.set('charset', Buffer.from('GBK')))],
		['a signature by the application', mismatch, () => signedForm(TRADE, { key: own.privateKey })],
		[
			'a value that is decoded twice',
			mismatch,
			() =>
				Buffer.from(
					text(signedForm(TRADE, { key })).replace('%252B', '%2B').replace('50%25%2B', '50%2B'),
				),
		],
		[
			'a plus that became a space',
			mismatch,
			() => Buffer.from(text(signedForm(TRADE, { key })).replace('%2B1', '+1')),
		],
		[
			'two parameters merged into one',
			'notification-ambiguous',
			() =>
				Buffer.from(
					`${text(signedForm(TRADE, { key })).replace(
						/&total_amount=[^&]*|&trade_no=[^&]*/g,
						'',
					)}&total_amount=88.80%26trade_no%3D2026112922001400000000000001`,
				),
		],
		[
			'a name that contains two parameters',
			unreadable,
			() =>
				Buffer.from(
					text(signedForm(TRADE, { key })).replace(
						'&total_amount=',
						'&subject%3D1%26total_amount=',
					),
				),
		],
		['no signature', unreadable, () => changed((form) => form.delete('sign'))],
		['no notify_id', unreadable, () => signedForm({ ...TRADE, notify_id: '' }, { key })],
		['no time', unreadable, () => signedForm({ ...TRADE, notify_time: '' }, { key })],
		[
			'a made-up time',
			unreadable,
			() => signedForm({ ...TRADE, notify_time: 'yesterday' }, { key }),
		],
		[
			'a name twice',
			unreadable,
			() => Buffer.concat([signedForm(TRADE, { key }), Buffer.from('&total_amount=88.80')]),
		],
		[
			'a charset that Alipay does not use',
			unreadable,
			() => signedForm({ ...TRADE, charset: 'utf-7' }, { key }),
		],
		['bytes outside its charset', unreadable, () => signedForm(TRADE, { key, bytes: gbk })],
		['an empty body', unreadable, () => Buffer.alloc(0)],
		['JSON', unreadable, () => Buffer.from(JSON.stringify(TRADE))],
		[
			'too many bytes',
			'notification-too-large',
			() => Buffer.alloc(LARGEST_NOTIFICATION + 1, 0x61),
		],
	])('%s: %s', (_, code, make) => {
		expect(fault(read(make())).code).toBe(code);
	});

	it('one value split into two parameters', () => {
		const subject = 'x&total_amount=9999.00&tp=';
		const genuine = signed({ ...TRADE, subject }, { key });
		expect(read(formOf(genuine)).ok).toBe(true);
		const split = genuine.flatMap(([name, bytes]): typeof genuine => {
			if (name === 'subject') return [[name, Buffer.from('x')]];
			if (name !== 'total_amount') return [[name, bytes]];
			return [
				[name, Buffer.from('9999.00')],
				['tp', Buffer.from('&total_amount=88.80')],
			];
		});
		expect(fault(read(formOf(split))).code).toBe('notification-ambiguous');
	});

	it('an application named by something other than a number, without quoting it', () => {
		const { message } = fault(read(signedForm({ ...TRADE, app_id: '<b>' }, { key })));
		expect(message).not.toContain('<b>');
	});
});

describe('a free text', () => {
	it.each(['a=1&b=2', 'uid=7&pay=1', 'x&app_id=1&total_amount=2', '&=&&='])(
		'can contain %j',
		(passback_params) => {
			const { fields } = value(read(signedForm({ ...TRADE, passback_params }, { key })));
			expect(fields.get('passback_params')).toBe(passback_params);
		},
	);
});

describe('the method that looks up the subject of a notification', () => {
	it.each([
		['trade_status_sync', 'trade_no', 'trade'],
		['trade_status_sync', 'operation_id', 'couponOperation'],
		['fund_stdtrustee_refund.success', 'operation_id', 'couponOperation'],
		['fund_auth_freeze', 'auth_no', 'fundAuthorization'],
		['alipay.fund.trans.order.changed', 'status', 'transfer'],
		['something.new', 'status', undefined],
	])('of %s with %s is %s', (kind, field, resource) => {
		expect(methodNotified(kind, new Map([[field, '1']]))?.resource.value).toBe(resource);
	});
});

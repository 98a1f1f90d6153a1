// Named attacks on a notification. The attacker has seen a genuine one, and has no key.
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readNotification } from '../../alipay/notification/index.ts';
import { encode } from '../../alipay/text/charset.ts';
import { alipay, app, APP_ID, fault, own, value } from '../support/responses.mts';
import { formOf, NOW, signed, TRADE, type Params } from '../support/notifications.mts';

const key = alipay.privateKey;
const AES_KEY = Buffer.alloc(16, 7);
const application = app({ encryptKey: AES_KEY.toString('base64') });
const read = (body: Uint8Array, to = application, now = NOW) =>
	readNotification(body, to, { now, allowedAppIds: [] });
/** The code of its error, or `genuine` when it says exactly what was signed. */
const verdict = (body: Uint8Array, params: Params = TRADE) => {
	const outcome = read(body);
	if (!outcome.ok) return outcome.fault.code.replace('notification-', '');
	return said(body) === said(formOf(signed(params, { key }))) ? 'genuine' : 'another';
};
const said = (body: Uint8Array) => {
	const { fields, ...common } = value(read(body));
	return JSON.stringify([common, [...fields].sort()]);
};

type Pairs = ReturnType<typeof signed>;

const pairs: Pairs = signed(TRADE, { key });
const text = formOf(pairs).toString();
const put = (name: string, bytes: string | Buffer, to = pairs): Pairs => [
	...to.filter(([other]) => other !== name),
	[name, Buffer.from(bytes as string)],
];
const without = (name: string, from = pairs) => from.filter(([other]) => other !== name);
const replaced = (search: string | RegExp, by: string) => {
	expect(text).toMatch(search);
	return Buffer.from(text.replace(search, by));
};
const bytesOf = (name: string) => pairs.find(([other]) => other === name)?.[1] ?? Buffer.alloc(0);
const form = (changed: Pairs) => formOf(changed);

/** A message to the application gateway. */
const MESSAGE: Params = {
	notify_id: '1',
	msg_method: 'alipay.fund.trans.order.changed',
	utc_timestamp: String(NOW),
	app_id: APP_ID,
	charset: 'UTF-8',
	version: '1.1',
	biz_content: '{"status":"REFUND","trans_amount":"1.00"}',
};
const message = signed(MESSAGE, { key });
const messageSaying = (biz_content: string) => formOf(signed({ ...MESSAGE, biz_content }, { key }));

describe('a change without a changed value is accepted', () => {
	it.each<[string, () => Buffer]>([
		['reordered', () => form([...pairs].reverse())],
		['spaces as %20', () => Buffer.from(text.replaceAll('+', '%20'))],
		[
			'hex digits in lower case',
			() => Buffer.from(text.replace(/%../g, (hex) => hex.toLowerCase())),
		],
		['letters escaped', () => replaced('trade_status=', 'tr%61de_%73tatus=')],
		['ampersands doubled', () => Buffer.from(`&&${text.replaceAll('&', '&&')}&`)],
		['another sign_type, which V1 does not sign', () => form(put('sign_type', 'RSA'))],
		['no sign_type', () => form(without('sign_type'))],
		['an empty value added, which is not read', () => form(put('gmt_close', ''))],
	])('%s', (_, make) => expect(verdict(make())).toBe('genuine'));
});

describe('a change of a value is refused', () => {
	it.each<[string, string, () => Buffer]>([
		['a name doubled', 'unreadable', () => Buffer.from(`${text}&trade_status=TRADE_SUCCESS`)],
		['a name doubled by an escape', 'unreadable', () => Buffer.from(`${text}&%74rade_status=X`)],
		['sign doubled', 'unreadable', () => Buffer.from(`${text}&sign=x`)],
		['sign moved into another value', 'unreadable', () => replaced('&sign=', '%26sign%3D')],
		['SIGN for sign', 'unreadable', () => replaced('&sign=', '&SIGN=')],
		['another case of a name', 'signature-mismatch', () => replaced('total_a', 'Total_a')],
		['another case of app_id', 'unreadable', () => replaced(/\bapp_id/, 'App_Id')],
		['a line break added as a value', 'signature-mismatch', () => form(put('gmt_close', '\n'))],
		['a value emptied', 'signature-mismatch', () => form(put('total_amount', ''))],
		['a value dropped', 'signature-mismatch', () => form(without('total_amount'))],
		['NUL behind a value', 'signature-mismatch', () => replaced('88.80', '88.80%00')],
		['NUL in a name', 'unreadable', () => replaced('total_amount=', 'total_amount%00=')],
		['a BOM before the form', 'unreadable', () => Buffer.from(`\ufeff${text}`)],
		['a BOM before a value', 'signature-mismatch', () => replaced('=88', '=%EF%BB%BF88')],
		['overlong UTF-8', 'signature-mismatch', () => replaced('88.80', '88%C0%AE80')],
		[
			'full-width separators',
			'signature-mismatch',
			() => replaced('88.80', '88.80＆refund_fee＝1'),
		],
		['a full-width digit', 'signature-mismatch', () => replaced('88.80', '８8.80')],
		['a malformed escape', 'signature-mismatch', () => replaced('88.80', '88.80%2')],
		['an escape of another kind', 'signature-mismatch', () => replaced('88.80', '%u0038')],
		['a name with %26', 'unreadable', () => replaced('total_amount=', 'a%26total_amount=')],
		['a name with %3D', 'unreadable', () => replaced('total_amount=', 'total_amount%3D1=')],
		['a parameter without a name', 'unreadable', () => Buffer.from(`${text}&=1`)],
		['a blank before a name', 'unreadable', () => replaced('total_amount=', '+total_amount=')],
		['brackets after a name', 'unreadable', () => replaced('total_amount=', 'total_amount[]=')],
		['a semicolon for an ampersand', 'signature-mismatch', () => replaced('&total_', ';total_')],
		['another charset', 'signature-mismatch', () => form(put('charset', 'GBK'))],
		['no charset', 'signature-mismatch', () => form(without('charset'))],
		[
			'a notify_time of today',
			'signature-mismatch',
			() => form(put('notify_time', '2026-11-30 08:00:00')),
		],
		['encrypt_type added', 'signature-mismatch', () => form(put('encrypt_type', 'AES'))],
		['msg_method added', 'signature-mismatch', () => form(put('msg_method', 'a.b'))],
		['biz_content added', 'signature-mismatch', () => form(put('biz_content', '{}'))],
		['__proto__ added', 'signature-mismatch', () => form(put('__proto__', 'x'))],
		[
			'a signature in URL-safe base64',
			'signature-mismatch',
			() => form(put('sign', bytesOf('sign').toString().replaceAll(/[+/=]/g, '-'))),
		],
		[
			'a signature with a line break',
			'signature-mismatch',
			() => form(put('sign', `${bytesOf('sign').toString()}\n`)),
		],
		[
			'the signature of SHA1',
			'signature-mismatch',
			() => formOf(signed(TRADE, { key, signType: 'RSA' })),
		],
		[
			'the attacker’s own key',
			'signature-mismatch',
			() => formOf(signed(TRADE, { key: own.privateKey })),
		],
	])('%s: %s', (_, code, make) => expect(verdict(make())).toBe(code));

	it('the notification of another application, replayed to this one', () => {
		const other = app({ appId: '2021000000000777' });
		expect(fault(read(formOf(pairs), other)).code).toBe('notification-for-another-application');
	});

	it('the app_id of this application in the notification of another one', () => {
		const foreign = signed({ ...TRADE, app_id: '2021000000000777' }, { key });
		expect(verdict(form(put('app_id', APP_ID, foreign)))).toBe('signature-mismatch');
	});
});

describe('V1 and V2', () => {
	const second = signed(TRADE, { key, version: 'V2' });

	it.each<[string, string, Pairs]>([
		['V2 without its sign_type', 'signature-mismatch', without('sign_type', second)],
		['V2 with another sign_type', 'signature-mismatch', put('sign_type', 'RSA', second)],
		[
			'V2 as V1, with sign_type merged into the value before it',
			'ambiguous',
			put('out_trade_no', `${TRADE.out_trade_no}&sign_type=RSA2`, without('sign_type', second)),
		],
	])('%s: %s', (_, code, changed) => expect(verdict(form(changed))).toBe(code));
});

describe('a message and a form cannot be turned into each other', () => {
	it.each<[string, Pairs]>([
		['a message with a notify_type', put('notify_type', 'trade_status_sync', message)],
		['a message with a notify_time', put('notify_time', '2026-11-29 08:12:24', message)],
		['a message with a made-up status', put('status', 'SUCCESS', message)],
		['a message that is declared encrypted', put('encrypt_type', 'AES', message)],
		['a message with an older name', put('msg_type', 'x', without('msg_method', message))],
	])('%s', (_, changed) => expect(verdict(form(changed))).toBe('signature-mismatch'));

	it('an encrypted message that is declared clear', () => {
		const cipher = createCipheriv('aes-128-cbc', AES_KEY, Buffer.alloc(16));
		const biz_content =
			cipher.update(MESSAGE.biz_content ?? '', 'utf8', 'base64') + cipher.final('base64');
		const params = { ...MESSAGE, encrypt_type: 'AES', biz_content };
		const encrypted = signed(params, { key });
		const merged = put(
			'biz_content',
			`${biz_content}&charset=UTF-8`,
			without('charset', encrypted),
		);
		expect(verdict(form(encrypted), params)).toBe('genuine');
		expect(verdict(form(without('encrypt_type', encrypted)))).toBe('signature-mismatch');
		expect(verdict(form(merged))).toBe('ambiguous');
	});
});

describe('unusual contents that Alipay signed', () => {
	it.each<[string, string, string | null | undefined]>([
		['a number of 20 digits', '{"v":12345678901234567890}', '12345678901234567890'],
		['a long fraction', '{"v":0.10000000000000000001}', '0.10000000000000000001'],
		['a lone surrogate', '{"v":"\\ud83e"}', '\ud83e'],
		['null', '{"v":null}', null],
		['a name with a dot', '{"v.w":"1"}', undefined],
	])('%s is read as sent', (_, json, expected) => {
		expect(value(read(messageSaying(json))).fields.get('v')).toBe(expected);
	});

	it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
		'the name %s is handled like any other name',
		(name) => {
			const { fields } = value(read(messageSaying(`{"${name}":"x"}`)));
			expect([...fields]).toEqual([[name, 'x']]);
			const params = Object.fromEntries([...Object.entries(TRADE), [name, 'x']]);
			expect(value(read(formOf(signed(params, { key })))).fields.get(name)).toBe('x');
			expect(({} as Record<string, unknown>).x).toBeUndefined();
		},
	);

	it.each<[string, string]>([
		['a name twice', '{"status":"CLOSED","st\\u0061tus":"SUCCESS"}'],
		['a broken JSON', '{"status":"CLOSED"'],
		['a deep JSON that is cut off', `{"v":${'['.repeat(10_000)}`],
		['two objects', '{"status":"CLOSED"}{"status":"SUCCESS"}'],
	])('a biz_content with %s is refused', (_, json) => {
		expect(fault(read(messageSaying(json))).code).toBe('notification-unreadable');
	});

	it('bytes are read in the signed charset, and never as a quotation mark or a separator', () => {
		// The second byte of 乗 in GBK is the byte of a backslash.
		expect(encode('乗', 'gbk')[1]).toBe(0x5c);
		const params = { ...TRADE, charset: 'gbk', subject: '乗"&a', body: '' };
		const bytes = (words: string) => encode(words, 'gbk');
		const { fields } = value(read(formOf(signed(params, { key, bytes }))));
		expect(fields.get('subject')).toBe('乗"&a');
	});
});

describe('the time of sending', () => {
	const at = (notify_time: string, now = NOW) =>
		read(formOf(signed({ ...TRADE, notify_time }, { key })), application, now);

	it.each([
		'2026-11-29T08:12:24',
		'2026-11-29 08:12:24Z',
		'2026-11-29 08:12:24+00:00',
		' 2026-11-29 08:12:24',
		'2026-11-29 08:12:24.000',
		'2026-02-30 08:12:24',
		'2026-11-29 24:12:24',
		'２０26-11-29 08:12:24',
		'1795911144000',
	])('%j is not a time', (time) => {
		expect(fault(at(time)).code).toBe('notification-unreadable');
	});

	it('is Beijing time in any time zone of this machine', () => {
		expect(value(at('2026-11-29 08:12:24')).sentAt).toBe(Date.UTC(2026, 10, 29, 0, 12, 24));
	});

	it.each(['1e12', '0x1234567890123', '-1795911144000', '17959111440000', '１795911144000'])(
		'%s is not a utc_timestamp',
		(utc_timestamp) => {
			const body = formOf(signed({ ...MESSAGE, utc_timestamp }, { key }));
			expect(fault(read(body)).code).toBe('notification-unreadable');
		},
	);
});

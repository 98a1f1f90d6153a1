/**
 * Notifications as Alipay would sign them, by separate code: Node's crypto, and texts written here.
 */
import { createSign } from 'node:crypto';
import type { KeyLike } from 'node:crypto';
import { APP_ID } from './responses.mts';

export type Params = Record<string, string>;

/** A notification about a trade that was just paid. */
export const TRADE: Params = {
	notify_id: '2026112900222081224024451400830001',
	notify_type: 'trade_status_sync',
	notify_time: '2026-11-29 08:12:24',
	app_id: APP_ID,
	auth_app_id: APP_ID,
	charset: 'utf-8',
	version: '1.0',
	trade_no: '2026112922001400000000000001',
	out_trade_no: 'SHOP-2026-0001',
	trade_status: 'TRADE_SUCCESS',
	total_amount: '88.80',
	subject: '中秋礼盒 A&B=C 50%+1',
	gmt_payment: '2026-11-29 08:12:23',
	fund_bill_list: '[{"amount":"88.80","fundChannel":"ALIPAYACCOUNT"}]',
};

/** A time at which `TRADE` is fresh. */
export const NOW = Date.parse('2026-11-29T08:12:25+08:00');

interface Signing {
	key: KeyLike;
	/** Default RSA2. */
	signType?: 'RSA' | 'RSA2';
	/** Which text is signed. Default V1, which leaves sign_type out. */
	version?: 'V1' | 'V2';
	/** Whether the signed text contains `name=` for an empty value. Default true. */
	keepsEmpty?: boolean;
	/** Default UTF-8. */
	bytes?: (text: string) => Buffer;
}

/** The parameters with sign and sign_type, each as bytes. */
export function signed(params: Params, signing: Signing): Array<[name: string, value: Buffer]> {
	const { key, signType = 'RSA2', version = 'V1', keepsEmpty = true } = signing;
	const { bytes = (text) => Buffer.from(text) } = signing;
	const all = { ...params, sign_type: signType };
	const text = Object.entries(all)
		.filter(([name, value]) => (name !== 'sign_type' || version === 'V2') && (value || keepsEmpty))
		.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');
	const algorithm = signType === 'RSA2' ? 'RSA-SHA256' : 'RSA-SHA1';
	const sign = createSign(algorithm).update(bytes(text)).sign(key, 'base64');
	return Object.entries({ ...all, sign }).map(([name, value]) => [name, bytes(value)]);
}

/**
 * The form that Alipay posts: spaces as `+`, and every other byte except letters and digits as %XX.
 */
export const formOf = (params: ReadonlyArray<readonly [string, Uint8Array]>): Buffer =>
	Buffer.from(params.map(([name, value]) => `${name}=${escaped(value)}`).join('&'));

const escaped = (bytes: Uint8Array): string =>
	[...bytes]
		.map((byte) => {
			const char = String.fromCharCode(byte);
			if (/[A-Za-z0-9.*_-]/.test(char)) return char;
			return char === ' ' ? '+' : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
		})
		.join('');

export const signedForm = (params: Params, signing: Signing): Buffer =>
	formOf(signed(params, signing));

/**
 * A notification as Alipay posts it: a form to a notify_url (异步通知), or a message to the application
 * gateway (应用网关). It does not use the signing code of alipay/.
 */
import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beijingText } from './beijing.mts';
import { encode, encrypt } from './encoding.mts';
import type { Charset } from './encoding.mts';
import type { Notice } from './fixture.mts';

export interface Signing {
	key: KeyObject;
	/** Default RSA2. */
	signType?: 'RSA' | 'RSA2';
	/** V1 leaves `sign_type` out of the signed text, V2 keeps it. Default V1. */
	version?: 'V1' | 'V2';
	/** Whether the signed text contains `name=` for an empty value. Default true. */
	keepsEmpty?: boolean;
	/** The charset of names, values and signed text. Default utf-8. */
	charset?: Charset;
	/** Whether to omit the parameter `charset`. Default false. */
	omitsCharset?: boolean;
	/** Encrypts biz_content (AES). */
	encryptKey?: Buffer | undefined;
}

export type Pair = readonly [name: string, value: Buffer];

/** The parameters before they are signed. `now` in ms since the epoch. */
export function parametersOf(
	{ kind, isMessage, fields }: Notice,
	{ appId, notifyId, now }: { appId: string; notifyId: string; now: number },
	{ charset = 'utf-8', omitsCharset, encryptKey }: Omit<Signing, 'key'>,
): Record<string, string> {
	const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
	const common = { notify_id: notifyId, app_id: appId, ...(!omitsCharset && { charset }) };
	if (!isMessage) {
		return {
			...Object.fromEntries(sent.map(([name, value]) => [name, String(value)])),
			...common,
			auth_app_id: appId,
			version: '1.0',
			notify_type: kind,
			notify_time: beijingText(now),
		};
	}
	const content = JSON.stringify(Object.fromEntries(sent));
	return {
		...common,
		version: '1.1',
		msg_method: kind,
		utc_timestamp: String(now),
		biz_content: encryptKey ? encrypt(encode(content, charset), encryptKey) : content,
		...(encryptKey && { encrypt_type: 'AES' }),
	};
}

/** The parameters with sign_type and sign, encoded in the charset. */
export function signedPairs(
	parameters: Readonly<Record<string, string>>,
	signing: Signing,
): Pair[] {
	const { key, signType = 'RSA2', version = 'V1', keepsEmpty = true, charset = 'utf-8' } = signing;
	const all: Record<string, string> = { ...parameters, sign_type: signType };
	const text = Object.keys(all)
		.filter((name) => version === 'V2' || name !== 'sign_type')
		.filter((name) => keepsEmpty || all[name] !== '')
		.sort()
		.map((name) => `${name}=${all[name]}`)
		.join('&');
	const digest = signType === 'RSA2' ? 'RSA-SHA256' : 'RSA-SHA1';
	const signature = sign(digest, encode(text, charset), key).toString('base64');
	return Object.entries({ ...all, sign: signature }).map(([name, value]) => [
		name,
		encode(value, charset),
	]);
}

/** As Java's URLEncoder writes a form. */
export const formText = (pairs: readonly Pair[]): string =>
	pairs.map(([name, value]) => `${escaped(Buffer.from(name))}=${escaped(value)}`).join('&');

const escaped = (bytes: Buffer): string =>
	bytes
		.toString('latin1')
		.replace(/[^A-Za-z0-9.*_ -]/g, (char) => {
			const hex = char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
			return `%${hex}`;
		})
		.replaceAll(' ', '+');

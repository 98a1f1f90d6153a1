/** One application, one "Alipay", and responses that the latter signs with node:crypto. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readApp, type App, type AppSettings } from '../../alipay/application/app.ts';
import type { Fault, Outcome } from '../../alipay/errors/fault.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { methodNamed } from '../../alipay/methods/method.ts';
import { judgeEnvelope, openEnvelope, type Answer } from '../../alipay/message/response.ts';
import type { HttpAnswer } from '../../alipay/transport.ts';

const rsaPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The key pair of the application. */
export const own = rsaPair();
/** The key pair of Alipay. */
export const alipay = rsaPair();

export const METHOD = 'alipay.fund.coupon.operation.query';
export const NODE = 'alipay_fund_coupon_operation_query_response';
export const APP_ID = '2014072300007148';

export const bare = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki'): string =>
	key.export({ format: 'der', type } as { format: 'der'; type: 'pkcs1' }).toString('base64');

export const SETTINGS: AppSettings = {
	environment: 'production',
	appId: APP_ID,
	keyMode: 'publicKey',
	privateKey: bare(own.privateKey, 'pkcs8'),
	alipayPublicKey: bare(alipay.publicKey, 'spki'),
	signType: 'RSA2',
	charset: 'utf-8',
	appAuthToken: '',
};

export const app = (changes: AppSettings = {}): App =>
	value(readApp({ ...SETTINGS, ...changes }, Date.now()));

/** The response as read with the key of the credential, as in public-key mode. */
export function readResponse(response: HttpAnswer, method: string, to: App): Outcome<Answer> {
	const opened = openEnvelope(response, methodNamed(method, 'read'), to);
	if (!opened.ok) return opened;
	return judgeEnvelope(opened.value, to.alipayPublicKey, to, couponOperationQuery);
}

/** The value of an outcome that must be a success. */
export function value<T>(outcome: Outcome<T>): T {
	if (!outcome.ok) throw new Error(outcome.fault.message);
	return outcome.value;
}

/** The fault of an outcome that must be a failure. */
export function fault(outcome: Outcome<unknown>): Fault {
	if (outcome.ok) throw new Error('there is no fault');
	return outcome.fault;
}

export const signed = (text: string | Buffer, algorithm: 'sha256' | 'sha1' = 'sha256'): string =>
	sign(algorithm, Buffer.from(text as string), alipay.privateKey).toString('base64');

/** A whole response around the text of a node, signed by Alipay by default. */
export const envelope = (node: string, signature = signed(node), name = NODE): string =>
	`{"${name}":${node},"sign":"${signature}"}`;

export const http = (
	body: string | Uint8Array,
	{ status = 200, headers = {} }: Partial<Omit<HttpAnswer, 'body'>> = {},
): HttpAnswer => ({ status, headers, body: Buffer.from(body as string) });

/** The words of a fault that a person sees. */
export const words = ({ message, solution }: Fault): string => `${message}. ${solution}`;

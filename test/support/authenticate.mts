/** The credential's own signing, and its result as the gateway reads it. */
import { verify } from 'node:crypto';
import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { expect } from 'vitest';
import { canonicalString } from '../../alipay/message/request.ts';
import { AlipayApi } from '../../credentials/AlipayApi.credentials.ts';
import { own, SETTINGS } from './responses.mts';

export const GATEWAY = 'https://openapi.alipay.com/gateway.do';
export const credentialType = new AlipayApi();

export type Request = IHttpRequestOptions & { uri?: string; form?: unknown; formData?: unknown };

export async function authenticate(request: object, changes = {}): Promise<Request> {
	if (typeof credentialType.authenticate !== 'function')
		throw new Error('authenticate is not a function');
	const credential = { ...SETTINGS, ...changes } as ICredentialDataDecryptedObject;
	return await credentialType.authenticate(credential, request as IHttpRequestOptions);
}

/** The parameters as the gateway receives them; a repeated name gives a list. */
export function received({ url, body }: Request): Record<string, string | string[]> {
	const all = [...new URL(url).searchParams, ...new URLSearchParams(body as string)];
	const names = new Set(all.map(([name]) => name));
	return Object.fromEntries(
		[...names].map((name) => {
			const values = all.filter(([one]) => one === name).map(([, one]) => one);
			return [name, values.length === 1 ? (values[0] as string) : values];
		}),
	);
}

export function expectSigned(request: Request) {
	const { sign, ...params } = received(request) as Record<string, string>;
	const bytes = Buffer.from(canonicalString(params));
	expect(verify('sha256', bytes, own.publicKey, Buffer.from(sign ?? '', 'base64'))).toBe(true);
}

import { describe, expect, it } from 'vitest';
import { APP_ID, METHOD, SETTINGS } from '../support/responses.mts';
import { authenticate, expectSigned, GATEWAY, received } from '../support/authenticate.mts';

const BIZ = { auth_no: '2014+1 & 2=3 %41', remark: '红包 "🧧"' };
const BIZ_TEXT = JSON.stringify(BIZ);
const AS_OBJECT = { method: METHOD, biz_content: BIZ, notify_url: 'https://a.cn/?x=1&y=+' };
const AS_TEXT = { ...AS_OBJECT, biz_content: BIZ_TEXT };
const FORM = new URLSearchParams(AS_TEXT);
const withPlus = (text: string) => text.replaceAll('%20', '+');

/** Where the HTTP Request node, "Custom API Call" and the older helper put parameters. */
const PLACES: ReadonlyArray<[name: string, request: object]> = [
	['a body object', { url: GATEWAY, body: AS_TEXT }],
	['a body object with biz_content as an object', { url: GATEWAY, body: AS_OBJECT }],
	['a JSON body', { url: GATEWAY, body: JSON.stringify(AS_TEXT) }],
	[
		'a JSON body with biz_content as an object',
		{ url: GATEWAY, body: ` ${JSON.stringify(AS_OBJECT)}` },
	],
	['a form body', { url: GATEWAY, body: FORM.toString() }],
	['a form body with spaces as +', { url: GATEWAY, body: withPlus(FORM.toString()) }],
	['a URLSearchParams body', { url: GATEWAY, body: FORM }],
	['form', { uri: GATEWAY, form: AS_TEXT }],
	['form with biz_content as an object', { uri: GATEWAY, form: AS_OBJECT }],
	['qs', { url: GATEWAY, method: 'GET', qs: AS_TEXT }],
	['qs with biz_content as an object', { url: GATEWAY, qs: AS_OBJECT }],
	['the query of the URL', { url: `${GATEWAY}?${FORM.toString()}` }],
	[
		'URL, qs and body',
		{
			url: `${GATEWAY}?method=${METHOD}`,
			qs: { notify_url: AS_TEXT.notify_url },
			body: { biz_content: BIZ },
		},
	],
	[
		'baseURL and a relative URL',
		{ baseURL: 'https://openapi.alipay.com', url: '/gateway.do', body: AS_TEXT },
	],
	['baseURL alone', { baseURL: GATEWAY, url: '', body: AS_TEXT }],
];

describe.each(PLACES)('authenticate, with the parameters in %s,', (_name, request) => {
	it('signs each parameter once and unchanged', async () => {
		const signed = await authenticate(request);
		expect(received(signed)).toMatchObject({ ...AS_TEXT, app_id: APP_ID, charset: 'utf-8' });
		expectSigned(signed);
	});

	it('leaves one form for the gateway without a second copy of anything', async () => {
		const signed = await authenticate({ ...request, timeout: 5, headers: { 'x-a': '1' } });
		expect(signed).toMatchObject({ method: 'POST', timeout: 5 });
		expect(signed.headers).toEqual({
			'x-a': '1',
			'content-type': 'application/x-www-form-urlencoded',
		});
		expect(signed.url.startsWith(`${GATEWAY}?`)).toBe(true);
		expect(signed.body).toBeTypeOf('string');
		for (const name of ['form', 'formData', 'qs', 'baseURL', 'uri']) {
			expect(signed).not.toHaveProperty(name);
		}
	});

	it('returns a request that can be signed again without duplicate parameters', async () => {
		const once = await authenticate(request);
		const twice = await authenticate(once);
		const { sign: _old, timestamp: _then, ...first } = received(once);
		expect(received(twice)).toMatchObject(first);
		expect(Object.keys(received(twice)).sort()).toEqual(Object.keys(received(once)).sort());
		expectSigned(twice);
	});
});

describe('authenticate', () => {
	const body = { method: METHOD };

	it.each(['Content-Type', 'CONTENT-TYPE', 'content-type'])(
		'leaves one content type when the request spells its name %s',
		async (name) => {
			const headers = { [name]: 'application/json' };
			const signed = await authenticate({ url: GATEWAY, headers, body });
			const found = Object.entries(signed.headers ?? {}).filter(([one]) =>
				/^content-type$/i.test(one),
			);
			expect(found.map(([, one]) => one)).toEqual(['application/x-www-form-urlencoded']);
		},
	);

	it.each([
		'https://openapi.alipay.com.evil.example/gateway.do',
		'http://openapi.alipay.com/gateway.do',
		'https://openapi.alipay.com:8443/gateway.do',
		'https://openapi-sandbox.dl.alipaydev.com/gateway.do',
		'https://evil.example/?https://openapi.alipay.com/gateway.do',
		'https://openapi.alipay.com@evil.example/gateway.do',
		'gateway.do',
		'',
	])('signs nothing for %j', async (url) => {
		await expect(authenticate({ url, body })).rejects.toThrow(
			/signs requests to .*gateway\.do only/,
		);
	});

	it('signs for a custom gateway when one is set', async () => {
		const gatewayUrl = 'http://127.0.0.1:8188/gateway.do';
		const custom = { environment: 'custom', gatewayUrl };
		expectSigned(await authenticate({ url: gatewayUrl, body }, custom));
		await expect(authenticate({ url: GATEWAY, body }, custom)).rejects.toThrow(gatewayUrl);
	});

	it('explains what is wrong with a key without quoting it', async () => {
		const broken = String(SETTINGS.privateKey).slice(0, 800);
		const sent = authenticate({ url: GATEWAY, body }, { privateKey: broken });
		await expect(sent).rejects.toThrow(/Private Key of the credential is .* short.*Paste/);
		await expect(sent).rejects.not.toThrow(broken.slice(0, 12));
	});

	it('does not change the request that it receives', async () => {
		const request = { url: GATEWAY, qs: { a: '1' }, headers: { 'x-a': '1' }, body: { ...body } };
		const before = structuredClone(request);
		await authenticate(request);
		expect(request).toEqual(before);
	});
});

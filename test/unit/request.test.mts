import { createPublicKey, verify } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPrivateKey } from '../../alipay/application/keys.ts';
import { canonicalString, signRequest, type SignedRequest } from '../../alipay/message/request.ts';
import { SKIPPED, UPSTREAM_REQUESTS, vectorsAbsent, vectorText } from '../support/vectors.mts';
import { app, APP_ID, bare, METHOD, own, value } from '../support/responses.mts';

const NOON = Date.UTC(2024, 0, 1, 4);
const DIFFICULT = '红包 + & = % ? # / \\ " ~ * \' 🧧 é\u00a0\n';

/** The parameters as a gateway reads them, with percent-decoding and nothing else. */
function received({ http }: SignedRequest) {
	const read = (text: string) =>
		Object.fromEntries(
			text
				.split('&')
				.filter((pair) => pair !== '')
				.map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]),
		);
	const [, query = ''] = http.url.split('?');
	const inUrl = read(query);
	const inBody = read(http.body);
	return { inUrl, inBody, all: { ...inUrl, ...inBody } as Record<string, string> };
}

describe('canonicalString', () => {
	it.each([
		['sorts by name', { b: '1', a: '2' }, 'a=2&b=1'],
		['sorts by bytes: capitals, then _, then small', { a: '1', _: '2', A: '3' }, 'A=3&_=2&a=1'],
		['leaves sign out', { a: '1', sign: 'x' }, 'a=1'],
		['keeps sign_type', { sign_type: 'RSA2', a: '1' }, 'a=1&sign_type=RSA2'],
		['leaves blank values out', { a: '', b: ' ', c: '\t\n', d: '0' }, 'd=0'],
		['encodes nothing', { a: DIFFICULT }, `a=${DIFFICULT}`],
		['keeps the space around a value', { a: ' 1 ' }, 'a= 1 '],
		['is empty without parameters', {}, ''],
	])('%s', (_rule, params, expected) => {
		expect(canonicalString(params as Record<string, string>)).toBe(expected);
	});
});

describe('signRequest', () => {
	const biz_content = JSON.stringify({ auth_no: DIFFICULT });

	it('puts only charset into the URL, which others may log, and the rest into the body', () => {
		const { inUrl, inBody } = received(signRequest(app(), { method: METHOD, biz_content }, NOON));
		expect(inUrl).toEqual({ charset: 'utf-8' });
		expect(inBody).toEqual({
			app_id: APP_ID,
			biz_content,
			format: 'JSON',
			method: METHOD,
			sign: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/) as string,
			sign_type: 'RSA2',
			timestamp: '2024-01-01 12:00:00',
			version: '1.0',
		});
	});

	it('posts a form in the charset that it names', () => {
		const { http } = signRequest(app(), { method: METHOD, biz_content }, NOON);
		expect(http.method).toBe('POST');
		expect(http.url.startsWith('https://openapi.alipay.com/gateway.do?')).toBe(true);
		expect(http.headers).toEqual({
			'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
		});
	});

	it('writes only unreserved characters and %XX, so a form and a URL read it alike', () => {
		const { http } = signRequest(app(), { method: METHOD, biz_content }, NOON);
		for (const text of [http.url.split('?')[1] ?? '', http.body]) {
			expect(text).toMatch(/^([A-Za-z0-9\-._~]|%[0-9A-F]{2}|[=&])+$/);
			const asForm = Object.fromEntries(new URLSearchParams(text));
			expect(asForm).toEqual(
				Object.fromEntries(text.split('&').map((pair) => pair.split('=').map(decodeURIComponent))),
			);
		}
	});

	it.each([
		['RSA2', 'sha256'],
		['RSA', 'sha1'],
	])('signs with %s what the gateway receives', (signType, hash) => {
		const request = signRequest(app({ signType }), { method: METHOD, biz_content }, NOON);
		const { all } = received(request);
		expect(request.canonical).toBe(canonicalString(all));
		const sign = Buffer.from(all.sign ?? '', 'base64');
		expect(verify(hash, Buffer.from(canonicalString(all)), own.publicKey, sign)).toBe(true);
	});

	it('sends tokens in the body, and signs them', () => {
		const params = { method: METHOD, auth_token: 'of+user' };
		const request = signRequest(app({ appAuthToken: 'tok+en' }), params, NOON);
		const tokens = { app_auth_token: 'tok+en', auth_token: 'of+user' };
		expect(received(request).inBody).toMatchObject(tokens);
		expect(request.canonical).toMatch(/app_auth_token=tok\+en&.*&auth_token=of\+user&/);
		for (const secret of [...Object.values(tokens).map(encodeURIComponent), 'sign=']) {
			expect(request.http.url).not.toContain(secret);
		}
	});

	it('neither sends nor signs blank parameters', () => {
		const params = { method: METHOD, notify_url: ' ', remark: '' };
		const request = signRequest(app({ appAuthToken: ' ' }), params, NOON);
		expect(Object.keys(received(request).all)).not.toContain('app_auth_token');
		expect(Object.keys(received(request).all)).not.toContain('notify_url');
		expect(Object.keys(received(request).all)).not.toContain('remark');
	});

	it('returns the same request when it signs a signed request again', () => {
		const once = signRequest(app(), { method: METHOD, biz_content, remark: '1' }, NOON);
		expect(signRequest(app(), received(once).all, NOON)).toEqual(once);
	});

	it('replaces the parameters of another application with its own', () => {
		const foreign = { app_id: '1', sign_type: 'RSA', charset: 'gbk', timestamp: 'x', sign: 'y' };
		const request = signRequest(app(), { ...foreign, method: METHOD, biz_content }, NOON);
		const ours = signRequest(app(), { method: METHOD, biz_content }, NOON);
		expect(received(request)).toEqual(received(ours));
	});

	it.each(['RSA2', 'RSA'] as const)(
		'creates with %s a signature that the official SDK verifies',
		(signType) => {
			const params = { method: METHOD, biz_content, auth_token: DIFFICULT };
			const { all } = received(
				signRequest(app({ signType, appAuthToken: 'tok+en' }), params, NOON),
			);
			const sdk = new AlipaySdk({
				appId: APP_ID,
				privateKey: bare(own.privateKey, 'pkcs1'),
				alipayPublicKey: bare(own.publicKey, 'spki'),
				signType,
			});
			expect(sdk.checkNotifySignV2(all)).toBe(true);
			for (const name of Object.keys(all).filter((one) => one !== 'sign' && one !== 'sign_type')) {
				expect(sdk.checkNotifySignV2({ ...all, [name]: `${all[name]}x` })).toBe(false);
				const { [name]: _left, ...others } = all;
				expect(sdk.checkNotifySignV2(others)).toBe(false);
			}
		},
	);

	it('creates the same signature as the official SDK, for any parameters', () => {
		const text = fc.string({ unit: 'binary', minLength: 1 }).filter((one) => one.trim() !== '');
		const publicParams = fc.record(
			{ notify_url: text, app_auth_token: text, prod_code: text, terminal_info: text },
			{ requiredKeys: [] },
		);
		const bizContent = fc.dictionary(text, fc.string({ unit: 'binary' }), { minKeys: 1 });
		const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
		const signType = fc.constantFrom('RSA2', 'RSA');
		fc.assert(
			fc.property(publicParams, bizContent, moment, signType, (params, biz, ms, type) => {
				const ours = received(
					signRequest(
						app({ signType: type }),
						{ ...params, method: METHOD, biz_content: JSON.stringify(biz) },
						ms,
					),
				).all;
				const sdk = new AlipaySdk({
					appId: APP_ID,
					privateKey: bare(own.privateKey, 'pkcs1'),
					signType: type as 'RSA2',
				});
				const { timestamp, format } = ours;
				const theirs = sdk.sdkExecute(
					METHOD,
					{ ...params, format, timestamp, bizContent: biz },
					{ bizContentAutoSnakeCase: false },
				);
				expect(ours).toEqual(
					Object.fromEntries(new URLSearchParams(theirs.replaceAll('+', '%2B'))),
				);
			}),
			{ numRuns: 60 },
		);
	});
});

describe.skipIf(vectorsAbsent)(`the requests in the tests of other SDKs${SKIPPED}`, () => {
	it.each(UPSTREAM_REQUESTS)('$id has our canonical string', ({ params, sign_source }) => {
		expect(canonicalString(params)).toBe(sign_source);
	});

	it.each(UPSTREAM_REQUESTS.filter(({ private_key }) => private_key.endsWith('.pem')))(
		'$id has our signature, byte for byte',
		({ params, private_key, sign, sign_type }) => {
			const key = value(readPrivateKey(vectorText(private_key)));
			expect(key.sign(Buffer.from(canonicalString(params)), sign_type)).toBe(sign);
		},
	);

	it.each(UPSTREAM_REQUESTS.filter(({ private_key }) => !private_key.endsWith('.pem')))(
		'$id has a signature over our canonical string',
		({ params, public_key, sign }) => {
			const der = Buffer.from(public_key, 'base64');
			const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
			const bytes = Buffer.from(canonicalString(params));
			expect(verify('sha256', bytes, key, Buffer.from(sign, 'base64'))).toBe(true);
		},
	);
});

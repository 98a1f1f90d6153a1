/** What people send with the HTTP Request node besides JSON, form fields and query parameters. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { UserError } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { encode } from '../../alipay/text/charset.ts';
import { APP_ID, METHOD } from '../support/responses.mts';
import { authenticate, expectSigned, GATEWAY, received } from '../support/authenticate.mts';

const BIZ_TEXT = '{"out_trade_no":"1"}';
const PARAMS = { method: METHOD, biz_content: BIZ_TEXT };
const JSON_TEXT = JSON.stringify(PARAMS);

const SIGNS = /signs JSON, form fields and query parameters, not files/;

/** Imitates the form-data package, which n8n uses: its internals look like fields. */
class FormDataStream extends Readable {
	_streams = ['--boundary', 'content-disposition: form-data; name="method"'];
}

class Upload {
	value = Buffer.from('picture');
}

/** The message of a refused request. */
async function refusal(request: object): Promise<string> {
	const outcome: unknown = await authenticate({ url: GATEWAY, ...request }).catch((one) => one);
	if (outcome instanceof UserError) return outcome.message;
	throw new Error('It was not refused', { cause: outcome });
}

describe('a body that is a file', () => {
	it.each<[what: string, request: object]>([
		['Form-Data of texts', { formData: PARAMS }],
		['Form-Data without fields', { formData: {} }],
		['a Form-Data stream', { formData: new FormDataStream() }],
		['a Form-Data stream as the body', { body: new FormDataStream() }],
		['Form-Data of the platform', { body: new FormData() }],
		['Form-Data with the rest in the query', { qs: PARAMS, formData: { file: new Upload() } }],
		['bytes', { body: Buffer.from(JSON_TEXT) }],
		['bytes of a view', { body: new Uint8Array(Buffer.from(JSON_TEXT)) }],
		['an ArrayBuffer', { body: new ArrayBuffer(8) }],
		['JSON in GBK', { body: encode('{"method":"红包"}', 'gbk') }],
		['compressed JSON', { body: gzipSync(JSON_TEXT), headers: { 'content-encoding': 'gzip' } }],
		['a stream', { body: Readable.from([JSON_TEXT]) }],
		['a web stream', { body: new ReadableStream() }],
		['a Blob', { body: new Blob([JSON_TEXT]) }],
		['a Map', { body: new Map(Object.entries(PARAMS)) }],
		['bytes with a good query', { qs: PARAMS, body: Buffer.from('x') }],
		['bytes as form fields', { form: Buffer.from('x') }],
		['a file in a field', { body: { ...PARAMS, image: Buffer.from('x') } }],
		['a stream in a field', { form: { ...PARAMS, image: Readable.from(['x']) } }],
	])('%s is refused', async (_what, request) => {
		expect(await refusal(request)).toMatch(/Form-Data, a file or other binary data/);
		expect(await refusal(request)).toMatch(SIGNS);
	});
});

describe('a body without parameters', () => {
	it.each<[what: string, body: unknown, says: RegExp]>([
		['JSON that ends too early', '{"method":"a"', /JSON that cannot be read/],
		['JSON with a comma too many', '{"method":"a",}', /JSON that cannot be read/],
		['JSON in single quotes', "{'method':'a'}", /JSON that cannot be read/],
		['JSON with something behind it', '{"method":"a"} x', /JSON that cannot be read/],
		['JSON with a damaged value', '{"method":"a","biz_content":{"a":}}', /cannot be read/],
		['an expression that was not evaluated', '{{ $json }}', /JSON that cannot be read/],
		['a list', [PARAMS], /is a list or a single value/],
		['a list as text', JSON.stringify([PARAMS]), /not a JSON object or form fields/],
		['a number', 5, /is a list or a single value/],
		['true', true, /is a list or a single value/],
		['a number as text', '5', /not a JSON object or form fields/],
		['null as text', 'null', /not a JSON object or form fields/],
		['a text in quotes', '"method=a"', /not a JSON object or form fields/],
		['XML', '<xml version="1.0"><method>a</method></xml>', /not a JSON object or form fields/],
		['words', 'hello world', /not a JSON object or form fields/],
		['one word', 'hello', /not a JSON object or form fields/],
		['words with =', 'x + y = 2 & more', /not a JSON object or form fields/],
		['brackets in a field name', 'biz_content[a]=1', /not a JSON object or form fields/],
		[
			'a multipart body as text',
			'--b\r\ncontent-disposition: form-data',
			/not a JSON object or form fields/,
		],
	])('%s is refused, even with a good query', async (_what, body, says) => {
		for (const request of [{ body }, { body, qs: PARAMS }]) {
			expect(await refusal(request)).toMatch(says);
			expect(await refusal(request)).toMatch(SIGNS);
		}
	});

	it('a query that is a list is refused and named', async () => {
		expect(await refusal({ qs: ['a'], body: PARAMS })).toMatch(/^The query is a list/);
	});
});

describe('the method', () => {
	it.each<[what: string, request: object]>([
		['nothing', {}],
		['an empty body', { body: '' }],
		['an empty object', { body: {} }],
		['another spelling', { body: { Method: METHOD } }],
		['an empty method', { body: { ...PARAMS, method: '' } }],
		['a blank method', { body: { ...PARAMS, method: ' \t' } }],
		['null', { body: { ...PARAMS, method: null } }],
		['a GraphQL body', { body: { query: '{ a }', variables: {}, operationName: null } }],
	])('is required: %s is refused', async (_what, request) => {
		expect(await refusal(request)).toMatch(
			/does not contain the parameter method.*alipay\.trade\.query/,
		);
	});
});

describe('a name that appears twice', () => {
	it.each<[what: string, request: object]>([
		['in the URL and in the body', { url: `${GATEWAY}?method=a`, body: PARAMS }],
		['in the query and in the body', { qs: { method: 'a' }, body: PARAMS }],
		['in the body and in the form fields', { body: PARAMS, form: { method: 'a' } }],
		['in the URL alone', { url: `${GATEWAY}?method=a&method=b` }],
		['in form text', { body: 'method=a&method=b' }],
		['in JSON text', { body: '{"method":"a","method":"b"}' }],
		['in URLSearchParams', { body: new URLSearchParams('method=a&method=b') }],
	])('with two values is refused: %s', async (_where, request) => {
		expect(await refusal(request)).toMatch(
			/contains method twice, with different values.*Keep one/,
		);
	});

	it.each<[what: string, request: object]>([
		['one of them empty', { qs: { ...PARAMS, method: '' }, body: PARAMS }],
		['both the same', { qs: PARAMS, body: PARAMS }],
		['the same as object and text', { qs: PARAMS, body: { biz_content: { out_trade_no: '1' } } }],
	])('with one value is signed once: %s', async (_what, request) => {
		const signed = await authenticate({ url: GATEWAY, ...request });
		expect(received(signed)).toMatchObject(PARAMS);
		expectSigned(signed);
	});

	it('is refused as a list, which n8n makes of it', async () => {
		expect(await refusal({ qs: { method: ['a', 'b'] } })).toMatch(/^method is a list/);
		expect(await refusal({ body: `{"method":["a"]}` })).toMatch(/^method is a list/);
	});
});

describe('a name', () => {
	it.each(['a b', 'biz_content[auth_no]', '', '1a', 'é', 'a.b', '__proto__', 'a\u0000', '-'])(
		'that does not belong to a parameter is refused: %j',
		async (name) => {
			const body = JSON.stringify({ ...PARAMS, x: 1 }).replace('"x"', JSON.stringify(name));
			expect(await refusal({ body })).toMatch(/not the name of an Alipay parameter/);
		},
	);

	it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
		'that every JavaScript object has is accepted: %s',
		async (name) => {
			const signed = await authenticate({ url: GATEWAY, body: { ...PARAMS, [name]: 'x' } });
			expect(received(signed)).toMatchObject({ ...PARAMS, [name]: 'x' });
			expectSigned(signed);
		},
	);
});

describe('biz_content', () => {
	it.each<[what: string, biz_content: unknown, says: RegExp]>([
		['a list', [1], /^biz_content is a list/],
		['a number', 5, /^biz_content is not a JSON object/],
		['true', true, /^biz_content is not a JSON object/],
		['words', 'out_trade_no=1', /^biz_content is not a JSON object/],
		['a list as text', '[1]', /^biz_content is not a JSON object/],
	])('that is %s is refused', async (_what, biz_content, says) => {
		expect(await refusal({ body: { ...PARAMS, biz_content } })).toMatch(says);
	});

	it('with a number that has lost its last digits is refused at any depth', async () => {
		for (const auth_no of [Number('20140216010020006400'), [{ a: [2e30] }]]) {
			const body = { ...PARAMS, biz_content: { auth_no } };
			expect(await refusal({ body })).toMatch(/lost its last digits.*as text, in quot/);
		}
	});

	it('keeps long numbers and its own spelling when the body is text', async () => {
		const biz = '{ "auth_no": 2014021601002000640012345678, "amount": 1.00 }';
		const body = `{"method":"${METHOD}","biz_content":${biz}}`;
		expect(received(await authenticate({ url: GATEWAY, body })).biz_content).toBe(biz);
	});

	it('that is already encrypted stays as it is', async () => {
		const body = { method: METHOD, biz_content: 'c2VjcmV0', encrypt_type: 'AES' };
		expect(received(await authenticate({ url: GATEWAY, body }))).toMatchObject(body);
	});

	it.each([
		['a NUL', 'a\u0000b'],
		['half a surrogate pair', 'a\ud83d'],
		['both quotes', `'"`],
	])('with %s is signed as the text that is sent', async (_what, text) => {
		const biz_content = { out_trade_no: text };
		for (const body of [{ ...PARAMS, biz_content }, JSON.stringify({ ...PARAMS, biz_content })]) {
			const signed = await authenticate({ url: GATEWAY, body });
			expect(JSON.parse(String(received(signed).biz_content))).toEqual(biz_content);
			expectSigned(signed);
		}
	});

	it('of one megabyte is signed whole', async () => {
		const biz_content = JSON.stringify({ body: '红'.repeat(350_000) });
		const signed = await authenticate({ url: GATEWAY, body: { ...PARAMS, biz_content } });
		expect(received(signed).biz_content).toBe(biz_content);
		expectSigned(signed);
	});
});

it('half a surrogate pair outside biz_content is refused anywhere', async () => {
	const subject = { ...PARAMS, subject: 'a\ud83d' };
	const raw = JSON.stringify(subject).replace('\\ud83d', '\ud83d');
	for (const body of [subject, JSON.stringify(subject), raw]) {
		expect(await refusal({ body })).toMatch(/subject contains a character U\+D83D/);
	}
});

describe('the values of the credential', () => {
	it('replace those of the request, even where the request has two', async () => {
		const foreign = {
			app_id: '1',
			charset: 'gbk',
			sign_type: 'RSA',
			timestamp: '2001-01-01 00:00:00',
			sign: 'c3RhbGU=',
			app_cert_sn: '1',
			alipay_root_cert_sn: '2',
		};
		const url = `${GATEWAY}?sign=other&app_id=2`;
		const signed = await authenticate({ url, body: { ...PARAMS, ...foreign } });
		const own = { ...PARAMS, app_id: APP_ID, charset: 'utf-8', sign_type: 'RSA2' };
		expect(received(signed)).toMatchObject(own);
		expect(received(signed)).not.toHaveProperty('app_cert_sn');
		expect(received(signed)).not.toHaveProperty('alipay_root_cert_sn');
		expect(received(signed).timestamp).not.toContain('2001');
		expectSigned(signed);
	});

	it('do not replace the token of a merchant', async () => {
		const body = { ...PARAMS, app_auth_token: 'of-the-request' };
		const signed = await authenticate({ url: GATEWAY, body }, { appAuthToken: 'of-the-form' });
		expect(received(signed).app_auth_token).toBe('of-the-request');
	});
});

describe('the address', () => {
	it.each(['/v3/alipay/trade/query', '/', '/gateway.do/', '/Gateway.do', '//gateway.do', '/a%2F'])(
		'with the path %s is not signed, because the signature is for gateway.do',
		async (path) => {
			const url = `https://openapi.alipay.com${path}`;
			expect(await refusal({ url, body: PARAMS })).toContain(
				`signs requests to ${GATEWAY} only, not to ${path}`,
			);
			expect(await refusal({ url, body: PARAMS })).toMatch(/parameter method/);
		},
	);

	it('is shortened in the message when it is very long', async () => {
		const url = `https://openapi.alipay.com/${'x'.repeat(5_000)}`;
		expect((await refusal({ url, body: PARAMS })).length).toBeLessThan(400);
	});

	it.each([`${GATEWAY}#part`, `https://user:password@openapi.alipay.com/gateway.do`])(
		'%s is signed without its extra parts',
		async (url) => {
			const signed = await authenticate({ url, body: PARAMS });
			expect(signed.url).toBe(`${GATEWAY}?charset=utf-8`);
		},
	);
});

describe('a setting that no longer fits the signed request', () => {
	const STALE = [
		'Authorization',
		'connection',
		'Content-Encoding',
		'content-length',
		'Content-MD5',
		'CONTENT-TYPE',
		'Cookie',
		'expect',
		'Host',
		'keep-alive',
		'proxy-authorization',
		'TE',
		'trailer',
		'Transfer-Encoding',
		'upgrade',
		' Content-Length ',
	];

	it('is removed from the headers in any spelling, while harmless headers stay', async () => {
		const harmless = { accept: 'application/json', 'user-agent': 'n8n', 'x-request-id': '7' };
		const stale = STALE.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]);
		const headers = { ...Object.fromEntries(stale.map((name) => [name, 'x'])), ...harmless };
		const signed = await authenticate({ url: GATEWAY, headers, body: PARAMS });
		const form = { 'content-type': 'application/x-www-form-urlencoded' };
		expect(signed.headers).toEqual({ ...harmless, ...form });
	});

	it('is removed from the options, and neither helper follows redirects', async () => {
		const auth = { username: 'a', password: 'b' };
		const follow = { followRedirect: true, followAllRedirects: true, maxRedirects: 5 };
		const options = { url: GATEWAY, body: PARAMS, auth, ...follow, json: true };
		const signed = await authenticate(options);
		expect(signed).not.toHaveProperty('auth');
		expect(signed).toMatchObject({
			json: true,
			disableFollowRedirect: true,
			followRedirect: false,
			followAllRedirects: false,
			maxRedirects: 0,
		});
	});

	it.each([undefined, null, {}])('can be absent: headers %j', async (headers) => {
		const signed = await authenticate({ url: GATEWAY, headers, body: PARAMS });
		expect(signed.headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
	});

	it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', undefined])(
		'can be the HTTP method: %s becomes POST',
		async (method) => {
			const signed = await authenticate({ url: GATEWAY, method, qs: PARAMS });
			expect(signed.method).toBe('POST');
			expectSigned(signed);
		},
	);
});

it('a request with any body is either refused in words or signed as it was meant', async () => {
	const body = fc.oneof(fc.anything({ withBigInt: true, withTypedArray: true }), fc.json());
	await fc.assert(
		fc.asyncProperty(body, async (content) => {
			const request = { url: GATEWAY, qs: { method: METHOD }, body: content };
			const outcome = await authenticate(request).catch((error: Error) => error);
			if (outcome instanceof Error) {
				expect(outcome).toBeInstanceOf(UserError);
				expect(outcome.message).toMatch(/\. [A-Z].*\.$/s);
			} else {
				expect(received(outcome).method).toBe(METHOD);
				expectSigned(outcome);
			}
		}),
		{ numRuns: 400 },
	);
});

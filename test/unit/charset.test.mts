import { describe, expect, it } from 'vitest';
import {
	CHARSETS,
	decode,
	encode,
	encodingOf,
	firstUnencodable,
	formEncode,
} from '../../alipay/text/charset.ts';
import { refuseUnencodable, signRequest } from '../../alipay/message/request.ts';
import {
	app,
	envelope,
	fault,
	http,
	METHOD,
	NODE,
	readResponse,
	signed,
	value,
} from '../support/responses.mts';

describe('GBK and GB2312', () => {
	it('contain as many characters as their standards list', () => {
		const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).slice(0x80);
		const held = (charset: 'gbk' | 'gb2312') =>
			all.filter((char) => firstUnencodable(char, charset) === null).length;
		expect(held('gb2312')).toBe(7445); // GB 2312-80: 6763 characters and 682 signs
		expect(held('gbk')).toBe(21791);
	});

	it.each([
		['红包', 'gbk', 'baecb0fc'],
		['红包', 'gb2312', 'baecb0fc'],
		['囍〇', 'gbk', '87d6a996'],
		['A·—…', 'gbk', '41a1a4a1aaa1ad'],
		['\u3000', 'gbk', 'a1a1'],
	] as const)('write %s in %s as %s', (text, charset, hex) => {
		expect(encode(text, charset).toString('hex')).toBe(hex);
		expect(decode(Buffer.from(hex, 'hex'), 'gbk')).toBe(text);
	});

	it.each([
		['gbk', 'a😊b', '😊'],
		['gb2312', '红囍', '囍'],
		['gb2312', 'ⅰ', 'ⅰ'],
		['gbk', '\ue000', '\ue000'],
		['gbk', '€', '€'],
		['gb2312', '\ufe10', '\ufe10'],
		['utf-8', 'a\ud83d', '\ud83d'],
		['utf-8', 'a😊', null],
	] as const)('%s: the first missing character of %j is %j', (charset, text, char) => {
		expect(firstUnencodable(text, charset)).toBe(char);
	});

	it('appear in a form as the bytes that are signed', () => {
		expect(formEncode({ 名: '红 &' }, 'gbk')).toBe('%C3%FB=%BA%EC%20%26');
	});
});

describe('a request', () => {
	it.each(CHARSETS)('in %s is signed and sent in the same bytes', (charset) => {
		const params = { notify_url: 'https://红.example', biz_content: '{"out_order_no":"红包"}' };
		const request = signRequest(app({ charset }), { method: METHOD, ...params }, 0);
		expect(new URL(request.http.url).search).toBe(`?charset=${charset}`);
		expect(request.http.body).toContain(formEncode(params, charset));
		expect(request.http.headers['content-type']).toContain(`charset=${charset}`);
	});

	it('is refused with the parameter and the character that the charset does not contain', () => {
		const found = fault(refuseUnencodable({ out_order_no: 'R-😊' }, 'gbk'));
		expect(found.message).toContain('out_order_no contains "😊" (U+1F60A)');
		expect(found.message).toContain('gbk');
	});
});

/** Characters whose second byte in GBK is \\, |, {, } or another byte with a meaning in JSON. */
const TRAPS = ['誠', '乗', '亄', '亅', '乼', '俓'];

describe('a response in GBK', () => {
	const node = `{"code":"10000","order_title":"红包${TRAPS.join('')}"}`;
	const body = (text: string) => {
		const bytes = encode(text, 'gbk');
		const sign = signed(bytes);
		return Buffer.concat([Buffer.from(`{"${NODE}":`), bytes, Buffer.from(`,"sign":"${sign}"}`)]);
	};

	it.each(['gbk', 'gb2312', 'utf-8'] as const)(
		'is verified as bytes and then read, when the request was in %s',
		(charset) => {
			const { fields } = value(readResponse(http(body(node)), METHOD, app({ charset })));
			expect(fields.get('order_title')).toBe(`红包${TRAPS.join('')}`);
		},
	);

	it('keeps the second byte of a character apart from quotation marks, braces and backslashes', () => {
		const trails = TRAPS.map((char) => encode(char, 'gbk')[1]);
		expect(trails).toContain(0x5c);
		for (let trail = 0x40; trail <= 0xfe; trail++) {
			const char = decode(Buffer.of(0x81, trail), 'gbk');
			if (trail === 0x7f || char === null) continue;
			const { fields } = value(
				readResponse(http(body(`{"code":"10000","t":"${char}"}`)), METHOD, app({ charset: 'gbk' })),
			);
			expect(fields.get('t')).toBe(char);
		}
	});

	it('is read as UTF-8 when it is UTF-8, even if the content type names another charset', () => {
		const text = '{"code":"10000","order_title":"红包"}';
		const headers = { 'content-type': 'text/html;charset=GBK' };
		const { fields } = value(readResponse(http(envelope(text), { headers }), METHOD, app()));
		expect(fields.get('order_title')).toBe('红包');
	});

	it('has no encoding when it is neither GBK nor UTF-8', () => {
		expect(encodingOf(Buffer.from('c328', 'hex'), 'utf-8')).toBeNull();
		expect(encodingOf(Buffer.from('c328', 'hex'), 'gbk')).toBeNull();
	});
});

// Named attacks on the response. Alipay's key is the test's own; the attacker has no key.
import { describe, expect, it } from 'vitest';
import {
	app,
	envelope,
	fault,
	http,
	METHOD,
	NODE,
	signed,
	readResponse,
} from '../support/responses.mts';

const OK = '{"code":"10000","msg":"Success","status":"CLOSED","amount":"0.01"}';
const FORGED = '{"code":"10000","msg":"Success","status":"SUCCESS","amount":"999.00"}';

const read = (body: string | Uint8Array, status = 200) =>
	readResponse(http(body, { status }), METHOD, app());
const codeOf = (body: string | Uint8Array, status = 200) => fault(read(body, status)).code;

describe('a success without a valid signature never passes', () => {
	it.each([
		['no signature', `{"${NODE}":${FORGED}}`],
		['an empty signature', `{"${NODE}":${FORGED},"sign":""}`],
		['a blank signature', `{"${NODE}":${FORGED},"sign":"  "}`],
		['null for a signature', `{"${NODE}":${FORGED},"sign":null}`],
		['an unreadable signature', `{"${NODE}":${FORGED},"sign":"\\x"}`],
		['a numeric code', `{"${NODE}":{"code":10000,"status":"SUCCESS"}}`],
		['a code with a space before it', `{"${NODE}":{"code":" 10000"}}`],
		['a code with a line break after it', `{"${NODE}":{"code":"10000\\n"}}`],
		['a refusal code with a line break after it', `{"${NODE}":{"code":"40004\\n"}}`],
		['an escaped code', `{"${NODE}":{"code":"\\u00310000"}}`],
		['a code in full-width digits', `{"${NODE}":{"code":"４０００４"}}`],
		['no code', `{"${NODE}":{"status":"SUCCESS"}}`],
		['null for a code', `{"${NODE}":{"code":null,"status":"SUCCESS"}}`],
		['a list for a code', `{"${NODE}":{"code":["40004"],"status":"SUCCESS"}}`],
		['an empty node', `{"${NODE}":{}}`],
		['error_response for a node', `{"error_response":${FORGED}}`],
		['a code between success and refusal', `{"${NODE}":{"code":"10003"}}`],
	])('with %s', (_name, body) => {
		expect(codeOf(body)).toBe('answer-unsigned');
	});

	it.each([
		['the signature of another response', envelope(FORGED, signed(OK))],
		[
			'a signature in the wrong place',
			`{"${NODE}":{"sign":"${signed(OK)}","code":"10000"},"sign":"x"}`,
		],
		['a SHA1 signature where SHA256 is set', envelope(OK, signed(OK, 'sha1'))],
		['true for a signature', `{"${NODE}":${FORGED},"sign":true}`],
		['one changed digit', envelope(OK.replace('0.01', '0.02'), signed(OK))],
		['one added space', envelope(OK.replace(',', ', '), signed(OK))],
		['white space inside the signed node', envelope(`${OK.slice(0, -1)} }`, signed(OK))],
	])('with %s', (_name, body) => {
		expect(codeOf(body)).toBe('answer-signature-mismatch');
	});

	it('with a signature over error_response', () => {
		expect(codeOf(envelope(OK, signed(OK), 'error_response'))).toBe('answer-ambiguous');
	});
});

describe('two parts with the same name are refused, so no reader can see a different one', () => {
	const sign = signed(OK);
	it.each([
		['the node twice, forged last', `{"${NODE}":${OK},"${NODE}":${FORGED},"sign":"${sign}"}`],
		['the node twice, forged first', `{"${NODE}":${FORGED},"${NODE}":${OK},"sign":"${sign}"}`],
		[
			'the node twice, once escaped',
			`{"${NODE}":${OK},"\\u0061${NODE.slice(1)}":${FORGED},"sign":"${sign}"}`,
		],
		[
			'the node and error_response',
			`{"${NODE}":${OK},"error_response":${FORGED},"sign":"${sign}"}`,
		],
		['the signature twice', `{"${NODE}":${FORGED},"sign":"","sign":"${sign}"}`],
		['the signature twice, once escaped', `{"${NODE}":${OK},"sign":"${sign}","si\\u0067n":""}`],
		[
			'the certificate twice',
			`{"${NODE}":${OK},"alipay_cert_sn":"1","alipay_cert_sn":"2","sign":"${sign}"}`,
		],
	])('%s', (_name, body) => {
		expect(codeOf(body)).toBe('answer-ambiguous');
	});

	it.each(['"status":"SUCCESS","status":"CLOSED"', '"status":"SUCCESS","st\\u0061tus":"CLOSED"'])(
		'%s inside the signed node',
		(members) => {
			expect(codeOf(envelope(`{"code":"10000",${members}}`))).toBe('answer-ambiguous');
		},
	);
});

describe('a body that is not in Alipay’s format is named without quoting it', () => {
	it.each([
		['an empty body', '', /an empty body/],
		['a web page', '\r\n<!DOCTYPE html><html>secret</html>', /a web page/],
		['text', 'upstream connect timeout secret', /other text/],
		['a list', '[1]', /other text/],
		['half a response', envelope(OK).slice(0, 90), /broken or incomplete JSON/],
		['a response with text after it', `${envelope(OK)} secret`, /broken or incomplete JSON/],
		[
			'the response of another method',
			envelope(OK, signed(OK), 'alipay_trade_query_response'),
			/does not contain/,
		],
		['an empty object', '{}', /does not contain alipay_fund_coupon_operation_query_response/],
	])('%s', (_name, body, said) => {
		const found = fault(read(body));
		expect(found).toMatchObject({ code: 'answer-not-json', retryable: false, sub_code: null });
		expect(found.message).toMatch(said);
		expect(JSON.stringify(found)).not.toContain('secret');
	});

	it.each([
		['a list', '[{"code":"10000"}]'],
		['null', 'null'],
		['a word that is not JSON', 'code'],
	])('a signed node that is %s', (_name, node) => {
		expect(codeOf(envelope(node))).toBe('answer-not-json');
	});

	it('a signed node that is text, without an Encrypt Key in the credential', () => {
		const found = fault(read(envelope('"eyJjb2RlIjoiMTAwMDAifQ=="')));
		expect(found.code).toBe('answer-encrypted');
		expect(found.message).toContain('no Encrypt Key');
	});

	it('bytes that are neither UTF-8 nor GBK, signed or unsigned', () => {
		const node = Buffer.from('{"code":"10000","remark":"\xc3\x28"}', 'latin1');
		const around = (sign: string) =>
			Buffer.concat([Buffer.from(`{"${NODE}":`), node, Buffer.from(`,"sign":"${sign}"}`)]);
		expect(codeOf(around(signed(node)))).toBe('answer-not-json');
		expect(read(around('')).ok).toBe(false);
	});

	it.each([
		['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
		['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
	])('100,000 nested %s neither crash nor pass', (_name, deep) => {
		expect(read(`{"${NODE}":{"code":"10000","x":${deep}}}`).ok).toBe(false);
		expect(read(`{"${NODE}":${deep},"sign":"${signed(OK)}"}`).ok).toBe(false);
		expect(read(`{"x":${deep}}`).ok).toBe(false);
	});
});

describe('an HTTP status other than 200 is never accepted', () => {
	it.each([
		[301, 'gateway-http-status', false],
		[204, 'gateway-http-status', false],
		[403, 'gateway-http-status', false],
		[404, 'gateway-http-status', false],
		[429, 'gateway-busy', true],
		[500, 'gateway-unavailable', true],
		[502, 'gateway-unavailable', true],
		[503, 'gateway-unavailable', true],
		[504, 'gateway-unavailable', true],
	])('%i is %s', (status, code, retryable) => {
		const found = fault(read(envelope(OK), status));
		expect(found).toMatchObject({ code, retryable, signature_verified: false });
		expect(found.message).toContain(String(status));
	});
});

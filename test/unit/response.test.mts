import { describe, expect, it } from 'vitest';
import { readAlipayPublicKey } from '../../alipay/application/keys.ts';
import { EXTRACTIONS, REAL_ANSWERS, SKIPPED, vectorsAbsent } from '../support/vectors.mts';
import {
	app,
	envelope,
	fault,
	http,
	METHOD,
	NODE,
	signed,
	value,
	readResponse,
	words,
} from '../support/responses.mts';

const OK = '{"code":"10000","msg":"Success","auth_no":"2014031600002001260000001000"}';
const REFUSED =
	'{"code":"40004","msg":"Business Failed","sub_code":"AUTH_ORDER_NOT_EXIST","sub_msg":"订单不存在"}';

const read = (body: string | Uint8Array, headers = {}) =>
	readResponse(http(body, { headers }), METHOD, app());
const fields = (node: string) => Object.fromEntries(value(read(envelope(node))).fields);

describe('a signed success', () => {
	it('returns its fields, code and trace id', () => {
		const response = value(read(envelope(OK), { trace_id: '0b26fc4e' }));
		expect({ ...response, fields: response.fields.get('auth_no') }).toEqual({
			fields: '2014031600002001260000001000',
			json: OK,
			code: '10000',
			msg: 'Success',
			trace_id: '0b26fc4e',
			signature_verified: true,
			alipay_cert_sn: null,
		});
	});

	it('keeps its whole text as it was verified, even where JavaScript would change it', () => {
		const node = '{ "code":"10000", "n":20140216010020006400, "list":[1.00,{"a":null}] }';
		expect(value(read(envelope(node))).json).toBe(node);
		// Alipay signed the escaped spelling; a system on the way wrote the other one.
		const escaped = '{"code":"10000","url":"a\\/b"}';
		const plain = escaped.replace('\\/', '/');
		expect(value(read(envelope(plain, signed(escaped)))).json).toBe(escaped);
	});

	it.each([
		['the node last', `{"sign":"${signed(OK)}","${NODE}":${OK}}`],
		['the certificate between', `{"${NODE}":${OK},"alipay_cert_sn":"6f1e","sign":"${signed(OK)}"}`],
		['the certificate first', `{"alipay_cert_sn":"6f1e","sign":"${signed(OK)}","${NODE}":${OK}}`],
		['white space', ` {\n "${NODE}"\t:  ${OK} ,\r\n "sign" : "${signed(OK)}" } \n`],
		['a byte order mark', `\ufeff${envelope(OK)}`],
		[
			'escaped names',
			envelope(OK).replace('"sign"', '"\\u0073ign"').replace('_query', '_quer\\u0079'),
		],
		['an unknown member', envelope(OK).replace('"sign"', '"new":{"sign":"x"},"sign"')],
		['an escaped signature', `{"${NODE}":${OK},"sign":"${signed(OK).replaceAll('/', '\\/')}"}`],
	])('can come with %s', (_name, body) => {
		expect(value(read(body)).fields.get('auth_no')).toBe('2014031600002001260000001000');
	});

	it('names the certificate that it was signed with', () => {
		const body = `{"${NODE}":${OK},"alipay_cert_sn":"6f1e","sign":"${signed(OK)}"}`;
		expect(value(read(body)).alipay_cert_sn).toBe('6f1e');
	});

	it('can contain names and braces like those of the envelope', () => {
		const remark = '"},"sign":"x';
		const node = `{"${NODE}":"x","sign":"y","error_response":{"code":"1"},"code":"10000","remark":${JSON.stringify(remark)}}`;
		expect(fields(node)).toMatchObject({ code: '10000', sign: 'y', remark });
	});

	it('keeps the digits of numbers as Alipay sent them', () => {
		const node = '{"code":10000,"amount":100.00,"auth_no":2014031600002001260000001000,"e":1E2}';
		expect(fields(node)).toEqual({
			code: '10000',
			amount: '100.00',
			auth_no: '2014031600002001260000001000',
			e: '1E2',
		});
	});

	it('returns text unescaped, null as null, and other values as JSON text', () => {
		const node =
			'{"code":"10000","a":"\\u7ea2\\/包","b":null,"c":{"d": [1]},"e":true,"f":"","g":"null"}';
		expect(fields(node)).toMatchObject({
			...{ a: '红/包', b: null, c: '{"d": [1]}', e: 'true', f: '', g: 'null' },
		});
	});
});

describe('a response without a code', () => {
	const NODES = [
		['no code', '{"msg":"Success","auth_no":"1"}'],
		['an empty code', '{"code":"","msg":"Success"}'],
		['a blank code', '{"code":"  ","msg":"Success"}'],
		['null as its code', '{"code":null,"msg":"Success"}'],
		['a sub_code alone', '{"sub_code":"AUTH_ORDER_NOT_EXIST","sub_msg":"订单不存在"}'],
		['nothing at all', '{}'],
	];

	it.each(NODES)('with %s is not a success, although Alipay signed it', (_what, node) => {
		for (const name of [NODE, 'error_response']) {
			const found = fault(read(envelope(node, signed(node), name), { trace_id: '0b26fc4e' }));
			expect(found).toMatchObject({
				code: 'answer-without-code',
				retryable: false,
				trace_id: '0b26fc4e',
				sub_code: null,
			});
			expect(words(found)).toMatch(
				/signed by Alipay, but its code is missing.*not treat it as a succ/,
			);
		}
	});

	it.each(NODES)('with %s and without a signature is reported as unsigned', (_what, node) => {
		expect(fault(read(`{"${NODE}":${node}}`)).code).toBe('answer-unsigned');
	});

	it.each(['10000 ', '010000', '10000.0', '1e4', 'true', '[10000]', '{}'])(
		'with the code %s is not a success',
		(code) => {
			const node = `{"code":${JSON.stringify(code)}}`;
			expect(fault(read(envelope(node))).code).toBe(code);
		},
	);
});

describe('a slash that a proxy spelled differently', () => {
	const plain = '{"code":"10000","url":"https://a.cn","path":"x"}';

	it('still verifies when the backslashes were removed', () => {
		const sent = '{"code":"10000","url":"https:\\/\\/a.cn"}';
		const body = envelope(sent.replaceAll('\\/', '/'), signed(sent));
		expect(value(read(body)).fields.get('url')).toBe('https://a.cn');
	});

	it('still verifies when backslashes were added', () => {
		const body = envelope(plain.replaceAll('/', '\\/'), signed(plain));
		expect(value(read(body)).fields.get('url')).toBe('https://a.cn');
	});

	// In JSON, `\\/` is a backslash and a slash, and `\/` is only a slash.
	it.each(['\\\\/', '\\\\\\/', '\\/'])(
		'never changes signed text: %s is read as it was signed',
		(spelling) => {
			const text = (remark: string) => `{"code":"10000","remark":"${remark}"}`;
			const response = value(read(envelope(text(spelling), signed(text('\\\\/')))));
			expect(response.fields.get('remark')).toBe('\\/');
		},
	);
});

describe('a refusal', () => {
	it('is an error with Alipay’s own words and a verified signature when it is signed', () => {
		expect(fault(read(envelope(REFUSED), { trace_id: 't1' }))).toMatchObject({
			...{ code: '40004', msg: 'Business Failed', sub_code: 'AUTH_ORDER_NOT_EXIST' },
			...{ sub_msg: '订单不存在', trace_id: 't1', signature_verified: true },
		});
	});

	it.each([
		['under the name of the method', NODE],
		['as error_response', 'error_response'],
	])('without a signature keeps its meaning, %s, and is marked', (_name, name) => {
		const node = '{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-app-id"}';
		for (const body of [`{"${name}":${node}}`, `{"${name}":${node},"sign":""}`]) {
			const found = fault(read(body));
			expect(found).toMatchObject({ sub_code: 'isv.invalid-app-id', signature_verified: false });
			expect(found.message).toContain('without a signature');
		}
	});

	it('can come as error_response when it is signed', () => {
		const found = fault(read(envelope(REFUSED, signed(REFUSED), 'error_response')));
		expect(found).toMatchObject({ code: '40004', signature_verified: true });
	});

	it('with a wrong signature reports nothing of its claims', () => {
		const found = fault(read(envelope(REFUSED, signed(OK))));
		expect(found).toMatchObject({ code: 'answer-signature-mismatch', sub_code: null });
		expect(JSON.stringify(found)).not.toMatch(/AUTH_ORDER_NOT_EXIST|订单/);
	});

	it('with an unknown code keeps that code', () => {
		const node = '{"code":"49999","msg":"New","sub_code":"isv.new","sub_msg":"新"}';
		expect(fault(read(envelope(node)))).toMatchObject({
			...{ code: '49999', msg: 'New', sub_code: 'isv.new', sub_msg: '新', retryable: false },
		});
	});

	it.each(['constructor', 'toString', '__proto__'])('can have the code %s', (name) => {
		const found = fault(read(envelope(`{"code":"40004","sub_code":"${name}"}`)));
		expect(found).toMatchObject({ code: '40004', sub_code: name, retryable: false });
		expect(found.message).not.toContain('undefined');
		expect(found.solution).toBeTypeOf('string');
	});
});

describe.skipIf(vectorsAbsent)(`responses that Alipay really signed${SKIPPED}`, () => {
	it.each(REAL_ANSWERS)('$id is accepted unchanged', (vector) => {
		const method = vector.node.replace(/_response$/, '').replaceAll('_', '.');
		const alipayPublicKey = value(readAlipayPublicKey(vector.public_key));
		const outcome = readResponse(http(vector.raw), method, { ...app(), alipayPublicKey });
		const content = JSON.parse(vector.content) as Record<string, string>;
		if (content.code === '10000') {
			const { signature_verified, alipay_cert_sn, fields: all } = value(outcome);
			expect({ signature_verified, alipay_cert_sn }).toEqual({
				signature_verified: true,
				alipay_cert_sn: vector.alipay_cert_sn ?? null,
			});
			expect([...all.keys()]).toEqual(Object.keys(content));
		} else {
			const { code, sub_code, sub_msg, signature_verified } = fault(outcome);
			expect({ code, sub_code, sub_msg, signature_verified }).toEqual({
				...{ code: content.code, sub_code: content.sub_code, sub_msg: content.sub_msg },
				signature_verified: true,
			});
		}
	});

	it.each(EXTRACTIONS.filter(({ expect_error }) => expect_error))('$id is refused', (vector) => {
		const method = vector.node.replace(/_response$/, '').replaceAll('_', '.');
		expect(fault(readResponse(http(vector.raw), method, app())).code).toBe('answer-ambiguous');
	});
});

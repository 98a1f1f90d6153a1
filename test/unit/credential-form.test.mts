import { describe, expect, it } from 'vitest';
import { AlipayApi } from '../../credentials/AlipayApi.credentials.ts';
import { GATEWAY_CODES, SUB_CODES } from '../../alipay/errors/explain.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { NODE } from '../support/answers.mts';

/** A path such as `a.b`, as n8n's rules read it (lodash `get`). */
const at = (object: unknown, path: string) =>
	path.split('.').reduce<unknown>((one, name) => (one as Record<string, unknown>)?.[name], object);

const type = new AlipayApi();

/** What n8n says after a credential test: the message of the first rule that matches, or nothing. */
function verdict(answer: unknown): string | undefined {
	for (const rule of type.test.rules ?? []) {
		if (rule.type !== 'responseSuccessBody') continue;
		const { key, value, message } = rule.properties;
		if (at(answer, key) === value) return message;
	}
	return undefined;
}

const refusal = (code: string, sub_code?: string) => ({ code, msg: 'm', sub_code, sub_msg: '…' });

describe.each([NODE, 'error_response'])('a credential test that is answered in %s', (node) => {
	it.each([
		['an unknown App ID', '40002', 'isv.invalid-app-id', /App ID.*Environment/],
		['a missing App ID', '40001', 'isv.missing-app-id', /App ID/],
		['a wrong signature', '40002', 'isv.invalid-signature', /signature.*Private Key/],
		['no uploaded key', '40001', 'isv.missing-signature-key', /public key/],
		['the wrong Sign Type', '40003', 'isv.missing-signature-config', /Sign Type/],
		['an application in certificate mode', '40001', 'isv.missing-app-cert-sn', /certificates/],
		['a missing permission', '40006', 'isv.insufficient-isv-permissions', /permission/],
		[
			'a missing permission of the merchant',
			'40006',
			'isv.insufficient-user-permissions',
			/permission/,
		],
		['an expired token', '20001', 'aop.app-auth-token-time-out', /App Auth Token has expired/],
		['an invalid token', '20001', 'aop.invalid-app-auth-token', /App Auth Token is not valid/],
		['an address that is not allowed', '40006', 'isv.ip-forbidden', /IP address/],
		['a clock that is wrong', '40002', 'isv.invalid-timestamp', /clock/],
		['a busy Alipay', '20000', 'isp.unknow-error', /unavailable/],
		['a busy Alipay in its business code', '40004', 'SYSTEM_ERROR', /busy/],
		['a busy Alipay with a prefix', '40004', 'ACQ.SYSTEM_ERROR', /busy/],
		['too many requests', '40005', 'isv.app-call-limited', /limits/],
		['an unknown sub_code', '40006', 'isv.brand-new', /permission/],
		['no sub_code', '40003', undefined, /precondition/],
	])('names %s', (_name, code, sub_code, said) => {
		expect(verdict({ [node]: refusal(code, sub_code), sign: 'x' })).toMatch(said);
	});
});

describe('the rules of the credential test', () => {
	const busy = Object.keys(couponOperationQuery.codes).filter(
		(code) => couponOperationQuery.codes[code]?.retryable,
	);
	const SUB_CODE_RULES = [
		...Object.keys(SUB_CODES),
		...busy.flatMap((code) => [code, `ACQ.${code}`, `aop.ACQ.${code}`]),
	];
	const CODE_RULES = Object.keys(GATEWAY_CODES).filter((code) => code !== '40004');
	const valuesOf = (field: string) =>
		(type.test.rules ?? []).flatMap(({ properties }) =>
			'key' in properties && properties.key.endsWith(`.${field}`) ? [properties.value] : [],
		);

	it('are those of the gateway’s sub_codes and of a busy method, in both places', () => {
		const expected = SUB_CODE_RULES.flatMap((code) => [code, code]);
		expect(valuesOf('sub_code').sort()).toEqual(expected.sort());
	});

	it('are those of every gateway code but that of business refusals, then one for no answer', () => {
		const values = valuesOf('code');
		expect(values.slice(0, -1).sort()).toEqual(CODE_RULES.flatMap((code) => [code, code]).sort());
		expect(values.at(-1)).toBeUndefined();
	});

	it('say what happened and what to do', () => {
		for (const { properties } of type.test.rules ?? []) {
			expect(properties.message).toMatch(/^[A-Z].*[^.]\. [A-Z].*\.$/);
		}
	});
});

describe('a credential test', () => {
	it.each([
		'AUTH_ORDER_NOT_EXIST',
		'AUTH_OPERATION_NOT_EXIST',
		'ILLEGAL_ARGUMENT',
		'ACCESS_FORBIDDEN',
		'ACQ.AUTH_ORDER_NOT_EXIST',
	])('passes with %s, which proves access', (sub_code) => {
		expect(verdict({ [NODE]: refusal('40004', sub_code), sign: 'x' })).toBeUndefined();
	});

	it('passes with a success', () => {
		expect(verdict({ [NODE]: { code: '10000', msg: 'Success' }, sign: 'x' })).toBeUndefined();
	});

	it.each([
		['an empty object', {}],
		['a web page', '<html></html>'],
		['an empty body', ''],
		['a refusal that nobody knows', { error_response: refusal('49999') }],
		['a success in the place of errors', { error_response: { code: '10000' } }],
	])('does not pass with %s', (_name, body) => {
		expect(verdict(body)).toMatch(/did not answer the query.*Gateway URL/);
	});
});

describe('the form', () => {
	const field = (name: string) => type.properties.find((one) => one.name === name);

	it('bears the names of the contract', () => {
		expect(type.name).toBe('alipayApi');
		expect(type.displayName).toBe('Alipay API');
	});

	it.each([
		['environment', 'options', 'production', undefined],
		['gatewayUrl', 'string', '', true],
		['appId', 'string', '', true],
		['privateKey', 'string', '', true],
		['alipayPublicKey', 'string', '', true],
		['signType', 'options', 'RSA2', undefined],
		['appAuthToken', 'string', '', undefined],
		['allowedHttpRequestDomains', 'options', 'domains', undefined],
		['allowedDomains', 'string', 'openapi.alipay.com, openapi-sandbox.dl.alipaydev.com', undefined],
	])('asks for %s: %s, at first %j', (name, kind, usual, required) => {
		expect(field(name)).toMatchObject({ type: kind, default: usual });
		expect(field(name)?.required).toBe(required);
	});

	it.each([
		['keyMode', 'publicKey'],
		['charset', 'utf-8'],
	])('saves %s with every credential, at first %j', (name, usual) => {
		expect(field(name)?.default).toBe(usual);
	});

	it.each(['privateKey', 'encryptKey', 'appAuthToken'])('hides %s like a password', (name) => {
		expect(field(name)?.typeOptions?.password).toBe(true);
	});

	it.each([
		['environment', ['production', 'sandbox', 'custom']],
		['signType', ['RSA2', 'RSA']],
		['keyMode', ['publicKey', 'certificate']],
		['charset', ['utf-8', 'gbk', 'gb2312']],
		['allowedHttpRequestDomains', ['all', 'none', 'domains']],
	])('offers for %s: %j', (name, values) => {
		const offered = field(name)?.options?.map((one) => 'value' in one && one.value);
		expect(offered).toEqual(values);
	});

	it('asks for the Gateway URL in a custom environment only', () => {
		expect(field('gatewayUrl')?.displayOptions).toEqual({ show: { environment: ['custom'] } });
	});

	it('has no two fields of one name', () => {
		const names = type.properties.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});

	it.each([
		['publicKey', ['alipayPublicKey']],
		['certificate', ['appPublicCert', 'alipayPublicCert', 'alipayRootPublicCert']],
	])('asks for what the key mode %s needs: %j', (mode, names) => {
		const shown = type.properties.filter(({ displayOptions }) =>
			displayOptions?.show?.keyMode?.includes(mode),
		);
		expect(shown.map(({ name }) => name)).toEqual(names);
		expect(shown.every(({ required }) => required)).toBe(true);
	});
});

import { describe, expect, it } from 'vitest';
import { NodeHelpers, type INodeParameters } from 'n8n-workflow';
import { AlipayApi } from '../../credentials/AlipayApi.credentials.ts';

const type = new AlipayApi();

/** The properties that n8n decrypts for a node, as its CredentialsHelper selects them. */
const handedOn = (saved: INodeParameters) =>
	NodeHelpers.getNodeParameters(type.properties, saved, true, false, null, null);

describe('the form', () => {
	const visible = type.properties.filter((one) => one.type !== 'hidden');
	const field = (name: string) => visible.find((one) => one.name === name);

	it('has the fixed names that saved credentials use', () => {
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
	])('shows %s as %s, with the default %j', (name, kind, usual, required) => {
		expect(field(name)).toMatchObject({ type: kind, default: usual });
		expect(field(name)?.required).toBe(required);
	});

	it.each([
		['keyMode', 'publicKey'],
		['charset', 'utf-8'],
	])('saves %s with every credential, with the default %j', (name, usual) => {
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

	it('shows the Gateway URL only for a custom environment', () => {
		expect(field('gatewayUrl')?.displayOptions).toEqual({ show: { environment: ['custom'] } });
	});

	it('never shows two fields of the same name', () => {
		const names = visible.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});

	it('shows required fields first, then the rest behind one switch, with the domains last', () => {
		const names = visible.map(({ name }) => name);
		const behind = visible.filter(({ displayOptions }) => displayOptions?.show?.showMoreSettings);
		expect(field('showMoreSettings')).toMatchObject({ type: 'boolean', default: false });
		expect(behind.map(({ name }) => name)).toEqual(
			names.slice(names.indexOf('showMoreSettings') + 1),
		);
		expect(behind.map(({ name }) => name)).toEqual([
			...['encryptKey', 'appAuthToken', 'signType', 'charset'],
			...['allowedHttpRequestDomains', 'allowedDomains'],
		]);
	});

	it.each(['publicKey', 'certificate'])(
		'passes on each of them in either state of the switch, in the key mode %s',
		(keyMode) => {
			const filled = {
				...{ encryptKey: 'key', appAuthToken: 'token', signType: 'RSA', charset: 'gbk' },
				...{ allowedHttpRequestDomains: 'domains', allowedDomains: 'a.cn' },
			};
			for (const more of [{}, { showMoreSettings: false }, { showMoreSettings: true }]) {
				expect(handedOn({ ...filled, ...more, keyMode })).toMatchObject(filled);
			}
			const none = { allowedHttpRequestDomains: 'none', showMoreSettings: false };
			expect(handedOn({ ...filled, ...none })).toMatchObject(none);
		},
	);

	it('masks both fields of a secret, and ends with the visible one', () => {
		for (const name of ['encryptKey', 'appAuthToken']) {
			const same = type.properties.filter((one) => one.name === name);
			expect(same.map(({ typeOptions }) => typeOptions?.password)).toEqual([true, true]);
			// n8n's public API uses the type of the last one.
			expect(same.map((one) => one.type)).toEqual(['hidden', 'string']);
		}
	});

	it.each([
		['publicKey', ['alipayPublicKey']],
		['certificate', ['appPublicCert', 'alipayPublicCert', 'alipayRootPublicCert']],
	])('requires the fields for the key mode %s: %j', (mode, names) => {
		const shown = type.properties.filter(({ displayOptions }) =>
			displayOptions?.show?.keyMode?.includes(mode),
		);
		expect(shown.map(({ name }) => name)).toEqual(names);
		expect(shown.every(({ required }) => required)).toBe(true);
	});
});

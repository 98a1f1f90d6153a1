import { Expression } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { readApp } from '../../alipay/application/app.ts';
import { EXPOSED } from '../../alipay/application/damages.ts';
import {
	readAppAuthToken,
	SHORT_DAMAGES,
	SHORT_FIELDS,
	type ShortField,
	type ShortFinding,
} from '../../alipay/application/shortFields.ts';
import { AlipayApi } from '../../credentials/AlipayApi.credentials.ts';
import { fault, SETTINGS, value } from '../support/responses.mts';
import { KEY, PEM, PUBLIC } from './damages.mts';

const APP_ID = '2021000000000001';
const TOKEN = '201510BBb507dc9f5efe41a0b98ae22f';
const AES = 'AAECAwQFBgcICQoLDA0ODw==';
const URL = 'https://proxy.example.com/gateway.do';

const read = (changes: Record<string, unknown>) =>
	readApp({ ...SETTINGS, environment: 'custom', gatewayUrl: URL, ...changes }, 0);

/** What copying can put around and into any of them. */
const AROUND: ReadonlyArray<[name: string, wrap: (text: string) => string]> = [
	['nothing', (text) => text],
	['blanks and line breaks', (text) => ` \t${text}\r\n`],
	['no-break and ideographic blanks', (text) => `\u00a0${text}\u3000`],
	['a byte order mark', (text) => `\ufeff${text}`],
	['zero-width characters', (text) => text.replace(/(.{5})/g, '$1\u200b')],
	['marks of direction', (text) => `\u202a${text}\u202c\u200e`],
	['double quotes', (text) => `"${text}"`],
	['single quotes', (text) => `'${text}'`],
	['typographic quotes', (text) => `“${text}”`],
	['corner brackets', (text) => `「${text}」`],
	['title brackets', (text) => `《${text}》`],
	['backticks', (text) => `\`${text}\``],
	['a comma behind', (text) => `${text},`],
	['Chinese punctuation behind', (text) => `${text}，。；`],
	['quotes and a comma', (text) => ` "${text}",\n`],
	[
		'full-width characters',
		(text) => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
	],
];

describe.each(AROUND)('with %s around them', (_name, wrap) => {
	it('the short fields are read', () => {
		const app = value(
			read({
				appId: wrap(APP_ID),
				gatewayUrl: wrap(URL),
				appAuthToken: wrap(TOKEN),
				encryptKey: wrap(AES),
			}),
		);
		expect(app).toMatchObject({ appId: APP_ID, gatewayUrl: URL, appAuthToken: TOKEN });
		const plain = value(read({ encryptKey: AES })).contentKey;
		expect(app.contentKey?.encrypt(Buffer.from('x'))).toBe(plain?.encrypt(Buffer.from('x')));
	});
});

it.each(AROUND)('the credential test uses the same gateway with %s', (_name, wrap) => {
	const gatewayUrl = wrap(URL);
	const { baseURL = '' } = new AlipayApi().test.request;
	const requested = Expression.resolveWithoutWorkflow(baseURL.replace(/^=/, ''), {
		$credentials: { environment: 'custom', gatewayUrl },
	});
	expect(requested).toBe(value(read({ gatewayUrl })).gatewayUrl);
});

describe('the App ID', () => {
	it.each([
		`app_id=${APP_ID}`,
		`app_id: ${APP_ID}`,
		`appid：${APP_ID}`,
		`APPID ${APP_ID}`,
		`AppId＝${APP_ID}`,
		`应用ID：${APP_ID}`,
		`ALIPAY_APP_ID="${APP_ID}"`,
		`export APP_ID='${APP_ID}'`,
		`{"app_id": "${APP_ID}"}`,
		`'app_id' => '${APP_ID}',`,
		'2021 0000 0000 0001',
	])('is read from %j', (appId) => {
		expect(value(read({ appId })).appId).toBe(APP_ID);
	});

	it.each([1, 15, 16, 17, 32])('can have %i digits', (length) => {
		expect(value(read({ appId: '9'.repeat(length) })).appId).toBe('9'.repeat(length));
	});
});

describe('the App Auth Token', () => {
	it.each([
		`Bearer ${TOKEN}`,
		`Authorization: Bearer ${TOKEN}`,
		`app_auth_token=${TOKEN}`,
		`"app_auth_token": "${TOKEN}",`,
		`{"app_auth_token":"${TOKEN}"}`,
		`{"code":"10000","app_auth_token":"${TOKEN}","app_refresh_token":"other"}`,
		`appAuthToken：${TOKEN}`,
	])('is read from %j', (text) => {
		expect(value(read({ appAuthToken: text })).appAuthToken).toBe(TOKEN);
		expect(value(readAppAuthToken(text, 'Options'))).toBe(TOKEN);
	});

	it.each([
		['Options', 'invalid-settings', 'in the Options'],
		['credential', 'invalid-credential', 'of the credential'],
	] as const)('is named with its place: the %s', (form, code, where) => {
		const found = fault(readAppAuthToken('two words', form));
		expect(found).toMatchObject({ code, message: expect.stringContaining(` ${where} `) });
	});
});

describe('the Encrypt Key', () => {
	it.each([
		`aes_key=${AES}`,
		`AES密钥：${AES}`,
		AES.replace(/=/g, '%3D'),
		AES.replace(/=/g, '\\u003d'),
		AES.replace(/=/g, '&#61;'),
		AES.replace(/=/g, ''),
		AES.replace(/=/g, '＝'),
	])('is read from %j', (encryptKey) => {
		const of = (settings: object) =>
			value(read({ ...settings })).contentKey?.encrypt(Buffer.from('x'));
		expect(of({ encryptKey })).toBe(of({ encryptKey: AES }));
	});
});

interface Example {
	damage: ShortFinding['damage'];
	field: ShortField;
	given: unknown;
	exposes?: true;
}

const EXAMPLES: readonly Example[] = [
	{ damage: 'empty', field: 'appId', given: '' },
	{ damage: 'empty', field: 'appId', given: '「」' },
	{ damage: 'lostDigits', field: 'appId', given: 9021000122689421000 },
	{ damage: 'sign', field: 'appId', given: 2021.5 },
	{ damage: 'scientific', field: 'appId', given: '2.021E+15' },
	{ damage: 'scientific', field: 'appId', given: '2,021e15' },
	{ damage: 'pid', field: 'appId', given: '2088721003236442' },
	{ damage: 'pid', field: 'appId', given: '“2088 7210 0323 6442”' },
	{ damage: 'two', field: 'appId', given: `${APP_ID} 2021000000000002` },
	{ damage: 'two', field: 'appId', given: `${APP_ID}\n2021000000000002` },
	{ damage: 'digits', field: 'appId', given: '1'.repeat(33) },
	{ damage: 'noNumber', field: 'appId', given: 'my application' },
	{ damage: 'noNumber', field: 'appId', given: '我的应用' },
	{ damage: 'sign', field: 'appId', given: '2021000000000001.0' },
	{ damage: 'sign', field: 'appId', given: '2021-0000-0000-0001' },
	{ damage: 'sign', field: 'appId', given: '202100000000000l' },
	{ damage: 'key', field: 'appId', given: KEY, exposes: true },
	{ damage: 'key', field: 'appId', given: PEM, exposes: true },
	{ damage: 'key', field: 'gatewayUrl', given: PEM, exposes: true },
	{ damage: 'key', field: 'encryptKey', given: PUBLIC },
	{ damage: 'key', field: 'appAuthToken', given: KEY },
	{ damage: 'token', field: 'appId', given: TOKEN, exposes: true },
	{ damage: 'token', field: 'gatewayUrl', given: TOKEN, exposes: true },
	{ damage: 'token', field: 'encryptKey', given: TOKEN },
	{ damage: 'appId', field: 'appAuthToken', given: APP_ID },
	{ damage: 'appId', field: 'encryptKey', given: APP_ID },
	{ damage: 'appId', field: 'gatewayUrl', given: APP_ID },
	{ damage: 'email', field: 'appId', given: 'shop@example.com' },
	{ damage: 'email', field: 'appAuthToken', given: 'shop@example.com' },
	{ damage: 'url', field: 'appId', given: `https://openapi.alipay.com/?app_id=${APP_ID}` },
	{ damage: 'url', field: 'appAuthToken', given: 'https://example.com/callback' },
	{ damage: 'nothing', field: 'appAuthToken', given: 'null' },
	{ damage: 'nothing', field: 'appAuthToken', given: 'undefined' },
	{ damage: 'nothing', field: 'appId', given: '#N/A' },
	{ damage: 'placeholder', field: 'appAuthToken', given: '__n8n_BLANK_VALUE_e5362baf-c777' },
	{ damage: 'masked', field: 'appAuthToken', given: '201510BB****e22f' },
	{ damage: 'masked', field: 'encryptKey', given: '••••••••' },
	{ damage: 'blank', field: 'appAuthToken', given: `${TOKEN} ${TOKEN}` },
	{ damage: 'blank', field: 'gatewayUrl', given: 'https://proxy.example.com /gateway.do' },
	{ damage: 'character', field: 'appAuthToken', given: `${TOKEN}é` },
	{ damage: 'character', field: 'appAuthToken', given: '{{ $json.token }}x{' },
	{ damage: 'character', field: 'encryptKey', given: 'AAECAwQFBgc!CQoLDA0ODw==' },
	{ damage: 'noAddress', field: 'gatewayUrl', given: '' },
	{ damage: 'noAddress', field: 'gatewayUrl', given: '/gateway.do' },
	{ damage: 'noScheme', field: 'gatewayUrl', given: 'openapi.alipay.com' },
	{ damage: 'noScheme', field: 'gatewayUrl', given: 'localhost:8188/gateway.do' },
	{ damage: 'noScheme', field: 'gatewayUrl', given: '//proxy.example.com/gateway.do' },
	{ damage: 'noScheme', field: 'gatewayUrl', given: 'https//proxy.example.com/gateway.do' },
	{ damage: 'twice', field: 'gatewayUrl', given: `https://${URL}` },
	{ damage: 'noPath', field: 'gatewayUrl', given: 'https://openapi.alipay.com' },
	{ damage: 'noPath', field: 'gatewayUrl', given: 'https://openapi-sandbox.dl.alipaydev.com/' },
	{ damage: 'extras', field: 'gatewayUrl', given: `${URL}?charset=gbk` },
	{ damage: 'unencrypted', field: 'gatewayUrl', given: 'http://proxy.example.com/gateway.do' },
	{ damage: 'hex', field: 'encryptKey', given: '000102030405060708090a0b0c0d0e0f' },
	{ damage: 'length', field: 'encryptKey', given: 'AAECAwQFBgcICQoLDA0O' },
	{ damage: 'length', field: 'encryptKey', given: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' },
];

const NAMES = Object.keys(SHORT_DAMAGES) as Array<ShortFinding['damage']>;
const FILLED: Readonly<Record<string, string>> = {
	digits: '\\d+ digits',
	bytes: '\\d+ bytes?',
	position: '\\d+',
	character:
		'(?:"."(?: \\(U\\+[0-9A-F]{4,6}\\))?|an? [a-z ]+ \\(.+?\\)|a character U\\+[0-9A-F]{4,6})',
};
const patternOf = (name: ShortFinding['damage']) => {
	const sentence = SHORT_DAMAGES[name].sentence
		.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
		.replace(/\{(\w+)\}/g, (_all, filled: string) => FILLED[filled] ?? '.+');
	return new RegExp(`^The [A-Z][\\w ]+ of the credential ${sentence}$`, 'u');
};

it('each damage of a short field has an example and its own sentence', () => {
	expect(NAMES.filter((name) => !EXAMPLES.some(({ damage }) => damage === name))).toEqual([]);
	expect(new Set(NAMES.map((name) => SHORT_DAMAGES[name].sentence)).size).toBe(NAMES.length);
});

describe.each(EXAMPLES)('$field with $damage: $given', ({ damage, field, given, exposes }) => {
	const found = () => fault(read({ [field]: given }));

	it('is described in words that fit it alone, with the field and what to do', () => {
		const { message, solution, code } = found();
		const plain = message.replace(EXPOSED, '');
		expect(NAMES.filter((name) => patternOf(name).test(plain))).toEqual([damage]);
		expect(message).toContain(`The ${SHORT_FIELDS[field].label} of the credential `);
		expect(message.endsWith(EXPOSED)).toBe(exposes === true);
		expect(solution).toContain(SHORT_FIELDS[field].advice);
		expect(code).toBe('invalid-credential');
	});

	it('is not quoted', () => {
		if (typeof given !== 'string' || given.length < 12 || field === 'gatewayUrl') return;
		expect(JSON.stringify(found())).not.toContain(given.slice(0, 12));
	});
});

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { readApp } from '../../alipay/application/app.ts';
import { alipay, APP_ID, bare, fault, own, SETTINGS, value } from '../support/responses.mts';

const read = (changes: Record<string, unknown>) => readApp({ ...SETTINGS, ...changes }, Date.now());
const otherAlipay = generateKeyPairSync('rsa', { modulusLength: 2048 });
const custom = (gatewayUrl: unknown) => read({ environment: 'custom', gatewayUrl });

describe('readApp', () => {
	it('reads a credential as the form saves it', () => {
		const app = value(read({ appAuthToken: ' 201510BBb507dc9f5efe41a0b98ae22f ' }));
		expect(app).toMatchObject({
			gatewayUrl: 'https://openapi.alipay.com/gateway.do',
			appId: APP_ID,
			signType: 'RSA2',
			charset: 'utf-8',
			appAuthToken: '201510BBb507dc9f5efe41a0b98ae22f',
		});
		expect(app.privateKey.publicId).toBe(bare(own.publicKey, 'pkcs1'));
		expect(app.alipayPublicKey.id).toBe(bare(alipay.publicKey, 'pkcs1'));
	});

	it('uses RSA2, utf-8, public-key mode and no token when nothing was saved', () => {
		const { environment, appId, privateKey, alipayPublicKey } = SETTINGS;
		expect(
			value(readApp({ environment, appId, privateKey, alipayPublicKey }, Date.now())),
		).toMatchObject({
			...{ signType: 'RSA2', charset: 'utf-8', appAuthToken: '' },
		});
	});

	it('ignores a Gateway URL left over from another Environment', () => {
		const app = value(read({ environment: 'sandbox', gatewayUrl: 'http://evil.example' }));
		expect(app.gatewayUrl).toBe('https://openapi-sandbox.dl.alipaydev.com/gateway.do');
	});

	it('accepts an App ID that was saved as a number or with spaces around it', () => {
		expect(value(read({ appId: 2014072300007148 })).appId).toBe(APP_ID);
		expect(value(read({ appId: `\n${APP_ID} ` })).appId).toBe(APP_ID);
	});
});

describe('an application', () => {
	const settings = (more: object = {}) => ({ ...SETTINGS, appId: '2014000000000001', ...more });

	it('is read once for the same settings, so what the run learned about it stays available', () => {
		const first = value(readApp(settings(), Date.now()));
		const keyCheck = { fault: Promise.resolve(null), state: 'proven' } as const;
		first.learned.keyCheck = keyCheck;
		const again = value(readApp(settings(), Date.now() + 1));
		expect(again).toBe(first);
		expect(again.learned.keyCheck).toBe(keyCheck);
	});

	it.each([
		{ appAuthToken: 'another' },
		{ signType: 'RSA' },
		{ environment: 'sandbox' },
		{ alipayPublicKey: bare(otherAlipay.publicKey, 'spki') },
	])('is a different application with other settings', (changes) => {
		const keyCheck = { fault: Promise.resolve(null), state: 'proven' } as const;
		value(readApp(settings(), Date.now())).learned.keyCheck = keyCheck;
		const other = value(readApp(settings(changes), Date.now()));
		expect(other).not.toBe(value(readApp(settings(), Date.now())));
		expect(other.learned.keyCheck).toBeNull();
	});

	it('is refused again after a refusal, and is read as soon as it is corrected', () => {
		const broken = settings({ privateKey: 'x' });
		expect(fault(readApp(broken, Date.now()))).toEqual(fault(readApp(broken, Date.now())));
		expect(value(readApp(settings(), Date.now())).appId).toBe('2014000000000001');
	});

	it('is read again after an hour', () => {
		vi.useFakeTimers({ toFake: ['performance'] });
		const read = () => value(readApp(settings({ appAuthToken: 'for-an-hour' }), Date.now()));
		const first = read();
		vi.advanceTimersByTime(3_599_999);
		expect(read()).toBe(first);
		vi.advanceTimersByTime(1);
		expect(read()).not.toBe(first);
		vi.useRealTimers();
	});
});

describe('a custom gateway', () => {
	it.each([
		['https://proxy.example.com/gateway.do', 'https://proxy.example.com/gateway.do'],
		[' https://proxy.example.com:8443/a/b ', 'https://proxy.example.com:8443/a/b'],
		['https://proxy.example.com', 'https://proxy.example.com/'],
		['http://localhost:8188/gateway.do', 'http://localhost:8188/gateway.do'],
		['http://127.0.0.1:8188/gateway.do', 'http://127.0.0.1:8188/gateway.do'],
		['http://127.1.2.3/gateway.do', 'http://127.1.2.3/gateway.do'],
		['http://[::1]:8188/gateway.do', 'http://[::1]:8188/gateway.do'],
	])('can be %j', (url, expected) => {
		expect(value(custom(url)).gatewayUrl).toBe(expected);
	});

	it.each([
		['', /is not a valid address/],
		[undefined, /is not a valid address/],
		['proxy.example.com/gateway.do', /does not begin with https:\/\//],
		['/gateway.do', /is not a valid address/],
		['http://proxy.example.com/gateway.do', /does not use https/],
		['http://192.168.0.10/gateway.do', /does not use https/],
		['http://localhost.example.com/gateway.do', /does not use https/],
		['http://127.0.0.1.example.com/gateway.do', /does not use https/],
		['http://0.0.0.0/gateway.do', /does not use https/],
		['ftp://127.0.0.1/gateway.do', /does not use https/],
		['javascript:alert(1)', /does not use https/],
		['https://user@proxy.example.com/gateway.do', /contains a username/],
		['https://user:p@proxy.example.com/gateway.do', /contains a username/],
		['https://proxy.example.com/gateway.do?charset=gbk', /a part that begins with/],
		['https://proxy.example.com/gateway.do#top', /a part that begins with/],
	])('cannot be %j', (url, said) => {
		const found = fault(custom(url));
		expect(found).toMatchObject({ code: 'invalid-credential', cause: 'credential-invalid' });
		expect(found.message).toMatch(said);
		expect(found.message).toContain('Gateway URL');
		expect(JSON.stringify(found)).not.toContain('secret');
	});

	it.each(['https://proxy.example.com/gateway.do?', 'https://proxy.example.com/gateway.do#'])(
		'keeps parameters in the query string: %j is refused or loses its last character',
		(url) => {
			const outcome = custom(url);
			if (outcome.ok) expect(outcome.value.gatewayUrl).not.toMatch(/[?#]/);
			else expect(outcome.fault.message).toContain('Gateway URL');
		},
	);
});

describe('an error in the credential names its field', () => {
	it.each([
		[{ environment: '' }, 'Environment', 'is unknown'],
		[{ environment: 'test' }, 'Environment', 'is unknown'],
		[{ environment: 'constructor' }, 'Environment', 'is unknown'],
		[{ appId: '' }, 'App ID', 'is empty'],
		[{ appId: null }, 'App ID', 'is empty'],
		[{ appId: 'my application' }, 'App ID', 'is not a number'],
		[{ signType: 'RSA3' }, 'Sign Type', 'is unknown'],
		[{ signType: 'constructor' }, 'Sign Type', 'is unknown'],
		[{ charset: 'latin1' }, 'Charset', 'is unknown'],
		[{ keyMode: 'password' }, 'Key Mode', 'is unknown'],
		[{ privateKey: '' }, 'Private Key', 'is empty'],
		[{ privateKey: SETTINGS.alipayPublicKey }, 'Private Key', 'contains a public key'],
		[{ alipayPublicKey: '' }, 'Alipay Public Key', 'is empty'],
		[{ alipayPublicKey: SETTINGS.privateKey }, 'Alipay Public Key', 'contains a private key'],
		[
			{ alipayPublicKey: bare(own.publicKey, 'spki') },
			'Alipay Public Key',
			'is your own application public key',
		],
	])('the $1 $2', (changes, field, said) => {
		const found = fault(read(changes));
		expect(found).toMatchObject({
			...{ code: 'invalid-credential', cause: 'credential-invalid', retryable: false },
		});
		expect(found.message).toContain(`The ${field} of the credential ${said}`);
		expect(found.solution).toMatch(/^(Choose|Copy|Fill|Paste|Use) .+\.$/);
	});
});

import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
	alipayPair,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { queryItems, simulate } from './query.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

const KEY_MODES = ['publicKey', 'certificate'] as const;
const MODES = KEY_MODES.flatMap((keyMode) =>
	['RSA2', 'RSA'].flatMap((signType) =>
		['utf-8', 'gbk', 'gb2312'].flatMap((charset) =>
			[true, false].flatMap((encrypted) =>
				['token-of-a-merchant', ''].map((appAuthToken) => ({
					...{ keyMode, signType, charset, encrypted, appAuthToken },
					title: [
						...[keyMode, signType, charset, encrypted ? 'AES' : 'no AES'],
						appAuthToken ? 'with app_auth_token' : 'without app_auth_token',
					].join(', '),
				})),
			),
		),
	),
);

/** A title that GB2312 can write, and numbers of both kinds. */
const { closed, refund } = SAMPLES;
const ROWS = [alipayPair(closed), merchantPair(closed)];

describe('a query is signed, understood, verified and read', () => {
	it.each(MODES)('$title', async ({ keyMode, signType, charset, encrypted, appAuthToken }) => {
		const encryptKey = encrypted ? simulator.encryptKey : '';
		const settings = { signType, charset, encryptKey, appAuthToken };
		const { good } = await queryItems(simulator, ROWS, {
			credential: { ...simulator.credentials[keyMode], ...settings },
			parameters: { options: { includeGatewayDetails: true } },
			onError: 'continueErrorOutput',
		});
		const certificate = keyMode === 'certificate';
		const expected = {
			...{ ...closed, status: 'CLOSED', amount: 66, order_title: '开学季红包' },
			gateway: {
				code: '10000',
				signature_verified: true,
				alipay_cert_sn: certificate ? expect.stringMatching(/^[0-9a-f]{32}$/) : null,
			},
		};
		expect(good).toMatchObject([expected, expected]);

		const { params } = simulator.requests.at(-1) ?? {};
		expect(params).toMatchObject({ charset, sign_type: signType });
		expect(params?.app_auth_token).toBe(appAuthToken || undefined);
		expect(params?.encrypt_type).toBe(encrypted ? 'AES' : undefined);
		expect(params?.app_cert_sn !== undefined).toBe(certificate);
		expect(params?.alipay_root_cert_sn !== undefined).toBe(certificate);
		expect(params?.biz_content?.startsWith('{')).toBe(!encrypted);
	});

	it('in GBK with Chinese in the numbers', async () => {
		const { failed } = await queryItems(
			simulator,
			[{ out_order_no: '红包', out_request_no: '誠' }],
			{
				credential: { ...simulator.credential, charset: 'gbk' },
				onError: 'continueErrorOutput',
			},
		);
		expect(failed).toMatchObject([{ details: { sub_code: 'AUTH_ORDER_NOT_EXIST' } }]);
		const { params } = simulator.requests.at(-1) ?? {};
		expect(JSON.parse(params?.biz_content ?? '')).toEqual({
			...{ out_order_no: '红包', out_request_no: '誠' },
		});
	});

	it('except an item that the charset cannot write: it fails by name, and the others continue', async () => {
		const before = simulator.totalRequests;
		const { good, failed } = await queryItems(
			simulator,
			[{ out_order_no: 'M', out_request_no: 'R😊' }, refund],
			{ credential: { ...simulator.credential, charset: 'gbk' }, onError: 'continueErrorOutput' },
		);
		expect(good).toHaveLength(1);
		expect(failed[0]?.error).toMatch(/out_request_no contains "😊" \(U\+1F60A\)/);
		expect(simulator.totalRequests).toBe(before + 1);
	});
});

const query = async (scenario: string, keyMode: (typeof KEY_MODES)[number], changes: object = {}) =>
	await queryItems(simulator, [scenarioByMerchant(scenario)], {
		credential: { ...simulator.credentials[keyMode], ...changes },
		parameters: { options: { maxTries: 1 } },
		onError: 'continueErrorOutput',
	});

describe('in certificate mode', () => {
	it('a renewed Alipay certificate is downloaded, traced to the root and used from then on', async () => {
		const before = simulator.totalRequests;
		const first = await query('SIM-RENEWED-CERT', 'certificate');
		expect(first.good).toMatchObject([{ out_request_no: 'SIM-RENEWED-CERT' }]);
		expect(simulator.totalRequests - before).toBe(2);
		const second = await query('SIM-RENEWED-CERT', 'certificate');
		expect(second.good).toHaveLength(1);
		expect(simulator.totalRequests - before).toBe(3);
	});

	it.each([
		['SIM-MERCHANT-CERT', /belongs to another company/],
		['SIM-UNKNOWN-CERT', /cannot be downloaded/],
	])('%s leads to an error that names the certificate', async (scenario, said) => {
		const { good, failed } = await query(scenario, 'certificate');
		expect(good).toEqual([]);
		expect(failed).toMatchObject([{ details: { code: 'alipay-certificate-unknown' } }]);
		expect(failed[0]?.error).toMatch(said);
	});

	it('certificates that expire soon are named once a run, in a hint', async () => {
		// All certificates of the simulator expire at the end of 2049.
		vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2049, 11, 10) });
		const later = await simulate({ now: () => Date.now() });
		const { good, hints } = await queryItems(later, [closed, closed], {
			credential: { ...later.credentials.certificate },
		}).finally(() => vi.useRealTimers());
		expect(good).toHaveLength(2);
		expect(hints('Alipay')).toEqual([
			expect.stringMatching(/^The App Public Certificate .* expires on 2049-12-31 \(in 21 days\)/),
			expect.stringMatching(/^The Alipay Public Certificate .* expires on 2049-12-31 \(in 21 days/),
		]);
	});

	it('a wrong certificate is named before anything is sent', async () => {
		const before = simulator.totalRequests;
		const { certificate } = simulator.credentials;
		const { appPublicCert, alipayPublicCert, alipayRootPublicCert } = certificate;
		const cases: Array<[changes: object, said: RegExp]> = [
			[
				{ appPublicCert: alipayPublicCert },
				/App Public Certificate .* is not the certificate of an app/,
			],
			[{ appPublicCert: alipayRootPublicCert }, /App Public Certificate .* is a root certificate/],
			[{ appId: '2021000000000009' }, /belongs to the application 2021000000000002/],
			[
				{ alipayPublicCert: appPublicCert },
				/Alipay Public Certificate .* is the certificate of an app/,
			],
			[
				{ alipayPublicCert: alipayRootPublicCert },
				/Alipay Public Certificate .* is a root certificate/,
			],
			[
				{ alipayRootPublicCert: appPublicCert },
				/Alipay Root Certificate .* does not contain a root certificate/,
			],
			[
				{ alipayRootPublicCert: certificate.privateKey },
				/contains a private key, not a certificate\. This field is not hidden/,
			],
			[{ appPublicCert: '' }, /App Public Certificate .* is empty/],
			[
				{ appPublicCert: appPublicCert.slice(0, 400) },
				/App Public Certificate .* is \d+ characters too short: its end is missing/,
			],
		];
		for (const [changes, said] of cases) {
			const { failed } = await query('SIM-FLAKY', 'certificate', changes);
			expect(failed[0]?.error).toMatch(said);
		}
		expect(simulator.totalRequests).toBe(before);
	});
});

describe.each(KEY_MODES)('content encryption, %s', (keyMode) => {
	const encrypted = () => ({ encryptKey: simulator.encryptKey });

	it('accepts a signed response in clear text', async () => {
		expect((await query('SIM-PLAIN-ANSWER', keyMode, encrypted())).good).toHaveLength(1);
	});

	it.each([
		['SIM-ENCRYPTED-UNSIGNED', 'answer-unsigned'],
		['SIM-WRONG-AES-KEY', 'answer-encrypted'],
	])('fails for %s', async (scenario, code) => {
		const { good, failed } = await query(scenario, keyMode, encrypted());
		expect(good).toEqual([]);
		expect(failed).toMatchObject([{ details: { code } }]);
	});

	it('names a key with which Alipay cannot decrypt', async () => {
		const encryptKey = Buffer.alloc(16, 1).toString('base64');
		const { failed } = await query('SIM-FLAKY', keyMode, { encryptKey });
		expect(failed).toMatchObject([{ details: { sub_code: 'isv.decryption-error-unknown' } }]);
	});
});

it('a refusal in GBK bytes to a UTF-8 request is read', async () => {
	const { failed } = await query('SIM-GBK-BYTES', 'publicKey');
	expect(failed).toMatchObject([
		{ details: { code: '20000', sub_msg: expect.stringMatching(/系统繁忙/) } },
	]);
});

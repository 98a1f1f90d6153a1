/**
 * The signatures of notifications, and the defects of forgeries, judged by Node's crypto and the
 * official SDK.
 */
import { createDecipheriv, createPublicKey, createVerify, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { DEPOSITS } from '../../tools/simulator/fixtures/fundAuthorization.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import { TRANSFERS } from '../../tools/simulator/fixtures/transfer.mts';
import { FORGERIES } from '../../tools/simulator/forgeries.mts';
import type { ForgeryName } from '../../tools/simulator/forgeries.mts';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import type { NotifyOptions } from '../../tools/simulator/notifications.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { pairsOf, startReceiver } from './receiver.mts';
import type { Received } from './receiver.mts';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let simulator: Simulator;
const keysFolder = temporaryFolder('notification-signing');
beforeAll(async () => {
	receiver = await startReceiver();
	simulator = await startSimulator({ keysFolder, notifyUrl: receiver.url });
});
afterAll(async () => {
	await simulator.close();
	receiver.close();
});
beforeEach(() => {
	receiver.received.splice(0);
});

const TRANSFER = { method: 'alipay.fund.trans.common.query' };
const transfer = (status: string) => {
	const found = TRANSFERS.find((one) => one.status === status);
	return { order_id: found?.order_id };
};

/** Posts one notification, and returns its pairs. */
async function posted(options: NotifyOptions = {}, numbers: object = SAMPLES.closed) {
	expect(await simulator.notify({ ...numbers }, options).ended).toBe('success');
	return pairsOf(receiver.received.at(-1) as Received);
}

const valueOf = (pairs: Awaited<ReturnType<typeof posted>>, wanted: string) =>
	pairs.find(([name]) => name === wanted)?.[1];

const alipayKey = () =>
	createPublicKey({
		key: Buffer.from(simulator.credential.alipayPublicKey, 'base64'),
		format: 'der',
		type: 'spki',
	});
const certifiedKey = () =>
	new X509Certificate(simulator.credentials.certificate.alipayPublicCert).publicKey;

/** Whether `sign` matches the pairs without these names, in the order of the names. */
function isSignedWithout(
	names: readonly string[],
	pairs: ReadonlyArray<[string, string]>,
	{ key = alipayKey(), digest = 'RSA-SHA256' }: { key?: KeyObject; digest?: string } = {},
) {
	const text = pairs
		.filter(([name]) => name !== 'sign' && !names.includes(name))
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');
	const sign = pairs.find(([name]) => name === 'sign')?.[1] ?? '';
	return createVerify(digest).update(Buffer.from(text, 'latin1')).verify(key, sign, 'base64');
}

describe('the signature', () => {
	it('covers all except sign_type in V1, and also sign_type in V2', async () => {
		const [v1, v2] = [await posted(), await posted({ version: 'V2' })];
		const covers = [v1, v2].map((pairs) => [
			isSignedWithout(['sign_type'], pairs),
			isSignedWithout([], pairs),
		]);
		expect(covers).toEqual([
			[true, false],
			[false, true],
		]);
	});

	it('uses SHA1 with RSA', async () => {
		const pairs = await posted({ signType: 'RSA' });
		expect(valueOf(pairs, 'sign_type')).toBe('RSA');
		expect(isSignedWithout(['sign_type'], pairs, { digest: 'RSA-SHA1' })).toBe(true);
	});

	it('can omit empty values', async () => {
		const pairs = await posted({ keepsEmpty: false, parameters: { empty: '' } });
		expect(valueOf(pairs, 'empty')).toBe('');
		expect(isSignedWithout(['sign_type'], pairs)).toBe(false);
		expect(isSignedWithout(['sign_type', 'empty'], pairs)).toBe(true);
	});

	it.each([
		['gb2312', { charset: 'gb2312' }, 'gb2312'],
		['GBK that is not named', { charset: 'gbk', omitsCharset: true }, undefined],
	] as const)('covers the bytes in %s', async (_, options, named) => {
		const pairs = await posted({ ...options, parameters: { memo: '中秋' } });
		expect([valueOf(pairs, 'memo'), valueOf(pairs, 'charset')]).toEqual([
			'\xd6\xd0\xc7\xef',
			named,
		]);
		expect(isSignedWithout(['sign_type'], pairs)).toBe(true);
	});

	it('matches the certificate of the credential in certificate mode, and does not match after its renewal', async () => {
		const [pasted, renewed] = [
			await posted({ certificate: 'pasted' }),
			await posted({ certificate: 'renewed' }),
		];
		expect(valueOf(pasted, 'app_id')).toBe(simulator.credentials.certificate.appId);
		const fits = [pasted, renewed].map((pairs) =>
			isSignedWithout(['sign_type'], pairs, { key: certifiedKey() }),
		);
		expect(fits).toEqual([true, false]);
	});

	it('covers the encrypted text of an encrypted message', async () => {
		const pairs = await posted({ ...TRANSFER, isEncrypted: true }, transfer('SUCCESS'));
		expect(isSignedWithout(['sign_type'], pairs)).toBe(true);
		const key = Buffer.from(simulator.encryptKey, 'base64');
		const decipher = createDecipheriv('aes-128-cbc', key, Buffer.alloc(16));
		const content = valueOf(pairs, 'biz_content') ?? '';
		const text = decipher.update(content, 'base64', 'utf8') + decipher.final('utf8');
		expect(JSON.parse(text)).toMatchObject(transfer('SUCCESS'));
	});
});

describe('the kind', () => {
	const deposit = (type: string, status: string) => {
		const found = DEPOSITS.find((one) => one.operation_type === type && one.status === status);
		return { auth_no: found?.auth_no, operation_id: found?.operation_id };
	};
	const deposits = { method: 'alipay.fund.auth.operation.detail.query' };

	it.each([
		['fund_stdtrustee_refund.success', {}, SAMPLES.refund],
		['fund_auth_freeze', deposits, deposit('FREEZE', 'SUCCESS')],
		['fund_auth_unfreeze', deposits, deposit('UNFREEZE', 'SUCCESS')],
		['fund_auth_operation_cancel', deposits, deposit('FREEZE', 'CLOSED')],
		['trade_status_sync', { method: 'alipay.trade.query' }, { trade_no: TRADES[0]?.trade_no }],
	])('%s is that of its record', async (kind, options, numbers) => {
		const pairs = await posted(options, numbers);
		expect(valueOf(pairs, 'notify_type')).toBe(kind);
		expect(Object.fromEntries(pairs)).toMatchObject(numbers);
		expect(isSignedWithout(['sign_type'], pairs)).toBe(true);
	});
});

describe('a forgery', () => {
	/** The official SDK checks only the signature: not the application, the time, or SHA1. */
	const TAKEN_BY_SDK: Readonly<Record<ForgeryName, boolean>> = {
		'changed-amount': false,
		'no-sign': false,
		'other-application': true,
		stale: true,
		'twice-the-same-name': true,
		sha1: true,
		'own-key': false,
		added: false,
		'added-empty': false,
		dropped: false,
		merged: true,
		reordered: true,
		'encoded-otherwise': true,
		'decoded-twice': false,
	};

	it.each(Object.keys(FORGERIES) as ForgeryName[])(
		'%s has the expected result in the official SDK, as a form and as a message',
		async (forgery) => {
			const { appId, privateKey, alipayPublicKey } = simulator.credential;
			const sdk = new AlipaySdk({ appId, privateKey, alipayPublicKey, keyType: 'PKCS8' });
			const form = await posted({ forgery });
			const message = await posted({ forgery, ...TRANSFER }, transfer('SUCCESS'));
			const taken = [form, message].map((pairs) => {
				const parameters = pairs.map(([name, value]) => [
					name,
					Buffer.from(value, 'latin1').toString(),
				]);
				return sdk.checkNotifySign(Object.fromEntries(parameters), true);
			});
			expect(taken).toEqual([TAKEN_BY_SDK[forgery], TAKEN_BY_SDK[forgery]]);
		},
	);

	it('of an amount is refused when there is no amount to change', () => {
		const forgery = 'changed-amount';
		const encrypted = { ...TRANSFER, forgery, isEncrypted: true } as const;
		expect(() => simulator.notify(transfer('SUCCESS'), encrypted)).toThrow(/not contain an amount/);
		expect(() => simulator.notify(transfer('FAIL'), { ...TRANSFER, forgery })).toThrow(
			/not contain an amount/,
		);
	});
});

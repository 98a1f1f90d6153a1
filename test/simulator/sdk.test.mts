// The official SDK is the independent witness that the simulator speaks Alipay's protocol.
import { AlipaySdk } from 'alipay-sdk';
import type { AlipaySdkSignType } from 'alipay-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fields, Fixture } from '../../tools/simulator/fixture.mts';
import couponOperation from '../../tools/simulator/fixtures/couponOperation.mts';
import {
	alipayPair,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { CouponNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { readFixtures } from '../../tools/simulator/readFixtures.mts';
import { openStore } from '../../tools/simulator/store.mts';
import type { Found } from '../../tools/simulator/store.mts';
import { simulate } from '../support/simulator.mts';

// The SDK writes the timestamp in the time zone of the process (protocol §11).
const zone = process.env.TZ;
process.env.TZ = 'Asia/Shanghai';

// A fixed clock, so no operation settles during the test.
const now = Date.now();
let simulator: Simulator;

beforeAll(async () => {
	simulator = await simulate({ now: () => now });
});
afterAll(async () => {
	await simulator.close();
	if (zone === undefined) delete process.env.TZ;
	else process.env.TZ = zone;
});

async function query(signType: AlipaySdkSignType, bizContent: Partial<CouponNumbers>) {
	return await exec(signType, 'alipay.fund.coupon.operation.query', { bizContent });
}

async function exec(signType: AlipaySdkSignType, method: string, params: object) {
	const { appId, privateKey, alipayPublicKey, gatewayUrl } = simulator.credential;
	const sdk = new AlipaySdk({
		...{ appId, privateKey, alipayPublicKey, signType },
		gateway: gatewayUrl,
		keyType: 'PKCS8',
		camelcase: false,
	});
	return await sdk.exec(method, { ...params }, { validateSign: true });
}

const methods = await readFixtures();

/** A payment without money cannot be refunded. */
const isRefused = ({ write }: Fixture, { trade_status }: Fields) =>
	write !== undefined && trade_status === 'WAIT_BUYER_PAY';

describe('the official SDK in certificate mode', () => {
	it('calculates the serial-number digests that the gateway requires, verifies and reads', async () => {
		const credential = simulator.credentials.certificate;
		const sdk = new AlipaySdk({
			appId: credential.appId,
			privateKey: credential.privateKey,
			appCertContent: credential.appPublicCert,
			alipayPublicCertContent: credential.alipayPublicCert,
			alipayRootCertContent: credential.alipayRootPublicCert,
			gateway: credential.gatewayUrl,
			keyType: 'PKCS8',
			camelcase: false,
		});
		const { auth_no, operation_id } = SAMPLES.rich;
		const bizContent = { auth_no, operation_id };
		const lookUp = async (content: object) =>
			await sdk.exec(
				'alipay.fund.coupon.operation.query',
				{ bizContent: content },
				{ validateSign: true },
			);
		expect(await lookUp(bizContent)).toMatchObject({ code: '10000', ...SAMPLES.rich });
		const tampered = lookUp({ auth_no, operation_id: 'SIM-TAMPERED' });
		await expect(tampered).rejects.toThrow('验签失败');
	});
});

describe.each(['RSA2', 'RSA'] as const)('the official SDK with %s', (signType) => {
	it.each(Object.entries(SAMPLES))(
		'verifies and reads the %s sample by either pair',
		async (_name, reference) => {
			const found = openStore(couponOperation, () => now).find(alipayPair(reference));
			for (const biz of [alipayPair(reference), merchantPair(reference)]) {
				const { traceId, ...fields } = await query(signType, biz);
				expect(fields).toEqual({ code: '10000', msg: 'Success', ...(found as Found).fields });
				expect(traceId).toMatch(/^[0-9a-f]{32}$/);
			}
		},
	);

	it.each(methods)(
		'verifies and reads $method by each way to identify a record',
		async (fixture) => {
			const { method, identifiedBy, withoutBizContent } = fixture;
			for (const record of (fixture.samples ?? []).map(({ record }) => record))
				for (const names of identifiedBy.filter((way) => way.every((name) => record[name]))) {
					const numbers = Object.fromEntries(names.map((name) => [name, record[name]]));
					const biz = { ...numbers, refund_amount: '0.01' };
					const params = withoutBizContent ? numbers : { bizContent: biz };
					const response = await exec(signType, method, params);
					if (withoutBizContent) expect(response).toHaveProperty('access_token');
					else expect(response.code).toBe(isRefused(fixture, record) ? '40004' : '10000');
					expect(response.traceId).toMatch(/^[0-9a-f]{32}$/);
				}
		},
	);

	it.each(methods)('refuses a tampered response of $method', async (fixture) => {
		const { method, identifiedBy, scenarioNumbers, records, withoutBizContent } = fixture;
		const [names = []] = identifiedBy;
		const scenario = names.find((name) => scenarioNumbers?.includes(name) ?? true) ?? '';
		const numbers = Object.fromEntries(names.map((name) => [name, records[0]?.[name]]));
		const biz = { ...numbers, [scenario]: 'SIM-TAMPERED', refund_amount: '0.01' };
		const params = withoutBizContent ? biz : { bizContent: biz };
		await expect(exec(signType, method, params)).rejects.toThrow('验签失败');
	});

	it('verifies a business error', async () => {
		const response = await query(signType, { auth_no: '1', operation_id: '2' });
		expect(response).toMatchObject({ code: '40004', sub_code: 'AUTH_ORDER_NOT_EXIST' });
	});

	it('refuses a tampered response', async () => {
		const tampered = query(signType, { auth_no: '1', operation_id: 'SIM-TAMPERED' });
		await expect(tampered).rejects.toThrow('验签失败');
	});
});

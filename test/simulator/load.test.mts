/**
 * The features of the simulator for load tests: many operations, TLS, a rate limit, faults by name.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import couponOperation from '../../tools/simulator/fixtures/couponOperation.mts';
import { FAULTS, USUAL_FAULTS } from '../../tools/simulator/faults.mts';
import type { FaultName } from '../../tools/simulator/faults.mts';
import {
	alipayPair,
	generatedNumbers,
	generatedRecord,
	merchantPair,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { CouponOperation } from '../../tools/simulator/fixtures/couponOperation.mts';
import { GENERATED_COUNT, recordNumber } from '../../tools/simulator/generated.mts';
import type { SimulatorOptions } from '../../tools/simulator/gateway.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, isVerified, subCodeOf } from './client.mts';

const byAlipay = (number: number) => alipayPair(generatedNumbers(number));
const byMerchant = (number: number) => merchantPair(generatedNumbers(number));

describe('generated operations', () => {
	it.each([1, 2, 12, 99_999, GENERATED_COUNT])(
		'include number %i, which is found by either pair',
		async (number) => {
			const simulator = await simulate();
			for (const biz of [byAlipay(number), byMerchant(number)]) {
				const response = await call(simulator, { biz });
				expect(fieldsOf(response)).toEqual({
					code: '10000',
					msg: 'Success',
					...generatedRecord(number),
				});
				expect(isVerified(simulator, response)).toBe(true);
			}
		},
	);

	it('have all three statuses, and an INIT has no gmt_trans', () => {
		const records = Array.from({ length: 100 }, (_, index) => generatedRecord(index + 1));
		const share = (status: string) => records.filter((record) => record.status === status).length;
		expect([share('SUCCESS'), share('CLOSED'), share('INIT')]).toEqual([88, 9, 3]);
		for (const { status, gmt_trans } of records) expect(!gmt_trans).toBe(status === 'INIT');
	});

	it('are PAY and REFUND, and an INIT is a PAY', () => {
		const records = Array.from({ length: 100 }, (_, index) => generatedRecord(index + 1));
		const kinds: Record<string, number> = {};
		for (const { operation_type, status } of records) {
			const kind = `${operation_type} ${status}`;
			kinds[kind] = (kinds[kind] ?? 0) + 1;
		}
		expect(kinds).toEqual({
			'PAY SUCCESS': 78,
			'REFUND SUCCESS': 10,
			'PAY CLOSED': 7,
			'REFUND CLOSED': 2,
			'PAY INIT': 3,
		});
	});

	it('have refunded exactly what their successful REFUND says', () => {
		for (let number = 1; number <= 100; number++) {
			const { operation_type, status, amount, total_pay_refund_amount } = generatedRecord(number);
			const isBack = operation_type === 'REFUND' && status === 'SUCCESS';
			expect(total_pay_refund_amount).toBe(isBack ? amount : '0.00');
		}
	});

	it('have the same shares in every hundred', () => {
		const kind = ({ operation_type, status }: CouponOperation) => `${operation_type} ${status}`;
		for (let number = 1; number <= 100; number++)
			expect(kind(generatedRecord(number + 9_900))).toBe(kind(generatedRecord(number)));
	});

	it.each([
		[
			'two numbers of different operations',
			generatedNumbers(1).auth_no,
			generatedNumbers(2).operation_id,
		],
		[
			'a number beyond the last',
			generatedNumbers(GENERATED_COUNT + 1).auth_no,
			generatedNumbers(GENERATED_COUNT + 1).operation_id,
		],
		['number 0', generatedNumbers(0).auth_no, generatedNumbers(0).operation_id],
		['something else', 'any order', 'any operation'],
	])('do not include %s', (_what, auth_no, operation_id) => {
		const prefixes = couponOperation.generated.prefixes;
		expect(recordNumber(prefixes, { auth_no, operation_id })).toBeUndefined();
	});

	it('a presigned response equals one that is signed on demand', async () => {
		const [ahead, demand] = [await simulate({ signedAhead: 3 }), await simulate()];
		for (const number of [1, 3, 4]) {
			const [one, other] = [ahead, demand].map(
				async (simulator) => await call(simulator, { biz: byAlipay(number) }),
			);
			expect((await one)?.text).toBe((await other)?.text);
		}
		const sha1 = await call(ahead, { biz: byAlipay(1), params: { sign_type: 'RSA' } });
		expect(isVerified(ahead, sha1, 'RSA-SHA1')).toBe(true);
		const gbk = await call(ahead, { biz: byAlipay(1), charset: 'gbk' });
		expect(new TextDecoder('gbk').decode(gbk.bytes)).toContain('红包');
	});
});

it('TLS uses a certificate for localhost and 127.0.0.1, from the named file', async () => {
	const simulator = await simulate({ tls: true });
	expect(simulator.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/gateway\.do$/);
	expect(simulator.credential.gatewayUrl).toBe(simulator.url);
	const ca = readFileSync(simulator.caFile ?? '', 'utf8');
	const get = async (url: string, trusted: boolean) =>
		await new Promise((resolve, reject) => {
			const outgoing = request(url, { agent: false, ...(trusted ? { ca } : {}) }, (incoming) => {
				incoming.resume();
				resolve(incoming.statusCode);
			});
			outgoing.on('error', reject);
			outgoing.end();
		});
	expect(await get(simulator.url, true)).toBe(200);
	expect(await get(simulator.url.replace('127.0.0.1', 'localhost'), true)).toBe(200);
	await expect(get(simulator.url, false)).rejects.toThrow(/certificate/);
});

it('a rate limit returns 40005 for the extra requests in a second', async () => {
	let now = Date.UTC(2026, 8, 1);
	const simulator = await simulate({ rateLimit: 2, now: () => now });
	const query = async () => subCodeOf(await call(simulator, { biz: byAlipay(1), at: now }));
	expect([await query(), await query(), await query()]).toEqual([
		undefined,
		undefined,
		'isv.app-call-limited',
	]);
	now += 1_000;
	expect(await query()).toBeUndefined();
});

describe('faults by name', () => {
	it('come in turn, at the requested rate', async () => {
		const faults: FaultName[] = ['system-error', 'call-limited', 'wrong-charset', 'tampered'];
		const simulator = await simulate({ faultRate: 0.5, faults });
		for (let round = 0; round < 200; round++) await call(simulator, { biz: byAlipay(5) });
		const outcomes = simulator.requests.map(({ outcome }) => outcome);
		const shown = outcomes.filter((outcome) => outcome.startsWith('fault '));
		expect(shown.length).toBeGreaterThan(70);
		expect(shown.length).toBeLessThan(130);
		expect(shown).toEqual(shown.map((_, index) => `fault ${faults[index % faults.length]}`));
	});

	it('return the response of the requested operation when they return one', async () => {
		const simulator = await simulate({ faultRate: 1, faults: ['wrong-charset'] });
		const { bytes } = await call(simulator, { biz: byAlipay(12) });
		const text = new TextDecoder('gbk').decode(bytes);
		expect(JSON.parse(text)).toMatchObject({
			alipay_fund_coupon_operation_query_response: { ...generatedRecord(12), code: '10000' },
		});
	});

	it.each<[string, SimulatorOptions]>([
		['no fault', { faults: [] }],
		['an unknown fault', { faults: ['flood' as FaultName] }],
		['a rate limit of 0', { rateLimit: 0 }],
	])('%s is refused', async (_what, options) => {
		await expect(simulate(options)).rejects.toThrow(RangeError);
	});

	it('include the usual ones', () => {
		expect(Object.keys(FAULTS)).toEqual(expect.arrayContaining([...USUAL_FAULTS]));
	});
});

it('the count of current requests includes those without a response and without an abort', async () => {
	const simulator = await simulate({ latencyMs: 150 });
	const requested = [1, 2, 3].map(
		async (number) => await call(simulator, { biz: byAlipay(number) }),
	);
	await delay(75);
	expect(simulator.inProgress).toBe(3);
	await Promise.all(requested);
	await delay(20);
	expect(simulator.inProgress).toBe(0);
	expect(simulator.totalRequests).toBe(3);
});

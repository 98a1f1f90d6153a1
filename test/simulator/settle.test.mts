/** Operations that end on the command of a test, or some seconds after their first request. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
	alipayPair,
	generatedNumbers,
	generatedRecord,
	merchantPair,
	METHOD,
	RECORDS,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { CouponNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, isVerified, subCodeOf } from './client.mts';

const START = Date.parse('2026-09-10T12:00:00+08:00');
const SIGNED_AHEAD = 2;
let simulator: Simulator;
let now: number;

// One for each test, because a settled operation stays settled.
beforeEach(async () => {
	now = START;
	simulator = await simulate({ now: () => now, signedAhead: SIGNED_AHEAD });
	return async () => await simulator.close();
});

const query = async (biz: Partial<CouponNumbers>) => {
	const response = await call(simulator, { biz, at: now });
	expect(isVerified(simulator, response)).toBe(true);
	return fieldsOf(response);
};
const PAIRS = [
	['all four', (reference: CouponNumbers) => reference],
	["Alipay's", alipayPair],
	["the merchant's", merchantPair],
] as const;

const initial = (type: 'PAY' | 'REFUND') => {
	const found = RECORDS.find((entry) => entry.operation_type === type && entry.status === 'INIT');
	return found ?? expect.fail(`The table has no ${type} in INIT`);
};

describe('settle', () => {
	describe.each([
		['of the table', SAMPLES.initial],
		['generated', generatedNumbers(101)],
		['generated and signed ahead', generatedNumbers(SIGNED_AHEAD)],
	] as const)('an operation %s', (_what, reference) => {
		it.each(PAIRS)('by %s numbers ends for a request by either pair', async (_whose, pick) => {
			for (const [, biz] of PAIRS)
				expect(await query(biz(reference))).toMatchObject({ ...reference, status: 'INIT' });
			now += 90_000;
			simulator.settle(pick(reference), 'CLOSED');
			now += 3_600_000;
			const end = { status: 'CLOSED', gmt_trans: '2026-09-10 12:01:30' };
			for (const [, biz] of PAIRS)
				expect(await query(biz(reference))).toMatchObject({ ...reference, ...end });
		});

		it('changes only its status and gmt_trans', async () => {
			const before = await query(reference);
			expect(before).not.toHaveProperty('gmt_trans');
			simulator.settle(reference, 'SUCCESS');
			const end = { status: 'SUCCESS', gmt_trans: '2026-09-10 12:00:00' };
			expect(await query(reference)).toEqual({ ...before, ...end });
		});

		it('appears in the record of requests', async () => {
			simulator.settle(reference, 'CLOSED');
			await query(reference);
			expect(simulator.requests.at(-1)?.outcome).toBe('10000 CLOSED');
		});

		it.each(['SUCCESS', 'CLOSED'] as const)('throws when it is already %s', async (status) => {
			simulator.settle(merchantPair(reference), status);
			now += 60_000;
			for (const other of ['SUCCESS', 'CLOSED'] as const)
				expect(() => simulator.settle(alipayPair(reference), other)).toThrow(
					`has the status ${status}, which is final`,
				);
			expect(await query(reference)).toMatchObject({ status, gmt_trans: '2026-09-10 12:00:00' });
		});
	});

	it('does not affect any other operation', async () => {
		simulator.settle(generatedNumbers(1), 'CLOSED');
		expect(await query(generatedNumbers(2))).toMatchObject({ status: 'INIT' });
		expect(await query(SAMPLES.initial)).toMatchObject({ status: 'INIT' });
	});

	it.each([
		['of the table', SAMPLES.closed],
		['generated', generatedNumbers(12)],
	] as const)('throws for an operation %s that was never INIT', (_what, reference) => {
		expect(() => simulator.settle(reference, 'CLOSED')).toThrow(/, which is final$/);
	});

	it('comes before the end that the operation would reach on its own', async () => {
		simulator.settle(SAMPLES.settlesSuccess, 'CLOSED');
		now += 5_000;
		const end = { status: 'CLOSED', gmt_trans: '2026-09-10 12:00:00' };
		expect(await query(SAMPLES.settlesSuccess)).toMatchObject(end);
	});

	it('throws for an operation that has ended on its own', () => {
		now += 5_000;
		expect(() => simulator.settle(SAMPLES.settlesSuccess, 'CLOSED')).toThrow(
			'has the status SUCCESS, which is final',
		);
	});

	it.each<[string, Partial<CouponNumbers>]>([
		['unknown numbers', { auth_no: '1', operation_id: '2' }],
		['an unknown operation', { auth_no: SAMPLES.initial.auth_no, operation_id: '2' }],
		['half a pair', { auth_no: SAMPLES.initial.auth_no }],
		[
			'a cross pair',
			{ auth_no: SAMPLES.initial.auth_no, out_request_no: SAMPLES.initial.out_request_no },
		],
		['a scenario', { auth_no: '1', operation_id: 'SIM-CLOSED-AFTER-5' }],
		['nothing', {}],
	])('throws for %s', (_what, numbers) => {
		expect(() => simulator.settle(numbers, 'CLOSED')).toThrow(
			`No record of ${METHOD} has the numbers ${JSON.stringify(numbers)}`,
		);
	});

	describe('the total of refunds', () => {
		const totals = async (auth_no: string) => {
			const order = RECORDS.filter((entry) => entry.auth_no === auth_no);
			const records = await Promise.all(order.map(async (entry) => await query(alipayPair(entry))));
			return records.map((record) => record.total_pay_refund_amount);
		};

		it('of an order grows with a refund that is settled as SUCCESS', async () => {
			const { amount, ...refund } = initial('REFUND');
			expect(await totals(refund.auth_no)).toEqual(['0.00', '0.00']);
			simulator.settle(alipayPair(refund), 'SUCCESS');
			expect(await totals(refund.auth_no)).toEqual([amount, amount]);
		});

		it('of an order stays the same when a refund is settled as CLOSED', async () => {
			const refund = initial('REFUND');
			simulator.settle(alipayPair(refund), 'CLOSED');
			expect(await totals(refund.auth_no)).toEqual(['0.00', '0.00']);
		});

		it('of an order stays the same when a PAY is settled', async () => {
			const pay = initial('PAY');
			simulator.settle(alipayPair(pay), 'SUCCESS');
			expect(await totals(pay.auth_no)).toEqual(['0.00']);
		});
	});

	it('applies only to that simulator', async () => {
		simulator.settle(generatedNumbers(1), 'CLOSED');
		const other = await simulate({ now: () => now });
		const response = await call(other, { biz: alipayPair(generatedNumbers(1)), at: now });
		await other.close();
		expect(fieldsOf(response).status).toBe(generatedRecord(1).status);
	});
});

describe.each(['SUCCESS', 'CLOSED'] as const)('SIM-%s-AFTER-<seconds>', (status) => {
	const scenario = (seconds: number | string) => `SIM-${status}-AFTER-${seconds}`;

	it.each([
		['operation_id', { auth_no: 'A', operation_id: scenario(30) }],
		['out_request_no', { out_order_no: 'A', out_request_no: scenario(30) }],
	])(
		'as %s is INIT for the given seconds, and then has ended at that moment',
		async (_name, biz) => {
			now += 10_000;
			const first = await query(biz);
			expect(first).toMatchObject({ code: '10000', status: 'INIT', ...biz });
			expect(first).not.toHaveProperty('gmt_trans');
			now += 29_999;
			expect(await query(biz)).toEqual(first);
			now += 1;
			const end = { ...first, status, gmt_trans: '2026-09-10 12:00:40' };
			expect(await query(biz)).toEqual(end);
			now += 86_400_000;
			expect(await query(biz)).toEqual(end);
		},
	);

	it('belongs to an operation that began with its first request, even without a response', async () => {
		const biz = { auth_no: 'A', operation_id: scenario(30) };
		const birth = { gmt_create: '2026-09-10 12:00:00', total_pay_refund_amount: '0.00' };
		expect(await query(biz)).toMatchObject(birth);
		now += 60_000;
		expect(await query(biz)).toMatchObject(birth);
	});

	it('has a separate clock for each order number', async () => {
		const of = async (auth_no: string) => await query({ auth_no, operation_id: scenario(30) });
		await of('A');
		now += 20_000;
		await of('B');
		now += 10_000;
		expect(await of('A')).toMatchObject({ status, gmt_trans: '2026-09-10 12:00:30' });
		expect(await of('B')).toMatchObject({ status: 'INIT' });
		now += 20_000;
		expect(await of('B')).toMatchObject({ status, gmt_trans: '2026-09-10 12:00:50' });
	});

	it('has a separate clock for each number of seconds', async () => {
		const of = async (seconds: number) =>
			await query({ auth_no: 'A', operation_id: scenario(seconds) });
		await of(30);
		now += 30_000;
		expect(await of(5)).toMatchObject({ status: 'INIT' });
	});

	it('with 0 seconds has ended at once', async () => {
		const end = { status, gmt_trans: '2026-09-10 12:00:00' };
		expect(await query({ auth_no: 'A', operation_id: scenario(0) })).toMatchObject(end);
	});

	it('has all four numbers when the request has them', async () => {
		const numbers = { ...SAMPLES.closed, operation_id: scenario(30) };
		expect(await query(numbers)).toMatchObject({ ...numbers, status: 'INIT' });
	});

	it.each(['', 'soon', '-5', '1.5', '5s', '1e3'])(
		'with "%s" is not a scenario',
		async (seconds) => {
			const response = await call(simulator, {
				biz: { auth_no: 'A', operation_id: scenario(seconds) },
				at: now,
			});
			expect(subCodeOf(response)).toBe('AUTH_ORDER_NOT_EXIST');
		},
	);
});

import { describe, expect, it } from 'vitest';
import couponOperation from '../../tools/simulator/fixtures/couponOperation.mts';
import { alipayPair, RECORDS, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type {
	CouponNumbers,
	CouponOperation,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { openStore } from '../../tools/simulator/store.mts';

const START = Date.parse('2026-09-10T12:00:00+08:00');
const REQUIRED = [
	'auth_no',
	'out_order_no',
	'operation_id',
	'out_request_no',
	'amount',
	'order_title',
	'operation_type',
	'status',
	'remark',
	'gmt_create',
	'total_pay_refund_amount',
];

/** What Alipay returns for an operation some seconds after the start. */
function recordOf(reference: CouponNumbers, afterSeconds = 0): CouponOperation {
	let now = START;
	const store = openStore(couponOperation, () => now);
	now += afterSeconds * 1000;
	const found = store.find(alipayPair(reference));
	if (found === null || typeof found === 'string') throw new Error(`${found}`);
	return found.fields;
}

describe('the table of operations', () => {
	it('contains at least 40 operations with unique numbers', () => {
		expect(RECORDS.length).toBeGreaterThanOrEqual(40);
		expect(new Set(RECORDS.map((entry) => entry.operation_id)).size).toBe(RECORDS.length);
		expect(new Set(RECORDS.map((entry) => entry.out_request_no)).size).toBe(RECORDS.length);
	});

	it('uses numbers that are easy to type', () => {
		expect(SAMPLES.rich).toEqual({
			auth_no: '2026090100002001260000000001',
			operation_id: '20260901355864862001',
			out_order_no: 'M20260901001',
			out_request_no: 'R20260901001',
		});
		for (const entry of RECORDS) {
			expect(entry.auth_no).toMatch(/^2026090100002001260000000\d{3}$/);
			expect(entry.operation_id).toMatch(/^20260901355864862\d{3}$/);
			expect(entry.out_order_no).toBe(`M20260901${entry.auth_no.slice(-3)}`);
			expect(entry.out_request_no).toBe(`R20260901${entry.operation_id.slice(-3)}`);
		}
	});

	it('has every status for a PAY and for a REFUND', () => {
		const kinds = new Set(RECORDS.map((entry) => `${entry.operation_type} ${entry.status}`));
		for (const type of ['PAY', 'REFUND'])
			for (const status of ['INIT', 'SUCCESS', 'CLOSED'])
				expect(kinds).toContain(`${type} ${status}`);
	});

	it('has INIT operations that stay INIT, and others that settle after 5, 20 and 60 seconds', () => {
		const initial = RECORDS.filter((entry) => entry.status === 'INIT');
		const settling = couponOperation.settling ?? [];
		expect(initial.some((entry) => !settling.some(({ record }) => record === entry))).toBe(true);
		for (const status of ['SUCCESS', 'CLOSED'])
			for (const afterSeconds of [5, 20, 60])
				expect(settling).toContainEqual({
					record: expect.objectContaining({ status: 'INIT' }),
					afterSeconds,
					status,
				});
	});

	it('fills the required fields of every record with text, and gmt_trans when it is settled', () => {
		for (const entry of RECORDS) {
			const record: Record<string, string | undefined> = { ...recordOf(entry) };
			for (const name of REQUIRED) expect(record[name], name).toMatch(/\S/);
			for (const value of Object.values(record)) expect(typeof value).toBe('string');
			expect('gmt_trans' in record).toBe(record.status !== 'INIT');
			expect(record.amount).toMatch(/^\d{1,9}\.\d\d$/);
			expect(record.gmt_create).toMatch(/^2026-09-01 \d\d:\d\d:\d\d$/);
		}
	});

	it('lists each REFUND after the PAY of its order', () => {
		for (const refund of RECORDS.filter((entry) => entry.operation_type === 'REFUND')) {
			const pay = RECORDS.find(
				(entry) => entry.auth_no === refund.auth_no && entry.operation_type === 'PAY',
			);
			expect(pay && pay.gmt_create < refund.gmt_create).toBe(true);
		}
	});

	it('adds up only the successful refunds of an order', () => {
		const pay = RECORDS.find((entry) => entry.amount === '500.00') as CouponOperation;
		expect(recordOf(pay).total_pay_refund_amount).toBe('300.05');
		const late = RECORDS.find((entry) => entry.amount === '400.00') as CouponOperation;
		expect(recordOf(late, 19.999).total_pay_refund_amount).toBe('0.00');
		expect(recordOf(late, 20).total_pay_refund_amount).toBe('100.00');
	});

	it('ranges from one fen to a hundred million yuan', () => {
		const amounts = RECORDS.map((entry) => entry.amount);
		expect(amounts).toContain('0.01');
		expect(amounts).toContain('100000000.00');
	});

	it('has texts with slashes, quotes, backslashes, ampersands and emoji', () => {
		const texts = RECORDS.flatMap((entry) => [entry.order_title, entry.remark]);
		for (const sign of ['/', '"', '\\', '&', '🎑'])
			expect(
				texts.some((text) => text.includes(sign)),
				sign,
			).toBe(true);
	});

	it('keeps extra_param within 300 characters of valid JSON', () => {
		const extras = RECORDS.flatMap((entry) => entry.extra_param ?? []);
		expect(extras.length).toBeGreaterThan(5);
		for (const extra of extras) {
			expect(extra.length).toBeLessThanOrEqual(300);
			const parsed = JSON.parse(extra) as { merchantExt?: string };
			if (parsed.merchantExt?.startsWith('{')) JSON.parse(parsed.merchantExt);
		}
	});
});

describe('the samples', () => {
	it('match their names', () => {
		expect(recordOf(SAMPLES.success)).toMatchObject({ status: 'SUCCESS', operation_type: 'PAY' });
		expect(recordOf(SAMPLES.closed)).toMatchObject({ status: 'CLOSED' });
		expect(recordOf(SAMPLES.initial, 1e6)).toMatchObject({ status: 'INIT' });
		expect(recordOf(SAMPLES.refund)).toMatchObject({ status: 'SUCCESS', operation_type: 'REFUND' });
		expect(Object.keys(recordOf(SAMPLES.rich))).toHaveLength(17);
		expect(Object.keys(recordOf(SAMPLES.bare)).sort()).toEqual([...REQUIRED, 'gmt_trans'].sort());
	});

	it('settle five seconds after the start, with gmt_trans as that time in Beijing', () => {
		for (const [reference, status] of [
			[SAMPLES.settlesSuccess, 'SUCCESS'],
			[SAMPLES.settlesClosed, 'CLOSED'],
		] as const) {
			expect(recordOf(reference, 4.999)).toMatchObject({ status: 'INIT' });
			expect(recordOf(reference, 5)).toMatchObject({ status, gmt_trans: '2026-09-10 12:00:05' });
			expect(recordOf(reference, 99)).toMatchObject({ status, gmt_trans: '2026-09-10 12:00:05' });
		}
	});
});

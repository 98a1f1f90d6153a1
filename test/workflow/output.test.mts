import type { IDataObject } from 'n8n-workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { merchantPair, RECORDS, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByBothPairs, scenarioByMerchant } from '../support/numbers.mts';
import { queryItems, simulate } from './query.mts';

const ALL = { simplify: false };

/** The response fields of the API reference with the values of the simulator's first operation. */
const RICH = {
	auth_no: '2026090100002001260000000001',
	out_order_no: 'M20260901001',
	operation_id: '20260901355864862001',
	out_request_no: 'R20260901001',
	amount: 88.88,
	order_title: '中秋红包/双节同庆 "团圆" 🎑',
	operation_type: 'PAY',
	status: 'SUCCESS',
	remark: '祝您阖家幸福 & 心想事成 😊',
	payer_user_id: '2088402019148643',
	payer_logon_id: 'ali*@alipay.com',
	payee_user_id: '2088102138117431',
	payee_logon_id: 'zhan**@alitest.com',
	gmt_create: '2026-09-01T08:00:00.000+08:00',
	gmt_trans: '2026-09-01T08:01:01.000+08:00',
	extra_param: { orderExpiredTime: '10m' },
	total_pay_refund_amount: 8.88,
};

const SIMPLIFIED = [
	'status',
	'operation_type',
	'amount',
	'total_pay_refund_amount',
	'order_title',
	'gmt_trans',
	'auth_no',
	'operation_id',
	'out_order_no',
	'out_request_no',
];

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

async function queryOne(item: object, parameters = {}): Promise<IDataObject> {
	const { good, error } = await queryItems(simulator, [item], { parameters });
	expect(error).toBeUndefined();
	expect(good).toHaveLength(1);
	return good[0] as IDataObject;
}

describe('fields', () => {
	let item: IDataObject;
	beforeAll(async () => {
		item = await queryOne(SAMPLES.rich, ALL);
	});

	it.each(Object.entries(RICH))('%s has its value and type', (name, value) => {
		expect(item[name]).toEqual(value);
	});

	it('no field except those of the API reference is output', () => {
		expect(Object.keys(item).sort()).toEqual(Object.keys(RICH).sort());
	});

	it.each(SIMPLIFIED)('%s is on the simplified item', async (name) => {
		expect(await queryOne(SAMPLES.rich)).toHaveProperty(name, RICH[name as keyof typeof RICH]);
	});

	it('only ten fields are on the simplified item', async () => {
		expect(Object.keys(await queryOne(SAMPLES.rich))).toEqual(SIMPLIFIED);
	});

	it.each(['payer_user_id', 'payer_logon_id', 'payee_user_id', 'payee_logon_id', 'extra_param'])(
		'%s is null when Alipay sends none',
		async (name) => {
			expect(await queryOne(SAMPLES.bare, ALL)).toHaveProperty(name, null);
		},
	);

	it('gmt_trans is null while the operation is INIT', async () => {
		expect(await queryOne(SAMPLES.initial)).toMatchObject({ status: 'INIT', gmt_trans: null });
	});

	it.each([
		['PAY', 'SUCCESS', SAMPLES.success],
		['REFUND', 'SUCCESS', SAMPLES.refund],
		['PAY', 'CLOSED', SAMPLES.closed],
		['PAY', 'INIT', SAMPLES.initial],
	])('a %s in status %s has that status', async (operation_type, status, sample) => {
		expect(await queryOne(sample)).toMatchObject({ operation_type, status });
	});
});

describe('options for the output', () => {
	it.each([
		['number', 100, 0],
		['text', '100.00', '0.00'],
		['fen', 10000, 0],
	])('Amount Format %s shows 100 yuan as %j', async (amountFormat, amount, refunded) => {
		const item = await queryOne(SAMPLES.success, { options: { amountFormat } });
		expect(item).toMatchObject({ amount, total_pay_refund_amount: refunded });
	});

	it('an empty Amount Format means yuan', async () => {
		const parameters = { options: { amountFormat: '={{ $json.format }}' } };
		const item = await queryOne({ ...SAMPLES.success, format: null }, parameters);
		expect(item.amount).toBe(100);
	});

	it('Include Input Fields keeps the other columns, and Alipay’s fields win', async () => {
		const row = { ...SAMPLES.closed, customer: '张三', status: 'old', gmt_trans: 'old' };
		const item = await queryOne(row, { options: { includeInputFields: true } });
		expect(item).toMatchObject({ customer: '张三', status: 'CLOSED' });
		expect(item.gmt_trans).toMatch(/^2026-09-01T/);
	});

	it('Include Input Fields drops what the node wrote about an earlier response', async () => {
		const row = { ...SAMPLES.rich, note: 'mine', found: false, gateway: { code: '40004' } };
		const { good } = await queryItems(simulator, [row], {
			parameters: { options: { includeInputFields: true } },
		});
		expect(good[0]).toMatchObject({ note: 'mine', status: 'SUCCESS' });
		expect(good[0]).not.toHaveProperty('found');
		expect(good[0]).not.toHaveProperty('gateway');
	});

	it('without Include Input Fields no other column is kept', async () => {
		expect(await queryOne({ ...SAMPLES.closed, customer: '张三' })).not.toHaveProperty('customer');
	});

	it('Include Gateway Details adds what support and auditors need', async () => {
		const item = await queryOne(SAMPLES.rich, { options: { includeGatewayDetails: true } });
		expect(item.gateway).toEqual({
			code: '10000',
			msg: 'Success',
			trace_id: simulator.requests.at(-1)?.traceId,
			signature_verified: true,
			alipay_cert_sn: null,
			attempts: 1,
		});
	});
});

describe.each([
	['both pairs, with Alipay’s as the deciding one', scenarioByBothPairs],
	['the merchant’s numbers', scenarioByMerchant],
])('unusual but genuine responses to %s', (_name, numbers) => {
	it('with amounts as JSON numbers keep their digits', async () => {
		const parameters = { options: { amountFormat: 'text' } };
		const item = await queryOne(numbers('SIM-NUMERIC-AMOUNTS'), parameters);
		expect(item).toMatchObject({ amount: '88.88', total_pay_refund_amount: '8.88' });
	});

	it('with an unknown status keep it', async () => {
		expect(await queryOne(numbers('SIM-UNKNOWN-STATUS'))).toMatchObject({ status: 'FROZEN' });
	});

	it.each(['SIM-SIGN-FIRST', 'SIM-PRETTY', 'SIM-UNESCAPED-SLASH'])(
		'with %s are accepted with all fields',
		async (scenario) => {
			expect(await queryOne(numbers(scenario), ALL)).toEqual({ ...RICH, ...numbers(scenario) });
		},
	);
});

describe('many items', () => {
	it('without any item cause no request and no output', async () => {
		const before = simulator.totalRequests;
		const { error, items } = await queryItems(simulator, []);
		expect(error).toBeUndefined();
		expect(items('Alipay')).toEqual([]);
		expect(simulator.totalRequests).toBe(before);
	});

	it('at Concurrency 10 keep the order of 60 input items, each paired with its own', async () => {
		const slow = await simulate({ latencyMs: 20 });
		const rows = Array.from({ length: 60 }, (_, index) =>
			merchantPair(RECORDS[(index * 7) % RECORDS.length] ?? SAMPLES.rich),
		);
		rows[3] = scenarioByMerchant('SIM-FLAKY'); // its response comes last
		const parameters = { options: { concurrency: 10 } };
		const { good, goodFrom } = await queryItems(slow, rows, { parameters });
		expect(good.map((item) => item.out_request_no)).toEqual(rows.map((row) => row.out_request_no));
		expect(goodFrom).toEqual(rows.map((_, index) => index));
	});

	it('with a status that settles show it in the next run', async () => {
		let now = Date.now();
		const clocked = await simulate({ now: () => now });
		const rows = [SAMPLES.settlesSuccess, SAMPLES.settlesClosed];
		const statuses = async () => (await queryItems(clocked, rows)).good.map(({ status }) => status);
		expect(await statuses()).toEqual(['INIT', 'INIT']);
		now += 5_000;
		expect(await statuses()).toEqual(['SUCCESS', 'CLOSED']);
	});
});

/**
 * The queries other than red packets: each status, missing records, the precedence of numbers,
 * changes.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Fields } from '../../tools/simulator/fixture.mts';
import deposit, { DEPOSITS } from '../../tools/simulator/fixtures/fundAuthorization.mts';
import refund, { REFUNDS } from '../../tools/simulator/fixtures/refund.mts';
import trade, { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import transfer, { TRANSFERS } from '../../tools/simulator/fixtures/transfer.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { readFixtures } from '../../tools/simulator/readFixtures.mts';
import { nodeOf } from '../../tools/simulator/response.mts';
import { simulate } from '../support/simulator.mts';
import { REAL_ANSWERS, SKIPPED, vectorsAbsent, vectorText } from '../support/vectors.mts';
import { call, fieldsOf, isVerified } from './client.mts';

const START = Date.parse('2026-09-10T12:00:00+08:00');
const NOON = '2026-09-10 12:00:00';
let simulator: Simulator;
let now: number;

beforeEach(async () => {
	now = START;
	simulator = await simulate({ now: () => now });
	return async () => await simulator.close();
});

/** Calls the method of a fixture; every response must be signed. */
const queryOf =
	({ method }: { method: string }) =>
	async (biz: object): Promise<Fields> => {
		const response = await call(simulator, { biz, at: now, params: { method } });
		expect(isVerified(simulator, response, 'RSA-SHA256', nodeOf(method))).toBe(true);
		return fieldsOf(response, nodeOf(method));
	};

const pick = (record: Fields, names: readonly string[]) =>
	Object.fromEntries(names.map((name) => [name, record[name]]));

/** The record in this row of the table, from 1 on. */
const row = <R,>(records: readonly R[], number: number): R =>
	records[number - 1] ?? expect.fail(`The table has no row ${number}`);

const queryDeposit = queryOf(deposit);
const queryTransfer = queryOf(transfer);
const queryTrade = queryOf(trade);
const queryRefund = queryOf(refund);

describe.each([
	[trade, TRADES, ['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED']],
	[transfer, TRANSFERS, ['INIT', 'WAIT_PAY', 'DEALING', 'SUCCESS', 'FAIL', 'CLOSED', 'REFUND']],
	[deposit, DEPOSITS, ['INIT', 'SUCCESS', 'CLOSED']],
	[refund, REFUNDS, [undefined, 'REFUND_SUCCESS']],
] as const)('the records of $method', (fixture, records, statuses) => {
	it('have every status, and are found by each of their numbers', async () => {
		const seen = new Set();
		for (const record of records as readonly Fields[])
			for (const way of fixture.identifiedBy) {
				if (!way.every((name) => record[name] !== undefined)) continue;
				const fields = await queryOf(fixture)(pick(record, way));
				const unsent: readonly string[] = 'unsent' in fixture ? fixture.unsent : [];
				const sent = way.filter((name) => !unsent.includes(name));
				expect(fields).toMatchObject({ code: '10000', ...pick(record, sent) });
				expect(fields[fixture.status.field]).toBe(record[fixture.status.field]);
				for (const name of unsent) expect(fields).not.toHaveProperty(name);
				seen.add(fields[fixture.status.field]);
			}
		expect([...seen]).toEqual(expect.arrayContaining([...statuses]));
		expect(seen.size).toBe(statuses.length);
	});

	it('change on their own as configured', async () => {
		const { settling } = fixture;
		expect(settling.length).toBeGreaterThan(1);
		for (const { record, afterSeconds, status } of settling) {
			const biz = pick(record, fixture.identifiedBy.at(-1) as readonly string[]);
			const statusAfter = async (ms: number) => {
				now = START + ms;
				return (await queryOf(fixture)(biz))[fixture.status.field];
			};
			expect(await statusAfter(afterSeconds * 1000 - 1)).not.toBe(status);
			expect(await statusAfter(afterSeconds * 1000)).toBe(status);
		}
	});

	it('have digits in Alipay’s numbers, and texts and times in its format', () => {
		for (const record of records as readonly Fields[])
			for (const [name, value] of Object.entries(record)) {
				if (value === undefined) continue;
				if (/^(trade_no|auth_no)$/.test(name)) expect(value).toMatch(/^20260901\d{20}$/);
				if (name === 'operation_id') expect(value).toMatch(/^20260901\d{12}$/);
				if (/order_id$/.test(name)) expect(value).toMatch(/^20260901\d{24}$/);
				if (/amount$/.test(name)) expect(value).toMatch(/^\d+\.\d\d$/);
				if (/(_date|^gmt_\w+)$/.test(name)) expect(value).toMatch(/^2026-09-\d\d \d\d:\d\d:\d\d$/);
			}
	});

	it('appear in the samples', () => {
		expect(fixture.samples.length).toBeGreaterThanOrEqual(6);
	});
});

describe('a missing record', () => {
	it('of a trade is reported with its number and zero amounts', async () => {
		const zeros = ['receipt_amount', 'buyer_pay_amount', 'invoice_amount', 'point_amount'];
		const expected = {
			code: '40004',
			msg: 'Business Failed',
			sub_code: 'ACQ.TRADE_NOT_EXIST',
			sub_msg: '交易不存在',
			out_trade_no: 'T1',
			...Object.fromEntries(zeros.map((name) => [name, '0.00'])),
		};
		expect(await queryTrade({ out_trade_no: 'T1' })).toEqual(expected);
		const scenario = { out_trade_no: 'SIM-CODE-ACQ.TRADE_NOT_EXIST' };
		expect(await queryTrade(scenario)).toEqual({ ...expected, ...scenario });
	});

	it('of a refund is an empty success when the trade exists', async () => {
		for (const { trade_no, out_trade_no } of TRADES)
			for (const number of [{ trade_no }, { out_trade_no }])
				expect(await queryRefund({ ...number, out_request_no: 'RF1' })).toEqual({
					code: '10000',
					msg: 'Success',
				});
		const unknown = { out_trade_no: 'T1', out_request_no: row(REFUNDS, 1).out_request_no };
		expect(await queryRefund(unknown)).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
	});

	it.each([
		['a transfer', queryTransfer, { order_id: '1' }, 'ORDER_NOT_EXIST'],
		['a deposit', queryDeposit, { auth_no: '1', operation_id: '2' }, 'AUTH_ORDER_NOT_EXIST'],
		[
			'an operation',
			queryDeposit,
			{ out_order_no: row(DEPOSITS, 1).out_order_no, out_request_no: '2' },
			'AUTH_OPERATION_NOT_EXIST',
		],
	])('of %s has its code', async (_what, query, biz, sub_code) => {
		expect(await query(biz)).toMatchObject({ code: '40004', sub_code });
	});
});

describe('the numbers of a request', () => {
	it('for a transfer have the precedence pay_fund_order_id, order_id, out_biz_no', async () => {
		const [first, second, third] = [row(TRANSFERS, 1), row(TRANSFERS, 2), row(TRANSFERS, 3)];
		const all = {
			...pick(third, ['out_biz_no', 'product_code', 'biz_scene']),
			order_id: second.order_id,
		};
		expect(await queryTransfer(all)).toMatchObject({ out_biz_no: second.out_biz_no });
		const more = { ...all, pay_fund_order_id: first.pay_fund_order_id };
		expect(await queryTransfer(more)).toMatchObject({ out_biz_no: first.out_biz_no });
	});

	it.each([{ product_code: undefined }, { biz_scene: undefined }, { biz_scene: '' }])(
		'for a transfer need both words with out_biz_no, not %j',
		async (without) => {
			const own = pick(row(TRANSFERS, 1), ['out_biz_no', 'product_code', 'biz_scene']);
			const response = await queryTransfer({ ...own, ...without });
			expect(response).toMatchObject({ sub_code: 'INVALID_PARAMETER' });
			const scenario = { ...own, out_biz_no: 'SIM-SLOW', ...without };
			expect(await queryTransfer(scenario)).toMatchObject({ sub_code: 'INVALID_PARAMETER' });
		},
	);

	it('for a transfer are wrong with other words', async () => {
		const own = pick(row(TRANSFERS, 1), ['out_biz_no', 'product_code', 'biz_scene']);
		const other = await queryTransfer({ ...own, product_code: 'STD_RED_PACKET' });
		expect(other).toMatchObject({ sub_code: 'ORDER_NOT_EXIST' });
	});

	it('for a trade start with trade_no', async () => {
		const both = {
			...pick(row(TRADES, 2), ['trade_no']),
			...pick(row(TRADES, 1), ['out_trade_no']),
		};
		expect(await queryTrade(both)).toMatchObject({ out_trade_no: row(TRADES, 2).out_trade_no });
		expect(await queryTrade({})).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
	});

	it('for a refund start with trade_no, and include out_request_no', async () => {
		const { trade_no, out_request_no } = row(REFUNDS, 2);
		const biz = { trade_no, out_trade_no: row(TRADES, 5).out_trade_no, out_request_no };
		expect(await queryRefund(biz)).toMatchObject({ trade_no, refund_amount: '88.88' });
		const alone = [{ trade_no }, { out_request_no }];
		for (const half of alone)
			expect(await queryRefund(half)).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
		const { out_trade_no } = row(TRADES, 5);
		const unnumbered = await queryRefund({ out_trade_no, out_request_no: out_trade_no });
		expect(unnumbered).toMatchObject({ refund_amount: '30.00' });
	});

	it('for a deposit belong together, Alipay’s first', async () => {
		const [first, second] = [row(DEPOSITS, 1), row(DEPOSITS, 2)];
		const both = {
			...pick(first, ['auth_no', 'operation_id']),
			...pick(second, ['out_order_no', 'out_request_no']),
		};
		expect(await queryDeposit(both)).toMatchObject({ operation_id: first.operation_id });
		const crossed = { ...pick(first, ['auth_no']), ...pick(first, ['out_request_no']) };
		expect(await queryDeposit(crossed)).toMatchObject({ sub_code: 'ILLEGAL_ARGUMENT' });
	});
});

describe('settle', () => {
	it('takes a transfer from INIT through SUCCESS to REFUND', async () => {
		const { order_id } = row(TRANSFERS, 8);
		const settle = (status: string) => simulator.settle({ order_id }, status, transfer.method);
		const before = await queryTransfer({ order_id });
		for (const name of ['trans_amount', 'pay_date']) expect(before).not.toHaveProperty(name);
		settle('SUCCESS');
		const paid = { status: 'SUCCESS', pay_date: NOON, trans_amount: '12.50' };
		expect(await queryTransfer({ order_id })).toMatchObject(paid);
		settle('REFUND');
		const refunded = await queryTransfer({ order_id });
		expect(refunded).toMatchObject({
			status: 'REFUND',
			fail_reason: expect.stringContaining('退回'),
		});
		expect(() => settle('SUCCESS')).toThrow('has the status REFUND, which is final');
	});

	it.each(['TRADE_FINISHED', 'TRADE_CLOSED'])(
		'takes a trade to %s after the payment',
		async (end) => {
			const { trade_no, total_amount } = row(TRADES, 2);
			const settle = (status: string) => simulator.settle({ trade_no }, status, trade.method);
			settle('TRADE_SUCCESS');
			const paid = {
				send_pay_date: NOON,
				receipt_amount: total_amount,
				invoice_amount: total_amount,
			};
			expect(await queryTrade({ trade_no })).toMatchObject({
				...paid,
				trade_status: 'TRADE_SUCCESS',
			});
			now += 60_000;
			settle(end);
			expect(await queryTrade({ trade_no })).toMatchObject({ ...paid, trade_status: end });
			expect(() => settle('TRADE_SUCCESS')).toThrow('which is final');
		},
	);

	it('gives a refund its status', async () => {
		const numbers = pick(row(REFUNDS, 5), ['trade_no', 'out_request_no']);
		expect(await queryRefund(numbers)).not.toHaveProperty('refund_status');
		simulator.settle(numbers, 'REFUND_SUCCESS', refund.method);
		const done = { refund_status: 'REFUND_SUCCESS', gmt_refund_pay: NOON };
		expect(await queryRefund(numbers)).toMatchObject(done);
	});

	it('updates the amounts of a deposit when an operation changes', async () => {
		const numbers = pick(row(DEPOSITS, 9), ['auth_no', 'operation_id']);
		const whole = { total_freeze_amount: '300.00', total_pay_amount: '0.00' };
		const frozen = { ...whole, rest_amount: '300.00', order_status: 'AUTHORIZED' };
		expect(await queryDeposit(numbers)).toMatchObject(frozen);
		simulator.settle(numbers, 'SUCCESS', deposit.method);
		const free = { ...whole, rest_amount: '0.00', order_status: 'CLOSED' };
		expect(await queryDeposit(numbers)).toMatchObject(free);
	});
});

describe('scenarios by the merchant’s number', () => {
	const WORDS = { product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' };
	it.each([
		[
			'SIM-SUCCESS-AFTER-30',
			queryTrade,
			'out_trade_no',
			'trade_status',
			'WAIT_BUYER_PAY',
			'TRADE_SUCCESS',
		],
		[
			'SIM-CLOSED-AFTER-30',
			queryTrade,
			'out_trade_no',
			'trade_status',
			'WAIT_BUYER_PAY',
			'TRADE_CLOSED',
		],
		[
			'SIM-REFUND-AFTER-30',
			queryTrade,
			'out_trade_no',
			'trade_status',
			'TRADE_SUCCESS',
			'TRADE_CLOSED',
		],
		['SIM-SUCCESS-AFTER-30', queryTransfer, 'out_biz_no', 'status', 'INIT', 'SUCCESS'],
		['SIM-CLOSED-AFTER-30', queryTransfer, 'out_biz_no', 'status', 'INIT', 'CLOSED'],
		['SIM-REFUND-AFTER-30', queryTransfer, 'out_biz_no', 'status', 'SUCCESS', 'REFUND'],
		['SIM-SUCCESS-AFTER-30', queryDeposit, 'out_request_no', 'status', 'INIT', 'SUCCESS'],
		['SIM-CLOSED-AFTER-30', queryDeposit, 'out_request_no', 'status', 'INIT', 'CLOSED'],
		[
			'SIM-SUCCESS-AFTER-30',
			queryRefund,
			'out_request_no',
			'refund_status',
			undefined,
			'REFUND_SUCCESS',
		],
		['SIM-CLOSED-AFTER-30', queryRefund, 'out_request_no', 'refund_status', undefined, undefined],
	])('%s of %o by %s', async (scenario, query, number, field, first, then) => {
		const order = { out_order_no: 'D1', ...(query === queryRefund && { out_trade_no: 'T1' }) };
		const biz = { ...WORDS, ...order, [number]: scenario };
		const before = await query(biz);
		expect(before).toMatchObject({ code: '10000', [number]: scenario });
		expect(before[field]).toBe(first);
		expect(before).not.toHaveProperty('product_code');
		now += 29_999;
		expect((await query(biz))[field]).toBe(first);
		now += 1;
		expect((await query(biz))[field]).toBe(then);
	});

	it('do not include SIM-REFUND-AFTER for a deposit or a refund', async () => {
		const scenario = {
			out_order_no: 'D1',
			out_trade_no: 'T1',
			out_request_no: 'SIM-REFUND-AFTER-1',
		};
		expect(await queryDeposit(scenario)).toMatchObject({ sub_code: 'AUTH_ORDER_NOT_EXIST' });
		expect(await queryRefund(scenario)).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' });
	});

	it('omit the fields of received money for a payment in progress', async () => {
		const out_trade_no = 'SIM-SUCCESS-AFTER-30';
		const waiting = await queryTrade({ out_trade_no });
		expect(waiting).toMatchObject({ total_amount: '8888.88', receipt_amount: '0.00' });
		for (const name of ['send_pay_date', 'fund_bill_list', 'trade_settle_info'])
			expect(waiting).not.toHaveProperty(name);
		now += 30_000;
		expect(await queryTrade({ out_trade_no })).toMatchObject({
			receipt_amount: '8888.88',
			send_pay_date: '2026-09-10 12:00:30',
			fund_bill_list: [{ amount: '8888.88', fund_channel: 'ALIPAYACCOUNT' }],
		});
	});

	it('leave a newly frozen deposit complete', async () => {
		const biz = { out_order_no: 'D1', out_request_no: 'SIM-SUCCESS-AFTER-30' };
		const before = await queryDeposit(biz);
		expect(before).toMatchObject({ order_status: 'INIT', rest_amount: '0.00' });
		expect(before).not.toHaveProperty('rest_fund_amount');
		now += 30_000;
		const frozen = { order_status: 'AUTHORIZED', rest_amount: '500.00', gmt_create: NOON };
		expect(await queryDeposit(biz)).toMatchObject(frozen);
	});
});

describe.skipIf(vectorsAbsent)(`compared with responses that Alipay signed${SKIPPED}`, () => {
	it.each(['trade_query', 'fund_trans_common_query', 'trade_fastpay_refund_query', 'trade_refund'])(
		'%s has each of their fields in their format',
		async (name) => {
			const real = REAL_ANSWERS.find(({ id }) => id === `yansongda-${name}`);
			const method = `alipay.${name.replace('fund_trans', 'fund.trans').replaceAll('_', '.')}`;
			const [fixture] = (await readFixtures()).filter((one) => one.method === method);
			const [first] = fixture?.records ?? [];
			const biz = { ...pick(first ?? {}, fixture?.identifiedBy[0] ?? []), refund_amount: '0.01' };
			const simulated = await queryOf({ method })(biz);
			for (const [field, value] of Object.entries(JSON.parse(real?.content ?? '') as Fields)) {
				const form = String(value).replace(/\d/g, '0').replace(/0+/g, '0');
				const isNumber = /^out_|_no$|_id$/.test(field);
				const ours = String(simulated[field]).replace(/\d/g, '0').replace(/0+/g, '0');
				expect(typeof simulated[field], field).toBe(typeof value);
				if (!isNumber) expect(ours, field).toBe(form);
			}
		},
	);

	it('a missing trade has the same fields', async () => {
		const file = vectorText('answers/yansongda-old-trade_query-not-exist.json');
		const { signed_text } = JSON.parse(file) as { signed_text: string };
		const real = JSON.parse(signed_text) as Fields;
		expect(await queryTrade({ out_trade_no: real.out_trade_no })).toEqual(real);
	});
});

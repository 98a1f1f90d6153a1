/** Another method of the gateway needs only one new file in tools/simulator/fixtures/. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { METHOD } from '../../tools/simulator/fixtures/couponOperation.mts';
import { readFixtures } from '../../tools/simulator/readFixtures.mts';
import { SCENARIOS } from '../../tools/simulator/scenarios.mts';
import { simulate } from '../support/simulator.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { runTsx } from '../support/tsx.mts';
import { call, fieldsOf, isVerified } from './client.mts';
import order from './fixtures/transferOrder.mts';

const NODE = 'alipay_fund_trans_order_query_response';
const PAID = { order_id: '20260901110070001506000000000001', out_biz_no: 'O20260901001' };
const OPEN = { order_id: '20260901110070001506000000000002', out_biz_no: 'O20260901002' };
const START = Date.parse('2026-09-10T12:00:00+08:00');

let simulator: Simulator;
let now: number;

beforeEach(async () => {
	now = START;
	simulator = await simulate({ fixtures: [order], now: () => now });
	return async () => await simulator.close();
});

const send = async (biz: object) =>
	await call(simulator, { biz, at: now, params: { method: order.method } });

async function query(biz: object): Promise<Record<string, unknown>> {
	const response = await send(biz);
	expect(isVerified(simulator, response, 'RSA-SHA256', NODE)).toBe(true);
	return fieldsOf(response, NODE);
}

describe('another fixture', () => {
	it('adds its method to the known ones', () => {
		expect(simulator.methods).toEqual(expect.arrayContaining([METHOD, order.method]));
	});

	it.each(['order_id', 'out_biz_no'] as const)('is found by %s', async (name) => {
		expect(await query({ [name]: PAID[name] })).toEqual({
			code: '10000',
			msg: 'Success',
			...order.records[0],
		});
		expect(simulator.requests.at(-1)).toMatchObject({
			numbers: PAID[name],
			outcome: '10000 SUCCESS',
		});
	});

	it('decides which number takes precedence', async () => {
		const both = { order_id: OPEN.order_id, out_biz_no: PAID.out_biz_no };
		expect(await query(both)).toMatchObject({ status: 'INIT' });
	});

	it('decides the codes, their texts and the fields that come with them', async () => {
		expect(await query({ order_id: '1' })).toEqual({
			code: '40004',
			msg: 'Business Failed',
			sub_code: 'ORDER_NOT_EXIST',
			sub_msg: '转账订单不存在',
			order_id: '1',
			order_fee: '0.00',
		});
		expect(await query({})).toMatchObject({ sub_code: 'INVALID_PARAMETER' });
	});

	it('can report a success without a record, and work without a number', async () => {
		const refund = {
			...order,
			method: 'alipay.example.return.query',
			codes: { ...order.codes, notFound: [null] },
		};
		const balance = { ...order, method: 'alipay.fund.account.query', identifiedBy: [[]] };
		const own = await simulate({ fixtures: [refund, balance] });
		const fields = async (method: string, biz: object) =>
			fieldsOf(
				await call(own, { biz, params: { method } }),
				`${method.replaceAll('.', '_')}_response`,
			);
		expect(await fields(refund.method, { order_id: '1' })).toEqual({
			code: '10000',
			msg: 'Success',
		});
		expect(await fields(balance.method, {})).toMatchObject({ code: '10000', ...PAID });
		const scenario = { alipay_user_id: 'SIM-FLAKY' };
		expect(await fields(balance.method, scenario)).toMatchObject({ sub_code: 'SYSTEM_ERROR' });
	});
});

describe('settle', () => {
	it('accepts the method, and follows the transitions of each status', async () => {
		simulator.settle(OPEN, 'SUCCESS', order.method);
		const paid = { status: 'SUCCESS', pay_date: '2026-09-10 12:00:00' };
		expect(await query(OPEN)).toMatchObject(paid);
		expect(() => simulator.settle(OPEN, 'INIT', order.method)).toThrow(
			'has the status SUCCESS, which cannot become INIT',
		);
		simulator.settle({ out_biz_no: OPEN.out_biz_no }, 'REFUND', order.method);
		expect(await query(OPEN)).toMatchObject({ status: 'REFUND' });
		expect(() => simulator.settle(OPEN, 'SUCCESS', order.method)).toThrow(
			'has the status REFUND, which is final',
		);
	});

	it('refuses a method that the simulator does not know', () => {
		expect(() => simulator.settle(OPEN, 'CLOSED', 'alipay.no.such.method')).toThrow(
			'does not know the method alipay.no.such.method',
		);
	});
});

describe('the scenarios of another fixture', () => {
	const QUIET = ['SIM-SILENCE', 'SIM-RESET', 'SIM-TRUNCATED', 'SIM-SLOW', 'SIM-HUGE'];

	it.each(Object.keys(SCENARIOS).filter((name) => !QUIET.includes(name)))(
		'include %s, by either number',
		async (name) => {
			for (const number of ['order_id', 'out_biz_no']) {
				await send({ [number]: name });
				expect(simulator.requests.at(-1)).toMatchObject({ numbers: name, outcome: name });
			}
		},
	);

	it('change its amount and its status', async () => {
		const forged = fieldsOf(await send({ order_id: 'SIM-TAMPERED' }), NODE);
		expect(forged).toMatchObject({ order_fee: '999999.99', order_id: 'SIM-TAMPERED' });
		const numeric = await query({ order_id: 'SIM-NUMERIC-AMOUNTS' });
		expect(numeric).toMatchObject({ order_fee: 0.02 });
		const unknown = await query({ order_id: 'SIM-UNKNOWN-STATUS' });
		expect(unknown).toMatchObject({ status: 'FROZEN' });
	});

	it.each([
		['SIM-SUCCESS-AFTER-30', 'SUCCESS'],
		['SIM-CLOSED-AFTER-30', 'FAIL'],
	])('%s ends with %s', async (out_biz_no, status) => {
		const first = await query({ out_biz_no });
		expect(first).toMatchObject({ status: 'INIT', out_biz_no });
		expect(first).not.toHaveProperty('pay_date');
		now += 30_000;
		expect(await query({ out_biz_no })).toMatchObject({ status });
	});

	it('start SIM-REFUND-AFTER-30 with SUCCESS', async () => {
		const out_biz_no = 'SIM-REFUND-AFTER-30';
		const paid = { out_biz_no, status: 'SUCCESS', pay_date: '2026-09-10 12:00:00' };
		expect(await query({ out_biz_no })).toMatchObject(paid);
		now += 30_000;
		expect(await query({ out_biz_no })).toMatchObject({ ...paid, status: 'REFUND' });
	});

	it('do not include SIM-REFUND-AFTER-30 without refunds', async () => {
		const { refunded: _none, ...status } = order.status;
		const own = await simulate({ fixtures: [{ ...order, status }], now: () => now });
		const params = { method: order.method };
		const response = await call(own, {
			biz: { out_biz_no: 'SIM-REFUND-AFTER-30' },
			at: now,
			params,
		});
		expect(fieldsOf(response, NODE)).toMatchObject({ sub_code: 'ORDER_NOT_EXIST' });
	});

	it.each([
		['SIM-ILLEGAL-ARGUMENT', 'INVALID_PARAMETER', '参数有误'],
		['SIM-AUTH-ORDER-NOT-EXIST', 'ORDER_NOT_EXIST', '转账订单不存在'],
		['SIM-AUTH-OPERATION-NOT-EXIST', 'ORDER_NOT_EXIST', '转账订单不存在'],
		['SIM-SYSTEM-ERROR', 'SYSTEM_ERROR', '系统繁忙'],
		['SIM-FLAKY', 'SYSTEM_ERROR', '系统繁忙'],
		['SIM-ACCESS-FORBIDDEN', 'ACCESS_FORBIDDEN', 'ACCESS_FORBIDDEN'],
		['SIM-CODE-ORDER_NOT_EXIST', 'ORDER_NOT_EXIST', '转账订单不存在'],
		['SIM-CODE-constructor', 'constructor', 'constructor'],
		['SIM-CODE-SOMETHING_ELSE', 'SOMETHING_ELSE', 'SOMETHING_ELSE'],
	])('return for %s the code %s', async (order_id, sub_code, sub_msg) => {
		expect(await query({ order_id })).toMatchObject({ code: '40004', sub_code, sub_msg });
	});

	it('include the gateway codes for every method', async () => {
		const fields = await query({ order_id: 'SIM-CODE-isv.invalid-timestamp' });
		expect(fields).toMatchObject({ code: '40002', sub_code: 'isv.invalid-timestamp' });
	});
});

describe('the folder of fixtures', () => {
	const home = fileURLToPath(new URL('fixtures', import.meta.url));

	it('is read file by file', async () => {
		expect((await readFixtures(home)).map(({ method }) => method)).toEqual([order.method]);
	});

	it('cannot contain other files', async () => {
		const folder = temporaryFolder('fixtures');
		writeFileSync(path.join(folder, 'other.mts'), 'export default { method: "a.b" };\n');
		await expect(readFixtures(folder)).rejects.toThrow(
			'other.mts does not have a fixture as its default export',
		);
	});

	it('contains each method once, and a fixture in the options replaces it', async () => {
		await expect(simulate({ fixtures: [order, order] })).rejects.toThrow(
			'Two fixtures are for alipay.fund.trans.order.query',
		);
		const own = await simulate({ fixtures: [{ ...order, method: METHOD }] });
		const response = await call(own, { biz: { order_id: PAID.order_id } });
		expect(fieldsOf(response)).toMatchObject(PAID);
	});

	it('adds a method to the command with one new file', async () => {
		const root = fileURLToPath(new URL('../..', import.meta.url));
		const folder = temporaryFolder('checkout');
		for (const part of ['tools/simulator', 'alipay/errors', 'package.json']) {
			mkdirSync(path.dirname(path.join(folder, part)), { recursive: true });
			cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
		}
		symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
		const simulatorFolder = path.join(folder, 'tools/simulator');
		const method = 'alipay.example.query';
		const text = readFileSync(path.join(home, 'transferOrder.mts'), 'utf8').replaceAll(
			order.method,
			method,
		);
		writeFileSync(path.join(simulatorFolder, 'fixtures/example.mts'), text);

		const main = path.join(simulatorFolder, 'main.mts');
		const help = await runTsx([main, '--help']);
		expect(help.stdout).toContain(`\n  ${method}\n`);
		expect(help.stdout).toContain(`${method}: order_id or out_biz_no`);
		const run = await runTsx([main, '--quiet'], 'To stop, press Ctrl-C');
		expect(run.stdout).toContain(`Numbers to try with ${method}`);
		expect(run.stdout).toContain(`${PAID.order_id}, or ${PAID.out_biz_no}`);
		expect(run.exitCode).toBe(0);
	});
});

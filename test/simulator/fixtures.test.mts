/** A second method of the gateway is one new file in tools/simulator/fixtures/. */
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
import trade from './fixtures/trade.mts';

const NODE = 'alipay_trade_query_response';
const PAID = { trade_no: '2026090122001400000000000001', out_trade_no: 'T20260901001' };
const OPEN = { trade_no: '2026090122001400000000000002', out_trade_no: 'T20260901002' };
const START = Date.parse('2026-09-10T12:00:00+08:00');

let simulator: Simulator;
let now: number;

beforeEach(async () => {
	now = START;
	simulator = await simulate({ fixtures: [trade], now: () => now });
	return async () => await simulator.close();
});

const send = async (biz: object) =>
	await call(simulator, { biz, at: now, params: { method: trade.method } });

async function query(biz: object): Promise<Record<string, unknown>> {
	const answer = await send(biz);
	expect(isVerified(simulator, answer, 'RSA-SHA256', NODE)).toBe(true);
	return fieldsOf(answer, NODE);
}

describe('a second fixture', () => {
	it('makes its method known, beside the others', () => {
		expect(simulator.methods).toEqual(expect.arrayContaining([METHOD, trade.method]));
	});

	it.each(['trade_no', 'out_trade_no'] as const)('is found by %s', async (name) => {
		expect(await query({ [name]: PAID[name] })).toEqual({
			code: '10000',
			msg: 'Success',
			...trade.records[0],
		});
		expect(simulator.requests.at(-1)).toMatchObject({
			numbers: PAID[name],
			outcome: '10000 TRADE_SUCCESS',
		});
	});

	it('decides which number counts', async () => {
		const both = { trade_no: OPEN.trade_no, out_trade_no: PAID.out_trade_no };
		expect(await query(both)).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' });
	});

	it('decides the codes, their words and what comes beside them', async () => {
		expect(await query({ trade_no: '1' })).toEqual({
			code: '40004',
			msg: 'Business Failed',
			sub_code: 'ACQ.TRADE_NOT_EXIST',
			sub_msg: '交易不存在',
			receipt_amount: '0.00',
			buyer_pay_amount: '0.00',
		});
		expect(await query({})).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' });
	});

	it('can report a success where there is nothing, and need no number', async () => {
		const refund = {
			...trade,
			method: 'alipay.trade.fastpay.refund.query',
			codes: { ...trade.codes, notFound: [null] },
		};
		const balance = { ...trade, method: 'alipay.fund.account.query', identifiedBy: [[]] };
		const own = await simulate({ fixtures: [refund, balance] });
		const fields = async (method: string, biz: object) =>
			fieldsOf(
				await call(own, { biz, params: { method } }),
				`${method.replaceAll('.', '_')}_response`,
			);
		expect(await fields(refund.method, { trade_no: '1' })).toEqual({
			code: '10000',
			msg: 'Success',
			trade_no: '1',
		});
		expect(await fields(balance.method, {})).toMatchObject({ code: '10000', ...PAID });
		const scenario = { alipay_user_id: 'SIM-FLAKY' };
		expect(await fields(balance.method, scenario)).toMatchObject({ sub_code: 'ACQ.SYSTEM_ERROR' });
	});
});

describe('settle', () => {
	it('takes the method, and follows what each status may become', async () => {
		simulator.settle(OPEN, 'TRADE_SUCCESS', trade.method);
		const paid = { trade_status: 'TRADE_SUCCESS', send_pay_date: '2026-09-10 12:00:00' };
		expect(await query(OPEN)).toMatchObject(paid);
		expect(() => simulator.settle(OPEN, 'WAIT_BUYER_PAY', trade.method)).toThrow(
			'is TRADE_SUCCESS, which cannot become WAIT_BUYER_PAY',
		);
		simulator.settle({ out_trade_no: OPEN.out_trade_no }, 'TRADE_CLOSED', trade.method);
		expect(await query(OPEN)).toMatchObject({ trade_status: 'TRADE_CLOSED' });
		expect(() => simulator.settle(OPEN, 'TRADE_FINISHED', trade.method)).toThrow(
			'is TRADE_CLOSED already, which is final',
		);
	});

	it('refuses a method that the simulator does not know', () => {
		expect(() => simulator.settle(OPEN, 'CLOSED', 'alipay.no.such.method')).toThrow(
			'does not know the method alipay.no.such.method',
		);
	});
});

describe('the scenarios of a second fixture', () => {
	const QUIET = ['SIM-SILENCE', 'SIM-RESET', 'SIM-TRUNCATED', 'SIM-SLOW', 'SIM-HUGE'];

	it.each(Object.keys(SCENARIOS).filter((name) => !QUIET.includes(name)))(
		'include %s, by either number',
		async (name) => {
			for (const number of ['trade_no', 'out_trade_no']) {
				await send({ [number]: name });
				expect(simulator.requests.at(-1)).toMatchObject({ numbers: name, outcome: name });
			}
		},
	);

	it('change its amount and its status', async () => {
		const forged = fieldsOf(await send({ trade_no: 'SIM-TAMPERED' }), NODE);
		expect(forged).toMatchObject({ total_amount: '999999.99', trade_no: 'SIM-TAMPERED' });
		const numeric = await query({ trade_no: 'SIM-NUMERIC-AMOUNTS' });
		expect(numeric).toMatchObject({ total_amount: 88.88 });
		const unknown = await query({ trade_no: 'SIM-UNKNOWN-STATUS' });
		expect(unknown).toMatchObject({ trade_status: 'FROZEN' });
	});

	it.each([
		['SIM-SUCCESS-AFTER-30', 'TRADE_SUCCESS'],
		['SIM-CLOSED-AFTER-30', 'TRADE_CLOSED'],
	])('%s ends with %s', async (out_trade_no, trade_status) => {
		const first = await query({ out_trade_no });
		expect(first).toMatchObject({ trade_status: 'WAIT_BUYER_PAY', out_trade_no });
		expect(first).not.toHaveProperty('send_pay_date');
		now += 30_000;
		expect(await query({ out_trade_no })).toMatchObject({ trade_status });
	});

	it.each([
		['SIM-ILLEGAL-ARGUMENT', 'ACQ.INVALID_PARAMETER', '参数无效'],
		['SIM-AUTH-ORDER-NOT-EXIST', 'ACQ.TRADE_NOT_EXIST', '交易不存在'],
		['SIM-AUTH-OPERATION-NOT-EXIST', 'ACQ.TRADE_NOT_EXIST', '交易不存在'],
		['SIM-SYSTEM-ERROR', 'ACQ.SYSTEM_ERROR', '系统错误'],
		['SIM-FLAKY', 'ACQ.SYSTEM_ERROR', '系统错误'],
		['SIM-ACCESS-FORBIDDEN', 'ACCESS_FORBIDDEN', 'ACCESS_FORBIDDEN'],
		['SIM-CODE-ACQ.TRADE_NOT_EXIST', 'ACQ.TRADE_NOT_EXIST', '交易不存在'],
		['SIM-CODE-constructor', 'constructor', 'constructor'],
		['SIM-CODE-SOMETHING_ELSE', 'SOMETHING_ELSE', 'SOMETHING_ELSE'],
	])('%s has the code %s', async (trade_no, sub_code, sub_msg) => {
		expect(await query({ trade_no })).toMatchObject({ code: '40004', sub_code, sub_msg });
	});

	it('have the codes of the gateway for every method', async () => {
		const fields = await query({ trade_no: 'SIM-CODE-isv.invalid-timestamp' });
		expect(fields).toMatchObject({ code: '40002', sub_code: 'isv.invalid-timestamp' });
	});
});

describe('the folder of fixtures', () => {
	const home = fileURLToPath(new URL('fixtures', import.meta.url));

	it('is read file by file', async () => {
		expect((await readFixtures(home)).map(({ method }) => method)).toEqual([trade.method]);
	});

	it('may not contain anything else', async () => {
		const folder = temporaryFolder('fixtures');
		writeFileSync(path.join(folder, 'other.mts'), 'export default { method: "a.b" };\n');
		await expect(readFixtures(folder)).rejects.toThrow(
			'other.mts does not export a fixture by default',
		);
	});

	it('has each method once; a fixture of the options replaces the one there', async () => {
		await expect(simulate({ fixtures: [trade, trade] })).rejects.toThrow(
			'Two fixtures are about alipay.trade.query',
		);
		const own = await simulate({ fixtures: [{ ...trade, method: METHOD }] });
		const answer = await call(own, { biz: { trade_no: PAID.trade_no } });
		expect(fieldsOf(answer)).toMatchObject(PAID);
	});

	it('adds a method to the command by one new file', async () => {
		const root = fileURLToPath(new URL('../..', import.meta.url));
		const folder = temporaryFolder('checkout');
		for (const part of ['tools/simulator', 'alipay/errors', 'package.json']) {
			mkdirSync(path.dirname(path.join(folder, part)), { recursive: true });
			cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
		}
		symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
		const simulatorFolder = path.join(folder, 'tools/simulator');
		const method = 'alipay.example.query';
		const text = readFileSync(path.join(home, 'trade.mts'), 'utf8').replaceAll(
			trade.method,
			method,
		);
		writeFileSync(path.join(simulatorFolder, 'fixtures/example.mts'), text);

		const main = path.join(simulatorFolder, 'main.mts');
		const help = await runTsx([main, '--help']);
		expect(help.stdout).toContain(`\n  ${method}\n`);
		expect(help.stdout).toContain(`${method}: trade_no or out_trade_no`);
		const run = await runTsx([main, '--quiet'], 'Ctrl-C stops it');
		expect(run.stdout).toContain(`Numbers to try with ${method}`);
		expect(run.stdout).toContain(`${PAID.trade_no}, or ${PAID.out_trade_no}`);
		expect(run.exitCode).toBe(0);
	});
});

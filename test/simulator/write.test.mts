/**
 * Methods that are not queries by number: a refund, a token, the address of a bill, a list; and
 * other public parameters.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import oauthToken from '../../tools/simulator/fixtures/oauthToken.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { ERROR_NODE, nodeOf } from '../../tools/simulator/response.mts';
import { SCENARIOS } from '../../tools/simulator/scenarios.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, isVerified } from './client.mts';
import type { Call } from './client.mts';

const REFUND = 'alipay.trade.refund';
const TOKEN = oauthToken.method;
const BILL = 'alipay.data.dataservice.bill.downloadurl.query';
const LOG = 'alipay.data.bill.accountlog.query';

let simulator: Simulator;

beforeEach(async () => {
	simulator = await simulate();
	return async () => await simulator.close();
});

const [first, waiting, finished, closed] = TRADES.map(({ out_trade_no }) => out_trade_no);
const all = TRADES[0]?.total_amount;

async function responseOf(method: string, options: Call, node = nodeOf(method)) {
	const response = await call(simulator, { ...options, params: { method, ...options.params } });
	expect(isVerified(simulator, response, 'RSA-SHA256', node)).toBe(true);
	return fieldsOf(response, node);
}

const refund = async (biz: object) => await responseOf(REFUND, { biz });

describe('alipay.trade.refund', () => {
	const part = { out_trade_no: first, refund_amount: '0.10', out_request_no: 'R1' };

	it('refunds money once for each out_request_no', async () => {
		const done = await refund(part);
		expect(done).toEqual({
			code: '10000',
			msg: 'Success',
			trade_no: TRADES[0]?.trade_no,
			out_trade_no: first,
			buyer_logon_id: TRADES[0]?.buyer_logon_id,
			buyer_user_id: TRADES[0]?.buyer_user_id,
			fund_change: 'Y',
			gmt_refund_pay: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
			refund_fee: '0.10',
			send_back_fee: '0.00',
		});
		const again = await refund({ ...part, out_trade_no: undefined, trade_no: done.trade_no });
		expect(again).toEqual({ ...done, fund_change: 'N' });
		const second = { ...part, refund_amount: 0.2, out_request_no: 'R2' };
		expect(await refund(second)).toMatchObject({ fund_change: 'Y', refund_fee: '0.30' });
		expect(await refund(part)).toEqual({ ...done, fund_change: 'N' });
	});

	it('uses the number of the payment when the refund has none', async () => {
		const whole = { out_trade_no: first, refund_amount: all };
		expect(await refund(whole)).toMatchObject({ fund_change: 'Y', refund_fee: all });
		const named = { ...whole, out_request_no: first };
		expect(await refund(named)).toMatchObject({ fund_change: 'N' });
	});

	it.each([
		['another amount', { ...part, refund_amount: '0.11' }, 'ACQ.DISCORDANT_REPEAT_REQUEST'],
		[
			'too much',
			{ ...part, refund_amount: all, out_request_no: 'R2' },
			'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
		],
		['no amount', { ...part, refund_amount: undefined }, 'ACQ.INVALID_PARAMETER'],
		['zero', { ...part, refund_amount: '0.00' }, 'ACQ.INVALID_PARAMETER'],
		['a thousandth', { ...part, refund_amount: '0.001' }, 'ACQ.INVALID_PARAMETER'],
		['a missing number', { refund_amount: '0.10' }, 'ACQ.INVALID_PARAMETER'],
		['an unpaid one', { ...part, out_trade_no: waiting }, 'ACQ.TRADE_STATUS_ERROR'],
		['a finished one', { ...part, out_trade_no: finished }, 'ACQ.TRADE_HAS_FINISHED'],
		['a closed one', { ...part, out_trade_no: closed }, 'ACQ.TRADE_HAS_CLOSE'],
		['an unknown one', { ...part, out_trade_no: 'T1' }, 'ACQ.TRADE_NOT_EXIST'],
	])('refuses %s', async (_what, biz, sub_code) => {
		await refund(part);
		expect(await refund(biz)).toMatchObject({ code: '40004', sub_code });
	});

	const QUIET = ['SIM-SILENCE', 'SIM-RESET', 'SIM-TRUNCATED', 'SIM-SLOW', 'SIM-HUGE'];
	it.each(Object.keys(SCENARIOS).filter((name) => !QUIET.includes(name)))(
		'plays %s by out_trade_no',
		async (out_trade_no) => {
			const biz = { ...part, out_trade_no };
			await call(simulator, { biz, params: { method: REFUND } });
			expect(simulator.requests.at(-1)?.outcome).toBe(out_trade_no);
		},
	);

	it.each(['SIM-RESET', 'SIM-TRUNCATED'])('%s breaks the connection', async (out_trade_no) => {
		const broken = call(simulator, { biz: { ...part, out_trade_no }, params: { method: REFUND } });
		await expect(broken).rejects.toThrow(/hang up|ECONNRESET|aborted/);
		expect(simulator.countOf(REFUND)).toBe(1);
	});

	it('repeats the number of a scenario in a success', async () => {
		const biz = { ...part, out_trade_no: 'SIM-SIGN-FIRST' };
		const response = await call(simulator, { biz, params: { method: REFUND } });
		const expected = { out_trade_no: 'SIM-SIGN-FIRST', refund_fee: '0.10', fund_change: 'Y' };
		expect(fieldsOf(response, nodeOf(REFUND))).toMatchObject(expected);
	});

	it.each([
		['reset', 'N'],
		['http-502', 'N'],
		['system-error', 'N'],
		['truncated', 'N'],
		['tampered', 'N'],
		['call-limited', 'Y'],
		['http-429', 'Y'],
	] as const)(
		'under the fault %s returns fund_change %s for a repetition',
		async (fault, change) => {
			simulator = await simulate({ faultRate: 0.5, faults: [fault] });
			const send = async (biz: object) => {
				const response = await call(simulator, { biz, params: { method: REFUND } }).catch(
					() => null,
				);
				const isHidden = simulator.requests.at(-1)?.outcome !== '10000';
				return isHidden || !response ? undefined : fieldsOf(response, nodeOf(REFUND));
			};
			let hidden = 0;
			for (let at = 1; at <= 8; at++) {
				const biz = { ...part, out_request_no: `R${at}` };
				if (await send(biz)) continue;
				hidden++;
				let again = await send(biz);
				for (let tries = 0; !again && tries < 20; tries++) again = await send(biz);
				// Refused each time, or carried out each time.
				expect(again).toMatchObject({ fund_change: change });
			}
			expect(hidden).toBeGreaterThan(0);
		},
	);
});

describe('alipay.system.oauth.token', () => {
	const none = { biz_content: undefined };
	const code = 'SIMULATED-AUTH-CODE';

	it('accepts public parameters, and responds without code and msg', async () => {
		const params = { ...none, grant_type: 'authorization_code', code };
		const token = await responseOf(TOKEN, { params });
		expect(token).toEqual({
			access_token: expect.any(String),
			refresh_token: expect.any(String),
			user_id: expect.stringMatching(/^2088\d{12}$/),
			alipay_user_id: expect.stringMatching(/^2088\d{28}$/),
			auth_start: '2026-09-01 08:00:00',
			expires_in: 1_296_000,
			re_expires_in: 2_592_000,
		});
		const { refresh_token } = token;
		const again = { ...none, grant_type: 'refresh_token', refresh_token: refresh_token as string };
		expect(await responseOf(TOKEN, { params: again })).toEqual(token);
		expect(simulator.requests.at(-1)?.outcome).toBe('success');
	});

	it.each([
		['another code', { grant_type: 'authorization_code', code: 'X' }, 'isv.code-invalid'],
		['no code', { grant_type: 'authorization_code' }, 'isv.invalid-parameter'],
		['another kind', { grant_type: 'password', code }, 'isv.invalid-parameter'],
		[
			'a scenario',
			{ grant_type: 'authorization_code', code: 'SIM-SYSTEM-ERROR' },
			'isp.unknow-error',
		],
	])('refuses %s in error_response', async (_what, params, sub_code) => {
		const response = await responseOf(TOKEN, { params: { ...none, ...params } }, ERROR_NODE);
		expect(response).toMatchObject({ sub_code });
	});

	it('plays scenarios by code', async () => {
		const params = { ...none, grant_type: 'authorization_code', code: 'SIM-WRONG-KEY' };
		const response = await call(simulator, { params: { method: TOKEN, ...params } });
		expect(isVerified(simulator, response, 'RSA-SHA256', nodeOf(TOKEN))).toBe(false);
		expect(fieldsOf(response, nodeOf(TOKEN))).toHaveProperty('access_token');
	});
});

describe('data of bills', () => {
	it('have escaped slashes in the address of a bill', async () => {
		const biz = { bill_type: 'trade', bill_date: '2026-09-01' };
		const response = await call(simulator, { biz, params: { method: BILL } });
		expect(response.text).toContain(
			String.raw`"https:\/\/dwbillcenter.alipay.com\/downloadBillFile.resource?bizType=trade&`,
		);
		expect(Object.keys(fieldsOf(response, nodeOf(BILL))).sort()).toEqual(
			['bill_download_url', 'code', 'msg'].sort(),
		);
	});

	it.each([
		['another day', { bill_type: 'trade', bill_date: '2026-09-02' }, 'isp.bill_not_exist'],
		['another kind', { bill_type: 'no', bill_date: '2026-09-01' }, 'INVALID_ARGUMENTS'],
		['no day', { bill_type: 'trade' }, 'INVALID_ARGUMENTS'],
	])('do not include a bill of %s', async (_what, biz, sub_code) => {
		expect(await responseOf(BILL, { biz })).toMatchObject({ code: '40004', sub_code });
	});

	it('contain the entries of an account as a list, with numbers that JavaScript cannot store exactly', async () => {
		const biz = { start_time: '2026-09-01 00:00:00', end_time: '2026-09-02 00:00:00' };
		const response = await call(simulator, { biz, params: { method: LOG } });
		expect(isVerified(simulator, response, 'RSA-SHA256', nodeOf(LOG))).toBe(true);
		const numbers = [...response.text.matchAll(/"account_log_id":(\d+)/g)].map(([, text]) => text);
		expect(numbers[0]).toBe('412510331021342310');
		expect(new Set(numbers).size).toBeGreaterThan(3);
		const fields = fieldsOf(response, nodeOf(LOG));
		expect(fields).toMatchObject({ total_size: String(numbers.length) });
		expect(fields.detail_list).toHaveLength(numbers.length);
		expect(fields.detail_list).toContainEqual(
			expect.objectContaining({
				complementary_info: expect.objectContaining({ bill_source: '电商平台' }),
			}),
		);
		const quiet = { ...biz, end_time: '2026-09-03 00:00:00' };
		expect(await responseOf(LOG, { biz: quiet })).toEqual({ code: '10000', msg: 'Success' });
	});
});

describe('additional public parameters', () => {
	const further = {
		notify_url: 'https://example.com/a?b=1&c=二',
		return_url: 'https://example.com/',
		auth_token: 'user+token/中',
		app_auth_token: 'merchant',
		prod_code: 'X',
	};

	it.each([['biz_content'], ['biz_content', ...Object.keys(further)]])(
		'are signed like all others, with %s… in the body',
		async (...inBody) => {
			const biz = { out_trade_no: first };
			const method = 'alipay.trade.query';
			const params = { method, ...further };
			const response = await call(simulator, { biz, params, inBody });
			expect(fieldsOf(response, nodeOf(method))).toMatchObject({ code: '10000', ...biz });
			expect(simulator.requests.at(-1)?.params).toMatchObject(further);
			for (const name of Object.keys(further)) {
				const afterSigning = { [name]: 'changed' };
				const changed = await call(simulator, { biz, params, inBody, afterSigning });
				const refused = { sub_code: 'isv.invalid-signature' };
				expect(fieldsOf(changed, nodeOf(method)), name).toMatchObject(refused);
			}
		},
	);
});

describe('the count of requests', () => {
	it('has a count for each method, including refused requests', async () => {
		const biz = { out_trade_no: first, refund_amount: '0.10' };
		expect(simulator.countOf(REFUND)).toBe(0);
		await refund(biz);
		await call(simulator, { biz, params: { method: REFUND }, afterSigning: { sign: 'x' } });
		await responseOf('alipay.trade.query', { biz });
		expect(simulator.countOf(REFUND)).toBe(2);
		expect(simulator.countOf('alipay.trade.query')).toBe(1);
		expect(simulator.countOf('toString')).toBe(0);
	});
});

import { beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { SCENARIO_PATTERNS } from '../../tools/simulator/scenarioPatterns.mts';
import { SCENARIOS } from '../../tools/simulator/scenarios.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { scenarioByAlipay, scenarioByMerchant } from '../support/numbers.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, fits, isVerified, NODE } from './client.mts';
import type { Answer } from './client.mts';

let simulator: Simulator;
const seen = new Set<string>();

beforeAll(async () => {
	simulator = await simulate();
});

async function query(
	scenario: string,
	biz: Record<string, string> = scenarioByAlipay(scenario),
): Promise<Answer> {
	seen.add(scenario);
	return await call(simulator, { biz });
}

/** Whether the node as it was sent carries Alipay's signature, in any position. */
function signatureFits(response: Answer, nodeText: string | Buffer, digest?: string): boolean {
	const sign = /"sign"\s*:\s*"([^"]*)"/.exec(response.text)?.[1] ?? '';
	return fits(simulator, nodeText, sign, digest);
}

describe('scenarios of codes', () => {
	it.each([
		['SIM-ILLEGAL-ARGUMENT', '40004', 'ILLEGAL_ARGUMENT', '参数有误'],
		['SIM-AUTH-ORDER-NOT-EXIST', '40004', 'AUTH_ORDER_NOT_EXIST', '支付宝资金授权订单不存在'],
		[
			'SIM-AUTH-OPERATION-NOT-EXIST',
			'40004',
			'AUTH_OPERATION_NOT_EXIST',
			'支付宝资金操作流水不存在',
		],
		['SIM-SYSTEM-ERROR', '40004', 'SYSTEM_ERROR', '系统繁忙'],
		['SIM-ACCESS-FORBIDDEN', '40004', 'ACCESS_FORBIDDEN', '商户无权查看该笔订单信息'],
		['SIM-SERVICE-UNAVAILABLE', '20000', 'isp.unknow-error', '系统繁忙'],
		['SIM-INVALID-AUTH-TOKEN', '20001', 'aop.invalid-auth-token', '令牌'],
		['SIM-INVALID-SIGNATURE', '40002', 'isv.invalid-signature', '验签字符串为：app_id='],
		['SIM-CALL-LIMITED', '40005', 'isv.app-call-limited', '超限'],
		['SIM-INSUFFICIENT-PERMISSIONS', '40006', 'isv.insufficient-isv-permissions', '权限不足'],
		['SIM-UNKNOWN-CODE', '40004', 'RED_PACKET_ARCHIVED', '已归档'],
	])('%s returns %s %s, signed, for either pair', async (scenario, code, subCode, subMsg) => {
		for (const biz of [scenarioByAlipay(scenario), scenarioByMerchant(scenario)]) {
			const response = await query(scenario, biz);
			expect(response.status).toBe(200);
			expect(fieldsOf(response)).toMatchObject({ code, sub_code: subCode });
			expect(fieldsOf(response).sub_msg).toContain(subMsg);
			expect(isVerified(simulator, response)).toBe(true);
		}
	});

	it('SIM-CODE-<sub_code> returns that code of the catalog', async () => {
		const biz = scenarioByAlipay('SIM-CODE-isv.invalid-timestamp');
		const response = await call(simulator, { biz });
		const expected = { code: '40002', sub_code: 'isv.invalid-timestamp' };
		expect(fieldsOf(response)).toMatchObject(expected);
		expect(isVerified(simulator, response)).toBe(true);
	});

	it.each(['', 'isv.no-such-code'])('SIM-CODE-%s is not a scenario', async (subCode) => {
		const response = await call(simulator, { biz: scenarioByAlipay(`SIM-CODE-${subCode}`) });
		expect(fieldsOf(response).sub_code).toBe('AUTH_ORDER_NOT_EXIST');
	});

	it('SIM-INVALID-APP-ID returns an unsigned response', async () => {
		const response = await query('SIM-INVALID-APP-ID');
		expect(fieldsOf(response).sub_code).toBe('isv.invalid-app-id');
		expect(JSON.parse(response.text)).not.toHaveProperty('sign');
	});

	it('can be entered next to the pair that takes precedence', async () => {
		const { auth_no, operation_id } = SAMPLES.closed;
		const biz = { ...SAMPLES.closed, out_request_no: 'SIM-UNKNOWN-STATUS' };
		const fields = fieldsOf(await query('SIM-UNKNOWN-STATUS', biz));
		expect(fields).toMatchObject({ auth_no, operation_id, status: 'FROZEN' });
	});
});

describe('scenarios of attacks', () => {
	it.each(['SIM-TAMPERED', 'SIM-WRONG-KEY', 'SIM-FORGED-ERROR'])(
		'%s has a signature that does not match',
		async (scenario) => {
			const response = await query(scenario);
			expect(response.text).toMatch(/,"sign":"[A-Za-z0-9+/=]{344}"\}$/);
			expect(isVerified(simulator, response)).toBe(false);
		},
	);

	it('SIM-TAMPERED differs from the signed text only in the amount', async () => {
		const response = await query('SIM-TAMPERED');
		expect(fieldsOf(response).amount).toBe('999999.99');
		const honest = { ...response, text: response.text.replace('999999.99', '88.88') };
		expect(isVerified(simulator, honest)).toBe(true);
	});

	it('SIM-FORGED-ERROR and SIM-UNSIGNED-NOT-FOUND claim that nothing was found', async () => {
		expect(fieldsOf(await query('SIM-FORGED-ERROR')).sub_code).toBe('AUTH_OPERATION_NOT_EXIST');
		const unsigned = await query('SIM-UNSIGNED-NOT-FOUND');
		expect(fieldsOf(unsigned).sub_code).toBe('AUTH_ORDER_NOT_EXIST');
		expect(unsigned.text).not.toContain('"sign"');
	});

	it('SIM-UNSIGNED and SIM-EMPTY-SIGN are successes without a signature', async () => {
		const unsigned = await query('SIM-UNSIGNED');
		expect(fieldsOf(unsigned)).toMatchObject({ code: '10000', operation_id: 'SIM-UNSIGNED' });
		expect(unsigned.text).not.toContain('"sign"');
		const empty = await query('SIM-EMPTY-SIGN');
		expect(fieldsOf(empty).code).toBe('10000');
		expect(empty.text).toMatch(/,"sign":""\}$/);
	});

	it.each([
		['SIM-DUPLICATE-NODE', 0, '999999.99'],
		['SIM-DUPLICATE-NODE-FIRST', 1, '88.88'],
	])('%s sends two nodes, and number %i is signed', async (scenario, signed, lastAmount) => {
		const response = await query(scenario);
		const texts = response.text
			.slice(1)
			.replace(/,"sign".*/, '')
			.split(new RegExp(`,?"${NODE}":`))
			.slice(1);
		expect(texts.map((text) => signatureFits(response, text))).toEqual([
			signed === 0,
			signed === 1,
		]);
		expect(fieldsOf(response).amount).toBe(lastAmount);
	});

	it('SIM-OTHER-OPERATION is a valid response about other numbers', async () => {
		const response = await query('SIM-OTHER-OPERATION');
		expect(isVerified(simulator, response)).toBe(true);
		expect(fieldsOf(response)).toMatchObject({ code: '10000', ...SAMPLES.rich });
	});

	it('SIM-SHA1 is signed with the weaker digest', async () => {
		const response = await query('SIM-SHA1');
		expect(isVerified(simulator, response)).toBe(false);
		expect(isVerified(simulator, response, 'RSA-SHA1')).toBe(true);
	});
});

describe('scenarios of transport', () => {
	it.each([
		['SIM-HTML', 200],
		['SIM-HTTP-502', 502],
		['SIM-HTTP-429', 429],
	])('%s is an HTML page with HTTP %i', async (scenario, status) => {
		const response = await query(scenario);
		expect(response.status).toBe(status);
		expect(response.text).toMatch(/^<html>/);
	});

	it('SIM-SILENCE sends no response', async () => {
		const silent = query('SIM-SILENCE').then(
			() => 'responded',
			() => 'hung up',
		);
		const first = await Promise.race([
			silent,
			new Promise((resolve) => setTimeout(resolve, 300, 'still waiting')),
		]);
		expect(first).toBe('still waiting');
	});

	it('SIM-SLOW takes its time and sends a valid response', async () => {
		const started = performance.now();
		expect(isVerified(simulator, await query('SIM-SLOW'))).toBe(true);
		expect(performance.now() - started).toBeGreaterThan(1_400);
	});

	it('SIM-RESET and SIM-TRUNCATED break the connection', async () => {
		await expect(query('SIM-RESET')).rejects.toMatchObject({ code: 'ECONNRESET' });
		await expect(query('SIM-TRUNCATED')).rejects.toThrow('aborted');
	});

	it('SIM-EMPTY-BODY is HTTP 200 with an empty body', async () => {
		expect(await query('SIM-EMPTY-BODY')).toMatchObject({ status: 200, text: '' });
	});

	it('SIM-HUGE is a valid response over 5 MB', async () => {
		const response = await query('SIM-HUGE');
		expect(response.text.length).toBeGreaterThan(5 * 1024 * 1024);
		expect(isVerified(simulator, response)).toBe(true);
	});

	it('SIM-REDIRECT points to another path', async () => {
		const response = await query('SIM-REDIRECT');
		expect(response).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
	});
});

describe('scenarios of the other modes, seen by a public-key client without AES', () => {
	it.each(['SIM-RENEWED-CERT', 'SIM-MERCHANT-CERT', 'SIM-UNKNOWN-CERT'])(
		'%s is a response under a wrong key',
		async (scenario) => {
			const response = await query(scenario);
			expect(fieldsOf(response).code).toBe('10000');
			expect(response.text).not.toContain('alipay_cert_sn');
			expect(response.text).toMatch(/,"sign":"[A-Za-z0-9+/=]{344}"\}$/);
			expect(isVerified(simulator, response)).toBe(false);
		},
	);

	it('SIM-GBK-BYTES is signed over its GBK bytes, which are not UTF-8', async () => {
		const response = await query('SIM-GBK-BYTES');
		expect(() => new TextDecoder('utf-8', { fatal: true }).decode(response.bytes)).toThrow();
		const node = /:(\{.*\}),"sign"/.exec(response.bytes.toString('latin1'))?.[1] ?? '';
		expect(signatureFits(response, Buffer.from(node, 'latin1'))).toBe(true);
		const text = new TextDecoder('gbk').decode(response.bytes);
		expect(fieldsOf({ ...response, text })).toMatchObject({ code: '20000', sub_msg: '系统繁忙' });
	});

	it('SIM-GBK-ANSWER is a valid response, signed over its GBK bytes', async () => {
		const response = await query('SIM-GBK-ANSWER');
		const node = /:(\{.*\}),"sign"/.exec(response.bytes.toString('latin1'))?.[1] ?? '';
		expect(signatureFits(response, Buffer.from(node, 'latin1'))).toBe(true);
		expect(new TextDecoder('gbk').decode(response.bytes)).toContain('中秋红包');
	});

	it('SIM-PLAIN-ANSWER is a valid response', async () => {
		expect(isVerified(simulator, await query('SIM-PLAIN-ANSWER'))).toBe(true);
	});

	it('SIM-ENCRYPTED-UNSIGNED and SIM-WRONG-AES-KEY are still encrypted', async () => {
		const unsigned = await query('SIM-ENCRYPTED-UNSIGNED');
		expect(unsigned.text).toMatch(/^\{"\w+_response":"[A-Za-z0-9+/=]+"\}$/);
		const wrong = await query('SIM-WRONG-AES-KEY');
		expect(wrong.text).toMatch(/^\{"\w+_response":"[A-Za-z0-9+/=]+","sign"/);
		expect(isVerified(simulator, wrong)).toBe(true);
	});
});

describe('scenarios of shape', () => {
	it('repeat the numbers of the request when they look like a success', async () => {
		const scenario = 'SIM-UNKNOWN-STATUS';
		const right = { code: '10000', amount: '88.88' };
		expect(fieldsOf(await query(scenario))).toMatchObject({
			...right,
			...scenarioByAlipay(scenario),
		});
		const merchant = fieldsOf(await query(scenario, scenarioByMerchant(scenario)));
		expect(merchant).toMatchObject({ ...right, ...scenarioByMerchant(scenario), status: 'FROZEN' });
	});

	it('SIM-SIGN-FIRST puts the signature before the node', async () => {
		const response = await query('SIM-SIGN-FIRST');
		const match = /^\{"sign":"[^"]+","\w+":(.*)\}$/.exec(response.text);
		expect(signatureFits(response, match?.[1] ?? '')).toBe(true);
	});

	it('SIM-NUMERIC-AMOUNTS sends amounts as signed JSON numbers', async () => {
		const response = await query('SIM-NUMERIC-AMOUNTS');
		expect(response.text).toContain('"amount":88.88');
		expect(response.text).toContain('"total_pay_refund_amount":8.88');
		expect(isVerified(simulator, response)).toBe(true);
	});

	it('SIM-UNESCAPED-SLASH matches its signature only after the slashes are escaped again', async () => {
		const response = await query('SIM-UNESCAPED-SLASH');
		expect(isVerified(simulator, response)).toBe(false);
		const match = /^\{"\w+":(.*),"sign"/.exec(response.text);
		expect(match?.[1]).toContain('/');
		expect(signatureFits(response, (match?.[1] ?? '').replaceAll('/', '\\/'))).toBe(true);
	});

	it('SIM-PRETTY signs the white space that it sends', async () => {
		const response = await query('SIM-PRETTY');
		const match = /"\w+_response" : (\{.*\}) ,\n {2}"sign"/s.exec(response.text);
		expect(match?.[1]).toContain('\n');
		expect(signatureFits(response, match?.[1] ?? '')).toBe(true);
	});

	it('SIM-FLAKY fails twice for each pair of numbers, then succeeds', async () => {
		const codes: unknown[] = [];
		for (const order of ['A', 'A', 'B', 'A', 'A', 'B', 'B'])
			codes.push(
				fieldsOf(await query('SIM-FLAKY', { auth_no: order, operation_id: 'SIM-FLAKY' })).code,
			);
		expect(codes).toEqual(['40004', '40004', '40004', '10000', '10000', '40004', '10000']);
	});

	it('SIM-INIT-THEN-BUSY is open on the first try and fails on the next', async () => {
		const first = fieldsOf(await query('SIM-INIT-THEN-BUSY'));
		expect(first).toMatchObject({ code: '10000', status: 'INIT' });
		expect(first).not.toHaveProperty('gmt_trans');
		expect(fieldsOf(await query('SIM-INIT-THEN-BUSY'))).toMatchObject({ sub_code: 'SYSTEM_ERROR' });
	});

	it('every scenario has a description that fits on one line', () => {
		for (const [name, { meaning }] of Object.entries({ ...SCENARIOS, ...SCENARIO_PATTERNS })) {
			expect(name).toMatch(/^SIM-[A-Z0-9]+(-[A-Z0-9]+)*(-<\w+>)?$/);
			expect(meaning).toMatch(/^[^\n]{5,100}$/);
		}
	});

	it('every scenario was used when the whole file has run', () => {
		expect([...seen].sort()).toEqual(Object.keys(SCENARIOS).sort());
	});
});

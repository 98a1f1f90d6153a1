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

async function ask(
	scenario: string,
	biz: Record<string, string> = scenarioByAlipay(scenario),
): Promise<Answer> {
	seen.add(scenario);
	return await call(simulator, { biz });
}

/** Whether the node as it was sent carries Alipay's signature, in any position. */
function signatureFits(answer: Answer, nodeText: string | Buffer, digest?: string): boolean {
	const sign = /"sign"\s*:\s*"([^"]*)"/.exec(answer.text)?.[1] ?? '';
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
			const answer = await ask(scenario, biz);
			expect(answer.status).toBe(200);
			expect(fieldsOf(answer)).toMatchObject({ code, sub_code: subCode });
			expect(fieldsOf(answer).sub_msg).toContain(subMsg);
			expect(isVerified(simulator, answer)).toBe(true);
		}
	});

	it('SIM-CODE-<sub_code> returns that code of the catalog', async () => {
		const biz = scenarioByAlipay('SIM-CODE-isv.invalid-timestamp');
		const answer = await call(simulator, { biz });
		const expected = { code: '40002', sub_code: 'isv.invalid-timestamp' };
		expect(fieldsOf(answer)).toMatchObject(expected);
		expect(isVerified(simulator, answer)).toBe(true);
	});

	it.each(['', 'isv.no-such-code'])('SIM-CODE-%s is not a scenario', async (subCode) => {
		const answer = await call(simulator, { biz: scenarioByAlipay(`SIM-CODE-${subCode}`) });
		expect(fieldsOf(answer).sub_code).toBe('AUTH_ORDER_NOT_EXIST');
	});

	it('SIM-INVALID-APP-ID returns an unsigned response', async () => {
		const answer = await ask('SIM-INVALID-APP-ID');
		expect(fieldsOf(answer).sub_code).toBe('isv.invalid-app-id');
		expect(JSON.parse(answer.text)).not.toHaveProperty('sign');
	});

	it('can be entered next to the pair that takes precedence', async () => {
		const { auth_no, operation_id } = SAMPLES.closed;
		const biz = { ...SAMPLES.closed, out_request_no: 'SIM-UNKNOWN-STATUS' };
		const fields = fieldsOf(await ask('SIM-UNKNOWN-STATUS', biz));
		expect(fields).toMatchObject({ auth_no, operation_id, status: 'FROZEN' });
	});
});

describe('scenarios of attacks', () => {
	it.each(['SIM-TAMPERED', 'SIM-WRONG-KEY', 'SIM-FORGED-ERROR'])(
		'%s has a signature that does not match',
		async (scenario) => {
			const answer = await ask(scenario);
			expect(answer.text).toMatch(/,"sign":"[A-Za-z0-9+/=]{344}"\}$/);
			expect(isVerified(simulator, answer)).toBe(false);
		},
	);

	it('SIM-TAMPERED differs from the signed text only in the amount', async () => {
		const answer = await ask('SIM-TAMPERED');
		expect(fieldsOf(answer).amount).toBe('999999.99');
		const honest = { ...answer, text: answer.text.replace('999999.99', '88.88') };
		expect(isVerified(simulator, honest)).toBe(true);
	});

	it('SIM-FORGED-ERROR and SIM-UNSIGNED-NOT-FOUND claim that nothing was found', async () => {
		expect(fieldsOf(await ask('SIM-FORGED-ERROR')).sub_code).toBe('AUTH_OPERATION_NOT_EXIST');
		const unsigned = await ask('SIM-UNSIGNED-NOT-FOUND');
		expect(fieldsOf(unsigned).sub_code).toBe('AUTH_ORDER_NOT_EXIST');
		expect(unsigned.text).not.toContain('"sign"');
	});

	it('SIM-UNSIGNED and SIM-EMPTY-SIGN are successes without a signature', async () => {
		const unsigned = await ask('SIM-UNSIGNED');
		expect(fieldsOf(unsigned)).toMatchObject({ code: '10000', operation_id: 'SIM-UNSIGNED' });
		expect(unsigned.text).not.toContain('"sign"');
		const empty = await ask('SIM-EMPTY-SIGN');
		expect(fieldsOf(empty).code).toBe('10000');
		expect(empty.text).toMatch(/,"sign":""\}$/);
	});

	it.each([
		['SIM-DUPLICATE-NODE', 0, '999999.99'],
		['SIM-DUPLICATE-NODE-FIRST', 1, '88.88'],
	])('%s sends two nodes, and number %i is signed', async (scenario, signed, lastAmount) => {
		const answer = await ask(scenario);
		const texts = answer.text
			.slice(1)
			.replace(/,"sign".*/, '')
			.split(new RegExp(`,?"${NODE}":`))
			.slice(1);
		expect(texts.map((text) => signatureFits(answer, text))).toEqual([signed === 0, signed === 1]);
		expect(fieldsOf(answer).amount).toBe(lastAmount);
	});

	it('SIM-OTHER-OPERATION is a valid response about other numbers', async () => {
		const answer = await ask('SIM-OTHER-OPERATION');
		expect(isVerified(simulator, answer)).toBe(true);
		expect(fieldsOf(answer)).toMatchObject({ code: '10000', ...SAMPLES.rich });
	});

	it('SIM-SHA1 is signed with the weaker digest', async () => {
		const answer = await ask('SIM-SHA1');
		expect(isVerified(simulator, answer)).toBe(false);
		expect(isVerified(simulator, answer, 'RSA-SHA1')).toBe(true);
	});
});

describe('scenarios of transport', () => {
	it.each([
		['SIM-HTML', 200],
		['SIM-HTTP-502', 502],
		['SIM-HTTP-429', 429],
	])('%s is an HTML page with HTTP %i', async (scenario, status) => {
		const answer = await ask(scenario);
		expect(answer.status).toBe(status);
		expect(answer.text).toMatch(/^<html>/);
	});

	it('SIM-SILENCE sends no response', async () => {
		const silent = ask('SIM-SILENCE').then(
			() => 'answered',
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
		expect(isVerified(simulator, await ask('SIM-SLOW'))).toBe(true);
		expect(performance.now() - started).toBeGreaterThan(1_400);
	});

	it('SIM-RESET and SIM-TRUNCATED break the connection', async () => {
		await expect(ask('SIM-RESET')).rejects.toMatchObject({ code: 'ECONNRESET' });
		await expect(ask('SIM-TRUNCATED')).rejects.toThrow('aborted');
	});

	it('SIM-EMPTY-BODY is HTTP 200 with an empty body', async () => {
		expect(await ask('SIM-EMPTY-BODY')).toMatchObject({ status: 200, text: '' });
	});

	it('SIM-HUGE is a valid response over 5 MB', async () => {
		const answer = await ask('SIM-HUGE');
		expect(answer.text.length).toBeGreaterThan(5 * 1024 * 1024);
		expect(isVerified(simulator, answer)).toBe(true);
	});

	it('SIM-REDIRECT points to another path', async () => {
		const answer = await ask('SIM-REDIRECT');
		expect(answer).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
	});
});

describe('scenarios of the other modes, seen by a public-key client without AES', () => {
	it.each(['SIM-RENEWED-CERT', 'SIM-MERCHANT-CERT', 'SIM-UNKNOWN-CERT'])(
		'%s is a response under a wrong key',
		async (scenario) => {
			const answer = await ask(scenario);
			expect(fieldsOf(answer).code).toBe('10000');
			expect(answer.text).not.toContain('alipay_cert_sn');
			expect(answer.text).toMatch(/,"sign":"[A-Za-z0-9+/=]{344}"\}$/);
			expect(isVerified(simulator, answer)).toBe(false);
		},
	);

	it('SIM-GBK-BYTES is signed over its GBK bytes, which are not UTF-8', async () => {
		const answer = await ask('SIM-GBK-BYTES');
		expect(() => new TextDecoder('utf-8', { fatal: true }).decode(answer.bytes)).toThrow();
		const node = /:(\{.*\}),"sign"/.exec(answer.bytes.toString('latin1'))?.[1] ?? '';
		expect(signatureFits(answer, Buffer.from(node, 'latin1'))).toBe(true);
		const text = new TextDecoder('gbk').decode(answer.bytes);
		expect(fieldsOf({ ...answer, text })).toMatchObject({ code: '20000', sub_msg: '系统繁忙' });
	});

	it('SIM-GBK-ANSWER is a valid response, signed over its GBK bytes', async () => {
		const answer = await ask('SIM-GBK-ANSWER');
		const node = /:(\{.*\}),"sign"/.exec(answer.bytes.toString('latin1'))?.[1] ?? '';
		expect(signatureFits(answer, Buffer.from(node, 'latin1'))).toBe(true);
		expect(new TextDecoder('gbk').decode(answer.bytes)).toContain('中秋红包');
	});

	it('SIM-PLAIN-ANSWER is a valid response', async () => {
		expect(isVerified(simulator, await ask('SIM-PLAIN-ANSWER'))).toBe(true);
	});

	it('SIM-ENCRYPTED-UNSIGNED and SIM-WRONG-AES-KEY are still encrypted', async () => {
		const unsigned = await ask('SIM-ENCRYPTED-UNSIGNED');
		expect(unsigned.text).toMatch(/^\{"\w+_response":"[A-Za-z0-9+/=]+"\}$/);
		const wrong = await ask('SIM-WRONG-AES-KEY');
		expect(wrong.text).toMatch(/^\{"\w+_response":"[A-Za-z0-9+/=]+","sign"/);
		expect(isVerified(simulator, wrong)).toBe(true);
	});
});

describe('scenarios of shape', () => {
	it('repeat the numbers of the request when they look like a success', async () => {
		const scenario = 'SIM-UNKNOWN-STATUS';
		const right = { code: '10000', amount: '88.88' };
		expect(fieldsOf(await ask(scenario))).toMatchObject({
			...right,
			...scenarioByAlipay(scenario),
		});
		const merchant = fieldsOf(await ask(scenario, scenarioByMerchant(scenario)));
		expect(merchant).toMatchObject({ ...right, ...scenarioByMerchant(scenario), status: 'FROZEN' });
	});

	it('SIM-SIGN-FIRST puts the signature before the node', async () => {
		const answer = await ask('SIM-SIGN-FIRST');
		const match = /^\{"sign":"[^"]+","\w+":(.*)\}$/.exec(answer.text);
		expect(signatureFits(answer, match?.[1] ?? '')).toBe(true);
	});

	it('SIM-NUMERIC-AMOUNTS sends amounts as signed JSON numbers', async () => {
		const answer = await ask('SIM-NUMERIC-AMOUNTS');
		expect(answer.text).toContain('"amount":88.88');
		expect(answer.text).toContain('"total_pay_refund_amount":8.88');
		expect(isVerified(simulator, answer)).toBe(true);
	});

	it('SIM-UNESCAPED-SLASH matches its signature only after the slashes are escaped again', async () => {
		const answer = await ask('SIM-UNESCAPED-SLASH');
		expect(isVerified(simulator, answer)).toBe(false);
		const match = /^\{"\w+":(.*),"sign"/.exec(answer.text);
		expect(match?.[1]).toContain('/');
		expect(signatureFits(answer, (match?.[1] ?? '').replaceAll('/', '\\/'))).toBe(true);
	});

	it('SIM-PRETTY signs the white space that it sends', async () => {
		const answer = await ask('SIM-PRETTY');
		const match = /"\w+_response" : (\{.*\}) ,\n {2}"sign"/s.exec(answer.text);
		expect(match?.[1]).toContain('\n');
		expect(signatureFits(answer, match?.[1] ?? '')).toBe(true);
	});

	it('SIM-FLAKY fails twice for each pair of numbers, then succeeds', async () => {
		const codes: unknown[] = [];
		for (const order of ['A', 'A', 'B', 'A', 'A', 'B', 'B'])
			codes.push(
				fieldsOf(await ask('SIM-FLAKY', { auth_no: order, operation_id: 'SIM-FLAKY' })).code,
			);
		expect(codes).toEqual(['40004', '40004', '40004', '10000', '10000', '40004', '10000']);
	});

	it('SIM-INIT-THEN-BUSY is open on the first try and fails on the next', async () => {
		const first = fieldsOf(await ask('SIM-INIT-THEN-BUSY'));
		expect(first).toMatchObject({ code: '10000', status: 'INIT' });
		expect(first).not.toHaveProperty('gmt_trans');
		expect(fieldsOf(await ask('SIM-INIT-THEN-BUSY'))).toMatchObject({ sub_code: 'SYSTEM_ERROR' });
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

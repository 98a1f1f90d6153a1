import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { beijingText } from '../../tools/simulator/beijing.mts';
import { alipayPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator, SimulatorOptions } from '../../tools/simulator/gateway.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, isVerified, subCodeOf } from './client.mts';
import type { Call } from './client.mts';

const rich = alipayPair(SAMPLES.rich);
let simulator: Simulator;

beforeAll(async () => {
	simulator = await simulate();
});

async function withSimulator<T>(
	options: SimulatorOptions,
	use: (own: Simulator) => Promise<T>,
): Promise<T> {
	const own = await simulate(options);
	try {
		return await use(own);
	} finally {
		await own.close();
	}
}

describe('a valid response', () => {
	it('is compact JSON with escaped slashes, signed over exactly the node that is sent', async () => {
		const response = await call(simulator, { biz: rich });
		expect(response.status).toBe(200);
		expect(response.headers['content-type']).toBe('text/html;charset=utf-8');
		expect(response.text).toContain('中秋红包\\/双节同庆 \\"团圆\\" 🎑');
		expect(isVerified(simulator, response)).toBe(true);
		expect(fieldsOf(response)).toMatchObject({
			...SAMPLES.rich,
			code: '10000',
			msg: 'Success',
			amount: '88.88',
			total_pay_refund_amount: '8.88',
		});
		expect(Object.keys(fieldsOf(response))).toHaveLength(19);
	});

	it('is signed with the sign type of the request', async () => {
		const response = await call(simulator, { biz: rich, params: { sign_type: 'RSA' } });
		expect(isVerified(simulator, response, 'RSA-SHA1')).toBe(true);
		expect(isVerified(simulator, response, 'RSA-SHA256')).toBe(false);
	});

	it('varies the order of its fields by request number, in the same way in every run', async () => {
		const query = async (own: Simulator) =>
			await call(own, { biz: rich }).then((response) => fieldsOf(response));
		const runs = await Promise.all(
			[1, 2].map(
				async () =>
					await withSimulator({}, async (own) => [
						await query(own),
						await query(own),
						await query(own),
					]),
			),
		);
		const orders = runs.map((run) => run.map((fields) => Object.keys(fields).join()));
		expect(orders[0]).toEqual(orders[1]);
		expect(new Set(orders[0]).size).toBe(3);
		expect(runs[0]?.[0]).toEqual(runs[0]?.[1]);
	});

	it('carries a trace_id of 32 hex digits that no other response has', async () => {
		const responses = await Promise.all(
			[1, 2, 3, 4].map(async () => await call(simulator, { biz: rich })),
		);
		const ids = responses.map((response) => String(response.headers.trace_id));
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
		expect(new Set(ids).size).toBe(4);
	});

	it('leaves out the fields that the operation does not have', async () => {
		const fields = fieldsOf(await call(simulator, { biz: alipayPair(SAMPLES.bare) }));
		for (const name of ['payer_user_id', 'payee_logon_id', 'extra_param'])
			expect(fields).not.toHaveProperty(name);
	});

	it('changes when an operation settles', async () => {
		let now = Date.parse('2026-09-10T12:00:00+08:00');
		await withSimulator({ now: () => now }, async (own) => {
			const biz = alipayPair(SAMPLES.settlesSuccess);
			const lookUp = async () => fieldsOf(await call(own, { at: now, biz }));
			const before = await lookUp();
			expect(before.status).toBe('INIT');
			expect(before).not.toHaveProperty('gmt_trans');
			now += 5_000;
			expect(await lookUp()).toMatchObject({ status: 'SUCCESS', gmt_trans: '2026-09-10 12:00:05' });
		});
	});
});

describe('the request signature', () => {
	it('covers plus signs, ampersands, quotes, slashes and Chinese as raw values', async () => {
		const response = await call(simulator, {
			biz: { auth_no: 'a+b&c=d %2B/"红包" 😊', operation_id: '1' },
			params: { app_auth_token: '2026+token/中&文' },
		});
		expect(subCodeOf(response)).toBe('AUTH_ORDER_NOT_EXIST');
	});

	it('leaves out blank parameters', async () => {
		const response = await call(simulator, { biz: rich, params: { app_auth_token: '' } });
		expect(fieldsOf(response).code).toBe('10000');
	});

	it('is the same for parameters in the URL, in the body, and in a GET', async () => {
		const all = ['app_id', 'method', 'format', 'sign', 'sign_type', 'timestamp', 'version'];
		const ways: Call[] = [
			{ inBody: [] },
			{ inBody: [...all, 'biz_content'] },
			{ method: 'GET', inBody: [] },
		];
		for (const way of ways)
			expect(fieldsOf(await call(simulator, { ...way, biz: rich })).code).toBe('10000');
	});

	it('is refused with the canonical string in HTML entities, in a signed response', async () => {
		const response = await call(simulator, {
			biz: rich,
			params: { timestamp: beijingText(Date.now()), format: '' },
			afterSigning: { app_auth_token: 'x' },
		});
		const subMsg = String(fieldsOf(response).sub_msg);
		expect(subMsg).toContain(
			'验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：' +
				'app_auth_token=x&amp;app_id=2021000000000001&amp;biz_content={&quot;auth_no&quot;:',
		);
		expect(subMsg).toMatch(/&amp;charset=utf-8&amp;method=.*&amp;sign_type=RSA2&amp;timestamp=/);
		expect(subMsg).not.toMatch(/format=|[?&]sign=/);
		expect(isVerified(simulator, response)).toBe(true);
	});
});

describe('the record of requests', () => {
	it('contains parameters, headers, time and outcome of each, newest last', async () => {
		await withSimulator({}, async (own) => {
			await call(own, { biz: rich });
			await call(own, { biz: {} });
			expect(own.totalRequests).toBe(2);
			expect(own.requests.map(({ outcome }) => outcome)).toEqual([
				'10000 SUCCESS',
				'40004 ILLEGAL_ARGUMENT',
			]);
			const [first] = own.requests;
			expect(first?.query).not.toHaveProperty('biz_content');
			expect(first?.body).toEqual({ biz_content: JSON.stringify(rich) });
			expect(first?.params).toMatchObject({ charset: 'utf-8', ...first?.body });
			expect(first?.headers['content-type']).toContain('urlencoded');
			expect(Math.abs(Date.now() - (first?.receivedAt ?? 0))).toBeLessThan(10_000);
		});
	});
});

describe('latency and faults', () => {
	it('delay every response by latencyMs', async () => {
		await withSimulator({ latencyMs: 120 }, async (own) => {
			const begun = Date.now();
			await Promise.all([1, 2, 3].map(async () => await call(own, { biz: rich })));
			expect(Date.now() - begun).toBeGreaterThanOrEqual(118);
		});
	});

	it('affect about faultRate of the good requests, with every kind in turn, in the same way in every run', async () => {
		const run = async () =>
			await withSimulator({ faultRate: 0.2 }, async (own) => {
				for (let n = 0; n < 100; n++) await call(own, { biz: rich }).catch(() => undefined);
				return own.requests.map(({ outcome }) => outcome);
			});
		const outcomes = await run();
		const faults = outcomes.filter((outcome) => outcome.startsWith('fault'));
		expect(faults.length).toBeGreaterThan(10);
		expect(faults.length).toBeLessThan(32);
		expect(new Set(faults).size).toBe(6);
		expect(await run()).toEqual(outcomes);
	});

	it('do not affect scenarios and refused requests', async () => {
		await withSimulator({ faultRate: 1 }, async (own) => {
			const scenario = await call(own, { biz: { ...rich, operation_id: 'SIM-ACCESS-FORBIDDEN' } });
			expect(subCodeOf(scenario)).toBe('ACCESS_FORBIDDEN');
			expect(subCodeOf(await call(own, { biz: {} }))).toBe('ILLEGAL_ARGUMENT');
		});
	});

	it('are refused when impossible', async () => {
		await expect(simulate({ faultRate: 2 })).rejects.toThrow(RangeError);
		await expect(simulate({ latencyMs: -1 })).rejects.toThrow(RangeError);
	});
});

describe('stopping', () => {
	it('drops waiting and idle connections at once, and can be called twice', async () => {
		const own = await simulate({ latencyMs: 60_000 });
		const waiting = expect(call(own, { biz: rich })).rejects.toThrow();
		const idle = connect(Number(new URL(own.url).port), '127.0.0.1');
		idle.on('error', () => undefined);
		while (own.totalRequests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		const begun = Date.now();
		await own.close();
		await own.close();
		await waiting;
		expect(Date.now() - begun).toBeLessThan(1_000);
	});
});

import { describe, expect, it } from 'vitest';
import { callAlipay, type Call } from '../../alipay/client.ts';
import type { Connection } from '../../alipay/transport.ts';
import { localFault, success, type Outcome } from '../../alipay/errors/fault.ts';
import type { HttpRequest } from '../../alipay/message/request.ts';
import type { HttpAnswer } from '../../alipay/message/response.ts';
import { app, envelope, fault, http, METHOD, value } from '../support/answers.mts';

const NOON = Date.UTC(2024, 0, 1, 4);
const CALL: Call = {
	method: METHOD,
	bizContent: { auth_no: '2014', operation_id: '红包' },
	appAuthToken: '',
	maxTries: 3,
	timeoutMs: 4_000,
};

type Reply = Outcome<HttpAnswer>;
const OK: Reply = success(http(envelope('{"code":"10000","msg":"Success"}')));
const status = (code: number): Reply => success(http('', { status: code }));
const refusal = (code: string, sub_code?: string, sub_msg?: string): Reply =>
	success(http(envelope(JSON.stringify({ code, msg: 'm', sub_code, sub_msg }))));
const lost = (name: 'gateway-unreachable' | 'gateway-timeout' | 'cancelled'): Reply =>
	localFault(name, 'No answer', 'Ask again.');

/** A connection that replies in turn, the last reply for ever, and notes what it was asked to do. */
function scripted(replies: Array<Reply | ((request: HttpRequest) => Reply)>, random = 0) {
	const requests: HttpRequest[] = [];
	const timeouts: number[] = [];
	const pauses: number[] = [];
	/** What the pace was told: whether an answer was a call limit. */
	const told: boolean[] = [];
	let over = false;
	const connection: Connection = {
		now: () => NOON + requests.length * 1000,
		random: () => random,
		ended: () => over,
		turn: async () => (callLimited) => void told.push(callLimited),
		sleep: async (ms) => void pauses.push(ms),
		send: async (request, timeoutMs) => {
			const reply = replies[Math.min(requests.length, replies.length - 1)] ?? OK;
			requests.push(request);
			timeouts.push(timeoutMs);
			return typeof reply === 'function' ? reply(request) : reply;
		},
	};
	const ask = async (changes: Partial<Call> = {}, settings = {}) =>
		await callAlipay(app(settings), { ...CALL, ...changes }, connection);
	return { ask, requests, timeouts, pauses, told, end: () => void (over = true) };
}

const inUrl = (request: HttpRequest | undefined) => new URL(request?.url ?? '').searchParams;

describe('what may pass is asked again', () => {
	it.each([
		['an unreachable gateway', lost('gateway-unreachable')],
		['a timeout', lost('gateway-timeout')],
		['HTTP 500', status(500)],
		['HTTP 502', status(502)],
		['HTTP 503', status(503)],
		['HTTP 429', status(429)],
		['20000', refusal('20000', 'isp.unknow-error')],
		['20000 with an unknown sub_code', refusal('20000', 'isp.new')],
		['20000 without a sub_code', refusal('20000')],
		['SYSTEM_ERROR', refusal('40004', 'SYSTEM_ERROR')],
		['ACQ.SYSTEM_ERROR', refusal('40004', 'ACQ.SYSTEM_ERROR')],
		['aop.ACQ.SYSTEM_ERROR', refusal('40004', 'aop.ACQ.SYSTEM_ERROR')],
		['40005', refusal('40005', 'isv.app-call-limited')],
		['40005 of the method', refusal('40005', 'isv.method-call-limited')],
		['40005 with an unknown sub_code', refusal('40005', 'isv.new')],
	])('%s', async (_name, reply) => {
		const { ask, requests } = scripted([reply, OK]);
		const { outcome, attempts } = await ask();
		expect(value(outcome).code).toBe('10000');
		expect(attempts).toBe(2);
		expect(requests).toHaveLength(2);
	});
});

describe('nothing else is asked again', () => {
	it.each([
		['a success', OK],
		['a cancelled run', lost('cancelled')],
		['HTTP 302', status(302)],
		['HTTP 400', status(400)],
		['HTTP 404', status(404)],
		['a web page', success(http('<html>'))],
		['an empty body', success(http(''))],
		['a success without a signature', success(http(envelope('{"code":"10000"}', '')))],
		['a wrong signature', success(http(envelope('{"code":"10000"}', 'AAAA')))],
		['a wrong signature on SYSTEM_ERROR', success(http(envelope('{"code":"20000"}', 'AAAA')))],
		['20001', refusal('20001', 'aop.app-auth-token-time-out')],
		['40001', refusal('40001', 'isv.missing-app-id')],
		['40002', refusal('40002', 'isv.invalid-signature')],
		['40003', refusal('40003', 'isv.missing-signature-config')],
		['ILLEGAL_ARGUMENT', refusal('40004', 'ILLEGAL_ARGUMENT')],
		['AUTH_ORDER_NOT_EXIST', refusal('40004', 'AUTH_ORDER_NOT_EXIST')],
		['AUTH_OPERATION_NOT_EXIST', refusal('40004', 'AUTH_OPERATION_NOT_EXIST')],
		['ACCESS_FORBIDDEN', refusal('40004', 'ACCESS_FORBIDDEN')],
		['40006', refusal('40006', 'isv.insufficient-isv-permissions')],
		['an unknown code', refusal('49999')],
	])('%s', async (_name, reply) => {
		const { ask, requests, pauses } = scripted([reply]);
		expect((await ask()).attempts).toBe(1);
		expect(requests).toHaveLength(1);
		expect(pauses).toEqual([]);
	});
});

describe('asking again', () => {
	it('signs anew with a new timestamp each time, the same question', async () => {
		const { ask, requests } = scripted([status(503)]);
		await ask();
		const stamps = requests.map((request) => inUrl(request).get('timestamp'));
		expect(stamps).toEqual(['2024-01-01 12:00:00', '2024-01-01 12:00:01', '2024-01-01 12:00:02']);
		expect(new Set(requests.map((request) => inUrl(request).get('sign'))).size).toBe(3);
		expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
	});

	it.each([1, 2, 5])('ends after Max Tries = %i with the last fault', async (maxTries) => {
		const { ask, requests, pauses } = scripted([status(503)]);
		const { outcome, attempts } = await ask({ maxTries });
		expect(fault(outcome).code).toBe('gateway-unavailable');
		expect([attempts, requests.length, pauses.length]).toEqual([maxTries, maxTries, maxTries - 1]);
	});

	const LIMITED = refusal('40005', 'isv.app-call-limited');

	it('a call limit uses up no try, and leaves the pause to the pace of the run', async () => {
		const replies = [LIMITED, LIMITED, status(503), LIMITED, LIMITED, LIMITED, status(503), OK];
		const { ask, pauses, told } = scripted(replies);
		const { outcome, attempts } = await ask({ maxTries: 3 });
		expect(value(outcome).code).toBe('10000');
		expect(attempts).toBe(8);
		expect(pauses).toHaveLength(2); // after the two HTTP 503 alone
		// A gateway that cannot be reached says nothing about its limit.
		expect(told).toEqual([true, true, true, true, true, false]);
	});

	it('a call limit that stays is reported after twelve refusals', async () => {
		const { ask } = scripted([LIMITED]);
		const { outcome, attempts } = await ask({ maxTries: 3 });
		expect(fault(outcome).code).toBe('40005');
		expect(attempts).toBe(12);
	});

	it('with Max Tries 1 nothing is asked again', async () => {
		const { ask, requests } = scripted([LIMITED]);
		expect((await ask({ maxTries: 1 })).attempts).toBe(1);
		expect(requests).toHaveLength(1);
	});

	it('what cannot be written in the charset is no attempt', async () => {
		const { ask, requests } = scripted([OK]);
		const { attempts } = await ask({ bizContent: { auth_no: '😊' } }, { charset: 'gbk' });
		expect([attempts, requests.length]).toEqual([0, 0]);
	});

	it('once the run is over nothing is sent', async () => {
		const { ask, requests, end } = scripted([OK]);
		end();
		const { outcome, attempts } = await ask();
		expect(fault(outcome).code).toBe('cancelled');
		expect([attempts, requests.length]).toEqual([0, 0]);
	});

	it('reports the last fault, not the first', async () => {
		const { ask } = scripted([status(503), refusal('40004', 'ACCESS_FORBIDDEN')]);
		const { outcome, attempts } = await ask();
		expect(fault(outcome).sub_code).toBe('ACCESS_FORBIDDEN');
		expect(attempts).toBe(2);
	});

	it.each([
		[0, [250, 500, 1000, 2000, 4000, 4000]],
		[0.5, [375, 750, 1500, 3000, 6000, 6000]],
		[1 - Number.EPSILON, [500, 1000, 2000, 4000, 8000, 8000]],
	])('pauses twice as long each time, up to a limit, spread by chance (%d)', async (random, ms) => {
		const { ask, pauses } = scripted([status(503)], random);
		await ask({ maxTries: 7 });
		expect(pauses.map(Math.round)).toEqual(ms);
		expect(Math.max(...pauses)).toBeLessThanOrEqual(8_000);
	});

	it('gives every try the same time to answer', async () => {
		const { ask, timeouts } = scripted([status(503)]);
		await ask();
		expect(timeouts).toEqual([4_000, 4_000, 4_000]);
	});
});

describe('the request', () => {
	it('holds the question as JSON in biz_content and nowhere else', async () => {
		const { ask, requests } = scripted([OK]);
		await ask();
		expect([...new URLSearchParams(requests[0]?.body)]).toEqual([
			['biz_content', '{"auth_no":"2014","operation_id":"红包"}'],
		]);
		expect(inUrl(requests[0]).get('method')).toBe(METHOD);
	});

	it.each([
		['the token of the call', 'of-call', 'of-credential', 'of-call'],
		['the token of the credential without one', '', 'of-credential', 'of-credential'],
		['no token without any', '', '', null],
	])('acts with %s', async (_name, appAuthToken, ofCredential, sent) => {
		const { ask, requests } = scripted([OK]);
		await ask({ appAuthToken }, { appAuthToken: ofCredential });
		expect(inUrl(requests[0]).get('app_auth_token')).toBe(sent);
	});
});

describe('isv.invalid-signature', () => {
	/** What the gateway says it checked: the parameters, sorted, in HTML entities. */
	const echo = (change: (text: string) => string) => (request: HttpRequest) => {
		const params = [...inUrl(request), ...new URLSearchParams(request.body)];
		const text = params
			.filter(([name]) => name !== 'sign')
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([name, one]) => `${name}=${one}`)
			.join('&');
		const entities = change(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
		return refusal(
			'40002',
			'isv.invalid-signature',
			`验签出错，网关生成的验签字符串为：${entities}`,
		);
	};

	it('blames the key pair when Alipay checked the text that was signed', async () => {
		const { outcome } = await scripted([echo((text) => text)]).ask({
			bizContent: { auth_no: '<&amp;> "\'' },
		});
		expect(fault(outcome).solution).toMatch(/Private Key.*public key/);
		expect(fault(outcome).message).not.toContain('not the one that was signed');
	});

	it.each([
		['another charset', (text: string) => text.replace('红包', '绾㈠寘')],
		['a lost parameter', (text: string) => text.replace('&version=1.0', '')],
		['an added parameter', (text: string) => text.replace('&version', '&utm=1&version')],
		['a parameter added at the end', (text: string) => `${text}&zone=cn`],
		['a parameter added at the start', (text: string) => `a=1&${text}`],
	])('blames the way when Alipay checked another text: %s', async (_name, change) => {
		const { outcome } = await scripted([echo(change)]).ask();
		expect(fault(outcome).message).toContain('not the one that was signed');
		expect(fault(outcome).solution).toMatch(/Gateway URL.*proxy/);
		expect(fault(outcome)).toMatchObject({ retryable: false, cause: 'credential-invalid' });
	});

	it('blames the key pair when Alipay does not say what it checked', async () => {
		const { outcome } = await scripted([
			refusal('40002', 'isv.invalid-signature', '验签出错'),
		]).ask();
		expect(fault(outcome).solution).toMatch(/Private Key.*public key/);
	});

	it.each(['of-call', ''])('never repeats the app_auth_token (%j)', async (appAuthToken) => {
		for (const change of [(text: string) => text, (text: string) => `a=1&${text}`]) {
			const { outcome } = await scripted([echo(change)]).ask(
				{ appAuthToken },
				{ appAuthToken: 'of-credential' },
			);
			expect(fault(outcome).sub_msg).toContain('app_auth_token=***');
			expect(JSON.stringify(fault(outcome))).not.toMatch(/of-call|of-credential/);
		}
	});
});

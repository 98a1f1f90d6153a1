import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClient, type Call } from '../../alipay/client.ts';
import { failure, localFault, success } from '../../alipay/errors/fault.ts';
import type { HttpRequest } from '../../alipay/transport.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { METHODS } from '../../alipay/methods/index.ts';
import { methodNamed, type Method } from '../../alipay/methods/method.ts';
import type { Policy } from '../../alipay/policy.ts';
import { app, envelope, fault, http, METHOD, value, words } from '../support/responses.mts';
import { BASKET, GIFT, PARCEL, RETURN } from '../support/methods.mts';
import { scripted, type Line, type Reply } from '../support/transport.mts';

const NOON = Date.UTC(2024, 0, 1, 4);
const NUMBERS = { auth_no: '2014', operation_id: '红包' };
const CALL: Call & Policy = {
	bizContent: NUMBERS,
	appAuthToken: '',
	timeoutMs: 4_000,
	maxTries: 3,
	wait: null,
};

const nodeNameOf = ({ name }: Method) => `${name.replaceAll('.', '_')}_response`;
const node = (fields: object, { name }: Method = couponOperationQuery): Reply => {
	const text = JSON.stringify(fields);
	return success(http(envelope(text, undefined, nodeNameOf({ name } as Method))));
};
const OK = node({ code: '10000', msg: 'Success', ...NUMBERS });
const status = (code: number): Reply => success(http('', { status: code }));
const refusal = (code: string, sub_code?: string, sub_msg?: string): Reply =>
	node({ code, msg: 'm', sub_code, sub_msg });
const lost = (name: 'gateway-unreachable' | 'gateway-timeout' | 'canceled'): Reply =>
	localFault(name, 'No response', 'Try again.');

afterEach(() => void vi.restoreAllMocks());

/** A client that gets these replies in turn; each request takes a second. */
function clientFor(replies: readonly Line[], random = 0) {
	vi.spyOn(Math, 'random').mockReturnValue(random);
	const transport = scripted(replies, NOON);
	const send = transport.send;
	transport.send = async (request, limits) => {
		const reply = await send(request, limits);
		transport.epochMs = NOON + transport.sent.length * 1_000;
		return reply;
	};
	const query = async (
		changes: Partial<Call & Policy> = {},
		settings = {},
		method = couponOperationQuery,
	) => {
		const { maxTries, wait, ...call } = { ...CALL, ...changes };
		return await createClient(app(settings), transport).call(method, call, { maxTries, wait });
	};
	return { lookUp: query, transport };
}

const inBody = (request: HttpRequest | undefined) => new URLSearchParams(request?.body);

describe('a temporary problem is retried', () => {
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
		const { lookUp: query, transport } = clientFor([reply, OK]);
		const { outcome, attempts, retries } = await query();
		expect(value(outcome).code).toBe('10000');
		expect([attempts, retries]).toEqual([2, 1]);
		expect(transport.sent).toHaveLength(2);
	});
});

describe('a permanent problem is not retried', () => {
	it.each([
		['a success', OK],
		['a canceled run', lost('canceled')],
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
		const { lookUp: query, transport } = clientFor([reply]);
		expect(await query()).toMatchObject({ attempts: 1, retries: 0, isStillOpen: false });
		expect(transport.sent).toHaveLength(1);
		expect(transport.pauses).toEqual([]);
	});
});

describe('a retry', () => {
	it('is signed again with a new timestamp, for the same content', async () => {
		const { lookUp: query, transport } = clientFor([status(503)]);
		await query();
		const requests = transport.sent.map(({ request }) => request);
		const stamps = requests.map((request) => inBody(request).get('timestamp'));
		expect(stamps).toEqual(['2024-01-01 12:00:00', '2024-01-01 12:00:01', '2024-01-01 12:00:02']);
		expect(new Set(requests.map((request) => inBody(request).get('sign'))).size).toBe(3);
		const contents = requests.map((request) => inBody(request).get('biz_content'));
		expect(new Set(contents).size).toBe(1);
	});

	it.each([1, 2, 5])('ends after Max Tries = %i with the last error', async (maxTries) => {
		const { lookUp: query, transport } = clientFor([status(503)]);
		const { outcome, attempts, retries } = await query({ maxTries });
		expect(fault(outcome).code).toBe('gateway-unavailable');
		expect([attempts, transport.sent.length]).toEqual([maxTries, maxTries]);
		expect([retries, transport.pauses.length]).toEqual([maxTries - 1, maxTries - 1]);
	});

	const LIMITED = refusal('40005', 'isv.app-call-limited');

	it('after a rate limit does not count as a try, and its pause comes from the pace of the run', async () => {
		const replies = [LIMITED, LIMITED, status(503), LIMITED, LIMITED, LIMITED, status(503), OK];
		const { lookUp: query, transport } = clientFor(replies);
		const { outcome, attempts } = await query({ maxTries: 3 });
		expect(value(outcome).code).toBe('10000');
		expect(attempts).toBe(8);
		expect(transport.pauses).toHaveLength(2); // after the two HTTP 503 only
		// The pace learns from the requests that it let through.
		const seen = transport.admitted.map((one) => (one.outcome.ok ? 'ok' : one.outcome.fault.cause));
		const [limit, outage] = ['rate-limited', 'temporarily-unavailable'];
		expect(seen).toEqual([limit, limit, outage, limit, limit, limit, outage, 'ok']);
	});

	it('lets new requests go first', async () => {
		const { lookUp: query, transport } = clientFor([status(503), LIMITED, OK]);
		await query();
		expect(transport.admitted.map(({ isFirst }) => isFirst)).toEqual([true, false, false]);
	});

	it('ends after twelve rate-limited responses with that error', async () => {
		const { lookUp: query } = clientFor([LIMITED]);
		const { outcome, attempts } = await query({ maxTries: 3 });
		expect(fault(outcome).code).toBe('40005');
		expect(attempts).toBe(12);
	});

	it('does not happen with Max Tries 1', async () => {
		const { lookUp: query, transport } = clientFor([LIMITED]);
		expect((await query({ maxTries: 1 })).attempts).toBe(1);
		expect(transport.sent).toHaveLength(1);
	});

	it('is not counted for text that the charset cannot write', async () => {
		const { lookUp: query, transport } = clientFor([OK]);
		for (const bizContent of [{ auth_no: '😊' }, { list: [{ of: '😊' }] }]) {
			const { outcome, attempts } = await query({ bizContent }, { charset: 'gbk' });
			expect(fault(outcome)).toMatchObject({ code: 'invalid-identifiers' });
			expect([attempts, transport.sent.length]).toEqual([0, 0]);
		}
	});

	it('does not happen when the run is already over', async () => {
		const { lookUp: query, transport } = clientFor([OK]);
		transport.end();
		const { outcome, attempts } = await query();
		expect(fault(outcome).code).toBe('canceled');
		expect([attempts, transport.sent.length]).toEqual([0, 0]);
	});

	it('does not happen, and is not counted, when the run ends during the pause', async () => {
		const { lookUp: query, transport } = clientFor([status(503)]);
		transport.sleep = async () => await Promise.resolve(transport.end());
		const { outcome, attempts, retries } = await query();
		expect(fault(outcome).code).toBe('canceled');
		expect([attempts, retries, transport.sent.length]).toEqual([1, 0, 1]);
	});

	it('ends with the last error, not the first', async () => {
		const { lookUp: query } = clientFor([status(503), refusal('40004', 'ACCESS_FORBIDDEN')]);
		const { outcome, attempts } = await query();
		expect(fault(outcome).sub_code).toBe('ACCESS_FORBIDDEN');
		expect(attempts).toBe(2);
	});

	it.each([
		[0, [250, 500, 1000, 2000, 4000, 4000]],
		[0.5, [375, 750, 1500, 3000, 6000, 6000]],
		[1 - Number.EPSILON, [500, 1000, 2000, 4000, 8000, 8000]],
	])(
		'waits twice as long each time, up to a limit, with a random spread (%d)',
		async (random, ms) => {
			const { lookUp: query, transport } = clientFor([status(503)], random);
			await query({ maxTries: 7 });
			expect(transport.pauses.map(Math.round)).toEqual(ms);
			expect(Math.max(...transport.pauses)).toBeLessThanOrEqual(8_000);
		},
	);

	it('has the same timeout as the first attempt', async () => {
		const { lookUp: query, transport } = clientFor([status(503)]);
		await query();
		const timeouts = transport.sent.map(({ limits }) => limits.timeoutMs);
		expect(timeouts).toEqual([4_000, 4_000, 4_000]);
	});
});

describe('the request', () => {
	it('contains the content as JSON in biz_content and nowhere else', async () => {
		const { lookUp: query, transport } = clientFor([OK]);
		await query();
		const { biz_content, ...others } = Object.fromEntries(inBody(transport.sent[0]?.request));
		expect(biz_content).toBe('{"auth_no":"2014","operation_id":"红包"}');
		expect(others.method).toBe(METHOD);
		expect(JSON.stringify(others)).not.toMatch(/auth_no|operation_id|2014"/);
		expect(new URL(transport.sent[0]?.request.url ?? '').search).toBe('?charset=utf-8');
	});

	it('contains everything that JSON can express, and leaves out values that are undefined', async () => {
		const bizContent = {
			basket_no: '7',
			options: ['a', { b: [1, true, null] }],
			count: 3,
			gone: undefined,
		};
		const reply = node({ code: '10000', basket_no: '7' }, BASKET);
		const { lookUp: query, transport } = clientFor([reply]);
		const { outcome } = await query({ bizContent }, { charset: 'gbk' }, BASKET);
		expect(value(outcome).fields.get('basket_no')).toBe('7');
		const body = new URLSearchParams(transport.sent[0]?.request.body);
		expect(body.get('biz_content')).toBe(
			'{"basket_no":"7","options":["a",{"b":[1,true,null]}],"count":3}',
		);
	});

	it.each([
		['the token of the call', 'of-call', 'of-credential', 'of-call'],
		['the token of the credential without one', '', 'of-credential', 'of-credential'],
		['no token without any', '', '', null],
	])('acts with %s', async (_name, appAuthToken, ofCredential, sent) => {
		const { lookUp: query, transport } = clientFor([OK]);
		await query({ appAuthToken }, { appAuthToken: ofCredential });
		expect(inBody(transport.sent[0]?.request).get('app_auth_token')).toBe(sent);
	});
});

describe('isv.invalid-signature', () => {
	/** The text that the gateway says it checked: the parameters, sorted, with HTML entities. */
	const echo = (change: (text: string) => string) => (request: HttpRequest) => {
		const params = [...new URL(request.url).searchParams, ...inBody(request)];
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
		const { outcome } = await clientFor([echo((text) => text)]).lookUp({
			bizContent: { auth_no: '<&amp;> "\'' },
		});
		expect(fault(outcome).solution).toMatch(/Private Key.*public key/);
		expect(fault(outcome).message).not.toContain('changed on its way');
	});

	it.each([
		['another charset', (text: string) => text.replace('红包', '绾㈠寘')],
		['a lost parameter', (text: string) => text.replace('&version=1.0', '')],
		['an added parameter', (text: string) => text.replace('&version', '&utm=1&version')],
		['a parameter added at the end', (text: string) => `${text}&zone=cn`],
		['a parameter added at the start', (text: string) => `a=1&${text}`],
	])('blames the network path when Alipay checked another text: %s', async (_name, change) => {
		const { outcome } = await clientFor([echo(change)]).lookUp();
		expect(fault(outcome).message).toContain('changed on its way');
		expect(fault(outcome).solution).toMatch(/Gateway URL.*proxy/);
		expect(fault(outcome)).toMatchObject({ retryable: false, cause: 'credential-invalid' });
	});

	it('blames the key pair when Alipay does not show the text that it checked', async () => {
		const { outcome } = await clientFor([
			refusal('40002', 'isv.invalid-signature', '验签出错'),
		]).lookUp();
		expect(fault(outcome).solution).toMatch(/Private Key.*public key/);
	});

	it.each(['of-call', ''])('never shows the app_auth_token (%j)', async (appAuthToken) => {
		for (const change of [(text: string) => text, (text: string) => `a=1&${text}`]) {
			const { outcome } = await clientFor([echo(change)]).lookUp(
				{ appAuthToken },
				{ appAuthToken: 'of-credential' },
			);
			expect(fault(outcome).sub_msg).toContain('app_auth_token=***');
			expect(JSON.stringify(fault(outcome))).not.toMatch(/of-call|of-credential/);
		}
	});
});

describe('a missing permission', () => {
	const told = async (sub_code: string, method: Method) => {
		const { lookUp: query } = clientFor([node({ code: '40006', msg: 'm', sub_code }, method)]);
		return words(fault((await query({}, {}, method)).outcome));
	};

	it('names the method and its product, as the console calls it', async () => {
		expect(await told('isv.insufficient-isv-permissions', couponOperationQuery)).toBe(
			`The application has no permission for ${METHOD} (Alipay returned 40006 isv.insufficient-isv-permissions). In the Alipay console, open the application and add the product that contains ${METHOD}: Sending and Receiving Cash Red Packets (“收发现金红包”). Then wait until Alipay approves it.`,
		);
	});

	it('names the method alone when its product is not known', async () => {
		const method = methodNamed('alipay.user.info.share', 'read');
		expect(await told('isv.insufficient-user-permissions', method)).toBe(
			'The merchant has no permission for alipay.user.info.share (Alipay returned 40006 isv.insufficient-user-permissions). Ask the merchant to sign up for the product that contains alipay.user.info.share, and to authorize your application again.',
		);
	});

	it.each(METHODS)('of $name points to the product', async (method) => {
		const said = await told('isv.insufficient-isv-permissions', method);
		const { name, product } = method;
		expect(said).toContain(
			product ? `contains ${name}: ${product}. Then` : `contains ${name}. Then`,
		);
	});
});

describe('a response about something else', () => {
	interface Row {
		name: string;
		method: Method;
		bizContent: Record<string, string>;
		responded: Record<string, string | null>;
		/** The names that are reported as different; null for an accepted response. */
		strange: string | null;
	}

	const ROWS: readonly Row[] = [
		{
			name: 'another operation of the order',
			method: couponOperationQuery,
			bizContent: { auth_no: '1', operation_id: '2' },
			responded: { auth_no: '1', operation_id: '3' },
			strange: 'Operation ID (operation_id)',
		},
		{
			name: 'a response without the number',
			method: couponOperationQuery,
			bizContent: { out_order_no: '1', out_request_no: '2' },
			responded: { out_order_no: '1' },
			strange: 'Out Request No (out_request_no)',
		},
		{
			name: 'a number that does not decide, because Alipay uses its own pair',
			method: couponOperationQuery,
			bizContent: { auth_no: '1', operation_id: '2', out_order_no: '3', out_request_no: '4' },
			responded: { auth_no: '1', operation_id: '2', out_order_no: 'x', out_request_no: 'y' },
			strange: null,
		},
		{
			name: 'another parcel by its first number',
			method: PARCEL,
			bizContent: { fund_no: '1', order_no: '2' },
			responded: { fund_no: '9', order_no: '2' },
			strange: 'Fund No (fund_no)',
		},
		{
			name: 'a second number that does not decide',
			method: PARCEL,
			bizContent: { fund_no: '1', order_no: '2' },
			responded: { fund_no: '1', order_no: '9' },
			strange: null,
		},
		{
			name: 'words that a response does not repeat',
			method: PARCEL,
			bizContent: { out_no: '1', product: 'BOX', scene: 'DOOR' },
			responded: { out_no: '1' },
			strange: null,
		},
		{
			name: 'another return of the same trade',
			method: RETURN,
			bizContent: { out_trade_no: '1', out_request_no: '2' },
			responded: { trade_no: '7', out_trade_no: '1', out_request_no: '3' },
			strange: 'Out Request No (out_request_no)',
		},
		{
			name: 'a method without its own numbers',
			method: methodNamed('alipay.example.any.query', 'read'),
			bizContent: { anything: '1' },
			responded: {},
			strange: null,
		},
	];

	it.each(ROWS)('$name', async ({ method, bizContent, responded, strange }) => {
		const { lookUp: query, transport } = clientFor([node({ code: '10000', ...responded }, method)]);
		const { outcome } = await query({ bizContent }, {}, method);
		expect(transport.sent).toHaveLength(1);
		if (strange === null) {
			expect(value(outcome).code).toBe('10000');
			return;
		}
		const found = fault(outcome);
		expect(found).toMatchObject({ code: 'answer-for-another-operation', retryable: false });
		expect(found.message).toContain(`its ${strange} differs from the request`);
	});
});

describe('waiting for a final status', () => {
	const WAIT = { wait: { maxMs: 60_000, intervalMs: 5_000 } };
	const open = node({ code: '10000', ...NUMBERS, status: 'INIT' });
	const closed = node({ code: '10000', ...NUMBERS, status: 'CLOSED' });

	it('repeats the lookup at intervals until the status is final', async () => {
		const { lookUp: query, transport } = clientFor([open, open, closed]);
		const result = await query(WAIT);
		expect(value(result.outcome).fields.get('status')).toBe('CLOSED');
		expect(result).toMatchObject({ attempts: 3, retries: 0, isStillOpen: false });
		expect(transport.pauses).toEqual([5_000, 5_000]);
		expect(transport.admitted.map(({ isFirst }) => isFirst)).toEqual([true, false, false]);
	});

	it('ends with the open response when the time is up', async () => {
		const { lookUp: query } = clientFor([open, status(503)]);
		const result = await query({ ...WAIT, maxTries: 2 });
		expect(value(result.outcome).fields.get('status')).toBe('INIT');
		expect(result.isStillOpen).toBe(true);
		expect(result.retries).toBeGreaterThan(0);
	});

	it('counts as canceled when the run ends first', async () => {
		const { lookUp: query, transport } = clientFor([open]);
		transport.sleep = async () => await Promise.resolve(transport.end());
		expect(fault((await query(WAIT)).outcome).code).toBe('canceled');
	});
});

describe('the largest response', () => {
	const bizContent = { basket_no: '7', auth_no: '7', operation_id: '7' };
	const MIB = 1024 * 1024;

	it.each([
		{ method: couponOperationQuery, bytes: MIB },
		{ method: BASKET, bytes: 2 * MIB },
	])('to $method.name has $bytes bytes', async ({ method, bytes }) => {
		const { lookUp: query, transport } = clientFor([
			node({ code: '10000', ...bizContent }, method),
		]);
		expect(value((await query({ bizContent }, {}, method)).outcome).code).toBe('10000');
		expect(transport.sent[0]?.limits.responseBytes).toBe(bytes);
	});
});

describe('a method known by its name alone', () => {
	const method = methodNamed('alipay.example.any.query', 'read');

	it.each(['SYSTEM_ERROR', 'ACQ.SYSTEM_ERROR'])('is retried after %s', async (sub_code) => {
		const busy = node({ code: '40004', msg: 'm', sub_code }, method);
		const { lookUp: query } = clientFor([busy, node({ code: '10000' }, method)]);
		const { outcome, attempts } = await query({ bizContent: {} }, {}, method);
		expect(value(outcome).code).toBe('10000');
		expect(attempts).toBe(2);
	});

	it('does not use the business codes of another method', async () => {
		const refused = node({ code: '40004', msg: 'm', sub_code: 'AUTH_ORDER_NOT_EXIST' }, method);
		const { outcome } = await clientFor([refused]).lookUp({ bizContent: {} }, {}, method);
		expect(fault(outcome).message).toContain('Alipay could not carry out the request');
	});
});

describe('a method that moves money', () => {
	const pay = async (reply: Reply) => {
		const { lookUp: query, transport } = clientFor([
			reply,
			node({ code: '10000', basket_no: '7' }, GIFT),
		]);
		const result = await query(
			{ bizContent: { basket_no: '7' }, maxTries: 10, wait: { maxMs: 60_000, intervalMs: 1_000 } },
			{},
			GIFT,
		);
		expect(transport.sent).toHaveLength(1);
		expect(transport.pauses).toEqual([]);
		expect(result).toMatchObject({ attempts: 1, retries: 0, isStillOpen: false });
		return result.outcome;
	};
	const refused = (code: string, sub_code: string) => node({ code, msg: 'm', sub_code }, GIFT);

	it('is sent once when it succeeds', async () => {
		expect(value(await pay(node({ code: '10000', basket_no: '7' }, GIFT))).code).toBe('10000');
	});

	const unsigned = (fields: object) =>
		success(http(envelope(JSON.stringify(fields), '', nodeNameOf(GIFT))));
	const forged = (fields: object) =>
		success(http(envelope(JSON.stringify(fields), 'AAAA', nodeNameOf(GIFT))));

	it.each([
		{ name: 'no response', reply: lost('gateway-timeout'), code: 'gateway-timeout' },
		{ name: 'a lost connection', reply: lost('gateway-unreachable'), code: 'gateway-unreachable' },
		{ name: 'a canceled run', reply: lost('canceled'), code: 'canceled' },
		{ name: 'HTTP 503', reply: status(503), code: 'gateway-unavailable' },
		{ name: 'HTTP 429', reply: status(429), code: 'gateway-busy' },
		{ name: 'a web page', reply: success(http('<html>')), code: 'answer-not-json' },
		{ name: 'a busy Alipay', reply: refused('20000', 'isp.unknow-error'), code: '20000' },
		{ name: 'SYSTEM_ERROR', reply: refused('40004', 'SYSTEM_ERROR'), code: '40004' },
		{ name: 'ACQ.SYSTEM_ERROR', reply: refused('40004', 'ACQ.SYSTEM_ERROR'), code: '40004' },
		{ name: 'REQUEST_PROCESSING', reply: refused('40004', 'REQUEST_PROCESSING'), code: '40004' },
		...['NEWS_OF_TODAY', 'SYS_ERROR', 'ACQ.TRADE_HAS_SUCCESS', 'PAYING', 'ORDER_ALREADY_EXIST'].map(
			(code) => ({ name: code, reply: refused('40004', code), code: '40004' }),
		),
		{ name: 'a refusal without a reason', reply: refused('40004', ''), code: '40004' },
		{ name: 'a payment in progress', reply: refused('10003', ''), code: '10003' },
		{
			name: 'a refusal without a signature',
			reply: unsigned({ code: '40004', sub_code: 'BALANCE_NOT_ENOUGH' }),
			code: '40004',
		},
		{
			name: 'a success without a signature',
			reply: unsigned({ code: '10000' }),
			code: 'answer-unsigned',
		},
		{
			name: 'a wrong signature',
			reply: forged({ code: '10000' }),
			code: 'answer-signature-mismatch',
		},
		{
			name: 'a response about another gift',
			reply: node({ code: '10000', basket_no: '8' }, GIFT),
			code: 'answer-for-another-operation',
		},
	])('after $name reports that Alipay may have carried it out', async ({ reply, code }) => {
		const found = fault(await pay(reply));
		expect(found).toMatchObject({ code, retryable: false });
		expect(found.message).toMatch(/\. Alipay may have carried out alipay\.example\.gift\.pay$/);
		expect(found.solution).toMatch(
			/does not retry it\. Before you send it again, check whether Alipay carried it out: /,
		);
		expect(found.solution).not.toMatch(/(?:ask|try) again|run the workflow again/i);
	});

	it.each([
		['40004', 'BALANCE_NOT_ENOUGH', /Top up the balance/],
		['40004', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', /Alipay’s message/],
		['40004', 'BLOCK_USER_FORBBIDEN_SEND', /Alipay’s message/],
		['40005', 'isv.app-call-limited', /Concurrency/],
		['40002', 'isv.invalid-app-id', /App ID/],
		['40006', 'isv.insufficient-isv-permissions', /application/],
	])('keeps a signed refusal as it is: %s %s', async (code, sub_code, solution) => {
		const found = fault(await pay(refused(code, sub_code)));
		expect(found).toMatchObject({ code, sub_code, signature_verified: true });
		expect(found.message).not.toContain('may have carried out');
		expect(found.solution).toMatch(solution);
	});

	it('is reported as not carried out, with how to fix it, when the network blocks it', async () => {
		const blocked = localFault('gateway-blocked', 'It is blocked', 'Add the host.');
		const found = fault(await pay(failure({ ...blocked.fault, isUnsent: true })));
		expect(found.message).not.toContain('may have carried out');
		expect(found.solution).toBe('Add the host.');
	});

	it('is reported as not carried out, and safe to send again, when there was no connection', async () => {
		const refused = localFault('gateway-unreachable', 'Nothing listens there', 'Try again.');
		const found = fault(await pay(failure({ ...refused.fault, isUnsent: true })));
		expect(found.message).not.toContain('may have carried out');
		expect(found).toMatchObject({ retryable: true, solution: 'Try again.' });
	});

	it('is reported as not carried out when it was never sent', async () => {
		const { lookUp: query, transport } = clientFor([OK]);
		transport.end();
		const { outcome, attempts } = await query({ bizContent: { basket_no: '7' } }, {}, GIFT);
		expect(fault(outcome).message).not.toContain('may have carried out');
		expect(attempts).toBe(0);
	});
});

/**
 * Any API → Call on n8n's own engine: what is sent, what is output, and that no secret is output.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { startVectorGateway, type VectorGateway } from '../support/vectorGateway.mts';
import { callItems } from './call.mts';
import { failureOf, simulate, wholeText } from './query.mts';

const QUERY = 'alipay.trade.query';
const [TRADE] = TRADES;
const MODES = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

let simulator: Simulator;
let gateway: VectorGateway;
beforeAll(async () => {
	simulator = await simulate();
	gateway = await startVectorGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
	simulator.requests.length = 0;
	gateway.requests = 0;
});

const paramsSent = () => simulator.requests.at(-1)?.params ?? {};

describe('a call', () => {
	it('outputs Alipay’s response to the number of each item', async () => {
		const items = TRADES.slice(0, 3).map(({ out_trade_no }) => ({ no: out_trade_no }));
		const { good } = await callItems(simulator, QUERY, '={{ { out_trade_no: $json.no } }}', {
			items,
		});
		expect(good.map(({ trade_no }) => trade_no)).toEqual(
			TRADES.slice(0, 3).map(({ trade_no }) => trade_no),
		);
		expect(good[0]).toMatchObject({
			total_amount: '8888.88',
			subject: '中秋礼盒/双节同庆 "团圆" 🎑',
		});
		expect(good[0]).not.toHaveProperty('code');
		expect(good[0]).not.toHaveProperty('msg');
	});

	it('sends the JSON as it is written', async () => {
		const text = `{ "trade_no":${TRADE?.trade_no},\n"query_options":["fund_bill_list"] }`;
		await callItems(simulator, QUERY, text, { onError: 'continueRegularOutput' });
		expect(paramsSent().biz_content).toBe(text);
	});

	it('accepts JSON text that contains values of an item', async () => {
		const items = [{ no: TRADE?.out_trade_no }, { no: undefined }, { no: '","trade_no":"1' }];
		const { good } = await callItems(simulator, QUERY, '={ "out_trade_no": "{{ $json.no }}" }', {
			items,
			onError: 'continueRegularOutput',
		});
		expect(good[0]).toMatchObject({ trade_no: TRADE?.trade_no });
		expect(good[1]).toHaveProperty('error');
		expect(good[1]).not.toHaveProperty('trade_no');
	});

	it('fails only the item whose expression returns nothing', async () => {
		const items = [{ body: { out_trade_no: TRADE?.out_trade_no } }, {}, { body: [] }, { body: 7 }];
		const { good, failed } = await callItems(simulator, QUERY, '={{ $json.body }}', {
			items,
			onError: 'continueErrorOutput',
		});
		expect(good).toHaveLength(1);
		expect(failed.map(({ error }) => error)).toEqual([
			'The expression of Biz Content (biz_content) returns nothing',
			'Biz Content (biz_content) is a list, not an object',
			'Biz Content (biz_content) is a number, not an object',
		]);
		expect(simulator.requests).toHaveLength(1);
	});

	it('reads the method from an expression, and refuses anything that is not a method', async () => {
		const items = [{ api: QUERY }, { api: '' }, { api: 'alipay.trade.page.pay' }];
		const method = { __rl: true, mode: 'name', value: '={{ $json.api }}' };
		const content = JSON.stringify({ out_trade_no: TRADE?.out_trade_no });
		const { good, failed } = await callItems(simulator, method, content, {
			items,
			onError: 'continueErrorOutput',
		});
		expect(good).toMatchObject([{ trade_no: TRADE?.trade_no }]);
		expect(failed[0]?.error).toBe('Method is empty');
		expect(failed[1]?.error).toMatch(/^alipay\.trade\.page\.pay opens a page /);
		expect(simulator.requests).toHaveLength(1);
	});

	it('explains a refusal with the codes of the method in the node', async () => {
		const { good } = await callItems(
			simulator,
			QUERY,
			{ out_trade_no: 'nobody knows' },
			{
				onError: 'continueRegularOutput',
			},
		);
		expect(good[0]?.error).toMatch(/^Not found: Alipay has no record of this trade/);
		expect(Object.keys(good[0] ?? {})).toEqual(['error', 'details']);
	});

	it.each(MODES)('outputs no amounts with a refusal with %s', async (onError) => {
		const output = await callItems(
			simulator,
			'alipay.trade.refund',
			{ out_trade_no: 'nobody knows', refund_amount: '1.00' },
			{ onError, options: { includeGatewayDetails: true } },
		);
		const [item] = [...output.good, ...output.failed];
		expect(item ? JSON.stringify(item) : failureOf(output).message).toContain('TRADE_NOT_EXIST');
		expect(wholeText({ run: output.run })).not.toMatch(/refund_fee|send_back_fee|"0\.00/);
	});

	it('keeps the fields of the input when that is chosen', async () => {
		const { good } = await callItems(simulator, QUERY, `{"trade_no":"${TRADE?.trade_no}"}`, {
			items: [{ shop: 'A' }],
			options: { includeInputFields: true },
		});
		expect(good).toMatchObject([{ shop: 'A', trade_no: TRADE?.trade_no }]);
	});
});

describe('public parameters', () => {
	it('are sent next to biz_content, in the body', async () => {
		await callItems(simulator, QUERY, `{"trade_no":"${TRADE?.trade_no}"}`, {
			publicParameters: [{ name: 'notify_url', value: 'https://example.com/a?b=1&c=支付' }],
		});
		expect(paramsSent().notify_url).toBe('https://example.com/a?b=1&c=支付');
	});

	it('can be the only parameters, and the response can be a success without a code', async () => {
		const { good } = await callItems(simulator, 'alipay.system.oauth.token', '', {
			publicParameters: [
				{ name: 'grant_type', value: 'authorization_code' },
				{ name: 'code', value: 'SIMULATED-AUTH-CODE' },
			],
			options: { includeGatewayDetails: true },
		});
		expect(paramsSent()).not.toHaveProperty('biz_content');
		expect(good).toMatchObject([
			{
				access_token: 'authusrB-simulated-access-token-000001',
				expires_in: 1_296_000,
				gateway: { code: null, msg: null, signature_verified: true },
			},
		]);
	});
});

describe('the credential', () => {
	const modes = (['publicKey', 'certificate'] as const).flatMap((keyMode) =>
		['utf-8', 'gbk'].flatMap((charset) =>
			['', 'AES'].map((encryption) => ({ keyMode, charset, encryption })),
		),
	);

	it.each(modes)('$keyMode, $charset, $encryption', async ({ keyMode, charset, encryption }) => {
		const encryptKey = encryption ? simulator.encryptKey : '';
		const { good } = await callItems(simulator, QUERY, '{"out_trade_no":"支付 1"}', {
			credential: { ...simulator.credentials[keyMode], charset, encryptKey },
			publicParameters: [{ name: 'auth_token', value: 'token-of-a-user' }],
			options: { appAuthToken: 'token-of-a-merchant' },
			onError: 'continueRegularOutput',
		});
		expect(good[0]?.error).toMatch(/^Not found: Alipay has no record of this trade/);
		expect(paramsSent()).toMatchObject({
			charset,
			app_auth_token: 'token-of-a-merchant',
			auth_token: 'token-of-a-user',
		});
		expect(paramsSent().encrypt_type).toBe(encryption || undefined);
		expect(JSON.stringify(good)).not.toContain('token-of-a');
	});

	it('with a charset without a character of Biz Content fails the item by name', async () => {
		const { good } = await callItems(simulator, QUERY, '{"subject":"😊"}', {
			credential: { charset: 'gbk' },
			onError: 'continueRegularOutput',
		});
		expect(good[0]?.error).toMatch(
			/^biz_content contains "😊" \(U\+1F60A\), which does not exist in the charset gbk/,
		);
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('secrets that Alipay repeats', () => {
	const CODE = 'SIM-INVALID-SIGNATURE';

	it.each(MODES)('never leave the node with %s', async (onError) => {
		const output = await callItems(simulator, 'alipay.system.oauth.token', '', {
			onError,
			publicParameters: [
				{ name: 'grant_type', value: 'authorization_code' },
				{ name: 'code', value: CODE },
				{ name: 'refresh_token', value: 'refresh/of+a=user' },
				{ name: 'auth_token', value: 'auth-of-a-user' },
			],
			options: { appAuthToken: 'token-of-a-merchant' },
		});
		const outcome = JSON.stringify([
			output.good,
			output.failed,
			output.error?.message,
			(output.error as { description?: string } | undefined)?.description,
		]);
		expect(outcome).toContain('isv.invalid-signature');
		for (const secret of [CODE, 'refresh/of+a=user', 'auth-of-a-user', 'token-of-a-merchant']) {
			expect(outcome).not.toContain(secret);
			expect(outcome).not.toContain(encodeURIComponent(secret));
		}
	});

	it.each([
		{ biz: { out_trade_no: CODE, auth_code: '28763443825664394' }, secret: '28763443825664394' },
		{
			biz: { out_trade_no: CODE, payer: { auth_code: 'deep-auth-code' } },
			secret: 'deep-auth-code',
		},
	])('in Biz Content never leave the node either: $secret', async ({ biz, secret }) => {
		const { good } = await callItems(simulator, 'alipay.trade.refund', biz, {
			onError: 'continueRegularOutput',
		});
		expect(JSON.stringify(good)).toContain('isv.invalid-signature');
		expect(JSON.stringify(good)).not.toContain(secret);
	});
});

describe('a response', () => {
	const alipay = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const alipayPublicKey = alipay.publicKey
		.export({ format: 'der', type: 'spki' })
		.toString('base64');
	const METHOD = 'alipay.example.thing.query';

	async function responded(node: string, method = METHOD, options = {}) {
		const signature = sign('sha256', Buffer.from(node), alipay.privateKey).toString('base64');
		gateway.raw = `{"${method.replaceAll('.', '_')}_response":${node},"sign":"${signature}"}`;
		const { good } = await callItems(simulator, method, '{}', {
			credential: { gatewayUrl: gateway.url, alipayPublicKey },
			onError: 'continueRegularOutput',
			options,
		});
		return good[0] ?? {};
	}

	it('keeps its order, its nesting and its digits', async () => {
		const item = await responded(
			'{"code":"10000","msg":"Success","z":"1.00","a":[{"n":12345678901234567890},[]],"o":{"x":null,"y":true},"f":1.5,"e":""}',
		);
		expect(JSON.stringify(item)).toBe(
			'{"z":"1.00","a":[{"n":"12345678901234567890"},[]],"o":{"x":null,"y":true},"f":1.5,"e":""}',
		);
	});

	it.each([
		['{"code":"10000","msg":"Success"}', {}],
		['{"code":10000,"a":1}', { a: 1 }],
	])('%s is a success', async (node, expected) => {
		expect(await responded(node)).toEqual(expected);
	});

	it('with a field named error is not a failed item, because the field gets another name', async () => {
		const node = '{"code":"10000","error":"none","message":"m"}';
		expect(await responded(node)).toEqual({ alipay_error: 'none', message: 'm' });
	});

	it('with a field __proto__ loses it, and nothing inherits from it', async () => {
		const item = await responded(
			'{"code":"10000","__proto__":{"status":"SUCCESS"},"o":{"__proto__":{"x":1},"y":2}}',
		);
		expect(item).toEqual({ o: { y: 2 } });
		expect((item as { status?: unknown }).status).toBeUndefined();
	});

	it.each([
		['{}', 'answer-without-code', /its code is missing/],
		['{"msg":"Success"}', 'answer-without-code', /its code is missing/],
		['{"list":[]}', 'answer-without-code', /its code is missing/],
		['[{"a":1}]', 'answer-not-json', /contains a list instead of its fields/],
		['"done"', 'answer-not-json', /contains text instead of its fields/],
		['"QUJDREVGR0hJSktMTU5PUA=="', 'answer-encrypted', /no Encrypt Key/],
		['null', 'answer-not-json', /cannot be read/],
		['{"list":[]}', 'answer-without-code', /its code is missing/],
		['{"sub_code":"X"}', 'answer-without-code', /its code is missing/],
		['{"a":1,"a":2}', 'answer-ambiguous', /same field twice/],
		['{"code":"10000","o":{"a":1,"a":2}}', 'answer-ambiguous', /it contains a name twice/],
	])('%s is refused', async (node, code, message) => {
		const item = await responded(node);
		expect(item).toMatchObject({ error: expect.stringMatching(message), details: { code } });
	});

	it('without a code is not a success for a method that has one', async () => {
		const item = await responded('{"trade_no":"1"}', 'alipay.trade.refund');
		expect(item).toMatchObject({ details: { code: 'answer-without-code' } });
		expect(item.error).toMatch(/may have carried out/);
	});

	it('of 3 MiB is read, and one of more than 4 MiB is refused', async () => {
		const entry = '{"trans_log_id":"2026090100002001260000000001","amount":"8.88","memo":"店铺"},';
		const listOf = (bytes: number) =>
			`{"code":"10000","list":[${entry.repeat(Math.ceil(bytes / Buffer.byteLength(entry))).slice(0, -1)}]}`;
		const mib = 1024 * 1024;
		expect((await responded(listOf(3 * mib))).list).toHaveLength(
			Math.ceil((3 * mib) / Buffer.byteLength(entry)),
		);
		const { error, details } = await responded(listOf(4 * mib), METHOD, { maxTries: 5 });
		expect(error).toMatch(/^The response is larger than 4 MiB, the maximum that this node reads/);
		expect(details).toMatchObject({ code: 'answer-too-large', attempts: 1 });
		expect(JSON.stringify(details)).toContain('Request fewer entries at a time (page_size)');
	});

	it.each(['isv.invalid-parameter', 'isv.invalid-method', 'isv.illegal-json'])(
		'that refuses a parameter (%s) leads to the operator’s settings, not to an update of the node',
		async (sub_code) => {
			const node = JSON.stringify({ code: '40002', msg: 'Invalid Arguments', sub_code });
			expect((await responded(node)).details).toMatchObject({
				solution: expect.stringMatching(/^Compare Method, Biz Content/),
			});
		},
	);

	it('that refuses an upload explains that the node does not send files', async () => {
		const refused =
			'{"code":"40001","msg":"Missing Required Arguments","sub_code":"isv.missing-x"}';
		const { details } = await responded(refused, 'alipay.offline.material.image.upload');
		expect(JSON.stringify(details)).toContain('This node does not send files.');
	});
});

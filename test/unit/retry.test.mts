import type { INode, INodeExecutionData } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { CANCELED, localFault, success } from '../../alipay/errors/fault.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { createQuestions, type Question } from '../../nodes/shared/questions.ts';
import { responsesSoFar } from '../../nodes/shared/retry.ts';
import type { RunTransport } from '../../nodes/shared/transport.ts';
import { app, envelope, http } from '../support/responses.mts';
import { scripted, type Line, type Reply } from '../support/transport.mts';

const APP = app();
const RETRYING: Partial<INode> = { id: 'alipay', retryOnFail: true };
const PAY: Method = { ...couponOperationQuery, effect: 'write' };
const question = (operation_id: string, method = couponOperationQuery): Question => ({
	method,
	bizContent: { auth_no: '1', operation_id },
	appAuthToken: '',
	maxTries: 1,
	timeoutMs: 1_000,
	wait: null,
});
const response =
	(fields: object = {}): Line =>
	({ url, body }) => {
		const text = `${decodeURIComponent(url)}${decodeURIComponent(String(body))}`;
		const operation_id = /"operation_id":"(\w+)"/.exec(text)?.[1];
		const node = { code: '10000', auth_no: '1', operation_id, status: 'CLOSED', ...fields };
		return success(http(envelope(JSON.stringify(node))));
	};
const refusal = (sub_code: string): Reply =>
	success(http(envelope(JSON.stringify({ code: '40004', msg: 'm', sub_code }))));
const BUSY: Reply = success(http('', { status: 503 }));
const LIMITED: Reply = success(
	http(envelope('{"code":"40005","msg":"m","sub_code":"isv.app-call-limited"}')),
);

const input = (): INodeExecutionData[] => [{ json: {} }, { json: {} }];

/** One run of the node over this input, as in each try by n8n. */
async function run(
	items: INodeExecutionData[],
	replies: readonly Line[],
	{ node = RETRYING, to = success(APP), method = couponOperationQuery } = {},
) {
	const transport = scripted(replies);
	const over: RunTransport = {
		...transport,
		hasRoom: async () => await Promise.resolve(),
		limitedForMs: () => 0,
		stop: transport.end,
		close: () => undefined,
	};
	const context = { getNode: () => node as INode };
	const responses = await responsesSoFar(context, items, to);
	return {
		transport,
		kept: responses.size,
		questions: createQuestions(to, over, responses),
		method,
	};
}

/** How many requests the second try sends for the question of the first. */
async function requestsOfSecondTry(
	replies: readonly Line[],
	first: Parameters<typeof run>[2] = {},
	second = first,
	again = input,
): Promise<number> {
	const items = input();
	const before = await run(items, replies, first);
	await before.questions.ask(question('2', before.method), 0);
	const after = await run(again === input ? items : again(), [response()], second);
	await after.questions.ask(question('2', after.method), 0);
	return after.transport.sent.length;
}

describe('a retry by n8n', () => {
	it.each<[what: string, reply: Line]>([
		['a response', response()],
		['a response with an open status', response({ status: 'INIT' })],
		['"not found"', refusal('AUTH_OPERATION_NOT_EXIST')],
		['another permanent refusal', refusal('ACCESS_FORBIDDEN')],
		['a forged response', success(http(envelope('{"code":"10000"}', 'bm8=')))],
	])('does not repeat a question with %s', async (_what, reply) => {
		expect(await requestsOfSecondTry([reply])).toBe(0);
	});

	it.each<[what: string, reply: Line]>([
		['an outage', BUSY],
		['a rate limit', LIMITED],
		['a busy Alipay', refusal('SYSTEM_ERROR')],
		['no response', localFault('gateway-timeout', 'No response', 'Wait.')],
		['the end of the run', CANCELED],
	])('repeats a question that failed because of %s', async (_what, reply) => {
		expect(await requestsOfSecondTry([reply])).toBe(1);
	});

	it('counts a kept response as neither sent nor shared, except for a second item', async () => {
		const items = input();
		await (await run(items, [response()])).questions.ask(question('2'), 0);
		const { questions, kept } = await run(items, []);
		await questions.ask(question('2'), 0);
		expect(kept).toBe(1);
		expect(questions.tally).toEqual({
			requested: 0,
			reused: 0,
			retried: 0,
			stillOpen: 0,
			carriedOut: 0,
		});
		await questions.ask(question('2'), 1);
		expect(questions.tally.reused).toBe(1);
	});

	it('keeps the responses of several tries', async () => {
		const items = input();
		const first = await run(items, [response()]);
		await first.questions.ask(question('2'), 0);
		const second = await run(items, [response()]);
		await second.questions.ask(question('3'), 1);
		const third = await run(items, []);
		expect(third.kept).toBe(2);
		await third.questions.ask(question('2'), 0);
		await third.questions.ask(question('3'), 1);
		expect(third.transport.sent).toHaveLength(0);
	});

	it('sends another question', async () => {
		const items = input();
		await (await run(items, [response()])).questions.ask(question('2'), 0);
		const { transport, questions } = await run(items, [response()]);
		await questions.ask(question('3'), 0);
		await questions.ask({ ...question('2'), appAuthToken: 'another merchant' }, 0);
		expect(transport.sent).toHaveLength(2);
	});

	it.each<[what: string, count: number, second: Parameters<typeof run>[2]]>([
		['Retry On Fail off', 1, { node: { id: 'alipay' } }],
		['another node over the same items', 1, { node: { ...RETRYING, id: 'another' } }],
		['another application', 1, { to: success(app({ appId: '2014072300007149' })) }],
		['another App Auth Token of the credential', 1, { to: success(app({ appAuthToken: 'x' })) }],
	])('keeps nothing with %s', async (_what, count, second) => {
		expect(await requestsOfSecondTry([response()], {}, second)).toBe(count);
	});

	it('is recognized by the items: an execution over copies of them sends its questions again', async () => {
		expect(await requestsOfSecondTry([response()], {}, {}, () => structuredClone(input()))).toBe(1);
	});
});

describe('a retry by n8n of a request that moves money', () => {
	const first = { method: PAY };

	it.each<[what: string, reply: Line]>([
		['was carried out', response()],
		['got no response, and may have been carried out', BUSY],
		['was stopped', CANCELED],
	])('does not send again a request that %s', async (_what, reply) => {
		expect(await requestsOfSecondTry([reply], first)).toBe(0);
	});

	it('does not send it for another credential either', async () => {
		const second = { ...first, to: success(app({ appId: '2014072300007149' })) };
		expect(await requestsOfSecondTry([response()], first, second)).toBe(0);
	});

	it('sends again a request that Alipay certainly refused for a temporary reason', async () => {
		expect(await requestsOfSecondTry([LIMITED], first)).toBe(1);
	});

	it('keeps two equal items as two payments', async () => {
		const items = input();
		const one = await run(items, [response()], first);
		await one.questions.ask(question('2', PAY), 0);
		await one.questions.ask(question('2', PAY), 1);
		expect(one.transport.sent).toHaveLength(2);
		const two = await run(items, [response()], first);
		await two.questions.ask(question('2', PAY), 0);
		await two.questions.ask(question('2', PAY), 1);
		expect(two.transport.sent).toHaveLength(0);
	});
});

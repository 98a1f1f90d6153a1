/**
 * The example with a Data Table as its watch list, active in real n8n; only its times are
 * shortened.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TableRow } from '../../tools/sandbox/client.mts';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import {
	alipayPair,
	generatedNumbers,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { CouponNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import { scenarioByBothPairs, scenarioByMerchant } from '../support/numbers.mts';
import { PATIENTLY } from './browser.mts';
import { openMailbox } from './mailbox.mts';
import type { Mailbox } from './mailbox.mts';
import { openReceiver, TAKEN, textOfPost } from './receiver.mts';
import type { Receiver, Reply } from './receiver.mts';
import { CLOSED_ITEM, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const TABLE = 'coupon_operations';
const EVERY_SECONDS = 3;

/** Operations that stay open until they are settled. */
const [BY_ALIPAY, BY_MERCHANT, CRASHED] = [
	SAMPLES.initial,
	generatedNumbers(100),
	generatedNumbers(200),
];
const SOON = scenarioByBothPairs('SIM-CLOSED-AFTER-10', SAMPLES.bare);
/** Looked up in every run, so the test can count the runs. */
const UNKNOWN = { out_order_no: 'M20260901999', out_request_no: 'R20260901999' };

let stage: Stage;
let mailbox: Mailbox;
let chat: Receiver;
let workflowId: string;

beforeAll(async () => {
	[stage, mailbox, chat] = await Promise.all([openStage(), openMailbox(), openReceiver()]);
	const smtp = await stage.client.saveCredential(undefined, 'Mailbox', 'smtp', mailbox.form);
	const workflow = example('04-data-table-watch-list.json', stage.credential, { smtp });
	nodeOf(workflow, 'E-mail').disabled = false;
	nodeOf(workflow, 'Every 5 Minutes').parameters.rule = {
		interval: [{ field: 'seconds', secondsInterval: EVERY_SECONDS }],
	};
	const { parameters } = nodeOf(workflow, 'Group Chat');
	parameters.url = `${chat.url}/robot/send`;
	parameters.options = {};
	workflowId = await stage.client.createWorkflow(workflow);
	await stage.client.publish(workflowId);
});
afterAll(async () => {
	await stage?.close();
	await mailbox?.close();
	await chat?.close();
});
beforeEach(() => {
	mailbox.mails.length = mailbox.offered.length = chat.posts.length = 0;
});

const find = (rows: TableRow[], numbers: Partial<CouponNumbers>) =>
	rows.find((row) => Object.entries(numbers).every(([name, value]) => row[name] === value));
const rowOf = async (numbers: Partial<CouponNumbers>) =>
	find(await stage.client.rows(TABLE), numbers);

/** Waits until the workflow has begun this many more runs. The first can already be running. */
async function runs(count: number) {
	const requested = () =>
		stage.simulator.requests.filter(({ numbers }) => numbers.startsWith(UNKNOWN.out_order_no))
			.length;
	const before = requested();
	await expect.poll(requested, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + count);
}

/** The messages about an operation, by either channel. */
const alerts = ({ operation_id }: Pick<CouponNumbers, 'operation_id'>) => ({
	mails: mailbox.mails.filter(({ text }) => text.includes(operation_id)),
	messages: chat.posts.map(textOfPost).filter((text) => text.includes(operation_id)),
});

const refuseInChat = (refusal: Reply) => (operationId: string) => {
	chat.reply = (post) => (textOfPost(post).includes(operationId) ? refusal : TAKEN);
};

it('creates its table when it is missing: numbers as text, amounts as numbers', async () => {
	const columns = async () => (await stage.client.table(TABLE))?.columns;
	await expect.poll(columns, PATIENTLY).toBeDefined();
	expect(await columns()).toEqual({
		auth_no: 'string',
		operation_id: 'string',
		out_order_no: 'string',
		out_request_no: 'string',
		status: 'string',
		operation_type: 'string',
		amount: 'number',
		total_pay_refund_amount: 'number',
		order_title: 'string',
		gmt_trans: 'string',
		problem: 'string',
	});
});

it('runs over an empty table without a request', async () => {
	const first = async () => (await stage.client.executions(workflowId)).slice(0, 3);
	await expect.poll(async () => (await first()).length, PATIENTLY).toBe(3);
	for (const { id } of await first()) expect((await stage.client.ended(id)).status).toBe('success');
	expect(stage.simulator.totalRequests).toBe(0);
});

it('fills in the rows, by either kind of number, and keeps failed ones with the reason', async () => {
	await stage.client.insertRows(TABLE, [
		alipayPair(BY_ALIPAY),
		{ ...merchantPair(BY_MERCHANT), auth_no: '', operation_id: '' },
		merchantPair(SAMPLES.rich),
		SOON,
		UNKNOWN,
		{ auth_no: SAMPLES.closed.auth_no },
		scenarioByMerchant('SIM-TAMPERED'),
	]);
	await runs(2);
	const rows = await stage.client.rows(TABLE);
	expect(find(rows, merchantPair(SAMPLES.rich))).toMatchObject({
		...SAMPLES.rich,
		status: 'SUCCESS',
		operation_type: 'PAY',
		amount: 88.88,
		total_pay_refund_amount: 8.88,
		order_title: '中秋红包/双节同庆 "团圆" 🎑',
		gmt_trans: '2026-09-01T08:01:01.000+08:00',
		problem: '',
	});
	for (const numbers of [BY_ALIPAY, BY_MERCHANT]) {
		expect(find(rows, numbers)).toMatchObject({ ...numbers, status: 'INIT', gmt_trans: null });
	}
	expect(find(rows, UNKNOWN)).toMatchObject({
		status: null,
		problem: expect.stringContaining('AUTH_ORDER_NOT_EXIST'),
	});
	expect(find(rows, { out_request_no: 'SIM-TAMPERED' })).toMatchObject({
		status: null,
		problem: expect.stringContaining('signature'),
	});
	const half = rows.filter(({ operation_id, auth_no }) => auth_no && !operation_id);
	expect(half).toMatchObject([{ status: null, problem: expect.stringMatching(/Operation ID/) }]);
});

it('alerts once by e-mail and once in the chat when a row is CLOSED, and never again', async () => {
	const before = [BY_ALIPAY, BY_MERCHANT];
	for (const numbers of before) stage.simulator.settle(numbers, 'CLOSED');
	await runs(4);
	for (const numbers of [...before, SOON]) {
		const { mails, messages } = alerts(numbers);
		expect([mails.length, messages.length]).toEqual([1, 1]);
		expect(messages[0]).toBe(mails[0]?.text);
		expect((await rowOf(alipayPair(numbers)))?.status).toBe('CLOSED');
	}
	// A failed row does not alert, and neither does SUCCESS.
	expect([mailbox.mails.length, chat.posts.length]).toEqual([3, 3]);

	const [mail] = alerts(BY_ALIPAY).mails;
	expect(mail).toMatchObject({ from: 'alerts@example.com', to: ['operations@example.com'] });
	expect(mail?.subject).toBe('Alipay CLOSED: 会员日红包');
	expect(mail?.text).toContain('is now CLOSED (before: INIT)');
	expect(mail?.text).toContain('Title: 会员日红包\nAmount: 20.00 yuan\nType: PAY');
	expect(mail?.text).toMatch(/Processed at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(Beijing time\)/);
	expect(mail?.text).toContain(`Out Request No (out_request_no): ${BY_ALIPAY.out_request_no}`);
	const row = await rowOf(BY_ALIPAY);
	expect(row?.amount).toBe(20);
	expect(row?.gmt_trans).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+08:00$/);
});

it('clears the reason of a row that was fixed', async () => {
	const { path } = (await stage.client.table(TABLE)) ?? {};
	const rows = await stage.client.rows(TABLE);
	const half = rows.find(({ auth_no, operation_id }) => auth_no && !operation_id);
	await stage.client.call('PATCH', `${path}/rows`, {
		filter: { type: 'and', filters: [{ columnName: 'id', condition: 'eq', value: half?.id }] },
		data: { operation_id: SAMPLES.closed.operation_id },
	});
	await expect
		.poll(async () => await rowOf(SAMPLES.closed), PATIENTLY)
		.toMatchObject({ ...CLOSED_ITEM, problem: '' });
	expect(alerts(SAMPLES.closed).mails).toHaveLength(1);
});

it.each<[what: string, first: number, refuse: (operationId: string) => void, reason: RegExp]>([
	[
		'mail server',
		300,
		(operationId) => {
			mailbox.refuse = ({ text }) => (text.includes(operationId) ? '552 Mailbox full' : undefined);
		},
		/^Alert refused\. E-mail: .*552 Mailbox full/,
	],
	[
		'chat (DingTalk: with status 200)',
		500,
		refuseInChat({ body: { errcode: 130101, errmsg: 'send too fast' } }),
		/^Alert refused\. Group chat: send too fast$/,
	],
	[
		'chat (Feishu: with status 200)',
		900,
		refuseInChat({ body: { code: 19024, msg: 'Key Words Not Found' } }),
		/^Alert refused\. Group chat: Key Words Not Found$/,
	],
	[
		'chat (Slack: with status 403)',
		700,
		refuseInChat({ status: 403, body: 'invalid_token' }),
		/^Alert refused\. Group chat: .*403/,
	],
])(
	'a %s that refuses an alert delays no other row, and gets it again until it accepts it',
	async (_what, first, refuse, reason) => {
		const [refused, beside] = [generatedNumbers(first), generatedNumbers(first + 100)];
		await stage.client.insertRows(TABLE, [alipayPair(refused), alipayPair(beside)]);
		await runs(2);
		refuse(refused.operation_id);
		for (const numbers of [refused, beside]) stage.simulator.settle(numbers, 'CLOSED');
		await expect.poll(async () => (await rowOf(refused))?.problem, PATIENTLY).toMatch(reason);
		expect((await rowOf(refused))?.status).toBe('INIT');
		await expect.poll(async () => (await rowOf(beside))?.status, PATIENTLY).toBe('CLOSED');

		mailbox.refuse = () => undefined;
		chat.reply = () => TAKEN;
		await expect
			.poll(async () => await rowOf(refused), PATIENTLY)
			.toMatchObject({ status: 'CLOSED', problem: '' });
		const sent = alerts(refused);
		expect(sent.mails.length).toBeGreaterThan(0);
		await runs(3);
		expect(alerts(refused)).toEqual(sent);
		const { mails, messages } = alerts(beside);
		expect([mails.length, messages.length]).toEqual([1, 1]);
	},
);

it('sends at most 50 alerts in a run, and the others in later ones', async () => {
	const closed = Array.from({ length: 60 }, (_, index) => generatedNumbers(1_003 + index * 100));
	const [last] = (await stage.client.executions(workflowId)).slice(-1);
	await stage.client.insertRows(TABLE, closed.map(alipayPair));
	const open = async () =>
		(await stage.client.rows(TABLE)).filter(({ operation_id, status }) => operation_id && !status);
	await expect.poll(async () => (await open()).length, PATIENTLY).toBe(0);
	for (const numbers of closed) {
		const { mails, messages } = alerts(numbers);
		expect(Math.min(mails.length, messages.length)).toBeGreaterThan(0);
	}
	const since = (await stage.client.executions(workflowId)).filter(
		({ id }) => Number(id) > Number(last?.id),
	);
	const ended = await Promise.all(since.map(async ({ id }) => await stage.client.ended(id)));
	const sent = ended.map((run) => run.items('E-mail').length);
	expect(Math.max(...sent)).toBe(50);
	expect(sent.filter((count) => count > 0).length).toBeGreaterThan(1);
});

it('delivers an alert that kill -9 interrupted, after the restart', async () => {
	await stage.client.insertRows(TABLE, [alipayPair(CRASHED)]);
	await runs(2);
	mailbox.silent = true;
	stage.simulator.settle(CRASHED, 'CLOSED');
	await expect.poll(() => mailbox.offered.length, PATIENTLY).toBe(1);
	await stage.restart({ kill: true });
	mailbox.silent = false;
	await stage.client.signIn(stage.account);
	await expect.poll(async () => (await rowOf(CRASHED))?.status, PATIENTLY).toBe('CLOSED');
	const sent = alerts(CRASHED);
	expect(sent.mails.length).toBeGreaterThan(0);
	expect(sent.messages.length).toBeGreaterThan(0);
	await runs(3);
	expect(alerts(CRASHED)).toEqual(sent);
});

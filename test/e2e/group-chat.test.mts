/**
 * The examples that post to a group chat, as they are delivered: a person enters only the chat's
 * address.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example, nodeOf, setChat } from '../../tools/sandbox/examples.mts';
import { alipayPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { openReceiver, TAKEN, textOfPost } from './receiver.mts';
import type { Post, Receiver, Reply } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

/** The time until the next poll, plus the workflow after it. */
const ONE_POLL = { timeout: 60_000 + 30_000, interval: 250 };

let stage: Stage;
let chat: Receiver;
beforeAll(async () => {
	[stage, chat] = await Promise.all([openStage(), openReceiver()]);
});
afterAll(async () => {
	await stage?.close();
	await chat?.close();
});

/** The example with the address of the chat, saved in n8n. */
async function create(file: string): Promise<string> {
	const workflow = example(file, stage.credential);
	setChat(workflow, `${chat.url}/robot/send`);
	return await stage.client.createWorkflow(workflow);
}

const about = (number: string) =>
	chat.posts.map(textOfPost).filter((text) => text.includes(number));

it('01 can be published without a mail server, and posts to the chat', async () => {
	await stage.client.publish(await create('01-alert-on-closed.json'));
	const { operation_id } = SAMPLES.settlesClosed;
	await expect.poll(() => about(operation_id).length, ONE_POLL).toBe(1);
	// It is marked, so the second line does not post it again.
	await expect
		.poll(async () => await stage.client.rows('alipay_alerts'), ONE_POLL)
		.toMatchObject([{ posted_at: expect.any(String), post_problem: '' }]);
});

it('04 can be published without a mail server, and posts to the chat', async () => {
	chat.posts.length = 0;
	const id = await create('04-data-table-watch-list.json');
	await stage.client.publish(id);
	const run = async () =>
		(await stage.client.ended(await stage.client.begin(id, 'Every 5 Minutes'))).status;
	expect(await run()).toBe('success');
	await stage.client.insertRows('coupon_operations', [alipayPair(SAMPLES.closed)]);
	expect(await run()).toBe('success');
	expect(about(SAMPLES.closed.operation_id)).toHaveLength(1);
	expect(await stage.client.rows('coupon_operations')).toMatchObject([
		{ status: 'CLOSED', problem: '' },
	]);
});

it('14 posts once about closed operations, and once about what cannot be looked up', async () => {
	chat.posts.length = 0;
	const workflow = example('14-first-alert.json', stage.credential);
	setChat(workflow, `${chat.url}/robot/send`);
	const { parameters } = nodeOf(workflow, 'Alipay Trigger');
	const unknown = { out_order_no: 'M20260901999', out_request_no: 'R20260901999' };
	parameters.watchList = JSON.stringify([unknown]);
	await stage.client.publish(await stage.client.createWorkflow(workflow));
	await expect.poll(() => chat.posts.length, ONE_POLL).toBe(2);
	expect(chat.posts.map(textOfPost).sort()).toEqual([
		expect.stringMatching(
			/^Alipay: a red packet cannot be looked up\nNot found: .*\nOperation: R20260901999$/s,
		),
		`Alipay: a red packet is now CLOSED\n开学季红包, 66 yuan\nOperation: ${SAMPLES.closed.operation_id}`,
	]);
});

describe('15', () => {
	const FILE = '15-group-chat.json';
	const SECRET = `SEC${randomUUID()}`;
	const DINGTALK = ['DingTalk: Time', 'DingTalk: Sign', 'DingTalk'];
	const ALL = ['WeCom', ...DINGTALK, 'Feishu'];

	/** The response of DingTalk, whose bot has the security setting 加签 with this secret. */
	function checkSign({ path }: Post): Reply {
		const { searchParams } = new URL(path, chat.url);
		const timestamp = searchParams.get('timestamp') ?? '';
		const sign = createHmac('sha256', SECRET).update(`${timestamp}\n${SECRET}`).digest('base64');
		const isRecent = Math.abs(Date.now() - Number(timestamp)) < 3_600_000;
		if (isRecent && searchParams.get('sign') === sign) return TAKEN;
		return { body: { errcode: 310000, errmsg: 'sign not match' } };
	}

	/** Executes the example with these of its nodes turned on. */
	async function run(active: string[], change: { secret?: string; pinData?: object } = {}) {
		chat.posts.length = 0;
		const workflow = example(FILE, stage.credential);
		setChat(workflow, `${chat.url}/robot/send?access_token=none`);
		for (const name of ALL) nodeOf(workflow, name).disabled = !active.includes(name);
		nodeOf(workflow, 'DingTalk: Sign').parameters.secret = change.secret ?? SECRET;
		return await stage.client.execute({ ...workflow, pinData: { ...change.pinData } }, 'Try It');
	}

	it('is delivered with only the WeCom line turned on', async () => {
		const { nodes } = example(FILE, stage.credential);
		expect(nodes.filter(({ disabled }) => disabled).map(({ name }) => name)).toEqual(
			expect.arrayContaining([...DINGTALK, 'Feishu']),
		);
		expect((await run(['WeCom'])).status).toBe('success');
		expect(chat.posts.map(({ body }) => body)).toEqual([
			{ msgtype: 'text', text: { content: 'Alipay: this is a test message.' } },
		]);
	});

	it('signs for DingTalk, with any characters in the signature', async () => {
		chat.reply = checkSign;
		// Among this many signatures there are + and /, which an address must encode.
		const times = Array.from({ length: 30 }, (_, at) => Date.now() - at * 1_000);
		const items = times.map((timestamp) => ({ json: { text: 'Alipay', timestamp } }));
		const { status } = await run(DINGTALK, { pinData: { 'DingTalk: Time': items } });
		expect(status).toBe('success');
		expect(chat.posts).toHaveLength(30);
		const signs = chat.posts.map(({ path }) => new URL(path, chat.url).searchParams.get('sign'));
		expect(signs.join('')).toMatch(/\+/);
		expect(signs.join('')).toMatch(/\//);
	});

	it('creates the time of its signature itself, and reports a refusal by DingTalk', async () => {
		chat.reply = checkSign;
		expect((await run(DINGTALK)).status).toBe('success');
		expect(chat.posts.map(textOfPost)).toEqual(['Alipay: this is a test message.']);
		const { status, error } = await run(DINGTALK, { secret: 'SEC-of-another-bot' });
		expect(status).toBe('error');
		expect(error?.message).toBe('The group chat refused the message: sign not match');
	});

	it('posts to Feishu in its format, and reports a refusal', async () => {
		chat.reply = () => ({ body: { code: 0, msg: 'success', data: {} } });
		expect((await run(['Feishu'])).status).toBe('success');
		expect(chat.posts.map(({ body }) => body)).toEqual([
			{ msg_type: 'text', content: { text: 'Alipay: this is a test message.' } },
		]);
		chat.reply = () => ({ body: { code: 19024, msg: 'Key Words Not Found' } });
		const { error } = await run(['Feishu']);
		expect(error?.message).toBe('The group chat refused the message: Key Words Not Found');
		chat.reply = () => TAKEN;
	});
});

/** The Chinese copies of the examples that send messages: their texts, in real n8n. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examples, IN_CHINESE, nodeOf, setChat } from '../../tools/sandbox/examples.mts';
import { alipayPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { openReceiver, textOfPost } from './receiver.mts';
import type { Receiver } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

let stage: Stage;
let chat: Receiver;
beforeAll(async () => {
	[stage, chat] = await Promise.all([openStage(), openReceiver()]);
});
afterAll(async () => {
	await stage?.close();
	await chat?.close();
});

/** A copy with its group chat turned on. */
function copyOf(number: string) {
	const copies = [...examples(stage.credential, {}, IN_CHINESE).values()];
	const workflow = copies.find(({ name }) => name.startsWith(`${number} `));
	if (!workflow) throw new Error(`There is no copy ${number}`);
	setChat(workflow, chat.url);
	for (const node of workflow.nodes) {
		if (node.name !== 'Group Chat') continue;
		node.disabled = false;
		node.parameters.options = {};
	}
	return workflow;
}

/** The message that it posts when a person executes it. */
async function posted(number: string, trigger: string): Promise<string[]> {
	chat.posts.length = 0;
	const { status, error } = await stage.client.execute(copyOf(number), trigger);
	expect([status, error?.message]).toEqual(['success', undefined]);
	return chat.posts.map(textOfPost);
}

const { operation_id: CLOSED } = SAMPLES.closed;

it.each([
	[
		'05',
		'Try It',
		/^支付宝对账：完整，读入 13 行，2 行查不了\n支付：4648\.39 元（4 笔）\n退款：308\.93 元（3 笔）/,
	],
	['09', 'Refunds', /^退款 RF20260902009（交易 T20260901011）：BANK REFUSED。银行没有收下退款/],
	['10', 'Alipay Trigger', /^支付宝红包或转账状态变为 \w+（之前：\S+）\n\n\S+\n原因：/],
	['14', 'Alipay Trigger', /^支付宝：一个红包的状态变为 CLOSED\n开学季红包，66 元\n操作：2026/],
	['15', 'Try It', /^支付宝：这是一条测试消息。$/],
	[
		'17',
		'Every Morning',
		/^支付宝监控清单 \d{4}-\d\d-\d\d\n处理中：0，SUCCESS：0，CLOSED：0\n昨天以来 CLOSED：无\n有问题：无$/,
	],
])('%s posts its text in Chinese', async (number, trigger, text) => {
	const texts = await posted(number, trigger);
	expect(texts).toContainEqual(expect.stringMatching(text));
});

it('04 posts its text in Chinese', async () => {
	await stage.client.insertRows('coupon_operations', [alipayPair(SAMPLES.closed)]);
	const [text] = await posted('04', 'Every 5 Minutes');
	expect(text).toMatch(
		/^支付宝红包操作状态变为 CLOSED（之前：未知）\n\n标题：开学季红包\n金额：66\.00 元\n类型：支付\n/,
	);
	expect(text).toContain(`支付宝操作流水号 operation_id：${CLOSED}`);
});

it('01 posts its text in Chinese', async () => {
	const workflow = copyOf('01');
	const { parameters } = nodeOf(workflow, 'Alipay Trigger');
	parameters.operations = {};
	parameters.watchList = JSON.stringify([alipayPair(SAMPLES.closed)]);
	chat.posts.length = 0;
	await stage.client.publish(await stage.client.createWorkflow(workflow));
	await expect.poll(() => chat.posts.length, { timeout: 90_000 }).toBe(1);
	expect(chat.posts.map(textOfPost)[0]).toMatch(
		/^支付宝红包操作状态变为 CLOSED（之前：未知）[^]*发现时间：\d{4}-\d\d-\d\d \d\d:\d\d:\d\d（北京时间）/,
	);
});

it('12 posts its texts in Chinese', async () => {
	const workflow = copyOf('12');
	chat.posts.length = 0;
	await stage.client.publish(await stage.client.createWorkflow(workflow));
	const { webhookId } = nodeOf(workflow, 'Alipay Notification Trigger');
	const url = `${stage.client.url}/webhook/${String(webhookId)}/webhook`;
	const unknown = { operation_id: '20260901355864862999' };
	await stage.simulator.notify(SAMPLES.closed, { url }).ended;
	await stage.simulator.notify(SAMPLES.closed, { url, parameters: unknown }).ended;
	await expect.poll(() => chat.posts.length, { timeout: 20_000 }).toBe(2);
	const texts = chat.posts.map(textOfPost).join('\n\n');
	expect(texts).toContain('支付宝红包操作状态变为 CLOSED\n\n标题：开学季红包');
	expect(texts).toMatch(/支付宝通知了一笔红包操作，但查不了：[^]*通知里的状态：CLOSED/);
});

/** The example for current red packets, active in real n8n, with a poll each minute. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import { openReceiver, TAKEN, textOfPost } from './receiver.mts';
import type { Receiver } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

/** The time until the next poll, plus the workflow after it. */
const ONE_POLL = { timeout: 60_000 + 30_000, interval: 250 };

/** A transfer that the simulator does not have. */
const UNKNOWN = { order_id: '20260901110070000002150000000999' };
const SETTLED = 'B20260901002';
const REFUSED = 'B20260901010';

let stage: Stage;
let chat: Receiver;
let workflowId: string;

beforeAll(async () => {
	[stage, chat] = await Promise.all([openStage(), openReceiver()]);
	const workflow = example('10-red-packets-of-today.json', stage.credential);
	const { parameters } = nodeOf(workflow, 'Alipay Trigger');
	// In addition to the transfers of the example.
	const others = { product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' };
	parameters.watchList = JSON.stringify([UNKNOWN, { out_biz_no: SETTLED, ...others }]);
	const group = nodeOf(workflow, 'Group Chat');
	group.parameters.url = `${chat.url}/robot/send`;
	group.parameters.options = {};
	workflowId = await stage.client.createWorkflow(workflow);
	await stage.client.publish(workflowId);
});
afterAll(async () => {
	await stage?.close();
	await chat?.close();
});

const texts = () => chat.posts.map(textOfPost);
const about = (number: string) => texts().filter((text) => text.includes(number));

it('reports once each transfer that was returned, closed or failed, with the reason', async () => {
	await expect.poll(() => about('B20260901003').length, ONE_POLL).toBe(1);
	await expect.poll(() => about('20260901110070000002150000000005').length, ONE_POLL).toBe(1);
	await expect
		.poll(() => about('SIM-CLOSED-AFTER-20').length, { ...ONE_POLL, timeout: 180_000 })
		.toBe(1);
	expect(about('B20260901003')[0]).toMatch(
		/^A red packet or transfer is now REFUND \(before: unknown\)\.\n\nThe money was returned to you/,
	);
	expect(about('20260901110070000002150000000005')[0]).toMatch(
		/is now FAIL .*\n\nIt failed\. No money moved\.\nReason: 收款方银行卡信息有误/,
	);
	expect(about('SIM-CLOSED-AFTER-20')[0]).toMatch(/is now CLOSED \(before: INIT\)/);
	expect(about(SETTLED)).toEqual([]);
});

it('reports once a transfer that cannot be looked up', () => {
	expect(about(UNKNOWN.order_id)).toEqual([
		expect.stringMatching(/^A transfer cannot be looked up: Not found: .*\n\nCheck the number/),
	]);
});

it('fails the execution when the chat refuses the message', async () => {
	chat.reply = () => ({ body: { errcode: 310000, errmsg: 'keywords not in content' } });
	const workflow = example('10-red-packets-of-today.json', stage.credential);
	const { parameters } = nodeOf(workflow, 'Alipay Trigger');
	const others = { product_code: 'TRANS_BANKCARD_NO_PWD', biz_scene: 'DIRECT_TRANSFER' };
	parameters.operations = {};
	parameters.watchList = JSON.stringify([{ out_biz_no: REFUSED, ...others }]);
	nodeOf(workflow, 'Group Chat').parameters.url = `${chat.url}/robot/send`;
	const id = await stage.client.createWorkflow(workflow);
	await stage.client.publish(id);
	const executions = async () => (await stage.client.executions(id)).length;
	await expect.poll(executions, { ...ONE_POLL, timeout: 180_000 }).toBe(1);
	const [execution] = await stage.client.executions(id);
	const { status, error } = await stage.client.ended(execution?.id ?? '');
	expect(status).toBe('error');
	expect(error?.message).toBe('The group chat refused the message: keywords not in content');
	chat.reply = () => TAKEN;
}, 240_000);

/** The examples for notifications, published in real n8n, with the simulator as Alipay. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import { SAMPLES, generatedNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import { openReceiver, textOfPost } from './receiver.mts';
import type { Receiver } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const SOON = { timeout: 15_000, interval: 100 };
const LATER = { timeout: 45_000, interval: 500 };
/** A generated operation that is INIT until it is settled. */
const initial = (hundred: number) => generatedNumbers(hundred * 100 + 1);
type Numbers = ReturnType<typeof initial>;

let stage: Stage;
let chat: Receiver;
beforeAll(async () => {
	[stage, chat] = await Promise.all([openStage(), openReceiver()]);
});
afterAll(async () => {
	await stage?.close();
	await chat?.close();
});

/** Publishes an example, and returns the address for notifications. */
async function publish(file: string): Promise<{ id: string; url: string }> {
	const workflow = example(file, stage.credential);
	for (const node of workflow.nodes) {
		if (node.name === 'Group Chat') node.parameters.url = `${chat.url}/robot/send`;
	}
	const id = await stage.client.createWorkflow(workflow);
	await stage.client.publish(id);
	const { webhookId } = nodeOf(workflow, 'Alipay Notification Trigger');
	return { id, url: `${stage.client.url}/webhook/${String(webhookId)}/webhook` };
}

it('12 reports a closed operation within seconds, no other one, and what cannot be looked up', async () => {
	const { url } = await publish('12-notification-alert.json');
	const { simulator } = stage;
	const closed = initial(1);
	simulator.settle(closed, 'CLOSED');
	expect(await simulator.notify(closed, { url }).ended).toBe('success');
	await expect.poll(() => chat.posts.length, SOON).toBe(1);
	expect(chat.posts.map(textOfPost)[0]).toMatch(/^Alipay: a red-packet operation is now CLOSED\./);
	expect(chat.posts.map(textOfPost)[0]).toContain(closed.operation_id);

	expect(await simulator.notify(SAMPLES.success, { url }).ended).toBe('success');
	// It contains one number, and Alipay knows no such operation.
	const parameters = { operation_id: '20260901355864862999' };
	expect(await simulator.notify(SAMPLES.closed, { url, parameters }).ended).toBe('success');
	await expect.poll(() => chat.posts.length, SOON).toBe(2);
	expect(chat.posts.map(textOfPost)[1]).toMatch(
		/the lookup failed: .*[^]*Status in the notification: CLOSED/,
	);
});

describe('13', () => {
	let trigger: { id: string; url: string };
	beforeAll(async () => {
		trigger = await publish('13-notification-table.json');
	});

	/** The table rows of these operations, in the order of the table. */
	const statusesOf = async (...operations: Numbers[]) => {
		const ids = operations.map(({ operation_id }) => operation_id);
		const rows = await stage.client.rows('notified_operations');
		return rows
			.filter(({ operation_id }) => ids.includes(String(operation_id)))
			.map(({ operation_id, status }) => [operation_id, status]);
	};
	const succeeded = async () =>
		(await stage.client.executions(trigger.id)).filter(({ status }) => status === 'success').length;

	it('loses none of ten simultaneous notifications while the table does not exist yet', async () => {
		const operations = Array.from({ length: 10 }, (_, at) => initial(20 + at));
		const { simulator } = stage;
		await Promise.all(
			operations.map(async (one) => await simulator.notify(one, { url: trigger.url }).ended),
		);
		await expect.poll(succeeded, LATER).toBe(10);
		expect((await statusesOf(...operations)).sort()).toEqual(
			operations.map(({ operation_id }) => [operation_id, 'INIT']),
		);
	});

	it('keeps the table correct, in any order of the notifications', async () => {
		const { simulator } = stage;
		const operation = initial(2);
		const notify = async (parameters = {}) => {
			const before = await succeeded();
			const { url } = trigger;
			expect(await simulator.notify(operation, { url, parameters }).ended).toBe('success');
			await expect.poll(succeeded, SOON).toBe(before + 1);
			return await statusesOf(operation);
		};
		expect(await notify()).toEqual([[operation.operation_id, 'INIT']]);
		simulator.settle(operation, 'SUCCESS');
		expect(await notify()).toEqual([[operation.operation_id, 'SUCCESS']]);
		// An older one that arrives late.
		expect(await notify({ status: 'INIT' })).toEqual([[operation.operation_id, 'SUCCESS']]);
	});

	it('looks up an operation on its own when its notification was lost', async () => {
		const { simulator, client } = stage;
		const lost = initial(3);
		// The paying system has recorded it, and its notification never arrives.
		await client.insertRows('notified_operations', [{ ...lost, status: '' }]);
		simulator.settle(lost, 'CLOSED');
		const { status } = await client.ended(await client.begin(trigger.id, 'Every 15 Minutes'));
		expect(status).toBe('success');
		expect(await statusesOf(lost)).toEqual([[lost.operation_id, 'CLOSED']]);
	});
});

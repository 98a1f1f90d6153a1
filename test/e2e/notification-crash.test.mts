/**
 * Which notifications a crash or an outage can lose, in real n8n: the table of
 * docs/notifications.md.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeJson } from '../../tools/sandbox/client.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const SOON = { timeout: 30_000, interval: 200 };
/** The factor by which Alipay's schedule is faster: 25 hours take a minute and a half. */
const FASTER = 1_000;

const TRIGGER = 'Alipay Notification Trigger';

type Behind = Pick<NodeJson, 'type' | 'typeVersion' | 'parameters'>;

const waiting = (seconds: number): Behind => ({
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	parameters: { amount: seconds, unit: 'seconds' },
});
const FAILING: Behind = {
	type: 'n8n-nodes-base.stopAndError',
	typeVersion: 1,
	parameters: { errorMessage: 'The chat refused it' },
};

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release, simulator: { notifyFaster: FASTER } });
	});
	afterAll(async () => await stage?.close());

	/** Creates a workflow with one node behind the trigger. */
	async function create(behind: Behind) {
		const webhookId = randomUUID();
		const id = await stage.client.createWorkflow({
			name: webhookId,
			nodes: [
				{
					id: webhookId,
					name: TRIGGER,
					type: `${PACKAGE}.alipayNotificationTrigger`,
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
					credentials: { alipayApi: stage.credential },
					webhookId,
				},
				{ id: randomUUID(), name: 'Behind', position: [220, 0], ...behind },
			],
			connections: { [TRIGGER]: { main: [[{ node: 'Behind', type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		});
		const url = `${stage.client.url}/webhook/${webhookId}/webhook`;
		return {
			url,
			publish: async () => {
				await stage.client.publish(id);
				await registered(url);
			},
			statuses: async () => (await stage.client.executions(id)).map(({ status }) => status),
		};
	}

	it('n8n is killed while the execution runs: the execution is not repeated, and a repeated notification starts nothing', async () => {
		const { url, publish, statuses } = await create(waiting(50));
		await publish();
		const first = stage.simulator.notify(SAMPLES.closed, { url });
		expect(await first.ended).toBe('success');
		await expect.poll(statuses, SOON).toEqual(['running']);
		await stage.restart({ kill: true });
		await stage.client.signIn(stage.account);
		await registered(url);
		await expect.poll(statuses, SOON).toEqual(['crashed']);
		const again = stage.simulator.notify(SAMPLES.closed, { url, notifyId: first.notifyId });
		expect(await again.ended).toBe('success');
		expect(await statuses()).toEqual(['crashed']);
	});

	it('an execution fails: Alipay got success and sends nothing more', async () => {
		const { url, publish, statuses } = await create(FAILING);
		await publish();
		const delivery = stage.simulator.notify(SAMPLES.closed, { url });
		expect(await delivery.ended).toBe('success');
		await expect.poll(statuses, SOON).toEqual(['error']);
		expect(delivery.attempts).toHaveLength(1);
	});

	it('n8n is down for a while: Alipay sends again, and the notification starts one execution', async () => {
		const { url, publish, statuses } = await create(waiting(0));
		await publish();
		const restarted = stage.restart({ kill: true });
		const delivery = stage.simulator.notify(SAMPLES.closed, { url });
		await restarted;
		await stage.client.signIn(stage.account);
		expect(await delivery.ended).toBe('success');
		expect(delivery.attempts[0]?.status).not.toBe(200);
		await expect.poll(statuses, SOON).toEqual(['success']);
	});

	it('the workflow is not published for a while: Alipay sends again, and the notification starts one execution', async () => {
		const { url, publish, statuses } = await create(waiting(0));
		const delivery = stage.simulator.notify(SAMPLES.closed, { url });
		await expect.poll(() => delivery.attempts.length, SOON).toBeGreaterThan(0);
		await publish();
		expect(await delivery.ended).toBe('success');
		expect(delivery.attempts[0]?.status).toBe(404);
		await expect.poll(statuses, SOON).toEqual(['success']);
	});
});

/**
 * n8n registers a webhook shortly after it has responded; then its response to a GET names POST.
 */
async function registered(url: string) {
	const hint = async () => await fetch(url).then(async (response) => await response.text(), String);
	await expect.poll(hint, SOON).toContain('POST request');
}

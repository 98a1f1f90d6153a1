/**
 * A workflow that begins with the notification trigger, in a real n8n, and the simulator's
 * notifications to it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { expect } from 'vitest';
import type { Execution, WorkflowJson } from '../../tools/sandbox/client.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { NotifyOptions } from '../../tools/simulator/notifications.mts';
import type { Delivery } from '../../tools/simulator/sender.mts';
import type { Stage } from './stage.mts';

export const TRIGGER = 'Alipay Notification Trigger';

/** The response that Alipay needs: seven bytes. */
export const SUCCESS = { status: 200, heard: 'success' };

export interface Listener {
	id: string;
	/** Of the published workflow. */
	url: string;
	/** Of "Listen for test event". */
	testUrl: string;
}

type On = Pick<Stage, 'client' | 'credential'>;

/** Trigger → Next. */
const listening = (
	name: string,
	webhookId: string,
	{ credential }: On,
	parameters: IDataObject,
): WorkflowJson => {
	const node = { typeVersion: 1, parameters: {} };
	return {
		name,
		nodes: [
			{
				...node,
				id: webhookId,
				name: TRIGGER,
				type: `${PACKAGE}.alipayNotificationTrigger`,
				position: [0, 0],
				parameters,
				credentials: { alipayApi: credential },
				webhookId,
			},
			{ ...node, id: randomUUID(), name: 'Next', type: 'n8n-nodes-base.noOp', position: [220, 0] },
		],
		connections: { [TRIGGER]: { main: [[{ node: 'Next', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
};

/** Creates this workflow without publishing it. */
export async function createListener(
	on: On,
	name: string,
	parameters: IDataObject = {},
): Promise<Listener> {
	const webhookId = randomUUID();
	const id = await on.client.createWorkflow(listening(name, webhookId, on, parameters));
	const path = `${webhookId}/webhook`;
	return {
		id,
		url: `${on.client.url}/webhook/${path}`,
		testUrl: `${on.client.url}/webhook-test/${path}`,
	};
}

/** The same, published, as soon as n8n has the webhook. */
export async function openListener(
	on: On,
	name: string,
	parameters?: IDataObject,
): Promise<Listener> {
	const listener = await createListener(on, name, parameters);
	await on.client.publish(listener.id);
	await registered(listener.url);
	return listener;
}

/**
 * n8n registers a webhook shortly after it has responded; then its response to a GET names POST.
 */
export async function registered(url: string) {
	const hint = async () => await fetch(url).then(async (response) => await response.text(), String);
	await expect.poll(hint, { timeout: 30_000 }).toContain('POST request');
}

/** Sends one notification about the closed sample, once, and returns the response. */
export async function notify(
	{ simulator }: Pick<Stage, 'simulator'>,
	url: string,
	options: NotifyOptions = {},
): Promise<Delivery> {
	const delivery = simulator.notify(SAMPLES.closed, { url, repeats: false, ...options });
	await delivery.ended;
	return delivery;
}

/** The response to the last attempt. */
export const heardBy = ({ attempts }: Delivery) => {
	const { status, heard } = attempts.at(-1) ?? { status: null, heard: '' };
	return { status, heard };
};

/**
 * The executions of a workflow, oldest first, as soon as there are this many and each shows its
 * item.
 */
export async function executions(
	{ client }: Pick<Stage, 'client'>,
	{ id }: Pick<Listener, 'id'>,
	count: number,
): Promise<Execution[]> {
	for (const end = Date.now() + 30_000; ; await delay(200)) {
		const listed = await client.executions(id);
		const ended = await Promise.all(listed.map(async (one) => await client.ended(one.id)));
		// n8n 1 records the end of an execution shortly before its data.
		const isThere = ended.length >= count && ended.every((one) => itemOf(one) !== undefined);
		if (isThere || Date.now() > end) return ended;
	}
}

/** The item that an execution began with. */
export const itemOf = (execution: Execution | undefined): IDataObject | undefined =>
	execution?.items(TRIGGER)[0]?.json;

export interface Started {
	notifyId: string;
	status: string;
	/** ms since the epoch. */
	startedAt: number;
}

interface Row {
	id: number;
	executionId: number;
	workflowId: string;
	status: string;
	startedAt: string | null;
	data: string;
}

/** All executions of a workflow by the notification that they began with, from n8n's database. */
export function startedIn({ stored }: Pick<Stage, 'stored'>, { id }: Pick<Listener, 'id'>) {
	const rows = stored();
	const of = (table: string) =>
		rows
			.filter((row) => row.startsWith(`${table} {`))
			.map((row) => JSON.parse(row.slice(table.length + 1)) as Row);
	const data = new Map(of('execution_data').map((row) => [row.executionId, row.data]));
	return of('execution_entity')
		.filter(({ workflowId }) => workflowId === id)
		.map((row): Started => {
			const [notifyId = ''] = /\b\d{34}\b/.exec(data.get(row.id) ?? '') ?? [];
			const startedAt = Date.parse(`${row.startedAt?.replace(' ', 'T')}Z`);
			return { notifyId, status: row.status, startedAt };
		});
}

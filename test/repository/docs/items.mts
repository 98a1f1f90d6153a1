/** Real items, which the nodes create with the simulator, to compare with the items on a page. */
import type { IDataObject, INode } from 'n8n-workflow';
import { couponOperationQuery } from '../../../alipay/methods/couponOperationQuery.ts';
import { SAMPLES } from '../../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../../tools/simulator/gateway.mts';
import { openPoller, runWorkflow } from '../../../tools/sandbox/engine.mts';
import { openWebhook } from '../../../tools/sandbox/webhook.mts';
import { queryItems } from '../../workflow/query.mts';
import type { Shapes } from './tables.mts';
import type { WorkflowJson } from './workflows.mts';

type Gateway = Pick<Simulator, 'credential' | 'notify'>;

const TRIGGER = 'n8n-nodes-alipay.alipayTrigger';
const NOTIFICATION_TRIGGER = 'n8n-nodes-alipay.alipayNotificationTrigger';

/** The output of each node of a workflow that begins with pinned rows: nodes, then outputs. */
export async function execute(
	{ credential }: Pick<Gateway, 'credential'>,
	{ nodes, connections, pinData }: WorkflowJson,
) {
	const [rows = [{ json: {} }]] = Object.values(pinData ?? {});
	const items = rows.map((item, at) => ({ ...item, pairedItem: { item: at } }));
	const workflow = { nodes: structuredClone(nodes), connections };
	const { error, items: outputOf } = await runWorkflow({
		workflow,
		items,
		credential: { ...credential },
	});
	const ours = nodes.filter(({ type }) => type.startsWith('n8n-nodes-alipay.'));
	const outputs = ours.flatMap(({ name }) => [outputOf(name, 0), outputOf(name, 1)]);
	return { error, sent: items.length, output: outputs.flat().map(({ json }) => json) };
}

/** The output of a trigger after one poll: outputs, then items. */
export async function poll({ credential }: Gateway, node: INode) {
	const poller = await openPoller({ node, credential: { ...credential } });
	const outputs = (await poller.poll()) ?? [];
	return outputs.map((items) => items.map(({ json }) => json));
}

export const triggerOf = ({ nodes }: WorkflowJson) => nodes.find(({ type }) => type === TRIGGER);

export const notificationTriggerOf = ({ nodes }: WorkflowJson) =>
	nodes.find(({ type }) => type === NOTIFICATION_TRIGGER);

const keysOf = (item: unknown) => Object.keys((item ?? {}) as IDataObject);

/** The output of the notification trigger when a red packet is closed. */
export async function notifiedOf(
	{ credential, notify }: Gateway,
	node: Partial<INode> = {},
): Promise<IDataObject | undefined> {
	const webhook = await openWebhook({
		node: {
			...{ id: '1', name: 'Trigger', type: NOTIFICATION_TRIGGER, typeVersion: 1, position: [0, 0] },
			parameters: {},
			...node,
			credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		},
		credential: { ...credential },
	});
	await notify(SAMPLES.closed, { url: webhook.url, repeats: false }).ended;
	await webhook.close();
	return webhook.started[0];
}

/** The fields that the nodes really output. */
export async function realShapes(gateway: Gateway): Promise<Shapes> {
	const { auth_no, operation_id } = SAMPLES.closed;
	const half = { auth_no };
	const unknown = { out_order_no: 'M0', out_request_no: 'R0' };
	const one = await queryItems(gateway, [{ auth_no, operation_id }, half, unknown], {
		// On its error output n8n adds the columns of the row.
		onError: 'continueRegularOutput',
	});
	const all = await queryItems(gateway, [{ auth_no, operation_id }], {
		parameters: {
			simplify: false,
			options: { notFound: 'item', includeGatewayDetails: true },
		},
	});
	const [[changed] = [], [failed] = []] = await poll(gateway, {
		...{ id: '1', name: 'Trigger', type: TRIGGER, typeVersion: 1, position: [0, 0] },
		credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		parameters: { watchList: JSON.stringify([{ auth_no, operation_id }, half]) },
	});
	const notified = await notifiedOf(gateway);
	const simple = keysOf(one.good[0]);
	const fault = keysOf(one.good[1]);
	return {
		...{ simple, fault, whole: keysOf(all.good[0]) },
		changed: keysOf(changed).filter((key) => !simple.includes(key)),
		details: keysOf(one.good[2]?.details),
		notified: keysOf(notified),
		notification: keysOf(notified?.notification),
		numbers: [
			...keysOf(failed).filter((key) => !fault.includes(key)),
			// An incomplete pair has one number; a complete one has two of the four.
			...couponOperationQuery.parameters.map(({ name }) => name),
		],
	};
}

/** Real items, made by the nodes over the simulator, for what a page shows of them. */
import type { IDataObject, INode } from 'n8n-workflow';
import { couponOperationQuery } from '../../../alipay/methods/couponOperationQuery.ts';
import { SAMPLES } from '../../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../../tools/simulator/gateway.mts';
import { openPoller, runWorkflow } from '../../../tools/sandbox/engine.mts';
import { queryItems } from '../../workflow/query.mts';
import type { Shapes } from './tables.mts';
import type { WorkflowJson } from './workflows.mts';

type Gateway = Pick<Simulator, 'credential'>;

const TRIGGER = 'n8n-nodes-alipay.alipayTrigger';

/** What each node of a workflow that begins with pinned rows puts out: nodes, then outputs. */
export async function execute(
	{ credential }: Gateway,
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

/** What a trigger puts out when it is polled once: output, then items. */
export async function poll({ credential }: Gateway, node: INode) {
	const poller = await openPoller({ node, credential: { ...credential } });
	const outputs = (await poller.poll()) ?? [];
	return outputs.map((items) => items.map(({ json }) => json));
}

export const triggerOf = ({ nodes }: WorkflowJson) => nodes.find(({ type }) => type === TRIGGER);

const keysOf = (item: unknown) => Object.keys((item ?? {}) as IDataObject);

/** The fields that the nodes really put out. */
export async function realShapes(gateway: Gateway): Promise<Shapes> {
	const { auth_no, operation_id } = SAMPLES.closed;
	const half = { auth_no };
	const one = await queryItems(gateway, [{ auth_no, operation_id }, half], {
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
	const simple = keysOf(one.good[0]);
	const fault = keysOf(one.good[1]);
	return {
		...{ simple, fault, whole: keysOf(all.good[0]) },
		changed: keysOf(changed).filter((key) => !simple.includes(key)),
		details: keysOf(one.good[1]?.details),
		numbers: [
			...keysOf(failed).filter((key) => !fault.includes(key)),
			// The half pair has one number, a whole one two of the four.
			...couponOperationQuery.fields.slice(0, 4).map(({ name }) => name),
		],
	};
}

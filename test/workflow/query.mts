/**
 * Start → Alipay → Good / Failed: the workflow that most of these tests run, with its input and
 * results.
 */
import type { IDataObject, INode, INodeParameters, IRun } from 'n8n-workflow';
import { expect } from 'vitest';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { runWorkflow } from '../../tools/sandbox/engine.mts';
import type { WorkflowOutput } from '../../tools/sandbox/engine.mts';
import { guard, watch } from '../support/leaks.mts';
import { BY_EITHER_PAIR } from '../support/parameters.mts';

export { simulate } from '../support/simulator.mts';

export interface QuerySettings {
	/** Merged over the defaults: Either Pair, with all four numbers from the item. */
	parameters?: INodeParameters;
	onError?: NonNullable<INode['onError']>;
	/** Other settings of the node. */
	node?: Partial<INode>;
	/** Merged over the simulator's credential; null for a node that has none. */
	credential?: IDataObject | null;
	onStart?: (cancel: () => void) => void;
}

export interface QueryOutput extends WorkflowOutput {
	/**
	 * The items that reached the node after the regular output, and the node after the error
	 * output.
	 */
	good: IDataObject[];
	failed: IDataObject[];
	/** The input item that each of them came from. */
	goodFrom: Array<number | undefined>;
	failedFrom: Array<number | undefined>;
}

/** Runs the node once over `items`. */
export async function queryItems(
	{ credential }: Pick<Simulator, 'credential'>,
	items: readonly object[],
	settings: QuerySettings = {},
): Promise<QueryOutput> {
	const alipay: Partial<INode> = {
		parameters: { ...BY_EITHER_PAIR, ...settings.parameters },
		credentials: settings.credential === null ? {} : { alipayApi: { id: '1', name: 'Alipay API' } },
		onError: settings.onError,
		...settings.node,
	};
	const used = { ...credential, ...settings.credential };
	guard(used);
	const output = await runWorkflow({
		workflow: {
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger'),
				node('Alipay', 'n8n-nodes-alipay.alipay', alipay),
				node('Good', 'n8n-nodes-base.noOp'),
				node('Failed', 'n8n-nodes-base.noOp'),
			],
			connections: {
				Start: { main: [[{ node: 'Alipay', type: 'main', index: 0 }]] },
				Alipay: {
					main: [
						[{ node: 'Good', type: 'main', index: 0 }],
						[{ node: 'Failed', type: 'main', index: 0 }],
					],
				},
			},
		},
		items: items.map((item, index) => ({
			json: { ...item } as IDataObject,
			pairedItem: { item: index },
		})),
		credential: used,
		onStart: settings.onStart,
	});
	watch('the items, messages or hints of a run', wholeText(output));
	const jsonOf = (name: string) => output.items(name).map(({ json }) => json);
	const originOf = (branch: number) =>
		output.items('Alipay', branch).map(({ pairedItem }) => {
			const first = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
			return typeof first === 'object' ? first.item : first;
		});
	return {
		...output,
		good: jsonOf('Good'),
		failed: jsonOf('Failed'),
		goodFrom: originOf(0),
		failedFrom: originOf(1),
	};
}

export function node(name: string, type: string, more: Partial<INode> = {}): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters: {}, ...more };
}

/** The parts of the exception that stopped the run, as the editor shows them. */
export function failureOf({ error }: WorkflowOutput) {
	if (!error) expect.fail('The workflow was expected to stop');
	const { name, message, description, context, failure } = error as typeof error & {
		failure?: unknown;
	};
	return { name, message, description: description ?? '', itemIndex: context?.itemIndex, failure };
}

/** All data of a run, including exceptions with their causes and stacks, as n8n would store it. */
export function wholeText({ run }: { run: IRun }): string {
	const seen = new WeakSet();
	return JSON.stringify(run, function (this: Record<string, unknown>, key, written: unknown) {
		// n8n's own errors have a toJSON, which omits the stack and shortens the cause.
		const value = this[key] instanceof Error ? this[key] : written;
		if (typeof value !== 'object' || value === null) return value;
		if (seen.has(value)) return undefined;
		seen.add(value);
		if (!(value instanceof Error)) return value;
		const { name, message, stack, cause } = value;
		return { ...value, name, message, stack, cause };
	});
}

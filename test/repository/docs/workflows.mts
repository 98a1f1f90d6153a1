/** Checks that n8n accepts a workflow from a page or from examples/. */
import { createRequire } from 'node:module';
import type {
	IDataObject,
	INode,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodeType,
	INodeTypeDescription,
	IWorkflowBase,
} from 'n8n-workflow';
import { loadPackage } from '../../../tools/sandbox/engine.mts';

// The copy that n8n-core uses.
const { NodeHelpers, Workflow } = createRequire(import.meta.url)(
	'n8n-workflow',
) as typeof import('n8n-workflow');

export type WorkflowJson = Pick<
	IWorkflowBase,
	'name' | 'nodes' | 'connections' | 'pinData' | 'settings'
>;

/** n8n adds these two where an agent uses a node as a tool. */
const OF_TOOLS = ['descriptionType', 'toolDescription'];

const FOREIGN = /^(?:@[\w-]+\/)?n8n-nodes-[\w-]+\.[a-z]\w*$/i;

const loader = await loadPackage();

const isOwn = (type: string) => type.startsWith('n8n-nodes-alipay.');

/** The node's name within this package, also for its tool; undefined for other nodes. */
const ownName = (type: string) => (isOwn(type) ? type.replace(/^.*\.|Tool$/g, '') : undefined);

export const descriptionOf = (name = ''): INodeTypeDescription | undefined =>
	loader.types.nodes.find((node) => node.name === name);

export const CREDENTIAL_FIELDS: readonly INodeProperties[] =
	loader.getCredential('alipayApi').type.properties;

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');
const isObject = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts of `values` without a matching field of the same kind in the form. */
function formFaults(
	properties: readonly INodeProperties[],
	values: IDataObject,
	parent: string,
): string[] {
	return Object.entries(values).flatMap(([name, value]) => {
		// A parameter can have several fields, one of which is shown.
		const fields = properties.filter((property) => property.name === name);
		if (fields.length === 0) return [`${parent}: there is no parameter ${name}`];
		const faults = fields.map((field) => valueFaults(field, value, `${parent}: ${name}`));
		return faults.find((found) => found.length === 0) ?? faults[0] ?? [];
	});
}

function valueFaults(field: INodeProperties, value: unknown, name: string): string[] {
	if (isExpression(value)) return [];
	const wrong = [`${name} cannot be ${JSON.stringify(value)}`];
	const choices = (field.options ?? []).map((choice) => ('value' in choice ? choice.value : null));
	switch (field.type) {
		case 'options':
			return choices.includes(value as string) ? [] : wrong;
		case 'multiOptions':
			return [value].flat().every((one) => choices.includes(one as string)) ? [] : wrong;
		case 'collection':
			if (!isObject(value)) return wrong;
			return formFaults((field.options ?? []) as INodeProperties[], value, name);
		case 'fixedCollection':
			return isObject(value) ? groupFaults(field, value, name) : wrong;
		case 'boolean':
		case 'number':
			return typeof value === field.type ? [] : wrong;
		default:
			return ['string', 'object'].includes(typeof value) ? [] : wrong;
	}
}

function groupFaults(field: INodeProperties, value: IDataObject, name: string): string[] {
	const groups = (field.options ?? []) as INodePropertyCollection[];
	return Object.entries(value).flatMap(([key, rows]) => {
		const group = groups.find((candidate) => candidate.name === key);
		if (!group) return [`${name}: there is no parameter ${key}`];
		return [rows].flat().flatMap((row) => formFaults(group.values, row as IDataObject, name));
	});
}

/** Checks a node of this package against its form: known, visible and complete. */
function ownNodeFaults(node: INode, name: string): string[] {
	const description = descriptionOf(name);
	if (!description) return [`${node.name}: this package has no node ${name}`];
	const parameters = Object.fromEntries(
		Object.entries(node.parameters).filter(([key]) => !OF_TOOLS.includes(key)),
	) as INodeParameters;
	const faults = formFaults(description.properties, parameters as IDataObject, node.name);
	if (![description.version].flat().includes(node.typeVersion)) {
		faults.push(`${node.name}: there is no version ${node.typeVersion} of ${name}`);
	}
	const accounts = Object.keys(node.credentials ?? {}).filter((key) => key !== 'alipayApi');
	faults.push(...accounts.map((key) => `${node.name}: does not accept the credential ${key}`));
	const own = { ...node, parameters };
	const shown = NodeHelpers.getNodeParameters(
		description.properties,
		parameters,
		...([true, false, own, description] as const),
	);
	const hidden = Object.keys(parameters).filter((key) => !(key in (shown ?? {})));
	const issues = NodeHelpers.getNodeParametersIssues(description.properties, own, description);
	// Fields that the form does not show at all were reported above.
	const isNamed = (key: string) => faults.some((fault) => fault.endsWith(` ${key}`));
	return [
		...faults,
		...hidden
			.filter((key) => !isNamed(key))
			.map((key) => `${node.name}: ${key} is not shown with these settings`),
		...Object.values(issues?.parameters ?? {})
			.flat()
			.map((issue) => `${node.name}: ${issue}`),
	];
}

function nodeFaults(node: INode): string[] {
	const isWhole =
		typeof node.name === 'string' &&
		typeof node.type === 'string' &&
		typeof node.typeVersion === 'number' &&
		isObject(node.parameters) &&
		[node.position].flat().filter(Number.isFinite).length === 2;
	if (!isWhole) {
		return [`${node.name}: needs a name, type, typeVersion, position and parameters`];
	}
	const name = ownName(node.type);
	if (name !== undefined) return ownNodeFaults(node, name);
	return FOREIGN.test(node.type) ? [] : [`${node.name}: ${node.type} is not a node type`];
}

function connectionFaults({ nodes, connections }: WorkflowJson): string[] {
	const names = nodes.map(({ name }) => name);
	const doubles = names.filter((name, at) => names.indexOf(name) !== at);
	const ends = Object.entries(connections).flatMap(([from, outputs]) => [
		from,
		...Object.values(outputs)
			.flat(2)
			.map((connection) => connection?.node ?? from),
	]);
	return [
		...doubles.map((name) => `two nodes are called ${name}`),
		...ends
			.filter((name) => !names.includes(name))
			.map((name) => `a connection names ${name}, which is not a node`),
	];
}

export const isWorkflow = (value: unknown): value is WorkflowJson =>
	isObject(value) && Array.isArray(value.nodes);

export function workflowFaults(workflow: WorkflowJson): string[] {
	if (!isObject(workflow.connections)) return ['the workflow has no connections'];
	const faults = [...workflow.nodes.flatMap(nodeFaults), ...connectionFaults(workflow)];
	return faults.length > 0 ? faults : openingFaults(workflow);
}

/**
 * Opens it in n8n's own class, with an empty node for each external node, which is not installed.
 */
function openingFaults({ nodes, connections }: WorkflowJson): string[] {
	const typeOf = (type: string): INodeType => {
		const name = ownName(type);
		if (name !== undefined) return loader.getNode(name).type as INodeType;
		return { description: { ...STAND_IN, name: type } };
	};
	try {
		const workflow = new Workflow({
			...{ id: 'docs', name: 'docs', active: false },
			...{ nodes: structuredClone(nodes), connections },
			nodeTypes: {
				getByName: typeOf,
				getByNameAndVersion: typeOf,
				getKnownTypes: () => loader.known.nodes,
			},
			settings: { executionOrder: 'v1' },
		});
		return Object.keys(workflow.nodes).length === nodes.length ? [] : ['n8n loses a node'];
	} catch (error) {
		return [`n8n does not open it: ${(error as Error).message}`];
	}
}

const STAND_IN: INodeTypeDescription = {
	...{ displayName: 'Stand-in', name: 'standIn', group: ['transform'], version: 1 },
	...{ description: '', defaults: {}, inputs: ['main'], outputs: ['main'], properties: [] },
};

/** Node types that the test engine can execute. */
const EXECUTABLE = ['manualTrigger', 'noOp', 'stickyNote'].map((name) => `n8n-nodes-base.${name}`);

/** Whether the test engine has every node of the workflow. A tool runs only in an agent. */
export const isExecutable = ({ nodes }: WorkflowJson) =>
	nodes.every(
		({ type }) => EXECUTABLE.includes(type) || (isOwn(type) && descriptionOf(type.split('.')[1])),
	);

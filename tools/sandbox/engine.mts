/**
 * Runs a workflow on n8n's engine in this process. n8n-core's loader reads `dist` as n8n does, and its
 * WorkflowExecute runs the nodes with the real HTTP stack.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IRun,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	WorkflowActivateMode,
} from 'n8n-workflow';

// The engine writes its settings here, so it does not change the user's n8n.
process.env.N8N_USER_FOLDER ??= temporaryFolder();

function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-alipay-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

// CommonJS, as n8n loads them: the ESM copy of n8n-workflow has different error classes.
const require = createRequire(import.meta.url);
// Without this, the engine creates a key and prints that on the console.
process.env.N8N_ENCRYPTION_KEY ??= 'only for these tests';
// The exception of a node is a result here. Without this, the engine also prints it.
process.env.N8N_LOG_LEVEL ??= 'silent';
require('reflect-metadata');
export const core = require('n8n-core') as typeof import('n8n-core');
const workflowLibrary = require('n8n-workflow') as typeof import('n8n-workflow');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The credential and node types of this package, loaded from `dist` by n8n-core. */
export async function loadPackage() {
	const loader = new core.PackageDirectoryLoader(ROOT);
	await loader.loadAll();
	return loader;
}

let loading: ReturnType<typeof loadPackage> | undefined;

export interface WorkflowInput {
	workflow: Pick<IWorkflowBase, 'nodes' | 'connections'>;
	/** The items that the workflow's trigger emits. */
	items: INodeExecutionData[];
	/** The decrypted `alipayApi` credential. */
	credential: ICredentialDataDecryptedObject;
	/** Other node types in the workflow, by their full type. */
	nodeTypes?: Record<string, INodeType>;
	/** Called with a function that cancels the running execution. */
	onStart?: (cancel: () => void) => void;
}

export interface WorkflowOutput {
	/** The items that a node's last run emitted. Outputs are numbered from 0. */
	items: (node: string, output?: number) => INodeExecutionData[];
	/** The exception that stopped the workflow, as n8n stores it. */
	error: IRun['data']['resultData']['error'];
	/** The hints that a node added for the editor. */
	hints: (node: string) => string[];
	run: IRun;
}

/** Runs a workflow that starts with a Manual Trigger, and returns the output of each node. */
export async function runWorkflow(input: WorkflowInput): Promise<WorkflowOutput> {
	const { workflow, additionalData } = await open(input.workflow, input.credential, {
		'n8n-nodes-base.manualTrigger': passOn(input.items),
		'n8n-nodes-base.noOp': passOn(),
		'n8n-nodes-base.stickyNote': passOn(),
		...input.nodeTypes,
	});
	const start = workflow.getStartNode();
	if (!start) throw new Error('The workflow has no Manual Trigger');

	const runData = workflowLibrary.createRunExecutionData({
		executionData: {
			nodeExecutionStack: [{ node: start, data: { main: [input.items] }, source: null }],
		},
	});
	const execution = new core.WorkflowExecute(
		additionalData,
		'manual',
		runData,
	).processRunExecutionData(workflow);
	input.onStart?.(() => execution.cancel());
	const run = await execution;

	const lastRun = (node: string) => run.data.resultData.runData[node]?.at(-1);
	return {
		run,
		error: run.data.resultData.error,
		items: (node, output = 0) => lastRun(node)?.data?.main?.[output] ?? [],
		hints: (node) => (lastRun(node)?.hints ?? []).map(({ message }) => message),
	};
}

/** Opens a workflow as n8n does, with the node types of this package and `ownTypes`. */
export async function open(
	{ nodes, connections }: WorkflowInput['workflow'],
	credential: ICredentialDataDecryptedObject,
	ownTypes: Record<string, INodeType> = {},
) {
	const { Workflow, NodeHelpers } = workflowLibrary;
	const loader = await (loading ??= loadPackage());
	const nodeTypes: INodeTypes = {
		getByName: (type) => typeOf(type),
		getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(typeOf(type), version),
		getKnownTypes: () => loader.known.nodes,
	};
	function typeOf(type: string): INodeType {
		const own = ownTypes[type];
		if (own) return own;
		return loader.getNode(type.replace(`${loader.packageName}.`, '')).type as INodeType;
	}
	const workflowData = { id: 'test', name: 'test', nodes, connections, active: false };
	const workflow = new Workflow({
		...workflowData,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const additionalData = {
		credentialsHelper: credentialsHelper(loader.getCredential('alipayApi').type, credential),
		hooks: new core.ExecutionLifecycleHooks('manual', 'test', workflowData as IWorkflowBase),
		executionId: 'test',
		variables: {},
		currentNodeParameters: undefined,
		executeWorkflow: undefined,
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		setExecutionStatus: () => undefined,
	} as unknown as IWorkflowExecuteAdditionalData;
	return { workflow, additionalData };
}

export interface PollerInput {
	node: INode;
	/** n8n's variables (`$vars` in expressions). A test can change them between polls. */
	variables?: IDataObject;
	credential: ICredentialDataDecryptedObject;
	/** n8n's static data of the node, which it keeps between polls. */
	staticData?: IDataObject;
	/** How long a poll may take. Default: n8n's limit. */
	budgetMs?: number;
	/** Why n8n started the trigger. Default: a user activated the workflow. */
	startedBy?: WorkflowActivateMode;
}

export interface Poller {
	/** Polls as n8n does. */
	poll: () => Promise<INodeExecutionData[][] | null>;
	/** "Execute step" in the editor. */
	test: () => Promise<INodeExecutionData[][] | null>;
	/** A copy of the static data, as n8n stores it. */
	staticData: () => IDataObject;
	/** The lines that the trigger wrote to n8n's log. */
	logged: readonly string[];
}

/** Opens a polling trigger of this package in n8n's own context. */
export async function openPoller(input: PollerInput): Promise<Poller> {
	const { node, credential, variables = {}, budgetMs, startedBy = 'activate' } = input;
	const { workflow, additionalData } = await open({ nodes: [node], connections: {} }, credential);
	additionalData.variables = variables;
	const staticData = workflow.getStaticData('node', node);
	Object.assign(staticData, input.staticData);
	const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	if (!type.poll) throw new Error(`${node.type} does not poll`);
	// n8n creates one context when it starts a trigger, and one for each test run.
	const context = (mode: 'trigger' | 'manual') =>
		new core.PollContext(
			workflow,
			workflow.getNode(node.name) as INode,
			additionalData,
			mode,
			startedBy,
			...([undefined, undefined, undefined, undefined, undefined] as const),
			budgetMs === undefined ? undefined : () => budgetMs,
		);
	const started = context('trigger');
	const logged: string[] = [];
	const info = (text: string) => logged.push(text);
	Object.defineProperty(started, 'logger', { value: { info } });
	return {
		logged,
		poll: async () => (await type.poll?.call(started)) ?? null,
		test: async () => (await type.poll?.call(context('manual'))) ?? null,
		staticData: () => JSON.parse(JSON.stringify(staticData)) as IDataObject,
	};
}

/** A node that emits its input, or `items` if they are set. */
function passOn(items?: INodeExecutionData[]): INodeType {
	return {
		description: {
			displayName: 'Pass On',
			name: 'passOn',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Pass On' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
		},
		async execute(this: IExecuteFunctions) {
			return [items ?? this.getInputData()];
		},
	};
}

/** Does what n8n's helper does for a credential whose `authenticate` is a function. */
function credentialsHelper(type: ICredentialType, credential: ICredentialDataDecryptedObject) {
	class Helper extends workflowLibrary.ICredentialsHelper {
		override getParentTypes() {
			return [];
		}
		override async authenticate(
			credentials: ICredentialDataDecryptedObject,
			_typeName: string,
			options: IHttpRequestOptions,
		) {
			if (typeof type.authenticate !== 'function')
				throw new Error('authenticate is not a function');
			return await type.authenticate(credentials, options);
		}
		override isCredentialUsableByNode() {
			return true;
		}
		override async preAuthentication() {
			return undefined;
		}
		override async runPreAuthentication() {
			return undefined;
		}
		override async getCredentials(): Promise<never> {
			throw new Error('Tests pass the decrypted credential');
		}
		override async getDecrypted() {
			return { ...credential };
		}
		override async updateCredentials() {}
		override async updateCredentialsOauthTokenData() {}
		override getCredentialsProperties() {
			return type.properties;
		}
	}
	return new Helper();
}

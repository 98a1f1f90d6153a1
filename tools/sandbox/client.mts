/** A client for n8n's REST API, as the editor uses it. */
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'flatted';
import type {
	IBinaryData,
	IDataObject,
	INodeExecutionData,
	INodeTypeDescription,
	IRunExecutionData,
	ITaskData,
} from 'n8n-workflow';

export interface Account {
	email: string;
	password: string;
}

/** The reference to a credential in a node of a workflow. */
export interface CredentialReference {
	id: string;
	name: string;
}

/** A workflow, as in a file and in the REST API. */
export interface WorkflowJson {
	name: string;
	nodes: NodeJson[];
	connections: IDataObject;
	settings?: IDataObject;
	pinData?: IDataObject;
}

export interface NodeJson {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: IDataObject;
	credentials?: Record<string, CredentialReference>;
	[setting: string]: unknown;
}

/** An execution in n8n's list. */
export interface Listed {
	id: string;
	status: string;
	/** null while it runs. */
	stoppedAt: string | null;
}

export interface Execution {
	id: string;
	status: string;
	/** The error that stopped it, as n8n stores it. */
	error: IRunExecutionData['resultData']['error'];
	/** All runs of a node, last first. */
	runs: (node: string) => ITaskData[];
	/** The items that a node's last run emitted. Outputs are numbered from 0. */
	items: (node: string, output?: number) => INodeExecutionData[];
}

/** A row of a Data Table, with n8n's own columns. */
export interface TableRow {
	id: number;
	createdAt: string;
	updatedAt: string;
	[column: string]: unknown;
}

/** A response of n8n: its JSON, or its text if it is not JSON. */
export interface Reply {
	status: number;
	body: unknown;
}

/** The state of a workflow while n8n 2 starts its triggers. */
interface Publication {
	status: string;
	triggers: Array<{ errorMessage: string }>;
}

interface Id {
	id: string;
}

const ENDED = ['success', 'error', 'crashed', 'canceled'];

export class N8nClient {
	private cookie = '';

	constructor(readonly url: string) {}

	/** Any request of the editor. Resolves to the status and the JSON (or text) of the response. */
	async request(method: string, path: string, body?: unknown): Promise<Reply> {
		const response = await this.send(method, path, body);
		const session = response.headers
			.getSetCookie()
			.find((cookie) => cookie.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0] ?? '';
		const text = await response.text();
		try {
			return { status: response.status, body: JSON.parse(text) as unknown };
		} catch {
			return { status: response.status, body: text };
		}
	}

	/** A long run keeps n8n so busy that it drops connections. Only GET requests are safe to retry. */
	private async send(method: string, path: string, body: unknown, attempts = 5): Promise<Response> {
		try {
			return await fetch(this.url + path, {
				method,
				headers: {
					'content-type': 'application/json',
					// The session is bound to it.
					'browser-id': 'n8n-nodes-alipay',
					cookie: this.cookie,
				},
				...(body !== undefined && { body: JSON.stringify(body) }),
			});
		} catch (error) {
			if (method !== 'GET' || attempts === 1) throw error;
			await delay(1_000);
			return await this.send(method, path, body, attempts - 1);
		}
	}

	/** A request that has to succeed; resolves to the `data` of the response. */
	async call<Data = unknown>(method: string, path: string, body?: unknown): Promise<Data> {
		const reply = await this.request(method, path, body);
		// The caller states the type of the data; it is not checked.
		const { data, message } = (reply.body ?? {}) as { data?: Data; message?: string };
		if (reply.status < 300) return data ?? (reply.body as Data);
		const reason = message ?? JSON.stringify(reply.body).slice(0, 500);
		throw new Error(`n8n returned ${reply.status} for ${method} ${path}: ${reason}`);
	}

	/** Signs in; creates the owner of a new n8n first. */
	async signIn({ email, password }: Account) {
		const { userManagement } = await this.call<{
			userManagement: { showSetupOnFirstLoad?: boolean };
		}>('GET', '/rest/settings');
		if (userManagement.showSetupOnFirstLoad) {
			const person = { firstName: 'Local', lastName: 'Owner' };
			await this.call('POST', '/rest/owner/setup', { email, password, ...person });
		} else {
			await this.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
		}
	}

	/** The nodes in n8n's list of nodes. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.call('GET', '/types/nodes.json');
	}

	/** Settings → Community Nodes → Install. */
	async installPackage(name: string, version: string) {
		return await this.call('POST', '/rest/community-packages', { name, version });
	}

	async hasPackage(name: string): Promise<boolean> {
		const installed = await this.call<Array<{ packageName: string }>>(
			'GET',
			'/rest/community-packages',
		);
		return installed.some(({ packageName }) => packageName === name);
	}

	async uninstallPackage(name: string) {
		await this.call('DELETE', `/rest/community-packages?name=${name}`);
	}

	/** Changes the credential with this id. Creates a credential if it does not exist. */
	async saveCredential(
		id: string | undefined,
		name: string,
		type: string,
		data: object,
	): Promise<CredentialReference> {
		const body = { name, type, data };
		if (id && (await this.request('GET', `/rest/credentials/${id}`)).status === 200) {
			await this.call('PATCH', `/rest/credentials/${id}`, body);
			return { id, name };
		}
		const created = await this.call<Id>('POST', '/rest/credentials', body);
		return { id: created.id, name };
	}

	/** Tests a saved credential with these form values, without saving them. */
	async testCredential(
		{ id, name }: CredentialReference,
		type: string,
		data: object,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const credentials = { id, name, type, data };
		return await this.call('POST', '/rest/credentials/test', { credentials });
	}

	async createWorkflow(workflow: WorkflowJson): Promise<string> {
		const body = { active: false, ...workflow };
		const { id } = await this.call<Id>('POST', '/rest/workflows', body);
		return id;
	}

	async hasWorkflow(id: string): Promise<boolean> {
		return (await this.request('GET', `/rest/workflows/${id}`)).status === 200;
	}

	/** Publishes the workflow and waits until its triggers run. Rejects with the reason if one does not start. */
	async publish(workflowId: string, patienceMs = 60_000) {
		const workflow = `/rest/workflows/${workflowId}`;
		const { versionId } = await this.call<{ versionId: string }>('GET', workflow);
		await this.call('POST', `${workflow}/activate`, { versionId });
		// n8n 2 responds first and starts the triggers afterwards. n8n 1 does not have this endpoint.
		for (const end = Date.now() + patienceMs; ; await delay(250)) {
			const reply = await this.request('GET', `${workflow}/publication-status`);
			if (reply.status === 404) return;
			const { status, triggers } = (reply.body as { data: Publication }).data;
			if (status === 'published') return;
			if (status === 'failed') throw new Error(triggers[0]?.errorMessage);
			if (Date.now() > end) throw new Error(`The workflow is still ${status}`);
		}
	}

	/**
	 * The last 100 executions of the workflow, oldest first, each once. n8n reads the running and the ended
	 * executions separately, so one that ends in between is in both lists.
	 */
	async executions(workflowId: string): Promise<Listed[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const path = `/rest/executions?filter=${filter}&limit=100`;
		const { results } = await this.call<{ results: Listed[] }>('GET', path);
		return [...new Map(results.reverse().map((one) => [one.id, one])).values()];
	}

	/** The path and the columns of the user's Data Table with this name; undefined if it does not exist. */
	async table(
		name: string,
	): Promise<{ path: string; columns: Record<string, string> } | undefined> {
		const project = await this.call<Id>('GET', '/rest/projects/personal');
		const path = `/rest/projects/${project.id}/data-tables`;
		const { data } = await this.call<{ data: Array<Id & { name: string }> }>('GET', path);
		const table = data.find((one) => one.name === name);
		if (!table) return undefined;
		const columns = await this.call<Array<{ name: string; type: string }>>(
			'GET',
			`${path}/${table.id}/columns`,
		);
		return {
			path: `${path}/${table.id}`,
			columns: Object.fromEntries(columns.map((column) => [column.name, column.type])),
		};
	}

	/** Creates a Data Table of the user. `columns` has the type of each column by its name. */
	async createTable(name: string, columns: Record<string, 'string' | 'number'>) {
		const project = await this.call<Id>('GET', '/rest/projects/personal');
		await this.call('POST', `/rest/projects/${project.id}/data-tables`, {
			name,
			columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
		});
	}

	/** The first 100 rows of a Data Table, by id. */
	async rows(table: string): Promise<TableRow[]> {
		const path = `${(await this.table(table))?.path}/rows?take=100&sortBy=id:asc`;
		const { data } = await this.call<{ data: TableRow[] }>('GET', path);
		return data;
	}

	async insertRows(table: string, rows: object[]) {
		const path = (await this.table(table))?.path;
		await this.call('POST', `${path}/insert`, { data: rows });
	}

	/** "Execute workflow": starts at the trigger with this name and returns the id of the execution. */
	async begin(workflowId: string, trigger: string): Promise<string> {
		const workflowData = await this.call('GET', `/rest/workflows/${workflowId}`);
		const { executionId } = await this.call<{ executionId: string }>(
			'POST',
			`/rest/workflows/${workflowId}/run`,
			{ workflowData, triggerToStartFrom: { name: trigger } },
		);
		return executionId;
	}

	/** Waits for the end of an execution. */
	async ended(executionId: string, patienceMs = 60_000): Promise<Execution> {
		for (const end = Date.now() + patienceMs; ; await delay(200)) {
			const path = `/rest/executions/${executionId}`;
			const { status, data } = await this.call<{ status: string; data: string }>('GET', path);
			// n8n writes the data after the status; a crashed execution may have none.
			const runData = parse(data) as IRunExecutionData | undefined;
			if (ENDED.includes(status) && (runData || status === 'crashed')) {
				return read(executionId, status, runData);
			}
			if (Date.now() > end) throw new Error(`Execution ${executionId} is still ${status}`);
		}
	}

	/** A file that a node emitted. */
	async download({ id = '' }: IBinaryData): Promise<Buffer> {
		const path = `/rest/binary-data?id=${id}&action=download`;
		const response = await this.send('GET', path, undefined);
		return Buffer.from(await response.arrayBuffer());
	}

	/** Creates the workflow, executes it and waits until it ends. */
	async execute(workflow: WorkflowJson, trigger: string, patienceMs?: number): Promise<Execution> {
		const id = await this.createWorkflow(workflow);
		return await this.ended(await this.begin(id, trigger), patienceMs);
	}
}

function read(id: string, status: string, data: IRunExecutionData | undefined): Execution {
	const runs = (node: string) => [...(data?.resultData.runData[node] ?? [])].reverse();
	return {
		id,
		status,
		runs,
		error: data?.resultData.error,
		items: (node, output = 0) => runs(node)[0]?.data?.main?.[output] ?? [],
	};
}

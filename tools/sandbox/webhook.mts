/**
 * A webhook trigger of this package behind a real HTTP server, in n8n's own context. This code does what n8n
 * 2.41.1 does around it (webhook-helpers.js): the node reads the body itself; the node gets the stored static
 * data, and n8n stores it again with the response.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	IWebhookData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { core, open } from './engine.mts';

export interface WebhookInput {
	node: INode;
	credential: ICredentialDataDecryptedObject;
	/** Default: a published workflow. `manual`: "Listen for test event". */
	mode?: 'webhook' | 'manual';
	/** Starts an execution. If it throws, the server responds with 500, as n8n does. */
	start?: (item: IDataObject) => void;
}

export interface Webhook {
	url: string;
	/** The items that started the workflow. */
	started: IDataObject[];
	/** The static data that n8n has stored for the node. Set it to simulate a restart. */
	staticData: IDataObject;
	close: () => Promise<void>;
}

export async function openWebhook(input: WebhookInput): Promise<Webhook> {
	const { node, credential, mode = 'webhook', start = () => undefined } = input;
	const webhook: Webhook = { url: '', started: [], staticData: {}, close };

	async function serve(request: IncomingMessage, response: ServerResponse) {
		const { workflow, additionalData } = await open({ nodes: [node], connections: {} }, credential);
		const staticData = workflow.getStaticData('node', node);
		Object.assign(staticData, webhook.staticData);
		const http = { httpRequest: request, httpResponse: response };
		const context = new core.WebhookContext(
			workflow,
			workflow.getNode(node.name) as INode,
			{ ...additionalData, ...http } as unknown as IWorkflowExecuteAdditionalData,
			mode,
			{ workflowId: workflow.id, node: node.name } as IWebhookData,
			[],
			null,
		);
		const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const result = (await type.webhook?.call(context)) as IWebhookResponseData;
		if (result.noWebhookResponse) return;
		for (const { json } of result.workflowData?.flat() ?? []) {
			start(json);
			webhook.started.push(json);
		}
		// n8n saves the workflow's current static data, which may be a different object.
		const stored = JSON.stringify(workflow.getStaticData('node', node));
		if (mode === 'webhook') webhook.staticData = JSON.parse(stored) as IDataObject;
		const [description] = type.description.webhooks ?? [];
		response.end(result.webhookResponse ?? description?.responseData);
	}

	const server = createServer((request, response) => {
		serve(request, response).catch((error: Error) => {
			if (!response.headersSent) response.writeHead(500).end(error.message);
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	webhook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/test/webhook`;

	async function close() {
		server.close();
		server.closeAllConnections();
		await once(server, 'close');
	}
	return webhook;
}

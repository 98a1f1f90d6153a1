/** Reads the workflows in `examples/`. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CredentialReference, NodeJson, WorkflowJson } from './client.mts';

const FOLDER = new URL('../../examples/', import.meta.url);

/** The folder of their Chinese copies. */
export const IN_CHINESE = new URL('zh-CN/', FOLDER);

/**
 * Every example by its file name. The files do not contain a real credential. `alipayApi` replaces their
 * placeholder, and `others` replaces the placeholders of other types (`smtp`, `openAiApi`…).
 */
export function examples(
	alipayApi: CredentialReference,
	others: Record<string, CredentialReference> = {},
	folder = FOLDER,
): Map<string, WorkflowJson> {
	const given: Record<string, CredentialReference> = { ...others, alipayApi };
	const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
	return new Map(
		files.sort().map((file) => {
			const text = readFileSync(new URL(file, folder), 'utf8');
			const workflow = JSON.parse(text) as WorkflowJson;
			for (const node of workflow.nodes) {
				for (const type of Object.keys(node.credentials ?? {})) {
					if (node.credentials && given[type]) node.credentials[type] = given[type];
				}
			}
			return [file, workflow];
		}),
	);
}

/** One example by its file name. Throws an Error if it does not exist. */
export function example(
	file: string,
	alipayApi: CredentialReference,
	others?: Record<string, CredentialReference>,
): WorkflowJson {
	const workflow = examples(alipayApi, others).get(file);
	if (!workflow) throw new Error(`The example "${file}" does not exist`);
	return workflow;
}

/** The placeholder in the files for the address of a group chat's bot. */
const CHAT = 'https://example.com/group-chat-webhook';

/** Sets this address in every node that posts to a group chat. */
export function setChat({ nodes }: WorkflowJson, url: string) {
	for (const { parameters } of nodes) if (parameters.url === CHAT) parameters.url = url;
}

/** The node with this name. Throws an Error if it does not exist. */
export function nodeOf({ name: workflow, nodes }: WorkflowJson, name: string): NodeJson {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`"${workflow}" has no node "${name}"`);
	return node;
}

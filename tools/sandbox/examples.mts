/** The importable workflows of `examples/`. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CredentialReference, NodeJson, WorkflowJson } from './client.mts';

const FOLDER = new URL('../../examples/', import.meta.url);

/**
 * Every example by its file name. The files name no credential of anybody: `alipayApi` takes its place,
 * and `others` that of further types (`smtp`, `openAiApi`…).
 */
export function examples(
	alipayApi: CredentialReference,
	others: Record<string, CredentialReference> = {},
): Map<string, WorkflowJson> {
	const given: Record<string, CredentialReference> = { ...others, alipayApi };
	const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
	return new Map(
		files.sort().map((file) => {
			const text = readFileSync(new URL(file, FOLDER), 'utf8');
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

/** One example by its file name. Throws when there is none. */
export function example(
	file: string,
	alipayApi: CredentialReference,
	others?: Record<string, CredentialReference>,
): WorkflowJson {
	const workflow = examples(alipayApi, others).get(file);
	if (!workflow) throw new Error(`There is no example "${file}"`);
	return workflow;
}

/** The node of that name. Throws when there is none. */
export function nodeOf({ name: workflow, nodes }: WorkflowJson, name: string): NodeJson {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`"${workflow}" has no node "${name}"`);
	return node;
}

/** The importable workflows of `examples/`. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CredentialReference, WorkflowJson } from './client.mts';

const FOLDER = new URL('../examples/', import.meta.url);

/** Every example by its file name, asking with this credential: they name none of anybody. */
export function examples(alipayApi: CredentialReference): Map<string, WorkflowJson> {
	const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
	return new Map(
		files.sort().map((file) => {
			const workflow: WorkflowJson = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
			const nodes = workflow.nodes.map((node) =>
				node.credentials?.alipayApi
					? { ...node, credentials: { ...node.credentials, alipayApi } }
					: node,
			);
			return [file, { ...workflow, nodes }];
		}),
	);
}

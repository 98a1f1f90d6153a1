/** Builds workflows that are one chain of nodes. */
import type { CredentialReference, NodeJson, WorkflowJson } from './client.mts';
import { PACKAGE } from './tarball.mts';

/** A node of a chain; missing fields get n8n's defaults. */
export type Link = Partial<NodeJson> & Pick<NodeJson, 'name' | 'type'>;

/**
 * A chain of nodes behind a Manual Trigger "Start". The items are its pinned data, which a manual execution
 * uses as its output.
 */
export function chain(name: string, items: object[], ...nodes: Link[]): WorkflowJson {
	const all: Link[] = [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' }, ...nodes];
	return {
		name,
		nodes: all.map((node, index) => ({
			id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
			typeVersion: 1,
			position: [index * 220, 0],
			parameters: {},
			...node,
		})),
		connections: Object.fromEntries(
			nodes.map(({ name: to }, index) => [
				all[index]?.name ?? '',
				{ main: [[{ node: to, type: 'main', index: 0 }]] },
			]),
		),
		settings: { executionOrder: 'v1' },
		pinData: { Start: items.map((json) => ({ json })) },
	};
}

/** The Alipay node of a chain. */
export const alipay = (
	{ credential }: { credential: CredentialReference },
	parameters: NodeJson['parameters'],
	settings: Partial<NodeJson> = {},
) => ({
	name: 'Alipay',
	type: `${PACKAGE}.alipay`,
	parameters,
	credentials: { alipayApi: credential },
	...settings,
});

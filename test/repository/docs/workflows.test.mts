/** The workflows of examples/ and of the pages, as n8n takes them; where its nodes are here, run. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../tools/simulator/gateway.mts';
import { simulate } from '../../workflow/query.mts';
import { jsonOf } from './blocks.mts';
import { execute, poll, triggerOf } from './items.mts';
import { FILES, pageOf, PAGES, textOf } from './pages.mts';
import { isExecutable, isWorkflow, workflowFaults } from './workflows.mts';
import type { WorkflowJson } from './workflows.mts';

const examples = [...FILES]
	.filter((file) => /^examples\/.*\.json$/.test(file))
	.map((file): [string, WorkflowJson] => [file, JSON.parse(textOf(file)) as WorkflowJson]);

const shown = PAGES.flatMap((file) =>
	jsonOf(pageOf(file)).flatMap(
		({ line, value }): Array<[string, WorkflowJson]> =>
			isWorkflow(value) ? [[`${file}:${line}`, value]] : [],
	),
);

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

describe('each file of examples/', () => {
	it.each(examples)('%s holds a workflow that n8n can import', (_file, workflow) => {
		expect(isWorkflow(workflow)).toBe(true);
		expect(workflowFaults(workflow)).toEqual([]);
	});
});

describe('each workflow of our nodes and built-in ones alone', () => {
	const all = [...examples, ...shown].filter(([, workflow]) => isExecutable(workflow));

	it.each(all.filter(([, workflow]) => !triggerOf(workflow)))(
		'%s runs to its end and puts out one item for each row',
		async (_where, workflow) => {
			const { error, sent, output } = await execute(simulator, workflow);
			expect(error).toBeUndefined();
			expect(output).toHaveLength(sent);
		},
	);

	it.each(
		all.flatMap(([where, workflow]) => {
			const trigger = triggerOf(workflow);
			return trigger ? [[where, trigger] as const] : [];
		}),
	)('%s is started by a poll', async (_where, trigger) => {
		await expect(poll(simulator, trigger)).resolves.toBeInstanceOf(Array);
	});
});

/**
 * The workflows of examples/ and of the pages, as n8n reads them. Workflows with only available
 * nodes also run.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../tools/simulator/gateway.mts';
import { simulate } from '../../workflow/query.mts';
import { jsonOf } from './blocks.mts';
import { execute, notificationTriggerOf, notifiedOf, poll, triggerOf } from './items.mts';
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
	it.each(examples)('%s contains a workflow that n8n can import', (_file, workflow) => {
		expect(isWorkflow(workflow)).toBe(true);
		expect(workflowFaults(workflow)).toEqual([]);
	});

	it.each(examples)('%s has its number in its name and runs in Beijing time', (file, workflow) => {
		const [, number] = /(\d\d)-[^/]*$/.exec(file) ?? [];
		expect(workflow.name).toMatch(new RegExp(`^${number} \\S`));
		expect(workflow.settings).toMatchObject({
			executionOrder: 'v1',
			timezone: 'Asia/Shanghai',
		});
	});

	it.each(examples)('%s does not need a mail server', (_file, { nodes }) => {
		const mail = nodes.filter(({ type }) => type === 'n8n-nodes-base.emailSend');
		expect(mail.filter(({ disabled }) => !disabled)).toEqual([]);
	});
});

describe('each workflow of only our nodes and built-in nodes', () => {
	const all = [...examples, ...shown].filter(([, workflow]) => isExecutable(workflow));

	/** The workflows that begin with a node, as the workflow has it. */
	const beginningWith = (triggerIn: typeof triggerOf) =>
		all.flatMap(([where, workflow]) => {
			const trigger = triggerIn(workflow);
			return trigger ? [[where, trigger] as const] : [];
		});
	const isOfRows = (workflow: WorkflowJson) =>
		!triggerOf(workflow) && !notificationTriggerOf(workflow);

	it.each(all.filter(([, workflow]) => isOfRows(workflow)))(
		'runs to its end and outputs one item for each row: %s',
		async (_where, workflow) => {
			const { error, sent, output } = await execute(simulator, workflow);
			expect(error).toBeUndefined();
			expect(output).toHaveLength(sent);
		},
	);

	it.each(beginningWith(triggerOf))('is started by a poll: %s', async (_where, trigger) => {
		await expect(poll(simulator, trigger)).resolves.toBeInstanceOf(Array);
	});

	it.each(beginningWith(notificationTriggerOf))(
		'is started by a notification: %s',
		async (_where, trigger) => {
			await expect(notifiedOf(simulator, trigger)).resolves.toMatchObject({ status: 'CLOSED' });
		},
	);
});

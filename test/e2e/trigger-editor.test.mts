/** The trigger in n8n's editor, in a real browser. */
import { expect, it } from 'vitest';
import { chain } from '../../tools/sandbox/chain.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import {
	generatedNumbers,
	generatedRecord,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { CLOSED_OPERATION } from '../support/parameters.mts';
import type { WorkflowJson } from '../../tools/sandbox/client.mts';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';
import { CLOSED_ITEM } from './stage.mts';

const BY_ALIPAY = { identifyBy: 'alipay', ...CLOSED_OPERATION };

inBrowser();

/** Opens a workflow that begins with the trigger, over these rows of Operations; returns its ID. */
async function open(...values: object[]) {
	const workflow = chain('Watch', [], { name: 'Next', type: 'n8n-nodes-base.noOp' });
	Object.assign(workflow.nodes[0] ?? {}, {
		name: 'Alipay Trigger',
		type: `${PACKAGE}.alipayTrigger`,
		parameters: values.length > 0 ? { operations: { values } } : {},
		credentials: { alipayApi: stage.credential },
	});
	workflow.connections = { 'Alipay Trigger': workflow.connections.Start };
	delete workflow.pinData;
	const id = await stage.client.createWorkflow(workflow);
	await editor.openWorkflow(id);
	return id;
}

/** Pastes as a person does from a spreadsheet, and waits until the workflow is saved. */
async function pasteList(id: string, text: string) {
	await editor.openNode('Alipay Trigger');
	await editor.field('watchList').click();
	await editor.page.keyboard.press('ControlOrMeta+a');
	await editor.paste(text);
	await editor.closeNode();
	await editor.page.keyboard.press('ControlOrMeta+s');
	const saved = async () => {
		const { nodes } = await stage.client.call<WorkflowJson>('GET', `/rest/workflows/${id}`);
		return nodes[0]?.parameters.watchList;
	};
	await expect.poll(saved, PATIENTLY).toBe(text.replaceAll('\r\n', '\n'));
}

/** The numbers of operations that have this status. */
const generated = (status: string) =>
	Array.from({ length: 1_000 }, (_, index) => index + 1)
		.filter((number) => generatedRecord(number).status === status)
		.map(generatedNumbers);

const ANOTHER_CLOSED = generated('CLOSED')[0] ?? expect.fail('None is CLOSED');

/** Thirty open operations, as rows copied from a spreadsheet. */
const THIRTY = generated('INIT').slice(0, 30);
const ROWS = THIRTY.map(({ auth_no, operation_id }) => `${auth_no}\t${operation_id}`);

/** Publishes the workflow, and returns the requests of its first poll. */
async function publish(id: string) {
	const before = stage.simulator.requests.length;
	await stage.client.publish(id);
	return stage.simulator.requests.slice(before).map(({ numbers }) => numbers);
}

it('is next to the actions of Alipay in the nodes panel, and shows the statuses that it waits for', async () => {
	await open(BY_ALIPAY);
	await editor.node('Alipay Trigger').getByText('coupon operation: CLOSED').waitFor();
	await editor.page.getByTestId('node-creator-plus-button').click();
	await editor.page.getByTestId('node-creator-search-bar').fill('alipay');
	await editor.page.getByTestId('item-iterator-item').filter({ hasText: 'Alipay' }).first().click();
	const panel = editor.page.getByTestId('node-creator');
	await panel.getByText('Triggers (4)').click();
	await panel.getByText('Actions (6)').waitFor();
	for (const event of ['Coupon Operation', 'Fund Authorization', 'Trade', 'Transfer']) {
		await panel.getByText(`On ${event} Status`).waitFor();
	}
});

it('requires both numbers of each row', async () => {
	await open(BY_ALIPAY, { identifyBy: 'merchant', outRequestNo: '1' });
	await editor.node('Alipay Trigger').getByTestId('node-issues').hover();
	await editor.page.getByText('Parameter "Out Order No" is required.').first().waitFor();
	await editor.openNode('Alipay Trigger');
	expect(await editor.page.getByTestId('node-execute-button').isDisabled()).toBe(true);
});

it('shows a typed sample for "Fetch Test Event", and the failed ones with it', async () => {
	const { out_order_no: outOrderNo, out_request_no: outRequestNo, ...another } = ANOTHER_CLOSED;
	const byMerchant = { identifyBy: 'merchant', outOrderNo, outRequestNo };
	await open(BY_ALIPAY, byMerchant, { ...byMerchant, outRequestNo: 'SIM-TAMPERED' });
	await editor.openNode('Alipay Trigger');
	await editor.page.getByTestId('node-execute-button').click();
	await editor.output.getByText('Changed Branch').waitFor();
	await expect
		.poll(async () => await editor.outputJson(), PATIENTLY)
		.toEqual([
			{ ...CLOSED_ITEM, previous_status: null, changed_at: expect.any(String) },
			expect.objectContaining({ ...another, status: 'CLOSED', previous_status: null }),
		]);
	await editor.picture('trigger', editor.details, 650);
	await editor.output.getByText('Failed Branch').click();
	await expect
		.poll(async () => await editor.outputJson(), PATIENTLY)
		.toMatchObject([{ details: { code: 'answer-signature-mismatch' } }]);
});

it('shows no error before a person fills in the form', async () => {
	await editor.page.setViewportSize({ width: 1440, height: 900 });
	await open();
	await editor.openNode('Alipay Trigger');
	await editor.parameters.getByText('Add Operation').waitFor();
	expect(await editor.field('watchList').getAttribute('placeholder')).toBe(
		'e.g. auth_no, operation_id\n2014…5678, 2014…6400\n2014…5679, 2014…6401',
	);
	await editor.field('watchList').focus();
	await editor.field('watchList').blur();
	expect(await editor.parameters.getByText('Choose...').count()).toBe(0);
	expect(await editor.parameters.locator('[class*=issues]:visible, .cm-lint-marker').count()).toBe(
		0,
	);
	await editor.evidence('trigger form');
});

it('watches the rows that are pasted into the list, even when some lines are wrong', async () => {
	const id = await open();
	await pasteList(id, ROWS.join('\n'));
	expect(await publish(id)).toHaveLength(30);

	const [bad, ...others] = ROWS;
	const rows = [...others.slice(0, 6), `${bad?.split('\t')[0]}\t2.02609E+19`, ...others.slice(6)];
	await pasteList(id, ['支付宝授权单号\t操作流水号', ...rows].join('\r\n'));
	await publish(id);
	await expect.poll(async () => (await stage.client.executions(id)).length, PATIENTLY).toBe(1);
	const [listed] = await stage.client.executions(id);
	const execution = await stage.client.ended(listed?.id ?? '');
	expect(execution.status).toBe('success');
	expect(execution.items('Alipay Trigger', 1)).toMatchObject([
		{
			json: {
				error:
					'Watch List, line 8: Operation ID (operation_id) is in scientific notation (such as 2.02E+27), so it has lost digits',
			},
		},
	]);
	const [, settled] = THIRTY;
	if (settled) stage.simulator.settle(settled, 'CLOSED');
	await expect
		.poll(async () => (await stage.client.executions(id)).length, { ...PATIENTLY, timeout: 90_000 })
		.toBe(2);
});

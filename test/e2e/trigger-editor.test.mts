/** The trigger in n8n's editor, in a real browser. */
import { expect, it } from 'vitest';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { CLOSED_OPERATION } from '../support/parameters.mts';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';
import { chain, CLOSED_ITEM } from './stage.mts';

const { out_order_no, out_request_no } = SAMPLES.closed;
const BY_ALIPAY = { identifyBy: 'alipay', ...CLOSED_OPERATION };
const BY_MERCHANT = {
	identifyBy: 'merchant',
	outOrderNo: out_order_no,
	outRequestNo: out_request_no,
};

inBrowser();

/** Opens a workflow that begins with the trigger, over these rows of Operations. */
async function open(...values: object[]) {
	const workflow = chain('Watch', [], { name: 'Next', type: 'n8n-nodes-base.noOp' });
	Object.assign(workflow.nodes[0] ?? {}, {
		name: 'Alipay Trigger',
		type: `${PACKAGE}.alipayTrigger`,
		parameters: { operations: { values } },
		credentials: { alipayApi: stage.credential },
	});
	workflow.connections = { 'Alipay Trigger': workflow.connections.Start };
	delete workflow.pinData;
	await editor.openWorkflow(await stage.client.createWorkflow(workflow));
}

it('stands beside the actions of Alipay in the nodes panel, and shows what it waits for', async () => {
	await open(BY_ALIPAY);
	await editor.node('Alipay Trigger').getByText('on CLOSED').waitFor();
	await editor.page.getByTestId('node-creator-plus-button').click();
	await editor.page.getByTestId('node-creator-search-bar').fill('alipay');
	await editor.page.getByTestId('item-iterator-item').filter({ hasText: 'Alipay' }).click();
	const panel = editor.page.getByTestId('node-creator');
	await panel.getByText('Triggers (1)').waitFor();
	await panel.getByText('Actions (1)').waitFor();
});

it('demands both numbers of each row', async () => {
	await open(BY_ALIPAY, { identifyBy: 'merchant', outRequestNo: '1' });
	await editor.node('Alipay Trigger').getByTestId('node-issues').hover();
	await editor.page.getByText('Parameter "Out Order No" is required.').first().waitFor();
	await editor.openNode('Alipay Trigger');
	expect(await editor.page.getByTestId('node-execute-button').isDisabled()).toBe(true);
});

it('"Fetch Test Event" shows a sample, typed, and the failed ones beside it', async () => {
	await open(BY_ALIPAY, BY_MERCHANT, { ...BY_MERCHANT, outRequestNo: 'SIM-TAMPERED' });
	await editor.openNode('Alipay Trigger');
	await editor.page.getByTestId('node-execute-button').click();
	await editor.output.getByText('Changed Branch').waitFor();
	await expect
		.poll(async () => await editor.outputJson(), PATIENTLY)
		.toEqual([
			{ ...CLOSED_ITEM, previous_status: null, changed_at: expect.any(String) },
			{ ...CLOSED_ITEM, previous_status: null, changed_at: expect.any(String) },
		]);
	await editor.picture('trigger', editor.details, 650);
	await editor.output.getByText('Failed Branch').click();
	await expect
		.poll(async () => await editor.outputJson(), PATIENTLY)
		.toMatchObject([{ details: { code: 'answer-signature-mismatch' } }]);
});

/**
 * The options of the node as a person adds them in the editor, without typing, and finds them
 * later.
 */
import { expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';

type MerchantNumbers = Record<'out_order_no' | 'out_request_no', string>;

inBrowser();

const WAIT = 'Wait for Final Status (Seconds)';

/** Opens the node with these numbers. */
async function open({ out_order_no, out_request_no }: MerchantNumbers): Promise<string> {
	const numbers = {
		identifyBy: 'merchant',
		outOrderNo: out_order_no,
		outRequestNo: out_request_no,
	};
	const id = await stage.client.createWorkflow(
		chain('Options', [{ row: 'of a sheet' }], alipay(stage, numbers)),
	);
	await editor.openWorkflow(id);
	await editor.openNode('Alipay');
	return id;
}

/** Adds options, saves the workflow and opens it again. */
async function addAndReload(id: string, ...options: string[]) {
	for (const option of options) {
		await editor.add('Add option', option);
		await expect.poll(async () => await editor.labels(), PATIENTLY).toContain(option);
	}
	const names = async () => Object.keys((await savedOptions(id)) ?? {});
	await expect.poll(names, PATIENTLY).toHaveLength(options.length);
	await editor.openWorkflow(id);
	await editor.openNode('Alipay');
	await expect
		.poll(async () => await editor.labels(), PATIENTLY)
		.toEqual(expect.arrayContaining(options));
}

async function savedOptions(id: string): Promise<object | undefined> {
	await editor.page.keyboard.press('ControlOrMeta+s');
	const { nodes } = await stage.client.call<{ nodes: Array<{ parameters: { options?: object } }> }>(
		'GET',
		`/rest/workflows/${id}`,
	);
	return nodes.at(-1)?.parameters.options;
}

const execute = async () => await editor.page.getByTestId('node-execute-button').click();

it('Wait for Final Status waits as soon as it is added', async () => {
	const id = await open(scenarioByMerchant('SIM-CLOSED-AFTER-6'));
	await addAndReload(id, WAIT, 'Poll Interval (Seconds)');
	expect(await editor.field('waitForFinalStatusSeconds').inputValue()).toBe('60');
	expect(await editor.field('pollIntervalSeconds').inputValue()).toBe('5');
	expect(await savedOptions(id)).toEqual({
		waitForFinalStatusSeconds: 60,
		pollIntervalSeconds: 5,
	});
	const before = stage.simulator.totalRequests;
	await execute();
	await editor.output.getByText('1 item').waitFor();
	expect(await editor.outputJson()).toMatchObject([{ status: 'CLOSED' }]);
	expect(stage.simulator.totalRequests - before).toBe(3); // 0 s, 5 s, 10 s
});

it('an option that includes something is on as soon as it is added', async () => {
	const id = await open(SAMPLES.closed);
	await addAndReload(id, 'Include Gateway Details', 'Include Input Fields');
	expect(await savedOptions(id)).toEqual({
		includeGatewayDetails: true,
		includeInputFields: true,
	});
	await execute();
	await editor.output.getByText('1 item').waitFor();
	expect(await editor.outputJson()).toMatchObject([
		{ row: 'of a sheet', status: 'CLOSED', gateway: { signature_verified: true } },
	]);
});

/** The example for thousands of rows: what a person in the editor sees while it runs. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import { generatedRecord } from '../../tools/simulator/fixtures/couponOperation.mts';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';

const ROWS = 2_000;
const BATCH = 200;
/** In each set of sample rows, this many name an operation that does not exist. */
const FAILS = 40;

const FAILED_OF_BATCH = BATCH / FAILS;
const GOOD_OF_BATCH = BATCH - FAILED_OF_BATCH;

inBrowser({ simulator: { signedAhead: ROWS, latencyMs: 20 } });

/** The text on the lines between nodes on the canvas, from top to bottom. */
async function counts(from: string, to: string): Promise<string[]> {
	const line = `[data-source-node-name="${from}"][data-target-node-name="${to}"]`;
	return await editor.page.locator(`[data-test-id=edge-label]${line}`).allInnerTexts();
}

/** When half of the batches are done. */
const HALF = 1 + ROWS / BATCH / 2;

/** The text on the lines from batch to batch, until the last row is done. Each state once. */
async function watchCounts(): Promise<string[]> {
	const states: string[] = [];
	for (const end = Date.now() + 100_000; Date.now() < end; await delay(100)) {
		const state = (await counts('Alipay', 'Good and Failed')).join(', ');
		if (states.at(-1) === state) continue;
		states.push(state);
		if (state === STATES.at(-1)) break;
		if (states.length === HALF) await editor.pictureOfCanvas('long-run', 90);
	}
	return states;
}

/** The complete sequence of states: nothing yet, then one for each batch. */
const STATES = Array.from({ length: ROWS / BATCH + 1 }, (_, batch) => {
	const words = batch === 1 ? 'items' : 'items total';
	const good = `${batch * GOOD_OF_BATCH} ${words}`;
	return batch === 0 ? ', ' : `${good}, ${batch * FAILED_OF_BATCH} ${words}`;
});

/** Row numbers in the order of the output: batch by batch, with the failed ones last in each. */
const ORDER = Array.from({ length: ROWS }, (_, index) => index + 1).sort(
	(one, other) =>
		Math.ceil(one / BATCH) - Math.ceil(other / BATCH) ||
		Number(one % FAILS === 0) - Number(other % FAILS === 0) ||
		one - other,
);

it(`the counts on the canvas grow while ${ROWS} rows are looked up, and each row is output once`, async () => {
	const { page } = editor;
	// The line that leads back to the batches is below the nodes.
	await page.setViewportSize({ width: 1280, height: 1000 });
	const workflow = example('18-thousands-of-rows.json', stage.credential);
	expect(nodeOf(workflow, 'Batches').parameters.batchSize).toBe(BATCH);
	const id = await stage.client.createWorkflow(workflow);
	await editor.openWorkflow(id);
	await page.getByTestId('execute-workflow-button').click();
	const states = await watchCounts();

	expect(states.at(-1)).toBe(STATES.at(-1));
	// A very short state can be missed; the others must be in order.
	expect(states).toEqual(STATES.filter((state) => states.includes(state)));
	expect(states.length).toBeGreaterThan(STATES.length / 2);

	const [listed] = await stage.client.executions(id);
	const execution = await stage.client.ended(listed?.id ?? '', PATIENTLY.timeout);
	expect(execution.status).toBe('success');
	const rows = execution.items('All Rows').map(({ json }) => json);
	expect(rows.map(({ row }) => row)).toEqual(ORDER);
	for (const { row, status, amount, error } of rows) {
		const record = generatedRecord(Number(row));
		expect([row, status, amount, error]).toEqual(
			Number(row) % FAILS === 0
				? [row, undefined, undefined, expect.stringContaining('NOT_EXIST')]
				: [row, record.status, Number(record.amount), undefined],
		);
	}
	expect(stage.simulator.totalRequests).toBe(ROWS);
});

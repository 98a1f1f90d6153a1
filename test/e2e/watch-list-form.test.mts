/** The examples around the watch list: a form adds operations, and a summary goes to a chat. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { example, nodeOf, setChat } from '../../tools/sandbox/examples.mts';
import {
	generatedNumbers,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { openChromium } from './browser.mts';
import type { Chromium } from './browser.mts';
import { openReceiver, TAKEN, textOfPost } from './receiver.mts';
import type { Receiver } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const TABLE = 'coupon_operations';
const BY_ALIPAY = 'auth_no and operation_id';
const BY_MERCHANT = 'out_order_no and out_request_no';

let stage: Stage;
let chat: Receiver;
let chromium: Chromium;
let page: Page;
let form: string;

beforeAll(async () => {
	[stage, chat] = await Promise.all([openStage(), openReceiver()]);
	chromium = await openChromium(stage);
	({ page } = await chromium.visit());
});
afterAll(async () => {
	await chromium?.close();
	await stage?.close();
	await chat?.close();
});

/** The message of the summary. */
async function summary() {
	chat.posts.length = 0;
	const workflow = example('17-daily-summary.json', stage.credential);
	setChat(workflow, `${chat.url}/robot/send`);
	const execution = await stage.client.execute(workflow, 'Every Morning');
	return { ...execution, texts: chat.posts.map(textOfPost) };
}

it('17 creates the table when it is missing, and reports that it is empty', async () => {
	const { status, texts } = await summary();
	expect(status).toBe('success');
	expect(texts).toEqual([
		expect.stringMatching(
			/^Alipay watch list, \d{4}-\d\d-\d\d\nOpen: 0, SUCCESS: 0, CLOSED: 0\nCLOSED since yesterday: none\nWith a problem: none$/,
		),
	]);
});

/** Pastes these lines into the form, and returns the response of the form. */
async function paste(columns: string, ...lines: string[]): Promise<string> {
	await page.goto(form);
	await page.locator('select').selectOption({ label: columns });
	await page.locator('textarea').fill(lines.join('\n'));
	await page.getByRole('button', { name: 'Add' }).click();
	await page.getByText(/\d+ added/).waitFor();
	return await page.locator('body').innerText();
}

const pairs = async () =>
	(await stage.client.rows(TABLE)).map(
		({ auth_no, operation_id, out_order_no, out_request_no }) => [
			...[auth_no, operation_id, out_order_no, out_request_no],
		],
	);

it('16 adds pasted rows of a spreadsheet, each operation once, and reports what it left out', async () => {
	const workflow = example('16-watch-list-form.json', stage.credential);
	await stage.client.publish(await stage.client.createWorkflow(workflow));
	form = `${stage.client.url}/form/${String(nodeOf(workflow, 'Add Operations').webhookId)}`;
	await page.goto(form);
	await page.getByRole('button', { name: 'Allow access' }).click();
	await page.locator('textarea').waitFor();

	const [first, second, third] = [1, 2, 3].map(generatedNumbers);
	const line = (numbers = first, between = '\t') =>
		`${numbers?.auth_no}${between}${numbers?.operation_id}`;
	const said = await paste(
		BY_ALIPAY,
		'auth_no\toperation_id',
		line(first),
		line(second, ', '),
		'',
		line(first),
		'2026090100002001260000000001',
	);
	expect(said).toContain('2 added');
	expect(said).toContain('2 of 3 lines have two numbers. Not added: 2026090100002001260000000001.');
	const added = [first, second].map((one) => [one?.auth_no, one?.operation_id, null, null]);
	expect(await pairs()).toEqual(added);

	expect(await paste(BY_ALIPAY, line(second), line(third))).toContain('1 added');
	expect(await pairs()).toHaveLength(3);
	const { out_order_no, out_request_no } = merchantPair(SAMPLES.closed);
	expect(await paste(BY_MERCHANT, `${out_order_no}\t${out_request_no}`)).toContain('1 added');
	expect((await pairs()).at(-1)).toEqual([null, null, out_order_no, out_request_no]);
	expect(await paste(BY_MERCHANT, 'nothing')).toContain('0 added');
	expect(await pairs()).toHaveLength(4);
});

it('04 looks up the operations that the form has added', async () => {
	const workflow = example('04-data-table-watch-list.json', stage.credential);
	setChat(workflow, `${chat.url}/robot/send`);
	const { status } = await stage.client.execute(workflow, 'Every 5 Minutes');
	expect(status).toBe('success');
	expect((await stage.client.rows(TABLE)).at(-1)).toMatchObject({
		...SAMPLES.closed,
		status: 'CLOSED',
	});
});

it('17 counts the rows, and names closed operations and problems', async () => {
	await stage.client.insertRows(TABLE, [
		{ auth_no: SAMPLES.bare.auth_no, problem: 'Operation ID (operation_id) is not filled in' },
	]);
	const rows = await stage.client.rows(TABLE);
	const count = (...statuses: unknown[]) =>
		rows.filter(({ status }) => statuses.includes(status)).length;
	const closed = rows.filter(({ status }) => status === 'CLOSED');
	expect(closed.length).toBeGreaterThan(0);
	const { texts } = await summary();
	expect(texts).toHaveLength(1);
	expect(texts[0]?.split('\n').slice(1)).toEqual([
		`Open: ${count('INIT', null)}, SUCCESS: ${count('SUCCESS')}, CLOSED: ${closed.length}`,
		`CLOSED since yesterday: ${closed.map((row) => `${String(row.order_title)} ${String(row.operation_id)}`).join('; ')}`,
		`With a problem: ${SAMPLES.bare.auth_no}: Operation ID (operation_id) is not filled in`,
	]);
});

it('17 fails when the chat refuses the summary', async () => {
	chat.reply = () => ({ body: { errcode: 310000, errmsg: 'keywords not in content' } });
	const { status, error } = await summary();
	expect(status).toBe('error');
	expect(error?.message).toBe('The group chat refused the message: keywords not in content');
	chat.reply = () => TAKEN;
});

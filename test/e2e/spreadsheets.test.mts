/**
 * The examples for spreadsheets as they are delivered: a file through n8n's own form, and a Google
 * Sheet.
 */
import { readFileSync } from 'node:fs';
import readXlsx from 'read-excel-file/node';
import writeXlsx from 'write-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import {
	alipayPair,
	generatedNumbers,
	generatedRecord,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { openChromium } from './browser.mts';
import type { Chromium } from './browser.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

type Cell = string | number | null;

const ROWS = 2_000;
const NUMBERS = ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'] as const;
const OWN = ['行号', 'note', ...NUMBERS, 'amount', '日期'];
/** 2026-09-01 as spreadsheets count days. */
const DAY = 46_266;
const ANSWER = [
	'alipay_status',
	'alipay_operation_type',
	'alipay_amount',
	'alipay_total_pay_refund_amount',
	'alipay_gmt_create',
	'alipay_gmt_trans',
	'alipay_order_title',
	'alipay_fault',
];

/** What can be wrong with a row, and the reason that the row gets. */
const FAULTS: ReadonlyArray<readonly [numbers: (row: number) => object, reason: RegExp]> = [
	[(row) => ({ ...byAlipay(row), operation_id: '20260902999999999999' }), /AUTH_ORDER_NOT_EXIST/],
	[(row) => ({ ...byAlipay(row), operation_id: null }), /Operation ID \(operation_id\) is not/],
	[(row) => scenarioByMerchant('SIM-TAMPERED', `ROW-${row}`), /signature .* does not match/],
	[(row) => ({ ...byAlipay(row), auth_no: 2.01e27 }), /lost its last digits/],
	[(row) => ({ ...byAlipay(row), auth_no: '2.01E+27' }), /is in scientific notation/],
];

const byAlipay = (row: number) => alipayPair(generatedNumbers(row));
const byMerchant = (row: number) => merchantPair(generatedNumbers(row));
const faultOf = (row: number) => (row % 10 === 0 ? FAULTS[(row / 10) % FAULTS.length] : undefined);

/** An operator's own columns, and the numbers of either pair. The amount is the expected one. */
function ownCells(row: number): Cell[] {
	const pair = row % 2 ? byMerchant(row) : byAlipay(row);
	const numbers: Record<string, Cell> = { ...(faultOf(row)?.[0](row) ?? pair) };
	return [row, `第${row}行 中秋 🎑`, ...NUMBERS.map((name) => numbers[name] ?? null), row / 8, DAY];
}

/** The expected result of the row, from the simulator's own record. */
function responseCells(row: number): Array<Cell | RegExp> {
	const fault = faultOf(row);
	if (fault) return [...ANSWER.slice(1).map(() => null), fault[1]];
	const record = generatedRecord(row);
	return [
		record.status,
		record.operation_type,
		Number(record.amount),
		Number(record.total_pay_refund_amount),
		record.gmt_create,
		record.gmt_trans ?? null,
		record.order_title,
		null,
	];
}

const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

let stage: Stage;
beforeAll(async () => {
	stage = await openStage({ simulator: { signedAhead: ROWS } });
});
afterAll(async () => await stage?.close());

describe('02-spreadsheet-file.json', () => {
	let chromium: Chromium;
	let id: string;
	let form: URL;

	beforeAll(async () => {
		const workflow = example('02-spreadsheet-file.json', stage.credential);
		id = await stage.client.createWorkflow(workflow);
		await stage.client.publish(id);
		form = new URL(`/form/${nodeOf(workflow, 'Upload').webhookId as string}`, stage.client.url);
		chromium = await openChromium(stage);
		const { page } = await chromium.visit();
		await page.goto(form.href);
		// n8n asks every visitor once for each form.
		await page.getByRole('button', { name: 'Allow access' }).click();
		await page.locator('input[type=file]').waitFor();
		await page.close();
	});
	afterAll(async () => await chromium?.close());

	/** Uploads a file in the form and reads the file that is downloaded. */
	async function lookUp(name: string, content: Buffer): Promise<{ name: string; rows: Cell[][] }> {
		const { page } = await chromium.visit();
		await page.goto(form.href);
		await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer: content });
		const downloading = page.waitForEvent('download', { timeout: 110_000 });
		// The page with the file tells n8n that it is ready.
		const arrived = page.waitForResponse(
			(response) =>
				response.url().includes('/form-waiting/') && response.request().method() === 'POST',
			{ timeout: 110_000 },
		);
		await page.getByRole('button', { name: 'Look up' }).click();
		const download = await downloading;
		await arrived;
		const [sheet] = await readXlsx(readFileSync(await download.path()));
		await page.close();
		return { name: download.suggestedFilename(), rows: sheet?.data as Cell[][] };
	}

	const date = { value: new Date('2026-09-01T00:00:00Z'), type: Date, format: 'yyyy-mm-dd' };
	const xlsx = async (rows: Cell[][]) =>
		await writeXlsx(rows.map((row) => row.map((cell) => (cell === DAY ? date : cell)))).toBuffer();
	const csv = (rows: Cell[][]) =>
		Buffer.from(`\uFEFF${rows.map((row) => row.join(',')).join('\r\n')}\r\n`);

	/** Every cell with its type: 20 to 28 digits are text, amounts are numbers. */
	function expectComplete([head, ...rows]: Cell[][], count: number, own: (row: number) => Cell[]) {
		expect(head).toEqual([...OWN, ...ANSWER]);
		expect(rows).toHaveLength(count);
		for (const [index, cells] of rows.entries()) {
			const row = index + 1;
			const response = responseCells(row).map((cell) =>
				cell instanceof RegExp ? expect.stringMatching(cell) : cell,
			);
			expect(cells, `row ${row}`).toEqual([...own(row), ...response]);
		}
	}

	it(`looks up ${ROWS} rows of an XLSX file in one execution and returns them complete, in order and typed`, async () => {
		const rows = numbersTo(ROWS).map(ownCells);
		const begin = Date.now();
		const result = await lookUp('operations.xlsx', await xlsx([OWN, ...rows]));
		console.log(
			`${ROWS} rows up, through and down in ${((Date.now() - begin) / 1000).toFixed(1)} s`,
		);
		expect(result.name).toBe('operations-alipay.xlsx');
		expectComplete(result.rows, ROWS, ownCells);
		const executions = await stage.client.executions(id);
		expect(executions).toHaveLength(1);
		expect((await stage.client.ended(executions[0]?.id ?? '')).status).toBe('success');
	});

	const lookUpCsv = async () =>
		await lookUp('九月.CSV', csv([OWN, ...numbersTo(20).map(ownCells)]));

	it('does the same with a CSV file', async () => {
		// A CSV file contains only text.
		const asText = (row: number) => ownCells(row).map((cell) => cell && String(cell));
		const { name, rows } = await lookUpCsv();
		expect(name).toBe('九月-alipay.xlsx');
		expectComplete(rows, 20, asText);
	});

	it('accepts its own result again after an operation was closed, and changes only that row', async () => {
		const first = await lookUpCsv();
		const initial = 2;
		expect(generatedRecord(initial).status).toBe('INIT');
		stage.simulator.settle(generatedNumbers(initial), 'CLOSED');
		const again = await lookUp('九月-alipay.xlsx', await xlsx(first.rows));
		expect(again.rows[initial]?.slice(OWN.length, OWN.length + 1)).toEqual(['CLOSED']);
		const others = (rows: Cell[][]) => rows.filter((_, index) => index !== initial);
		expect(others(again.rows)).toEqual(others(first.rows));
	});
});

describe('03-google-sheets.json, its two Google nodes pinned because the test cannot reach Google', () => {
	it('has a row by its number for each row that was read, with the result or the reason', async () => {
		const workflow = example('03-google-sheets.json', stage.credential);
		const read = [
			{ row_number: 2, note: '开学季', ...SAMPLES.closed, alipay_status: 'INIT' },
			// An unformatted read of digits that Google rounded.
			{
				row_number: 3,
				auth_no: Number('2.02609010000200126e27'),
				operation_id: '20260901355864862003',
			},
			{ row_number: 5, auth_no: '', operation_id: '', ...byMerchant(1) },
			{
				row_number: 6,
				...byAlipay(3),
				operation_id: '',
				alipay_status: 'CLOSED',
				alipay_amount: 5,
			},
		];
		const pinData = {
			'Rows of the Sheet': read.map((json) => ({ json })),
			'Write Back': [{ json: {} }],
		};
		const { status, items } = await stage.client.execute({ ...workflow, pinData }, 'Every Hour');
		expect(status).toBe('success');
		const blank = Object.fromEntries(ANSWER.map((column) => [column, '']));
		// Empty texts, because Google does not change a cell when it gets no value.
		const failed = (row_number: number, reason: RegExp) => ({
			...blank,
			row_number,
			alipay_fault: expect.stringMatching(reason),
		});
		const { status: initial, ...record } = generatedRecord(1);
		expect(items('All Rows').map(({ json }) => json)).toEqual([
			{
				row_number: 2,
				alipay_status: 'CLOSED',
				alipay_operation_type: 'PAY',
				alipay_amount: 66,
				alipay_total_pay_refund_amount: 0,
				alipay_gmt_create: '2026-09-01 08:21:39',
				alipay_gmt_trans: '2026-09-01 08:22:40',
				alipay_order_title: '开学季红包',
				alipay_fault: '',
			},
			{
				row_number: 5,
				alipay_status: initial,
				alipay_operation_type: record.operation_type,
				alipay_amount: Number(record.amount),
				alipay_total_pay_refund_amount: 0,
				alipay_gmt_create: record.gmt_create,
				alipay_gmt_trans: '',
				alipay_order_title: record.order_title,
				alipay_fault: '',
			},
			failed(3, /lost its last digits/),
			failed(6, /Operation ID/),
		]);
	});

	it('reads digits unformatted, writes by row number, and lets Google convert nothing', () => {
		const workflow = example('03-google-sheets.json', stage.credential);
		const [read, write] = ['Rows of the Sheet', 'Write Back'].map(
			(name) => nodeOf(workflow, name).parameters,
		);
		expect(read).toMatchObject({
			options: { outputFormatting: { values: { general: 'UNFORMATTED_VALUE' } } },
		});
		expect(write).toMatchObject({
			columns: { mappingMode: 'autoMapInputData', matchingColumns: ['row_number'] },
			options: { cellFormat: 'RAW', handlingExtraData: 'insertInNewColumn' },
		});
		expect(write?.documentId).toEqual(read?.documentId);
		expect(write?.sheetName).toEqual(read?.sheetName);
	});
});

/** The example that adds up fen per day, over ten thousand operations. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { example, nodeOf, setChat } from '../../tools/sandbox/examples.mts';
import {
	alipayPair,
	generatedNumbers,
	generatedRecord,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { CouponOperation } from '../../tools/simulator/fixtures/couponOperation.mts';
import { openReceiver, textOfPost } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const FILE = '05-reconciliation.json';
const COUNT = 10_000;
/** Includes every kind of operation, and 79 days. */
const STEP = 97;
const PATIENCE_MS = 240_000;

const KINDS = ['paid', 'refunded', 'closed', 'refund_closed', 'open'] as const;
type Kind = (typeof KINDS)[number];
type Sums = Record<Kind, { fen: bigint; count: number }>;

const FAILED = [
	{ auth_no: '2026090200002001000000000001' },
	{ auth_no: '2026090200002001000000000002', operation_id: '20260902999999999999' },
	{ out_order_no: 'M-of-a-forgery', out_request_no: 'SIM-TAMPERED' },
	{ auth_no: 2.01e27, operation_id: '2026090213000000000004' },
	{},
];

let stage: Stage;
beforeAll(async () => {
	stage = await openStage();
});
afterAll(async () => await stage?.close());

/** Executes the example over these rows and returns the lines of its result by their first column. */
async function reconcile(rows: object[], further: object = {}) {
	const workflow = example(FILE, stage.credential);
	const pinData = { Operations: rows.map((json) => ({ json })), ...further };
	const id = await stage.client.createWorkflow({ ...workflow, pinData });
	const execution = await stage.client.ended(await stage.client.begin(id, 'Try It'), PATIENCE_MS);
	expect(execution.status).toBe('success');
	const lines = execution.items('Result').map(({ json }) => json);
	return { lines, line: (day: string) => lines.find((line) => line.day === day) };
}

const KIND_OF: Record<string, Kind> = {
	'PAY SUCCESS': 'paid',
	'REFUND SUCCESS': 'refunded',
	'PAY CLOSED': 'closed',
	'REFUND CLOSED': 'refund_closed',
	'PAY INIT': 'open',
};

const nothing = () =>
	Object.fromEntries(KINDS.map((kind) => [kind, { fen: 0n, count: 0 }])) as Sums;

/** The sums straight from the simulator's records, from the digits of their amounts. */
function sumsOf(records: CouponOperation[]): Map<string, Sums> {
	const days = new Map<string, Sums>([['total', nothing()]]);
	for (const { amount, operation_type, status, gmt_trans } of records) {
		const kind = KIND_OF[`${operation_type} ${status}`] as Kind;
		const day = gmt_trans?.slice(0, '2026-09-01'.length) ?? 'not final yet';
		if (!days.has(day)) days.set(day, nothing());
		for (const line of [day, 'total']) {
			const sum = days.get(line)?.[kind] as Sums[Kind];
			sum.fen += BigInt(amount.replace('.', ''));
			sum.count++;
		}
	}
	return days;
}

it(`adds up ${COUNT} operations to the fen, day by day and in total, and shows the failed rows`, async () => {
	const numbers = Array.from({ length: COUNT }, (_, index) => 1 + index * STEP);
	const rows = numbers.map((number) => {
		const operation = generatedNumbers(number);
		return number % 2 ? alipayPair(operation) : merchantPair(operation);
	});
	// The list names these two a second time, by their other numbers.
	const repeated = [merchantPair(generatedNumbers(1)), alipayPair(generatedNumbers(1 + STEP))];
	const begin = Date.now();
	const { lines, line } = await reconcile([...FAILED, ...rows, ...repeated]);
	console.log(`${lines.length} lines in ${((Date.now() - begin) / 1000).toFixed(1)} s`);

	const expected = sumsOf(numbers.map((number) => generatedRecord(number)));
	const dates = [...expected.keys()].filter((day) => day.startsWith('2026')).sort();
	expect(dates.length).toBeGreaterThan(70);
	expect(lines.map(({ day }) => day)).toEqual(['total', ...dates, 'failed', 'not final yet']);
	for (const [day, sums] of expected) {
		const found = line(day) ?? {};
		for (const kind of KINDS) {
			// BigInt accepts whole numbers only.
			expect(BigInt(found[`${kind}_fen`] as number), `${kind} of ${day}`).toBe(sums[kind].fen);
			expect(found[`${kind}_count`], `${kind} of ${day}`).toBe(sums[kind].count);
		}
	}
	expect(KINDS.filter((kind) => expected.get('total')?.[kind].fen === 0n)).toEqual([]);

	expect(line('failed')).toMatchObject({ failed_count: FAILED.length, rows: FAILED.length });
	const faults = String(line('failed')?.faults).split('\n');
	expect(faults).toEqual([
		expect.stringMatching(/^2026090200002001000000000001: .*Operation ID/),
		expect.stringMatching(/^2026090200002001000000000002 \/ 20260902999999999999: Not found/),
		expect.stringMatching(/^M-of-a-forgery \/ SIM-TAMPERED: The signature/),
		expect.stringMatching(/^2\.01e\+27 \/ 2026090213000000000004: .*has lost its last digits/),
		expect.stringMatching(/^row 5: The input item does not have a column/),
	]);
	expect(line('total')).toMatchObject({
		failed_count: FAILED.length,
		faults: line('failed')?.faults,
		rows: COUNT + FAILED.length,
		repeated_rows: repeated.length,
		rows_read: COUNT + FAILED.length + repeated.length,
		complete: true,
	});
}, 300_000);

it('counts an operation under its day in Beijing, in any time zone of the workflow', async () => {
	const workflow = example(FILE, stage.credential);
	// The same day in Los Angeles.
	const numbers = [8219, 8220];
	expect(numbers.map((number) => generatedRecord(number).gmt_trans)).toEqual([
		'2026-09-02 23:59:54',
		'2026-09-03 00:00:01',
	]);
	const settings = { ...workflow.settings, timezone: 'America/Los_Angeles' };
	const pinData = { Operations: numbers.map((number) => ({ json: generatedNumbers(number) })) };
	const { items } = await stage.client.execute({ ...workflow, settings, pinData }, 'Try It');
	expect(items('Result').map(({ json }) => json.day)).toEqual([
		'total',
		'2026-09-02',
		'2026-09-03',
	]);
});

it('reports that it is not complete when a row is missing from both outputs', async () => {
	const rows = [1, 2, 3].map(generatedNumbers);
	const { line } = await reconcile(rows, {
		Alipay: rows.slice(1).map((numbers) => ({
			json: { ...numbers, operation_type: 'PAY', status: 'INIT', amount: 1, gmt_trans: null },
		})),
	});
	expect(line('total')).toMatchObject({ rows: 2, rows_read: 3, complete: false });
});

it('counts an amount that is not a whole number of fen as a failed row', async () => {
	const { out_order_no, ...numbers } = generatedNumbers(1);
	const response = { ...numbers, operation_type: 'PAY', status: 'SUCCESS', amount: '12.345' };
	const { line } = await reconcile([{ out_order_no }], { Alipay: [{ json: response }] });
	expect(line('total')).toMatchObject({
		paid_fen: 0,
		paid_count: 0,
		failed_count: 1,
		complete: true,
	});
	expect(line('failed')?.faults).toMatch(/returned the amount 12\.345$/);
});

it('adds up the rows in the example', async () => {
	const workflow = example(FILE, stage.credential);
	const { items } = await stage.client.execute(workflow, 'Try It');
	const [total] = items('Result');
	expect(Object.keys(total?.json ?? {}).slice(0, 2)).toEqual(['complete', 'day']);
	expect(items('Total Line')).toMatchObject([{ json: total?.json }]);
	expect(total?.json).toMatchObject({
		day: 'total',
		refunded_fen: 888 + 20_000 + 10_005,
		closed_fen: 6_600,
		repeated_rows: 1,
		failed_count: 2,
		complete: true,
	});
});

it('reads the watch list every morning, and posts the total when the chat is turned on', async () => {
	await stage.client.createTable('coupon_operations', {
		...{ auth_no: 'string', operation_id: 'string', out_order_no: 'string' },
		...{ out_request_no: 'string', status: 'string' },
	});
	await stage.client.insertRows('coupon_operations', [
		alipayPair(SAMPLES.closed),
		merchantPair(SAMPLES.rich),
		{ auth_no: SAMPLES.bare.auth_no },
	]);
	const chat = await openReceiver();
	const workflow = example(FILE, stage.credential);
	delete workflow.pinData;
	setChat(workflow, chat.url);
	nodeOf(workflow, 'Group Chat').disabled = false;
	const { status } = await stage.client.execute(workflow, 'Every Morning');
	const texts = chat.posts.map(textOfPost);
	await chat.close();
	expect(status).toBe('success');
	expect(texts).toEqual([
		'Alipay reconciliation: complete, 3 rows, 1 failed\nPaid: 88.88 yuan (1)\nRefunded: 0.00 yuan (0)\nClosed: 66.00 yuan (1)',
	]);
});

/**
 * The examples for payments, refunds and deposits, as they are delivered; the test checks their
 * output row by row.
 */
import readXlsx from 'read-excel-file/node';
import type { IBinaryData } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, WorkflowJson } from '../../tools/sandbox/client.mts';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import { openReceiver, textOfPost } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

let stage: Stage;
beforeAll(async () => {
	stage = await openStage();
});
afterAll(async () => await stage?.close());

const jsonOf = ({ items }: Execution, node: string, output?: number) =>
	items(node, output).map(({ json }) => json);

/** The rows in the example. */
const rowsOf = ({ pinData }: WorkflowJson, node: string) =>
	(pinData?.[node] as Array<{ json: Record<string, string> }>).map(({ json }) => json);

/** The last number of each request: that of the refund. */
const requestsSince = (since: number) =>
	stage.simulator.requests.slice(since).map(({ numbers }) => numbers.split('/').at(-1));

describe('08-payments-to-sheet.json', () => {
	const HEAD = [
		...['order', 'trade_status', 'total_amount', 'receipt_amount', 'buyer_pay_amount', 'subject'],
		...['send_pay_date', 'trade_no', 'out_trade_no', 'result', 'reason'],
	];

	it('creates a file with a row for each payment, in order, with Alipay’s data', async () => {
		const workflow = example('08-payments-to-sheet.json', stage.credential);
		const execution = await stage.client.execute(workflow, 'Payments');
		expect(execution.status).toBe('success');
		const [file] = execution.items('XLSX File');
		const data = file?.binary?.data as IBinaryData;
		expect(data.fileName).toBe('payments.xlsx');
		const [sheet] = await readXlsx(await stage.client.download(data));
		const [head, ...rows] = sheet?.data ?? [];
		expect(head).toEqual(HEAD);
		const cells = rows.map((row) => Object.fromEntries(HEAD.map((name, at) => [name, row[at]])));
		const told = (status: string, amount: number, result: RegExp) => ({
			trade_status: status,
			total_amount: amount,
			result: expect.stringMatching(result),
			reason: null,
		});
		// With a refusal there are no amounts, not even zeros.
		const failed = (reason: RegExp) => ({
			...{ trade_status: null, total_amount: null, receipt_amount: null, buyer_pay_amount: null },
			result: 'unknown: see reason',
			reason: expect.stringMatching(reason),
		});
		expect(cells).toMatchObject([
			{ ...told('TRADE_SUCCESS', 8888.88, /^paid$/), send_pay_date: '2026-09-01 08:30:00' },
			{ ...told('WAIT_BUYER_PAY', 20, /^not paid yet$/), receipt_amount: 0, send_pay_date: null },
			told('TRADE_FINISHED', 100, /^paid, refunds no longer possible$/),
			told('TRADE_CLOSED', 66, /^closed/),
			told('TRADE_CLOSED', 30, /^closed/),
			failed(/^Not found: .*TRADE_NOT_EXIST/),
			failed(/^No number is filled in/),
			failed(/scientific notation/),
			failed(/signature .* does not match/),
		]);
		// For a found payment both numbers are filled in. They are text, all digits there.
		expect(cells[0]).toMatchObject({ trade_no: '2026090122001400000000000001' });
		expect(cells[2]).toMatchObject({ out_trade_no: 'T20260901003' });
		expect(cells.map(({ order }) => order)).toEqual(
			rowsOf(workflow, 'Payments').map(({ order }) => order),
		);
	});
});

describe('09-refunds-that-failed.json', () => {
	const FILE = '09-refunds-that-failed.json';

	it('separates done, failed and unknown refunds, and repeats lookups without an outcome', async () => {
		const workflow = example(FILE, stage.credential);
		const since = stage.simulator.requests.length;
		const execution = await stage.client.execute(workflow, 'Refunds');
		expect(execution.status).toBe('success');
		const verdicts = (node: string) =>
			Object.fromEntries(jsonOf(execution, node).map(({ order, verdict }) => [order, verdict]));
		expect(verdicts('Done')).toEqual({
			'Gift box': 'DONE',
			'Ticket, refund sent without a number': 'DONE',
			'Just sent, done after 5 seconds': 'DONE',
		});
		expect(verdicts('Failed')).toEqual({
			'Dinner, the bank refused': 'BANK REFUSED',
			'Stationery, never refunded': 'NOT FOUND',
		});
		expect(verdicts('Unknown')).toEqual({
			'Flowers, no status': 'UNKNOWN',
			'Changed on its way': 'UNKNOWN',
		});
		const requested = requestsSince(since);
		const twice = requested.filter((number, at) => requested.indexOf(number) !== at);
		expect(twice.sort()).toEqual([
			'RF20260902005',
			'RF20260902999',
			'SIM-SUCCESS-AFTER-5',
			'SIM-TAMPERED',
		]);
		// The group chat is turned off: nothing is posted, and nothing fails.
		expect(execution.items('Group Chat')).toHaveLength(2);
	});

	it('reports what is known, and never reports a refund without a status as failed', async () => {
		const workflow = example(FILE, stage.credential);
		const chat = await openReceiver();
		const group = nodeOf(workflow, 'Group Chat');
		group.disabled = false;
		group.parameters.url = chat.url;
		group.parameters.options = {};
		nodeOf(workflow, '10 Seconds').parameters.amount = 1;
		const [, , , noStatus, bank, never] = rowsOf(workflow, 'Refunds');
		const rows = [noStatus, bank, never].map((json) => ({ json }));
		const execution = await stage.client.execute(
			{ ...workflow, pinData: { Refunds: rows } },
			'Refunds',
		);
		expect(execution.status).toBe('success');
		const texts = chat.posts.map(textOfPost).sort();
		await chat.close();
		expect(texts).toEqual([
			'Refund RF20260902005 of payment T20260901008: UNKNOWN. Alipay has the refund but does not say whether it succeeded. It may be done. Look it up again later.',
			'Refund RF20260902009 of payment T20260901011: BANK REFUSED. The bank did not accept the refund. Alipay puts the money into the balance of the buyer.',
			'Refund RF20260902999 of payment T20260901004: NOT FOUND. Alipay does not have this refund. It was never made, or a number is wrong.',
		]);
	});
});

describe('11-deposits.json', () => {
	/** A number of days from now in Beijing, on any date. */
	const day = (days: number) =>
		new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

	it('reports deposits that still freeze money although their day has come, with the amount', async () => {
		const workflow = example('11-deposits.json', stage.credential);
		const [phone, powerBank, umbrella, tent, car, unknown] = rowsOf(workflow, 'Deposits');
		const rows = [
			{ ...phone, due: day(0) },
			{ ...powerBank, due: day(-1) },
			{ ...umbrella, due: day(-1) },
			{ ...tent, due: day(1) },
			{ ...tent, customer: 'Tent, no day', due: '' },
			{ ...car, due: day(-2) },
			unknown,
		];
		const pinData = { Deposits: rows.map((json) => ({ json })) };
		const execution = await stage.client.execute({ ...workflow, pinData }, 'Deposits');
		expect(execution.status).toBe('success');
		const customers = (node: string) => jsonOf(execution, node).map(({ customer }) => customer);
		expect(customers('Due')).toEqual(['Tent, no day', 'Phone rental']);
		expect(customers('Not Due Yet')).toEqual(['Tent']);
		expect(customers('Nothing Frozen')).toEqual([
			'Power bank',
			'Umbrella, not confirmed',
			'Car, paid',
		]);
		expect(jsonOf(execution, 'Failed rows')).toMatchObject([
			{ customer: 'Unknown', error: expect.stringMatching(/^Not found/) },
		]);
		// 500.00 − 88.88 − 100.00 and 150.00 yuan.
		expect(jsonOf(execution, 'Total Due')).toMatchObject([{ sum_rest_amount: 31_112 + 15_000 }]);
	});

	it('runs as it is delivered', async () => {
		const workflow = example('11-deposits.json', stage.credential);
		const execution = await stage.client.execute(workflow, 'Deposits');
		expect(execution.status).toBe('success');
		const out = ['Due', 'Not Due Yet', 'Nothing Frozen', 'Failed rows'];
		const count = out.reduce((sum, node) => sum + execution.items(node).length, 0);
		expect(count).toBe(rowsOf(workflow, 'Deposits').length);
	});
});

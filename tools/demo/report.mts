/** Formats the items of the workflow for the terminal. */
import Table from 'cli-table3';
import type { INodeExecutionData } from 'n8n-workflow';

type Item = INodeExecutionData;

/** The row number as a spreadsheet shows it: the header is row 1. */
const rowOf = ({ pairedItem }: Item) => {
	const [paired] = [pairedItem].flat();
	return (typeof paired === 'object' ? paired.item : Number(paired)) + 2;
};

const text = (value: unknown) => (typeof value === 'string' ? value : '–');

const yuan = (value: unknown) => (typeof value === 'number' ? `¥${value.toFixed(2)}` : '–');

/** `2026-09-01T08:01:01.000+08:00` as `2026-09-01 08:01`. */
const time = (value: unknown) =>
	typeof value === 'string' ? value.slice(0, 16).replace('T', ' ') : '–';

export function responseTable(items: readonly Item[]): string {
	const table = new Table({
		head: ['Row', 'Note', 'Type', 'Status', 'Amount', 'Title', 'Done'],
		colAligns: ['right', 'left', 'left', 'left', 'right', 'left', 'left'],
		style: { head: [], border: [], compact: true },
	});
	for (const item of items) {
		const { json } = item;
		table.push(
			[
				rowOf(item),
				json.note,
				json.operation_type,
				json.status,
				yuan(json.amount),
				json.order_title,
				time(json.gmt_trans),
			].map(String),
		);
	}
	return table.toString();
}

export function alertLines(items: readonly Item[]): string {
	return items
		.filter(({ json }) => json.status === 'CLOSED')
		.map((item) => {
			const { auth_no, operation_id, amount, order_title, gmt_trans } = item.json;
			return `  ! row ${rowOf(item)}: ${yuan(amount)} "${text(order_title)}" was closed at ${time(gmt_trans)} (${text(auth_no)} / ${text(operation_id)})`;
		})
		.join('\n');
}

export function failedRowLines(items: readonly Item[]): string {
	return items
		.map((item) => {
			const details = item.json.details as { solution: string };
			return `  ✗ row ${rowOf(item)}: ${text(item.json.error)}\n    → ${details.solution}`;
		})
		.join('\n');
}

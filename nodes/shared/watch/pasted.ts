/**
 * Reads a Watch List that was copied from a spreadsheet, a CSV file or a chat: rows of cells, with or without a
 * header line. The method defines the possible columns.
 */
import { localFault, success, type Outcome } from '../../../alipay/errors/fault';
import { alternativesOf, type Method, type Parameter } from '../../../alipay/methods/method';
import { trimmed } from '../../../alipay/numbers/characters';
import { looksLikeNumber } from '../../../alipay/numbers/read';
import { isEmptyCell, readLines, type Line } from '../csvText';
import { pairsInWords } from '../form/method';
import { lettersOf, readRow } from '../row';

export interface PastedRow {
	line: number;
	/** Its cells by column name. */
	row: Record<string, string>;
	/** Why it cannot be read at all. */
	problem: string | null;
}

/** Whether JSON begins here, after invisible characters or a code fence. */
export const isJson = (text: string): boolean => /^[\s\p{Cf}]*(?:```\w*\s*)?[[{［｛]/u.test(text);

const refuse = (message: string, solution: string) =>
	localFault('invalid-settings', message, solution);

const PASTE_ROWS = 'Paste the rows with their numbers. For an empty list, write [].';

export function readPasted(method: Method, text: string): Outcome<PastedRow[]> {
	const lines = readLines(text);
	const [head, ...rows] = lines;
	if (!head) return refuse('The Watch List contains no rows', PASTE_ROWS);
	const columns = withLabels(
		method,
		head.cells.map((cell) => columnOf(method, cell)),
	);
	const named = namesIn(method, columns);
	if (named.length === 0) return readWithoutHead(method, lines);
	const absent = absentBeside(method, named);
	if (absent.length > 0) {
		return refuse(
			`Watch List, line ${head.line}: ${named.join(' and ')} cannot be used without ${absent.join(' and ')}`,
			`Use these column names: ${pairsInWords(method)}.`,
		);
	}
	if (rows.length === 0) {
		return refuse('The Watch List contains the names of its columns but no rows', PASTE_ROWS);
	}
	const unique = withCounts(columns);
	return success(rows.map((line) => rowOf(line, unique, 'the first line has')));
}

/** Alipay's name for an English or Chinese column name; any other name stays as it is. */
function columnOf(method: Method, cell: string): string {
	for (const name of [cell, ...cell.split(/[()（）]/)]) {
		const [known] = namesIn(method, [name]);
		if (known !== undefined) return known;
		const letters = headingOf(name);
		const found = method.parameters.find(({ headings = [] }) => headings.includes(letters));
		if (found) return found.name;
	}
	return trimmed(cell);
}

/** Labels of the form are names here too, unless another column has Alipay's name: shops have their own `Order ID`. */
const withLabels = ({ parameters }: Method, columns: readonly string[]): string[] =>
	columns.map((column) => {
		const letters = lettersOf(column);
		const found = parameters.find(({ label }) => lettersOf(label) === letters);
		return found && !columns.includes(found.name) ? found.name : column;
	});

/** `商户的 订单号` is `商户订单号`. */
const headingOf = (name: string) => lettersOf(name).replaceAll('的', '');

const namesIn = (method: Method, columns: readonly string[]): string[] =>
	Object.keys(readRow(method, Object.fromEntries(columns.map((name) => [name, '']))).entered);

/** The missing names of the alternative that is closest to complete. */
function absentBeside(method: Method, named: readonly string[]): string[] {
	const [fewest = []] = alternativesOf(method, 'auto')
		.filter((names) => names.some((name) => named.includes(name)))
		.map((names) => names.filter((name) => !named.includes(name)))
		.sort((a, b) => a.length - b.length);
	return fewest;
}

/** Numbers repeated column names as spreadsheet readers do, so that contradictions between them are found. */
function withCounts(columns: readonly string[]): string[] {
	const seen = new Map<string, number>();
	return columns.map((name) => {
		const count = seen.get(name) ?? 0;
		seen.set(name, count + 1);
		return count === 0 ? name : `${name}_${count}`;
	});
}

function rowOf({ line, cells }: Line, columns: readonly string[], where: string): PastedRow {
	const count = countOf(cells);
	return {
		line,
		row: Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ''])),
		problem:
			count > columns.length ? `it has ${count} cells, but ${where} ${columns.length}` : null,
	};
}

/** Reads each line by its own form, and a line with an unknown form by the most common one. */
function readWithoutHead(method: Method, lines: readonly Line[]): Outcome<PastedRow[]> {
	const forms = formsOf(method);
	const found = lines.map(({ cells }) => forms.find((form) => fits(form, cells)));
	const usual = forms
		.map((form) => ({ form, count: found.filter((one) => one === form).length }))
		.reduce((most, one) => (one.count > most.count ? one : most), { form: [], count: 0 });
	const known = found.filter((form) => form !== undefined).length;
	const [first] = lines;
	const isHead = first !== undefined && !first.cells.some((cell) => /\d{4}/.test(cell));
	if (known * 2 <= lines.length || isHead) {
		return refuse(
			'The first line of the Watch List does not name its columns',
			`Add a first line with the column names: ${pairsInWords(method)}. Separate the names in the same way as the cells: with tabs, commas or semicolons.`,
		);
	}
	return success(
		lines.map((line, index) => {
			const form = found[index] ?? usual.form;
			const columns = form.map(({ name }) => name);
			return rowOf(line, columns, 'the others have');
		}),
	);
}

/** Possible columns of a line: Alipay's numbers, recognized by their count, or the whole form. */
function formsOf({ parameters, identifiedBy }: Method): Array<readonly Parameter[]> {
	const { anyOf } = identifiedBy.alipay;
	const ofAlipay = anyOf
		.filter(({ length }) => anyOf.filter((names) => names.length === length).length === 1)
		.map((names) => names.flatMap((name) => parameters.filter((one) => one.name === name)));
	return [...ofAlipay, parameters];
}

/** Alipay's numbers are recognized by their digits. In the whole form, a number may be empty, but all cells must exist. */
function fits(form: readonly Parameter[], cells: readonly string[]): boolean {
	const isWhole = form.some(({ rule }) => rule !== 'alipay');
	if ((isWhole ? cells.length : countOf(cells)) !== form.length) return false;
	return form.every((parameter, index) => {
		const cell = cells[index] ?? '';
		if (parameter.rule !== 'alipay') return true;
		return looksLikeNumber(parameter, cell) || (isWhole && isEmptyCell(cell));
	});
}

/** Without empty cells at the end. */
const countOf = (cells: readonly string[]): number =>
	cells.reduce((count, cell, index) => (isEmptyCell(cell) ? count : index + 1), 0);

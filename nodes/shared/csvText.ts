/** Reads rows of cells as spreadsheets copy them (with tabs) and as CSV files have them. */

export interface Line {
	/** Where the row begins in the text, from 1. */
	line: number;
	/** As they are written, without quotation marks around them. */
	cells: string[];
}

/** The most reliable first: a comma may be part of an amount or a title, a tab is not. */
const SEPARATORS: readonly string[] = ['\t', ';；', ',，'];

const BREAK = /\r\n|\r|\n/g;
const BREAK_OR_END = /\r\n|\r|\n|$/y;
const BLANK = '[^\\S\\r\\n\\t]*';

/** Around a list that was copied out of a chat. */
const FENCE = /^\s*```\w*\s*$/;

export const isEmptyCell = (cell: string): boolean => /^[\s\p{Cf}]*$/u.test(cell);

/** The rows that are not empty. An open quotation mark is part of its cell, so any text can be read. */
export function readLines(text: string): Line[] {
	const separators = separatorsOf(text);
	const quoted = new RegExp(
		`${BLANK}"([^"]*(?:""[^"]*)*)"${BLANK}(?=[${separators}\\r\\n]|$)`,
		'y',
	);
	const plain = new RegExp(`[^${separators}\\r\\n]*`, 'y');
	const rows: Line[] = [];
	let at = text.startsWith('\ufeff') ? 1 : 0;
	const take = (pattern: RegExp) => {
		pattern.lastIndex = at;
		const found = pattern.exec(text);
		at += found?.[0].length ?? 0;
		return found;
	};
	const cell = () => take(quoted)?.[1]?.replaceAll('""', '"') ?? take(plain)?.[0] ?? '';
	for (let line = 1; at < text.length; ) {
		const start = at;
		const cells = [cell()];
		while (!take(BREAK_OR_END)) {
			at++;
			cells.push(cell());
		}
		const row = text.slice(start, at);
		if (!cells.every(isEmptyCell) && !FENCE.test(row)) rows.push({ line, cells });
		line += row.match(BREAK)?.length ?? 0;
	}
	return rows;
}

/** The separators of the first row with one. */
function separatorsOf(text: string): string {
	const unquoted = text.replace(/"(?:[^"\r\n]|"")*"/g, '');
	const [row = ''] = new RegExp(`^.*?[${SEPARATORS.join('')}].*$`, 'm').exec(unquoted) ?? [];
	return SEPARATORS.find((chars) => [...chars].some((char) => row.includes(char))) ?? '\t';
}

/** Reads records from a table in a text. */

/** Reads the column names from the first line, then one record from each line. */
export function readTable<Column extends string>(text: string): Array<Record<Column, string>> {
	const [names = [], ...rows] = text
		.trim()
		.split('\n')
		.map((line) => line.split(' | ').map((cell) => cell.trim()));
	return rows.map(
		(cells) =>
			Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ''])) as Record<
				Column,
				string
			>,
	);
}

interface StatusCell {
	status: string;
	/** The next status, which it gets by itself. */
	next?: { status: string; afterSeconds: number };
}

/** Reads a cell such as `INIT`, or `INIT, SUCCESS@5`, which becomes SUCCESS 5 seconds after the start. */
export function readStatus(cell: string): StatusCell {
	const [status = '', change] = cell.split(', ');
	const [next = '', seconds] = change?.split('@') ?? [];
	return seconds === undefined
		? { status }
		: { status, next: { status: next, afterSeconds: Number(seconds) } };
}

/** The status changes of `records` by themselves. The records come from `rows`. */
export const settlingOf = <R,>(records: readonly R[], rows: ReadonlyArray<{ status: string }>) =>
	records.flatMap((record, index) => {
		const { next } = readStatus(rows[index]?.status ?? '');
		return next ? [{ record, ...next }] : [];
	});

/** The records to show at the start: those whose row has a label in `sample`. */
export const samplesOf = <R,>(records: readonly R[], rows: ReadonlyArray<{ sample: string }>) =>
	records.flatMap((record, index) => {
		const label = rows[index]?.sample;
		return label ? [{ label, record }] : [];
	});

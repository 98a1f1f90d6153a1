/** Reads a table that a fixture has as text: the names of the columns, then a record on each line. */
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

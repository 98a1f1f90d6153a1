/** The tables of the pages in Chinese, as the checks of the tables in English read them. */
import type { Cell, Page, Row, Table } from './pages.mts';

/** The heads of the tables that are held to the code: by their first Chinese column, and another one. */
const HEADS: ReadonlyArray<{ chinese: readonly [string, string]; english: readonly string[] }> = [
	{ chinese: ['选项', '默认'], english: ['Option', 'Default'] },
	{ chinese: ['参数', '默认'], english: ['Parameter'] },
	{ chinese: ['字段', '填什么'], english: ['Field', 'What to fill in'] },
	{ chinese: ['字段', '类型'], english: ['Field', 'Type'] },
	{ chinese: ['现象', '怎么办'], english: ['What you see'] },
	{ chinese: ['界面显示', '怎么办'], english: ['What you see'] },
];

/** How defaults are written, and what stands between names and around remarks. */
const WORDS: ReadonlyArray<[chinese: RegExp, english: string]> = [
	[/^空$/, ''],
	[/^开(?=$|（)/, 'on'],
	[/^关(?=$|（)/, 'off'],
	[/、/g, ', '],
	[/（/g, ' ('],
	[/）/g, ')'],
];

function cellInEnglish({ text, spans }: Cell): Cell {
	return { text: WORDS.reduce((words, [from, to]) => words.replace(from, to), text), spans };
}

const rowInEnglish = ({ line, cells }: Row): Row => ({ line, cells: cells.map(cellInEnglish) });

function tableInEnglish(table: Table): Table {
	const heads = table.head.cells.map(({ text }) => text);
	const head = HEADS.find(
		({ chinese: [first, other] }) => heads[0] === first && heads.includes(other),
	);
	if (!head) return table;
	const cells = head.english.map((text) => ({ text, spans: [] }));
	return { ...table, head: { ...table.head, cells }, rows: table.rows.map(rowInEnglish) };
}

export const inEnglish = (page: Page): Page => ({
	...page,
	tables: page.tables.map(tableInEnglish),
});

/** Whether the tables and items of a page say what the code has. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { jsonOf } from './blocks.mts';
import { finding } from './pages.mts';
import type { Page, Row, Table } from './pages.mts';
import { CREDENTIAL_FIELDS, descriptionOf } from './workflows.mts';

/** A kind of table, told by its head, and what it has to name. */
export interface Kind {
	name: string;
	matches: (table: Table) => boolean;
	check: (table: Table, page: Page) => Array<{ line: number; fault: string }>;
}

const headOf = ({ head }: Table) => head.cells.map(({ text }) => text);
const isOfTrigger = ({ sections }: Table) => sections.some((title) => /\btrigger\b/i.test(title));

/** "A, B, C" names three. */
const namesOf = (text = '') => text.split(/, +/).filter(Boolean);

const propertiesOf = (name: string) => descriptionOf(name)?.properties ?? [];
const optionsOf = (node: string) =>
	(propertiesOf(node).find(({ name }) => name === 'options')?.options ?? []) as INodeProperties[];

/** The names of a table's first column against those of the code. */
function nameFaults(
	{ head, rows }: Table,
	wanted: ReadonlySet<string>,
	read: (row: Row) => string[] = ({ cells }) => namesOf(cells[0]?.text),
) {
	const named = rows.flatMap((row) => read(row).map((name) => ({ name, line: row.line })));
	const unknown = named
		.filter(({ name }) => !wanted.has(name))
		.map(({ name, line }) => ({ line, fault: `the code has no "${name}"` }));
	const missing = [...wanted]
		.filter((name) => !named.some((one) => one.name === name))
		.map((name) => ({ line: head.line, fault: `the table has no row for "${name}"` }));
	return [...unknown, ...missing];
}

const displayNames = (properties: readonly INodeProperties[]) =>
	new Set(properties.filter(({ type }) => type !== 'hidden').map(({ displayName }) => displayName));

/** How a page writes what an option is when nobody sets it. */
export function defaultText({ type, default: value, options = [] }: INodeProperties): string {
	if (type === 'options') {
		return options.find((choice) => (choice as INodePropertyOptions).value === value)?.name ?? '';
	}
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	// A collection to which nothing was added.
	return typeof value === 'object' ? 'off' : String(value);
}

function defaultFaults({ rows }: Table, options: readonly INodeProperties[]) {
	return rows.flatMap(({ line, cells: [name, told] }) => {
		const option = options.find(({ displayName }) => displayName === name?.text);
		if (!option || !told) return [];
		const text = defaultText(option);
		// Words may follow in brackets: "0 (no limit)".
		const isTold = told.text === text || (text !== '' && told.text.startsWith(`${text} (`));
		return isTold ? [] : [{ line, fault: `the default of "${name?.text}" is "${text}"` }];
	});
}

/** "(default)" stands behind the choice that is. */
function choiceFaults(table: Table, { default: value, options = [] }: INodeProperties) {
	const usual = options.find((choice) => (choice as INodePropertyOptions).value === value)?.name;
	const bare = (text = '') => text.replace(/ \(default\)$/, '');
	const names = new Set(options.map(({ name }) => name));
	const wrong = table.rows
		.map(({ line, cells }) => ({ line, text: cells[0]?.text ?? '' }))
		.filter(({ text }) => text.endsWith(' (default)') && bare(text) !== usual)
		.map(({ line, text }) => ({ line, fault: `"${bare(text)}" is not the default` }));
	return [...nameFaults(table, names, ({ cells }) => [bare(cells[0]?.text)]), ...wrong];
}

/** Fields that are shown with others may be named beside them, or in the section of the table. */
function credentialFaults(table: Table, { prose }: Page) {
	const words = [table.rows.flatMap(({ cells }) => cells), prose].flat().map(({ text }) => text);
	const named = words.join(' ');
	return nameFaults(table, displayNames(CREDENTIAL_FIELDS)).filter(({ line, fault }) => {
		const [, name = ''] = /no row for "(.*)"/.exec(fault) ?? [];
		const field = CREDENTIAL_FIELDS.find(({ displayName }) => displayName === name);
		return line !== table.head.line || !field?.displayOptions || !named.includes(name);
	});
}

/** Each parameter of the trigger but Event, which has one choice; n8n adds its Poll Times. */
function triggerFaults(table: Table) {
	const names = displayNames(propertiesOf('alipayTrigger'));
	names.delete('Event');
	return nameFaults(table, names.add('Poll Times'));
}

const fieldKind = (fields: readonly string[]): Kind => ({
	name: 'the fields of an item',
	matches: (table) => headOf(table).join() === 'Field,Type',
	check: (table) => nameFaults(table, new Set(fields), ({ cells }) => cells[0]?.spans ?? []),
});

const optionKind = (node: string, matches: (table: Table) => boolean): Kind => ({
	name: `the options of ${node}`,
	matches: (table) => headOf(table).slice(0, 2).join() === 'Option,Default' && matches(table),
	check: (table) => [
		...nameFaults(table, displayNames(optionsOf(node)), ({ cells }) => [cells[0]?.text ?? '']),
		...defaultFaults(table, optionsOf(node)),
	],
});

const CHOICES = propertiesOf('alipay').filter(
	({ type, name }) => type === 'options' && name === 'identifyBy',
);

/** Every kind of table that is held to the code; `fields` are those of a whole item. */
export const kindsOf = (fields: readonly string[]): Kind[] => [
	optionKind('alipay', (table) => !isOfTrigger(table)),
	optionKind('alipayTrigger', isOfTrigger),
	{
		name: 'the fields of the credential',
		matches: (table) => headOf(table).join() === 'Field,What to fill in',
		check: credentialFaults,
	},
	{
		name: 'the parameters of the trigger',
		matches: (table) => headOf(table)[0] === 'Parameter' && isOfTrigger(table),
		check: triggerFaults,
	},
	...CHOICES.map((property) => ({
		name: `the choices of ${property.displayName}`,
		matches: (table: Table) => headOf(table)[0] === property.displayName,
		check: (table: Table) => choiceFaults(table, property),
	})),
	fieldKind(fields),
];

export const tableFaults = (page: Page, kinds: readonly Kind[]): string[] =>
	page.tables.flatMap((table) =>
		kinds
			.filter(({ matches }) => matches(table))
			.flatMap(({ name, check }) =>
				check(table, page).map((place) => finding(page, place, `${name}: ${place.fault}`)),
			),
	);

type Item = Record<string, unknown>;

/** The fields of real items, in their order. */
export interface Shapes {
	/** With Simplify, and all that settings can add. */
	simple: readonly string[];
	whole: readonly string[];
	/** What the trigger adds. */
	changed: readonly string[];
	fault: readonly string[];
	details: readonly string[];
	/** What the trigger adds to a fault. */
	numbers: readonly string[];
}

/** Stands for further fields, as a key, and for further text, at the end of a value. */
export const AND_SO_ON = '…';

/** The fields of an example against those that must and those that may be there. */
function keyFaults(item: Item, must: readonly string[], may: readonly string[] = must): string[] {
	const keys = Object.keys(item);
	const unknown = keys.filter((key) => key !== AND_SO_ON && !may.includes(key));
	const missing = keys.includes(AND_SO_ON) ? [] : must.filter((key) => !keys.includes(key));
	return [
		...unknown.map((key) => `no such item has the field ${key}`),
		...missing.map((key) => `the item lacks the field ${key}`),
	];
}

/** Which kind of item an object is, told by its fields; undefined for something else. */
export function kindOf(item: unknown): 'fault' | 'changed' | 'item' | undefined {
	if (typeof item !== 'object' || item === null) return undefined;
	if ('error' in item) return 'fault';
	if ('previous_status' in item) return 'changed';
	return 'status' in item ? 'item' : undefined;
}

function exampleFaults(item: Item, shapes: Shapes): string[] {
	const { simple, whole, changed, fault, details, numbers } = shapes;
	switch (kindOf(item)) {
		case 'fault':
			return [
				...keyFaults(item, fault, [...fault, ...numbers]),
				...keyFaults((item.details ?? {}) as Item, details),
			];
		case 'changed':
			return keyFaults(item, [...simple, ...changed], [...whole, ...changed]);
		case 'item':
			return keyFaults(item, simple, whole);
		default:
			return [];
	}
}

/** Every item that a page shows, with its line. */
export const itemsOf = (page: Page) =>
	jsonOf(page).flatMap(({ line, value }) =>
		[value]
			.flat()
			.filter((item) => kindOf(item) !== undefined)
			.map((item) => ({ line, item: item as Item })),
	);

export const itemFaults = (page: Page, shapes: Shapes): string[] =>
	itemsOf(page).flatMap((place) =>
		exampleFaults(place.item, shapes).map((fault) => finding(page, place, fault)),
	);

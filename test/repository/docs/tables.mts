/** Checks that the tables and items of a page match the code. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { jsonOf } from './blocks.mts';
import { finding } from './pages.mts';
import type { Page, Row, Table } from './pages.mts';
import { CREDENTIAL_FIELDS, descriptionOf } from './workflows.mts';

/** A kind of table, recognized by its head, and the names that it must contain. */
export interface Kind {
	name: string;
	matches: (table: Table) => boolean;
	check: (table: Table, page: Page) => Array<{ line: number; fault: string }>;
}

export const headOf = ({ head }: Table) => head.cells.map(({ text }) => text);
const isOfTrigger = ({ sections }: Table) => sections.some((title) => /\btrigger\b/i.test(title));

/** "A, B, C" names three. */
const namesOf = (text = '') => text.split(/, +/).filter(Boolean);

export const propertiesOf = (name: string) => descriptionOf(name)?.properties ?? [];

/** The fields of a parameter with this name in the forms of all operations, each name once. */
export function choicesOf(node: string, parameter: string) {
	const all = propertiesOf(node)
		.filter(({ name }) => name === parameter)
		.flatMap(({ options = [] }) => options as INodeProperties[]);
	return [...new Map(all.map((choice) => [choice.displayName ?? choice.name, choice])).values()];
}

export const optionsOf = (node: string) => choicesOf(node, 'options');

/** Compares the names in the first column of a table with those of the code. */
export function nameFaults(
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

export const displayNames = (properties: readonly INodeProperties[]) =>
	new Set(
		properties
			.filter(({ type }) => type !== 'hidden' && type !== 'notice')
			.map(({ displayName }) => displayName),
	);

/** How a page writes the default of an option. */
export function defaultText({ type, default: value, options = [] }: INodeProperties): string {
	if (type === 'options') {
		return options.find((choice) => (choice as INodePropertyOptions).value === value)?.name ?? '';
	}
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	// A collection to which nothing was added.
	return typeof value === 'object' ? 'off' : String(value);
}

export function defaultFaults({ rows }: Table, options: readonly INodeProperties[]) {
	return rows.flatMap(({ line, cells: [name, told] }) => {
		const option = options.find(({ displayName }) => displayName === name?.text);
		if (!option || !told) return [];
		const text = defaultText(option);
		// Words can follow in brackets: "0 (no limit)".
		const isTold =
			told.text === text ||
			(text !== '' && told.text.startsWith(`${text} (`)) ||
			told.text.endsWith(`; ${text} when added`);
		return isTold ? [] : [{ line, fault: `the default of "${name?.text}" is "${text}"` }];
	});
}

/** "(default)" follows the default choice. */
function choiceFaults(table: Table, { default: value, options = [] }: INodeProperties) {
	const usual = options.find((choice) => (choice as INodePropertyOptions).value === value)?.name;
	const bare = (text = '') => text.replace(/ \(default\)$/, '');
	const names = new Set(options.map(({ name }) => name));
	const wrong = table.rows
		.map(({ line, cells }) => ({ line, text: cells[0]?.text ?? '' }))
		.filter(({ text }) => text.endsWith(' (default)') && bare(text) !== usual)
		.map(({ line, text }) => ({ line, fault: `"${bare(text)}" is not the default` }));
	return [...nameFaults(table, names, ({ cells }) => namesOf(bare(cells[0]?.text))), ...wrong];
}

/**
 * Fields that appear together with others can be named next to them, or in the section of the
 * table.
 */
function credentialFaults(table: Table, { prose }: Page) {
	const words = [table.rows.flatMap(({ cells }) => cells), prose].flat().map(({ text }) => text);
	const named = words.join(' ');
	return nameFaults(table, displayNames(CREDENTIAL_FIELDS)).filter(({ line, fault }) => {
		const [, name = ''] = /no row for "(.*)"/.exec(fault) ?? [];
		const field = CREDENTIAL_FIELDS.find(({ displayName }) => displayName === name);
		return line !== table.head.line || !field?.displayOptions || !named.includes(name);
	});
}

/** Each parameter of the trigger for any event; n8n adds its Poll Times. */
function triggerFaults(table: Table) {
	const names = displayNames(propertiesOf('alipayTrigger'));
	return nameFaults(table, names.add('Poll Times'));
}

const NOTIFICATIONS = 'alipayNotificationTrigger';

/** The parameters of the form, and each option after "Options → ". */
function notificationFaults(table: Table) {
	const names = displayNames(propertiesOf(NOTIFICATIONS));
	names.delete('Options');
	const options = choicesOf(NOTIFICATIONS, 'notificationOptions');
	for (const { displayName } of options) names.add(`Options → ${displayName}`);
	return nameFaults(table, names);
}

/** Each kind that can be selected, with its notify_types and msg_methods in code. */
function kindFaults(table: Table) {
	const named = new Map(table.rows.map(({ cells, line }) => [cells[0]?.text, { cells, line }]));
	return choicesOf(NOTIFICATIONS, 'kinds').flatMap(({ name, description = '' }) => {
		const { cells = [], line } = named.get(name) ?? { line: table.head.line };
		const spans = cells.flatMap((cell) => cell.spans);
		return description
			.split(/,? or |, /)
			.filter((kind) => !spans.includes(kind))
			.map((kind) => ({ line, fault: `${name} has no ${kind}` }));
	});
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

/** Identify By of all resources: a pair in some is a single number in others. */
const IDENTIFY_BY: INodeProperties = {
	...(propertiesOf('alipay').find(({ name }) => name === 'identifyBy') as INodeProperties),
	options: choicesOf('alipay', 'identifyBy'),
};

/** Every kind of table that is compared with the code; `fields` are those of a complete item. */
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
	{
		name: 'the parameters of the notification trigger',
		matches: (table) => headOf(table)[0] === 'Notification parameter',
		check: notificationFaults,
	},
	{
		name: 'the kinds of notifications',
		matches: (table) => headOf(table)[0] === 'Kinds',
		check: kindFaults,
	},
	{
		name: `the choices of ${IDENTIFY_BY.displayName}`,
		matches: (table) => headOf(table)[0] === IDENTIFY_BY.displayName,
		check: (table) => choiceFaults(table, IDENTIFY_BY),
	},
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
	/** With Simplify, and everything that settings can add. */
	simple: readonly string[];
	whole: readonly string[];
	/** The fields that the trigger adds. */
	changed: readonly string[];
	fault: readonly string[];
	details: readonly string[];
	/** The fields that the trigger adds to a failed item. */
	numbers: readonly string[];
	/** The fields of the notification trigger, and of its `notification`. */
	notified: readonly string[];
	notification: readonly string[];
}

/** Stands for further fields as a key, and for further text at the end of a value. */
export const AND_SO_ON = '…';

/** Compares the fields of an example with the required and the allowed fields. */
function keyFaults(item: Item, must: readonly string[], may: readonly string[] = must): string[] {
	const keys = Object.keys(item);
	const unknown = keys.filter((key) => key !== AND_SO_ON && !may.includes(key));
	const missing = keys.includes(AND_SO_ON) ? [] : must.filter((key) => !keys.includes(key));
	return [
		...unknown.map((key) => `no such item has the field ${key}`),
		...missing.map((key) => `the item needs the field ${key}`),
	];
}

/** The kind of item that an object is, recognized by its fields; undefined for anything else. */
export function kindOf(item: unknown): 'fault' | 'changed' | 'notified' | 'item' | undefined {
	if (typeof item !== 'object' || item === null) return undefined;
	if ('error' in item) return 'fault';
	if ('previous_status' in item) return 'changed';
	if ('notification' in item) return 'notified';
	return 'status' in item ? 'item' : undefined;
}

function exampleFaults(item: Item, shapes: Shapes): string[] {
	const { simple, whole, changed, fault, details, numbers, notified, notification } = shapes;
	switch (kindOf(item)) {
		case 'fault':
			return [
				...keyFaults(item, fault, [...fault, ...numbers]),
				...keyFaults((item.details ?? {}) as Item, details),
			];
		case 'changed':
			return keyFaults(item, [...simple, ...changed], [...whole, ...changed]);
		case 'notified':
			return [
				...keyFaults(item, notified),
				...keyFaults((item.notification ?? {}) as Item, notification),
			];
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

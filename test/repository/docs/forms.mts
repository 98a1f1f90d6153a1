/** Whether tables about the forms and messages say what the code has: operations, key modes, quotes. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { METHODS } from '../../../alipay/methods/index.ts';
import { alternativesOf, OWNERS } from '../../../alipay/methods/method.ts';
import { FILES, textOf } from './pages.mts';
import type { Row } from './pages.mts';
import {
	choicesOf,
	defaultFaults,
	displayNames,
	headOf,
	nameFaults,
	optionsOf,
	propertiesOf,
} from './tables.mts';
import type { Kind } from './tables.mts';
import { CREDENTIAL_FIELDS } from './workflows.mts';

type Table = Parameters<Kind['check']>[0];

/** A table of some options: each exists and has this default. */
function someOptionFaults(table: Table, options: readonly INodeProperties[]) {
	const names = new Set(table.rows.map(({ cells }) => cells[0]?.text ?? ''));
	const shown = options.filter(({ displayName }) => names.has(displayName));
	return [
		...nameFaults(table, displayNames(shown), ({ cells }) => [cells[0]?.text ?? '']),
		...defaultFaults(table, options),
	];
}

/** "Trade → Query", as the form calls the resource and its operation. */
const OPERATIONS = new Map(
	propertiesOf('alipay')
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) => {
			const [resource] = displayOptions?.show?.resource ?? [];
			const name = choicesOf('alipay', 'resource').find(
				(choice) => (choice as unknown as INodePropertyOptions).value === resource,
			)?.name;
			return (options as INodePropertyOptions[]).map((operation) => [
				`${name} → ${operation.name}`,
				METHODS.find(
					(method) =>
						method.resource.value === resource && method.operation.value === operation.value,
				),
			]);
		}),
);

const ALL_METHODS: readonly string[] = METHODS.map(({ name }) => name);

/** Every operation of the node, each with its method, if the row names one, and with its numbers. */
function operationFaults(table: Table) {
	const names = nameFaults(table, new Set(OPERATIONS.keys()), ({ cells }) => [
		cells[0]?.text ?? '',
	]);
	const columns = headOf(table);
	const rows = table.rows.flatMap(({ line, cells }) => {
		const method = OPERATIONS.get(cells[0]?.text ?? '');
		if (!method) return [];
		const others = cells[1]?.spans.filter(
			(span) => ALL_METHODS.includes(span) && span !== method.name,
		);
		const numbers = OWNERS.flatMap((owner) => {
			const at = columns.indexOf(owner === 'alipay' ? 'Alipay Numbers' : 'Merchant Numbers');
			const wanted = [...new Set(alternativesOf(method, owner).flat())].sort();
			const told = [...(cells[at]?.spans ?? [])].sort();
			return wanted.join() === told.join() ? [] : [`${columns[at]} are ${wanted.join(', ')}`];
		});
		return [...(others ?? []).map((other) => `it does not call ${other}`), ...numbers].map(
			(fault) => ({ line, fault }),
		);
	});
	return [...names, ...rows];
}

/** For each key mode, the fields that the form requires in it. */
function keyModeFaults(table: Table) {
	const keyMode = CREDENTIAL_FIELDS.find(({ name }) => name === 'keyMode');
	const modes = (keyMode?.options ?? []) as INodePropertyOptions[];
	const faults = modes.flatMap(({ name, value }) => {
		const wanted = CREDENTIAL_FIELDS.filter(({ required, displayOptions: { show } = {} }) => {
			const isInAll = Object.keys(show ?? {}).length === 0;
			return required && (isInAll || show?.keyMode?.includes(value));
		}).map(({ displayName }) => displayName);
		const row = table.rows.find(({ cells }) => cells[0]?.text === name);
		const told = row?.cells[1]?.text ?? '';
		return told === wanted.join(', ')
			? []
			: [{ line: (row ?? table.head).line, fault: `${name} requires ${wanted.join(', ')}` }];
	});
	return [...nameFaults(table, new Set(modes.map(({ name }) => name))), ...faults];
}

/** The sources contain every message and code of the package. */
const SOURCES = [...FILES]
	.filter((file) => /^(?:alipay|nodes|credentials)\/.*\.ts$/.test(file))
	.map(textOf)
	.join('\n');

/** Of n8n itself, and addresses. */
const OF_OTHERS = /^(?:Unrecognized node type|https?:)/;

/** The variable parts of a message: a count, a quoted value, omitted text. */
const VARIABLE = /…|\d+ characters|"[^"]*"/;

/** The parts of messages that a row quotes: in quotation marks, or as code. */
function quotesOf({ cells: [first] }: Row): string[] {
	const { text = '', spans = [] } = first ?? {};
	const prose = spans.reduce((rest, span) => rest.replace(span, ''), text);
	const quoted = [...prose.matchAll(/"([^"]+)"/g)].map(([, quote = '']) => quote);
	return [...quoted, ...spans.filter((span) => !OF_OTHERS.test(span))];
}

/** A reader searches for these messages and codes, so the package must have them. */
function messageFaults({ rows }: Table) {
	return rows.flatMap((row) =>
		quotesOf(row)
			.flatMap((quote) => quote.split(VARIABLE))
			.map((part) => part.replace(/^[\s,:;]+|[\s,:;]+$/g, ''))
			.filter((part) => part !== '' && !SOURCES.includes(part))
			.map((part) => ({ line: row.line, fault: `the package never says "${part}"` })),
	);
}

export const FORM_KINDS: readonly Kind[] = [
	{
		name: 'some options of alipay',
		matches: (table) => headOf(table).slice(0, 2).join() === 'Frequent option,Default',
		check: (table) => someOptionFaults(table, optionsOf('alipay')),
	},
	{
		name: 'the operations of the node',
		matches: (table) => headOf(table)[0] === 'Resource → Operation',
		check: operationFaults,
	},
	{
		name: 'the fields of each key mode',
		matches: (table) => headOf(table).join() === 'Key Mode,Required fields',
		check: keyModeFaults,
	},
	{
		name: 'the messages and codes',
		matches: (table) => headOf(table)[0] === 'What you see',
		check: messageFaults,
	},
];

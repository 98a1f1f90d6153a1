/** Identify By Input Columns: reads the numbers from the item itself. Nothing in it is evaluated. */
import type { INodeExecutionData } from 'n8n-workflow';
import { failure, localFault, type Fault, type Outcome } from '../../alipay/errors/fault';
import {
	isWord,
	labelOf,
	parametersOf,
	type Method,
	type Parameter,
} from '../../alipay/methods/method';
import { onOneLine, trimmed } from '../../alipay/numbers/characters';
import { readNumber } from '../../alipay/numbers/read';
import { textOf } from '../../alipay/text/textOf';
import { isBlank } from './form/read';
import { identify, type Lack, type Numbers, type RawNumbers } from './identify';
import { createRowReader, readRow, type ColumnNames, type Row } from './row';

/** One item, and the form's values for it. */
interface Given {
	item: Pick<INodeExecutionData, 'json' | 'binary'>;
	/** Values of the form for empty cells, such as the product code of all rows. */
	words: RawNumbers;
	/** Whether the form has an App Auth Token. */
	hasToken: boolean;
}

interface Sheet extends Given {
	method: Method;
	names: ColumnNames;
	row: Row;
}

/** Reads the numbers of items from columns with Alipay's names or with the entered names. */
export function createColumnReader(method: Method, names: ColumnNames = {}) {
	const rowOf = createRowReader(method, names);
	return (given: Given): Outcome<Numbers> => {
		const sheet: Sheet = { ...given, method, names, row: rowOf(given.item.json) };
		for (const problemIn of PROBLEMS) {
			const problem = problemIn(sheet);
			if (problem) return problem;
		}
		const raw = { ...withoutHeads(sheet), ...wordsOfForm(sheet) };
		const found = identify(method, 'auto', raw, (lack) => placeOf(sheet, lack));
		return found.ok ? found : failure(withColumns(sheet, found.fault));
	};
}

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

/** Why a row cannot be read. */
const PROBLEMS: ReadonlyArray<(sheet: Sheet) => ReturnType<typeof refuse> | null> = [
	contentForName,
	noColumns,
	({ row: { twice } }) =>
		twice
			? refuse(
					`The input item contains ${twice.title} twice, with different values`,
					`Its columns are ${listed(AND, twice.columns)}. Remove the wrong one, or enter the name of the right one under Column Names.`,
				)
			: null,
	({ row, hasToken }) =>
		row.hasToken && !hasToken
			? refuse(
					'The input item contains an app_auth_token, but the node does not read tokens from columns',
					'Add the option App Auth Token with an expression such as {{ $json.app_auth_token }}, or remove the column.',
				)
			: null,
];

/** An expression instead of a name returns the content of the column. */
function contentForName({ method, names, row, item }: Sheet) {
	const absent = Object.entries(names).filter(([name]) => !Object.hasOwn(row.entered, name));
	if (absent.length === 0) return null;
	const contents = new Set(Object.values(item.json).map((value) => trimmed(textOf(value))));
	const found = absent.find(([, column]) => contents.has(column) || IS_NUMBER.test(column));
	if (!found) return null;
	return refuse(
		`Column Names: ${labelOf(method, found[0])} is the content of a column, not its name`,
		'Choose Fixed above the field, and enter the name of the column as text. An expression returns the content of the column.',
	);
}

const IS_NUMBER = /^(?:\d{10,}|\d(?:\.\d+)?e\+?\d+)$/i;

function noColumns({ method, names, row, item }: Sheet) {
	if (row.hasNames) return null;
	const wanted = parametersOf(method, 'auto').filter(({ name }) => !isWord(method, name));
	return refuse(
		`The input item does not have a column ${listed(OR, columnsOf(names, wanted))}`,
		whatElse(method, item),
	);
}

const columnsOf = (names: ColumnNames, wanted: ReadonlyArray<Pick<Parameter, 'name'>>) =>
	wanted.map(({ name }) => names[name] ?? name);

/** What to do if an item has none of the columns. */
function whatElse(method: Method, { json, binary }: Given['item']): string {
	const columns = Object.keys(json);
	if (columns.length === 0) {
		return binary && Object.keys(binary).length > 0
			? 'It contains a file. Add the node Extract from File before this one. It makes one item from each row.'
			: 'It has no columns. Check the output of the node before this one.';
	}
	const inner = columns.find((column) => {
		const value = json[column];
		return typeof value === 'object' && value !== null && readRow(method, value).hasNames;
	});
	const example = parametersOf(method, 'auto')[0]?.name ?? '';
	if (inner !== undefined && isShown(inner)) {
		return `The columns are in its field ${quoted(inner)}. Enter names such as ${quoted(`${inner}.${example}`)} under Column Names.`;
	}
	const heads = columns.some((column) => /\d{9}/.test(column))
		? ' The first row of a sheet must contain the names of the columns.'
		: '';
	return `Its columns are ${listed(AND, columns)}. Enter the names of your columns under Column Names.${heads}`;
}

/** Ignores the name of a column as its value: a sheet merged from several repeats its header row. */
const withoutHeads = ({ names, row }: Sheet): RawNumbers =>
	Object.fromEntries(
		Object.entries(row.entered).filter(
			([name, value]) => typeof value !== 'string' || trimmed(value) !== names[name],
		),
	);

/** The form's words for empty cells. */
function wordsOfForm({ method, row, words }: Sheet): RawNumbers {
	const needed = method.parameters.filter((parameter) => {
		if (parameter.rule !== 'word' || isBlank(words[parameter.name])) return false;
		const cell = readNumber(method, parameter, row.entered[parameter.name]);
		return cell.ok && cell.value.text === '';
	});
	return Object.fromEntries(needed.map(({ name }) => [name, words[name]]));
}

/** Why numbers are missing, in terms of the sheet. The form itself has fields for the words. */
function placeOf({ method, names, row, item }: Sheet, { missing, spare }: Lack): string {
	const wanted = [...new Set(missing)].filter((name) => !isWord(method, name));
	const isThere = (name: string) => Object.hasOwn(row.entered, name);
	const columns = (which: (name: string) => boolean) =>
		columnsOf(
			names,
			wanted.filter(which).map((name) => ({ name })),
		);
	const empty = columns((name) => isThere(name) && trimmed(textOf(row.entered[name])) === '');
	const absent = columns((name) => !isThere(name));
	const reasons = [
		empty.length === 1 ? `The column ${listed(AND, empty)} of this item is empty.` : '',
		empty.length > 1 ? `The columns ${listed(AND, empty)} of this item are empty.` : '',
		empty.length === 0 && absent.length > 0
			? `This item has no column ${listed(OR, absent)}, or its cell is empty. Its columns are ${listed(AND, Object.keys(item.json))}. If your columns have other names, enter them under Column Names.`
			: '',
		spare === undefined
			? ''
			: `Or remove the column ${quoted(names[spare] ?? spare)}: the item is complete without it.`,
	];
	return reasons.filter(Boolean).join(' ');
}

/** Adds the entered names, since messages contain Alipay's names. */
function withColumns({ method, names }: Sheet, fault: Fault): Fault {
	const read = Object.entries(names).map(
		([name, column]) => `${labelOf(method, name)} is read from the column ${quoted(column)}`,
	);
	return read.length === 0
		? fault
		: { ...fault, solution: `${fault.solution} ${read.join(', ')}.` };
}

/** This many names are enough to recognize a table. */
const MOST_NAMES = 10;
const LONGEST_NAME = 30;

const AND = new Intl.ListFormat('en-US', { type: 'conjunction' });
const OR = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** In a sheet without a header row, a name may be a token or personal data. */
const isShown = (name: string) => name.length <= LONGEST_NAME && !/\d{6}/.test(name);

const quoted = (name: string) =>
	isShown(name) ? `"${onOneLine(name)}"` : `a name of ${name.length} characters`;

function listed(list: Intl.ListFormat, names: readonly string[]): string {
	const more = names.length - MOST_NAMES;
	return list.format([
		...names.slice(0, MOST_NAMES).map(quoted),
		...(more > 0 ? [`${more} more`] : []),
	]);
}

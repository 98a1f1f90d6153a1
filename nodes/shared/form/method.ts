/** Builds the form of a method from its data. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import {
	alternativesOf,
	OWNERS,
	parametersOf,
	titleOf,
	type Method,
	type Owner,
} from '../../../alipay/methods/method';
import type { ColumnNames } from '../row';
import { parameterOf } from './names';
import { optionsOf, SIMPLIFY } from './options';
import { readCollection, readText } from './read';

/** The ways for which the form has a field for each number. */
const WAYS = [...OWNERS, 'auto'] as const;

const OWNER_NAMES: Readonly<Record<Owner, string>> = {
	alipay: 'Alipay Numbers',
	merchant: 'Merchant Numbers',
};

/** The choice that uses the numbers of each item. */
function eitherOf(method: Method): INodePropertyOptions {
	const words = wordsOf(method);
	const isPair = alternativesOf(method, 'auto').some(
		(names) => names.filter((name) => !words.has(name)).length > 1,
	);
	const what = isPair ? 'pair' : 'number';
	return {
		name: isPair ? 'Either Pair' : 'Either Number',
		value: 'auto',
		description: `Use the ${what} that the item has. If the item has more than one, Alipay uses its own ${what}.`,
	};
}

const wordsOf = ({ parameters }: Method): ReadonlySet<string> =>
	new Set(parameters.filter(({ rule }) => rule === 'word').map(({ name }) => name));

/** `trade_no or out_trade_no`, `order_id, or out_biz_no with product_code and biz_scene` */
export function pairsInWords(method: Method): string {
	const ways = alternativesOf(method, 'auto');
	const isSimple = ways.every(({ length }) => length === 1);
	const words = wordsOf(method);
	const inAWay = (names: readonly string[]) =>
		[names.filter((name) => !words.has(name)), names.filter((name) => words.has(name))]
			.map((group) => group.join(' and '))
			.filter(Boolean)
			.join(' with ');
	return ways.map(inAWay).join(isSimple ? ' or ' : ', or ');
}

/** The choices with the numbers of one owner. */
export const waysOf = ({ identifiedBy }: Method): INodePropertyOptions[] =>
	OWNERS.map((owner) => ({
		name: OWNER_NAMES[owner],
		value: owner,
		description: identifiedBy[owner].description,
	}));

/** The numbers of a way, shown when it is chosen; required unless others may stand in for them. */
export function numberFields(method: Method, by: Owner | 'auto'): INodeProperties[] {
	const isOnlyWay = alternativesOf(method, by).length === 1;
	return parametersOf(method, by).map(({ label, name, example, description }) => ({
		displayName: label,
		name: parameterOf(name),
		type: 'string',
		default: '',
		placeholder: `e.g. ${example}`,
		description,
		...hintOf(method, by, name),
		required: isOnlyWay,
		displayOptions: { show: { identifyBy: [by] } },
	}));
}

const AND = new Intl.ListFormat('en-US', { type: 'conjunction' });

/** A hint with the other fields that belong to a field, if the form shows several alternatives. */
function hintOf(method: Method, by: Owner | 'auto', name: string): Pick<INodeProperties, 'hint'> {
	const alternatives = alternativesOf(method, by);
	if (alternatives.length === 1) return {};
	const partners = alternatives
		.filter((names) => names.includes(name))
		.map((names) => method.parameters.filter((one) => names.includes(one.name)))
		.map((all) => AND.format(all.filter((one) => one.name !== name).map(({ label }) => label)))
		.filter(Boolean);
	return {
		hint: partners.length === 0 ? 'Enough by itself' : `Together with ${partners.join(' or ')}`,
	};
}

/** All choices except Input Columns. */
export const waysByFields = (method: Method): INodePropertyOptions[] => [
	...waysOf(method),
	eitherOf(method),
];

/** The choice between the ways. */
export const identifyByOf = (method: Method): INodeProperties => ({
	displayName: 'Identify By',
	name: 'identifyBy',
	type: 'options',
	noDataExpression: true,
	options: [...waysByFields(method), COLUMNS],
	default: 'alipay',
	description: `Which numbers identify the ${method.noun[0]}`,
});

const COLUMNS: INodePropertyOptions = {
	name: 'Input Columns',
	value: 'columns',
	description:
		'Use the columns of each input item, such as a spreadsheet row. Fastest, and needs no expressions.',
	// The input of a tool is what the model wrote: it has no columns.
	displayOptions: { hide: { '@tool': [true] } },
};

const BY_COLUMNS = { show: { identifyBy: [COLUMNS.value] } };

const whichColumns = (method: Method): INodeProperties => ({
	displayName: `The node looks up each input item by its columns ${pairsInWords(method)}. If your columns have other names, add them under Column Names.`,
	name: 'whichColumns',
	type: 'notice',
	default: '',
	displayOptions: BY_COLUMNS,
});

const COLUMN_NAMES = {
	displayName: 'Column Names',
	name: 'columns',
	type: 'collection',
	placeholder: 'Add column name',
	default: {},
	description: 'The names of your columns, if they are not the same as Alipay’s names',
} as const satisfies INodeProperties;

const columnNames = (method: Method): INodeProperties => ({
	...COLUMN_NAMES,
	displayOptions: BY_COLUMNS,
	options: parametersOf(method, 'auto').map(({ name, label }) => ({
		displayName: label,
		name: parameterOf(name),
		type: 'string',
		default: '',
		placeholder: `e.g. ${name}`,
		// Dropping a column here enters its name and not an expression for its value.
		requiresDataPath: 'single',
		description: `The name of the column that contains ${name}. Drag the column here from the input, or type its name.`,
	})),
});

/** The names that were entered, by Alipay's names. */
export function columnNamesOf(method: Method, given: unknown): ColumnNames {
	const raw = readCollection(COLUMN_NAMES, given);
	const names = method.parameters.map((parameter) => {
		const value = raw[parameterOf(parameter.name)];
		// Column names may be numbers: 0, 1, 2.
		const name = typeof value === 'number' ? String(value) : value;
		return [parameter.name, readText(`Column Names: ${titleOf(parameter)}`, name)] as const;
	});
	return Object.fromEntries(names.filter(([, column]) => column !== ''));
}

/** With Input Columns: fields with the same value for all items, such as a product code. */
const wordFields = (method: Method): INodeProperties[] =>
	numberFields(method, 'auto')
		.filter((_, at) => parametersOf(method, 'auto')[at]?.rule === 'word')
		.map((field) => ({
			...field,
			hint: 'Used for items without this column or with an empty cell',
			displayOptions: BY_COLUMNS,
		}));

/** The fields of a method's operation. */
export const queryFields = (method: Method): INodeProperties[] => [
	identifyByOf(method),
	...WAYS.flatMap((by) => numberFields(method, by)),
	whichColumns(method),
	columnNames(method),
	...wordFields(method),
	SIMPLIFY,
	optionsOf(method),
];

/** Generates docs/methods.md from the data of the methods. */
import { METHODS } from '../../alipay/methods/index.ts';
import { labelOf, OWNERS, type Field, type Method } from '../../alipay/methods/method.ts';
import { code, table } from './markdown.mts';

const FORMS: Readonly<Record<Field['type'], string>> = {
	text: 'text',
	amount: 'number of yuan, or as Amount Format says',
	time: 'ISO 8601 in Beijing time',
	integer: 'number',
	boolean: 'true or false',
	object: 'object',
	array: 'array',
};

const STAGES = {
	open: 'in progress',
	settled: 'may still change',
	final: 'final',
} as const;

/** The names in the form. */
const IDENTIFY_BY = { alipay: 'Alipay Numbers', merchant: 'Merchant Numbers' } as const;

const AND = new Intl.ListFormat('en-US', { type: 'conjunction' });

const tick = (value: boolean | undefined) => (value ? '✓' : '');

function ways(method: Method): string[][] {
	return OWNERS.flatMap((owner) =>
		method.identifiedBy[owner].anyOf.map((names) => [
			IDENTIFY_BY[owner],
			AND.format(names.map((name) => labelOf(method, name))),
		]),
	);
}

const fields = (method: Method) =>
	method.fields.map(({ name, type, simplified, optional }) => [
		code(name),
		FORMS[type],
		tick(simplified),
		tick(optional),
	]);

const statuses = ({ status }: Method) =>
	Object.entries(status?.values ?? {}).map(([value, { name, description, stage }]) => [
		code(value),
		name,
		description,
		STAGES[stage],
	]);

const furtherOptions = ({ options = [] }: Method) =>
	options.map(({ name, label, description, example = '', choices }) => [
		label,
		code(name),
		description,
		choices ? choices.map(code).join(', ') : `for example ${example}`,
	]);

/** What Alipay returns for a record that does not exist, if it does not return an error. */
const whenNotFound = ({ noun: [one], noneIfOnly }: Method) =>
	noneIfOnly
		? [
				`If a ${one} does not exist, Alipay returns a success that is empty or contains only ${AND.format(noneIfOnly.map(code))}. The node then reports *Not found* (\`answer-without-record\`).`,
				'',
			]
		: [];

function section(method: Method): string[] {
	const { resource, operation, name, effect, status, product, options } = method;
	return [
		`## ${resource.name} → ${operation.name}`,
		'',
		`${operation.description}. Calls \`${name}\`, which ${effect === 'read' ? 'only reads' : 'may move money'}.${product ? ` Product at Alipay: ${product}.` : ''}`,
		'',
		...table(['Identify By', 'Numbers that go together'], ways(method)),
		'',
		...whenNotFound(method),
		...(options ? table(['Option', 'Sent as', '', 'Values'], furtherOptions(method)) : []),
		...(options ? [''] : []),
		...table(['Field', 'In the item', 'With Simplify', 'May be absent (null)'], fields(method)),
		'',
		...(status ? table([code(status.field), 'Name', 'Meaning', 'Stage'], statuses(method)) : []),
		'',
	];
}

/** The page as text. */
export const methodsPage = (): string =>
	[
		'# Methods',
		'',
		'For operators: which numbers each operation needs, and which fields and statuses its items have.',
		'',
		'Generated from `alipay/methods/` by `npm run docs:generate`; do not edit. [Codes](codes.md) explains the error codes.',
		'',
		'With **Identify By: Input Columns**, the numbers are in columns of the input. The columns have Alipay’s names, which are',
		'in brackets below. For other names, use **Column Names**. With Input Columns, Either Pair and Either Number, each item can',
		'use any of the listed combinations. If an item has several, Alipay uses the first.',
		'',
		'A status is *in progress*, *final*, or *may still change*. While it is *in progress*, Wait for Final Status looks it up again.',
		'A status that *may still change* ends the wait, but Alipay Trigger looks it up again for the number of days in its',
		'option Keep Watching (Days).',
		'',
		...METHODS.flatMap(section),
	].join('\n');

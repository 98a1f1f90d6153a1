/** docs/methods.md, from the methods' data. */
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
	open: 'under way',
	settled: 'an outcome that may still change',
	final: 'final',
} as const;

const FOUND_BY = { alipay: 'Alipay’s numbers', merchant: 'the merchant’s numbers' } as const;

const tick = (value: boolean | undefined) => (value ? '✓' : '');

function ways(method: Method): string[][] {
	return OWNERS.flatMap((owner) =>
		method.identifiedBy[owner].anyOf.map((names) => [
			FOUND_BY[owner],
			names.map((name) => labelOf(method, name)).join(' and '),
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

function section(method: Method): string[] {
	const { resource, operation, name, effect, status } = method;
	return [
		`## ${resource.name} → ${operation.name}`,
		'',
		`${operation.description}. Calls \`${name}\`, which ${effect === 'read' ? 'reads only' : 'may move money'}.`,
		'',
		...table(['Found by', 'Parameters that go together'], ways(method)),
		'',
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
		'What each operation of the Alipay node asks for and what its items contain. Generated from',
		'`alipay/methods/` by `npm run docs:generate`; do not edit. What the codes of a refusal mean is in',
		'[codes.md](codes.md).',
		'',
		...METHODS.flatMap(section),
	].join('\n');

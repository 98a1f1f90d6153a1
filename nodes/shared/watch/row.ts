/** A row of the Watch List: an object whose keys are Alipay's names, or what people make of them. */
import { titleOf, type Method } from '../../../alipay/methods/method';
import type { RawNumbers } from '../identify';
import { pairsInWords } from './form';

export interface Row {
	/** By Alipay's names, as they were entered. */
	entered: RawNumbers;
	/** Whether one of the keys names a number. */
	hasNames: boolean;
	/** Why the row cannot be used. */
	problem: Problem | null;
}

interface Problem {
	message: string;
	solution: string;
}

/** The values of a row by Alipay's names. */
type Values = ReadonlyMap<string, readonly unknown[]>;

const TOKEN = 'app_auth_token';

const HAS_TOKEN: Problem = {
	message: 'it has an app_auth_token of its own, which the trigger cannot use',
	solution: 'Use a trigger for each merchant with its App Auth Token in the Options.',
};

export function readRow(method: Method, row: unknown): Row {
	const isObject = typeof row === 'object' && row !== null && !Array.isArray(row);
	const columns = Object.entries(isObject ? row : {});
	const values = valuesOf(method, columns);
	const entered = method.parameters.map(({ name }) => {
		const given = values.get(name) ?? [];
		return [name, given.find(isFilled) ?? given[0]] as const;
	});
	const names = `Name the numbers ${pairsInWords(method)}.`;
	const problem = isObject
		? problemIn(method, values, columns.length > 0, names)
		: { message: 'it is not an object', solution: names };
	const hasNames = method.parameters.some(({ name }) => values.has(name));
	return { entered: Object.fromEntries(entered), hasNames, problem };
}

function valuesOf({ parameters }: Method, columns: ReadonlyArray<[string, unknown]>): Values {
	const names = new Map([[lettersOf(TOKEN), TOKEN]]);
	for (const parameter of parameters) {
		const { name, label } = parameter;
		for (const spelling of [name, label, titleOf(parameter)]) names.set(lettersOf(spelling), name);
	}
	const values = new Map<string, unknown[]>();
	for (const [key, value] of columns) {
		const name = names.get(lettersOf(key));
		if (name !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
	}
	return values;
}

/** `auth_no`, `authNo`, `Auth No` and `AUTH-NO` are one name. */
const lettersOf = (key: string) =>
	key
		.normalize('NFKC')
		.replace(/[^\p{L}\p{N}]/gu, '')
		.toLowerCase();

function problemIn(
	{ parameters }: Method,
	values: Values,
	hasColumns: boolean,
	names: string,
): Problem | null {
	if (values.get(TOKEN)?.some(isFilled)) return HAS_TOKEN;
	const isTwice = ({ name }: { name: string }) =>
		new Set(
			values
				.get(name)
				?.filter(isFilled)
				.map((one) => String(one).trim()),
		).size > 1;
	const twice = parameters.find(isTwice);
	if (twice) {
		return {
			message: `it contains ${titleOf(twice)} twice, with different values`,
			solution: 'Leave out the wrong one.',
		};
	}
	if (!hasColumns || parameters.some(({ name }) => values.has(name))) return null;
	return { message: 'it contains none of the names of the numbers', solution: names };
}

const isFilled = (value: unknown) =>
	typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null;

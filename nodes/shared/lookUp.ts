/** The operation of a registered method: looks up one record by its numbers. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { withoutStatus } from '../../alipay/echo';
import { success, type Outcome } from '../../alipay/errors/fault';
import { isWord, type Method } from '../../alipay/methods/method';
import { isProvenMissing } from '../../alipay/numbers/doubts';
import { columnNamesOf, identifyByOf } from './form/method';
import { parameterOf } from './form/names';
import { furtherOf, SIMPLIFY, type QueryOptions } from './form/options';
import { readBoolean, readChoice, unreadable } from './form/read';
import { identify, type IdentifyBy, type Numbers } from './identify';
import { createColumnReader } from './inputColumns';
import { typedFields } from './item';
import type { Operation, Task } from './operation';
import { perItem, type OptionsReader } from './parameters';

export function lookUp(
	method: Method,
	context: IExecuteFunctions,
	options: OptionsReader,
): Operation {
	const numbersOf = numbersReader(method, context);
	const furtherParameters = method.options
		? perItem(context, 'options', {}, (raw) => furtherOf(method, raw))
		: () => ({});
	const simplify = perItem(context, 'simplify', true, (value) => readBoolean(SIMPLIFY, value));
	return {
		about: method,
		onlyReads: true,
		ofItem(index) {
			try {
				const chosen = options.ofItem(index);
				const numbers = numbersOf(index, chosen.appAuthToken !== '');
				if (!numbers.ok) return numbers;
				const given = { numbers: numbers.value, further: furtherParameters(index) };
				return success(taskOf(method, given, chosen, simplify(index)));
			} catch (error) {
				return unreadable(error);
			}
		},
	};
}

interface Given {
	numbers: Numbers;
	further: Readonly<Record<string, unknown>>;
}

function taskOf(
	method: Method,
	{ numbers, further }: Given,
	options: QueryOptions,
	simplify: boolean,
): Task {
	const { appAuthToken, maxTries, timeoutMs, wait, amountFormat, notFound } = options;
	const bizContent = { ...numbers, ...further };
	return {
		question: { method, bizContent, appAuthToken, maxTries, timeoutMs, wait },
		options,
		fieldsOf(outcome) {
			const isItem = notFound === 'item';
			const isMissing = !outcome.ok && isItem && isProvenMissing(method, numbers, outcome.fault);
			if (!outcome.ok && !isMissing) return outcome;
			const strange =
				outcome.ok && withoutStatus(method, outcome.value.fields, outcome.value.trace_id);
			if (strange) return strange;
			const fields = outcome.ok ? outcome.value.fields : new Map(Object.entries(numbers));
			return success({
				...typedFields(method.fields, fields, { simplify, amountFormat }),
				...(isItem ? { found: outcome.ok } : {}),
			} as IDataObject);
		},
	};
}

/** The numbers of an item, by the way that Identify By chooses. */
function numbersReader(method: Method, context: IExecuteFunctions) {
	const ways = identifyByOf(method);
	const identifyBy = perItem(context, 'identifyBy', ways.default, (by) => readChoice(ways, by));
	const fields = method.parameters.map(
		({ name }) => [name, perItem(context, parameterOf(name), '', (value) => value)] as const,
	);
	const columnReader = perItem(context, 'columns', {}, (raw) =>
		createColumnReader(method, columnNamesOf(method, raw)),
	);
	const items = context.getInputData();

	const entered = (index: number, names = fields) =>
		Object.fromEntries(names.map(([name, read]) => [name, read(index)]));
	const words = fields.filter(([name]) => isWord(method, name));
	return (index: number, hasToken: boolean): Outcome<Numbers> => {
		const by = identifyBy(index);
		if (by !== 'columns') return identify(method, by as IdentifyBy, entered(index));
		return columnReader(index)({
			item: items[index] ?? { json: {} },
			words: entered(index, words),
			hasToken,
		});
	};
}

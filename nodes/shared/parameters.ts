import type { IExecuteFunctions } from 'n8n-workflow';
import { success, type Outcome } from '../../alipay/errors/fault';
import type { Method } from '../../alipay/methods/method';
import { identifyByOf, parameterOf } from './form/method';
import {
	INCLUDE_INPUT_FIELDS,
	rangeNotes,
	readOptions,
	SIMPLIFY,
	type QueryOptions,
} from './form/options';
import { readBoolean, readChoice, unreadable } from './form/read';
import { identify, type IdentifyBy, type Numbers } from './identify';

/** The parameters of one item, checked. */
interface ItemParameters {
	bizContent: Numbers;
	options: QueryOptions;
	simplify: boolean;
}

export interface ParameterReader {
	/** An expression that cannot be resolved is a fault of this item alone. */
	ofItem: (index: number) => Outcome<ItemParameters>;
	/** The options that belong to the whole run: the first item's, or the usual ones if unreadable. */
	ofRun: () => QueryOptions;
	/** Include Input Fields of an item, whatever else of it cannot be read. */
	keepsInput: (index: number) => boolean;
	/** What to tell the operator about options that were read so far. */
	notes: () => string[];
}

export function createParameterReader(method: Method, context: IExecuteFunctions): ParameterReader {
	const ways = identifyByOf(method);
	const notes = new Set<string>();
	const identifyBy = perItem(
		context,
		'identifyBy',
		ways.default,
		(by) => readChoice(ways, by) as IdentifyBy,
	);
	const numbers = method.parameters.map(
		({ name }) => [name, perItem(context, parameterOf(name), '', (value) => value)] as const,
	);
	const simplify = perItem(context, 'simplify', true, (value) => readBoolean(SIMPLIFY, value));
	const options = perItem(context, 'options', {}, (raw) => {
		const read = readOptions(raw);
		for (const note of notes.size < MOST_NOTES ? rangeNotes(raw) : []) notes.add(note);
		return read;
	});
	const keepsInput = perItem(context, `options.${INCLUDE_INPUT_FIELDS.name}`, false, (value) =>
		readBoolean(INCLUDE_INPUT_FIELDS, value),
	);

	return {
		notes: () => [...notes],
		keepsInput: (index) => attempted(() => keepsInput(index), false),
		ofRun: () => attempted(() => options(0), readOptions({})),
		ofItem(index) {
			try {
				const raw = Object.fromEntries(numbers.map(([name, read]) => [name, read(index)]));
				const bizContent = identify(method, identifyBy(index), raw);
				if (!bizContent.ok) return bizContent;
				return success({
					bizContent: bizContent.value,
					options: options(index),
					simplify: simplify(index),
				});
			} catch (error) {
				return unreadable(error);
			}
		},
	};
}

/** Every item may have another number out of range. */
const MOST_NOTES = 5;

function attempted<T>(read: () => T, otherwise: T): T {
	try {
		return read();
	} catch {
		return otherwise;
	}
}

/** Reads a parameter of each item; one that holds no expression, once for all of them. */
function perItem<T>(
	context: IExecuteFunctions,
	name: string,
	absent: unknown,
	convert: (value: unknown) => T,
): (index: number) => T {
	const read = (index: number) => convert(context.getNodeParameter(name, index, absent));
	const raw = context.getNodeParameter(name, 0, absent, { rawExpressions: true });
	if (JSON.stringify(raw).includes('"=')) return read;
	let once: { value: T } | undefined;
	return () => (once ??= { value: read(0) }).value;
}

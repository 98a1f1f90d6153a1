import type { IExecuteFunctions } from 'n8n-workflow';
import { INCLUDE_INPUT_FIELDS, rangeNotes, readOptions, type QueryOptions } from './form/options';
import { readAddition } from './form/read';

/** The Options of the node. */
export interface OptionsReader {
	/** Throws for options that cannot be read. */
	ofItem: (index: number) => QueryOptions;
	/** The options for the whole run: the first item's, or the defaults if unreadable. */
	ofRun: () => QueryOptions;
	/** Include Input Fields of an item, even if its other options cannot be read. */
	keepsInput: (index: number) => boolean;
	/** Notes for the operator about the options that were read so far. */
	notes: () => string[];
}

export function createOptionsReader(context: IExecuteFunctions): OptionsReader {
	const notes = new Set<string>();
	const ofItem = perItem(context, 'options', {}, (raw) => {
		const read = readOptions(raw);
		for (const note of notes.size < MOST_NOTES ? rangeNotes(raw) : []) notes.add(note);
		return read;
	});
	const keepsInput = perItem(context, `options.${INCLUDE_INPUT_FIELDS.name}`, false, (value) =>
		readAddition(INCLUDE_INPUT_FIELDS, value),
	);
	return {
		ofItem,
		ofRun: () => attempted(() => ofItem(0), readOptions({})),
		keepsInput: (index) => attempted(() => keepsInput(index), false),
		notes: () => [...notes],
	};
}

/** Every item may have a different number out of range. */
const MOST_NOTES = 5;

function attempted<T>(read: () => T, otherwise: T): T {
	try {
		return read();
	} catch {
		return otherwise;
	}
}

/** Reads a parameter of each item. A parameter without an expression is read only once. */
export function perItem<T>(
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

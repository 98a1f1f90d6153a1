import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { KNOWN_METHODS } from '../../../alipay/methods/known';
import { effectOf } from '../../../alipay/methods/names';
import { readMethod } from '../call/methodName';
import { reading } from './read';

const EFFECTS = { read: 'reads', write: 'changes' } as const;

const ENTRIES = Object.entries(KNOWN_METHODS)
	.sort(([a], [b]) => a.localeCompare(b))
	.map(([name, { what, aliases }]) => {
		const effect = EFFECTS[effectOf(name)];
		const words = `${name} ${what} ${aliases} ${effect}`.toLowerCase();
		return { words, name: `${name} (${effect}): ${what}`, value: name };
	});

/** The methods whose name, description or Chinese name contains each word of `filter`, for the list of Any API. */
export async function searchMethods(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
	const results = ENTRIES.filter(({ words }) => wanted.every((word) => words.includes(word))).map(
		({ name, value }) => ({ name, value }),
	);
	return await Promise.resolve({ results: results.length > 0 ? results : nameOf(filter) });
}

/** A name that is not in the list can still be chosen. */
function nameOf(filter: string) {
	const read = reading(() => readMethod(filter).name);
	if (!read.ok) return [];
	return [{ name: `${read.value} (${EFFECTS[effectOf(read.value)]})`, value: read.value }];
}

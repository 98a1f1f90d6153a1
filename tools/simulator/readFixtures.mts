/** Finds the fixtures: every file of a folder is for one method. */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fixture } from './fixture.mts';

export const FIXTURES_FOLDER = new URL('fixtures/', import.meta.url);

/**
 * The fixtures of a folder, ordered by file name. Throws an Error with the name of the file if it does not
 * have a fixture as its default export.
 */
export async function readFixtures(folder: URL | string = FIXTURES_FOLDER): Promise<Fixture[]> {
	const url = typeof folder === 'string' ? pathToFileURL(`${folder}/`) : folder;
	const files = (await readdir(url)).filter((name) => name.endsWith('.mts')).sort();
	return await Promise.all(files.map(async (name) => await readFixture(new URL(name, url))));
}

async function readFixture(file: URL): Promise<Fixture> {
	const module = (await import(/* @vite-ignore */ file.href)) as { default?: Partial<Fixture> };
	const fixture = module.default;
	if (!fixture?.method || !fixture.identifiedBy || !fixture.records?.length || !fixture.codes)
		throw new Error(`${basename(file.pathname)} does not have a fixture as its default export`);
	return fixture as Fixture;
}

/** The fixtures by method. Throws an Error if two are for the same method. */
export function byMethod(fixtures: readonly Fixture[]): ReadonlyMap<string, Fixture> {
	const found = new Map<string, Fixture>();
	for (const fixture of fixtures) {
		if (found.has(fixture.method)) throw new Error(`Two fixtures are for ${fixture.method}`);
		found.set(fixture.method, fixture);
	}
	return found;
}

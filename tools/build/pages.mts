/** Writes the pages of docs/ that derive from the code: `npm run docs:generate`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { codesPage } from './codesPage.mts';
import { keysPage } from './keysPage.mts';
import { methodsPage } from './methodsPage.mts';

/** What each page should say, by its path. */
export const PAGES: Readonly<Record<string, () => string>> = {
	'docs/codes.md': codesPage,
	'docs/keys.md': keysPage,
	'docs/methods.md': methodsPage,
};

const ROOT = new URL('../../', import.meta.url);

export const placeOf = (page: string) => fileURLToPath(new URL(page, ROOT));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const [page, text] of Object.entries(PAGES)) await writeFile(placeOf(page), text());
}

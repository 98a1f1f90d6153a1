/** `npm run docs:generate`: writes the generated pages of docs/ and the Chinese copies of the examples. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CHINESE_EXAMPLES } from './chineseExamples.mts';
import { CHINESE_PAGES } from './chinesePages.mts';
import { codesPage } from './codesPage.mts';
import { keysPage } from './keysPage.mts';
import { messagesPage } from './messagesPage.mts';
import { methodsPage } from './methodsPage.mts';

/** The expected content of each page or copy, by its path. */
export const PAGES: Readonly<Record<string, () => string>> = {
	'docs/codes.md': codesPage,
	'docs/keys.md': keysPage,
	'docs/messages.md': messagesPage,
	'docs/methods.md': methodsPage,
	...CHINESE_PAGES,
	...CHINESE_EXAMPLES,
};

const ROOT = new URL('../../', import.meta.url);

export const placeOf = (page: string) => fileURLToPath(new URL(page, ROOT));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const [page, text] of Object.entries(PAGES)) await writeFile(placeOf(page), text());
}

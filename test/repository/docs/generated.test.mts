import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PAGES, placeOf } from '../../../tools/build/pages.mts';

it.each(Object.entries(PAGES))('%s is what `npm run docs:generate` writes today', (page, text) => {
	expect(readFileSync(placeOf(page), 'utf8')).toBe(text());
});

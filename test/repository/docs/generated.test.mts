import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DAMAGES, type Damage } from '../../../alipay/application/damages.ts';
import { SHORT_DAMAGES } from '../../../alipay/application/shortFields.ts';
import { sentenceOf } from '../../../tools/build/keysPage.mts';
import { PAGES, placeOf } from '../../../tools/build/pages.mts';

it.each(Object.entries(PAGES))('%s is what `npm run docs:generate` writes today', (page, text) => {
	expect(readFileSync(placeOf(page), 'utf8')).toBe(text());
});

it.each<[string, Readonly<Record<string, Damage>>]>([
	['key', DAMAGES],
	['short field', SHORT_DAMAGES],
])('the page in Chinese explains each sentence about a %s', (_what, damages) => {
	const page = readFileSync(placeOf('docs/zh-CN/credentials.md'), 'utf8');
	const missing = Object.values(damages)
		.map((damage) => `| \`${sentenceOf(damage)}\` |`)
		.filter((row) => !page.includes(row));
	expect(missing).toEqual([]);
});

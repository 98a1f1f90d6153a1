import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../alipay/errors/gatewayCodes.ts';
import { codesPage, PAGE } from '../../../tools/build/codes.mts';

describe('docs/codes.md', () => {
	const page = readFileSync(PAGE, 'utf8');

	it('is what `npm run docs:codes` writes from the catalogue of today', () => {
		expect(page).toBe(codesPage());
	});

	it.each(Object.entries(CATALOGUE))(
		'explains %s and each of its sub_codes',
		(code, { subCodes }) => {
			expect(page).toContain(`### ${code}\n`);
			for (const name of Object.keys(subCodes)) expect(page).toContain(`| \`${name}\` |`);
		},
	);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

describe('the scripts of package.json', () => {
	it('do not need npm hooks, because ignore-scripts in .npmrc turns pre and post scripts off', () => {
		expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
		const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
		const hooks = Object.keys(scripts).filter((name) => /^(pre|post)/.test(name));
		expect(hooks.filter((name) => name !== 'prepublishOnly')).toEqual([]);
	});
});

/** The page docs/adding-an-api.md, followed to the letter in a copy of the checkout. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCheckout, type Copy } from '../../support/copy.mts';

const MINUTES = 60_000;

const page = readFileSync(new URL('../../../docs/adding-an-api.md', import.meta.url), 'utf8');

/** Each block of code, by the file that stands before it. */
const blocks = [...page.matchAll(/^`([^`\n]+)`([^\n]*):\n\n```ts\n(.*?)```/gms)].map(
	([, file = '', place = '', text = '']) => ({ file, isAppended: place !== '', text }),
);

const SECOND = ['workflow/trade', 'workflow/description', 'workflow/trigger-form', 'unit/methods'];

describe('docs/adding-an-api.md', () => {
	let copy: Copy;
	beforeAll(() => {
		copy = copyCheckout();
		for (const { file, isAppended, text } of blocks) {
			const target = path.join(copy.folder, file);
			expect(existsSync(target), `${file} is ${isAppended ? 'there' : 'new'}`).toBe(isAppended);
			if (isAppended) appendFileSync(target, text);
			else writeFileSync(target, text);
		}
	});
	afterAll(() => copy?.remove());

	it('changes nothing but a file of the method, a line of the registry, a fixture and a test', () => {
		expect(blocks.map(({ file }) => file)).toEqual([
			'alipay/methods/tradeQuery.ts',
			'alipay/methods/registry.ts',
			'tools/simulator/fixtures/trade.mts',
			'test/workflow/trade.test.mts',
		]);
		expect(blocks[1]?.text.trim().split('\n')).toHaveLength(1);
	});

	it(
		'compiles, passes the lint of n8n, is formatted, and can be built',
		{ timeout: 5 * MINUTES },
		() => {
			copy.run('npx', 'tsc', '--noEmit');
			copy.run('npx', 'n8n-node', 'lint');
			copy.run('npx', 'prettier', '--check', ...blocks.map(({ file }) => file));
			copy.run('npm', 'run', 'build');
		},
	);

	it('brings an operation and an event that n8n runs', { timeout: 5 * MINUTES }, () => {
		copy.run('npx', 'vitest', 'run', ...SECOND.map((name) => `test/${name}.test.mts`));
	});

	it('brings the preview of its output, and its pages', () => {
		const schema = 'dist/nodes/Alipay/__schema__/v1.0.0/trade/query.json';
		expect(readFileSync(path.join(copy.folder, schema), 'utf8')).toContain('"total_amount"');
		copy.run('npm', 'run', 'docs:generate');
		for (const name of ['docs/methods.md', 'docs/codes.md']) {
			expect(readFileSync(path.join(copy.folder, name), 'utf8')).toContain('alipay.trade.query');
		}
	});
});

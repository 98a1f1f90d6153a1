/** The page docs/adding-an-api.md, followed exactly in a copy of the checkout. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCheckout, type Copy } from '../../support/copy.mts';

const MINUTES = 60_000;

const page = readFileSync(new URL('../../../docs/adding-an-api.md', import.meta.url), 'utf8');

/** Each block of code, by the file named before it. */
const blocks = [...page.matchAll(/^`([^`\n]+)`([^\n]*):\n\n```(?:ts|yaml)\n(.*?)```/gms)].map(
	([, file = '', place = '', text = '']) => ({ file, place, text }),
);

/** The file with the text at the place that the page names. */
function withText(file: string, place: string, text: string): string {
	if (place === ', at the end') return file + text;
	const [, name] = /^, before `(\w+)`$/.exec(place) ?? [];
	const at = file.indexOf(`export { ${name} }`);
	expect(at, `the place "${place}"`).toBeGreaterThan(0);
	return file.slice(0, at) + text + file.slice(at);
}

const VITEST = ['npx', 'vitest', 'run'] as const;
const GENERATED = 'test/repository/docs/generated.test.mts';
const CHINESE = 'test/repository/docs/chinese-pages.test.mts';
const REPOSITORY = ['--config', 'vitest.repository.config.mts'] as const;

const SECOND = [
	'workflow/transferOrder',
	'workflow/description',
	'workflow/trigger-form',
	'workflow/columns',
	'unit/methods',
];

describe('docs/adding-an-api.md', () => {
	let copy: Copy;
	beforeAll(() => {
		copy = copyCheckout();
		for (const { file, place, text } of blocks) {
			const target = path.join(copy.folder, file);
			expect(existsSync(target), `${file} is ${place ? 'there' : 'new'}`).toBe(place !== '');
			writeFileSync(target, place ? withText(readFileSync(target, 'utf8'), place, text) : text);
		}
	});
	afterAll(() => copy?.remove());

	it('changes only the five files of its table', () => {
		expect(blocks.map(({ file }) => file)).toEqual([
			'alipay/methods/transferOrderQuery.ts',
			'alipay/methods/registry.ts',
			'tools/simulator/fixtures/transferOrder.mts',
			'test/workflow/transferOrder.test.mts',
			'docs/zh-CN/codes.yaml',
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

	it('adds an operation and an event that n8n runs', { timeout: 5 * MINUTES }, () => {
		copy.run(...VITEST, ...SECOND.map((name) => `test/${name}.test.mts`));
	});

	it('adds the preview of the output, and the pages', { timeout: 5 * MINUTES }, () => {
		const schema = 'dist/nodes/Alipay/__schema__/v1.0.0/transferOrder/query.json';
		expect(readFileSync(path.join(copy.folder, schema), 'utf8')).toContain('"order_fee"');
		copy.run('npm', 'run', 'docs:generate');
		copy.run(...VITEST, ...REPOSITORY, GENERATED);
		// This test lists the pages with git.
		copy.run('git', 'init', '--quiet');
		copy.run('git', 'add', '.');
		copy.run(...VITEST, ...REPOSITORY, CHINESE, '-t', 'the codes of the methods|alipay.fund.trans');
		for (const name of ['docs/methods.md', 'docs/codes.md', 'docs/zh-CN/codes.md']) {
			expect(readFileSync(path.join(copy.folder, name), 'utf8')).toContain(
				'alipay.fund.trans.order.query',
			);
		}
	});
});

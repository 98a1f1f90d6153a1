import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCheckout } from '../../support/copy.mts';
import type { Copy } from '../../support/copy.mts';

const MINUTES = 60_000;

const page = readFileSync(new URL('../../../docs/adding-an-api.md', import.meta.url), 'utf8');
const diff = /```diff\n(.*?)```/s.exec(page)?.[1] ?? '';

/** What the diff is allowed to touch: the folder of the new resource, and entries in tables. */
const NEW = [
	'nodes/Alipay/trade/',
	'nodes/Alipay/__schema__/v1.0.0/trade/',
	'tools/simulator/trades.mts',
	'test/workflow/trade.test.mts',
];

describe('the diff in docs/adding-an-api.md', () => {
	let copy: Copy;
	beforeAll(() => {
		copy = copyCheckout();
		writeFileSync(path.join(copy.folder, 'second.diff'), diff);
		copy.run('git', 'apply', 'second.diff');
		copy.run('npm', 'run', 'docs:codes');
	});
	afterAll(() => copy?.remove());

	it('takes nothing away but the lines that it writes anew, and only where a table gets an entry', () => {
		const changed = [...diff.matchAll(/^diff --git a\/(\S+)/gm)].map(([, file]) => file ?? '');
		const others = changed.filter((file) => !NEW.some((start) => file.startsWith(start)));
		for (const file of others) expect(page).toContain(`| \`${file}\` |`);
		expect(diff.match(/^-(?!--)/gm)?.length ?? 0).toBeLessThanOrEqual(5);
	});

	it(
		'compiles, passes the lint of n8n and can be built',
		() => {
			copy.run('npx', 'tsc', '--noEmit');
			copy.run('npx', 'n8n-node', 'lint');
			copy.run('npm', 'run', 'build');
		},
		5 * MINUTES,
	);

	it(
		'brings an operation that n8n runs, and breaks none of what is promised of package, form and codes',
		() => {
			const product = ['workflow/trade', 'workflow/description', 'unit/catalogue'];
			copy.run('npx', 'vitest', 'run', ...product);
			const repository = ['--config', 'vitest.repository.config.mts', 'package/pack', 'docs/codes'];
			copy.run('npx', 'vitest', 'run', ...repository);
		},
		5 * MINUTES,
	);
});

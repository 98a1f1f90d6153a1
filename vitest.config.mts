import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

const require = createRequire(import.meta.url);

/** The long run mostly waits. In the first place, it waits while the other tests run. */
class LongRunFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]) {
		const isLong = ({ moduleId }: TestSpecification) => moduleId.endsWith('/soak.test.mts');
		const sorted = await super.sort(files);
		return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
	}
}

export default defineConfig({
	resolve: {
		// n8n-workflow has an ESM and a CJS copy. n8n-core uses CJS, and `instanceof` needs the same copy.
		alias: [{ find: /^n8n-workflow$/, replacement: require.resolve('n8n-workflow') }],
	},
	test: {
		include: ['test/**/*.test.mts'],
		exclude: ['test/e2e/**', 'test/repository/**'],
		setupFiles: ['test/support/leaks.mts'],
		reporters: ['verbose', ['json', { outputFile: 'test/.report/vitest.json' }]],
		server: { deps: { external: [/n8n-workflow\/dist\/cjs/] } },
		// One process per file: the tests set TZ, which a worker thread cannot do.
		pool: 'forks',
		// Tests of pauses and time limits mostly wait. Without this, a machine with two cores runs one file
		// at a time.
		maxWorkers: 4,
		sequence: { sequencer: LongRunFirst },
		testTimeout: 60_000,
		hookTimeout: 60_000,
	},
});

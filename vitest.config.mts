import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);

export default defineConfig({
	resolve: {
		// n8n-workflow ships ESM and CJS; n8n-core uses the CJS copy, and `instanceof` needs one of them.
		alias: [{ find: /^n8n-workflow$/, replacement: require.resolve('n8n-workflow') }],
	},
	test: {
		include: ['test/**/*.test.mts'],
		exclude: ['test/e2e/**', 'test/repository/**'],
		setupFiles: ['test/support/leaks.mts'],
		reporters: ['verbose', ['json', { outputFile: 'test/.report/vitest.json' }]],
		server: { deps: { external: [/n8n-workflow\/dist\/cjs/] } },
		// A process per file: the tests set TZ, which a worker thread cannot change for itself.
		pool: 'forks',
		// Tests of pauses and time limits wait more than they compute. Without this, a machine with two
		// cores runs one file at a time.
		maxWorkers: 4,
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});

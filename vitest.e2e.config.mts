import { defineConfig } from 'vitest/config';

/** The tests in a real n8n. `npm test` does not run them, because they take minutes and 6 GB. */
export default defineConfig({
	test: {
		include: ['test/e2e/**/*.test.mts'],
		globalSetup: ['test/e2e/install.mts'],
		setupFiles: ['test/support/leaks.mts'],
		reporters: ['verbose', 'json'],
		outputFile: { json: 'test/.report/e2e.json' },
		pool: 'forks',
		// Each file has its own n8n, and some files measure times.
		fileParallelism: false,
		testTimeout: 180_000,
		hookTimeout: 300_000,
	},
});

import { defineConfig } from 'vitest/config';

/** The tests in a real n8n; `npm test` leaves them out, since they take minutes and 6 GB. */
export default defineConfig({
	test: {
		include: ['test/e2e/**/*.test.mts'],
		globalSetup: ['test/e2e/install.mts'],
		setupFiles: ['test/support/leaks.mts'],
		reporters: ['verbose', 'json'],
		outputFile: { json: 'test/.report/e2e.json' },
		pool: 'forks',
		// Each has an n8n of its own, and some measure.
		fileParallelism: false,
		testTimeout: 120_000,
		hookTimeout: 300_000,
	},
});

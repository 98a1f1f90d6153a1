import base from './vitest.config.mts';

/**
 * The tests of the repository: docs, package, scripts, and the checks of `npm run verify`. `npm test` does
 * not run them: they do not test the nodes, and take as long as all other tests.
 */
export default {
	...base,
	test: {
		...base.test,
		include: ['test/repository/**/*.test.mts'],
		exclude: [],
		reporters: ['verbose', ['json', { outputFile: 'test/.report/repository.json' }]],
	},
};

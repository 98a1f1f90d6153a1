import base from './vitest.config.mts';

/**
 * The tests of the repository: docs, package, scripts, the checks of `npm run verify`. `npm test` leaves
 * them out: they say nothing about what the nodes do, and take as long as all the others.
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

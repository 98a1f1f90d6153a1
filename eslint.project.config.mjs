/**
 * The lint of this project, beside n8n's own in eslint.config.mjs, which sees only what is shipped and
 * must stay as n8n wrote it. This one knows the types, and reads every source file of the repository.
 *
 * `npm run lint`, or `npx eslint -c eslint.project.config.mjs FILE`.
 */
import js from '@eslint/js';
import { config, configs } from 'typescript-eslint';

export default config(
	{ ignores: ['dist/'] },
	{
		files: ['**/*.ts', '**/*.mts', '**/*.mjs'],
		extends: [js.configs.recommended, configs.recommendedTypeChecked],
		languageOptions: {
			parserOptions: {
				project: ['./tsconfig.json', './tsconfig.dev.json'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		linterOptions: {
			// An exception stands below, with its reason. n8n's scanner refuses such comments in any case.
			noInlineConfig: true,
			reportUnusedDisableDirectives: 'error',
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/consistent-type-exports': 'error',
			'@typescript-eslint/no-deprecated': 'error',
			'@typescript-eslint/no-unnecessary-condition': 'error',
			'@typescript-eslint/prefer-nullish-coalescing': 'error',
			'@typescript-eslint/prefer-optional-chain': 'error',
			'@typescript-eslint/return-await': ['error', 'always'],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/no-unnecessary-type-arguments': 'error',
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			eqeqeq: 'error',
			'no-else-return': 'error',
			'no-nested-ternary': 'error',
			'no-param-reassign': 'error',
			'object-shorthand': 'error',
			'prefer-template': 'error',
			'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: false }],
			'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: false }],
		},
	},
	{
		files: ['test/**'],
		rules: {
			// A test is read by its titles, from top to bottom; `describe` holds many of them.
			'max-lines': ['error', { max: 700, skipBlankLines: true, skipComments: false }],
			'max-lines-per-function': 'off',
		},
	},
);

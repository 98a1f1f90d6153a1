/**
 * The lint of this project, beside n8n's own in eslint.config.mjs, which sees only what is shipped and
 * must stay as n8n wrote it. This one knows the types, and reads every source file of the repository.
 *
 * `npm run lint`, or `npx eslint -c eslint.project.config.mjs FILE`.
 */
import js from '@eslint/js';
import { config, configs } from 'typescript-eslint';

export default config(
	// What is built, and the n8n that is installed for the tests in it; node_modules is left out anyway.
	{ ignores: ['dist/', '.n8n/'] },
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
			'@typescript-eslint/consistent-type-imports': [
				'error',
				// `require()` has no types but those of `typeof import()`.
				{ disallowTypeAnnotations: false },
			],
			'@typescript-eslint/consistent-type-exports': 'error',
			'@typescript-eslint/no-deprecated': 'error',
			'@typescript-eslint/method-signature-style': 'error',
			'@typescript-eslint/promise-function-async': 'error',
			// Its opposite: a function that n8n's types want a promise of is async, awaiting or not, so that
			// what it throws becomes a rejection.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/no-unnecessary-condition': 'error',
			'@typescript-eslint/prefer-nullish-coalescing': [
				'error',
				// An empty text is as good as none.
				{ ignorePrimitives: { string: true } },
			],
			'@typescript-eslint/prefer-optional-chain': 'error',
			'@typescript-eslint/return-await': ['error', 'always'],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/no-unnecessary-type-arguments': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				// `const { left: _out, ...rest }` is how a property is left out.
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
			],
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
		// What n8n loads stays loaded for weeks, and serves everybody.
		files: ['alipay/**', 'credentials/**', 'nodes/**'],
		rules: {
			'no-restricted-syntax': [
				'error',
				...[
					':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
					':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation.typeAnnotation.typeName.name=/^Readonly/]) > NewExpression[callee.name=/^(Map|Set)$/]',
				].map((selector) => ({
					selector,
					message:
						'A module keeps no state but in a Cache, whose type says how much and for how long; a constant table is a ReadonlyMap or a ReadonlySet.',
				})),
			],
		},
	},
	{
		files: ['**/*.mjs'],
		rules: {
			// The rule does not see a cast in a comment, and JavaScript has no other.
			'@typescript-eslint/no-unsafe-assignment': 'off',
		},
	},
	{
		files: ['test/**'],
		rules: {
			// A test is read by its titles, from top to bottom; `describe` holds many of them.
			'max-lines': ['error', { max: 700, skipBlankLines: true, skipComments: false }],
			'max-lines-per-function': 'off',
			// expect.any(), expect.objectContaining() and the like are `any` in vitest's types.
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			// By n8n's types a value of an item may be an object. A test knows what it put there.
			'@typescript-eslint/no-base-to-string': 'off',
			// What beforeAll fills, afterAll has to take for empty: beforeAll may have failed.
			'@typescript-eslint/no-unnecessary-condition': 'off',
		},
	},
);

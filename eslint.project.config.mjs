/**
 * The lint of this project. n8n's lint in eslint.config.mjs checks only the published files, and n8n does
 * not allow changes to it. This lint uses types, and checks every source file of the repository.
 *
 * `npm run lint`, or `npx eslint -c eslint.project.config.mjs FILE`.
 */
import js from '@eslint/js';
import { config, configs } from 'typescript-eslint';

export default config(
	// The built package, and the n8n that the tests install. ESLint ignores node_modules by default.
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
			// Add exceptions below, with a reason. n8n's scanner refuses such comments in any case.
			noInlineConfig: true,
			reportUnusedDisableDirectives: 'error',
		},
		rules: {
			'@typescript-eslint/consistent-type-imports': [
				'error',
				// `require()` only has types with `typeof import()`.
				{ disallowTypeAnnotations: false },
			],
			'@typescript-eslint/consistent-type-exports': 'error',
			'@typescript-eslint/no-deprecated': 'error',
			'@typescript-eslint/method-signature-style': 'error',
			'@typescript-eslint/promise-function-async': 'error',
			// The opposite rule is off: if n8n's types need a promise, the function is async even without an
			// await. Then an exception becomes a rejection.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/no-unnecessary-condition': 'error',
			'@typescript-eslint/prefer-nullish-coalescing': [
				'error',
				// An empty text counts as missing.
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
				// `const { removed: _removed, ...rest }` removes a property.
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
		// n8n keeps these modules loaded for weeks, for all users.
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
						'Do not keep state in a module, except in a Cache, whose type sets the size and the time. Use a ReadonlyMap or a ReadonlySet for a constant table.',
				})),
			],
		},
	},
	{
		files: ['**/*.mjs'],
		rules: {
			// The rule does not see a cast in a comment, and JavaScript does not have other casts.
			'@typescript-eslint/no-unsafe-assignment': 'off',
		},
	},
	{
		files: ['test/**'],
		rules: {
			// A test file contains many tests, and people read it by their titles.
			'max-lines': ['error', { max: 700, skipBlankLines: true, skipComments: false }],
			'max-lines-per-function': 'off',
			// expect.any(), expect.objectContaining() and the like are `any` in vitest's types.
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			// In n8n's types, a value of an item may be an object. A test knows its own values.
			'@typescript-eslint/no-base-to-string': 'off',
			// afterAll must also work if beforeAll failed and its variables are empty.
			'@typescript-eslint/no-unnecessary-condition': 'off',
		},
	},
);

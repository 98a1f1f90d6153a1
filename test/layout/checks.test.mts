/** The checks of the layout, on sources with a fault in them. */
import { describe, expect, it } from 'vitest';
import { ARROWS } from './arrows.mts';
import {
	arrowFault,
	cyclesOf,
	importsOf,
	keyFault,
	resolveImport,
	resourceFault,
	routinesOf,
	runtimeImportsOf,
} from './layout.mts';

describe('the reading of sources', () => {
	it('counts the lines of functions and methods, inner ones with the outer one', () => {
		const source = `const TABLE = {\n\n\n};
class A {\n  method() {\n\n  }\n}
function outer() {\n  const inner = () => {\n  };\n}
`;
		expect(routinesOf('a.ts', source)).toEqual([
			{ name: 'method', line: 6, lines: 3 },
			{ name: 'outer', line: 10, lines: 4 },
			{ name: 'inner', line: 11, lines: 2 },
		]);
	});

	it('reads imports of every kind, and which of them the program has', () => {
		const source = `import a from './a'; import type { B } from './b'; import { C } from './c';
export { d } from './d'; const e = await import('./e'); let c: C | typeof a = a();`;
		expect(importsOf(source)).toEqual(['./a', './b', './c', './d', './e']);
		expect(runtimeImportsOf(source)).toEqual(['./a', './d', './e']);
	});

	it('finds the file of an import', () => {
		const files = new Set(['a/b.ts', 'a/c/index.ts', 'x.mts']);
		const resolve = (specifier: string) => resolveImport('a/a.ts', specifier, files);
		expect(['./b', './c', '../x.mts', 'luxon', './none'].map(resolve)).toEqual([
			'a/b.ts',
			'a/c/index.ts',
			'x.mts',
			'luxon',
			undefined,
		]);
	});
});

describe('the check of imports', () => {
	it.each([
		['alipay/a.ts', 'n8n-workflow'],
		['alipay/a.ts', 'node:fs'],
		['alipay/a.ts', 'nodes/Alipay/Alipay.node.ts'],
		['credentials/a.ts', 'nodes/shared/errors.ts'],
		['nodes/Alipay/a.ts', 'nodes/AlipayTrigger/a.ts'],
		['nodes/AlipayTrigger/a.ts', 'nodes/Alipay/Alipay.node.ts'],
		['nodes/Alipay/a.ts', 'tools/simulator/book.mts'],
		['nodes/Alipay/a.ts', './none, which is not there'],
		['tools/simulator/a.mts', 'alipay/application/keys.ts'],
		['tools/sandbox/a.mts', 'tools/sandbox/engine.mts'],
		['elsewhere/a.ts', 'alipay/application/app.ts'],
	])('refuses %s → %s', (file, target) => {
		expect(arrowFault(ARROWS, file, target)).toContain(file);
	});

	it.each([
		['alipay/a.ts', 'alipay/b.ts'],
		['nodes/shared/a.ts', 'alipay/client.ts'],
		['tools/simulator/a.mts', 'alipay/errors/gatewayCodes.ts'],
	])('allows %s → %s', (file, target) => {
		expect(arrowFault(ARROWS, file, target)).toBeUndefined();
	});

	it('keeps resources apart, and what they share from knowing them', () => {
		const from = (folder: string, target: string) =>
			resourceFault(`nodes/Alipay/${folder}/a.ts`, `nodes/Alipay/${target}/b.ts`);
		expect(from('trade', 'couponOperation')).toBeDefined();
		expect(from('shared', 'couponOperation')).toBeDefined();
		expect(from('trade', 'shared')).toBeUndefined();
		expect(from('trade', 'trade')).toBeUndefined();
	});

	it('keeps keys and signatures away from the nodes, and from nobody else', () => {
		expect(keyFault('nodes/Alipay/a.ts', 'alipay/application/keys.ts')).toBeDefined();
		expect(keyFault('nodes/AlipayTrigger/a.ts', 'alipay/message/request.ts')).toBeDefined();
		expect(keyFault('nodes/Alipay/a.ts', 'alipay/client.ts')).toBeUndefined();
		expect(keyFault('credentials/a.ts', 'alipay/message/request.ts')).toBeUndefined();
	});

	it('finds circles, each once', () => {
		const imports = { a: ['b'], b: ['c', 'x'], c: ['a'], x: ['x'], y: ['b'] };
		expect(cyclesOf(new Map(Object.entries(imports)))).toEqual(['a → b → c', 'x']);
	});
});

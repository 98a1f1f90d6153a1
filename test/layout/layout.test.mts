/** The layout that docs/ describes: small files, small functions, and imports that point one way. */
import { describe, expect, it } from 'vitest';
import { FILES, pageOf, PAGES, textOf } from '../docs/pages.mts';
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

const FILE_LINES = 300;
const FUNCTION_LINES = 60;

/** Files that are tables: who looks something up in one does not read the rest. */
const DATA: readonly string[] = [
	// Each code of Alipay with its meaning and what to do: an entry a code, and nothing is computed.
	'alipay/errors/gatewayCodes.ts',
];

/** Formats of data, of prose and of pictures. */
const NOT_SOURCE = /\.(?:json|md|csv|svg|png)$|^LICENSE$/;

/** What the users of the package get. Only its packages are an arrow: a verified node has no others. */
const SHIPPED = ['alipay/', 'credentials/', 'nodes/'];

const isOf = (file: string, folders: readonly string[]) =>
	folders.some((folder) => file.startsWith(folder));

const SOURCES = [...FILES].filter(
	(file) => /\.(?:[cm]?ts|mjs)$/.test(file) && isOf(file, Object.keys(ARROWS)),
);

/** What each file imports, found: files by their path, packages by their name. */
const importsBy = (read: (text: string) => string[]) =>
	new Map(
		SOURCES.map((file) => [
			file,
			read(textOf(file)).map(
				(specifier) => resolveImport(file, specifier, FILES) ?? `${specifier}, which is not there`,
			),
		]),
	);

const IMPORTS = importsBy(importsOf);
const RUNTIME_IMPORTS = importsBy(runtimeImportsOf);

const pairs = [...IMPORTS].flatMap(([file, targets]) =>
	targets.map((target) => ({ file, target })),
);

describe('a file', () => {
	const written = [...FILES].filter((file) => !isOf(file, ['test/']) && !NOT_SOURCE.test(file));

	it.each(written.filter((file) => !DATA.includes(file)))(
		`%s has no more than ${FILE_LINES} lines`,
		(file) => {
			const lines = textOf(file).trimEnd().split('\n').length;
			expect(lines).toBeLessThanOrEqual(FILE_LINES);
		},
	);

	it.each(DATA)('%s, which is a table, has no function that decides much', (file) => {
		expect(routinesOf(file, textOf(file)).filter(({ lines }) => lines > 10)).toEqual([]);
	});

	it.each(SOURCES)(`%s has no function of more than ${FUNCTION_LINES} lines`, (file) => {
		const long = routinesOf(file, textOf(file))
			.filter(({ lines }) => lines > FUNCTION_LINES)
			.map(({ name, line, lines }) => `${name} ${file}:${line} has ${lines} lines`);
		expect(long).toEqual([]);
	});
});

describe('an import', () => {
	it('follows the arrows', () => {
		const isShipped = (file: string) => isOf(file, SHIPPED);
		const isPackage = (target: string) => !FILES.has(target) && !/ not there$/.test(target);
		const faults = pairs
			// What only the checkout has may use any package of the checkout.
			.filter(({ file, target }) => isShipped(file) || !isPackage(target))
			.map(({ file, target }) => arrowFault(ARROWS, file, target));
		expect(faults.filter(Boolean)).toEqual([]);
	});

	it('does not lead from one resource to another', () => {
		const faults = pairs.map(({ file, target }) => resourceFault(file, target));
		expect(faults.filter(Boolean)).toEqual([]);
	});

	it('brings no key and no byte of a signature into a node', () => {
		const faults = pairs.map(({ file, target }) => keyFault(file, target));
		expect(faults.filter(Boolean)).toEqual([]);
	});

	it('takes from the verification of answers only its types into a node', () => {
		const files = [...RUNTIME_IMPORTS].filter(
			([file, targets]) =>
				file.startsWith('nodes/') && targets.includes('alipay/message/response.ts'),
		);
		expect(files).toEqual([]);
	});

	it('is on no circle', () => {
		expect(cyclesOf(IMPORTS)).toEqual([]);
	});
});

describe('the table of the layout in docs/', () => {
	const tables = PAGES.filter((file) => /^docs\/[^/]+$/.test(file)).flatMap((file) =>
		pageOf(file).tables.filter(
			({ head }) =>
				head.cells[0]?.text.toLowerCase() === 'folder' &&
				head.cells.some(({ text }) => text.toLowerCase() === 'imports'),
		),
	);
	const [table] = tables;
	const column = table?.head.cells.findIndex(({ text }) => text.toLowerCase() === 'imports');
	const rows = new Map(
		table?.rows.map(({ cells }) => [cells[0]?.text, cells[column ?? -1]?.spans ?? []]),
	);

	it('is there once', () => expect(tables).toHaveLength(1));

	// A folder whose parts have rows needs none for itself.
	const folders = Object.keys(ARROWS).filter(
		(folder) => !Object.keys(ARROWS).some((one) => one !== folder && one.startsWith(folder)),
	);

	it.each(folders)('shows the arrows of %s', (folder) => {
		// Of packages the page has a table of its own.
		const targets = (ARROWS[folder] ?? []).filter(
			(target) => target.endsWith('/') || target.startsWith('alipay/'),
		);
		const shown = rows.get(folder) ?? [];
		const isWithin = (target: string, one: string) => target.startsWith(one);
		expect({
			missing: targets.filter((target) => !shown.some((one) => isWithin(target, one))),
			tooMany: shown.filter((one) => !targets.some((target) => isWithin(target, one))),
		}).toEqual({ missing: [], tooMany: [] });
	});
});

/** Compares README and docs with the repository. Each finding names its page and line. */
import { beforeAll, describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../../alipay/methods/couponOperationQuery.ts';
import { simulate } from '../../workflow/query.mts';
import { blockFaults, jsonOf, yamlFaults } from './blocks.mts';
import { commandFaults, nameFaults } from './commands.mts';
import { execute, realShapes } from './items.mts';
import { chineseFaults } from './language.mts';
import { addressFaults, linkFaults, reachableFrom } from './links.mts';
import { FILES, finding, isGenerated, pageOf, PAGES, textOf } from './pages.mts';
import { AND_SO_ON, itemFaults, itemsOf, kindOf, kindsOf, tableFaults } from './tables.mts';
import type { Shapes } from './tables.mts';
import { isWorkflow, workflowFaults } from './workflows.mts';
import type { WorkflowJson } from './workflows.mts';

const KINDS = kindsOf(couponOperationQuery.fields.map(({ name }) => name));

let shapes: Shapes;
let first: Awaited<ReturnType<typeof execute>>;
beforeAll(async () => {
	const simulator = await simulate();
	shapes = await realShapes(simulator);
	const workflow = JSON.parse(textOf('examples/00-query-rows.json')) as WorkflowJson;
	first = await execute(simulator, workflow);
});

describe.each(PAGES)('%s', (file) => {
	const page = pageOf(file);

	it('has links and pictures with a target, and anchors with a heading', () => {
		expect(linkFaults(page)).toEqual([]);
	});

	it('names existing commands, flags, paths and variables', () => {
		expect(commandFaults(page)).toEqual([]);
	});

	it('names existing files and folders', () => {
		expect(nameFaults(page)).toEqual([]);
	});

	it('has a language for each fenced block, and each block is valid in it', () => {
		expect(blockFaults(page)).toEqual([]);
	});

	it('shows workflows that n8n can import', () => {
		const faults = jsonOf(page).flatMap(({ line, value }) =>
			isWorkflow(value) ? workflowFaults(value).map((fault) => finding(page, { line }, fault)) : [],
		);
		expect(faults).toEqual([]);
	});

	it('has tables that match the code, including its defaults', () => {
		// Another test compares generated pages as a whole.
		expect(isGenerated(page) ? [] : tableFaults(page, KINDS)).toEqual([]);
	});

	it('shows items with the fields that the nodes output', () => {
		expect(itemFaults(page, shapes)).toEqual([]);
	});

	it('is English unless it belongs to the pages in Chinese', () => {
		expect(chineseFaults(page)).toEqual([]);
	});
});

describe('README.md', () => {
	const readme = pageOf('README.md');

	it.each(KINDS.filter(({ name }) => name !== 'the options of alipayTrigger'))(
		'has a table of $name, or a page of docs/ has it',
		({ matches }) => {
			const tables = PAGES.flatMap((file) => pageOf(file).tables);
			expect(tables.filter(matches).length).toBeGreaterThan(0);
		},
	);

	it('shows an item of the node, one of the trigger and a failed one', () => {
		const kinds = itemsOf(readme).map(({ item }) => kindOf(item));
		expect(new Set(kinds)).toEqual(new Set(['item', 'changed', 'fault']));
	});

	const shown = itemsOf(readme).filter(({ item }) => kindOf(item) !== 'changed');

	it.each(shown)('shows at line $line the output of the first example', ({ item }) => {
		expect(first.output.map(flat)).toContainEqual(expect.objectContaining(givenBy(item)));
	});
});

/** An item with its `details` merged into its other fields. */
const flat = ({ details, ...item }: Record<string, unknown>) => ({
	...item,
	...(details as Record<string, unknown> | undefined),
});

/** Values that differ from run to run, and the title, which is Chinese in the simulator. */
const FREE: readonly string[] = ['trace_id', 'order_title'];

/** The values that an example shows; for a shortened text, its beginning. */
function givenBy(item: Record<string, unknown>) {
	const values = Object.entries(flat(item)).filter(
		([key, value]) => key !== AND_SO_ON && value !== AND_SO_ON && !FREE.includes(key),
	);
	return Object.fromEntries(
		values.map(([key, value]) => {
			const isBegun = typeof value === 'string' && value.endsWith(AND_SO_ON);
			return [key, isBegun ? beginningWith(value.slice(0, -1).trim()) : value];
		}),
	);
}

const beginningWith = (text: string): unknown =>
	expect.stringMatching(new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));

describe('the repository', () => {
	const reached = reachableFrom('README.md');

	it.each([...FILES].filter((file) => /^docs\/.*\.md$/.test(file)))(
		'leads a reader from README.md to %s',
		(file) => expect(reached).toContain(file),
	);

	it.each([...FILES].filter((file) => file.startsWith('docs/images/')))(
		'shows %s on its pages',
		(file) => {
			const shown = PAGES.flatMap((page) =>
				pageOf(page).links.map(({ href }) => href.split('/').at(-1)),
			);
			expect(shown).toContain(file.split('/').at(-1));
		},
	);

	it('names valid addresses of itself in code and data, too', () => {
		const others = [...FILES].filter((file) => /\.(?:[cm]?[jt]s|json|ya?ml)$/.test(file));
		const faults = others
			.filter((file) => !/^package-lock\.json$|^test\//.test(file))
			.flatMap((file) => addressFaults(file, textOf(file)));
		expect(faults).toEqual([]);
	});

	it.each([...FILES].filter((file) => /\.ya?ml$/.test(file)))('has valid YAML in %s', (file) => {
		expect(yamlFaults(textOf(file))).toEqual([]);
	});
});

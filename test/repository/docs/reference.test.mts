/** The README is short; the pages that it refers to have the rest, and their tables tell the truth. */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../../tools/simulator/fixtures/couponOperation.mts';
import { queryItems, simulate } from '../../workflow/query.mts';
import { FORM_KINDS } from './forms.mts';
import { FILES, isChinese, isGenerated, pageOf, PAGES, parsePage, textOf } from './pages.mts';
import { itemsOf, kindOf, tableFaults } from './tables.mts';

/** The pages with what the README leaves out. */
const REFERENCE = ['compatibility', 'credential', 'node', 'troubleshooting'].map(
	(name) => `docs/${name}.md`,
);

describe('README.md', () => {
	const text = textOf('README.md');
	const links = pageOf('README.md').links.map(({ href }) => href);

	it('has fewer than 270 lines and 2,000 words', () => {
		expect(text.split('\n').length - 1).toBeLessThan(270);
		expect(text.split(/\s+/).filter(Boolean).length).toBeLessThan(2000);
	});

	it('has the sections that n8n recommends', () => {
		expect(text.match(/(?<=^## )\w+/gm)).toEqual(
			expect.arrayContaining([
				...['Installation', 'Credentials', 'Operations', 'Compatibility', 'Usage', 'Resources'],
			]),
		);
	});

	it('links to each example', () => {
		const examples = [...FILES].filter((file) => /^examples\/[^/]*\.json$/.test(file));
		expect(examples.filter((file) => !links.includes(file))).toEqual([]);
	});

	it.each(REFERENCE)('links to %s', (file) => {
		expect(links.map((href) => href.replace(/#.*/, ''))).toContain(file);
	});

	it.each(REFERENCE)('alone shows items of a run, so %s has none that could differ', (file) => {
		const run = itemsOf(pageOf(file)).filter(({ item }) => kindOf(item) !== 'changed');
		expect(run).toEqual([]);
	});
});

const ENGLISH = PAGES.filter((file) => !isChinese(file) && !file.startsWith('.github/'));

it.each(ENGLISH)('%s says first for whom it is', (file) => {
	// The README begins with a link to the guide in Chinese.
	expect(textOf(file)).toMatch(/^# .*\n\n(?:\[.*\n\n)?For .+?: \S/);
});

it('docs/README.md links to every page in English', () => {
	const links = pageOf('docs/README.md').links.map(({ href }) => path.posix.join('docs', href));
	const others = ENGLISH.filter((file) => file !== 'docs/README.md');
	expect(others.filter((file) => !links.includes(file))).toEqual([]);
});

it.each(PAGES)('%s has tables of operations, key modes and messages that are true', (file) => {
	const page = pageOf(file);
	expect(isGenerated(page) ? [] : tableFaults(page, FORM_KINDS)).toEqual([]);
});

it.each(FORM_KINDS)('the README or its reference has a table of $name', ({ matches }) => {
	const tables = ['README.md', ...REFERENCE].flatMap((file) => pageOf(file).tables);
	expect(tables.filter(matches).length).toBeGreaterThan(0);
});

describe('the table of refused numbers in docs/node.md', () => {
	const { auth_no, operation_id } = SAMPLES.closed;
	/** Items as the first column describes them. */
	const ITEMS: Readonly<Record<string, Record<string, unknown>>> = {
		'auth_no alone': { auth_no },
		'auth_no and out_request_no': { auth_no, out_request_no: 'R1' },
		nothing: {},
		'2.01E+27': { auth_no: '2.01E+27', operation_id },
		'20140216010020006400 as a number': { auth_no, operation_id: Number('20140216010020006400') },
		'20260901000020000000, as a spreadsheet writes it': {
			...{ auth_no, operation_id: '20260901000020000000' },
		},
		'NULL, #N/A, 无, {{ … }}': { auth_no: 'NULL', operation_id },
		'2026 0901 …': { auth_no: auth_no.replace('0901', ' 0901 '), operation_id },
		'65 characters': { auth_no: '1'.repeat(65), operation_id },
	};
	const table = pageOf('docs/node.md').tables.find(
		({ head }) => head.cells[0]?.text === 'The item has',
	);
	const rows = (table?.rows ?? []).map(({ cells }) => cells.map(({ text }) => text));
	let simulator: Awaited<ReturnType<typeof simulate>>;
	beforeAll(async () => {
		simulator = await simulate();
	});

	it('has a row for each of these items', () => {
		expect(rows.map(([item]) => item)).toEqual(Object.keys(ITEMS));
	});

	it.each(rows)('has the message of an item with %s', async (item = '', message = '') => {
		const { failed } = await queryItems(simulator, [ITEMS[item] ?? {}], {
			onError: 'continueErrorOutput',
		});
		expect(failed.map(({ error }) => error)).toEqual([message]);
	});
});

describe('the check of these tables', () => {
	const found = (lines: readonly string[]) =>
		tableFaults(parsePage('docs/planted.md', lines.join('\n')), FORM_KINDS).map((fault) =>
			fault.replace('docs/planted.md:', ''),
		);
	const tableOf = (file: string, head: string) => {
		const lines = textOf(file).split('\n');
		const start = lines.findIndex((line) => line.startsWith(head));
		return lines.slice(start, lines.indexOf('', start));
	};

	it('finds an option that the node does not have, and another default', () => {
		const rows = ['| Max Tries | 4 |', '| None Such | |'];
		expect(found(['| Frequent option | Default |', '| --- | --- |', ...rows])).toEqual([
			'4 some options of alipay: the code has no "None Such"',
			'3 some options of alipay: the default of "Max Tries" is "3"',
		]);
	});

	it('finds a missing operation, another method, and missing numbers', () => {
		const name = 'the operations of the node';
		const rows = tableOf('docs/node.md', '| Resource → Operation |')
			.filter((row) => !row.includes('Any API'))
			.map((row) => row.replace('`alipay.trade.query`', '`alipay.trade.fastpay.refund.query`'))
			.map((row) => row.replace('`order_id`, or ', ''));
		expect(found(rows)).toEqual([
			`1 ${name}: the table has no row for "Any API → Call"`,
			`4 ${name}: Alipay Numbers are order_id, pay_fund_order_id`,
			`5 ${name}: it does not call alipay.trade.fastpay.refund.query`,
		]);
	});

	it('finds the missing fields of a key mode', () => {
		const fields = 'App ID, Private Key, Alipay Public Key';
		const rows = tableOf('README.md', '| Key Mode |').map((row) => row.replace(fields, 'App ID'));
		expect(found(rows)).toEqual([`3 the fields of each key mode: Public Key requires ${fields}`]);
	});

	it('finds a message and a code that the package does not have', () => {
		const rows = [
			'| "… is rounded …", "was never said" | |',
			'| `isv.none-such`, `is "NULL", which is not a number` | |',
		];
		const name = 'the messages and codes';
		expect(found(['| What you see | |', '| --- | --- |', ...rows])).toEqual([
			`3 ${name}: the package never says "was never said"`,
			`4 ${name}: the package never says "isv.none-such"`,
		]);
	});
});

/** The checks of the pages, on pages with a fault in them: each is found, on its line. */
import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../../alipay/methods/couponOperationQuery.ts';
import { blockFaults } from './blocks.mts';
import { commandFaults, nameFaults } from './commands.mts';
import { chineseFaults } from './language.mts';
import { addressFaults, linkFaults, REPOSITORY } from './links.mts';
import { parsePage, textOf } from './pages.mts';
import type { Page } from './pages.mts';
import { itemFaults, kindsOf, tableFaults } from './tables.mts';
import { workflowFaults } from './workflows.mts';
import type { WorkflowJson } from './workflows.mts';

const PLACE = 'docs/planted.md';

/** What a check finds, without the name of the page. */
const found = (check: (page: Page) => string[], text: string) =>
	check(parsePage(PLACE, text)).map((finding) => finding.replace(`${PLACE}:`, ''));

const fence = (language: string, ...lines: string[]) =>
	[`\`\`\`${language}`, ...lines, '```'].join('\n');

describe('the check of links', () => {
	it.each([
		['../README.md'],
		['../README.md#installation'],
		['trigger.md#restarts-and-crashes'],
		['images'],
		['../alipay/errors/gatewayCodes.ts#L3'],
		['#a-heading'],
		['#a-heading-1'],
		['#中文标题测试'],
		['#by-hand'],
		['https://docs.n8n.io/hosting/'],
		['http://localhost:5678'],
		['mailto:someone@example.com'],
		[`${REPOSITORY}/blob/main/docs/codes.md#found-by-the-node`],
		[`${REPOSITORY}#credentials`],
		[`${REPOSITORY}/issues/new`],
	])('passes %s', (href) => {
		const page = `# A heading\n\n## A heading\n\n## 中文，标题（测试）\n\n<a id="by-hand"></a>\n[x](${href})`;
		expect(found(linkFaults, page)).toEqual([]);
	});

	it.each([
		['[x](none.md)', 'none.md leads to no file of the repository'],
		['[x](../readme.md)', '../readme.md leads to no file of the repository'],
		['[x](../../outside.md)', '../../outside.md leads out of the repository'],
		['[x](/docs/codes.md)', '/docs/codes.md begins at the root of the web site'],
		['[x](codes.md#none)', '#none names no heading of docs/codes.md'],
		['[x](#none)', '#none names no heading of docs/planted.md'],
		[
			'[x](../alipay/errors/gatewayCodes.ts#L99999)',
			'alipay/errors/gatewayCodes.ts has no line 99999',
		],
		['![x](images/none.png)', 'images/none.png leads to no file of the repository'],
		['<img src="images/none.svg" alt="">', 'images/none.svg leads to no file of the repository'],
		['<a href="#none">x</a>', '#none names no heading of docs/planted.md'],
		['[x](http://example.com)', 'http://example.com is not https'],
		['[x](https://nowhere)', 'https://nowhere names no host'],
		['[x](not a link)', 'is no link: [x](not a link)'],
		['[x][undefined]', 'is no link: [x][undefined]'],
		[`[x](${REPOSITORY}/blob/main/none.md)`, 'none.md leads to no file of the repository'],
		[`[x](${REPOSITORY}#none)`, '#none names no heading of README.md'],
		[`[x](${REPOSITORY}/none)`, `${REPOSITORY}/none is no page that GitHub serves`],
	])('finds %s', (text, fault) => {
		expect(found(linkFaults, `Two lines\n${text}`)).toEqual([`2 ${fault}`]);
	});

	it('reads addresses in code', () => {
		const source = `\nconst help = '${REPOSITORY}#nowhere';\n`;
		expect(addressFaults('a.ts', source)).toEqual([
			'a.ts:2 #nowhere names no heading of README.md',
		]);
	});
});

const { version } = JSON.parse(textOf('package.json')) as { version: string };

describe('the check of commands', () => {
	it.each([
		['npm ci --ignore-scripts'],
		['npm run simulator -- --port 8080 --fault-rate 0.1 # with --tls, over TLS'],
		['SOAK_ITEMS=10000 npm test && mkdir -p ~/.n8n/nodes'],
		['SCREENSHOTS=docs/images npm run test:e2e -- test/e2e/queue.test.mts'],
		['N8N_LOG_LEVEL=debug npx n8n'],
		['npx vitest run test/unit --exclude=test/unit/app.test.mts'],
		['node tools/build/setup.mjs --no-build'],
		[`npm install --prefix ~/x \\\n  "./n8n-nodes-alipay-${version}.tgz"`],
	])('passes %s', (command) => {
		expect(found(commandFaults, fence('bash', command))).toEqual([]);
	});

	it.each([
		['npm run none', 'package.json has no script none'],
		['npm demo', 'npm has no command demo'],
		['npm ci --ignore-script', 'this project knows no --ignore-script'],
		['npm run bench --quick', 'npm keeps --quick for itself: it belongs behind --'],
		['npm run bench -- --slow', 'npm run bench knows no --slow'],
		['npm run simulator -- --latencies=5', 'npm run simulator knows no --latencies'],
		['npm start # also --none', 'npm run start knows no --none'],
		['npm run attack -- --count 5', 'npm run attack knows no --count'],
		['npm test -- --none', 'npm run test knows no --none'],
		['npm test -- test/none', 'there is no test/none'],
		['npx none-such', 'npx finds no program none-such'],
		['npx vitest run test/none', 'there is no test/none'],
		['node tools/build/none.mjs', 'there is no ./tools/build/none.mjs'],
		['node tools/build/setup.mjs --none', 'tools/build/setup.mjs knows no --none'],
		['npm install ./n8n-nodes-alipay-9.9.9.tgz', `./n8n-nodes-alipay-9.9.9.tgz is not ${version}`],
		['npm install n8n-nodes-alipay@9.9.9', `9.9.9 is not ${version}`],
		['NO_SUCH_THING=1 npm test', 'no program reads the variable NO_SUCH_THING'],
		['SCREENSHOTS=docs/none npm run test:e2e', 'there is no docs/none'],
		['none-such --help', 'nothing is known of the program none-such'],
	])('finds %s', (command, fault) => {
		const script = fence('bash', 'git status && # and then', command);
		expect(found(commandFaults, script)).toEqual([`3 ${fault}`]);
	});

	it('reads commands, flags and variables within a sentence', () => {
		const text =
			'Run `npm run none`, with `--none`,\nor the variable `NONE_SUCH`, or `NONE_SUCH=1`.';
		expect(found(commandFaults, text)).toEqual([
			'1 package.json has no script none',
			'1 no program knows --none',
			'2 no program reads the variable NONE_SUCH',
			'2 no program reads the variable NONE_SUCH',
		]);
	});

	it('finds files and folders that are not there, by the end of their path', () => {
		const names =
			'`alipay/application/keys.ts`, `keys.ts`, `unit/`, `dist/`, `n8n.io`\nor `none.ts`, `none/`';
		expect(found(nameFaults, names)).toEqual(['2 there is no none.ts', '2 there is no none/']);
		const change = fence('diff', '--- /dev/null', '+++ b/some/none.ts', '@@ -0,0 +1 @@', '+x');
		expect(found(nameFaults, `${names}\n\n${change}`)).toEqual(['2 there is no none/']);
	});

	it('reads what is typed in a transcript, not what comes back', () => {
		const script = fence('console', '$ npm run none', 'none-such', '$ npm test');
		expect(found(commandFaults, script)).toEqual(['2 package.json has no script none']);
	});
});

describe('the check of fenced blocks', () => {
	it.each([
		['json', '{ "a": [1, "…"] }'],
		['yaml', 'a:\n  - b: "c"'],
		['ts', 'const a: number = await b(1);\nreturn [{ json: { a } }];'],
		['diff', '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new'],
	])('passes %s that is whole', (language, text) => {
		expect(found(blockFaults, fence(language, text))).toEqual([]);
	});

	it.each([
		['json', '{ "a": 1, }', /^1 the block is no JSON/],
		['yaml', 'a: [1, 2', /^1 the block is no YAML/],
		['ts', 'const a: = 1;', /^1 the block does not parse/],
		['js', 'function (', /^1 the block does not parse/],
		['diff', '@@ -1,2 +1,2 @@\n same\n+new', /^1 the block the hunk before/],
		['diff', '@@ -1 +1 @@\n-old\n+new\n+newer', /^1 the block the hunk before/],
		['', 'npm test', /^1 the block has no language/],
		['jsno', '{', /^1 the block "jsno" is no language/],
	])('finds a fault in %s: %s', (language, text, fault) => {
		const [first = '', ...others] = found(blockFaults, fence(language, text));
		expect(first).toMatch(fault);
		expect(others.filter((other) => !fault.test(other))).toEqual([]);
	});
});

/** The first example with a change in it. */
function changed(change: (workflow: WorkflowJson, alipay: WorkflowJson['nodes'][number]) => void) {
	const workflow = JSON.parse(textOf('examples/00-query-rows.json')) as WorkflowJson;
	const alipay = workflow.nodes.find(({ name }) => name === 'Alipay');
	if (!alipay) throw new Error('The first example has no node Alipay');
	change(workflow, alipay);
	return workflowFaults(workflow);
}

describe('the check of workflows', () => {
	it('finds a parameter that the node does not have', () => {
		const faults = changed((_, { parameters }) => Object.assign(parameters, { authNumber: '1' }));
		expect(faults).toEqual(['Alipay: there is no parameter authNumber']);
	});

	it('finds an option that the node does not have, and a value of another kind', () => {
		const options = { none: 1, concurrency: '10', amountFormat: 'cents' };
		expect(changed((_, { parameters }) => Object.assign(parameters, { options }))).toEqual([
			'Alipay: options: there is no parameter none',
			'Alipay: options: concurrency cannot be "10"',
			'Alipay: options: amountFormat cannot be "cents"',
		]);
	});

	it('finds a value that a choice does not have', () => {
		const faults = changed((_, { parameters }) => Object.assign(parameters, { operation: 'pay' }));
		expect(faults).toContain('Alipay: operation cannot be "pay"');
	});

	it('finds a number that its form does not show, and one that it asks for', () => {
		const parameters = { identifyBy: 'alipay', authNo: '1', outOrderNo: '2' };
		const faults = changed((_, alipay) => {
			alipay.parameters = { resource: 'couponOperation', operation: 'query', ...parameters };
		});
		expect(faults).toEqual([
			'Alipay: outOrderNo is not shown with these settings',
			'Alipay: Parameter "Operation ID" is required.',
		]);
	});

	it.each([
		['a node that the package does not have', { type: 'n8n-nodes-alipay.none' }],
		['a type that is none', { type: 'alipay' }],
		['a version that the node does not have', { typeVersion: 9 }],
		['a credential of another kind', { credentials: { smtp: { id: '', name: '' } } }],
		['a node without a place', { position: undefined }],
	])('finds %s', (_what, change) => {
		expect(changed((_, alipay) => Object.assign(alipay, change))).not.toEqual([]);
	});

	it('finds a connection to a node that is not there, and two nodes of one name', () => {
		expect(
			changed(({ nodes, connections }) => {
				connections.Rows = { main: [[{ node: 'None', type: 'main', index: 0 }]] };
				nodes.push({ ...nodes[0]! });
			}),
		).toEqual(['two nodes are called About', 'a connection names None, which is no node']);
	});

	it('finds a row of the trigger with a field that it does not have', () => {
		const operations = { values: [{ identifyBy: 'alipay', authNo: '1', operation: '2' }] };
		const faults = changed((_, alipay) => {
			alipay.type = 'n8n-nodes-alipay.alipayTrigger';
			alipay.parameters = { event: 'couponOperationStatus', operations };
		});
		expect(faults).toContain('Alipay: operations: there is no parameter operation');
	});
});

describe('the check of tables', () => {
	const kinds = kindsOf(couponOperationQuery.fields.map(({ name }) => name));
	const check = (page: Page) => tableFaults(page, kinds);
	/** The README's table that begins so, with its sections above it. */
	const tables = textOf('README.md').split('\n');
	const table = (head: string, change: (rows: string[]) => string[]) => {
		const at = tables.findIndex((row) => row.startsWith(head));
		const end = tables.findIndex((row, line) => line > at && row === '');
		return change(tables.slice(at, end)).join('\n');
	};
	const head = '| Option | Default |';

	it('finds an option that the node does not have', () => {
		const text = table(head, (rows) => [...rows, '| None Such | off | |']);
		expect(found(check, text).join()).toMatch(
			/\d+ the options of alipay: the code has no "None Such"/,
		);
	});

	it('finds an option without a row', () => {
		const text = table(head, (rows) => rows.filter((row) => !row.startsWith('| Max Tries')));
		expect(found(check, text)).toEqual([
			'1 the options of alipay: the table has no row for "Max Tries"',
		]);
	});

	it('finds a default that is another one', () => {
		const text = table(head, (rows) =>
			rows.map((row) => row.replace(/^(\| Timeout[^|]*\|) 15 /, '$1 60 ')),
		);
		expect(found(check, text).join()).toContain('the default of "Timeout (Seconds)" is "15"');
	});

	it('finds a field that the credential does not have', () => {
		const text = '| Field | What to fill in |\n| --- | --- |\n| App ID, App Secret | |';
		expect(found(check, text)).toContain(
			'3 the fields of the credential: the code has no "App Secret"',
		);
	});

	it('finds a choice that is not the default, and a field that no item has', () => {
		const choices = '| Identify By | |\n| --- | --- |\n| Merchant Numbers (default) | |';
		expect(found(check, choices)).toContain(
			'3 the choices of Identify By: "Merchant Numbers" is not the default',
		);
		const fields = '| Field | Type |\n| --- | --- |\n| `auth_no`, `none` | string |';
		expect(found(check, fields)).toContain('3 the fields of an item: the code has no "none"');
	});
});

describe('the check of items', () => {
	const shapes = {
		...{ simple: ['auth_no', 'status'], whole: ['auth_no', 'status', 'remark'] },
		...{ changed: ['previous_status'], numbers: ['auth_no'] },
		...{ fault: ['error', 'details'], details: ['code', 'sub_code'] },
	};
	const check = (page: Page) => itemFaults(page, shapes);

	it.each([
		['{ "auth_no": "1", "status": "INIT" }'],
		['{ "status": "INIT", "…": "…" }'],
		['{ "auth_no": "1", "status": "INIT", "remark": null }'],
		['{ "error": "x", "details": { "code": "1", "…": "…" }, "auth_no": "1" }'],
		['[{ "auth_no": "1", "operation_id": "2" }]'],
	])('passes %s', (text) => expect(found(check, fence('json', text))).toEqual([]));

	it.each([
		['{ "status": "INIT" }', 'the item lacks the field auth_no'],
		['{ "auth_no": "1", "status": "INIT", "sum": 1 }', 'no such item has the field sum'],
		['{ "error": "x", "details": { "code": "1" } }', 'the item lacks the field sub_code'],
		['{ "auth_no": "1", "previous_status": null }', 'the item lacks the field status'],
	])('finds the fault of %s', (text, fault) => {
		expect(found(check, fence('json', text))).toEqual([`1 ${fault}`]);
	});
});

describe('the check of the language', () => {
	it.each([
		['Menu `应用信息`'],
		['Menu “应用信息”'],
		['[中文](zh-CN/README.md)'],
		['Fen, yuan: ¥'],
	])('passes %s', (text) => expect(found(chineseFaults, text)).toEqual([]));

	it.each([['Text 中文'], ['# 中文'], [fence('json', '{ "a": "中文" }')], ['Wide，comma']])(
		'finds %s',
		(text) => expect(found(chineseFaults, text)).toHaveLength(1),
	);

	it('leaves the pages in Chinese alone', () => {
		expect(chineseFaults(parsePage('docs/zh-CN/README.md', '中文'))).toEqual([]);
	});
});

/** The checks of the pages, on pages with one mistake each, which they must find on its line. */
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

/** The findings of a check, without the name of the page. */
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
	])('accepts %s', (href) => {
		const page = `# A heading\n\n## A heading\n\n## 中文，标题（测试）\n\n<a id="by-hand"></a>\n[x](${href})`;
		expect(found(linkFaults, page)).toEqual([]);
	});

	it.each([
		['[x](none.md)', 'none.md does not lead to a file of the repository'],
		['[x](../readme.md)', '../readme.md does not lead to a file of the repository'],
		['[x](../../outside.md)', '../../outside.md leads out of the repository'],
		['[x](/docs/codes.md)', '/docs/codes.md begins at the root of the web site'],
		['[x](codes.md#none)', '#none is not a heading of docs/codes.md'],
		['[x](#none)', '#none is not a heading of docs/planted.md'],
		[
			'[x](../alipay/errors/gatewayCodes.ts#L99999)',
			'alipay/errors/gatewayCodes.ts has no line 99999',
		],
		['![x](images/none.png)', 'images/none.png does not lead to a file of the repository'],
		[
			'<img src="images/none.svg" alt="">',
			'images/none.svg does not lead to a file of the repository',
		],
		['<a href="#none">x</a>', '#none is not a heading of docs/planted.md'],
		['[x](http://example.com)', 'http://example.com is not https'],
		['[x](https://nowhere)', 'https://nowhere names no host'],
		['[x](not a link)', 'is not a link: [x](not a link)'],
		['[x][undefined]', 'is not a link: [x][undefined]'],
		[`[x](${REPOSITORY}/blob/main/none.md)`, 'none.md does not lead to a file of the repository'],
		[`[x](${REPOSITORY}#none)`, '#none is not a heading of README.md'],
		[`[x](${REPOSITORY}/none)`, `${REPOSITORY}/none is not a page that GitHub serves`],
	])('finds %s', (text, fault) => {
		expect(found(linkFaults, `Two lines\n${text}`)).toEqual([`2 ${fault}`]);
	});

	it('reads addresses in code', () => {
		const source = `\nconst help = '${REPOSITORY}#nowhere';\n`;
		expect(addressFaults('a.ts', source)).toEqual([
			'a.ts:2 #nowhere is not a heading of README.md',
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
	])('accepts %s', (command) => {
		expect(found(commandFaults, fence('bash', command))).toEqual([]);
	});

	it.each([
		['npm run none', 'package.json has no script none'],
		['npm demo', 'npm has no command demo'],
		['npm ci --ignore-script', 'this project does not know --ignore-script'],
		['npm run bench --quick', 'npm keeps --quick for itself: it belongs behind --'],
		['npm run bench -- --slow', 'npm run bench does not know --slow'],
		['npm run simulator -- --latencies=5', 'npm run simulator does not know --latencies'],
		['npm start # also --none', 'npm run start does not know --none'],
		['npm run attack -- --count 5', 'npm run attack does not know --count'],
		['npm test -- --none', 'npm run test does not know --none'],
		['npm test -- test/none', 'there is no test/none'],
		['npx none-such', 'npx finds no program none-such'],
		['npx vitest run test/none', 'there is no test/none'],
		['node tools/build/none.mjs', 'there is no ./tools/build/none.mjs'],
		['node tools/build/setup.mjs --none', 'tools/build/setup.mjs does not know --none'],
		['npm install ./n8n-nodes-alipay-9.9.9.tgz', `./n8n-nodes-alipay-9.9.9.tgz is not ${version}`],
		['npm install n8n-nodes-alipay@9.9.9', `9.9.9 is not ${version}`],
		['NO_SUCH_THING=1 npm test', 'no program reads the variable NO_SUCH_THING'],
		['SCREENSHOTS=docs/none npm run test:e2e', 'there is no docs/none'],
		['none-such --help', 'the program none-such is unknown'],
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

	it('finds missing files and folders by the end of their path', () => {
		const names =
			'`alipay/application/keys.ts`, `keys.ts`, `unit/`, `dist/`, `n8n.io`\nor `none.ts`, `none/`';
		expect(found(nameFaults, names)).toEqual(['2 there is no none.ts', '2 there is no none/']);
		const change = fence('diff', '--- /dev/null', '+++ b/some/none.ts', '@@ -0,0 +1 @@', '+x');
		expect(found(nameFaults, `${names}\n\n${change}`)).toEqual(['2 there is no none/']);
	});

	it('reads the input of a transcript, not the output', () => {
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
	])('accepts %s that is complete', (language, text) => {
		expect(found(blockFaults, fence(language, text))).toEqual([]);
	});

	it.each([
		['json', '{ "a": 1, }', /^1 the block is not valid JSON/],
		['yaml', 'a: [1, 2', /^1 the block is not valid YAML/],
		['ts', 'const a: = 1;', /^1 the block does not parse/],
		['js', 'function (', /^1 the block does not parse/],
		['diff', '@@ -1,2 +1,2 @@\n same\n+new', /^1 the block the hunk before/],
		['diff', '@@ -1 +1 @@\n-old\n+new\n+newer', /^1 the block the hunk before/],
		['', 'npm test', /^1 the block has no language/],
		['jsno', '{', /^1 the block "jsno" is not a language/],
	])('finds a mistake in %s: %s', (language, text, fault) => {
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

	it('finds a value that is not one of the choices', () => {
		const faults = changed((_, { parameters }) => Object.assign(parameters, { operation: 'pay' }));
		expect(faults).toContain('Alipay: operation cannot be "pay"');
	});

	it('finds a number that the form does not show, and a missing number that it requires', () => {
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
		['an unknown type', { type: 'alipay' }],
		['a version that the node does not have', { typeVersion: 9 }],
		['a credential of another kind', { credentials: { smtp: { id: '', name: '' } } }],
		['a node without a position', { position: undefined }],
	])('finds %s', (_what, change) => {
		expect(changed((_, alipay) => Object.assign(alipay, change))).not.toEqual([]);
	});

	it('finds a connection to a missing node, and two nodes with the same name', () => {
		expect(
			changed(({ nodes, connections }) => {
				connections.Rows = { main: [[{ node: 'None', type: 'main', index: 0 }]] };
				nodes.push({ ...nodes[0]! });
			}),
		).toEqual(['two nodes are called About', 'a connection names None, which is not a node']);
	});

	it('finds a row of the trigger with an unknown field', () => {
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
	/** The table of docs/node.md with this beginning. */
	const tables = textOf('docs/node.md').split('\n');
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

	it('finds a wrong default', () => {
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

	it('finds a wrong default choice, and a field that no item has', () => {
		const choices = '| Identify By | |\n| --- | --- |\n| Merchant Numbers (default) | |';
		expect(found(check, choices)).toContain(
			'3 the choices of Identify By: "Merchant Numbers" is not the default',
		);
		const fields = '| Field | Type |\n| --- | --- |\n| `auth_no`, `none` | string |';
		expect(found(check, fields)).toContain('3 the fields of an item: the code has no "none"');
	});
});

describe('the check of tables about notifications', () => {
	const kinds = kindsOf(couponOperationQuery.fields.map(({ name }) => name));
	const check = (page: Page) => tableFaults(page, kinds);

	it('finds a parameter that the trigger does not have, and one without a row', () => {
		const rows = ['Kinds', 'Options → Amount Format', 'Options → None'];
		const text = ['| Notification parameter |', '| --- |', ...rows.map((row) => `| ${row} |`)];
		const name = 'the parameters of the notification trigger';
		expect(found(check, text.join('\n'))).toEqual([
			`5 ${name}: the code has no "Options → None"`,
			`1 ${name}: the table has no row for "Statuses"`,
			`1 ${name}: the table has no row for "Options → Allowed App IDs"`,
		]);
	});

	it('finds a kind without its notify_type', () => {
		const text = textOf('docs/notifications.md').replace(
			'`fund_auth_unfreeze`',
			'`fund_auth_none`',
		);
		expect(found(check, text)).toEqual([
			expect.stringMatching(/Fund Authorization has no fund_auth_unfreeze$/),
		]);
	});
});

describe('the check of items', () => {
	const shapes = {
		...{ simple: ['auth_no', 'status'], whole: ['auth_no', 'status', 'remark'] },
		...{ changed: ['previous_status'], numbers: ['auth_no'] },
		...{ fault: ['error', 'details'], details: ['code', 'sub_code'] },
		...{ notified: ['status', 'notification'], notification: ['kind'] },
	};
	const check = (page: Page) => itemFaults(page, shapes);

	it.each([
		['{ "auth_no": "1", "status": "INIT" }'],
		['{ "status": "INIT", "…": "…" }'],
		['{ "auth_no": "1", "status": "INIT", "remark": null }'],
		['{ "error": "x", "details": { "code": "1", "…": "…" }, "auth_no": "1" }'],
		['{ "status": "INIT", "notification": { "kind": "x" } }'],
		['[{ "auth_no": "1", "operation_id": "2" }]'],
	])('accepts %s', (text) => expect(found(check, fence('json', text))).toEqual([]));

	it.each([
		['{ "status": "INIT" }', 'the item needs the field auth_no'],
		['{ "auth_no": "1", "status": "INIT", "sum": 1 }', 'no such item has the field sum'],
		['{ "error": "x", "details": { "code": "1" } }', 'the item needs the field sub_code'],
		['{ "status": "INIT", "notification": {} }', 'the item needs the field kind'],
		['{ "auth_no": "1", "previous_status": null }', 'the item needs the field status'],
	])('finds the mistake in %s', (text, fault) => {
		expect(found(check, fence('json', text))).toEqual([`1 ${fault}`]);
	});
});

describe('the language check', () => {
	it.each([
		['Menu `应用信息`'],
		['Menu “应用信息”'],
		['[中文](zh-CN/README.md)'],
		['Fen, yuan: ¥'],
		[fence('yaml', "a: '中文'")],
	])('accepts %s', (text) => expect(found(chineseFaults, text)).toEqual([]));

	it.each([
		['Text 中文'],
		['# 中文'],
		[fence('json', '{ "a": "中文" }')],
		[fence('yaml', 'a: 中文')],
		['Wide，comma'],
	])('finds %s', (text) => expect(found(chineseFaults, text)).toHaveLength(1));

	it('ignores the pages in Chinese', () => {
		expect(chineseFaults(parsePage('docs/zh-CN/README.md', '中文'))).toEqual([]);
	});
});

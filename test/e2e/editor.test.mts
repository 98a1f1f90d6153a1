/** What an operator sees and does in n8n's editor, in a real browser. */
import { describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { example } from '../../tools/sandbox/examples.mts';
import { generatedNumbers, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import { bareKey, newPrivateKey, publicHalf } from '../../tools/simulator/keys.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_ALIPAY_PAIR, BY_EITHER_PAIR, CLOSED_OPERATION } from '../support/parameters.mts';
import { editor, inBrowser, PATIENTLY, stage, TOAST } from './browser.mts';
import type { PageElement } from './browser.mts';
import { CLOSED_ITEM } from './stage.mts';

const LARGE_RUN = 200;
/** What n8n shows and returns in place of a secret. */
const BLANK = /^__n8n_BLANK_VALUE_/;

inBrowser();

/** Opens a workflow of a Manual Trigger with these items and the Alipay node. */
async function open(items: object[], ...node: NodeOf) {
	const workflow = chain('Query', items, alipay(stage, ...node), {
		name: 'Next',
		type: 'n8n-nodes-base.noOp',
	});
	await editor.openWorkflow(await stage.client.createWorkflow(workflow));
}
type NodeOf = Parameters<typeof alipay> extends [unknown, ...infer Rest] ? Rest : never;

describe('the nodes panel', () => {
	it('shows the Alipay node for a search in both languages and adds it with "Query coupon operation"', async () => {
		await open([{}], CLOSED_OPERATION);
		await editor.page.getByTestId('node-creator-plus-button').click();
		// n8n shows a node and its trigger as one; the notification trigger has its own line.
		const found = editor.page
			.getByTestId('item-iterator-item')
			.filter({ hasText: 'Alipay' })
			.filter({ hasNotText: 'Notification' });
		for (const search of ['红包', '退款', '押金', 'alipay', 'red packet', 'refund', 'transfer']) {
			await editor.page.getByTestId('node-creator-search-bar').fill('no node has this name');
			await found.waitFor({ state: 'hidden' });
			await editor.page.getByTestId('node-creator-search-bar').fill(search);
			await found.waitFor();
			expect(await found.getByTestId('node-creator-item-name').innerText()).toBe('Alipay');
			expect(await editor.cutOff(found)).toEqual([]);
		}
		await found.click();
		const action = editor.page.getByText('Query coupon operation');
		await action.waitFor();
		// High enough for all actions.
		await editor.page.setViewportSize({ width: 1280, height: 900 });
		await editor.picture('nodes-panel', editor.page.getByTestId('node-creator'), 775);

		await action.click();
		await editor.parameters.waitFor();
		expect(await editor.labels()).toEqual([
			'Credential',
			'Resource',
			'Operation',
			'Identify By',
			'Auth No',
			'Operation ID',
			'Simplify',
			'Options',
		]);
		await editor.closeNode();
		const type = await editor.node('Query coupon operation').getAttribute('data-node-type');
		expect(type).toBe('n8n-nodes-alipay.alipay');
	});
});

describe('the form', () => {
	const NUMBERS = {
		authNo: 'Auth No',
		operationId: 'Operation ID',
		outOrderNo: 'Out Order No',
		outRequestNo: 'Out Request No',
	};
	const flagged = async () => {
		const names = Object.keys(NUMBERS);
		const flags = names.map((name) => editor.parameter(name).getByTestId('parameter-issues'));
		const seen = await Promise.all(flags.map(async (flag) => await flag.isVisible()));
		return names.filter((_, at) => seen[at]);
	};

	it('shows the pair that Identify By names and requires both numbers', async () => {
		await open([{}], {});
		for (const [choice, requested, demanded] of [
			['Merchant Numbers', ['outOrderNo', 'outRequestNo'], ['outOrderNo', 'outRequestNo']],
			['Either Pair', ['authNo', 'operationId', 'outOrderNo', 'outRequestNo'], []],
			['Alipay Numbers', ['authNo', 'operationId'], ['authNo', 'operationId']],
		] as const) {
			await editor.openNode('Alipay');
			await editor.choose('identifyBy', choice);
			await expect
				.poll(async () => (await editor.labels()).slice(4, -2), PATIENTLY)
				.toEqual(requested.map((name) => NUMBERS[name]));
			// n8n marks missing values when a person returns to the node.
			await editor.closeNode();
			await editor.openNode('Alipay');
			await expect.poll(flagged, PATIENTLY).toEqual(demanded);
			await editor.closeNode();
		}
	});

	it.each([
		['alipay', 'authNo', 'Operation ID'],
		['merchant', 'outRequestNo', 'Out Order No'],
	])(
		'with %s numbers and only %s reports the missing %s and sends nothing',
		async (by, given, missing) => {
			const requested = stage.simulator.totalRequests;
			await open([{}], { identifyBy: by });
			await editor.openNode('Alipay');
			await editor.field(given).fill('2026090100002001260000000003');
			await editor.closeNode();
			const words = `Parameter "${missing}" is required.`;
			await editor.node('Alipay').getByTestId('node-issues').hover();
			await editor.page.getByText(words).first().waitFor();
			await editor.page.getByTestId('execute-workflow-button').click();
			const toast = editor.page.locator(TOAST).filter({ hasText: words });
			await toast.filter({ hasText: 'Workflow execution cannot start' }).waitFor();
			expect(stage.simulator.totalRequests).toBe(requested);
		},
	);

	it('offers every option, which a person adds one by one', async () => {
		const options = [
			'Amount Format',
			'App Auth Token',
			'Concurrency',
			'If Not Found',
			'Include Gateway Details',
			'Include Input Fields',
			'Max Tries',
			'Poll Interval (Seconds)',
			'Requests per Second',
			'Timeout (Seconds)',
			'Wait for Final Status (Seconds)',
		];
		await open([{}], CLOSED_OPERATION);
		await editor.openNode('Alipay');
		const add = editor.page.getByPlaceholder('Add option');
		await add.click();
		await editor.option('Amount Format').waitFor();
		expect(await editor.page.getByRole('option').allInnerTexts()).toEqual(options);
		await editor.page.keyboard.press('Escape');
		for (const name of options) {
			await editor.option(name).waitFor({ state: 'hidden' });
			await add.click();
			await editor.option(name).click();
			await expect.poll(async () => await editor.labels(), PATIENTLY).toContain(name);
		}
		await add.waitFor({ state: 'hidden' });
		expect(await editor.cutOff(editor.titles)).toEqual([]);
	});

	it('offers "Custom API Call" next to Query, for all other Alipay methods', async () => {
		await open([{}], CLOSED_OPERATION);
		await editor.openNode('Alipay');
		await editor.picture('form', editor.parameters, 595);
		await editor.parameter('operation').click();
		await editor.option('Custom API Call').waitFor();
		const offered = await editor.page
			.getByRole('option')
			.locator('.option-headline')
			.allInnerTexts();
		expect(offered).toEqual(['Query', 'Custom API Call']);
		await editor.option('Custom API Call').click();
		await editor.parameters.getByText('HTTP Request').first().waitFor();
	});

	it('explains the choices of every list in complete sentences', async () => {
		await open([{}], {
			...CLOSED_OPERATION,
			options: { amountFormat: 'number', notFound: 'error' },
		});
		await editor.openNode('Alipay');
		for (const [name, first] of [
			['operation', 'Query'],
			['identifyBy', 'Alipay Numbers'],
			['amountFormat', 'Text'],
			['notFound', 'Fail the Item'],
		] as const) {
			await editor.parameter(name).click();
			await editor.option(first).waitFor();
			expect(await editor.cutOff(editor.page.getByRole('option'))).toEqual([]);
			await editor.option(first).click();
			await editor.option(first).waitFor({ state: 'hidden' });
		}
	});
});

describe('the credential', () => {
	const banner = (words: string) => editor.credential.getByText(words);
	const save = async () => await editor.saveCredential();

	/** Opens the saved one, with correct values in every field. */
	const openSaved = async () => {
		const { id } = stage.credential;
		await stage.client.saveCredential(id, stage.credential.name, 'alipayApi', stage.form);
		await editor.page.goto(`/home/credentials/${id}`);
		await banner('Connection tested successfully').waitFor();
	};

	it('can be filled in, saved and tested, and its keys are not shown again', async () => {
		const { page } = editor;
		const secret = stage.form.privateKey as string;
		const told: Array<Promise<string>> = [];
		page.on('response', (response) => {
			if (response.url().includes('/rest/')) told.push(response.text().catch(() => ''));
		});

		await page.goto('/home/credentials');
		await page.getByTestId('add-resource-credential').click();
		await page.getByPlaceholder('Search for app...').fill('Alipay');
		await page.getByRole('option', { name: 'Alipay API' }).click();
		await page.getByRole('button', { name: 'Continue' }).click();
		await editor.choose('environment', 'Custom');
		expect(await editor.field('encryptKey').count()).toBe(0);
		await editor.parameter('showMoreSettings').locator('.el-switch').click();
		for (const name of ['gatewayUrl', 'appId', 'privateKey', 'alipayPublicKey', 'allowedDomains']) {
			await editor.field(name).fill(stage.form[name] as string);
		}
		expect(await editor.isMasked('privateKey')).toBe(true);
		expect(await editor.isMasked('encryptKey')).toBe(true);
		expect(await editor.isMasked('appAuthToken')).toBe(true);
		expect(await editor.isMasked('alipayPublicKey')).toBe(false);
		const created = page.waitForResponse(
			(response) =>
				response.request().method() === 'POST' && response.url().endsWith('/rest/credentials'),
		);
		await save();
		await banner('Connection tested successfully').waitFor();

		const { id } = ((await (await created).json()) as { data: { id: string } }).data;
		const { data } = await stage.client.call<{ data: { privateKey: string } }>(
			'GET',
			`/rest/credentials/${id}?includeData=true`,
		);
		expect(data.privateKey).toMatch(BLANK);
		await page.goto(`/home/credentials/${id}`);
		await banner('Connection tested successfully').waitFor();
		expect(await editor.field('privateKey').inputValue()).toMatch(BLANK);
		// Not with toContain, whose message would show the key.
		const seen = [...(await Promise.all(told)), await page.content(), JSON.stringify(data)];
		expect(seen.filter((text) => text.includes(data.privateKey)).length).toBeGreaterThan(1);
		for (const text of seen) expect(text.includes(secret.slice(40, 80))).toBe(false);
	});

	it('reports its mistake, and nothing after the mistake is fixed', async () => {
		const right = (name: string) => stage.form[name] as string;
		const mistakes: Array<[field: string, value: string, words: string]> = [
			[
				'privateKey',
				bareKey(newPrivateKey()),
				'Alipay does not accept the signature (Alipay returned 40002 isv.invalid-signature). Compare the App ID and the Private Key',
			],
			[
				'privateKey',
				right('alipayPublicKey'),
				'The Private Key of the credential contains a public key, not an RSA private key.',
			],
			[
				'privateKey',
				right('privateKey').slice(0, 800),
				'characters too short: its end is missing.',
			],
			[
				'appId',
				'2099000000000001',
				'Alipay does not have an application with this App ID (Alipay returned 40002 isv.invalid-app-id, in a response without a signature). Check the App ID and the Environment',
			],
			[
				'alipayPublicKey',
				publicHalf(bareKey(newPrivateKey())),
				'The signature of the response does not match',
			],
			[
				'alipayPublicKey',
				bareKey(newPrivateKey()),
				'contains a private key, not an RSA public key. This field is not hidden: clear it and save the credential',
			],
			[
				'alipayPublicKey',
				publicHalf(right('privateKey')),
				'The Alipay Public Key of the credential is your own application public key, not Alipay’s public key.',
			],
		];
		await openSaved();
		for (const [field, value, words] of mistakes) {
			await editor.field(field).fill(value);
			await save();
			await banner('Couldn’t connect with these settings').waitFor();
			await banner('More details').click();
			await banner(words).waitFor();
			if (words.includes('your own')) await editor.picture('credential-error', editor.credential);
			await editor.field(field).fill(right(field));
			await save();
			await banner('Connection tested successfully').waitFor();
		}
	});

	it('of an application without any product passes, and its form says what that proves', async () => {
		const without = await startSimulator({ without: stage.simulator.methods });
		try {
			const form = { ...stage.form, ...without.credential };
			const { id } = await stage.client.saveCredential(undefined, 'New', 'alipayApi', form);
			await editor.page.goto(`/home/credentials/${id}`);
			await banner('Connection tested successfully').waitFor();
			await banner('The test checks the App ID and the keys').waitFor();
			expect(without.requests.at(-1)?.outcome).toBe('40006 isv.insufficient-isv-permissions');
			await editor.picture('credential-passed', editor.credential);
		} finally {
			await without.close();
		}
	});

	it('requires the fields of its key mode, and cannot be saved without them', async () => {
		const names = ['alipayPublicKey', 'appPublicCert', 'alipayPublicCert', 'alipayRootPublicCert'];
		const shown = async () => {
			const seen = await Promise.all(
				names.map(async (name) => await editor.field(name).isVisible()),
			);
			return names.filter((_, at) => seen[at]);
		};
		await openSaved();
		expect(await shown()).toEqual(names.slice(0, 1));
		await editor.choose('keyMode', 'Certificate');
		await expect.poll(shown, PATIENTLY).toEqual(names.slice(1));
		await editor.field('appPublicCert').focus();
		await editor.field('appPublicCert').blur();
		await banner('This field is required').waitFor();
		const button = editor.credential.getByTestId('credential-save-button').locator('button');
		expect(await button.isDisabled()).toBe(true);
	});
});

describe('a manual execution', () => {
	const ROWS = [SAMPLES.closed, SAMPLES.rich];

	it('shows typed values in the Schema, Table and JSON views', async () => {
		await open(ROWS, BY_ALIPAY_PAIR);
		await editor.executeStep('Alipay');
		await editor.output.getByText('2 items').waitFor();
		const [closed] = await editor.outputJson();
		expect(closed).toEqual(CLOSED_ITEM);

		await editor.showOutputAs('table');
		const header = editor.output.getByRole('columnheader');
		await header.first().waitFor();
		const names = (await header.allInnerTexts()).map((text) => text.trim()).filter(Boolean);
		expect(names).toEqual(Object.keys(closed ?? {}));
		const [row] = await editor.output.locator('tbody tr').all();
		expect(await row?.innerText()).toContain('66\t0\t开学季红包\t2026-09-01T08:22:40.000+08:00');

		await editor.showOutputAs('schema');
		const field = (name: string) => editor.output.locator(`[data-name=${name}] svg`);
		expect(await field('amount').getAttribute('data-icon')).toBe('hash');
		expect(await field('auth_no').getAttribute('data-icon')).toBe('type');
		await editor.picture('output', editor.details);
	});

	it('sends the failed rows to the error branch and continues with the others', async () => {
		const workflow = example('00-query-rows.json', stage.credential);
		await editor.openWorkflow(await stage.client.createWorkflow(workflow));
		await editor.page.getByTestId('execute-workflow-button').click();
		await editor.page.getByText('Workflow executed successfully').waitFor();
		await editor.page.getByTestId('zoom-to-fit').click();
		await editor.pictureOfCanvas('workflow');

		await editor.openNode('Alipay');
		await editor.output.getByText('Success Branch (7 items)').waitFor();
		await editor.output.getByText('Error Branch (3 items)').click();
		await editor.showOutputAs('table');
		const rows = editor.output.locator('tbody tr').filter({ hasText: 'invalid-identifiers' });
		await rows.waitFor();
		const shown = await editor.output.locator('tbody tr').allInnerTexts();
		expect(shown.filter((text) => text.trim())).toEqual([
			expect.stringMatching(/^Operation ID forgotten.*Operation ID \(operation_id\) is not/s),
			expect.stringMatching(/^Unknown order.*Not found: Alipay has no record of/s),
			expect.stringMatching(/^Changed on its way.*The signature of the response does not match/s),
		]);
		await editor.showOutputAs('json');
		await editor.output.getByText('Operation ID (operation_id) is not').first().waitFor();
		await editor.picture('error-branch', editor.details);
	});

	it.each<[fault: string, row: object, message: string, description: string]>([
		[
			'a number without its partner',
			{ auth_no: SAMPLES.closed.auth_no },
			'Auth No (auth_no) is filled in, but Operation ID (operation_id) is not [item 1]',
			'Also fill in Operation ID (operation_id). Alipay needs these values together',
		],
		[
			'an order that Alipay does not know',
			{ auth_no: '2026090100002001260000000999', operation_id: '20260901355864862999' },
			'Not found: Alipay has no record of this fund authorization order',
			'Check the Auth No (auth_no)',
		],
		[
			'a response that was changed on its way',
			scenarioByMerchant('SIM-TAMPERED'),
			'The signature of the response does not match its content and the Alipay Public Key [item 1]',
			'Copy the Alipay public key of this application from the Alipay console',
		],
	])('stops at %s with what happened and what to do', async (_, row, message, description) => {
		await open([SAMPLES.closed, row], BY_EITHER_PAIR);
		await editor.executeStep('Alipay');
		await editor.output.getByTestId('node-error-message').getByText(message).waitFor();
		await editor.output.getByTestId('node-error-description').getByText(description).waitFor();
	});

	it(`leaves a note in the output panel after ${LARGE_RUN} items`, async () => {
		await open(
			Array.from({ length: LARGE_RUN }, (_, at) => generatedNumbers((at % 150) + 1)),
			BY_ALIPAY_PAIR,
		);
		await editor.executeStep('Alipay');
		const note = editor.output.getByTestId('node-hint');
		await note.waitFor();
		expect(await note.innerText()).toContain(
			'200 items: 150 operations requested, 50 items shared the response of another item, no items failed',
		);
		await editor.output.getByText('200 items', { exact: true }).waitFor();
		await editor.picture('run-hint', editor.details);
	});

	it('is not needed before the next node offers the fields, each with its type', async () => {
		await open([{}], CLOSED_OPERATION);
		await editor.openNode('Next');
		await editor.input.getByText('Usually outputs the following fields').waitFor();
		const fields = editor.input.locator('[data-name]');
		const byHeight = await fields.evaluateAll((all: PageElement[]) =>
			all
				.map((one) => [one.getBoundingClientRect().top, one.dataset.name] as const)
				.sort(([above], [below]) => above - below),
		);
		expect(byHeight.map(([, name]) => name)).toEqual(Object.keys(CLOSED_ITEM));
	});
});

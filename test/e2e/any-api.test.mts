/**
 * Any API → Call in real n8n: over REST on the newest and on the oldest release, and in the editor.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { editor, inBrowser, PATIENTLY, stage as stageOfBrowser } from './browser.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const [RICH] = TRADES;
const PAID = TRADES.at(-1);
/** Its JSON fits into the output panel. */
const FEW_FIELDS = TRADES.find(({ total_amount }) => total_amount === '0.01');
const REFUND = 'alipay.trade.refund';

const callOf = (method: string, bizContent: unknown, more: object = {}) => ({
	resource: 'anyApi',
	operation: 'call',
	method: { __rl: true, mode: 'name', value: method },
	bizContent,
	...more,
});

const countOf = ({ requests }: Simulator) => requests.length;

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release });
	});
	afterAll(async () => await stage?.close());
	beforeEach(() => {
		stage.simulator.requests.length = 0;
	});

	async function run(parameters: object, items: object[] = [{}], settings: object = {}) {
		const execution = await stage.client.execute(
			chain('Call', items, alipay(stage, { ...parameters }, settings)),
			'Start',
		);
		const json = (output: number) => execution.items('Alipay', output).map((item) => item.json);
		return { execution, good: json(0), failed: json(1) };
	}

	it('lists the methods, with a search by Chinese words', async () => {
		const found = await stage.client.call<{ results: Array<{ value: string }> }>(
			'POST',
			'/rest/dynamic-node-parameters/resource-locator-results',
			{
				nodeTypeAndVersion: { name: 'n8n-nodes-alipay.alipay', version: 1 },
				path: 'parameters.method',
				methodName: 'searchMethods',
				currentNodeParameters: callOf('', '{}'),
				credentials: { alipayApi: stage.credential },
				filter: '退款',
			},
		);
		expect(found.results.map(({ value }) => value)).toContain(REFUND);
	});

	it('accepts an object by expression, JSON text, and text with expressions in it', async () => {
		const rows = [{ no: RICH?.out_trade_no }, { no: PAID?.out_trade_no }];
		for (const bizContent of [
			'={{ { out_trade_no: $json.no } }}',
			'={ "out_trade_no": "{{ $json.no }}" }',
			'={{ JSON.stringify({ out_trade_no: $json.no }) }}',
		]) {
			const { good } = await run(callOf('alipay.trade.query', bizContent), rows);
			expect(good.map(({ trade_no }) => trade_no)).toEqual([RICH?.trade_no, PAID?.trade_no]);
		}
	});

	it('outputs a token whose response has no code', async () => {
		const { good } = await run(
			callOf('alipay.system.oauth.token', '', {
				publicParameters: {
					values: [
						{ name: 'grant_type', value: 'authorization_code' },
						{ name: 'code', value: 'SIMULATED-AUTH-CODE' },
					],
				},
			}),
		);
		expect(good).toMatchObject([{ expires_in: 1_296_000, user_id: expect.any(String) }]);
	});

	const modes = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;
	const retries = [false, true];

	it.each(modes.flatMap((onError) => retries.map((retryOnFail) => ({ onError, retryOnFail }))))(
		'sends a refund whose connection breaks once: $onError, Retry On Fail $retryOnFail',
		async ({ onError, retryOnFail }) => {
			const bizContent = `={{ { trade_no: "${PAID?.trade_no}", refund_amount: "1.00", out_request_no: "SIM-RESET", refund_reason: String(Math.random()) } }}`;
			const { execution, good, failed } = await run(
				callOf(REFUND, bizContent, { options: { maxTries: 5 } }),
				[{}],
				{ onError, retryOnFail, maxTries: 3, waitBetweenTries: 10 },
			);
			expect(countOf(stage.simulator)).toBe(1);
			const [item] = [...good, ...failed];
			const words = item ? JSON.stringify(item) : JSON.stringify(execution);
			if (onError === 'stopWorkflow') expect(execution.status).toBe('error');
			else expect(words).toContain('Alipay may have carried out alipay.trade.refund');
			if (onError !== 'stopWorkflow') {
				expect(words).toContain('Refund → Query with the same out_request_no');
			}
		},
	);

	it('keeps the columns of a row on the error output when its refund is refused', async () => {
		const { good, failed } = await run(
			callOf(REFUND, '={{ { out_trade_no: $json.no, refund_amount: "1.00" } }}'),
			[{ no: 'nobody knows', shop: 'A' }],
			{ onError: 'continueErrorOutput' },
		);
		expect(good).toEqual([]);
		expect(failed).toMatchObject([{ shop: 'A', details: { sub_code: 'ACQ.TRADE_NOT_EXIST' } }]);
		expect(JSON.stringify(failed)).not.toContain('refund_fee');
	});
});

describe('in the editor', () => {
	inBrowser();

	async function open() {
		const node = alipay(stageOfBrowser, {});
		await editor.openWorkflow(
			await stageOfBrowser.client.createWorkflow(chain('Call', [{}], node)),
		);
		await editor.openNode('Alipay');
		await editor.choose('resource', 'Any API');
		await expect.poll(async () => await editor.labels(), PATIENTLY).toContain('Biz Content');
	}

	/** Selects a method from the list by a search. */
	async function chooseMethod(search: string, name: string) {
		await editor.parameters.getByTestId('rlc-input').click();
		await editor.page.getByTestId('rlc-search').fill(search);
		await editor.page.getByTestId('rlc-item').filter({ hasText: name }).first().click();
	}

	async function writeContent(text: string) {
		const content = editor.parameter('bizContent').locator('.cm-content');
		await content.click();
		await editor.page.keyboard.press('Control+A');
		await editor.page.keyboard.press('Delete');
		await editor.page.keyboard.insertText(text);
		// The editor accepts the typed text a moment later.
		await content.blur();
		await delay(1_000);
	}

	const execute = async () => await editor.page.getByTestId('node-execute-button').click();

	it('a person searches for a method, types JSON and executes it', async () => {
		await open();
		expect(await editor.labels()).toEqual([
			'Credential',
			'Resource',
			'Operation',
			'Method',
			'Biz Content',
			'Further Public Parameters',
			'Options',
		]);
		await editor.parameters.getByTestId('rlc-input').click();
		await editor.page.getByTestId('rlc-search').fill('退款');
		await editor.page.getByTestId('rlc-item').first().waitFor();
		await editor.evidence('any-api-list');
		await editor.page.keyboard.press('Escape');
		await chooseMethod('trade.query', 'alipay.trade.query (reads): Query trade');
		await writeContent(JSON.stringify({ out_trade_no: FEW_FIELDS?.out_trade_no }));
		await editor.picture('any-api', editor.parameters);
		expect(await editor.cutOff(editor.titles)).toEqual([]);
		await execute();
		await editor.output.getByText('1 item').waitFor();
		const [item] = await editor.outputJson();
		expect(item).toMatchObject({ trade_no: FEW_FIELDS?.trade_no, total_amount: '0.01' });
	});

	it('a refund whose connection breaks stops with its possible outcome and where to look it up', async () => {
		await open();
		await chooseMethod('退款', `${REFUND} (changes): Refund a payment`);
		const content = {
			trade_no: PAID?.trade_no,
			refund_amount: '1.00',
			out_request_no: 'SIM-RESET',
		};
		await writeContent(JSON.stringify(content));
		const before = stageOfBrowser.simulator.totalRequests;
		await execute();
		const message = editor.output.getByTestId('node-error-message');
		await message.getByText('Alipay may have carried out alipay.trade.refund [item 0]').waitFor();
		const description = editor.output.getByTestId('node-error-description');
		await description.getByText('Refund → Query with the same out_request_no').waitFor();
		await editor.picture('any-api-lost', editor.output);
		expect(stageOfBrowser.simulator.totalRequests).toBe(before + 1);
	});

	it('JSON with a mistake is reported by line and column', async () => {
		await open();
		await chooseMethod('trade.query', 'alipay.trade.query (reads): Query trade');
		await writeContent("{'out_trade_no': '1'}");
		await execute();
		const message = editor.output.getByTestId('node-error-message');
		await message.getByText('line 1, column 2: there is an apostrophe').waitFor();
	});
});

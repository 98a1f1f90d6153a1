/**
 * The lookups of the node in real n8n, on the newest and on the oldest release: served, executed,
 * and used manually.
 */
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { alipayPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { REFUNDS } from '../../tools/simulator/fixtures/refund.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import { byMethod, readFixtures } from '../../tools/simulator/readFixtures.mts';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';
import { CLOSED_ITEM } from './stage.mts';

const FIXTURES = byMethod(await readFixtures());

const namesOf = ({ parameters }: Method) => parameters.map(({ name }) => name);
const parameterOf = (name: string) =>
	name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** A record of the method, and the values for its first way by the merchant's numbers. */
function recordOf(method: Method) {
	const [record = {}] = FIXTURES.get(method.name)?.records ?? [];
	const [names = []] = method.identifiedBy.merchant.anyOf;
	return { record, typed: names.map((name) => [parameterOf(name), String(record[name])] as const) };
}

const pick = (record: object, names: readonly string[]) =>
	Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

/** The fields of the form below Operation, by resource and Identify By. */
const FORMS: ReadonlyArray<readonly [resource: string, choice: string, labels: readonly string[]]> =
	[
		['Fund Authorization', 'Merchant Numbers', ['Out Order No', 'Out Request No']],
		['Transfer', 'Alipay Numbers', ['Pay Fund Order ID', 'Order ID']],
		['Transfer', 'Merchant Numbers', ['Out Biz No', 'Product Code', 'Biz Scene']],
		['Transfer', 'Input Columns', ['Column Names', 'Product Code', 'Biz Scene']],
		['Trade', 'Either Number', ['Trade No', 'Out Trade No']],
		['Trade', 'Input Columns', ['Column Names']],
		['Refund', 'Either Pair', ['Trade No', 'Out Trade No', 'Out Request No']],
	];

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	inBrowser({ release });

	/** Opens the node after these items. */
	const open = async (items: object[], parameters: object) => {
		const id = await stage.client.createWorkflow(
			chain('Look-up', items, alipay(stage, { ...parameters })),
		);
		await editor.openWorkflow(id);
		await editor.openNode('Alipay');
		return id;
	};
	const execute = async () => await editor.page.getByTestId('node-execute-button').click();
	const savedParameters = async (id: string) => {
		await editor.page.keyboard.press('ControlOrMeta+s');
		const { nodes } = await stage.client.call<{ nodes: Array<{ parameters: unknown }> }>(
			'GET',
			`/rest/workflows/${id}`,
		);
		return nodes.at(-1)?.parameters;
	};

	describe.each(METHODS.map((method) => [method.resource.name, method] as const))(
		'%s',
		(_, method) => {
			const { resource, operation, fields } = method;
			const simplified = fields.filter((field) => field.simplified).map(({ name }) => name);

			it('can be executed by its columns and by typed numbers', async () => {
				const { record, typed } = recordOf(method);
				const common = { resource: resource.value, operation: operation.value };
				const { status, items } = await stage.client.execute(
					chain(
						resource.name,
						[pick(record, namesOf(method))],
						alipay(stage, { ...common, identifyBy: 'columns' }),
						{
							...alipay(stage, {
								...common,
								identifyBy: 'merchant',
								...Object.fromEntries(typed),
							}),
							name: 'Typed',
						},
					),
					'Start',
				);
				expect(status).toBe('success');
				for (const name of ['Alipay', 'Typed']) {
					const [item] = items(name);
					expect(Object.keys(item?.json ?? {})).toEqual(simplified);
					expect(item?.json).toMatchObject(
						pick(
							record,
							[...namesOf(method), method.status?.field ?? ''].filter((one) =>
								simplified.includes(one),
							),
						),
					);
				}
			});

			it('has a preview of its output, with every field of an item', async () => {
				const { properties } = await stage.client.call<{ properties: object }>(
					'GET',
					`/schemas/n8n-nodes-alipay.alipay/1.0.0/${resource.value}/${operation.value}.json`,
				);
				expect(Object.keys(properties)).toEqual(simplified);
			});
		},
	);

	describe('manual use', () => {
		it('looks up a payment by a typed number', async () => {
			const [trade] = TRADES;
			await open([{}], {});
			await editor.choose('resource', 'Trade');
			await editor.choose('identifyBy', 'Merchant Numbers');
			await editor.field('outTradeNo').fill(trade?.out_trade_no ?? '');
			await execute();
			await editor.output.getByText('1 item').first().waitFor();
			expect((await editor.outputJson())[0]).toMatchObject({
				trade_status: 'TRADE_SUCCESS',
				total_amount: 8888.88,
				trade_no: trade?.trade_no,
			});
		});

		it('shows null for a refund without a status', async () => {
			const refund = REFUNDS.find(({ refund_amount }) => refund_amount === '60.00');
			await open([{}], { resource: 'refund' });
			await editor.field('tradeNo').fill(refund?.trade_no ?? '');
			await editor.field('outRequestNo').fill(refund?.out_request_no ?? '');
			await execute();
			await editor.output.getByText('1 item').first().waitFor();
			const [item] = await editor.outputJson();
			expect(item).toMatchObject({ refund_status: null, trade_no: refund?.trade_no });
		});

		it('shows the fields of each form', async () => {
			await open([{}], {});
			for (const [resource, choice, labels] of FORMS) {
				await editor.choose('resource', resource);
				await editor.choose('identifyBy', choice);
				await expect
					.poll(async () => (await editor.labels()).slice(4, -2), PATIENTLY)
					.toEqual(labels);
				expect(await editor.cutOff(editor.titles)).toEqual([]);
			}
		});

		it('explains which fields belong together, and which columns are read', async () => {
			await open([{}], { resource: 'refund', identifyBy: 'auto' });
			await editor.parameters.getByText('Together with Trade No or Out Trade No').waitFor();
			await editor.choose('identifyBy', 'Input Columns');
			const words =
				'by its columns trade_no and out_request_no, or out_trade_no and out_request_no';
			await editor.parameters.getByText(words).waitFor();
		});
	});

	describe('Column Names', () => {
		const { auth_no, operation_id } = alipayPair(SAMPLES.closed);
		const ROW = { 支付宝授权单号: auth_no, body: { '操作 流水号': operation_id } };
		const byColumns = { identifyBy: 'columns' };

		it('accept a dropped column, and a typed name', async () => {
			const id = await open([ROW], byColumns);
			await editor.add('Add column name', 'Auth No');
			await editor.dragColumn('支付宝授权单号', 'authNo');
			await expect
				.poll(async () => await editor.field('authNo').inputValue(), PATIENTLY)
				.toBe('支付宝授权单号');
			await editor.add('Add column name', 'Operation ID');
			await editor.field('operationId').fill('body.操作 流水号');
			await execute();
			await editor.output.getByText('1 item').first().waitFor();
			expect(await editor.outputJson()).toEqual([CLOSED_ITEM]);
			await expect
				.poll(async () => await savedParameters(id), PATIENTLY)
				.toMatchObject({
					columns: { authNo: '支付宝授权单号', operationId: 'body.操作 流水号' },
				});
		});

		it('accept a dropped column that is inside another', async () => {
			await open([ROW], { ...byColumns, columns: { authNo: '支付宝授权单号', operationId: '' } });
			await editor.dragColumn('操作 流水号', 'operationId');
			await expect
				.poll(async () => await editor.field('operationId').inputValue(), PATIENTLY)
				.toBe("body['操作 流水号']");
			await execute();
			await editor.output.getByText('1 item').first().waitFor();
			expect(await editor.outputJson()).toEqual([CLOSED_ITEM]);
		});

		it('report what is wrong with an expression for the number itself', async () => {
			const requested = stage.simulator.totalRequests;
			await open([ROW], { ...byColumns, columns: { authNo: '' } });
			await editor.field('authNo').fill('{{ $json["支付宝授权单号"] }}');
			await execute();
			const words = 'Column Names: Auth No (auth_no) is the content of a column, not its name';
			await editor.output.getByTestId('node-error-message').getByText(words).waitFor();
			await editor.output.getByTestId('node-error-description').getByText('Choose Fixed').waitFor();
			expect(stage.simulator.totalRequests).toBe(requested);
		});
	});

	it('the form of the tool has no Input Columns, because an agent cannot fill them in', async () => {
		const tool = { ...alipay(stage, {}), type: 'n8n-nodes-alipay.alipayTool' };
		const id = await stage.client.createWorkflow({ ...chain('Tool', [{}], tool), connections: {} });
		await editor.openWorkflow(id);
		await editor.openNode('Alipay');
		await editor.parameter('identifyBy').click();
		await editor.option('Either Pair').waitFor();
		const offered = await editor.page
			.getByRole('option')
			.locator('.option-headline')
			.allInnerTexts();
		expect(offered).toEqual(['Alipay Numbers', 'Merchant Numbers', 'Either Pair']);
	});
});

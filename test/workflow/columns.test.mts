/** Identify By Input Columns on n8n's engine, for each lookup. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import { alternativesOf, type Method } from '../../alipay/methods/method.ts';
import {
	alipayPair,
	merchantPair,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { REFUNDS } from '../../tools/simulator/fixtures/refund.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import { TRANSFERS } from '../../tools/simulator/fixtures/transfer.mts';
import { byMethod, readFixtures } from '../../tools/simulator/readFixtures.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { queryItems, simulate, wholeText } from './query.mts';
import type { QuerySettings } from './query.mts';

const FIXTURES = byMethod(await readFixtures());

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
afterEach(() => {
	simulator.requests.length = 0;
});

/**
 * Executes the lookup of a resource by the columns of these items; failed items keep their places.
 */
async function lookUp(
	resource: string,
	rows: readonly object[],
	parameters: INodeParameters = {},
	settings: QuerySettings = {},
) {
	const output = await queryItems(simulator, rows, {
		onError: 'continueRegularOutput',
		...settings,
		parameters: { resource, operation: 'query', identifyBy: 'columns', ...parameters },
	});
	const sent = simulator.requests.map(({ params }) => ({
		...(JSON.parse(params.biz_content ?? '') as IDataObject),
	}));
	return { ...output, sent };
}

const failure = (item: IDataObject | undefined) =>
	item as { error: string; details: { code: string; solution: string } };

const pick = (record: object, names: readonly string[]) =>
	Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

/**
 * A record of the simulator for each way to identify one, as a row with only the numbers of that
 * way.
 */
function rowsOf(method: Method) {
	const { records = [] } = FIXTURES.get(method.name) ?? {};
	return alternativesOf(method, 'auto').map((names, at) => {
		const complete = records.filter((record) => names.every((name) => record[name]));
		const record = complete[at] ?? expect.fail(`${method.name} has no record by ${names.join()}`);
		return { record, row: pick(record, names) };
	});
}

const CHINESE: Readonly<Record<string, string>> = {
	auth_no: '支付宝授权单号',
	operation_id: '支付宝 操作流水号',
	out_order_no: '商户订单号',
	out_request_no: '商户请求号（必填）',
	pay_fund_order_id: '支付宝支付资金流水号',
	order_id: '支付宝转账单号',
	out_biz_no: '商户转账单号',
	product_code: '产品码',
	biz_scene: '业务场景',
	trade_no: '支付宝交易号',
	out_trade_no: '商户.订单号',
};

const parameterOf = (name: string) =>
	name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

describe.each(METHODS.map((method) => [method.resource.name, method] as const))(
	'%s',
	(_, method) => {
		const { resource, status } = method;
		const found = rowsOf(method);
		const rows = found.map(({ row }) => row);
		const expected = found.map(({ record }) => ({
			...pick(
				record,
				method.parameters.filter(({ rule }) => rule !== 'word').map(({ name }) => name),
			),
			[status?.field ?? '']: record[status?.field ?? ''] ?? null,
		}));

		it('is looked up by each way to identify it, in one run', async () => {
			const { good, sent } = await lookUp(resource.value, rows);
			expect(good).toMatchObject(expected);
			expect(sent).toEqual(rows);
		});

		it('is looked up by columns with Chinese names', async () => {
			const columns = Object.fromEntries(
				method.parameters.map(({ name }) => [parameterOf(name), CHINESE[name] ?? '']),
			);
			const sheet = rows.map((row, at) => ({
				行号: at,
				...Object.fromEntries(Object.entries(row).map(([name, cell]) => [CHINESE[name], cell])),
			}));
			const { good, sent } = await lookUp(resource.value, sheet, {
				columns,
				options: { includeInputFields: true },
			});
			expect(good).toMatchObject(sheet.map((row, at) => ({ ...row, ...expected[at] })));
			expect(sent).toEqual(rows);
		});

		it('that does not exist fails, or is an item without values', async () => {
			const [names = []] = alternativesOf(method, 'merchant');
			const words = { product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' };
			const numbers = Object.fromEntries(names.map((name) => [name, `NONE-${name}`]));
			const row = { ...numbers, ...pick(words, names) };
			const failed = await lookUp(resource.value, [row]);
			expect(failure(failed.good[0]).error).toMatch(/^Not found: Alipay has no record of/);
			const asItem = await lookUp(resource.value, [row], { options: { notFound: 'item' } });
			const item = asItem.good[0] ?? {};
			expect(item).toMatchObject({ ...pick(numbers, Object.keys(item)), found: false });
			const others = Object.keys(item).filter((name) => name !== 'found' && !(name in numbers));
			const simple = method.fields.filter(({ simplified }) => simplified).map(({ name }) => name);
			expect(others.sort()).toEqual(simple.filter((name) => !(name in numbers)).sort());
			for (const name of others) expect(item[name]).toBeNull();
			// Alipay sends amounts of zero with a refusal.
			expect(JSON.stringify([failed.good, asItem.good])).not.toMatch(/0\.00|amount":0/);
		});

		it('that does not exist is doubted if its number looks rounded', async () => {
			const [names = []] = alternativesOf(method, 'merchant');
			const words = { product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' };
			const rounded = Object.fromEntries(names.map((name) => [name, '20260901355864863000']));
			const { good } = await lookUp(resource.value, [{ ...rounded, ...pick(words, names) }], {
				options: { notFound: 'item' },
			});
			expect(failure(good[0]).error).toMatch(/^Not found: /);
			expect(failure(good[0]).details.solution).toMatch(/^The last digits of .* look rounded/);
		});

		it('without any of its columns fails alone', async () => {
			const { good, sent } = await lookUp(resource.value, [{ 备注: 'x' }, ...rows]);
			expect(failure(good[0]).error).toMatch(/^The input item does not have a column "\w+"/);
			expect(failure(good[0]).details).toMatchObject({ code: 'invalid-identifiers', attempts: 0 });
			expect(good.slice(1)).toMatchObject(expected);
			expect(sent).toHaveLength(rows.length);
		});
	},
);

describe('a transfer', () => {
	const [first, second] = TRANSFERS;
	if (!first || !second) throw new Error('There are no transfers');
	const WORDS = { productCode: first.product_code, bizScene: first.biz_scene };

	it('uses the product code and scene of the form for rows without them', async () => {
		const rows = [
			{ out_biz_no: first.out_biz_no },
			pick(second, ['out_biz_no', 'product_code', 'biz_scene']),
			{ order_id: second.order_id, product_code: '' },
		];
		const { good, sent } = await lookUp('transfer', rows, WORDS);
		expect(good.map(({ order_id }) => order_id)).toEqual([
			first.order_id,
			second.order_id,
			second.order_id,
		]);
		expect(sent).toEqual([
			pick(first, ['out_biz_no', 'product_code', 'biz_scene']),
			rows[1],
			{ order_id: second.order_id },
		]);
	});

	it('without them points to the form, which has them', async () => {
		const { good } = await lookUp('transfer', [{ out_biz_no: first.out_biz_no }]);
		expect(failure(good[0]).details.solution).toMatch(
			/^Also fill in Product Code \(product_code\) and Biz Scene \(biz_scene\)\./,
		);
	});
});

describe('a refund', () => {
	const NUMBERS = ['trade_no', 'out_request_no'];

	it('that does not exist is not found, although Alipay reports a success', async () => {
		const { trade_no } = REFUNDS[0] ?? {};
		const row = { trade_no, out_request_no: 'RF20991231001' };
		const { good } = await lookUp('refund', [row]);
		expect(failure(good[0]).error).toMatch(/^Not found: Alipay has no record of this refund/);
		expect(failure(good[0]).details.code).toBe('answer-without-record');
		const { good: items } = await lookUp('refund', [row], { options: { notFound: 'item' } });
		expect(items).toMatchObject([
			{ ...row, refund_status: null, refund_amount: null, found: false },
		]);
	});

	it('without refund_status has null there and counts as found', async () => {
		const record = REFUNDS.find((one) => !one.refund_status && one.refund_amount === '60.00');
		if (!record) throw new Error('There is no such refund');
		const { good } = await lookUp('refund', [pick(record, NUMBERS)], {
			options: { notFound: 'item' },
		});
		expect(good).toMatchObject([{ refund_status: null, refund_amount: 60, found: true }]);
	});

	it('that was sent without a number is found by the column of the trade', async () => {
		const whole = REFUNDS.find(
			({ out_trade_no, out_request_no }) => out_trade_no === out_request_no,
		);
		if (!whole) throw new Error('There is no such refund');
		const { good } = await lookUp('refund', [pick(whole, ['out_trade_no'])], {
			columns: { outRequestNo: 'out_trade_no' },
		});
		expect(good).toMatchObject([{ refund_status: 'REFUND_SUCCESS', trade_no: whole.trade_no }]);
	});

	it('has additional fields when they are selected', async () => {
		const [record] = REFUNDS;
		const options = { queryOptions: ['refund_detail_item_list', 'deposit_back_info'] };
		const { good, sent } = await lookUp('refund', [pick(record ?? {}, NUMBERS)], {
			simplify: false,
			options: { ...options, orgPid: ' 2088101117952222 ' },
		});
		expect(sent[0]).toMatchObject({
			query_options: options.queryOptions,
			org_pid: '2088101117952222',
		});
		expect(good[0]?.refund_detail_item_list).toEqual(record?.refund_detail_item_list);
	});
});

describe('an item', () => {
	const { closed, rich } = SAMPLES;

	it('is read separately: some rows by Alipay’s pair, others by the merchant’s', async () => {
		const rows = [
			alipayPair(closed),
			{ ...merchantPair(rich), auth_no: 'N/A' },
			{ 'Auth No': closed.auth_no },
			{ ...alipayPair(rich), authNo: closed.auth_no },
		];
		const { good, sent } = await lookUp('couponOperation', rows);
		expect(good.slice(0, 2)).toMatchObject([
			{ operation_id: closed.operation_id },
			{ operation_id: rich.operation_id },
		]);
		expect(failure(good[2]).error).toContain('Operation ID (operation_id) is not');
		expect(failure(good[3]).error).toContain('Auth No (auth_no) twice, with different values');
		expect(sent).toEqual([alipayPair(closed), merchantPair(rich)]);
	});

	it('is never evaluated', async () => {
		const cells = ['={{ 1+1 }}', '{{ $json.other }}', `={{ "${closed.auth_no}" }}`];
		const rows = cells.map((auth_no) => ({
			auth_no,
			operation_id: closed.operation_id,
			other: closed.auth_no,
		}));
		const { good, sent } = await lookUp('couponOperation', rows, {
			options: { includeInputFields: true },
		});
		expect(sent).toEqual([]);
		expect(good.map(({ auth_no }) => auth_no)).toEqual(cells);
		for (const item of good) {
			expect(failure(item).error).toContain('Auth No (auth_no) is "');
			expect(failure(item).error).not.toContain(closed.auth_no);
		}
	});

	it('is read without the expressions of hidden fields', async () => {
		const { good } = await lookUp('couponOperation', [alipayPair(closed)], {
			authNo: '={{ $json.no.such.thing }}',
			outOrderNo: '={{ $json.no.such.thing }}',
		});
		expect(good).toMatchObject([{ status: 'CLOSED' }]);
	});

	it('keeps its columns in the output', async () => {
		const row = { ...alipayPair(closed), status: 'old', 备注: '十月', amount: 'old' };
		const { good } = await lookUp('couponOperation', [row], {
			options: { includeInputFields: true },
		});
		expect(good).toMatchObject([{ 备注: '十月', status: 'CLOSED', amount: 66 }]);
	});

	it('without columns fails alone', async () => {
		const { good } = await lookUp('couponOperation', [{}, alipayPair(closed)]);
		expect(failure(good[0]).details.solution).toContain('It has no columns.');
		expect(good[1]).toMatchObject({ status: 'CLOSED' });
	});

	it('with a merchant’s token is looked up only with the option', async () => {
		const row = {
			...alipayPair(closed),
			app_auth_token: '202609BBe7fb1c7a3d4e4f0f8b9a0c2d1e3f4B91',
		};
		const refused = await lookUp('couponOperation', [row]);
		expect(failure(refused.good[0]).details.solution).toContain('option App Auth Token');
		expect(refused.sent).toEqual([]);
		expect(wholeText({ run: { ...refused.run, data: refused.good } as never })).not.toContain(
			'202609BB',
		);
		await lookUp('couponOperation', [row], {
			options: { appAuthToken: '={{ $json.app_auth_token }}' },
		});
		expect(simulator.requests.map(({ params }) => params.app_auth_token)).toEqual([
			row.app_auth_token,
		]);
	});
});

describe('a column name', () => {
	const { closed } = SAMPLES;
	const row = { 单号: closed.auth_no, operation_id: closed.operation_id };
	const named = async (authNo: unknown, rows: object[] = [row]) =>
		await lookUp('couponOperation', rows, { columns: { authNo } as INodeParameters });

	it('can come from an expression', async () => {
		const { good } = await named('={{ "单" + "号" }}');
		expect(good).toMatchObject([{ status: 'CLOSED' }]);
	});

	it.each(['={{ $json.单号 }}', '={{ $json["单号"] }}', '={{ Number($json.单号) }}'])(
		'is reported when it is the value of a column: %s',
		async (expression) => {
			const { good, sent } = await named(expression);
			expect(failure(good[0]).error).toBe(
				'Column Names: Auth No (auth_no) is the content of a column, not its name',
			);
			expect(JSON.stringify(good)).not.toContain(closed.auth_no);
			expect(sent).toEqual([]);
		},
	);

	it('of a column that the item lacks is treated like an empty cell', async () => {
		const { good } = await named('单号', [row, { operation_id: closed.operation_id }]);
		expect(good[0]).toMatchObject({ status: 'CLOSED' });
		expect(failure(good[1]).details.solution).toContain(
			'This item has no column "单号", or its cell is empty',
		);
	});
});

describe('a trade', () => {
	it('has its amounts only if it exists', async () => {
		const [paid] = TRADES;
		const { good } = await lookUp('trade', [
			{ trade_no: paid?.trade_no },
			{ out_trade_no: 'T20991231001' },
		]);
		expect(good[0]).toMatchObject({ trade_status: 'TRADE_SUCCESS', total_amount: 8888.88 });
		expect(Object.keys(good[1] ?? {}).sort()).toEqual(['details', 'error']);
	});
});

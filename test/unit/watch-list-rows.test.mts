/** A Watch List as people copy it from a spreadsheet, a CSV file or a chat. */
import fc from 'fast-check';
import type { IPollFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import { alternativesOf, type Method } from '../../alipay/methods/method.ts';
import { readLines } from '../../nodes/shared/csvText.ts';
import { methodOfEvent } from '../../nodes/shared/watch/form.ts';
import { readWatchList } from '../../nodes/shared/watch/list.ts';
import { fault, value } from '../support/responses.mts';
import { PARCEL } from '../support/methods.mts';

const COUPON = methodOfEvent('couponOperationStatus');
const TRADE = methodOfEvent('tradeStatus');
const TRANSFER = methodOfEvent('transferStatus');

function read(watchList: unknown, method: Method = COUPON) {
	const getNodeParameter = (name: string, absent?: unknown) =>
		name === 'watchList' ? watchList : absent;
	return readWatchList(method, { getNodeParameter } as unknown as IPollFunctions);
}

const contents = (watchList: unknown, method?: Method) =>
	value(read(watchList, method)).map(({ bizContent }) => value(bizContent));
/** The message for each row; null for a correct row. */
const problems = (watchList: unknown, method?: Method) =>
	value(read(watchList, method)).map(({ bizContent }) =>
		bizContent.ok ? null : bizContent.fault.message,
	);

/** Alipay's numbers, as in a sheet of operations. */
const auth = (n: number) => `202609010000200126000000${String(n).padStart(4, '0')}`;
const operation = (n: number) => `2026090135586486${String(n).padStart(4, '0')}`;
const pair = (n: number) => ({ auth_no: auth(n), operation_id: operation(n) });
const own = (n: number) => ({ out_order_no: `M-${n}`, out_request_no: `R-${n}` });
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('rows with a header line', () => {
	const rows = (...head: string[]) => `${head.join('\t')}\n${auth(1)}\t${operation(1)}`;

	it.each([
		['auth_no', 'operation_id'],
		['Auth No', 'Operation ID'],
		['authNo', 'operationId'],
		['Auth No (auth_no)', 'Operation ID (operation_id)'],
		['支付宝授权单号（auth_no）', '流水 (operation_id)'],
		['支付宝资金授权订单号', '支付宝资金操作流水号'],
		['支付宝的授权资金订单号', '支付宝的授权资金操作流水号'],
		[' "授权单号" ', '操作流水号'],
		['\ufeffAUTH_NO', 'OPERATION_ID'],
	])('with %j and %j are read by name', (...head) => {
		expect(contents(rows(...head))).toEqual([pair(1)]);
	});

	it('can have columns in any order, and other columns among them', () => {
		const text = `标题,operation_id,金额,auth_no,\n中秋,${operation(1)},20.00,${auth(1)},\n`;
		expect(contents(text)).toEqual([pair(1)]);
	});

	it('can have either pair in each row', () => {
		const { out_order_no, out_request_no } = own(2);
		const text = `auth_no;operation_id;out_order_no;out_request_no\n${auth(1)};${operation(1)}\n;;${out_order_no};${out_request_no}`;
		expect(contents(text)).toEqual([pair(1), own(2)]);
	});

	it('have the merchant’s numbers by name', () => {
		expect(contents('商户订单号\t商户请求流水号\nM-1\tR-1')).toEqual([own(1)]);
		expect(contents('商户订单号\nT-1', TRADE)).toEqual([{ out_trade_no: 'T-1' }]);
		expect(contents('支付宝交易号\n2026090122001400000000000001', TRADE)).toEqual([
			{ trade_no: '2026090122001400000000000001' },
		]);
		const text = '商户转账唯一订单号,产品码,业务场景\nB-1,STD_RED_PACKET,DIRECT_TRANSFER';
		expect(contents(text, TRANSFER)).toEqual([
			{ out_biz_no: 'B-1', product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' },
		]);
	});

	it('can use the labels of the form, unless another column has the exact name', () => {
		const [number, another] = [
			'20231226110070000002150000683137',
			'20231226110070000002150000683138',
		];
		expect(contents(`Order ID\n${number}`, TRANSFER)).toEqual([{ order_id: number }]);
		expect(contents(`Order ID,order_id\n${another},${number}`, TRANSFER)).toEqual([
			{ order_id: number },
		]);
		expect(contents('Trade No,Out Trade No\n,T-1', TRADE)).toEqual([{ out_trade_no: 'T-1' }]);
	});

	it('are refused by line when one column of a pair is missing', () => {
		expect(fault(read(`\n金额,operation_id\n1,${operation(1)}`))).toMatchObject({
			code: 'invalid-settings',
			message: 'Watch List, line 2: operation_id cannot be used without auth_no',
			solution:
				'Use these column names: auth_no and operation_id, or out_order_no and out_request_no.',
		});
		expect(fault(read('out_biz_no,product_code\nB-1,STD_RED_PACKET', TRANSFER)).message).toBe(
			'Watch List, line 1: out_biz_no and product_code cannot be used without biz_scene',
		);
	});

	it('are refused when there is no row below the header, because all stored statuses would be lost', () => {
		expect(fault(read('auth_no,operation_id\n,\n')).message).toBe(
			'The Watch List contains the names of its columns but no rows',
		);
		expect(fault(read(',,\n ,')).message).toBe('The Watch List contains no rows');
	});

	it('report problems by line, counting empty lines and lines within cells, and keep the other rows', () => {
		const lines = [
			'auth_no,operation_id,note',
			`${auth(1)},${operation(1)},"two`,
			'lines"',
			'',
			`${auth(2)},2.02609E+19,`,
			`${auth(3)},,`,
			`${auth(4)},${operation(4)},a title, with a comma`,
			`${auth(5)},${operation(5)},`,
		];
		for (const end of ['\n', '\r\n', '\r']) {
			expect(problems(lines.join(end))).toEqual([
				null,
				'Watch List, line 5: Operation ID (operation_id) is in scientific notation (such as 2.02E+27), so it has lost digits',
				'Watch List, line 6: Auth No (auth_no) is filled in, but Operation ID (operation_id) is not',
				'Watch List, line 7: it has 4 cells, but the first line has 3',
				null,
			]);
		}
	});

	it('report a column that appears twice with different values, and a token', () => {
		const head = 'auth_no,operation_id,授权单号,app_auth_token';
		const row = (again: string, token = '') => `${auth(1)},${operation(1)},${again},${token}`;
		expect(problems([head, row(auth(1)), row(auth(2)), row('', 'x')].join('\n'))).toEqual([
			null,
			'Watch List, line 3: it contains Auth No (auth_no) twice, with different values',
			'Watch List, line 4: it has its own app_auth_token, which the trigger cannot use',
		]);
	});
});

describe('rows without a header line', () => {
	it.each([
		['tabs', (cells: string[]) => cells.join('\t')],
		['commas', (cells: string[]) => cells.join(',')],
		['commas and spaces', (cells: string[]) => cells.join(', ')],
		['semicolons', (cells: string[]) => cells.join(';')],
		['full-width commas', (cells: string[]) => cells.join('，')],
		['full-width semicolons', (cells: string[]) => cells.join('；')],
		['quotation marks', (cells: string[]) => cells.map((cell) => `"${cell}"`).join(',')],
		['empty cells at the end', (cells: string[]) => [...cells, '', ''].join('\t')],
		['apostrophes', (cells: string[]) => cells.map((cell) => `'${cell}`).join('\t')],
	])('are Alipay’s numbers in the order of the form, with %s', (_what, write) => {
		const text = range(30).map((n) => write([auth(n), operation(n)]));
		expect(contents(`\ufeff${text.join('\r\n')}\r\n\r\n`)).toEqual(range(30).map(pair));
		expect(contents(`\`\`\`\n${text.join('\n')}\n\`\`\``)).toEqual(range(30).map(pair));
	});

	it('can have all columns of the form, with either pair empty', () => {
		const rows = [`${auth(1)}\t${operation(1)}\t\t`, '\t\tM-2\tR-2', `${auth(3)}\t${operation(3)}`];
		expect(contents(rows.join('\n'))).toEqual([pair(1), own(2), pair(3)]);
	});

	it('report problems by line', () => {
		const rows = range(8).map((n) => `${auth(n)}\t${operation(n)}`);
		rows[2] = `${auth(3)}\t#N/A`;
		rows[4] = `${auth(5)}`;
		rows[6] = `${auth(7)}\t2.02609E+19`;
		rows[7] = `${auth(8)}\t${operation(8)}\t20.00`;
		expect(problems(rows.join('\n')).filter((one) => one !== null)).toEqual([
			expect.stringMatching(/^Watch List, line 3: Auth No \(auth_no\) is filled in, .*"#N\/A"/),
			expect.stringMatching(/^Watch List, line 5: Auth No \(auth_no\) is filled in/),
			'Watch List, line 7: Operation ID (operation_id) is in scientific notation (such as 2.02E+27), so it has lost digits',
			'Watch List, line 8: it has 3 cells, but the others have 2',
		]);
	});

	it('report lost digits even when all rows have lost them', () => {
		expect(problems('2.02609E+27\t2.02609E+19\n2.02609E+27\t2.02609E+19')).toEqual([
			'Watch List, line 1: Auth No (auth_no) is in scientific notation (such as 2.02E+27), so it has lost digits',
		]);
	});

	it('are trades by Alipay’s number, optionally with the merchant’s', () => {
		const trade = '2026090122001400000000000001';
		expect(contents(`${trade}\n`, TRADE)).toEqual([{ trade_no: trade }]);
		expect(contents(`${trade},T-1\n,T-2`, TRADE)).toEqual([
			{ trade_no: trade, out_trade_no: 'T-1' },
			{ out_trade_no: 'T-2' },
		]);
	});

	const NAMES = 'auth_no and operation_id, or out_order_no and out_request_no';
	it.each<[what: string, text: string, method: Method, names: string]>([
		['the merchant’s numbers', 'M-1,R-1\nM-2,R-2', COUPON, NAMES],
		['short digits', '10001,10002', COUPON, NAMES],
		['one column where two are needed', `${auth(1)}\n${auth(2)}`, COUPON, NAMES],
		['three columns', `${auth(1)},${operation(1)},20.00`, COUPON, NAMES],
		['four columns in another order', `M-1,R-1,${auth(1)},${operation(1)}`, COUPON, NAMES],
		['unknown names', `单号,流水\n${auth(1)},${operation(1)}`, COUPON, NAMES],
		['a number that fits two columns', auth(1), TRANSFER, 'pay_fund_order_id, or order_id, or'],
		['the merchant’s numbers of trades', 'T20260901001', TRADE, 'trade_no or out_trade_no'],
		['a sentence', 'The table is gone', COUPON, NAMES],
	])('are refused with %s: a line must name the columns', (_what, text, method, names) => {
		const { code, message, solution } = fault(read(text, method));
		expect(code).toBe('invalid-settings');
		expect(message).toBe('The first line of the Watch List does not name its columns');
		expect(solution).toContain(`Add a first line with the column names: ${names}`);
	});
});

const SEPARATORS = ['\t', ',', ';', '，', '；'];
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cellText = (cell: string) => (/[\s",;，；\p{Cf}]/u.test(cell) ? quoted(cell) : cell);

describe('any list', () => {
	const events = METHODS.filter(({ status }) => status?.alerts);
	const cells = fc.oneof(
		fc.string({ minLength: 1, unit: 'grapheme' }),
		fc.constantFrom(auth(1), operation(2), 'a"b', 'x,y', '两\r\n行', '；', "'1"),
	);

	it.each(events)('of $name gives the same entries as rows and as JSON', (method) => {
		const names = method.parameters.map(({ name }) => name);
		const [complete = []] = alternativesOf(method, 'auto');
		const tables = fc
			.subarray(names, { minLength: 1 })
			.map((some) => [...new Set([...complete, ...some])])
			.chain((columns) =>
				fc.record({
					columns: fc.constant(columns),
					rows: fc.array(
						fc
							.array(cells, { minLength: columns.length, maxLength: columns.length })
							.filter((row) => row.some((cell) => cell.trim() !== '')),
						{ minLength: 1, maxLength: 5 },
					),
				}),
			);
		fc.assert(
			fc.property(
				tables,
				fc.constantFrom(...SEPARATORS),
				fc.constantFrom('\n', '\r\n'),
				({ columns, rows }, separator, end) => {
					const lines = [columns, ...rows].map((row) => row.map(cellText).join(separator));
					const objects = rows.map((row) =>
						Object.fromEntries(columns.map((name, index) => [name, row[index] ?? ''])),
					);
					const essence = (list: unknown) =>
						value(read(list, method)).map(({ entered, bizContent }) => {
							const { ok } = bizContent;
							return { entered, ok };
						});
					// A single column can have rows of only invisible characters, which do not
					// count as lines.
					const visible = objects.filter((row) => /[^\s\p{Cf}]/u.test(Object.values(row).join('')));
					fc.pre(visible.length > 0);
					expect(essence(lines.join(end))).toEqual(essence(visible));
				},
			),
		);
	});

	it('of 10,000 rows is read at once', () => {
		const text = range(10_000).map((n) => `"${auth(n)}",${operation(n)},"a ""title""`);
		const started = performance.now();
		expect(readLines(text.join('\n')).length).toBeGreaterThan(0);
		expect(performance.now() - started).toBeLessThan(20_000);
		const whole = range(10_000).map((n) => `2026${1e15 + n}\t${operation(n % 1000)}`);
		expect(value(read(whole.join('\n')))).toHaveLength(10_000);
	});

	it.each(['x', '"', '"x,', '"",', '"\n', '","', '"x"",', '\t"'])(
		'that repeats %j a hundred thousand times is read at once',
		(part) => {
			const started = performance.now();
			readLines(part.repeat(100_000));
			expect(performance.now() - started).toBeLessThan(5_000);
		},
	);

	it('is read with any content', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				expect(typeof read(text).ok).toBe('boolean');
				expect(typeof read(text, PARCEL).ok).toBe('boolean');
			}),
		);
	});
});

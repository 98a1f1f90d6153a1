import fc from 'fast-check';
import type { IPollFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { parseList } from '../../nodes/shared/jsonText.ts';
import { readWatchList } from '../../nodes/shared/watch/list.ts';
import { fault, value } from '../support/responses.mts';
import { PARCEL, RETURN } from '../support/methods.mts';

interface Parameters {
	/** The rows of the form. */
	rows?: ReadonlyArray<Record<string, unknown>>;
	/** The Watch List as it is entered, */
	watchList?: unknown;
	/** and its expression, if it has one. */
	expression?: string;
}

/** The watch list of a trigger with these parameters. */
function read(
	{ rows = [], watchList = '', expression }: Parameters,
	method: Method = couponOperationQuery,
) {
	const getNodeParameter = (
		name: string,
		_absent?: unknown,
		options?: { rawExpressions?: boolean },
	) => {
		if (name === 'operations.values') return rows;
		return options?.rawExpressions && expression !== undefined ? expression : watchList;
	};
	return readWatchList(method, { getNodeParameter } as unknown as IPollFunctions);
}

const keys = (parameters: Parameters, method?: Method) =>
	value(read(parameters, method)).map(({ key }) => key);
const key = (numbers: Record<string, string>) => JSON.stringify(numbers);

/** Two of Alipay's numbers, and one that JavaScript can store exactly. */
const [A, B, C] = [
	'2026090100002001260000000003',
	'20260901355864862004',
	2026090135586486,
] as const;
const PAIR = { auth_no: A, operation_id: B };

describe('the watch list', () => {
	it('contains the rows of the form, then those of the list', () => {
		const parameters = {
			rows: [
				{ identifyBy: 'alipay', authNo: A, operationId: B },
				{ identifyBy: 'merchant', outOrderNo: '3', outRequestNo: '4' },
			],
			watchList: JSON.stringify([{ auth_no: B, operation_id: A }]),
		};
		expect(keys(parameters)).toEqual([
			key(PAIR),
			key({ out_order_no: '3', out_request_no: '4' }),
			key({ auth_no: B, operation_id: A }),
		]);
	});

	it('contains each operation once, by the numbers that decide', () => {
		const watchList = [
			PAIR,
			{ ...PAIR, out_order_no: '3', out_request_no: '4' },
			{ operation_id: ` ${B} `, auth_no: A },
			{ ...PAIR, remark: 'another column' },
		];
		const rows = [{ authNo: A, operationId: B }];
		expect(keys({ rows, watchList })).toEqual([key(PAIR)]);
	});

	it('reads a row of the form by Alipay’s numbers unless it says otherwise', () => {
		expect(keys({ rows: [{ authNo: A, operationId: B, outOrderNo: '3' }] })).toEqual([key(PAIR)]);
	});

	it('keeps the numbers as they were entered', () => {
		const [entry] = value(read({ watchList: [{ auth_no: C, operation_id: ` ${B} `, more: 'x' }] }));
		expect(entry?.entered).toEqual({
			auth_no: C,
			operation_id: ` ${B} `,
			out_order_no: undefined,
			out_request_no: undefined,
		});
		expect(value(entry?.bizContent ?? fail())).toEqual({ ...PAIR, auth_no: String(C) });
	});

	it('reports the place of a row that cannot be looked up, and keeps the other rows', () => {
		const [good, bad, worse, token] = value(
			read({
				rows: [{ authNo: A, operationId: B }, { authNo: A }],
				watchList: ['no object', { ...PAIR, app_auth_token: 'x' }],
			}),
		);
		expect(good?.bizContent.ok).toBe(true);
		const messages = [bad, worse, token].map((one) => fault(one?.bizContent ?? fail()).message);
		expect(messages).toEqual([
			'Operations, row 2: Auth No (auth_no) is filled in, but Operation ID (operation_id) is not',
			'Watch List, row 1: it is not an object',
			'Watch List, row 2: it has its own app_auth_token, which the trigger cannot use',
		]);
	});

	it('recognizes a row that cannot be looked up after others were added before it', () => {
		const broken = { auth_no: A };
		const [before] = keys({ watchList: [broken] });
		const [, after] = keys({ watchList: [PAIR, broken] });
		expect(after).toBe(before);
	});

	it.each([
		['nothing', {}, 'The list of operations to watch is empty'],
		[
			'neither JSON nor rows',
			{ watchList: 'auth_no 1' },
			'The first line of the Watch List does not name its columns',
		],
		[
			'only a number',
			{ watchList: 7, expression: '={{ 7 }}' },
			'The first line of the Watch List does not name its columns',
		],
		[
			'an expression that returns nothing',
			{ watchList: undefined, expression: '={{ $json.list }}' },
			'The expression of the Watch List returns nothing',
		],
		[
			'an object that is not an operation',
			{ watchList: '{}' },
			'The Watch List does not contain the names of the numbers',
		],
		[
			'an object that is not an operation, as an expression returns it',
			{ watchList: { error: 'x', data: [] }, expression: '={{ $json }}' },
			'The Watch List does not contain the names of the numbers',
		],
	])('is refused when it contains %s', (_name, parameters, message) => {
		expect(fault(read(parameters))).toMatchObject({ code: 'invalid-settings', message });
	});

	it('can be empty when it is an array', () => {
		expect(keys({ watchList: '[]' })).toEqual([]);
		expect(keys({ watchList: [], expression: '={{ [] }}' })).toEqual([]);
	});

	it.each([
		['an error', [{ error: 'The table is gone' }]],
		['items of n8n', [{ json: { auth_no: A } }]],
		['other names', [{ id: A, no: B }]],
		['only numbers', [A, B]],
		['empty rows', [{}]],
	])('cannot be %s, because all stored statuses would be lost', (_name, watchList) => {
		for (const list of [watchList, JSON.stringify(watchList)]) {
			expect(fault(read({ watchList: list }))).toMatchObject({
				code: 'invalid-settings',
				message: 'The Watch List does not contain the names of the numbers',
			});
		}
	});

	it('is refused when a name appears twice in a row, and keeps digits as they are written', () => {
		const twice = '[{"auth_no": "1", "auth_no": "2"}]';
		expect(fault(read({ watchList: twice })).message).toContain('line 1, column 28');
		const written = ['2026090135586486.9', '1e-400', '12E3', '9007199254740993'];
		const text = `[${written.map((one) => `{"auth_no": ${one}}`).join(',')}]`;
		expect(value(read({ watchList: text })).map(({ entered }) => entered.auth_no)).toEqual(written);
	});

	it('has at most 10,000 entries, counted once each', () => {
		const list = (count: number) =>
			Array.from({ length: count }, (_, n) => ({ auth_no: `2026${n + 1e15}`, operation_id: B }));
		expect(keys({ watchList: [...list(10_000), ...list(10_000)] })).toHaveLength(10_000);
		expect(fault(read({ watchList: list(10_001) })).message).toBe(
			'The list has 10001 operations, but the trigger can watch at most 10000',
		);
	});
});

describe('a row of the watch list', () => {
	const NAMES = 'Use the names auth_no and operation_id, or out_order_no and out_request_no.';
	/**
	 * With a correct row next to it, because a list without a correct row is refused as a whole.
	 */
	const only = (row: unknown) => value(read({ watchList: [row, PAIR] }))[0]?.bizContent ?? fail();

	it.each([
		{ authNo: A, operationId: B },
		{ 'Auth No': A, 'Operation ID': B },
		{ AUTH_NO: A, OPERATION_ID: B },
		{ 'auth-no': A, 'operation id': B },
		{ 'Auth No (auth_no)': A, 'Operation ID (operation_id)': B },
		{ '\ufeffauth_no': A, ｏｐｅｒａｔｉｏｎ＿ｉｄ: B },
		{ auth_no: '', authNo: A, operation_id: B, operationId: B },
	])('can have its numbers under names like Alipay’s: %j', (row) => {
		expect(value(only(row))).toEqual(PAIR);
	});

	it('can have the merchant’s numbers under such names', () => {
		const numbers = { out_order_no: 'M1', out_request_no: 'R1' };
		expect(value(only({ outOrderNo: 'M1', 'Out Request No': 'R1' }))).toEqual(numbers);
	});

	it('reports the expected names when it has none of them', () => {
		expect(fault(only({ id: A, no: B }))).toMatchObject({
			message: 'Watch List, row 1: it does not contain the names of the numbers',
			solution: NAMES,
		});
		expect(fault(only([A, B]))).toMatchObject({
			message: 'Watch List, row 1: it is not an object',
			solution: NAMES,
		});
		expect(fault(only({})).message).toBe('Watch List, row 1: No number is filled in');
	});

	it('is refused when it has the same number twice with different values', () => {
		expect(fault(only({ ...PAIR, authNo: B })).message).toBe(
			'Watch List, row 1: it contains Auth No (auth_no) twice, with different values',
		);
	});

	it.each(['app_auth_token', 'appAuthToken', 'App Auth Token'])(
		'is refused when it has an app_auth_token, called %s',
		(name) => {
			const { message } = fault(only({ ...PAIR, [name]: 'x' }));
			expect(message).toContain('its own app_auth_token');
			expect(value(only({ ...PAIR, [name]: ' ' }))).toEqual(PAIR);
		},
	);
});

describe('the text of the watch list', () => {
	const NUMBERS = [PAIR, { out_order_no: 'M1', out_request_no: 'R1' }] as const;
	const [ROW, OTHER] = NUMBERS.map((numbers) => JSON.stringify(numbers)) as [string, string];
	const typographic = (text: string) => text.replace(/"([^"]*)"/g, '“$1”');

	it.each([
		['JSON', `[${ROW},${OTHER}]`],
		['JSON on lines', JSON.stringify(NUMBERS, null, '\t')],
		['a byte order mark before it', `\ufeff[${ROW},${OTHER}]`],
		['typographic quotation marks', typographic(`[${ROW},${OTHER}]`)],
		['wide quotation marks', `[${ROW},${OTHER}]`.replaceAll('"', '＂')],
		['no-break spaces', `[\u00a0${ROW},\u00a0\u200b${OTHER}\u3000]`.replaceAll(':', '\u00a0:')],
		['a code fence', `\`\`\`json\n[${ROW},${OTHER}]\n\`\`\`\n`],
		['a code fence without a language', `\`\`\`\n[${ROW},${OTHER}]\`\`\``],
		['extra commas', `[${ROW.replace('}', ',}')},${OTHER},]`],
		['one object a line', `${ROW}\n${OTHER}\n`],
		['one object a line, with commas', `${ROW},\r\n${OTHER},\r\n`],
		['a comma missing between objects', `[${ROW}\n${OTHER}]`],
		['punctuation of a Chinese input method', `［${ROW}，${OTHER}］`.replaceAll(':', '：')],
		['tabs within quotation marks', `[${ROW.replace(A, `\t${A}\t`)},${OTHER}]`],
		[
			'digits without quotation marks',
			`[${ROW.replace(`"${A}"`, A).replace(`"${B}"`, B)},${OTHER}]`,
		],
	])('can be %s', (_name, watchList) => {
		expect(value(read({ watchList })).map(({ bizContent }) => value(bizContent))).toEqual(NUMBERS);
	});

	it.each([
		['as text', ROW],
		['as an expression returns it', PAIR],
	])('can be one object without brackets, %s', (_name, watchList) => {
		expect(keys({ watchList })).toEqual([key(PAIR)]);
	});

	it.each<[name: string, text: string, said: string]>([
		[
			'a single quotation mark',
			`[\n  {'auth_no': 1}]`,
			"line 2, column 4: there is an apostrophe (')",
		],
		[
			'a name without marks',
			'[{auth_no: "1"}]',
			'line 1, column 3: quotation marks (") are missing',
		],
		['a value without marks', '[{"auth_no": M2026}]', 'line 1, column 14: quotation marks (") are'],
		['digits and letters', '[{"auth_no": 2026x}]', 'line 1, column 14: quotation marks (") are'],
		['an open text', '[{"auth_no": "1}]', 'line 1, column 14: the quotation mark at the end'],
		[
			'a line break in a text',
			'[{"auth_no": "1\n"}]',
			'line 1, column 14: the quotation mark at the end',
		],
		['no colon', '[{"auth_no" "1"}]', 'line 1, column 13: : is missing here'],
		['no comma', '[{"a": 1\r\n"b": 2}]', 'line 2, column 1: , or } is missing here'],
		['no comma between texts', '["a" "b"]', 'line 1, column 6: , or ] is missing here'],
		['no end', '[{"a": 1}', 'line 1, column 10: the end is missing: , or ] is expected'],
		['no end of an object', '{"a": 1', 'line 1, column 8: the end is missing: , or } is expected'],
		['two commas', '[{"a": 1},,{"a": 2}]', 'line 1, column 11: "," is not expected here'],
		[
			'an escape that JSON does not know',
			'[{"a": "\\x"}]',
			'line 1, column 12: the text before this place',
		],
		['more text after it', '[] secret', 'line 1, column 4: there is more text after the list'],
		['brackets without end', '['.repeat(100_000), 'column 22: there are too many brackets'],
		['a comment', '[{"a": 1} // secret\n]', 'line 1, column 11: , or ] is missing here'],
		['something else in it', '[secret]', 'line 1, column 2: quotation marks (") are missing'],
	])('is refused with %s, by line and column', (_name, watchList, said) => {
		const { message, solution } = fault(read({ watchList }));
		expect(message).toContain(`The Watch List is not a JSON array: `);
		expect(message).toContain(said);
		expect(message).not.toContain('secret');
		expect(message).not.toContain('2026');
		expect(solution).toMatch(/^Fix the text at that place\. .*\[\{ "auth_no": "…"/);
	});

	it('gives the same result as JSON.parse when it is JSON', () => {
		const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })));
		fc.assert(
			fc.property(rows, fc.constantFrom(0, 2, '\t'), (list, gap) => {
				const text = JSON.stringify(list, null, gap);
				const parsed = JSON.parse(text, (_key, one: unknown) => exact(one)) as unknown;
				expect(parseList(text)).toEqual({ ok: true, rows: parsed });
			}),
		);
	});

	it('of 10,000 rows is read at once', () => {
		const row = (_: unknown, n: number) => ({ auth_no: `2026${n + 1e15}`, operation_id: B });
		const watchList = JSON.stringify(Array.from({ length: 10_000 }, row));
		const started = performance.now();
		expect(keys({ watchList })).toHaveLength(10_000);
		expect(performance.now() - started).toBeLessThan(20_000);
	});
});

describe('the watch list of a method with other parameters', () => {
	it('reads its own parameters, from the form and from the list', () => {
		const parameters = {
			rows: [
				{ identifyBy: 'alipay', orderNo: B },
				{ identifyBy: 'merchant', outNo: '3', product: 'BOX', scene: 'DOOR' },
			],
			watchList: [
				{ fund_no: A, order_no: B },
				{ out_no: '4', product: 'BOX', scene: 'X' },
			],
		};
		expect(keys(parameters, PARCEL)).toEqual([
			key({ order_no: B }),
			key({ out_no: '3', product: 'BOX', scene: 'DOOR' }),
			key({ fund_no: A }),
			key({ out_no: '4', product: 'BOX', scene: 'X' }),
		]);
	});

	it('includes a number that belongs to both ways in the key of either way', () => {
		const watchList = [
			{ trade_no: A, out_request_no: '3' },
			{ out_trade_no: '2', out_request_no: '3' },
			{ trade_no: A, out_trade_no: '2', out_request_no: '3' },
		];
		expect(keys({ watchList }, RETURN)).toEqual([
			key({ trade_no: A, out_request_no: '3' }),
			key({ out_trade_no: '2', out_request_no: '3' }),
		]);
	});

	it('says what its rows must look like', () => {
		expect(fault(read({ watchList: '{' }, RETURN)).solution).toBe(
			'Fix the text at that place. It must be an array of objects, for example [{ "trade_no": "…", "out_request_no": "…" }].',
		);
		const [entry] = value(read({ watchList: [1, { fund_no: '1' }] }, PARCEL));
		expect(fault(entry?.bizContent ?? fail()).solution).toBe(
			'Use the names fund_no, or order_no, or out_no with product and scene.',
		);
		expect(fault(read({}, PARCEL)).message).toBe('The list of parcels to watch is empty');
	});
});

/** Integers that JavaScript cannot store exactly stay text. */
const exact = (one: unknown) =>
	typeof one === 'number' && /^\d+$/.test(String(one)) && !Number.isSafeInteger(one)
		? String(one)
		: one;

function fail(): never {
	throw new Error('there is no such entry');
}

describe('an expression in place of the rows', () => {
	it.each(['all', 7, { authNo: '1' }])('is refused by name when it returns %j', (rows) => {
		const found = fault(read({ rows: rows as never }));
		expect(found.message).toBe('Operations is not a list of rows');
		expect(found.code).toBe('invalid-settings');
	});

	it.each([null, undefined, ''])('adds no row when it returns %j', (rows) => {
		const found = value(read({ rows: rows as never, watchList: [PAIR] }));
		expect(found).toHaveLength(1);
	});

	it('gives a row of any length a short key that is the same in each poll', () => {
		const row = { auth_no: 'pasted '.repeat(100_000) };
		const [first] = keys({ watchList: [row] });
		expect(first?.length).toBeLessThanOrEqual(256);
		expect(keys({ watchList: [{ ...row }] })).toEqual([first]);
		expect(keys({ watchList: [{ auth_no: `${row.auth_no}x` }] })).not.toEqual([first]);
	});
});

/** What people paste as a number, kind by kind, for each parameter of each method. */
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import { titleOf, type Method, type Parameter } from '../../alipay/methods/method.ts';
import { doubtOf } from '../../alipay/numbers/doubts.ts';
import { readNumber } from '../../alipay/numbers/read.ts';
import { generatedNumbers, RECORDS } from '../../tools/simulator/fixtures/couponOperation.mts';
import { fault, value } from '../support/responses.mts';
import { BASKET, PARCEL, RETURN } from '../support/methods.mts';

const ALL: readonly Method[] = [...METHODS, PARCEL, RETURN, BASKET];
const PARAMETERS = ALL.flatMap((method) =>
	method.parameters.map((parameter) => ({ method, parameter })),
);
type OfMethod = (typeof PARAMETERS)[number];
const OF_ALIPAY = PARAMETERS.filter(({ parameter }) => parameter.rule === 'alipay');
const OF_MERCHANT = PARAMETERS.filter(({ parameter }) => parameter.rule === 'merchant');

const read = ({ method, parameter }: OfMethod, given: unknown) =>
	readNumber(method, parameter, given);
const doubt = ({ parameter }: { parameter: Parameter }, text: string) =>
	doubtOf(parameter, text)?.replace(titleOf(parameter), 'It') ?? null;

const WHOLE = '2026090100002001260000000003';

/** Texts that mean "none". */
const NONE = [
	...[
		'null',
		'NULL',
		'Null',
		' null ',
		'n u l l',
		'"null"',
		"'NULL'",
		'(null)',
		'<null>',
		'[null]',
	],
	...[
		'{null}',
		'“NULL”',
		'`null`',
		'ＮＵＬＬ',
		'nu\u200bll',
		'-null-',
		'\\N',
		'nil',
		'None',
		'NaN',
	],
	...[
		'nan',
		'NaT',
		'<NA>',
		'Infinity',
		'-inf',
		'undefined',
		'UNDEFINED',
		'void',
		'N/A',
		'n/a',
		'N.A.',
	],
	...[
		'N / A',
		'n\\a',
		'＃Ｎ／Ａ',
		'#N/A',
		'#NA',
		'#N/A N/A',
		'#REF!',
		'=#REF!',
		'#VALUE!',
		'#NAME?',
	],
	...['#DIV/0!', '#NUM!', '#NULL!', '#CALC!', '#SPILL!', '#FIELD!', '#ERROR!', '#GETTING_DATA'],
	...['#BEZUG!', '#WERT!', '#ЗНАЧ!', '#Н/Д', '#N/D', '#¡REF!', '#¿NOMBRE?', 'Err:502', '1.#IND'],
	...[
		'########',
		'#',
		'-',
		'--',
		'—',
		'–',
		'/',
		'\\',
		'…',
		'...',
		'.',
		'*',
		'?',
		'？',
		'！',
		'_',
		'~',
	],
	...["'", "''", '`', '"', '""', '=""', '()', '[]', '{}', '·', '〃', '=', ',', '\ufe0f', '∅'],
	...[
		'无',
		'無',
		'（无）',
		'【无】',
		'“无”',
		'没有',
		'沒有',
		'暂无',
		'暂无数据',
		'无数据',
		'未知',
		'未填',
	],
	...[
		'未填写',
		'空',
		'空值',
		'空白',
		'不适用',
		'待定',
		'待补充',
		'待确认',
		'缺失',
		'缺',
		'尚未生成',
		'否',
	],
	...['unknown', 'Unknown', 'UNKNOWN', 'missing', 'empty', 'blank', 'not found', 'Not Available'],
	...[
		'not applicable',
		'no data',
		'TBD',
		'tba',
		't.b.d.',
		'pending',
		'true',
		'TRUE',
		'false',
		'False',
	],
	...['[object Object]', '[object Undefined]', '[Function]', '[object Array]'],
	...['{{ $json.auth_no }}', '={{ $json.auth_no }}', '{{auth_no}}', '{{', '${auth_no}', '${ no }'],
	...['$json.auth_no', "=$json['auth_no']", "$('Rows').item.json.auth_no", '$fromAI("auth_no")'],
	...[
		'<auth_no>',
		'<your number>',
		'[auth no]',
		'{auth_no}',
		'#{auth_no}',
		'%{auth_no}',
		'<%= no %>',
	],
	...[
		'%s',
		'%d',
		'%1$s',
		'%.0f',
		'%@',
		'%(auth_no)s',
		'%auth_no%',
		':auth_no',
		'@auth_no',
		'$auth_no',
	],
	...['{0}', '{}', '$1', '=VLOOKUP(A2,B:C,2)', 'string', 'YOUR_NUMBER', '订单号', '单号', '同上'],
];

/** The digits that a spreadsheet keeps, with zeros for the rest. */
const ROUNDED = [
	'2026090100002001300000000000',
	'2026090100002000000000000000',
	'2026090100002010000000000000',
	'20260901000020000',
	'20260901000020100000',
	'20260901355864900000',
	'20000000000000000000',
	'00000000000000000000',
	'20260901110070010000000000000000',
];

/** Double-precision numbers, written out. */
const WRITTEN_OUT = [WHOLE, '2014021601002000640012345678', '20260901110070001502440000000001'].map(
	(digits) => BigInt(Number(digits)).toString(),
);

/** Numbers from the API references, and similar ones. */
const GENUINE = [
	...['2014031600002001260000001000', '20140216010020006400', '2014021601002000640012345678'],
	...['20140216355864862002', '2013112011001004330000121536', '2014112611001004680073956707'],
	...[WHOLE, '20260901110070001502440000000001'],
];

/** Numbers of Alipay's or a merchant's in scientific notation. */
const SCIENTIFIC = [
	...['2.01402160100201E+27', '2,01402E+27', '2e+27', '2.01e27', '2.737661105078712E17', '2.E27'],
	...['2,73766e+17', '2.01 E+27', '2.01E +27', '2.01 E + 27', '2 . 01 E 27', '２．０１Ｅ＋２７'],
	...['2.01Ｅ+27', '２，０１e27', '273.766E+15', '20.1E26', '201402.16E+22', '2.01E27', '273E+15'],
	...['2.01E-27', '2.01E−27', '2.01E–27', '2.01E－27', '2E-27', '2.01D+17', '2.01d17', '2D+17'],
	...[
		'2.01×10^27',
		'2.01 × 10^27',
		'2.01*10^27',
		'2.01x10^27',
		'2.01·10^27',
		'2.01×10²⁷',
		'2×10²⁷',
	],
	...['2.01×10⁻²⁷', '10^27', '10²⁷', '2.01*10**27', '2.01\\times10^{27}', '2.01×1027', '2.01E+'],
	...[
		"'2.01E+27",
		'="2.01E+27"',
		'"2.01E+27"',
		'`2.01E+27',
		'2.01E+27,',
		'\u200b2.01E+27',
		'+2.01E+27',
	],
	...['2.01Е+27', '2.01⏨27', '2.01\u00a0E+27', '2.01\u202fE+27', '2.01℮27', '.2E28'],
];

/** What can appear around one of Alipay's numbers and is removed. */
const AROUND: ReadonlyArray<readonly [front: string, behind: string]> = [
	...([
		["'", ''],
		["'", "'"],
		['`', ''],
		['`', '`'],
		['"', '"'],
		['="', '"'],
		['=', ''],
	] as const),
	...([
		['“', '”'],
		['‘', '’'],
		['„', '“'],
		['«', '»'],
		['「', '」'],
		['『', '』'],
		['＂', '＂'],
	] as const),
	...([
		['"\t', '"'],
		['="\t', '"'],
		['', '\t'],
		['\u3000', '\u00a0'],
		['\ufeff', ''],
		['""', '""'],
	] as const),
	...([
		['', ','],
		['', ';'],
		['"', '",'],
		['', '，'],
		['', '；'],
		['\\"', '\\"'],
		['’', ''],
		['´', ''],
	] as const),
	...([
		['＇', ''],
		["='", "'"],
		[' " ', ' " '],
		["\u200b'", "'\u200b"],
	] as const),
];

/** What is refused in Alipay's numbers, and why. */
const STRANGE: ReadonlyArray<readonly [text: string, said: string]> = [
	['2026 0901 0000 2001 2600 0000 0003', 'contains a space between its digits'],
	['2026\u00a00901\u00a00000200126', 'contains a space (U+00A0) between its digits'],
	['2026\u20090901\u20090000200126', 'contains a space (U+2009) between its digits'],
	['2026\u202f09010000200126', 'contains a space (U+202F) between its digits'],
	['2,026,090,100,002,001,260,000,000,003', 'contains "," between its digits'],
	['2.026.090.100.002.001', 'contains "." between its digits'],
	["2'026'090'100'002'001", "contains an apostrophe (') between its digits"],
	['2026-0901-0000-2001-2600', 'contains "-" between its digits'],
	['2026_0901_0000_2001_2600', 'contains "_" between its digits'],
	['20260901/20260902355864', 'contains "/" between its digits'],
	['2026，0901，0000，2001', 'contains "，" (U+FF0C) between its digits'],
	[`${WHOLE}.0`, 'ends with ".0", so it was stored as a decimal number'],
	[`${WHOLE}.00`, 'ends with ".00", so it was stored as a decimal number'],
	[`${WHOLE},0`, 'ends with ",0", so it was stored as a decimal number'],
	[`No. ${WHOLE}`, 'contains text before its digits'],
	[`=T("${WHOLE}")`, 'contains text before its digits'],
	[`${WHOLE}…`, 'contains "…" (U+2026) after its digits'],
	[`No.${WHOLE}`, 'contains text before its digits'],
	[`№${WHOLE}`, 'contains "№" (U+2116) before its digits'],
	[`#${WHOLE}`, 'contains "#" before its digits'],
	[`订单号：${WHOLE}`, 'contains text before its digits'],
	[`auth_no=${WHOLE}`, 'contains text before its digits'],
	[`{"auth_no":"${WHOLE}"}`, 'contains text before its digits'],
	[`-${WHOLE}`, 'contains "-" before its digits'],
	[`+${WHOLE}`, 'contains "+" before its digits'],
	[`(${WHOLE})`, 'contains "(" before its digits'],
	[`["${WHOLE}"]`, 'contains text before its digits'],
	[`${WHOLE}元`, 'contains "元" (U+5143) after its digits'],
	[`${WHOLE}.`, 'contains "." after its digits'],
	[`${WHOLE} (closed)`, 'contains text after its digits'],
	[`${WHOLE},20260901355864862004`, 'contains 2 numbers'],
	[`${WHOLE} / 20260901355864862004`, 'contains 2 numbers'],
	['2O26090100002001260000000003', 'contains "O" between its digits'],
	['202609010000200126000000000l', 'contains "l" after its digits'],
	['2026٠90100002001260000000003', 'contains "٠" (U+0660), which is not a digit from 0 to 9'],
	['②026090100002001260000000003', 'contains "②" (U+2461) before its digits'],
	['M20260901003', 'contains "M" before its digits'],
	['SHOP', 'contains no digits'],
	['any order', 'contains no digits'],
];

/** Merchants' numbers that must not be changed and are not doubtful. */
const FINE = [
	...[
		'12E3',
		'20140216E0001',
		'SHOP 2024',
		'订单 1+1=2&"三"/\\%',
		'NULL-2024',
		'unknown123',
		'N/A-7',
	],
	...[
		'SHOP-2024_№7/红包',
		'M20260901001',
		'R20260901001',
		'SIM-CODE-isv.invalid-timestamp',
		'0',
		'7',
	],
	...['0000123', '8077735255938023', '2014021600100146', '2014021600123458', '20150320010101001'],
	...[
		'3D-001',
		'2024.05D01',
		'20240101_001',
		'JD:123456',
		'一号店2024',
		'DIV-0',
		'20240901111222336',
	],
	...['#1001', '2024-0001', '2026/09/01-17', 'A,B', 'T1.5', 'x'.repeat(64), '无锡-0001', '2E5-17'],
	...['true-1', 'Order7', 'ID7', 'NO2026', 'none_1', '12D3', '12E-3', '2.5X100', 'A:', '20260901'],
];

/**
 * Merchants' numbers that are sent as they are, and the doubt that is reported when Alipay does not
 * know them.
 */
const DOUBTED: ReadonlyArray<readonly [text: string, said: string]> = [
	['8077735255938020', 'The last digits of It look rounded: a spreadsheet keeps 15 digits'],
	['20140216001001500', 'The last digits of It look rounded: a spreadsheet keeps 15 digits'],
	['2026090100002001300000000000', 'The last digits of It look rounded: a spreadsheet keeps'],
	['20260901355864863000', 'The last digits of It look rounded: it may have been converted'],
	['20140216010020007000', 'The last digits of It look rounded: it may have been converted'],
	['2026090135586486300', 'The last digits of It look rounded: it may have been converted'],
	[BigInt(Number('20260901355864862004')).toString(), 'The last digits of It look rounded: it may'],
	[BigInt(Number(WHOLE)).toString(), 'The last digits of It look rounded: it may have been'],
	["'20260901001", "It has an apostrophe (') around it"],
	['`M20260901001', 'It has a backtick (`) around it'],
	['="M20260901001"', 'It has "=" around it'],
	['"M20260901001"', 'It has a quotation mark (") around it'],
	['“M20260901001”', 'It has "“" (U+201C) around it'],
	["M20260901001'", "It has an apostrophe (') around it"],
	['M20260901001,', 'It has "," around it'],
	['２０２６0901', 'It contains "２" (U+FF12), which is not an ordinary character'],
	['Ｍ20260901001', 'It contains "Ｍ" (U+FF2D), which is not an ordinary character'],
	['SHOP\u00a02024', 'It contains a space (U+00A0), which is not an ordinary space'],
	['20260901.0', 'It ends with ".0", so it was stored as a decimal number'],
	['20,260,901', 'It contains "," between its digits'],
	['2026 0901 0001', 'It contains a space between its digits'],
	['2.026.090', 'It contains "." between its digits'],
	['No. 20260901', 'It contains text before the number'],
	['No 20260901', 'It contains text before the number'],
	['Order No: M2026', 'It contains text before the number'],
	['Order ID 2026', 'It contains text before the number'],
	['订单号：20260901', 'It contains text before the number'],
	['订单号20260901', 'It contains text before the number'],
	['商户订单号: M2026', 'It contains text before the number'],
	['№ 20260901', 'It contains text before the number'],
	['M2026090100…', 'It contains "…", so digits may be cut off or hidden'],
	['M2026090100...', 'It contains "...", so digits may be cut off or hidden'],
	['M2026****0001', 'It contains "***", so digits may be cut off or hidden'],
	['订\ufffd001', 'It contains "\ufffd" (U+FFFD) instead of a lost character'],
	['ORDER-undefined', 'It contains "undefined", which a program writes for a missing value'],
	['ORDER_null', 'It contains "null", which a program writes for a missing value'],
	['<b>M2026</b>', 'It contains "<b>", which does not belong in an order number'],
	['["M2026"]', 'It contains "["M2026"]", which does not belong in an order number'],
	['M2026%2F01', 'It contains "%2F", which does not belong in an order number'],
	['9223372036854775807', 'It is a dummy number or the largest number that a program can store'],
	['11111111111111111111', 'It is a dummy number or the largest number that a program can store'],
	['&#39;20260901', 'It contains "&#39;", which is an HTML code for a character'],
];

/** The result of a parameter for a text: the text that is sent, `= none`, or the message. */
function made(of: OfMethod, given: unknown): string {
	const reading = read(of, given);
	if (!reading.ok) return reading.fault.message.replace(titleOf(of.parameter), 'It');
	return reading.value.placeholder === null ? reading.value.text : '= none';
}

/** The rows of a table with a different result: input, actual result, expected result. */
const wrong = <Row,>(
	of: OfMethod,
	rows: readonly Row[],
	given: (row: Row) => unknown,
	right: (row: Row) => string,
) =>
	rows
		.map((row) => [given(row), made(of, given(row)), right(row)])
		.filter(([, is, shall]) => is !== shall);

const named = (all: readonly OfMethod[]) =>
	all.map((of) => ({ of, name: `${of.method.noun[0]}, ${of.parameter.name}` }));
const LOST = 'It is in scientific notation (such as 2.02E+27), so it has lost digits';
const ROUNDED_TO_15 =
	'It is rounded, so it has lost its last digits: a spreadsheet keeps 15 digits and writes zeros for the rest';
const FROM_DOUBLE =
	'It is rounded, so it has lost its last digits: it was converted to a number and back to text';

/** A whole number in the digits of another script. */
const inDigitsFrom = (zero: number) =>
	[...WHOLE].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');

describe.each(named(PARAMETERS))('$name', ({ of }) => {
	it('treats each word and mark for "none" as an empty field', () => {
		expect(wrong(of, NONE, String, () => '= none')).toEqual([]);
	});

	it('does not accept its own column header as a number', () => {
		const { name, label } = of.parameter;
		const heads = [name, name.toUpperCase(), `<${name}>`, label, titleOf(of.parameter)];
		expect(wrong(of, [...heads, `your ${label}`], String, () => '= none')).toEqual([]);
	});

	it('refuses scientific notation in any spelling', () => {
		expect(wrong(of, SCIENTIFIC, String, () => LOST)).toEqual([]);
	});
});

describe.each(named(OF_ALIPAY))('a number of Alipay’s: $name', ({ of }) => {
	it('is refused in scientific notation, even where a merchant’s number could look like that', () => {
		const texts = ['12E3', '20140216E0001', '2014E16', '2E27', '2014021601002E15', '12E-3'];
		expect(wrong(of, texts, String, () => LOST)).toEqual([]);
	});

	it('is refused when its last digits are lost', () => {
		expect(wrong(of, ROUNDED, String, () => ROUNDED_TO_15)).toEqual([]);
		expect(wrong(of, WRITTEN_OUT, String, () => FROM_DOUBLE)).toEqual([]);
		const { solution } = fault(read(of, ROUNDED[0]));
		expect(solution).toMatch(/column as Text.*export.* again/);
	});

	it('is sent as it is', () => {
		const ofSimulator = [1, 10, 100, 1_000, 10_000, 100_000, 500_000, 1_000_000]
			.map(generatedNumbers)
			.concat(RECORDS)
			.flatMap(({ auth_no, operation_id }) => [auth_no, operation_id]);
		expect(wrong(of, [...GENUINE, ...ofSimulator], String, String)).toEqual([]);
		expect(made(of, 2088102019148643)).toBe('2088102019148643');
	});

	it('is sent without the text around it', () => {
		const given = ([front, behind]: (typeof AROUND)[number]) => `${front}${WHOLE}${behind}`;
		expect(wrong(of, AROUND, given, () => WHOLE)).toEqual([]);
	});

	it('is read in full-width and mathematical digits', () => {
		const [wide, bold] = [inDigitsFrom(0xff10), inDigitsFrom(0x1d7ce)];
		expect(wrong(of, [wide, bold, `＇${wide}＇`], String, () => WHOLE)).toEqual([]);
	});

	it('is refused with any other character, which is named', () => {
		const right = ([, strange]: (typeof STRANGE)[number]) =>
			`It ${strange}; Alipay’s numbers contain only digits`;
		expect(wrong(of, STRANGE, ([text]) => text, right)).toEqual([]);
	});

	it('is refused when it is cut off, or when there are two numbers', () => {
		const counts = [
			['1', '1 digit'],
			['202609010000200', '15 digits'],
			[`20${'1234567890'.repeat(3)}1`, '33 digits'],
			[20260901, '8 digits'],
		] as const;
		const right = ([, count]: (typeof counts)[number]) =>
			`It has ${count}; Alipay’s numbers have 16 to 32`;
		expect(wrong(of, counts, ([given]) => given, right)).toEqual([]);
		expect(fault(read(of, '1')).solution).toBe('Digits are missing: copy the whole number.');
	});
});

describe.each(named(OF_MERCHANT))('a number of the merchant’s: $name', ({ of }) => {
	it('is sent as it is, and trusted', () => {
		expect(wrong(of, FINE, String, String)).toEqual([]);
		expect(wrong(of, FINE, (text) => ` \u200b${text}\t`, String)).toEqual([]);
		expect(FINE.map((text) => doubt(of, text)).filter((one) => one !== null)).toEqual([]);
	});

	it('is sent as it is even if it looks damaged, but doubted', () => {
		const text = ([one]: (typeof DOUBTED)[number]) => one;
		expect(wrong(of, DOUBTED, text, text)).toEqual([]);
		const others = DOUBTED.filter(([one, strange]) => !doubt(of, one)?.includes(strange));
		expect(others).toEqual([]);
	});

	it('is doubted when its own label comes before it', () => {
		const { name, label } = of.parameter;
		for (const head of [name, label, label.toLowerCase()]) {
			expect(doubt(of, `${head} 2026`)).toBe('It contains text before the number');
		}
	});
});

it('is read at once, with any characters in it', () => {
	const pieces = [...'\'`" =,“\u200b-._E*<{%&号1'];
	const texts = pieces.flatMap((piece) =>
		[60, 500, 30_000].flatMap((count) => {
			const run = piece.repeat(count);
			return [`1${run}`, `1${run}b`, `1${run} x`, `${run}1`, `‹${run}`];
		}),
	);
	const started = performance.now();
	for (const of of PARAMETERS.slice(0, 4)) {
		for (const text of texts) {
			read(of, text);
			doubt(of, text.slice(0, 64));
		}
	}
	expect(performance.now() - started).toBeLessThan(20_000);
});

it('a placeholder is shown in 20 characters, on one line, without invisible characters', () => {
	const of = PARAMETERS[0] as OfMethod;
	const shown = (text: string) => value(read(of, text)).placeholder;
	expect(shown('{{ $json.a_very_long_name_of_a_column }}')).toBe('{{ $json.a_very_long…');
	expect(shown('not\r\n \tfound')).toBe('not found');
	expect(shown('nu\u200bll')).toBe('null');
	expect(shown('🧧'.repeat(30))).toBe(`${'🧧'.repeat(20)}…`);
});

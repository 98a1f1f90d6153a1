/** What people enter in Biz Content, Method and Further Public Parameters of Any API. */
import { describe, expect, it } from 'vitest';
import { readBizContent } from '../../nodes/shared/call/bizContent.ts';
import { refuseMisplaced } from '../../nodes/shared/call/content.ts';
import { readMethod } from '../../nodes/shared/call/methodName.ts';
import { readParameters } from '../../nodes/shared/call/publicParameters.ts';
import { reading } from '../../nodes/shared/form/read.ts';
import { fault, value, words } from '../support/responses.mts';

const sent = (given: unknown, isExpression = false) => readBizContent(given, isExpression).bizText;
const refused = (given: unknown, isExpression = false) =>
	fault(reading(() => readBizContent(given, isExpression)));

const ONE = '{"out_trade_no":"1"}';

describe('Biz Content is sent as it is written', () => {
	it.each([
		ONE,
		'{}',
		'{ "out_trade_no": "1",\n  "total_amount": 88.80 }',
		'{"out_trade_no":20150320010101001123}',
		'{"a":{"b":[1,2.50,"3",null,true,{"c":[]}]}}',
		'{"subject":"A&B <大份> 😊 \\" \\\\ \\u4e2d /"}',
		'{"amount":1.10e2,"n":-0,"big":123456789012345678901234567890.123456789}',
		'{"content":"{\\"inner\\":1}"}',
		'{"subject":"“quoted”, 50% off [new]"}',
	])('%s', (text) => {
		expect(sent(text)).toBe(text);
		expect(sent(`\n ${text} \n`)).toBe(text);
	});

	it('with all digits of its numbers, also in the check of the response', () => {
		const { bizContent } = readBizContent('{"out_trade_no":20150320010101001123}', false);
		expect(bizContent).toEqual({ out_trade_no: '20150320010101001123' });
	});

	it.each([undefined, null, '', '  \n'])('but not when it is %j', (given) => {
		expect(sent(given)).toBe('');
	});
});

describe('Biz Content that was pasted', () => {
	it.each([
		['a code fence', '```json\n{"out_trade_no":"1"}\n```', ONE],
		['typographic quotation marks', '{“out_trade_no”：“1”}', ONE],
		['full-width punctuation', '｛"out_trade_no"："1"，"n"：1｝', '{"out_trade_no":"1","n":1}'],
		['a trailing comma', '{"out_trade_no":"1",}', ONE],
		['a trailing comma in a list', '{"a":[1,2,],}', '{"a":[1,2]}'],
		['a byte order mark', `\ufeff${ONE}`, ONE],
		['invisible characters between its parts', '{\u200b"out_trade_no"\u200b:\u00a0"1"}', ONE],
		[
			'a number longer than JavaScript keeps',
			'{"n":12345678901234567890.10,}',
			'{"n":12345678901234567890.10}',
		],
		['backslashes of source code', '{\\"out_trade_no\\":\\"1\\"}', ONE],
		['quotation marks around all of it', '"{\\"out_trade_no\\":\\"1\\"}"', ONE],
		[
			'blanks around a number',
			'{"out_trade_no":" 1\u00a0","n":1.10}',
			'{"out_trade_no":"1","n":1.10}',
		],
	])('is read with %s', (_name, pasted, text) => {
		expect(sent(pasted)).toBe(text);
	});

	it.each([
		['a list', `[${ONE}]`, /is a list, not an object/],
		['form text', 'out_trade_no=1&refund_amount=2', /is form text \(name=value\), not JSON/],
		['a template', '{{ $json.body }}', /contains an expression \{\{ \}\} instead of its value/],
		[
			'a template for a number',
			'{"out_trade_no": {{ $json.no }} }',
			/contains an expression \{\{ \}\}/,
		],
		[
			'a template for a text',
			'{"subject":"{{ $json.a }}"}',
			/subject contains an expression \{\{ \}\}/,
		],
		[
			'a template inside a text',
			'{"subject":"Order {{ $json.a }}"}',
			/subject contains an expression \{\{ \}\}/,
		],
		['a template deep inside', '{"a":{"b":["{{x}}"]}}', /: b contains an expression \{\{ \}\}/],
		['a word', 'hello', /line 1, column 1: the object must begin with \{/],
		['a number', '7', /must begin with \{/],
		['apostrophes', "{'out_trade_no': '1'}", /line 1, column 2: there is an apostrophe/],
		['no quotation marks', '{out_trade_no: 1}', /column 2: quotation marks \("\) are missing/],
		['a comment', '{"a":1 // note\n}', /column 8: , or \} is missing here/],
		['no end', '{"a":"1"', /column 9: the end is missing/],
		['an error in line 2', '{"a":1,\n "b" 2}', /line 2, column 6: : is missing here/],
		['a name twice', '{"out_trade_no":"1","out_trade_no":"2"}', /appears twice/],
		['a name twice with one value', '{"a":1,"a":1}', /appears twice/],
		['a name twice inside', '{"x":{"a":1,"a":2}}', /appears twice/],
		['two objects', `${ONE}\n${ONE}`, /line 2, column 1: there is more text after the object/],
		['a number that begins with 0', '{"n":007}', /begins with 0/],
		['many brackets', `{"a":${'['.repeat(100_000)}`, /too many brackets/],
	])('is refused with %s', (_name, pasted, message) => {
		const { code, message: said } = refused(pasted);
		expect(code).toBe('invalid-settings');
		expect(said).toMatch(/^Biz Content \(biz_content\)/);
		expect(said).toMatch(message);
	});

	it('is never quoted', () => {
		for (const pasted of [
			'{"auth_code":"SECRET-1234" "x":1}',
			'{"auth_code": SECRET-1234}',
			'SECRET-1234',
			'auth_code=SECRET-1234',
			"{'SECRET-1234'}",
			'{"SECRET-1234 ":1}',
			'{"method":"x","app_id":"SECRET-1234"}',
		]) {
			expect(words(refused(pasted))).not.toContain('SECRET');
		}
	});
});

describe('a whole request in Biz Content', () => {
	it.each([
		'{"method":"alipay.trade.refund","biz_content":{"out_trade_no":"1"}}',
		'{"app_id":"2021","method":"alipay.trade.refund","sign_type":"RSA2","charset":"utf-8"}',
		'{"bizContent":{"out_trade_no":"1"}}',
		'{"biz_content":"{}"}',
	])('is named: %s', (given) => {
		expect(refused(given).message).toMatch(/contains a whole request$/);
		expect(refused(JSON.parse(given), true).message).toMatch(/contains a whole request$/);
	});

	it('is not assumed because of a single name', () => {
		expect(sent('{"app_id":"2021"}')).toBe('{"app_id":"2021"}');
		expect(sent('{"version":"1.0"}')).toBe('{"version":"1.0"}');
	});
});

describe('names that Alipay would ignore', () => {
	it.each([
		['outTradeNo', 'out_trade_no'],
		['OutTradeNo', 'out_trade_no'],
		['OUT_TRADE_NO', 'out_trade_no'],
		['out-trade-no', 'out_trade_no'],
		['refundAmount', 'refund_amount'],
	])('%s is reported as %s', (name, right) => {
		expect(refused({ [name]: '1' }).message).toBe(
			`Biz Content (biz_content): Alipay’s name for ${name} is ${right}`,
		);
	});

	it.each([
		[' out_trade_no', /a name contains a space/],
		['out_trade_no\u200b', /a name contains a character U\+200B/],
		['out trade no', /a name contains a space/],
		['商户订单号', /a name contains "商"/],
		['out_trade_nо', /a name contains "о" \(U\+043E\)/],
		['', /a name is not one of Alipay’s names/],
		['1no', /a name is not one of Alipay’s names/],
	])('%j is refused', (name, message) => {
		expect(refused({ [name]: '1' }).message).toMatch(message);
		expect(refused(JSON.stringify({ [name]: '1' })).message).toMatch(message);
	});

	it('are allowed inside an object, where they can be the merchant’s, but invisible ones are refused', () => {
		expect(sent({ ext: { 'Größe 38': 1, cardNo: 2 } })).toBe('{"ext":{"Größe 38":1,"cardNo":2}}');
		expect(refused({ ext: { 'card\u200bno': 1 } }).message).toMatch(/U\+200B/);
	});

	it.each([
		['app_auth_token', 'alipay.trade.query', /option App Auth Token/],
		['app_auth_token', 'alipay.open.auth.token.app.query', null],
		['notify_url', 'alipay.trade.precreate', /Further Public Parameters/],
	])('%s of %s', (name, method, advice) => {
		const read = reading(() => refuseMisplaced(method, { [name]: 'x' }));
		if (advice) expect(fault(read).solution).toMatch(advice);
		else expect(read.ok).toBe(true);
	});
});

describe('Biz Content by expression', () => {
	it.each<[given: unknown, text: string]>([
		[
			{ out_trade_no: '1', n: 1.5, ok: true, nothing: null },
			'{"out_trade_no":"1","n":1.5,"ok":true,"nothing":null}',
		],
		[{}, '{}'],
		[{ list: [{ a: 1 }, []] }, '{"list":[{"a":1},[]]}'],
		[{ n: 12345678901234567890n }, '{"n":12345678901234567890}'],
		[{ when: new Date(0) }, '{"when":"1970-01-01T00:00:00.000Z"}'],
		[ONE, ONE],
	])('%o is sent', (given, text) => {
		expect(sent(given, true)).toBe(text);
	});

	it.each<[name: string, given: unknown, message: RegExp]>([
		['nothing', undefined, /^The expression of Biz Content \(biz_content\) returns nothing$/],
		['null', null, /returns nothing$/],
		['an empty text', ' ', /returns nothing$/],
		['a list', [{ a: 1 }], /is a list, not an object$/],
		['a number', 7, /is a number, not an object$/],
		['true', true, /is a boolean, not an object$/],
		[
			'lost digits',
			{ out_trade_no: 2e20 },
			/: out_trade_no is a number that has lost its last digits/,
		],
		[
			'lost digits inside',
			{ a: [{ no: 2 ** 53 }] },
			/: no is a number that has lost its last digits/,
		],
		['a missing value', { out_request_no: undefined }, /: out_request_no has no value/],
		['a missing value in a list', { list: [undefined] }, /: list has no value/],
		['a function', { no: () => 1 }, /: no has no value/],
		['NaN', { refund_amount: NaN }, /: refund_amount is not a number/],
		['Infinity', { refund_amount: 1 / 0 }, /: refund_amount is not a number/],
		['a sum of amounts', { refund_amount: 0.1 + 0.2 }, /: refund_amount has more than 15 digits/],
		['the word undefined', { subject: 'undefined' }, /: subject has no value/],
		['an object in a text', { subject: 'for [object Object]' }, /: subject has no value/],
	])('is refused with %s', (_name, given, message) => {
		expect(refused(given, true).message).toMatch(message);
	});

	it('is refused when it contains itself', () => {
		const round: Record<string, unknown> = {};
		round.again = round;
		expect(refused(round, true).message).toMatch(/too many brackets or contains itself/);
	});

	it('explains how to return an object when an item’s text broke the JSON', () => {
		const broken = '{"out_trade_no":"1","subject":"a "new" one"}';
		expect(refused(broken, true).solution).toMatch(/Return an object instead/);
		expect(refused(broken, false).solution).not.toMatch(/Return an object instead/);
	});
});

describe('payment numbers in Biz Content follow the rules of the form', () => {
	it.each<[given: object, message: RegExp]>([
		[{ out_trade_no: 'NULL' }, /^Biz Content: out_trade_no is "NULL", which is not a number$/],
		[{ out_request_no: '[object Object]' }, /out_request_no has no value/],
		[{ out_biz_no: '#N/A' }, /out_biz_no is "#N\/A"/],
		[{ trade_no: '2.0231E+27' }, /Trade No \(trade_no\) is in scientific notation/],
		[
			{ out_trade_no: '20\u200b15' },
			/Out Trade No \(out_trade_no\) contains an invisible character/,
		],
		[{ out_trade_no: '1\n2' }, /contains a line break/],
		[{ auth_no: 1.5 }, /Auth No \(auth_no\) is not a whole number/],
	])('%j is refused', (given, message) => {
		expect(refused(given).message).toMatch(message);
		expect(refused(JSON.stringify(given)).message).toMatch(message);
	});

	it.each([
		{ trade_no: '' },
		{ order_id: 'ORDER-7' },
		{ out_trade_no: 7 },
		{ out_trade_no: 'x'.repeat(128) },
	])('%j is sent', (given) => {
		expect(sent(given)).toBe(JSON.stringify(given));
	});
});

describe('Method', () => {
	it.each([
		'alipay.trade.query',
		' alipay.trade.query\n',
		'Alipay.Trade.Query',
		'alipay . trade. query',
		'alipay.trade.query。',
		'“alipay.trade.query”',
		'\u200balipay.trade.query',
		'ａｌｉｐａｙ.trade.query',
		'alipay.trade.query(统一收单交易查询)',
		'alipay.trade.query（统一收单交易查询接口）',
		'alipay.trade.query (reads): Query trade',
		'method=alipay.trade.query',
		'"method": "alipay.trade.query",',
		'alipay_trade_query_response',
		'alipay_trade_query',
		'AlipayTradeQueryRequest',
		'AlipayTradeQueryResponse',
		'https://openapi.alipay.com/gateway.do?charset=utf-8&method=alipay.trade.query&sign=x',
	])('reads %j as alipay.trade.query', (given) => {
		expect(readMethod(given).name).toBe('alipay.trade.query');
		expect(readMethod({ __rl: true, mode: 'name', value: given }).name).toBe('alipay.trade.query');
	});

	it.each([
		['', /^Method is empty$/],
		[undefined, /^Method is empty$/],
		[{ __rl: true, mode: 'list', value: '' }, /^Method is empty$/],
		[7, /^Method is a number, not text$/],
		[['alipay.trade.query'], /^Method is a list, not text$/],
		[{ value: 'alipay.trade.query' }, /^Method is an object, not text$/],
		['trade.query', /is not the name of one Alipay API/],
		['query', /is not the name of one Alipay API/],
		['alipay.trade.query alipay.trade.refund', /is not the name of one Alipay API/],
		['alipay.trade.query, alipay.trade.refund', /is not the name of one Alipay API/],
		['alipay.trade.query/refund', /is not the name of one Alipay API/],
		['alipay.trade..query', /is not the name of one Alipay API/],
		['alipay.trade.query-refund', /is not the name of one Alipay API/],
		['https://opendocs.alipay.com/open/02ekfh', /is not the name of one Alipay API/],
		['openapi.alipay.com', /is not the name of one Alipay API/],
		['/v3/alipay/trade/query', /is not the name of one Alipay API/],
		['统一收单交易查询', /is not the name of one Alipay API/],
		['{{ $json.method }}', /is not the name of one Alipay API/],
		['__proto__', /is not the name of one Alipay API/],
	])('%j is refused', (given, message) => {
		expect(fault(reading(() => readMethod(given))).message).toMatch(message);
	});

	it.each([
		'alipay.trade.page.pay',
		'alipay.trade.wap.pay',
		'alipay.trade.app.pay',
		'alipay.fund.trans.app.pay',
		'alipay.fund.auth.order.app.freeze',
		'alipay.fund.coupon.order.page.pay',
		'alipay.user.agreement.page.sign',
		'alipay.user.certify.open.certify',
	])('refuses %s, which opens a page, before it sends a request', (name) => {
		const { message, solution } = fault(reading(() => readMethod(name)));
		expect(message).toMatch(
			new RegExp(`^${name} opens a page in a person’s browser or Alipay app`),
		);
		expect(solution).toMatch(/^The node did not send it\./);
	});

	it.each([
		'alipay.fund.trans.app.consult',
		'alipay.open.auth.token.app.query',
		'alipay.open.agent.app.bind',
	])('accepts %s, which does not open a page', (name) => {
		expect(readMethod(name).name).toBe(name);
	});
});

describe('Further Public Parameters', () => {
	const row = (name: unknown, given: unknown) => ({ name, value: given });
	const read = (...rows: unknown[]) => reading(() => readParameters({ values: rows }));

	it('lose spaces and invisible characters around them, and blank ones are left out', () => {
		expect(
			value(
				read(
					row(' notify_url ', '\ufeff https://example.com/a?b=1&c=2 \n'),
					row('auth_token', ''),
					row('sign', null),
					row('', '  '),
					row('prod_code', 12),
					row('flag', true),
					row('prod_code', '12'),
				),
			),
		).toEqual({ notify_url: 'https://example.com/a?b=1&c=2', prod_code: '12', flag: 'true' });
	});

	it.each([undefined, null, '', {}, { values: [] }, { values: null }])('can be %j', (given) => {
		expect(readParameters(given)).toEqual({});
	});

	it.each([
		['method', 'belongs in the field Method'],
		['biz_content', 'belongs in the field Biz Content'],
		['app_auth_token', 'belongs in the option App Auth Token'],
		['app_id', 'comes from the credential'],
		['charset', 'comes from the credential'],
		['sign_type', 'comes from the credential'],
		['app_cert_sn', 'comes from the credential'],
		['alipay_root_cert_sn', 'comes from the credential'],
		['encrypt_type', 'comes from the credential'],
		['sign', 'is filled in by the node'],
		['timestamp', 'is filled in by the node'],
		['version', 'is filled in by the node'],
		['format', 'is filled in by the node'],
	])('%s %s', (name, where) => {
		expect(fault(read(row('notify_url', 'x'), row(name, 'SECRET'))).message).toBe(
			`Further Public Parameters, row 2: ${name} ${where}`,
		);
	});

	it.each<[name: unknown, given: unknown, message: RegExp]>([
		['', 'x', /row 1: Name is empty/],
		[null, 'x', /row 1: Name is empty/],
		['通知地址', 'x', /Name is not the name of a parameter/],
		['notify url', 'x', /Name is not the name of a parameter/],
		['notifyUrl', 'x', /Alipay’s name for notifyUrl is notify_url/],
		['NOTIFY_URL', 'x', /Alipay’s name for NOTIFY_URL is notify_url/],
		['constructor!', 'x', /Name is not/],
		['auth_token', { a: 'SECRET' }, /row 1 \(auth_token\) is an object, not text/],
		['auth_token', ['SECRET'], /is a list, not text/],
		['auth_token', 2 ** 60, /is a number that has lost its last digits/],
		['auth_token', NaN, /has lost its last digits/],
		['auth_token', '{{ $json.SECRET }}', /contains an expression \{\{ \}\} instead of its value/],
	])('are refused when %j has the value %j', (name, given, message) => {
		const found = fault(read(row(name, given)));
		expect(found.message).toMatch(message);
		expect(words(found)).not.toContain('SECRET');
	});

	it('are refused when one appears twice with different values', () => {
		expect(fault(read(row('auth_token', 'a'), row('auth_token', 'b'))).message).toMatch(
			/row 2: auth_token appears twice, with different values/,
		);
	});

	it.each(['text', 7, [], true])('are refused when they are %j', (given) => {
		expect(reading(() => readParameters(given)).ok).toBe(false);
	});
});

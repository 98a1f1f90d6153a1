import { describe, expect, it } from 'vitest';
import { objection, objectionToRefusal, withoutStatus } from '../../alipay/echo.ts';
import type { Answer } from '../../alipay/message/response.ts';
import { anyMethod, METHODS } from '../../alipay/methods/index.ts';
import { alternativesOf, type Method } from '../../alipay/methods/method.ts';
import { refundQuery } from '../../alipay/methods/refundQuery.ts';
import { isMissing } from '../../alipay/numbers/doubts.ts';

const response = (fields: Record<string, string | null>): Answer => ({
	fields: new Map(Object.entries({ code: '10000', msg: 'Success', ...fields })),
	json: '',
	code: '10000',
	msg: 'Success',
	trace_id: null,
	signature_verified: true,
	alipay_cert_sn: null,
});

const codeOf = (method: Method, sent: object, fields: Record<string, string | null>) =>
	objection(method, sent as Record<string, unknown>, response(fields))?.fault.code ?? 'accepted';

const OTHER = 'answer-for-another-operation';

/** A member of a response that is not one of its numbers. */
const NEWS = { fail_reason: 'x', refund_amount: '1.00' };

const CASES = METHODS.flatMap((method) =>
	alternativesOf(method, 'auto').map((names) => {
		const sent = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
		const isRepeated = (name: string) => method.fields.some((field) => field.name === name);
		return { name: `${method.name} by ${names.join(' + ')}`, method, sent, isRepeated };
	}),
);

describe.each(CASES)('$name', ({ method, sent, isRepeated }) => {
	const repeated = Object.entries(sent).filter(([name]) => isRepeated(name));

	it('accepts a response that repeats the numbers', () => {
		expect(repeated.length).toBeGreaterThan(0);
		expect(codeOf(method, sent, { ...NEWS, ...sent })).toBe('accepted');
	});

	it.each(repeated.map(([name]) => name))(
		'refuses a response with another %s, or without it',
		(name) => {
			for (const value of ['other', '', null])
				expect(codeOf(method, sent, { ...NEWS, ...sent, [name]: value })).toBe(OTHER);
			const { [name]: _left, ...rest } = sent;
			expect(codeOf(method, sent, { ...NEWS, ...rest })).toBe(OTHER);
		},
	);

	it('ignores numbers that were not in the request', () => {
		expect(codeOf(method, sent, { ...NEWS, order_title: 'x', ...sent, trace: '1' })).toBe(
			'accepted',
		);
	});
});

describe('a success without a refund', () => {
	const sent = { out_trade_no: 'T1', out_request_no: 'R1' };

	it.each<Record<string, string | null>>([
		{},
		{ out_trade_no: 'T1' },
		{ ...sent, total_amount: '8.00' },
		{ refund_amount: null },
	])('reports that there is no refund: %j', (fields) => {
		const found = objection(refundQuery, sent, response(fields))?.fault;
		expect(found).toMatchObject({
			code: 'answer-without-record',
			signature_verified: true,
			retryable: false,
			message: expect.stringContaining('Not found: Alipay has no record of this refund'),
		});
		expect(found && isMissing(refundQuery, found)).toBe(true);
	});

	it.each([{ out_trade_no: 'T2' }, { ...sent, out_request_no: 'R2' }])(
		'reports nothing when it names another number: %j',
		(fields) => expect(codeOf(refundQuery, sent, fields)).toBe(OTHER),
	);

	it.each<Record<string, string>>([
		{ refund_amount: '1.00' },
		{ refund_status: 'REFUND_SUCCESS' },
		{ error_code: 'x' },
	])('must repeat the numbers when it has %j', (fields) => {
		expect(codeOf(refundQuery, sent, fields)).toBe(OTHER);
		expect(codeOf(refundQuery, sent, { ...sent, ...fields })).toBe('accepted');
	});
});

describe('a method outside the registry', () => {
	const method = anyMethod('alipay.trade.refund');
	const sent = { trade_no: '2', out_trade_no: 'T1', refund_amount: '1.00' };

	it.each<[fields: Record<string, string>, outcome: string]>([
		[{}, 'accepted'],
		[{ trade_no: '2' }, 'accepted'],
		[{ trade_no: '2', out_trade_no: 'T2' }, OTHER],
		[{ trade_no: '3', out_trade_no: 'T2' }, OTHER],
		[{ out_trade_no: 'T2' }, OTHER],
		[{ refund_amount: '2.00' }, 'accepted'],
		[{ order_id: 'a new one' }, 'accepted'],
	])('with %j: %s', (fields, outcome) => expect(codeOf(method, sent, fields)).toBe(outcome));
});

describe('incomplete identification through Any API', () => {
	it('is checked against the numbers in the response', () => {
		const transfer = anyMethod('alipay.fund.trans.common.query');
		const sent = { out_biz_no: 'B1', product_code: 'STD_RED_PACKET' };
		expect(codeOf(transfer, sent, { out_biz_no: 'B2', status: 'SUCCESS' })).toBe(OTHER);
		expect(codeOf(transfer, sent, { out_biz_no: 'B1', status: 'SUCCESS' })).toBe('accepted');
	});
});

describe('a refusal', () => {
	const sent = { out_trade_no: 'T1' };
	const trade = anyMethod('alipay.trade.query');
	const of = (fields: Record<string, string>) =>
		objectionToRefusal(trade, sent, new Map(Object.entries(fields)), null)?.fault.code;

	it('is checked only against numbers that it names', () => {
		expect(of({ out_trade_no: 'T2', receipt_amount: '0.00' })).toBe(OTHER);
		expect(of({ out_trade_no: 'T1', receipt_amount: '0.00' })).toBeUndefined();
		expect(of({})).toBeUndefined();
	});
});

it.each(METHODS)('$name has a status in each success, unless Alipay may leave it out', (method) => {
	const missing = withoutStatus(method, new Map([['total_amount', '1.00']]), 'trace');
	const isOptional = method === refundQuery;
	expect(missing?.fault.code).toBe(isOptional ? undefined : 'answer-without-status');
	const found = new Map([[method.status?.field ?? '', 'NEW']]);
	expect(withoutStatus(method, found, null)).toBeNull();
});

import { describe, expect, it } from 'vitest';
import {
	BUSINESS_CODES,
	businessCode,
	GATEWAY_CODES,
	SUB_CODES,
	UNKNOWN_CODE,
} from '../../alipay/errors/explain.ts';
import { gatewayFault } from '../../alipay/errors/fault.ts';
import { QUERY } from '../../nodes/Alipay/couponOperation/query.operation.ts';

const ENTRIES = [
	...Object.entries(SUB_CODES),
	...Object.entries(GATEWAY_CODES),
	['an unknown code', UNKNOWN_CODE] as const,
];

const refusal = (code: string, sub_code: string | null, sub_msg: string | null = null) =>
	gatewayFault(
		{ code, msg: 'Business Failed', sub_code, sub_msg },
		{ trace_id: null, signature_verified: true },
	).fault;

/** The table of the API reference: code, whether asking again helps. */
const REFERENCE = [
	['ILLEGAL_ARGUMENT', false],
	['AUTH_ORDER_NOT_EXIST', false],
	['AUTH_OPERATION_NOT_EXIST', false],
	['SYSTEM_ERROR', true],
	['ACCESS_FORBIDDEN', false],
] as const;

describe('the catalogue', () => {
	it('lists the five codes of the API reference in its order', () => {
		const codes: readonly string[] = REFERENCE.map(([code]) => code);
		expect(BUSINESS_CODES.filter((code) => codes.includes(code))).toEqual(codes);
	});

	it.each(REFERENCE)('explains %s; asking again helps: %s', (code, retryable) => {
		expect(SUB_CODES[code]).toMatchObject({ retryable });
	});

	it('knows the two codes by which Alipay says that there is none', () => {
		expect(QUERY.notFound).toEqual(['AUTH_ORDER_NOT_EXIST', 'AUTH_OPERATION_NOT_EXIST']);
	});

	it.each(['20000', '20001', '40001', '40002', '40003', '40004', '40005', '40006'])(
		'explains the gateway code %s',
		(code) => {
			expect(refusal(code, null).message).not.toContain(UNKNOWN_CODE.meaning);
		},
	);

	it.each(ENTRIES)('says of %s what happened and what to do', (_code, entry) => {
		expect(entry.meaning).toMatch(/^[A-Z].*[^.]$/);
		expect(entry.solution).toMatch(/^[A-Z].{20,}\.$/);
	});

	it.each(ENTRIES)('does not scare: %s is told without alarming words', (_code, entry) => {
		const alarming = /\b(errors?|problems?|failures?|mistakes?)\b/i;
		expect(`${entry.meaning} ${entry.solution}`).not.toMatch(alarming);
	});

	it.each(ENTRIES)('calls %s retryable only with a cause that passes', (_code, entry) => {
		const passing = ['rate-limited', 'temporarily-unavailable'].includes(entry.cause);
		expect(entry.retryable).toBe(passing);
	});
});

describe('a refusal', () => {
	it.each(['ACQ.', 'aop.ACQ.', 'isp.', 'FUND.'])('is found under the prefix %s', (prefix) => {
		for (const code of BUSINESS_CODES) {
			expect(businessCode(prefix + code)).toBe(code);
			expect(refusal('40004', prefix + code).message).toContain(SUB_CODES[code]?.meaning);
		}
	});

	it('keeps its prefix in what the operator reads', () => {
		const fault = refusal('40004', 'ACQ.ILLEGAL_ARGUMENT', '参数有误');
		expect(fault).toMatchObject({ sub_code: 'ACQ.ILLEGAL_ARGUMENT', sub_msg: '参数有误' });
		expect(fault.message).toContain('(Alipay answered 40004 ACQ.ILLEGAL_ARGUMENT)');
	});

	it('does not take a prefix from the middle or the end of a code', () => {
		expect(businessCode('isv.invalid-signature')).toBe('isv.invalid-signature');
		expect(businessCode('ACQ.TRADE_HAS_SUCCESS')).toBe('ACQ.TRADE_HAS_SUCCESS');
		expect(businessCode(null)).toBe('');
	});

	it('goes by the sub_code first, and by the code when the sub_code is unknown', () => {
		expect(refusal('40004', 'SYSTEM_ERROR').retryable).toBe(true);
		expect(refusal('20000', 'isp.brand-new').retryable).toBe(true);
		expect(refusal('40006', 'isv.brand-new').solution).toBe(GATEWAY_CODES['40006']?.solution);
	});

	it('passes an unknown code through', () => {
		const fault = refusal('49999', null);
		expect(fault).toMatchObject({ code: '49999', msg: 'Business Failed', retryable: false });
		expect(fault.message).toContain('49999 Business Failed');
		expect(fault.solution).toBe(UNKNOWN_CODE.solution);
	});

	it.each(['constructor', 'toString', '__proto__'])('is not fooled by the code %s', (name) => {
		expect(refusal(name, null)).toMatchObject({ solution: UNKNOWN_CODE.solution });
		expect(refusal('40004', name)).toMatchObject({ solution: GATEWAY_CODES['40004']?.solution });
	});
});

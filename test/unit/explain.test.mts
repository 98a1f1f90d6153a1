import { describe, expect, it } from 'vitest';
import {
	businessCode,
	explain,
	GATEWAY_CODES,
	SUB_CODES,
	UNKNOWN_CODE,
} from '../../alipay/errors/explain.ts';
import { gatewayFault } from '../../alipay/errors/fault.ts';
import { METHODS } from '../../alipay/methods/index.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { PARCEL, RETURN } from '../support/methods.mts';

const { codes: CODES } = couponOperationQuery;

const ENTRIES = [
	...METHODS.flatMap(({ codes }) => Object.entries(codes)),
	...Object.entries(SUB_CODES),
	...Object.entries(GATEWAY_CODES),
	['an unknown code', UNKNOWN_CODE] as const,
];

const refusal = (
	code: string,
	sub_code: string | null,
	sub_msg: string | null = null,
	codes = CODES,
) =>
	gatewayFault({ code, msg: 'Business Failed', sub_code, sub_msg }, codes, {
		trace_id: null,
		signature_verified: true,
	}).fault;

/** The table of the API reference: code, whether a retry helps. */
const REFERENCE = [
	['ILLEGAL_ARGUMENT', false],
	['AUTH_ORDER_NOT_EXIST', false],
	['AUTH_OPERATION_NOT_EXIST', false],
	['SYSTEM_ERROR', true],
	['ACCESS_FORBIDDEN', false],
] as const;

describe('the codes', () => {
	it('of the coupon query are the five in the API reference, in its order', () => {
		expect(Object.keys(CODES)).toEqual(REFERENCE.map(([code]) => code));
	});

	it.each(REFERENCE)('explain %s; a retry helps: %s', (code, retryable) => {
		expect(CODES[code]).toMatchObject({ retryable });
	});

	it('include the two by which Alipay says that nothing was found', () => {
		const missing = Object.keys(CODES).filter((code) => CODES[code]?.notFound);
		expect(missing).toEqual(['AUTH_ORDER_NOT_EXIST', 'AUTH_OPERATION_NOT_EXIST']);
	});

	it('have different names for a method and for the gateway', () => {
		const shared = METHODS.flatMap(({ codes }) =>
			Object.keys(codes).filter((code) => Object.hasOwn(SUB_CODES, code)),
		);
		expect(shared).toEqual([]);
	});

	it.each(['20000', '20001', '40001', '40002', '40003', '40004', '40005', '40006'])(
		'explain the gateway code %s',
		(code) => {
			expect(refusal(code, null).message).not.toContain(UNKNOWN_CODE.meaning);
		},
	);

	it.each(ENTRIES)('say for %s what happened and what to do', (_code, entry) => {
		expect(entry.meaning).toMatch(/^[A-Z].*[^.]$/);
		expect(entry.solution).toMatch(/^[A-Z].{20,}\.$/);
	});

	it.each(ENTRIES)('describe %s without alarming words', (_code, entry) => {
		const alarming = /\b(errors?|problems?|failures?|mistakes?)\b/i;
		expect(`${entry.meaning} ${entry.solution}`).not.toMatch(alarming);
	});

	it.each(ENTRIES)('mark %s as retryable only with a temporary cause', (code, entry) => {
		const passing = ['rate-limited', 'temporarily-unavailable'].includes(entry.cause);
		// An unfinished payment is temporary, but another request does not help.
		expect(entry.retryable || code === '10003').toBe(passing);
	});
});

describe('a refusal', () => {
	it.each(['ACQ.', 'aop.ACQ.', 'isp.', 'FUND.'])('is found under the prefix %s', (prefix) => {
		for (const [code, { meaning }] of Object.entries(CODES)) {
			expect(businessCode(prefix + code, CODES)).toBe(code);
			expect(refusal('40004', prefix + code).message).toContain(meaning);
		}
	});

	it('keeps its prefix in the text that the operator reads', () => {
		const fault = refusal('40004', 'ACQ.ILLEGAL_ARGUMENT', '参数有误');
		expect(fault).toMatchObject({ sub_code: 'ACQ.ILLEGAL_ARGUMENT', sub_msg: '参数有误' });
		expect(fault.message).toContain('(Alipay returned 40004 ACQ.ILLEGAL_ARGUMENT)');
	});

	it('does not lose a prefix from the middle or the end of a code', () => {
		expect(businessCode('isv.invalid-signature', CODES)).toBe('isv.invalid-signature');
		expect(businessCode('ACQ.TRADE_HAS_SUCCESS', CODES)).toBe('ACQ.TRADE_HAS_SUCCESS');
		expect(businessCode(null, CODES)).toBe('');
	});

	it('is explained by the sub_code first, and by the code when the sub_code is unknown', () => {
		expect(refusal('40004', 'SYSTEM_ERROR').retryable).toBe(true);
		expect(refusal('20000', 'isp.brand-new').retryable).toBe(true);
		expect(refusal('40006', 'isv.brand-new').solution).toBe(GATEWAY_CODES['40006']?.solution);
	});

	it('keeps an unknown code as it is', () => {
		const fault = refusal('49999', null);
		expect(fault).toMatchObject({ code: '49999', msg: 'Business Failed', retryable: false });
		expect(fault.message).toContain('49999 Business Failed');
		expect(fault.solution).toBe(UNKNOWN_CODE.solution);
	});

	it.each(['constructor', 'toString', '__proto__'])('is not confused by the code %s', (name) => {
		expect(refusal(name, null)).toMatchObject({ solution: UNKNOWN_CODE.solution });
		expect(refusal('40004', name)).toMatchObject({ solution: GATEWAY_CODES['40004']?.solution });
	});

	it('is explained by the codes of its method', () => {
		expect(refusal('40004', 'ILLEGAL_ARGUMENT').message).toContain('the numbers of this request');
		const ofReturn = refusal('40004', 'ILLEGAL_ARGUMENT', null, RETURN.codes);
		expect(ofReturn.message).toContain('The return has no such number');
		const ofParcel = refusal('40004', 'ILLEGAL_ARGUMENT', null, PARCEL.codes);
		expect(ofParcel.solution).toBe(GATEWAY_CODES['40004']?.solution);
	});

	it('is explained by the gateway’s codes for any method', () => {
		for (const codes of [CODES, PARCEL.codes, {}]) {
			const found = explain('40002', 'isv.invalid-signature', codes);
			expect(found).toBe(SUB_CODES['isv.invalid-signature']);
			expect(explain('20000', null, codes)).toBe(GATEWAY_CODES['20000']);
		}
	});

	it('is explained by its method before the gateway', () => {
		const own = { ...CODES, 'isv.invalid-signature': UNKNOWN_CODE };
		expect(explain('40002', 'isv.invalid-signature', own)).toBe(UNKNOWN_CODE);
	});
});

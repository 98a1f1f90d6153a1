import { beforeAll, describe, expect, it } from 'vitest';
import { beijingText } from '../../tools/simulator/beijing.mts';
import { alipayPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, isVerified, send, subCodeOf } from './client.mts';
import type { Call } from './client.mts';

const rich = alipayPair(SAMPLES.rich);
let simulator: Simulator;

beforeAll(async () => {
	simulator = await simulate();
});

const old = beijingText(Date.now() - 16 * 60_000);
const ahead = beijingText(Date.now() + 17 * 60_000);

describe('the checks before the business logic', () => {
	it.each<[name: string, code: string, subCode: string, options: Call]>([
		['no app_id', '40001', 'isv.missing-app-id', { params: { app_id: undefined } }],
		['no sign', '40001', 'isv.missing-signature', { afterSigning: { sign: undefined } }],
		['a blank sign', '40001', 'isv.missing-signature', { afterSigning: { sign: ' ' } }],
		['no sign_type', '40001', 'isv.missing-signature-type', { params: { sign_type: undefined } }],
		['no timestamp', '40001', 'isv.missing-timestamp', { params: { timestamp: undefined } }],
		['no version', '40001', 'isv.missing-version', { params: { version: undefined } }],
		['a foreign app_id', '40002', 'isv.invalid-app-id', { params: { app_id: '2021' } }],
		['another version', '40002', 'isv.invalid-parameter', { params: { version: '2.0' } }],
		['big5', '40002', 'isv.invalid-charset', { params: { charset: 'big5' } }],
		['no charset', '40002', 'isv.invalid-signature', { params: { charset: undefined } }],
		['format XML', '40002', 'isv.invalid-format', { params: { format: 'XML' } }],
		['sign_type MD5', '40002', 'isv.invalid-signature-type', { params: { sign_type: 'MD5' } }],
		['a date alone', '40002', 'isv.invalid-timestamp', { params: { timestamp: '2026-09-01' } }],
		[
			'30 February',
			'40002',
			'isv.invalid-timestamp',
			{ params: { timestamp: '2026-02-30 10:00:00' } },
		],
		['16 minutes ago', '40002', 'isv.invalid-timestamp', { params: { timestamp: old } }],
		['17 minutes ahead', '40002', 'isv.invalid-timestamp', { params: { timestamp: ahead } }],
		['UTC time', '40002', 'isv.invalid-timestamp', { at: Date.now() - 8 * 3600_000 }],
		['a changed value', '40002', 'isv.invalid-signature', { afterSigning: { biz_content: '{}' } }],
		[
			'a sign that is not base64',
			'40002',
			'isv.invalid-signature',
			{ afterSigning: { sign: '签名' } },
		],
		['a biz_content that is not JSON', '40002', 'isv.illegal-json', { biz: '{auth_no:1}' }],
		['a biz_content that is an array', '40002', 'isv.illegal-json', { biz: [] }],
		['a biz_content that is null', '40002', 'isv.illegal-json', { biz: 'null' }],
		['no biz_content', '40002', 'isv.illegal-json', { params: { biz_content: undefined } }],
	])('return for %s the codes %s %s', async (_name, code, subCode, options) => {
		const response = await call(simulator, { biz: rich, ...options });
		expect(fieldsOf(response)).toMatchObject({ code, sub_code: subCode });
		expect(response.status).toBe(200);
		const unknownApp = subCode.endsWith('app-id');
		expect(isVerified(simulator, response)).toBe(!unknownApp);
		if (unknownApp) expect(JSON.parse(response.text)).not.toHaveProperty('sign');
	});

	it.each([
		['isv.missing-method', undefined],
		['isv.invalid-method', 'alipay.no.such.method'],
	])('return %s in a signed error_response', async (subCode, method) => {
		const response = await call(simulator, { biz: rich, params: { method } });
		expect(subCodeOf(response, 'error_response')).toBe(subCode);
		expect(isVerified(simulator, response, 'RSA-SHA256', 'error_response')).toBe(true);
	});

	it('accept a wider timestamp window with the option', async () => {
		const own = await simulate({ timestampWindowMinutes: 60 });
		const response = await call(own, { biz: rich, params: { timestamp: old } });
		await own.close();
		expect(fieldsOf(response).code).toBe('10000');
	});

	it('refuse other paths, other HTTP methods and bodies over 64 KiB in plain HTTP', async () => {
		expect((await call(simulator, { biz: rich, path: '/elsewhere' })).status).toBe(404);
		expect((await call(simulator, { biz: rich, method: 'PUT' })).status).toBe(405);
		const long = await send(new URL(simulator.url), 'POST', `biz_content=${'x'.repeat(65_536)}`);
		expect(long.status).toBe(413);
	});
});

describe('the pairing of numbers', () => {
	const { auth_no, operation_id, out_order_no, out_request_no } = SAMPLES.closed;
	const right = { status: 'CLOSED', operation_id };
	const nothing = 'AUTH_OPERATION_NOT_EXIST';

	it.each<[name: string, biz: Record<string, unknown>, expected: Record<string, unknown>]>([
		['finds by the Alipay pair', { auth_no, operation_id }, right],
		['finds by the merchant pair', { out_order_no, out_request_no }, right],
		['finds by all four', { ...SAMPLES.closed }, right],
		['lets the Alipay pair win', { ...SAMPLES.rich, auth_no, operation_id }, right],
		[
			'uses a complete pair next to a lone number',
			{ auth_no, out_order_no, out_request_no },
			right,
		],
		[
			'treats blank numbers as missing',
			{ auth_no: '', operation_id: ' ', out_order_no, out_request_no },
			right,
		],
		['refuses a request without numbers', {}, { sub_code: 'ILLEGAL_ARGUMENT' }],
		['refuses an incomplete pair', { auth_no }, { sub_code: 'ILLEGAL_ARGUMENT' }],
		['refuses a cross pair', { auth_no, out_request_no }, { sub_code: 'ILLEGAL_ARGUMENT' }],
		['refuses a JSON number', { auth_no, operation_id: 1 }, { sub_code: 'ILLEGAL_ARGUMENT' }],
		[
			'refuses 65 characters',
			{ auth_no, operation_id: '1'.repeat(65) },
			{ sub_code: 'ILLEGAL_ARGUMENT' },
		],
		[
			'does not know a number of 64 characters',
			{ auth_no, operation_id: '1'.repeat(64) },
			{ sub_code: nothing },
		],
		[
			'does not know an order',
			{ auth_no: '1', operation_id },
			{ sub_code: 'AUTH_ORDER_NOT_EXIST' },
		],
		[
			'does not know an operation of another order',
			{ auth_no, operation_id: SAMPLES.rich.operation_id },
			{ sub_code: nothing },
		],
		[
			'does not mix up the kinds',
			{ out_order_no: auth_no, out_request_no },
			{ sub_code: 'AUTH_ORDER_NOT_EXIST' },
		],
		[
			'does not find a scenario by the name of an object member',
			{ auth_no, operation_id: 'constructor' },
			{ sub_code: nothing },
		],
	])('%s', async (_name, biz, expected) => {
		const response = await call(simulator, { biz });
		expect(fieldsOf(response)).toMatchObject(expected);
		expect(isVerified(simulator, response)).toBe(true);
	});
});

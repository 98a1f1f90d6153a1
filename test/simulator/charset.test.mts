// Where a request can name its charset. Most clients put it into the URL, but smartwalle/alipay
// does not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLES, merchantPair } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { simulate } from '../support/simulator.mts';
import { call, fieldsOf, subCodeOf } from './client.mts';
import type { Call } from './client.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
afterAll(async () => await simulator.close());

const FORM = 'application/x-www-form-urlencoded';
const NOT_ASCII = { ...merchantPair(SAMPLES.closed), remark: '红包' };
const PUBLIC = ['app_id', 'method', 'format', 'sign', 'sign_type', 'timestamp', 'version'];
const EVERYTHING = [...PUBLIC, 'charset', 'biz_content'];

const query = async (way: Call) => await call(simulator, { biz: NOT_ASCII, ...way });

describe('the charset of a request', () => {
	it.each<[where: string, way: Call]>([
		['the URL', { contentType: FORM }],
		['the URL of a GET with everything in it', { method: 'GET', inBody: [] }],
		['the body', { inBody: EVERYTHING, contentType: FORM }],
		['the body and the Content-Type', { inBody: EVERYTHING }],
		['both in another spelling', { inBody: EVERYTHING, contentType: `${FORM}; Charset="UTF-8"` }],
		['the URL, against the Content-Type', { contentType: `${FORM};charset=gbk` }],
		[
			'the body and the Content-Type, in GBK',
			{ charset: 'gbk', inBody: EVERYTHING, contentType: `${FORM};charset=GBK` },
		],
		['the body, in GBK', { charset: 'gbk', inBody: EVERYTHING, contentType: FORM }],
	])('can be in %s', async (_where, way) => {
		await query(way);
		const [last] = simulator.requests.slice(-1);
		expect(last?.outcome).toBe('10000 CLOSED');
		expect(JSON.parse(last?.params.biz_content ?? '')).toEqual(NOT_ASCII);
	});

	it.each<[how: string, way: Call]>([
		['is missing', { params: { charset: undefined }, contentType: FORM }],
		['is only in the Content-Type', { params: { charset: undefined } }],
		['is blank', { params: { charset: ' ' } }],
		[
			'differs between the body and the Content-Type',
			{ inBody: EVERYTHING, contentType: `${FORM};charset=gb2312` },
		],
	])('breaks the signature when it %s', async (_how, way) => {
		const response = await query(way);
		expect(subCodeOf(response)).toBe('isv.invalid-signature');
		expect(fieldsOf(response).sub_msg).toContain('请确认charset参数放在了URL查询字符串中');
	});

	it('breaks the signature anywhere when it is not the signed one', async () => {
		const afterSigning = { charset: 'gbk' };
		for (const inBody of [['biz_content'], EVERYTHING]) {
			const response = await query({ afterSigning, inBody, contentType: FORM });
			expect(subCodeOf(response)).toBe('isv.invalid-signature');
		}
	});

	it('is refused anywhere when it is unknown', async () => {
		const params = { charset: 'latin1' };
		for (const inBody of [['biz_content'], EVERYTHING]) {
			const response = await query({ params, inBody, contentType: FORM });
			expect(subCodeOf(response)).toBe('isv.invalid-charset');
		}
	});
});

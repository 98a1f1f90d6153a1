import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../alipay/client.ts';
import { CANCELED, success } from '../../alipay/errors/fault.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { shortened } from '../../alipay/text/shortened.ts';
import { app, envelope, fault, http, NODE, signed } from '../support/responses.mts';
import { scripted, type Reply } from '../support/transport.mts';

describe('a shortened text', () => {
	it('is the whole text when it is short enough, otherwise its beginning and an ellipsis', () => {
		expect(shortened('12345', 5)).toBe('12345');
		expect(shortened('123456', 5)).toBe('1234…');
	});

	it('is never longer, and never ends in half a character', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme', maxLength: 40 }),
				fc.integer({ min: 1, max: 20 }),
				(text, longest) => {
					const short = shortened(text, longest);
					expect(short.length).toBeLessThanOrEqual(Math.max(longest, 1));
					expect(short).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
				},
			),
		);
	});
});

const TOKEN = '202611BB0123456789abcdef0123456789abcdef';

/** The error that this node reports for a response. */
async function faultOf(fields: object, { isSigned = false, headers = {} } = {}) {
	const node = JSON.stringify(fields);
	const body = isSigned ? envelope(node, signed(node)) : `{"${NODE}":${node}}`;
	const reply: Reply = success(http(body, { headers }));
	const client = createClient(app({ appAuthToken: TOKEN }), scripted([reply]));
	const bizContent = { auth_no: '1', operation_id: '2' };
	const call = { bizContent, appAuthToken: '', timeoutMs: 1_000 };
	const { outcome } = await client.call(couponOperationQuery, call, { maxTries: 1, wait: null });
	return fault(outcome);
}

describe.each([true, false])('the words of a refusal (signed: %s)', (isSigned) => {
	it('are shortened to a readable length, however long they are', async () => {
		const long = 'x'.repeat(300_000);
		const headers = { trace_id: 'y'.repeat(10_000) };
		const found = await faultOf(
			{ code: '40004', msg: `m${long}`, sub_code: `s${long}`, sub_msg: `t${long}` },
			{ isSigned, headers },
		);
		expect(found.sub_code).toHaveLength(64);
		expect(found.msg).toHaveLength(500);
		expect(found.sub_msg).toHaveLength(500);
		expect(found.trace_id).toHaveLength(64);
		expect(found.message.length).toBeLessThan(250);
		expect(found.message).toContain(`40004 ${found.sub_code}`);
		expect(found.message.includes('without a signature')).toBe(!isSigned);
		expect(JSON.stringify(found).length).toBeLessThan(2_500);
	});

	it('stay as they are when they have a usual length', async () => {
		const words = { code: '40004', msg: 'Business Failed', sub_code: 'X_Y', sub_msg: '业务失败' };
		expect(await faultOf(words, { isSigned })).toMatchObject(words);
	});

	it('never contain a token or a part of one', async () => {
		for (const before of [0, 20, 50, 60, 470, 490]) {
			const words = `${'x'.repeat(before)}${TOKEN}${'y'.repeat(600)}`;
			const found = await faultOf(
				{ code: '40004', msg: words, sub_code: words, sub_msg: words },
				{ isSigned },
			);
			expect(JSON.stringify(found)).not.toContain(TOKEN.slice(0, 4));
		}
		const short = await faultOf({ code: '40004', msg: TOKEN }, { isSigned });
		expect(JSON.stringify(short)).not.toContain(TOKEN.slice(0, 4));
	});
});

it('include a signed code of any length in a short form', async () => {
	const found = await faultOf({ code: '9'.repeat(5_000), msg: 'm' }, { isSigned: true });
	expect(found.code).toHaveLength(64);
	expect(found.message.length).toBeLessThan(250);
});

it('name the one error that ended a run', async () => {
	const transport = scripted([]);
	transport.end();
	const call = { bizContent: { auth_no: '1', operation_id: '2' }, appAuthToken: '', timeoutMs: 1 };
	const { outcome } = await createClient(app(), transport).call(couponOperationQuery, call, {
		maxTries: 1,
		wait: null,
	});
	expect(fault(outcome)).toBe(CANCELED.fault);
});

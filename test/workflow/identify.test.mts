import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { failureOf, queryItems, simulate } from './query.mts';

const LABELS: Record<string, string> = {
	auth_no: 'Auth No (auth_no)',
	operation_id: 'Operation ID (operation_id)',
	out_order_no: 'Out Order No (out_order_no)',
	out_request_no: 'Out Request No (out_request_no)',
};
const ALIPAY = 'auth_no operation_id';
const MERCHANT = 'out_order_no out_request_no';

/**
 * The values of an item, and the outcome: the numbers sent, the missing number, or nothing to look
 * up.
 */
const TABLE: Array<[given: string, alipay: string, merchant: string, auto: string]> = [
	['', 'nothing', 'nothing', 'nothing'],
	['auth_no', '-operation_id', 'nothing', '-operation_id'],
	['operation_id', '-auth_no', 'nothing', '-auth_no'],
	['out_order_no', 'nothing', '-out_request_no', '-out_request_no'],
	['out_request_no', 'nothing', '-out_order_no', '-out_order_no'],
	[ALIPAY, ALIPAY, 'nothing', ALIPAY],
	['auth_no out_order_no', '-operation_id', '-out_request_no', '-operation_id'],
	['auth_no out_request_no', '-operation_id', '-out_order_no', '-operation_id'],
	['operation_id out_order_no', '-auth_no', '-out_request_no', '-auth_no'],
	['operation_id out_request_no', '-auth_no', '-out_order_no', '-auth_no'],
	[MERCHANT, 'nothing', MERCHANT, MERCHANT],
	[`${ALIPAY} out_order_no`, ALIPAY, '-out_request_no', '-out_request_no'],
	[`${ALIPAY} out_request_no`, ALIPAY, '-out_order_no', '-out_order_no'],
	[`auth_no ${MERCHANT}`, '-operation_id', MERCHANT, '-operation_id'],
	[`operation_id ${MERCHANT}`, '-auth_no', MERCHANT, '-auth_no'],
	[`${ALIPAY} ${MERCHANT}`, ALIPAY, MERCHANT, `${ALIPAY} ${MERCHANT}`],
];

function titleOf(outcome: string): string {
	if (outcome.startsWith('-')) return `refused, ${outcome.slice(1)} is missing`;
	return outcome === 'nothing' ? 'refused, nothing to look up' : `sends ${outcome}`;
}

const CASES = TABLE.flatMap(([given, ...outcomes]) =>
	outcomes.map((outcome, column) => ({
		by: ['alipay', 'merchant', 'auto'][column] as string,
		given: given || 'no number',
		outcome: titleOf(outcome),
		sent: /^(-|nothing)/.test(outcome) ? null : outcome.split(' '),
		missing: outcome.startsWith('-') ? outcome.slice(1) : null,
	})),
);

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

const pick = (names: string) =>
	Object.fromEntries(
		Object.entries(SAMPLES.rich).filter(([name]) => names.split(' ').includes(name)),
	);
const sentNumbers = () =>
	simulator.requests.map(({ params }) => JSON.parse(params.biz_content ?? '') as IDataObject);

/** A good item, then the tested one, whose failure must not affect the first. */
async function querySecond(item: object, parameters: INodeParameters) {
	const { good } = await queryItems(simulator, [{ ...SAMPLES.closed }, item], {
		parameters: { ...parameters, options: { concurrency: 1 } },
		onError: 'continueRegularOutput',
	});
	expect(good[0]).toMatchObject({ status: 'CLOSED' });
	return good[1] as { error?: string; details?: IDataObject };
}

describe('the four numbers', () => {
	it('cover each of their 16 combinations in the table', () => {
		expect(new Set(TABLE.map(([given]) => given)).size).toBe(16);
	});

	it.each(CASES)('by $by, given $given: $outcome', async ({ by, given, sent, missing }) => {
		const item = await querySecond(pick(given), { identifyBy: by });
		if (sent) {
			expect(item).toMatchObject({ status: 'SUCCESS', amount: 88.88 });
			expect(sentNumbers()[1]).toEqual(pick(sent.join(' ')));
			return;
		}
		expect(simulator.requests).toHaveLength(1);
		expect(item.details).toMatchObject({ code: 'invalid-identifiers', attempts: 0 });
		if (missing) {
			expect(item.error).toContain(`${LABELS[missing]} is not`);
			expect(item.details?.solution).toContain(`fill in ${LABELS[missing]}`);
		} else {
			expect(item.error).toContain('No number');
			for (const name of (by === 'auto'
				? `${ALIPAY} ${MERCHANT}`
				: ({ alipay: ALIPAY, merchant: MERCHANT }[by] ?? '')
			).split(' '))
				expect(item.details?.solution).toContain(LABELS[name]);
		}
	});

	it('stop the run for a refused item with an error that names parameter, item and fix', async () => {
		const output = await queryItems(simulator, [SAMPLES.rich, pick('auth_no')], {
			parameters: { options: { concurrency: 1 } },
		});
		const { name, message, description, itemIndex } = failureOf(output);
		expect(name).toBe('NodeOperationError');
		expect(message).toContain('Operation ID (operation_id) is not [item 1]');
		expect(description).toContain('fill in Operation ID (operation_id)');
		expect(itemIndex).toBe(1);
	});

	it('use Alipay’s own numbers when both pairs are filled in', async () => {
		const { auth_no, operation_id } = SAMPLES.closed;
		const item = await querySecond({ ...SAMPLES.rich, auth_no, operation_id }, {});
		expect(item).toMatchObject({ operation_id, status: 'CLOSED' });
	});

	it('are sent as they are when they are typed into the form', async () => {
		const { auth_no: authNo, operation_id: operationId } = SAMPLES.rich;
		await queryItems(simulator, [{}], {
			parameters: { identifyBy: 'alipay', authNo, operationId },
		});
		expect(sentNumbers()).toEqual([pick(ALIPAY)]);
	});

	it('keep the workflow from starting when one is blank in the form', async () => {
		const parameters = { identifyBy: 'alipay', authNo: SAMPLES.rich.auth_no, operationId: '' };
		await expect(queryItems(simulator, [{}], { parameters })).rejects.toThrow(/issues/);
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('the value that an expression returns', () => {
	const order = { out_order_no: 'any order' };

	it.each<[what: string, value: unknown, sent: string]>([
		['a safe integer', 20260901355864, '20260901355864'],
		['the largest safe integer', 9007199254740991, '9007199254740991'],
		['text with white space around it', ' \t2026\r\n', '2026'],
		['text with the wide space of Chinese input methods', '\u30002026\u3000', '2026'],
		['text with a leading zero', '0026', '0026'],
		['64 characters', 'x'.repeat(64), 'x'.repeat(64)],
		['Chinese text with signs', '订单 1+1=2&"三"/\\%', '订单 1+1=2&"三"/\\%'],
	])('is sent as text when it is %s', async (_what, value, sent) => {
		await querySecond({ ...order, out_request_no: value as string }, {});
		expect(sentNumbers()[1]).toEqual({ ...order, out_request_no: sent });
	});

	it.each<[what: string, value: unknown, words: string]>([
		[
			'a number beyond the safe integers',
			Number('20140216010020006400'),
			'has lost its last digits',
		],
		['the first unsafe integer', 2 ** 53, 'has lost its last digits'],
		['a number with decimals', 1.5, 'not a whole number'],
		['a negative number', -1, 'not a whole number'],
		['text in scientific notation', '2.01402E+19', 'scientific notation'],
		['a word for "none"', 'undefined', 'is "undefined", which is not a number'],
		['a template that was not filled in', '{{ no }}', 'is "{{ no }}", which is not a number'],
		['65 characters', 'x'.repeat(65), '65 characters'],
		['a list', ['2026'], 'a list'],
		['an object', { no: '2026' }, 'object'],
		['a boolean', true, 'boolean'],
		['null', null, 'Out Request No (out_request_no) is not'],
		['only white space', ' \t ', 'Out Request No (out_request_no) is not'],
	])('is refused by parameter name when it is %s', async (_what, value, words) => {
		const item = await querySecond({ ...order, out_request_no: value as string }, {});
		expect(item.error).toContain('Out Request No (out_request_no)');
		expect(item.error).toContain(words);
		expect(item.details).toMatchObject({ code: 'invalid-identifiers', retryable: false });
		expect(simulator.requests).toHaveLength(1);
	});

	it.each<[what: string, value: unknown, words: string]>([
		['a number that a spreadsheet rounded', '20260901355864900000', 'is rounded'],
		['digits in groups', '2026 0901 3558 6486 2001', 'contains a space between its digits'],
		['a merchant’s number', 'R20260901001', 'contains "R" before its digits'],
		['digits that are cut off', '2026090135', 'has 10 digits'],
		['a number that is too short', 2026090135, 'has 10 digits'],
	])('is refused as one of Alipay’s numbers when it is %s', async (_what, value, words) => {
		const { auth_no } = SAMPLES.rich;
		const item = await querySecond({ auth_no, operation_id: value as string }, {});
		expect(item.error).toContain('Operation ID (operation_id)');
		expect(item.error).toContain(words);
		expect(item.details).toMatchObject({ code: 'invalid-identifiers', attempts: 0 });
		expect(simulator.requests).toHaveLength(1);
	});

	it.each(["'", '="', '“', '\t'])('loses %j around one of Alipay’s numbers', async (mark) => {
		const { auth_no, operation_id } = SAMPLES.rich;
		const item = await querySecond({ auth_no: `${mark}${auth_no}${mark}`, operation_id }, {});
		expect(item).toMatchObject({ auth_no, status: 'SUCCESS' });
	});
});

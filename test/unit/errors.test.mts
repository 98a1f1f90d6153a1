import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { localFault } from '../../alipay/errors/fault.ts';
import { failedItem, failedJson, toError } from '../../nodes/shared/errors.ts';

const { fault } = localFault('gateway-timeout', 'Alipay did not respond', 'Try again.');
const refusal = (code: string) => ({
	...fault,
	code,
	sub_code: 'SYSTEM_ERROR',
	sub_msg: '参数有误',
	trace_id: '21',
	signature_verified: true,
});
const item = (onError: INode['onError']) => failedItem({ onError } as INode, fault, 3, 2);

describe('the item in place of a failed one', () => {
	it('has only error and details, and names its input item', () => {
		expect(item('continueRegularOutput')).toEqual({
			json: {
				error: 'Alipay did not respond',
				details: expect.objectContaining({ code: 'gateway-timeout', attempts: 2 }),
			},
			pairedItem: { item: 3 },
		});
		expect(item('continueRegularOutput').error).toBeUndefined();
	});

	it('has an error that n8n 1 routes by and that is not copied further', () => {
		const routed = item('continueErrorOutput');
		expect(routed.error?.message).toBe('Alipay did not respond [item 3]');
		expect(Object.keys({ ...routed })).toEqual(['json', 'pairedItem']);
	});
});

describe('a failed item as data', () => {
	it('says what happened, what to do, and what a workflow can branch on', () => {
		expect(failedJson(refusal('40004'), 2)).toEqual({
			error: 'Alipay did not respond',
			details: {
				code: '40004',
				sub_code: 'SYSTEM_ERROR',
				sub_msg: '参数有误',
				trace_id: '21',
				retryable: true,
				attempts: 2,
				solution: 'Try again.',
			},
		});
	});

	it('has no details that Alipay did not send', () => {
		expect(failedJson(fault, 0).details).toEqual({
			code: 'gateway-timeout',
			retryable: true,
			attempts: 0,
			solution: 'Try again.',
		});
	});
});

describe('the exception that stops a node', () => {
	const node = { name: 'Alipay' } as INode;
	it('shows how to fix it, then Alipay’s own words and the number for its support', () => {
		const error = toError(node, refusal('40004'), 3);
		expect(error.message).toBe('Alipay did not respond [item 3]');
		expect(error.description).toBe('Try again. Alipay says: “参数有误”. Trace ID: 21');
		expect(error.context.itemIndex).toBe(3);
	});

	it('has Alipay’s code, and not one of ours', () => {
		expect(toError(node, refusal('40004'))).toMatchObject({ httpCode: '40004' });
		expect((toError(node, fault) as { httpCode?: unknown }).httpCode).toBeFalsy();
	});

	it.each(['invalid-credential', 'invalid-identifiers', 'invalid-settings'] as const)(
		'is an operation error, which the operator fixes, when nothing was sent: %s',
		(name) => {
			const error = toError(node, localFault(name, 'It is wrong', 'Correct it.').fault, 0);
			expect(error).toBeInstanceOf(NodeOperationError);
			expect([error.message, error.description]).toEqual(['It is wrong [item 0]', 'Correct it.']);
		},
	);

	it('is an API error otherwise', () => {
		expect(toError(node, fault)).toBeInstanceOf(NodeApiError);
		expect(toError(node, fault).message).toBe('Alipay did not respond');
	});
});

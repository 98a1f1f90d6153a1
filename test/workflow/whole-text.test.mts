import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IRun } from 'n8n-workflow';
import { expect, it } from 'vitest';
import { node, wholeText } from './query.mts';

const ALIPAY = node('Alipay', 'n8n-nodes-alipay.alipay');

it.each([
	['Error', new Error('outer')],
	['NodeApiError', new NodeApiError(ALIPAY, { message: 'outer' })],
	['NodeOperationError', new NodeOperationError(ALIPAY, 'outer')],
])('wholeText shows what the stack and the cause of an %s contain', (_name, error) => {
	const cause = new Error('of the cause');
	cause.stack = 'stack of the cause';
	Object.assign(error, { stack: 'stack of the error' });
	Object.defineProperty(error, 'cause', { value: cause });
	const text = wholeText({ run: { data: { resultData: { error } } } as unknown as IRun });
	for (const marker of ['stack of the error', 'of the cause', 'stack of the cause']) {
		expect(text).toContain(marker);
	}
});

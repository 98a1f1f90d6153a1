import type { INode } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { localFault } from '../../alipay/errors/fault.ts';
import { faultItem } from '../../nodes/shared/errors.ts';

const { fault } = localFault('gateway-timeout', 'Alipay did not answer', 'Ask again.');
const item = (onError: INode['onError']) => faultItem({ onError } as INode, fault, 3, 2);

describe('the item in place of a faulty one', () => {
	it('holds error and details and nothing else, and names its input item', () => {
		expect(item('continueRegularOutput')).toEqual({
			json: {
				error: 'Alipay did not answer [item 3]',
				details: expect.objectContaining({ code: 'gateway-timeout', attempts: 2 }),
			},
			pairedItem: { item: 3 },
		});
		expect(item('continueRegularOutput').error).toBeUndefined();
	});

	it('has an error that n8n 1 routes by and that no copy carries on', () => {
		const routed = item('continueErrorOutput');
		expect(routed.error?.message).toBe('Alipay did not answer [item 3]');
		expect(Object.keys({ ...routed })).toEqual(['json', 'pairedItem']);
	});
});

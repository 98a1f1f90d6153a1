import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../nodes/shared/columns.ts';

const columns = (json: IDataObject) => columnsOf({ json });
const DETAILS = { code: '40004', sub_code: 'X', retryable: false, attempts: 1, solution: 'Check.' };

describe('the columns of an input item', () => {
	it('are kept in their order', () => {
		const row = { b: 1, a: { c: [null] }, 编号: '7', message: 'hello' };
		expect(columns(row)).toEqual(row);
		expect(Object.keys(columns(row))).toEqual(Object.keys(row));
	});

	it.each<[string, unknown]>([
		['found', true],
		['gateway', {}],
		['error', 'old problem'],
		['error', null],
		['error', ''],
	])('are without %s: %j', (name, value) => {
		expect(columns({ [name]: value, kept: 1 } as IDataObject)).toEqual({ kept: 1 });
	});

	it('are without the details of an earlier failure, and with those of the operator', () => {
		expect(columns({ error: 'old', details: DETAILS, row: 3 })).toEqual({ row: 3 });
		for (const details of ['two boxes', '', null, ['a'], { code: '7' }]) {
			expect(columns({ details })).toEqual({ details });
		}
	});

	it('of no item are none', () => expect(columnsOf(undefined)).toEqual({}));
});

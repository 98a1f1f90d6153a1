import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { columnsOf, ownColumnsOf } from '../../nodes/shared/columns.ts';

const columns = (json: IDataObject) => columnsOf({ json });
const DETAILS = { code: '40004', sub_code: 'X', retryable: false, attempts: 1, solution: 'Check.' };

describe('the columns of an input item', () => {
	it('keep their order', () => {
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
	])('do not include %s: %j', (name, value) => {
		expect(columns({ [name]: value, kept: 1 } as IDataObject)).toEqual({ kept: 1 });
	});

	it('do not include the details of an earlier failure, but keep the operator’s own columns', () => {
		expect(columns({ error: 'old', details: DETAILS, row: 3 })).toEqual({ row: 3 });
		for (const details of ['two boxes', '', null, ['a'], { code: '7' }]) {
			expect(columns({ details })).toEqual({ details });
		}
	});

	it('are empty without an item', () => expect(columnsOf(undefined)).toEqual({}));
});

it('the own columns of an item are those that Alipay does not return', () => {
	const json = { shop: 'A', auth_no: '1', status: 'old', error: 'old', note: 'x' };
	expect(ownColumnsOf({ json }, { status: 'CLOSED', auth_no: '1' })).toEqual({
		shop: 'A',
		note: 'x',
	});
});

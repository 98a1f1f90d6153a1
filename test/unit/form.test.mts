import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { methodForms, numberFields, parameterOf, waysOf } from '../../nodes/shared/form/method.ts';
import { optionsOf } from '../../nodes/shared/form/options.ts';
import { methodOfEvent, watchForms } from '../../nodes/shared/watch/form.ts';
import { BASKET, PARCEL, RETURN } from '../support/methods.mts';

const namesOf = (properties: readonly INodeProperties[]) => properties.map(({ name }) => name);
const offered = (method: Method) => namesOf(optionsOf(method).options as INodeProperties[]);

describe('a parameter of Alipay’s', () => {
	it.each([
		['auth_no', 'authNo'],
		['out_request_no', 'outRequestNo'],
		['product', 'product'],
	])('%s is in %s', (name, parameter) => expect(parameterOf(name)).toBe(parameter));
});

describe('the fields of a way to identify it', () => {
	it('are required when there is no other way, and shown for it alone', () => {
		const fields = numberFields(couponOperationQuery, 'alipay');
		expect(namesOf(fields)).toEqual(['authNo', 'operationId']);
		for (const { required, displayOptions } of fields) {
			expect(required).toBe(true);
			expect(displayOptions).toEqual({ show: { identifyBy: ['alipay'] } });
		}
	});

	it('are not required when others may stand in for them', () => {
		const required = (method: Method, by: 'alipay' | 'merchant' | 'auto') =>
			numberFields(method, by).map((field) => field.required);
		expect(required(PARCEL, 'alipay')).toEqual([false, false]);
		expect(required(PARCEL, 'merchant')).toEqual([true, true, true]);
		expect(required(couponOperationQuery, 'auto')).toEqual([false, false, false, false]);
	});

	it('have one for a number that belongs to both ways', () => {
		expect(namesOf(numberFields(RETURN, 'auto'))).toEqual([
			'tradeNo',
			'outTradeNo',
			'outRequestNo',
		]);
	});

	it('show an example and what it is', () => {
		expect(numberFields(RETURN, 'alipay')[0]).toMatchObject({
			displayName: 'Trade No',
			placeholder: 'e.g. 2003',
			description: 'Trade',
		});
	});
});

it('the ways to identify one are Alipay’s numbers and the merchant’s, as the method says', () => {
	expect(waysOf(PARCEL)).toEqual([
		{ name: 'Alipay Numbers', value: 'alipay', description: 'By either number of Alipay' },
		{ name: 'Merchant Numbers', value: 'merchant', description: 'By your own number' },
	]);
});

it('the form is whole again when n8n has added an option to the one before', () => {
	const first = methodForms();
	const whole = structuredClone(first);
	for (const { options } of first) options?.push({ name: 'Custom API Call', value: 'custom' });
	expect(methodForms().map(({ name }) => name)).toEqual(whole.map(({ name }) => name));
	expect(methodForms()[0]?.options).toEqual(whole[0]?.options);
	for (const { name, options } of methodForms()) {
		if (name === 'operation') expect(options?.length).toBeGreaterThan(0);
	}
});

describe('the options of a method', () => {
	it('are those of the coupon query', () => {
		expect(offered(couponOperationQuery)).toEqual([
			'amountFormat',
			'appAuthToken',
			'concurrency',
			'notFound',
			'includeGatewayDetails',
			'includeInputFields',
			'maxTries',
			'requestsPerSecond',
			'timeoutSeconds',
			'waitForFinalStatus',
		]);
	});

	it('have no waiting without a status that is under way', () => {
		expect(offered(PARCEL)).toContain('waitForFinalStatus');
		expect(offered(RETURN)).not.toContain('waitForFinalStatus');
		const { status } = couponOperationQuery;
		if (!status) throw new Error('it has a status');
		const { CLOSED, SUCCESS } = status.values;
		const ended = { ...status, values: { CLOSED, SUCCESS } } as typeof status;
		expect(offered({ ...couponOperationQuery, status: ended })).not.toContain('waitForFinalStatus');
	});

	it('name the statuses that are under way', () => {
		const wait = (optionsOf(PARCEL).options as INodeProperties[]).at(-1);
		expect(wait?.description).toContain('while the status is DEALING or WAITING');
	});

	it('have no choice for what is not found when Alipay never says so', () => {
		expect(offered(PARCEL)).toContain('notFound');
		expect(offered(BASKET)).not.toContain('notFound');
	});
});

describe('the events of the trigger', () => {
	it('are one for each method that has a status', () => {
		expect(methodOfEvent('couponOperationStatus')).toBe(couponOperationQuery);
		const [event] = watchForms();
		const values = event?.options?.map((one) => 'value' in one && one.value);
		expect(values).toContain('couponOperationStatus');
	});

	it.each(['', 'couponOperation', 'constructor'])('are not %j', (event) => {
		expect(() => methodOfEvent(event)).toThrow('There is no event');
	});
});

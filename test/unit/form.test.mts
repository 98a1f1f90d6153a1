import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { numberFields, waysOf } from '../../nodes/shared/form/method.ts';
import { parameterOf } from '../../nodes/shared/form/names.ts';
import { operationForms } from '../../nodes/shared/form/operations.ts';
import { optionsOf } from '../../nodes/shared/form/options.ts';
import { methodOfEvent, watchForm, watchForms } from '../../nodes/shared/watch/form.ts';
import { BASKET, PARCEL, RETURN } from '../support/methods.mts';

const namesOf = (properties: readonly INodeProperties[]) => properties.map(({ name }) => name);
const offered = (method: Method) => namesOf(optionsOf(method).options as INodeProperties[]);

describe('an Alipay parameter', () => {
	it.each([
		['auth_no', 'authNo'],
		['out_request_no', 'outRequestNo'],
		['product', 'product'],
	])('%s is in %s', (name, parameter) => expect(parameterOf(name)).toBe(parameter));
});

describe('the fields of a way to identify an operation', () => {
	it('are required and shown only for that way when there is no alternative', () => {
		const fields = numberFields(couponOperationQuery, 'alipay');
		expect(namesOf(fields)).toEqual(['authNo', 'operationId']);
		for (const { required, displayOptions } of fields) {
			expect(required).toBe(true);
			expect(displayOptions).toEqual({ show: { identifyBy: ['alipay'] } });
		}
	});

	it('are not required when others can replace them', () => {
		const required = (method: Method, by: 'alipay' | 'merchant' | 'auto') =>
			numberFields(method, by).map((field) => field.required);
		expect(required(PARCEL, 'alipay')).toEqual([false, false]);
		expect(required(PARCEL, 'merchant')).toEqual([true, true, true]);
		expect(required(couponOperationQuery, 'auto')).toEqual([false, false, false, false]);
	});

	it('have one field for a number that belongs to both ways', () => {
		expect(namesOf(numberFields(RETURN, 'auto'))).toEqual([
			'tradeNo',
			'outTradeNo',
			'outRequestNo',
		]);
	});

	it('show an example and a description', () => {
		expect(numberFields(RETURN, 'alipay')[0]).toMatchObject({
			displayName: 'Trade No',
			placeholder: 'e.g. 2003',
			description: 'Trade',
		});
	});
});

it('the ways to identify an operation are Alipay’s numbers and the merchant’s, as the method says', () => {
	expect(waysOf(PARCEL)).toEqual([
		{ name: 'Alipay Numbers', value: 'alipay', description: 'By either number of Alipay' },
		{ name: 'Merchant Numbers', value: 'merchant', description: 'By your own number' },
	]);
});

it('the form is complete again after n8n has added an option to the previous one', () => {
	const first = operationForms();
	const whole = structuredClone(first);
	for (const { options } of first) options?.push({ name: 'Custom API Call', value: 'custom' });
	expect(operationForms().map(({ name }) => name)).toEqual(whole.map(({ name }) => name));
	expect(operationForms()[0]?.options).toEqual(whole[0]?.options);
	for (const { name, options } of operationForms()) {
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
			'pollIntervalSeconds',
			'requestsPerSecond',
			'timeoutSeconds',
			'waitForFinalStatusSeconds',
		]);
	});

	it('have no waiting option when the method has no open status', () => {
		const { status } = couponOperationQuery;
		if (!status) throw new Error('it has a status');
		const { CLOSED, SUCCESS } = status.values;
		const ended = { ...status, values: { CLOSED, SUCCESS } } as typeof status;
		for (const name of ['waitForFinalStatusSeconds', 'pollIntervalSeconds']) {
			expect(offered(PARCEL)).toContain(name);
			expect(offered(RETURN)).not.toContain(name);
			expect(offered({ ...couponOperationQuery, status: ended })).not.toContain(name);
		}
	});

	it('name the open statuses', () => {
		const wait = (optionsOf(PARCEL).options as INodeProperties[]).at(-1);
		expect(wait?.description).toContain('while the status is DEALING or WAITING');
	});

	it('have no choice for a missing record when Alipay never reports one', () => {
		expect(offered(PARCEL)).toContain('notFound');
		expect(offered(BASKET)).not.toContain('notFound');
	});
});

describe('the events of the trigger', () => {
	const [event] = watchForms();
	const events = (event?.options ?? []).flatMap((one) => ('value' in one ? [one] : []));

	it('are one for each method with a status to wait for', () => {
		expect(events.map(({ value }) => value)).toEqual([
			'couponOperationStatus',
			'fundAuthorizationStatus',
			'tradeStatus',
			'transferStatus',
		]);
		for (const { value } of events) {
			const { resource } = methodOfEvent(String(value));
			expect(value).toBe(`${resource.value}Status`);
		}
	});

	it('differ in the names that people use for them', () => {
		const described = Object.fromEntries(
			events.map(({ value, description }) => [value, description]),
		);
		expect(described).toMatchObject({
			tradeStatus: 'A payment (trade) reaches one of the chosen statuses, for example TRADE_CLOSED',
			transferStatus:
				'A transfer or a current red packet (STD_RED_PACKET) reaches one of the chosen statuses, for example CLOSED, FAIL, or REFUND',
		});
	});

	it.each(['', 'couponOperation', 'refundStatus', 'constructor'])('are not %j', (name) => {
		expect(() => methodOfEvent(name)).toThrow('does not exist');
	});
});

describe('the form of an event', () => {
	const formOf = (name: string) => watchForm(methodOfEvent(name));
	const field = (name: string, of: string) =>
		formOf(name).find((property) => property.name === of) as INodeProperties;
	const optionsIn = (name: string) => field(name, 'options').options as INodeProperties[];

	it.each([
		[
			'couponOperationStatus',
			'The trigger no longer looks up operations that reached CLOSED or SUCCESS.',
		],
		[
			'fundAuthorizationStatus',
			'The trigger no longer looks up deposit operations that reached SUCCESS or CLOSED.',
		],
		[
			'tradeStatus',
			'The trigger no longer looks up trades that reached TRADE_FINISHED or TRADE_CLOSED. TRADE_SUCCESS may still change: the option Keep Watching (Days) sets how long the trigger keeps looking it up.',
		],
		[
			'transferStatus',
			'The trigger no longer looks up transfers that reached FAIL, CLOSED, or REFUND. SUCCESS may still change: the option Keep Watching (Days) sets how long the trigger keeps looking it up.',
		],
	])('%s says when it stops watching', (name, words) => {
		expect(field(name, 'operations').description).toContain(words);
	});

	it.each([
		['couponOperationStatus', 'Operations', 'Add Operation'],
		['fundAuthorizationStatus', 'Deposit Operations', 'Add Deposit Operation'],
		['tradeStatus', 'Trades', 'Add Trade'],
		['transferStatus', 'Transfers', 'Add Transfer'],
	])('%s has its list under the name %s', (name, label, button) => {
		expect(field(name, 'operations')).toMatchObject({
			displayName: label,
			placeholder: button,
		});
	});

	it.each([
		['couponOperationStatus', 'auth_no and operation_id, or out_order_no and out_request_no'],
		['tradeStatus', 'must name the columns trade_no or out_trade_no.'],
		[
			'transferStatus',
			'pay_fund_order_id, or order_id, or out_biz_no with product_code and biz_scene.',
		],
	])('%s says what the rows of its list contain', (name, words) => {
		expect(field(name, 'watchList').description).toContain(words);
	});

	it('accepts the list as text of several lines, shows an example, and does not require it', () => {
		expect(field('couponOperationStatus', 'watchList')).toMatchObject({
			type: 'string',
			typeOptions: { rows: 6 },
			default: '',
			placeholder: 'e.g. auth_no, operation_id\n2014…5678, 2014…6400\n2014…5679, 2014…6401',
		});
		expect(field('transferStatus', 'watchList').placeholder).toBe(
			'e.g. pay_fund_order_id\n2023…5481\n2023…5482',
		);
	});

	it('names each status as Alipay does', () => {
		expect(field('tradeStatus', 'statuses')).toMatchObject({
			default: ['TRADE_CLOSED'],
			options: [
				{ name: 'Closed', value: 'TRADE_CLOSED', description: /^TRADE_CLOSED: / },
				{ name: 'Finished', value: 'TRADE_FINISHED', description: /^TRADE_FINISHED: / },
				{ name: 'Paid', value: 'TRADE_SUCCESS', description: /^TRADE_SUCCESS: / },
				{ name: 'Waiting for Payment', value: 'WAIT_BUYER_PAY' },
			].map(({ description, ...option }) => ({
				...option,
				...(description && { description: expect.stringMatching(description) }),
			})),
		});
	});

	it.each([
		['couponOperationStatus', false],
		['fundAuthorizationStatus', false],
		['tradeStatus', true],
		['transferStatus', true],
	])('%s has Keep Watching (Days): %s', (name, has) => {
		expect(namesOf(optionsIn(name)).includes('keepWatchingDays')).toBe(has);
		const labels = optionsIn(name).map(({ displayName }) => displayName);
		expect(labels).toEqual([...labels].sort());
	});

	it('explains Keep Watching (Days) with the statuses of the method', () => {
		const keep = optionsIn('transferStatus').find((one) => one.name === 'keepWatchingDays');
		expect(keep).toMatchObject({ default: 7, typeOptions: { minValue: 0, maxValue: 365 } });
		expect(keep?.description).toBe(
			'How many days to keep looking up a transfer that is SUCCESS, because it may still change. The trigger looks it up once or twice an hour. The days count from the poll that first saw SUCCESS. With 0, the trigger stops looking it up at SUCCESS.',
		);
	});

	it('requires one number for a trade, and a number with its words for a transfer', () => {
		const rows = (name: string) => {
			const [group] = field(name, 'operations').options as Array<{ values: INodeProperties[] }>;
			return (group?.values ?? []).slice(1).map(({ name: of, required }) => [of, required]);
		};
		expect(rows('tradeStatus')).toEqual([
			['tradeNo', true],
			['outTradeNo', true],
		]);
		expect(rows('transferStatus')).toEqual([
			['payFundOrderId', false],
			['orderId', false],
			['outBizNo', true],
			['productCode', true],
			['bizScene', true],
		]);
	});
});

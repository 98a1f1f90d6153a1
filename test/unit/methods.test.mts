import { describe, expect, it } from 'vitest';
import { METHODS, methodOf } from '../../alipay/methods/index.ts';
import {
	alternativesOf,
	decidingParameters,
	labelOf,
	methodNamed,
	openStatuses,
	OWNERS,
	parametersOf,
	responseBytesOf,
	stageOf,
	type Method,
} from '../../alipay/methods/method.ts';
import { parameterOf } from '../../nodes/shared/form/names.ts';
import { identify } from '../../nodes/shared/identify.ts';
import { fault, value } from '../support/responses.mts';
import { BASKET, PARCEL, RETURN } from '../support/methods.mts';

const unique = (texts: readonly string[]) => expect(new Set(texts).size).toBe(texts.length);
/** A sentence without its period. */
const SENTENCE = /^\S.{4,}[^.\s]$/;

describe('the registry', () => {
	it('contains the red packet', () => {
		expect(methodOf('couponOperation', 'query').name).toBe('alipay.fund.coupon.operation.query');
	});

	it('contains each method once, and each operation of a resource once', () => {
		unique(METHODS.map(({ name }) => name));
		unique(METHODS.map(({ resource, operation }) => `${resource.value} ${operation.value}`));
	});

	it('uses one name for each resource', () => {
		const names = new Map(METHODS.map(({ resource }) => [resource.value, resource.name]));
		for (const { resource } of METHODS) expect(names.get(resource.value)).toBe(resource.name);
	});

	it.each([
		['couponOperation', 'pay'],
		['nothing', 'query'],
		['constructor', 'constructor'],
	])('does not contain %s %s', (resource, operation) => {
		expect(() => methodOf(resource, operation)).toThrow(operation);
	});
});

describe.each(METHODS.map((method) => ({ ...method, method })))('$name', ({ method }) => {
	const { parameters, fields, status, codes, identifiedBy } = method;
	const names = parameters.map(({ name }) => name);
	const fieldNames = fields.map(({ name }) => name);

	it('has an Alipay name, and a plain description', () => {
		expect(method.name).toMatch(/^alipay(\.[a-z]+)+$/);
		expect(method.resource.value).toMatch(/^[a-z][A-Za-z]+$/);
		expect(method.operation.value).toMatch(/^[a-z][A-Za-z]+$/);
		expect(method.operation.action).toMatch(SENTENCE);
		expect(method.operation.description).toMatch(SENTENCE);
		unique(method.noun);
	});

	it('is read-only when its name says so', () => {
		if (/query$/.test(method.name)) expect(method.effect).toBe('read');
	});

	it('uses Alipay’s names for its parameters, each once, with label, description and example', () => {
		unique(names);
		unique(parameters.map(({ label }) => label));
		for (const { name, label, description, example, maxLength = 64, digits } of parameters) {
			expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
			expect(label).toMatch(/^[A-Z]/);
			expect(description).toMatch(SENTENCE);
			expect(description).toContain(`(${name})`);
			expect(example.length).toBeGreaterThan(0);
			expect(example.length).toBeLessThanOrEqual(maxLength);
			const { from, to } = digits ?? { from: 16, to: 32 };
			expect(from).toBeLessThanOrEqual(to);
			expect(to).toBeLessThanOrEqual(maxLength);
		}
	});

	it('has parameter names in the node that map back to Alipay’s', () => {
		unique(names.map(parameterOf));
		for (const name of names) {
			const back = parameterOf(name).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
			expect(back).toBe(name);
		}
	});

	it('can be identified by its own parameters', () => {
		expect(alternativesOf(method, 'auto').length).toBeGreaterThan(0);
		for (const alternative of alternativesOf(method, 'auto')) {
			expect(alternative.length).toBeGreaterThan(0);
			unique(alternative);
			for (const name of alternative) expect(names).toContain(name);
		}
		for (const owner of OWNERS) expect(identifiedBy[owner].description).toMatch(SENTENCE);
	});

	it('uses all of its parameters', () => {
		expect(parametersOf(method, 'auto').map(({ name }) => name)).toEqual(names);
	});

	it.each(alternativesOf(method, 'auto').map((alternative) => ({ alternative })))(
		'is identified by its own examples: $alternative',
		({ alternative }) => {
			const examples = parameters.filter(({ name }) => alternative.includes(name));
			const raw = Object.fromEntries(examples.map(({ name, example }) => [name, example]));
			expect(value(identify(method, 'auto', raw))).toEqual(raw);
			expect(decidingParameters(method, raw)).toEqual(alternative);
		},
	);

	it('repeats the deciding numbers in its response, so the node can compare them', () => {
		const words = parameters.filter(({ rule }) => rule === 'word').map(({ name }) => name);
		for (const name of alternativesOf(method, 'auto').flat()) {
			if (!words.includes(name)) expect(fieldNames).toContain(name);
		}
	});

	it('has each field once, and four to fourteen simplified fields', () => {
		unique(fieldNames);
		for (const name of fieldNames) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
		const simplified = fields.filter((field) => field.simplified);
		expect(simplified.length).toBeGreaterThanOrEqual(4);
		expect(simplified.length).toBeLessThanOrEqual(14);
		// The node itself adds these next to the fields.
		for (const name of ['found', 'gateway', 'previous_status', 'changed_at', 'error', 'details']) {
			expect(fieldNames).not.toContain(name);
		}
	});

	it('explains its business codes, each under its own name', () => {
		for (const [code, { meaning, solution, retryable, cause, notFound }] of Object.entries(codes)) {
			expect(code).toMatch(/^[A-Z][A-Z_]+$/);
			expect(meaning).toMatch(/^[A-Z].*[^.]$/);
			expect(solution).toMatch(/^[A-Z].{20,}\.$/);
			expect(retryable).toBe(['rate-limited', 'temporarily-unavailable'].includes(cause));
			if (notFound) expect(retryable).toBe(false);
		}
	});

	it('includes the codes for a busy Alipay', () => {
		expect(codes.SYSTEM_ERROR).toMatchObject({ retryable: true, cause: 'temporarily-unavailable' });
	});

	it('lists its statuses', () => {
		if (!status) return;
		const values = Object.entries(status.values);
		const field = fields.find(({ name }) => name === status.field);
		expect(field).toMatchObject({ type: 'text', simplified: true });
		unique(values.map(([, { name }]) => name));
		for (const [name, { description }] of values) {
			expect(name).toMatch(/^[A-Z][A-Z_]+$/);
			expect(description).toMatch(SENTENCE);
		}
		expect(values.some(([, { stage }]) => stage !== 'open')).toBe(true);
		// A missing refund_status says nothing, so it needs no alert.
		if (method.resource.value === 'refund') expect(status.alerts).toBeUndefined();
		else expect(status.alerts?.length).toBeGreaterThan(0);
		for (const alert of status.alerts ?? [])
			expect(['settled', 'final']).toContain(stageOf(method, alert));
	});

	it('limits the size of its responses', () => {
		expect(responseBytesOf(method)).toBeGreaterThanOrEqual(64 * 1024);
		expect(responseBytesOf(method)).toBeLessThanOrEqual(16 * 1024 * 1024);
	});
});

describe('the values derived from a method', () => {
	it('include its alternatives in Alipay’s order of precedence', () => {
		expect(alternativesOf(PARCEL, 'alipay')).toEqual([['fund_no'], ['order_no']]);
		expect(alternativesOf(PARCEL, 'auto')).toEqual([
			['fund_no'],
			['order_no'],
			['out_no', 'product', 'scene'],
		]);
	});

	it('include the parameters of a way, each once', () => {
		const names = (method: Method, by: 'alipay' | 'merchant' | 'auto') =>
			parametersOf(method, by).map(({ name }) => name);
		expect(names(RETURN, 'alipay')).toEqual(['trade_no', 'out_request_no']);
		expect(names(RETURN, 'auto')).toEqual(['trade_no', 'out_trade_no', 'out_request_no']);
		expect(names(BASKET, 'merchant')).toEqual([]);
	});

	it('include the parameters by which Alipay finds the record: the first complete alternative', () => {
		expect(decidingParameters(RETURN, { out_trade_no: '1', out_request_no: '2' })).toEqual([
			'out_trade_no',
			'out_request_no',
		]);
		expect(decidingParameters(RETURN, { out_request_no: '2' })).toEqual([]);
		expect(decidingParameters(RETURN, { trade_no: '', out_request_no: '2' })).toEqual([]);
	});

	it('include its labels, and Alipay’s name where there is no label', () => {
		expect(labelOf(RETURN, 'trade_no')).toBe('Trade No (trade_no)');
		expect(labelOf(RETURN, 'anything')).toBe('anything');
	});

	it('include its stages', () => {
		expect(openStatuses(PARCEL)).toEqual(['DEALING', 'WAITING']);
		expect(openStatuses(RETURN)).toEqual([]);
		expect(stageOf(PARCEL, 'SUCCESS')).toBe('settled');
		expect(stageOf(PARCEL, 'REFUND')).toBe('final');
		expect(stageOf(PARCEL, 'BRAND_NEW')).toBeUndefined();
		expect(stageOf(PARCEL, 'constructor')).toBeUndefined();
		expect(stageOf(RETURN, 'SUCCESS')).toBeUndefined();
	});

	it('include a limit of 1 MiB unless the method sets another', () => {
		expect(responseBytesOf(PARCEL)).toBe(1024 * 1024);
		expect(responseBytesOf(BASKET)).toBe(2 * 1024 * 1024);
	});

	it('are a method without parameters, fields and status when only a name is given', () => {
		const method = methodNamed('alipay.example.any.pay', 'write');
		expect(method).toMatchObject({ name: 'alipay.example.any.pay', effect: 'write', status: null });
		expect(fault(identify(method, 'auto', { auth_no: '1' })).code).toBe('invalid-identifiers');
		expect(responseBytesOf(method)).toBe(1024 * 1024);
	});
});

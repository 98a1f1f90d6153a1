import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPackage } from '../../tools/sandbox/engine.mts';
import { node } from './query.mts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NUMBERS = ['authNo', 'operationId', 'outOrderNo', 'outRequestNo'];
const FIXED = { resource: 'couponOperation', operation: 'query' };

let loader: Awaited<ReturnType<typeof loadPackage>>;
let alipay: INodeTypeDescription;
beforeAll(async () => {
	loader = await loadPackage();
	alipay = loader.types.nodes.find(({ name }) => name === 'alipay') as INodeTypeDescription;
});

const property = (name: string) =>
	alipay.properties.find((candidate) => candidate.name === name) as INodeProperties;
const optionNames = (name: string) =>
	(property(name).options ?? []).map((option) => [
		option.name,
		(option as { value?: unknown }).value,
	]);

describe('the node as n8n loads it', () => {
	it('has the name that saved workflows depend on', () => {
		expect(loader.packageName).toBe('n8n-nodes-alipay');
		expect(alipay).toMatchObject({
			name: 'alipay',
			displayName: 'Alipay',
			version: 1,
			usableAsTool: true,
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'alipayApi', required: true }],
		});
	});

	it('shows operation and resource under its name', () => {
		expect(alipay.subtitle).toBe('={{ $parameter["operation"] + ": " + $parameter["resource"] }}');
	});

	it('starts with Coupon Operation and its Query, fixed for all items', () => {
		expect(property('resource')).toMatchObject({
			default: 'couponOperation',
			noDataExpression: true,
		});
		expect(optionNames('resource')).toContainEqual(['Coupon Operation', 'couponOperation']);
		const operation = alipay.properties.find(
			({ name, displayOptions }) =>
				name === 'operation' && displayOptions?.show?.resource?.includes('couponOperation'),
		);
		expect(operation).toMatchObject({
			default: 'query',
			noDataExpression: true,
			options: [{ name: 'Query', value: 'query', action: 'Query coupon operation' }],
		});
	});

	it.each(['alipay', '支付宝', '红包', 'coupon', 'red packet'])(
		'is found by a search for %s',
		(word) => {
			expect(alipay.codex?.alias).toContain(word);
		},
	);

	it('is in the finance category', () => {
		expect(alipay.codex?.categories).toEqual(['Finance & Accounting']);
	});

	it.each(['light', 'dark'] as const)(
		'has a %s icon inside the package, as the credential has',
		(theme) => {
			const credential = loader.types.credentials.find(({ name }) => name === 'alipayApi');
			for (const { iconUrl } of [alipay, credential ?? expect.fail('No credential')]) {
				const file = (iconUrl as Record<string, string>)[theme]?.replace(
					'icons/n8n-nodes-alipay/',
					'',
				);
				expect(file).toMatch(/^dist\/icons\/.*\.svg$/);
				expect(readFileSync(path.join(ROOT, String(file)), 'utf8')).toContain('<svg');
			}
		},
	);

	it('is the node that the credential is for', () => {
		expect(loader.known.credentials.alipayApi?.supportedNodes).toContain('alipay');
	});
});

describe('the form', () => {
	const shown = (identifyBy: string) => {
		const values = { ...FIXED, identifyBy };
		return alipay.properties.filter((candidate) =>
			NodeHelpers.displayParameter(values, candidate, { typeVersion: 1 }, alipay),
		);
	};
	const issues = (parameters: INodeParameters) => {
		const filled = node('Alipay', 'alipay', { parameters: { ...FIXED, ...parameters } });
		const found = NodeHelpers.getNodeParametersIssues(alipay.properties, filled, alipay);
		return Object.keys(found?.parameters ?? {});
	};

	it('offers four ways to identify an operation, with Alipay’s numbers selected', () => {
		expect(property('identifyBy').default).toBe('alipay');
		expect(
			optionNames('identifyBy')
				.map(([, value]) => value)
				.sort(),
		).toEqual(['alipay', 'auto', 'columns', 'merchant']);
	});

	it.each([
		['alipay', ['authNo', 'operationId'], true],
		['merchant', ['outOrderNo', 'outRequestNo'], true],
		['auto', NUMBERS, false],
	])('by %s shows %j, required: %s', (by, names, required) => {
		const numbers = shown(by).filter(({ name }) => NUMBERS.includes(name));
		expect(numbers.map(({ name }) => name)).toEqual(names);
		expect(numbers.map((number) => number.required)).toEqual(names.map(() => required));
	});

	it.each([
		['alipay', {}, ['authNo', 'operationId']],
		['alipay', { authNo: '1' }, ['operationId']],
		['alipay', { operationId: '1', outOrderNo: '1', outRequestNo: '1' }, ['authNo']],
		['alipay', { authNo: '1', operationId: '2' }, []],
		['alipay', { authNo: '={{ $json.a }}', operationId: '={{ $json.b }}' }, []],
		['merchant', {}, ['outOrderNo', 'outRequestNo']],
		['merchant', { outOrderNo: '1', authNo: '1', operationId: '1' }, ['outRequestNo']],
		['merchant', { outOrderNo: '1', outRequestNo: '={{ $json.b }}' }, []],
		['auto', {}, []],
	])('by %s with %j complains about %j', (identifyBy, numbers, names) => {
		expect(issues({ identifyBy, ...numbers })).toEqual(names);
	});

	it('shows Alipay’s own name for every number', () => {
		const described = NUMBERS.map((name) => property(name).description ?? '');
		const names = ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'];
		names.forEach((name, index) => expect(described[index]).toContain(name));
	});

	it('simplifies by default', () => {
		expect(property('simplify')).toMatchObject({ type: 'boolean', default: true });
	});
});

describe('the options', () => {
	const options = () => property('options').options as INodeProperties[];

	const DEFAULTS = {
		amountFormat: 'number',
		appAuthToken: '',
		concurrency: 10,
		includeGatewayDetails: true,
		includeInputFields: true,
		maxTries: 3,
		notFound: 'error',
		pollIntervalSeconds: 5,
		requestsPerSecond: 0,
		timeoutSeconds: 15,
		waitForFinalStatusSeconds: 60,
	};

	it.each(Object.entries(DEFAULTS))('include %s with the default %j', (name, value) => {
		expect(options().find((option) => option.name === name)?.default).toEqual(value);
	});

	it('are these eleven and no others', () => {
		const names = options().map(({ name }) => name);
		expect(names.sort()).toEqual(Object.keys(DEFAULTS));
	});

	it('hide App Auth Token like a password', () => {
		const token = options().find(({ name }) => name === 'appAuthToken');
		expect(token?.typeOptions?.password).toBe(true);
	});
});

describe('the schema of the preview', () => {
	const file = 'nodes/Alipay/__schema__/v1.0.0/couponOperation/query.json';

	it('shows the ten simplified fields with their types', () => {
		const schema = JSON.parse(readFileSync(path.join(ROOT, 'dist', file), 'utf8')) as {
			properties: Record<string, { type: string }>;
		};
		const types = Object.entries(schema.properties).map(([name, { type }]) => [name, type]);
		expect(Object.fromEntries(types)).toEqual({
			...{ auth_no: 'string', operation_id: 'string' },
			...{ out_order_no: 'string', out_request_no: 'string' },
			...{ operation_type: 'string', status: 'string', order_title: 'string', gmt_trans: 'string' },
			...{ amount: 'number', total_pay_refund_amount: 'number' },
		});
	});
});

import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPackage } from '../../tools/sandbox/engine.mts';
import { node } from './query.mts';

let loader: Awaited<ReturnType<typeof loadPackage>>;
let trigger: INodeTypeDescription;
beforeAll(async () => {
	loader = await loadPackage();
	trigger = loader.types.nodes.find(({ name }) => name === 'alipayTrigger') as INodeTypeDescription;
});

const property = (name: string) =>
	trigger.properties.find((candidate) => candidate.name === name) as INodeProperties;

describe('the trigger as n8n loads it', () => {
	it('has the name that saved workflows depend on, and is polled', () => {
		expect(trigger).toMatchObject({
			name: 'alipayTrigger',
			displayName: 'Alipay Trigger',
			version: 1,
			group: ['trigger'],
			polling: true,
			inputs: [],
			outputs: ['main', 'main'],
			outputNames: ['Changed', 'Failed'],
			credentials: [{ name: 'alipayApi', required: true }],
		});
		expect(trigger.usableAsTool).toBeUndefined();
	});

	it.each(['alipay', '支付宝', '红包', 'red packet', 'alert'])(
		'is found by a search for %s',
		(word) => expect(trigger.codex?.alias).toContain(word),
	);

	it('shows under its name the statuses that it waits for', () => {
		expect(trigger.subtitle).toContain('$parameter["statuses"]');
	});
});

describe('its form', () => {
	const issues = (parameters: INodeParameters) => {
		const filled = node('Alipay Trigger', 'alipayTrigger', {
			parameters: { event: 'couponOperationStatus', statuses: ['CLOSED'], ...parameters },
		});
		const found = NodeHelpers.getNodeParametersIssues(trigger.properties, filled, trigger);
		return Object.values(found?.parameters ?? {}).flat();
	};
	const row = (numbers: INodeParameters) => issues({ operations: { values: [numbers] } });

	it('waits for CLOSED by default, and offers each status of Alipay', () => {
		const { default: usual, options } = property('statuses');
		expect(usual).toEqual(['CLOSED']);
		expect(options?.map((option) => 'value' in option && option.value)).toEqual([
			'CLOSED',
			'INIT',
			'SUCCESS',
		]);
	});

	it('does not save a trigger without a status', () => {
		expect(issues({ statuses: [] })).toHaveLength(1);
	});

	it.each<[INodeParameters, string[]]>([
		[{ identifyBy: 'alipay', authNo: '1', operationId: '2' }, []],
		[{ identifyBy: 'alipay', authNo: '1' }, ['Operation ID']],
		[{ identifyBy: 'alipay', outOrderNo: '1', outRequestNo: '2' }, ['Auth No', 'Operation ID']],
		[{ identifyBy: 'merchant', outOrderNo: '1', outRequestNo: '2' }, []],
		[{ identifyBy: 'merchant', outRequestNo: '2' }, ['Out Order No']],
	])('with the row %j requires %j', (numbers, missing) => {
		expect(row(numbers)).toEqual(missing.map((name) => expect.stringContaining(`"${name}"`)));
	});

	it.each([
		['amountFormat', 'number'],
		['appAuthToken', ''],
		['concurrency', 10],
		['repeatAfterRestart', true],
		['reportOutageMinutes', 60],
		['requestsPerSecond', 0],
		['timeoutSeconds', 15],
	])('has the option %s with the default %j', (name, value) => {
		const options = property('options').options as INodeProperties[];
		expect(options).toHaveLength(7);
		expect(options.find((option) => option.name === name)?.default).toEqual(value);
	});

	it('hides the App Auth Token like a password', () => {
		const options = property('options').options as INodeProperties[];
		const token = options.find(({ name }) => name === 'appAuthToken');
		expect(token?.typeOptions?.password).toBe(true);
	});
});

/** The form of a method, from its data. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';
import { METHODS } from '../../../alipay/methods';
import {
	alternativesOf,
	OWNERS,
	parametersOf,
	type Method,
	type Owner,
} from '../../../alipay/methods/method';
import { optionsOf, SIMPLIFY } from './options';

/** Which parameter of the node holds a parameter of Alipay's: `auth_no` is in `authNo`. Saved in workflows. */
export const parameterOf = (name: string): string =>
	name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

const WAYS = [...OWNERS, 'auto'] as const;

const OWNER_NAMES: Readonly<Record<Owner, string>> = {
	alipay: 'Alipay Numbers',
	merchant: 'Merchant Numbers',
};

/** The way that leaves it to each item. */
function eitherOf(method: Method): INodePropertyOptions {
	const isPair = alternativesOf(method, 'auto').some((names) => names.length > 1);
	const what = isPair ? 'pair' : 'number';
	return {
		name: isPair ? 'Either Pair' : 'Either Number',
		value: 'auto',
		description: `By whichever ${what} an item has. With both, Alipay goes by its own.`,
	};
}

/** The ways to identify one by the numbers of one owner. */
export const waysOf = ({ identifiedBy }: Method): INodePropertyOptions[] =>
	OWNERS.map((owner) => ({
		name: OWNER_NAMES[owner],
		value: owner,
		description: identifiedBy[owner].description,
	}));

/** The numbers of a way, shown when it is chosen; required unless others may stand in for them. */
export function numberFields(method: Method, by: Owner | 'auto'): INodeProperties[] {
	const isOnlyWay = alternativesOf(method, by).length === 1;
	return parametersOf(method, by).map(({ label, name, example, description }) => ({
		displayName: label,
		name: parameterOf(name),
		type: 'string',
		default: '',
		placeholder: `e.g. ${example}`,
		description,
		required: isOnlyWay,
		displayOptions: { show: { identifyBy: [by] } },
	}));
}

const RESOURCES = unique(METHODS.map(({ resource }) => resource)).sort(byName);

/** A new one each time: n8n adds "Custom API Call" to the options of the one that it gets. */
export const resourceField = (): INodeProperties => ({
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [...RESOURCES],
	default: 'couponOperation',
});

/** Resource, Operation, and the fields of each method. */
export const methodForms = (): INodeProperties[] => [
	resourceField(),
	...RESOURCES.map(({ value }) => operationField(value)),
	...METHODS.flatMap((method) => methodForm(method)),
];

export function operationField(resource: string): INodeProperties {
	const operations = METHODS.filter((method) => method.resource.value === resource)
		.map(({ operation }): INodePropertyOptions => ({ ...operation }))
		.sort(byName);
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations,
		default: firstOf(operations),
	};
}

/** The choice between the ways. */
export const identifyByOf = (method: Method): INodeProperties => ({
	displayName: 'Identify By',
	name: 'identifyBy',
	type: 'options',
	noDataExpression: true,
	options: [...waysOf(method), eitherOf(method)],
	default: 'alipay',
	description: `Which numbers name the ${method.noun[0]}`,
});

function methodForm(method: Method): INodeProperties[] {
	const properties: INodeProperties[] = [
		identifyByOf(method),
		...WAYS.flatMap((by) => numberFields(method, by)),
		SIMPLIFY,
		optionsOf(method),
	];
	const { resource, operation } = method;
	return updateDisplayOptions(
		{ show: { resource: [resource.value], operation: [operation.value] } },
		properties,
	);
}

/** The usual choice of a field. */
const firstOf = ([first]: readonly INodePropertyOptions[]) => first?.value ?? '';

function byName(a: INodePropertyOptions, b: INodePropertyOptions): number {
	return a.name.localeCompare(b.name);
}

function unique<T extends { value: unknown }>(options: readonly T[]): T[] {
	return [...new Map(options.map((option) => [option.value, option])).values()];
}

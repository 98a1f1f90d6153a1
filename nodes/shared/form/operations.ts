/** Resource and Operation, and the fields of each. */
import {
	updateDisplayOptions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';
import { METHODS } from '../../../alipay/methods';
import type { Method } from '../../../alipay/methods/method';
import { ANY_API } from './anyApi';
import { queryFields } from './method';

/** One operation of the node. */
export interface OperationForm extends Pick<Method, 'resource' | 'operation'> {
	fields: () => INodeProperties[];
}

const FORMS: readonly OperationForm[] = [
	...METHODS.map((method) => ({ ...method, fields: () => queryFields(method) })),
	ANY_API,
];

const RESOURCES = unique(FORMS.map(({ resource }) => resource)).sort(byName);

/** A new object each time, since n8n adds "Custom API Call" to its options. */
export const resourceField = (): INodeProperties => ({
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [...RESOURCES],
	default: 'couponOperation',
});

/** Resource, Operation, and the fields of each operation. */
export const operationForms = (): INodeProperties[] => [
	resourceField(),
	...RESOURCES.map(({ value }) => operationField(value)),
	...FORMS.flatMap(({ resource, operation, fields }) =>
		updateDisplayOptions(
			{ show: { resource: [resource.value], operation: [operation.value] } },
			fields(),
		),
	),
];

export function operationField(resource: string): INodeProperties {
	const operations = FORMS.filter((form) => form.resource.value === resource)
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

/** The usual choice of a field. */
const firstOf = ([first]: readonly INodePropertyOptions[]) => first?.value ?? '';

function byName(a: INodePropertyOptions, b: INodePropertyOptions): number {
	return a.name.localeCompare(b.name);
}

function unique<T extends { value: unknown }>(options: readonly T[]): T[] {
	return [...new Map(options.map((option) => [option.value, option])).values()];
}

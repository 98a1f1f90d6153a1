import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { operationForms } from '../shared/form/operations';
import { searchMethods } from '../shared/form/searchMethods';
import { runOperation } from '../shared/run';

export class Alipay implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Alipay',
		name: 'alipay',
		icon: { light: 'file:../../icons/alipay.svg', dark: 'file:../../icons/alipay.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Look up payments, refunds, transfers, deposits and red packets at Alipay, or call any other API, and verify every response',
		defaults: { name: 'Alipay' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'alipayApi', required: true }],
		properties: operationForms(),
	};

	methods = { listSearch: { searchMethods } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this);
	}
}

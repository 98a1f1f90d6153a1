import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { methodOf } from '../../alipay/methods';
import { textOf } from '../../alipay/text/textOf';
import { methodForms } from '../shared/form/method';
import { runMethod } from '../shared/run';

export class Alipay implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Alipay',
		name: 'alipay',
		icon: { light: 'file:../../icons/alipay.svg', dark: 'file:../../icons/alipay.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Look up red-packet (coupon) fund operations at Alipay and verify every answer',
		defaults: { name: 'Alipay' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'alipayApi', required: true }],
		properties: methodForms(),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = textOf(this.getNodeParameter('resource', 0));
		const operation = textOf(this.getNodeParameter('operation', 0));
		return await runMethod(methodOf(resource, operation), this);
	}
}

import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import * as couponOperation from './couponOperation';

/** What each resource can do, by the values of Resource and Operation. */
const operations = { couponOperation: couponOperation.operations } as const;

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
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [{ name: 'Coupon Operation', value: 'couponOperation' }],
				default: 'couponOperation',
			},
			...couponOperation.description,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0) as keyof typeof operations;
		const operation = this.getNodeParameter(
			'operation',
			0,
		) as keyof (typeof operations)[typeof resource];
		return [await operations[resource][operation].call(this)];
	}
}

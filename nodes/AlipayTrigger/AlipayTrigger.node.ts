import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import * as couponOperationStatus from '../shared/watch/poll';

/** What each event does when it is time to look, by the value of Event. */
const events = { couponOperationStatus: couponOperationStatus.poll } as const;

export class AlipayTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Alipay Trigger',
		name: 'alipayTrigger',
		icon: { light: 'file:../../icons/alipay.svg', dark: 'file:../../icons/alipay.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ "on " + [$parameter["statuses"]].flat().join(", ") }}',
		description: 'Starts the workflow when a red-packet (coupon) fund operation changes its status',
		defaults: { name: 'Alipay Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		outputNames: ['Changed', 'Faulty'],
		credentials: [{ name: 'alipayApi', required: true }],
		polling: true,
		properties: [
			{
				displayName: 'Event',
				name: 'event',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Coupon Operation Status',
						value: 'couponOperationStatus',
						description: 'A watched operation reaches one of the chosen statuses',
					},
				],
				default: 'couponOperationStatus',
			},
			...couponOperationStatus.description,
		],
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await events[this.getNodeParameter('event') as keyof typeof events].call(this);
	}
}

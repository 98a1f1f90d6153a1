import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { watchForms } from '../shared/watch/form';
import { pollStatuses } from '../shared/watch/poll';

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
		outputNames: ['Changed', 'Failed'],
		credentials: [{ name: 'alipayApi', required: true }],
		polling: true,
		properties: watchForms(),
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollStatuses(this);
	}
}

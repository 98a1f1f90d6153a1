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
		subtitle:
			'={{ $parameter["event"].replace("Status", "").replace(/([A-Z])/g, " $1").toLowerCase() + ": " + [$parameter["statuses"]].flat().join(", ") }}',
		// n8n's node panel shows it for the trigger and the node together.
		description:
			'Looks up payments, refunds, transfers, deposits and red packets at Alipay, or starts the workflow when the status of one changes',
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

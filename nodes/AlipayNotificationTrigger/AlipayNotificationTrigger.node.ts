import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { notificationForm } from '../shared/notify/form';
import { receiveNotification, SUCCESS } from '../shared/notify/receive';

export class AlipayNotificationTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Alipay Notification Trigger',
		name: 'alipayNotificationTrigger',
		icon: { light: 'file:../../icons/alipay.svg', dark: 'file:../../icons/alipay.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ [$parameter["kinds"]].flat().join(", ") || "all notifications" }}',
		description: 'Starts the workflow when Alipay sends a notification, and verifies its signature',
		defaults: { name: 'Alipay Notification Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'alipayApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'webhook',
				responseMode: 'onReceived',
				responseData: SUCCESS,
			},
		],
		properties: notificationForm(),
	};

	/** Alipay has no API to register a URL: a person enters it in the console. */
	webhookMethods = {
		default: {
			checkExists: async () => true,
			create: async () => true,
			delete: async () => true,
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveNotification(this);
	}
}

/** Handles one request to the notification trigger, and responds to Alipay. */
import {
	deepCopy,
	ObservableObject,
	type IDataObject,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import {
	localFault,
	success,
	type Fault,
	type LocalFaultName,
	type Outcome,
} from '../../../alipay/errors/fault';
import { LARGEST_NOTIFICATION, type Notification } from '../../../alipay/notification';
import { verifyNotification } from '../../../alipay/notification/renewal';
import { appOf } from '../application';
import { internalFault } from '../errors';
import { reading } from '../form/read';
import { connect } from '../transport';
import { fixed } from '../width';
import { readBody, type IncomingRequest } from './body';
import { readSettings, type NotificationSettings } from './form';
import { isWanted, itemOf } from './item';
import { takeTurn, type OutgoingResponse } from './seen';

/** The only response that Alipay accepts. After any other, it retries for 25 hours. */
export const SUCCESS = 'success';

/** The notification itself is at fault. After any other fault, Alipay should retry. */
const STATUSES: Readonly<Partial<Record<LocalFaultName, number>>> = {
	'notification-unreadable': 400,
	'notification-too-large': 400,
	'notification-stale': 400,
	'notification-signature-mismatch': 401,
	'notification-ambiguous': 401,
	'notification-for-another-application': 403,
};

interface Writable {
	writeHead: (status: number, headers: Record<string, string>) => unknown;
	end: (body: string) => unknown;
}

/** Starts the workflow with the notification, or only responds to Alipay. */
export async function receiveNotification(
	context: IWebhookFunctions,
): Promise<IWebhookResponseData> {
	// n8n's types of these need express, which is not installed here.
	const request = context.getRequestObject() as unknown as IncomingRequest;
	const response = context.getResponseObject() as unknown as OutgoingResponse & Writable;
	const received = await receive(context, request).catch(internalFault);
	if (!received.ok) return refuse(context, response, received.fault);
	const { notification, settings } = received.value;
	if (!isWanted(notification, settings)) return { webhookResponse: SUCCESS };
	const start = { workflowData: [[{ json: itemOf(notification, settings) }]] };
	// A test in the editor may repeat a notification.
	if (context.getMode() === 'manual') return start;
	const turn = await takeTurn(arrivalOf(context, response, notification));
	if (turn === 'undecided') return refuse(context, response, UNDECIDED.fault);
	return turn === 'first' ? start : { webhookResponse: SUCCESS };
}

const UNDECIDED = localFault(
	'internal-error',
	'The same notification is being processed',
	'Send it again.',
);

interface Received {
	notification: Notification;
	settings: NotificationSettings;
}

async function receive(
	context: IWebhookFunctions,
	request: IncomingRequest,
): Promise<Outcome<Received>> {
	// A request that is too large is still handled below, so that the response says so.
	const body = (await readBody(request, LARGEST_NOTIFICATION)) ?? TOO_LARGE;
	const settings = reading(() => readSettings((name) => context.getNodeParameter(name)));
	if (!settings.ok) return settings;
	const app = await appOf(context);
	if (!app.ok) return app;
	const transport = connect(context.helpers, UNLIMITED);
	const { allowedAppIds } = settings.value;
	const verified = await verifyNotification(body, app.value, allowedAppIds, transport).finally(() =>
		transport.close(),
	);
	return verified.ok
		? success({ notification: verified.value, settings: settings.value })
		: verified;
}

const TOO_LARGE = Buffer.alloc(LARGEST_NOTIFICATION + 1);

/** For the rare download of a renewed certificate. */
const UNLIMITED = { concurrency: fixed(1), requestsPerSecond: 0, canceled: undefined };

const arrivalOf = (
	context: IWebhookFunctions,
	response: OutgoingResponse,
	{ appId, id }: Notification,
) => ({
	trigger: `${context.getWorkflow().id}/${context.getNode().id}`,
	notification: [appId, id] as const,
	staticData: savedStaticData(context),
	response,
});

/**
 * n8n's static data of the node. n8n saves its changes. Before that, n8n 2 creates another `Workflow` from the
 * stored data (workflow-runner.js), which marks the shared object as unchanged. A copy for this request keeps
 * its mark.
 */
function savedStaticData(context: IWebhookFunctions): IDataObject {
	const { workflow } = context as Partial<Pick<NodeContext, 'workflow'>>;
	if (workflow) {
		const copy = deepCopy(workflow.staticData);
		workflow.staticData = ObservableObject.create(copy, undefined, {
			ignoreEmptyOnFirstChild: true,
		});
	}
	return context.getWorkflowStaticData('node');
}

/** A member of n8n's contexts that their interface does not have. */
interface NodeContext {
	workflow: { staticData: IDataObject };
}

/** Writes the response itself, so that n8n adds nothing. */
function refuse(
	context: IWebhookFunctions,
	response: Writable,
	{ code, message, solution }: Fault,
): IWebhookResponseData {
	const status = STATUSES[code as LocalFaultName] ?? 500;
	context.logger.warn(`${context.getNode().name} refused a request (${status}): ${message}`);
	response.writeHead(status, {
		'Content-Type': 'text/plain; charset=utf-8',
		// The rest of the request is not read.
		Connection: 'close',
	});
	response.end(`${message}. ${solution}\n`);
	return { noWebhookResponse: true };
}

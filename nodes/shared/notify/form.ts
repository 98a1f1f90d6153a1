/** The form of the notification trigger: what may start the workflow. */
import type { INodeProperties } from 'n8n-workflow';
import { NOTIFYING, type NotifyingMethod } from '../../../alipay/notification/kinds';
import type { AmountFormat } from '../item';
import { AMOUNT_FORMAT } from '../form/options';
import { isBlank, readChoice, readCollection, readOptionalChoice, readText } from '../form/read';

const URL_NOTICE: INodeProperties = {
	displayName:
		'Enter the Production URL above at Alipay. For payments, deposits and coupon red packets, set it as the <b>notify_url</b> in the system that sends your payment requests. For transfers and current red packets, set it as the <b>application gateway</b> in the Alipay console. Alipay must be able to reach the URL over HTTPS. Then publish this workflow.',
	name: 'urlNotice',
	type: 'notice',
	default: '',
};

/** `trade_status_sync or fund_stdtrustee_refund.success` */
const EITHER = new Intl.ListFormat('en-US', { type: 'disjunction' });

const KINDS: INodeProperties = {
	displayName: 'Kinds',
	name: 'kinds',
	type: 'multiOptions',
	options: NOTIFYING.map(({ resource: { name, value }, notifications }) => ({
		name,
		value,
		description: EITHER.format(notifications.kinds),
	})).sort((a, b) => a.name.localeCompare(b.name)),
	default: [],
	description:
		'The notifications that start the workflow. Leave it empty for all. For a kind that is not in the list, use an expression that returns its notify_type or msg_method.',
};

/** The options by Alipay's value, with the resources that have this status. */
function statusesOf(methods: readonly NotifyingMethod[]) {
	const statuses = new Map<string, { name: string; of: string[] }>();
	for (const { status, resource } of methods) {
		for (const [value, { name }] of Object.entries(status?.values ?? {})) {
			const of = statuses.get(value)?.of ?? [];
			statuses.set(value, { name, of: [...of, resource.name] });
		}
	}
	return [...statuses].map(([value, { name, of }]) => ({
		name: `${name} (${value})`,
		value,
		description: of.join(', '),
	}));
}

const STATUSES: INodeProperties = {
	displayName: 'Statuses',
	name: 'statuses',
	type: 'multiOptions',
	options: statusesOf(NOTIFYING).sort((a, b) => a.name.localeCompare(b.name)),
	default: [],
	description:
		'The statuses at which a notification starts the workflow. Leave it empty for all notifications, including those without a status.',
};

const ALLOWED_APP_IDS: INodeProperties = {
	displayName: 'Allowed App IDs',
	name: 'allowedAppIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2021000000000001, 2021000000000002',
	description:
		'Other app_ids whose notifications the trigger accepts, separated by commas. Only third-party applications need this.',
};

const OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'notificationOptions',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [ALLOWED_APP_IDS, AMOUNT_FORMAT],
};

/**
 * Makes n8n leave the request body to the node (webhook-helpers.js, parseRequestBody). n8n looks for this
 * option of the Webhook node.
 */
const RAW_BODY: INodeProperties = {
	displayName: 'Raw Body',
	name: 'options',
	type: 'hidden',
	default: { binaryData: true },
};

export const notificationForm = (): INodeProperties[] => [
	{ ...URL_NOTICE },
	{ ...KINDS },
	{ ...STATUSES },
	{ ...OPTIONS },
	{ ...RAW_BODY },
];

export interface NotificationSettings {
	/** Values of resources, notify_types and msg_methods; none for all. */
	kinds: readonly string[];
	/** Alipay's values; none for all. */
	statuses: readonly string[];
	amountFormat: AmountFormat;
	allowedAppIds: readonly string[];
}

/** Reads the form. Throws `Unreadable` for a wrong value of an expression. */
export function readSettings(parameter: (name: string) => unknown): NotificationSettings {
	const options = readCollection(OPTIONS, parameter(OPTIONS.name));
	const allowed = readText(ALLOWED_APP_IDS.displayName, options.allowedAppIds);
	return {
		kinds: listed(parameter(KINDS.name)).map(readKind),
		statuses: listed(parameter(STATUSES.name)).map((one) => readChoice(STATUSES, one)),
		amountFormat: readOptionalChoice(AMOUNT_FORMAT, options.amountFormat) as AmountFormat,
		allowedAppIds: allowed.split(/[\s,，;；]+/).filter(Boolean),
	};
}

const listed = (value: unknown): unknown[] => (isBlank(value) ? [] : [value].flat());

/** `trade_status_sync`, `alipay.fund.trans.order.changed`: values of the list never look like this. */
const ALIPAYS_NAME = /^\w+(?:[._]\w+)+$/;

/** With a wrong kind, no notification would start the workflow, and all would be confirmed and lost. */
const readKind = (value: unknown): string =>
	typeof value === 'string' && ALIPAYS_NAME.test(value) ? value : readChoice(KINDS, value);

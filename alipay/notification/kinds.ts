import { METHODS } from '../methods';
import type { Field, Method, Notifications } from '../methods/method';

/** A method with notifications about its records. */
export type NotifyingMethod = Method & { notifications: Notifications };

const isNotifying = (method: Method): method is NotifyingMethod =>
	method.notifications !== undefined;

export const NOTIFYING: readonly NotifyingMethod[] = METHODS.filter(isNotifying);

/** The parameters of every notification. They say nothing about its record. */
export const COMMON_PARAMETERS: readonly string[] = [
	'app_id',
	'auth_app_id',
	'charset',
	'encrypt_type',
	'msg_method',
	'msg_type',
	'msg_uid',
	'notify_id',
	'notify_time',
	'notify_type',
	'sign',
	'sign_type',
	'utc_timestamp',
	'version',
];

/** Every notification has one parameter from each of these lists. */
export const NEEDED_PARAMETERS: ReadonlyArray<readonly string[]> = [
	['app_id'],
	['notify_id', 'msg_uid'],
	['notify_type', 'msg_method', 'msg_type'],
	['notify_time', 'utc_timestamp'],
];

/** The fields that a notification may have, in the order of the output item. */
export const fieldsNotified = ({ fields, notifications }: NotifyingMethod): readonly Field[] => [
	...fields,
	...notifications.fields,
];

/** Methods whose fields come as parameters. The fields of a message are members of its biz_content. */
const BY_FORM = NOTIFYING.filter(
	({ notifications: { kinds } }) => !kinds.some((kind) => kind.startsWith('alipay.')),
);

/** Parameters with text from people or merchants, or with JSON. They may contain `&` and `=`. */
export const FREE_TEXTS: ReadonlySet<string> = new Set([
	'body',
	'extra_param',
	'memo',
	'order_title',
	'passback_params',
	'remark',
	'store_name',
	'subject',
	...BY_FORM.flatMap(fieldsNotified)
		.filter(({ type }) => type === 'array' || type === 'object')
		.map(({ name }) => name),
]);

/** The known parameter names for a notification with these names. A trade does not have the fields of a deposit. */
export const namesKnown = (names: ReadonlySet<string>): ReadonlySet<string> =>
	new Set([
		...COMMON_PARAMETERS,
		...FREE_TEXTS,
		'biz_content',
		...BY_FORM.filter(({ notifications: { has } }) => names.has(has))
			.flatMap(fieldsNotified)
			.map(({ name }) => name),
	]);

/** The method that looks up the record of a notification, or undefined. */
export const methodNotified = (
	kind: string,
	fields: Pick<ReadonlyMap<string, unknown>, 'has'>,
): NotifyingMethod | undefined =>
	NOTIFYING.find(({ notifications: { kinds, has } }) => kinds.includes(kind) && fields.has(has));

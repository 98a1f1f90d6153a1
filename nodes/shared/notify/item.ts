import type { IDataObject } from 'n8n-workflow';
import type { Notification } from '../../../alipay/notification';
import { fieldsNotified, methodNotified } from '../../../alipay/notification/kinds';
import { isoBeijingTime } from '../../../alipay/text/clock';
import { typedFields } from '../item';
import type { NotificationSettings } from './form';

/** Whether the form selects this notification. */
export function isWanted(
	{ kind, fields }: Notification,
	{ kinds, statuses }: Pick<NotificationSettings, 'kinds' | 'statuses'>,
): boolean {
	const method = methodNotified(kind, fields);
	const names = [kind, method?.resource.value];
	const status = fields.get(method?.status?.field ?? 'status') ?? '';
	return (
		(kinds.length === 0 || kinds.some((wanted) => names.includes(wanted))) &&
		(statuses.length === 0 || statuses.includes(status))
	);
}

/**
 * The item: Alipay's fields, typed as in a lookup if the kind is known and text otherwise, and
 * `notification` with the common fields. A field that Alipay did not send is absent.
 */
export function itemOf(
	{ id, kind, sentAt, appId, authAppId, fields }: Notification,
	{ amountFormat }: Pick<NotificationSettings, 'amountFormat'>,
): IDataObject {
	const method = methodNotified(kind, fields);
	const known = (method ? fieldsNotified(method) : []).filter(({ name }) => fields.has(name));
	const typed = typedFields(known, fields, { simplify: false, amountFormat });
	return {
		...typed,
		...Object.fromEntries([...fields].filter(([name]) => !Object.hasOwn(typed, name))),
		notification: {
			notify_id: id,
			kind,
			notify_time: isoBeijingTime(sentAt),
			app_id: appId,
			auth_app_id: authAppId,
			signature_verified: true,
		},
	} as IDataObject;
}

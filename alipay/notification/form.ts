import { failure, localFault, success, type Fault, type Outcome } from '../errors/fault';

/**
 * The form that Alipay posts, as bytes: each character of a name or value is one byte. The signature covers
 * bytes, and the parameter `charset` tells which characters they mean.
 */
export type ByteForm = ReadonlyMap<string, string>;

/** A parameter name. A name with `=` or `&` would make the signed text ambiguous. */
const NAME = /^\w[\w.-]{0,63}$/;

const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** Reads `a=1&b=2`, decoded once. A repeated name is refused, because each reader could use a different value. */
export function readForm(body: Uint8Array): Outcome<ByteForm> {
	const form = new Map<string, string>();
	const pieces = Buffer.from(body).toString('latin1').split('&');
	for (const piece of pieces.filter(Boolean)) {
		const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(piece)?.map(unescaped) ?? [];
		if (!NAME.test(name)) return failure(notANotification('its body is not a form'));
		if (form.has(name)) return failure(notANotification(`it contains ${name} twice`));
		form.set(name, value);
	}
	return success(form);
}

/** A `%` that does not begin an escape stays. The signature shows whether it was intended. */
const unescaped = (text: string): string =>
	text
		.replaceAll('+', ' ')
		.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** The fault of a request that is not a readable notification. */
export const notANotification = (why: string): Fault =>
	localFault(
		'notification-unreadable',
		`This is not a notification from Alipay: ${why}`,
		'At Alipay, enter the URL of this trigger as the notify_url or as the application gateway, without your own parameters. Requests to a return_url are not notifications.',
	).fault;

/**
 * Verifies Alipay's notifications: the forms that it posts to a notify_url (异步通知), and the messages that it
 * posts to the application gateway (应用网关). Only what Alipay signed for this application is accepted, and no
 * setting changes that. The caller handles repeated notifications and the HTTP response.
 */
import type { App } from '../application/app';
import { ALIPAY_KEY } from '../message/advice';
import { readFields, type AnswerFields } from '../message/response';
import { failure, localFault, success, type Outcome } from '../errors/fault';
import { decode, type Encoding } from '../text/charset';
import { isoFromAlipayTime } from '../text/clock';
import { trustedKeys } from '../verificationKey';
import { notANotification, readForm, type ByteForm } from './form';
import { COMMON_PARAMETERS, NEEDED_PARAMETERS } from './kinds';
import { isOnlyReading } from './reading';
import { coveredBySignature } from './signature';

export interface Notification {
	/** notify_id. It stays the same when Alipay sends the notification again. */
	id: string;
	/** notify_type of a form, msg_method of a message. */
	kind: string;
	/** When Alipay sent it this time, in milliseconds since the epoch. */
	sentAt: number;
	appId: string;
	/** The merchant's application, which authorized this application, or null. */
	authAppId: string | null;
	/** The fields of its record, as text. For a message, the members of biz_content. */
	fields: AnswerFields;
}

interface Terms {
	/** Milliseconds since the epoch. */
	now: number;
	/** Accepted app_ids in addition to the credential's. */
	allowedAppIds: readonly string[];
}

/** In bytes. Alipay's notifications have a few thousand. */
export const LARGEST_NOTIFICATION = 64 * 1024;

/** Alipay repeats a notification for 25 hours. */
const FRESH_HOURS = 26;
const FRESH_MS = FRESH_HOURS * 3_600_000;

/**
 * Reads and verifies the body of a request.
 *
 * Faults: `notification-too-large`, `notification-unreadable` (not from Alipay),
 * `notification-for-another-application`, `notification-signature-mismatch`,
 * `notification-ambiguous`, `notification-stale`.
 */
export function readNotification(body: Uint8Array, app: App, terms: Terms): Outcome<Notification> {
	if (body.length > LARGEST_NOTIFICATION) return tooLarge();
	const form = readForm(body);
	if (!form.ok) return form;
	const missing = missingPart(form.value);
	if (missing) return failure(notANotification(`${missing} is missing`));
	const foreign = otherApplication(form.value, [app.appId, ...terms.allowedAppIds]);
	if (foreign) return foreign;
	const keys = trustedKeys(app, terms.now);
	const covered = coveredBySignature(form.value, keys, app.signType);
	if (!covered) return signatureMismatch(app);
	if (!isOnlyReading([...covered])) return ambiguous();
	const notification = readCovered(covered, app);
	if (!notification.ok) return notification;
	const isFresh = Math.abs(terms.now - notification.value.sentAt) <= FRESH_MS;
	return isFresh ? notification : stale();
}

const NEEDED = [['sign'], ...NEEDED_PARAMETERS];

const missingPart = (form: ByteForm): string | undefined =>
	NEEDED.find((names) => !first(form, names))?.[0];

/** The first of these parameters that is not empty. */
const first = (form: ByteForm, names: readonly string[]): string | undefined =>
	names.map((name) => form.get(name)).find(Boolean);

function otherApplication(form: ByteForm, own: readonly string[]) {
	const appId = form.get('app_id') ?? '';
	if (own.includes(appId)) return null;
	const named = /^\d{1,32}$/.test(appId) ? ` (${appId})` : '';
	return localFault(
		'notification-for-another-application',
		`The notification is for a different application${named}, not for the application in the credential`,
		'Check the App ID in the credential. Add the IDs of third-party applications to the option Allowed App IDs.',
	);
}

function readCovered(covered: ByteForm, app: App): Outcome<Notification> {
	const encoding = encodingNamed(covered.get('charset') ?? '');
	if (!encoding) return failure(notANotification('Alipay does not use its charset'));
	const texts = readTexts(covered, encoding);
	if (!texts.ok) return texts;
	const text = (...names: string[]) => first(texts.value, names) ?? '';
	const sentAt = sentAtOf(text('notify_time'), text('utc_timestamp'));
	if (sentAt === null) return failure(notANotification('its time is missing or not valid'));
	const fields = readBusiness(texts.value, encoding, app);
	if (!fields.ok) return fields;
	return success({
		id: text('notify_id', 'msg_uid'),
		kind: text('msg_method', 'notify_type', 'msg_type'),
		sentAt,
		appId: text('app_id'),
		authAppId: text('auth_app_id') || null,
		fields: fields.value,
	});
}

/** The values of `charset`, in lower case. GBK contains GB2312, and is the default. */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
	'': 'gbk',
	gb18030: 'gbk',
	gb2312: 'gbk',
	gbk: 'gbk',
	'utf-8': 'utf-8',
	utf8: 'utf-8',
};

/** Only the signed `charset` counts, because a Content-Type is not signed. */
function encodingNamed(charset: string): Encoding | undefined {
	const name = charset.toLowerCase();
	return Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
}

type Texts = ReadonlyMap<string, string>;

function readTexts(covered: ByteForm, encoding: Encoding): Outcome<Texts> {
	const texts = new Map<string, string>();
	for (const [name, bytes] of covered) {
		const text = decode(Buffer.from(bytes, 'latin1'), encoding);
		if (text === null) return failure(notANotification(`${name} is not text in its charset`));
		texts.set(name, text);
	}
	return success(texts);
}

function sentAtOf(notifyTime: string, utcTimestamp: string): number | null {
	if (notifyTime === '') return /^\d{13}$/.test(utcTimestamp) ? Number(utcTimestamp) : null;
	const iso = isoFromAlipayTime(notifyTime);
	return iso === null ? null : Date.parse(iso);
}

/** What a notification is about: its parameters but the common ones, or the members of biz_content. */
function readBusiness(texts: Texts, encoding: Encoding, app: App): Outcome<AnswerFields> {
	const { biz_content, ...own } = Object.fromEntries(
		[...texts].filter(([name]) => !COMMON_PARAMETERS.includes(name)),
	);
	if (biz_content === undefined) return success(new Map(Object.entries(own)));
	const isEncrypted = Boolean(texts.get('encrypt_type'));
	const json = isEncrypted ? app.contentKey?.decrypt(biz_content) : Buffer.from(biz_content);
	if (!json) return undecryptable();
	const members = readFields(json, isEncrypted ? encoding : 'utf-8', null);
	if (!members.ok) return failure(notANotification('its biz_content is not a JSON object'));
	return success(new Map([...Object.entries(own), ...members.value]));
}

const undecryptable = () =>
	localFault(
		'answer-encrypted',
		'The biz_content of the notification is encrypted, but the Encrypt Key of the credential is missing or wrong',
		'Copy the content encryption key (AES) of this application from the Alipay console. Paste it into Encrypt Key in the credential.',
	);

const tooLarge = () =>
	localFault(
		'notification-too-large',
		`This is not a notification from Alipay: it is larger than ${LARGEST_NOTIFICATION / 1024} KiB`,
		'Find out which system sends it.',
	);

const stale = () =>
	localFault(
		'notification-stale',
		`The notification was sent more than ${FRESH_HOURS} hours ago, or in the future`,
		'Check the clock of this machine. Alipay repeats a notification for 25 hours, so an older one is a copy.',
	);

const ambiguous = () =>
	localFault(
		'notification-ambiguous',
		'The signed text of the notification can be read in more than one way',
		'A text in it contains "&", a parameter name and "=". Look up the payment or operation instead, and do not use such texts in your orders.',
	);

const RENEWED =
	' Alipay may have renewed its certificate. Download it from the Alipay console again.';

function signatureMismatch({ certificates }: App) {
	const { label } = ALIPAY_KEY[certificates ? 'certificate' : 'publicKey'];
	return localFault(
		'notification-signature-mismatch',
		`The signature of the notification does not match its content and the ${label} of the credential`,
		`Only Alipay can sign it. Check the ${label} and the Sign Type in the credential.${certificates ? RENEWED : ''}`,
	);
}

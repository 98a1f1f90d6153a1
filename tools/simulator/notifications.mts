/** Sends notifications about the current state of a record to a URL, genuine or forged. */
import { randomInt } from 'node:crypto';
import { beijingText } from './beijing.mts';
import { CERTIFICATE_APP_ID } from './certificates.mts';
import type { SimulatorCertificates } from './certificates.mts';
import type { Fields, Fixture } from './fixture.mts';
import { forgeryNamed } from './forgeries.mts';
import type { ForgeryName } from './forgeries.mts';
import { formText, parametersOf, signedPairs } from './notification.mts';
import type { Signing } from './notification.mts';
import type { SimulatorKeys } from './keys.mts';
import type { Router } from './router.mts';
import { createSender } from './sender.mts';
import type { Attempt, Delivery } from './sender.mts';

export interface NotifyOptions extends Omit<Signing, 'key' | 'encryptKey'> {
	/** Default: the URL of the simulator. */
	url?: string;
	/** Default: alipay.fund.coupon.operation.query. */
	method?: string;
	/** Default: as Alipay writes it, with the charset in an unusual place. */
	contentType?: string;
	/** For the application in certificate mode. `renewed`: signed with Alipay's newer certificate. */
	certificate?: 'pasted' | 'renewed';
	/** Whether biz_content of a message is encrypted. Default false. */
	isEncrypted?: boolean;
	/** More parameters, or other values. '' is an empty value. */
	parameters?: Readonly<Record<string, string>>;
	/** The forgery. Default: a genuine notification. */
	forgery?: ForgeryName;
	/** Whether it is sent again on Alipay's schedule until `success`. Default true. */
	repeats?: boolean;
	/** The id of an earlier notification, to repeat it. Default: a new id. */
	notifyId?: string;
}

interface NotificationsOptions {
	fixtures: ReadonlyMap<string, Fixture>;
	defaultMethod: string;
	router: Pick<Router, 'record' | 'settle'>;
	appId: string;
	keys: SimulatorKeys;
	certificates: SimulatorCertificates;
	/** Base64 of 16 bytes. */
	encryptKey: string;
	/** The default URL of notifications. undefined: none are sent. */
	url: string | undefined;
	/** Divides Alipay's pauses. */
	faster: number;
	/** ms since the epoch. */
	now: () => number;
	onAttempt: ((delivery: Delivery, attempt: Attempt) => void) | undefined;
}

export function createNotifications(options: NotificationsOptions) {
	const { fixtures, defaultMethod, now, keys, certificates, router } = options;
	const sender = createSender(options);
	// A receiver remembers ids for days. An id from an earlier start would look like a repetition.
	const start = digits(randomInt(1e12), 12);
	let count = 0;

	/** Alipay's ids have a date, then 26 digits. */
	const newId = (): string => {
		const day = beijingText(now()).slice(0, 10).replaceAll('-', '');
		return `${day}${start}${digits(++count, 14)}`;
	};
	const keyOf = (certificate: NotifyOptions['certificate']) =>
		certificate === 'renewed' ? certificates.strange('renewed').privateKey : keys.alipay.privateKey;

	function notify(numbers: Fields, given: NotifyOptions = {}): Delivery {
		const { url = options.url, method = defaultMethod, charset = 'utf-8', repeats = true } = given;
		const { notifyId = newId(), certificate, isEncrypted, forgery: name } = given;
		if (url === undefined) throw new Error('There is no notify_url. Use --notify-url');
		const { notifies } = fixtures.get(method) ?? {};
		if (!notifies)
			throw new Error(`Alipay does not send notifications about the records of ${method}`);
		const notice = notifies(router.record(method, numbers));
		const forgery = name && forgeryNamed(name);
		const signing: Signing = {
			...given,
			key: keyOf(certificate),
			encryptKey: isEncrypted ? Buffer.from(options.encryptKey, 'base64') : undefined,
			...forgery?.signing?.(keys.application.privateKey),
		};
		const appId = certificate ? CERTIFICATE_APP_ID : options.appId;
		const body = () => {
			const genuine = {
				...parametersOf(notice, { appId, notifyId, now: now() }, signing),
				...given.parameters,
			};
			const parameters = forgery?.parameters?.(genuine) ?? genuine;
			const signed = signedPairs(parameters, signing);
			const text = formText(forgery?.pairs?.(signed) ?? signed);
			return forgery?.text?.(text) ?? text;
		};
		const isMessage = notice.isMessage === true;
		const contentType =
			given.contentType ?? `application/x-www-form-urlencoded; text/html; charset=${charset}`;
		return sender.send({
			...{ notifyId, kind: notice.kind, url, isMessage, contentType, body, repeats },
		});
	}

	/** Posts the bytes of an earlier notification again, as an attacker who saw it could do. */
	function replay({ notifyId, kind, url, contentType, body }: Delivery): Delivery {
		const isMessage = false;
		return sender.send({
			...{ notifyId, kind, url, isMessage, contentType, body: () => body, repeats: false },
		});
	}

	/** Changes the status of a record. If there is a URL, sends a notification about it. */
	function settle(numbers: Fields, status: string, method = defaultMethod): void {
		router.settle(method, numbers, status);
		if (options.url !== undefined && fixtures.get(method)?.notifies) notify(numbers, { method });
	}

	return { notify, replay, settle, deliveries: sender.deliveries, close: sender.close };
}

const digits = (number: number, length: number) => String(number).padStart(length, '0');

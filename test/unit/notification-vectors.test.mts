/**
 * Published notifications, and other sets of parameters that Alipay signed, at the time they were
 * sent.
 */
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readForm } from '../../alipay/notification/form.ts';
import { readNotification } from '../../alipay/notification/index.ts';
import { coveredBySignature } from '../../alipay/notification/signature.ts';
import { app, fault, value } from '../support/responses.mts';
import {
	NOTIFICATIONS,
	SKIPPED,
	vectorsAbsent,
	type NotificationVector,
} from '../support/vectors.mts';

const appOf = ({ public_key_pem, sign_type, params }: NotificationVector) =>
	app({
		alipayPublicKey: createPublicKey(public_key_pem)
			.export({ format: 'der', type: 'spki' })
			.toString('base64'),
		appId: params.app_id ?? '2014072300007148',
		signType: sign_type,
	});

/** The time it was sent. A vector without one fails for another missing part. */
const sentAt = ({ notify_time }: Record<string, string>) =>
	notify_time === undefined ? 0 : Date.parse(`${notify_time.replace(' ', 'T')}+08:00`);

const read = (vector: NotificationVector) =>
	readNotification(Buffer.from(vector.body), appOf(vector), {
		now: sentAt(vector.params),
		allowedAppIds: [],
	});

const coveredOf = (vector: NotificationVector) => {
	const { alipayPublicKey, signType } = appOf(vector);
	return coveredBySignature(value(readForm(Buffer.from(vector.body))), [alipayPublicKey], signType);
};

/** All parameters except `sign`, sorted and joined. */
const textOf = (covered: Iterable<readonly [string, string]>) =>
	[...covered].map(([name, bytes]) => `${name}=${bytes}`).join('&');

const GENUINE = NOTIFICATIONS.filter(({ expect_verify }) => expect_verify);
const FORGED = NOTIFICATIONS.filter(({ expect_verify }) => !expect_verify);
const isNotification = ({ params }: NotificationVector) => params.notify_id !== undefined;

describe.skipIf(vectorsAbsent)(`the vectors${SKIPPED}`, () => {
	it('include ten that verify and three that do not', () => {
		expect([GENUINE.length, FORGED.length]).toEqual([10, 3]);
	});

	it.each(GENUINE)('$id has a signature over the published text', (vector) => {
		const covered = coveredOf(vector) ?? [];
		expect(Buffer.from(textOf(covered), 'latin1').toString()).toBe(vector.signed_text);
	});

	it.each(FORGED)('$id has a signature over no known text', (vector) => {
		expect(coveredOf(vector)).toBeNull();
	});

	it.each(GENUINE.filter(isNotification))('$id is read with the published values', (vector) => {
		const { id, kind, appId, fields } = value(read(vector));
		const { notify_id, notify_type, app_id, ...others } = vector.params;
		expect([id, kind, appId]).toEqual([notify_id, notify_type, app_id]);
		expect(others).toMatchObject(Object.fromEntries(fields));
		expect(fields.get('out_trade_no')).toBe(others.out_trade_no);
	});

	it.each(FORGED.filter(isNotification))('$id is refused because of its signature', (vector) => {
		expect(fault(read(vector)).code).toBe('notification-signature-mismatch');
	});

	it.each(NOTIFICATIONS.filter((vector) => !isNotification(vector)))(
		'$id is not a notification',
		(vector) => {
			expect(fault(read(vector)).code).toBe('notification-unreadable');
		},
	);
});

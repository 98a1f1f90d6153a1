/** Real notifications, through the trigger's own webhook at the time when Alipay sent them. */
import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readForm } from '../../alipay/notification/form.ts';
import { coveredBySignature } from '../../alipay/notification/signature.ts';
import { openWebhook, type Webhook, type WebhookInput } from '../../tools/sandbox/webhook.mts';
import { app, SETTINGS, value } from '../support/responses.mts';
import { NOTIFICATIONS, SKIPPED, vectorsAbsent } from '../support/vectors.mts';

let webhook: Webhook | undefined;
beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
	vi.useRealTimers();
	await webhook?.close();
	webhook = undefined;
});

describe.skipIf(vectorsAbsent)(`the vectors${SKIPPED}`, () => {
	describe.each(NOTIFICATIONS)('$id', (vector) => {
		const { body, params, sign_type, expect_verify, content_type } = vector;
		const settings = {
			...SETTINGS,
			alipayPublicKey: createPublicKey(vector.public_key_pem)
				.export({ format: 'der', type: 'spki' })
				.toString('base64'),
			appId: params.app_id,
			signType: sign_type,
		};

		it('has a signature with the published result', () => {
			const { alipayPublicKey, signType } = app(settings);
			const form = value(readForm(Buffer.from(body)));
			const covered = coveredBySignature(form, [alipayPublicKey], signType);
			expect(covered !== null).toBe(expect_verify);
		});

		it('gets the response for its kind', async () => {
			const { notify_time, notify_id } = params;
			vi.setSystemTime(
				Date.parse(
					`${(notify_time ?? params.timestamp ?? '2026-01-01 00:00:00').replace(' ', 'T')}+08:00`,
				),
			);
			webhook = await openWebhook({
				node: {
					id: vector.id,
					name: 'Alipay Notification Trigger',
					type: 'n8n-nodes-alipay.alipayNotificationTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
					credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
				},
				credential: settings as WebhookInput['credential'],
			});
			const response = await fetch(webhook.url, {
				method: 'POST',
				body,
				headers: { 'Content-Type': content_type },
			});
			const heard = [response.status, await response.text()];
			// The parameters of a return_url, and samples of a signature, are signed but are not
			// notifications.
			if (!notify_id) {
				expect(heard).toEqual([400, expect.stringContaining('not a notification')]);
			} else if (expect_verify) {
				expect(heard).toEqual([200, 'success']);
				const { out_trade_no, trade_no, trade_status, subject = '' } = params;
				expect(webhook.started).toMatchObject([
					{ out_trade_no, trade_no, trade_status, subject, notification: { notify_id } },
				]);
			} else {
				expect(heard).toEqual([401, expect.stringContaining('signature')]);
			}
			expect(webhook.started).toHaveLength(notify_id && expect_verify ? 1 : 0);
		});
	});
});

import type { App } from '../application/app';
import { createClient } from '../client';
import type { Outcome } from '../errors/fault';
import { tradeQuery } from '../methods/tradeQuery';
import type { Transport } from '../transport';
import { readNotification, type Notification } from './index';

/** Any number works: only the certificate named in the response counts. */
const CALL = {
	bizContent: { out_trade_no: 'CERTIFICATE_CHECK' },
	appAuthToken: '',
	timeoutMs: 5_000,
};

/**
 * `readNotification`, with a second attempt in certificate mode if the signature does not match. A
 * notification does not name its certificate, and Alipay may have renewed it. A lookup tells which certificate
 * Alipay uses now. It runs at most once in ten minutes, because forged notifications also cause it.
 */
export async function verifyNotification(
	body: Uint8Array,
	app: App,
	allowedAppIds: readonly string[],
	transport: Transport,
): Promise<Outcome<Notification>> {
	const terms = { now: transport.clock.now(), allowedAppIds };
	const outcome = readNotification(body, app, terms);
	const isMismatch = !outcome.ok && outcome.fault.code === 'notification-signature-mismatch';
	if (!isMismatch || !app.certificates) return outcome;
	await app.learned.renewal.of('looked for', async () => {
		const client = createClient(app, transport);
		return await client.call(tradeQuery, CALL, { maxTries: 1, wait: null });
	});
	return readNotification(body, app, terms);
}

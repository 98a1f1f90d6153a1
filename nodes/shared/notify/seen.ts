/**
 * Remembers which notifications have started the workflow, so that each starts it once. Alipay retries until it
 * receives `success`, and anyone who saw a notification could send a copy.
 *
 * n8n's static data remembers them. n8n saves it together with the execution. It loads it for each request
 * again, so two concurrent requests would save only one. So this process remembers them too, and writes all that
 * it knows with each notification. Several webhook processes do not share this memory.
 */
import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { Cache } from '../../../alipay/cache';

/** How many notifications of a trigger are remembered. */
export const REMEMBERED = 5_000;

/** 9 bytes in base64url. */
const DIGEST_LENGTH = 12;

/** The used part of a Node.js response. */
export interface OutgoingResponse {
	headersSent: boolean;
	/** The response is sent, or the sender has disconnected. */
	closed: boolean;
	statusCode: number;
	once: (event: 'close', listener: () => void) => unknown;
}

/** Whether n8n accepted it; the response while n8n has not responded yet. */
type Taken = boolean | OutgoingResponse;

type Memory = Map<string, Taken>;

/** By trigger. Kept longer than Alipay's retries and the allowed age together. */
const MEMORIES = new Cache<string, Memory>({ entries: 200, ms: 52 * 3_600_000 });

interface Arrival {
	/** Tells the trigger from others. */
	trigger: string;
	/** app_id and notify_id. */
	notification: readonly [appId: string, id: string];
	/** n8n's static data of the node. */
	staticData: IDataObject;
	/** n8n's response: with a status other than 200, n8n has not accepted the notification. */
	response: OutgoingResponse;
}

/**
 * `first`: remembered, starts the workflow; `repeated`: has started it before; `undecided`: the sender has
 * given up, and n8n has not responded yet.
 */
export type Turn = 'first' | 'repeated' | 'undecided';

/** If the same notification arrives several times at once, the others wait for the response to the first. */
export async function takeTurn(arrival: Arrival): Promise<Turn> {
	const { trigger, notification, staticData, response } = arrival;
	const memory = MEMORIES.of(trigger, () => new Map());
	const digest = digestOf(notification);
	let taken = memory.get(digest);
	while (isUndecided(taken) && !taken.closed) {
		await closed(taken);
		taken = memory.get(digest);
	}
	// No await from here to the entry below, so that no other request can interfere.
	if (isUndecided(taken)) return 'undecided';
	const stored = digestsIn(staticData.seen);
	if (taken === undefined ? stored.has(digest) : isTaken(taken)) return 'repeated';
	memory.delete(digest);
	memory.set(digest, response);
	response.once('close', () => {
		// If the sender gave up before n8n responded, n8n continues, and its response decides later.
		if (response.headersSent) memory.set(digest, isTaken(response));
	});
	forgetOldest(memory);
	for (const [known, state] of memory) {
		stored.delete(known);
		// A notification without n8n's response might be lost in a crash, so it must not look accepted.
		if (known === digest || isTaken(state)) stored.add(known);
	}
	staticData.seen = [...stored].slice(-REMEMBERED).join('');
	return 'first';
}

const isUndecided = (taken: Taken | undefined): taken is OutgoingResponse =>
	typeof taken === 'object' && !taken.headersSent;

const isTaken = (taken: Taken): boolean =>
	typeof taken === 'boolean' ? taken : taken.headersSent && taken.statusCode === 200;

/** Waits until n8n's response is sent or the sender has disconnected. */
const closed = async (response: OutgoingResponse): Promise<void> =>
	await new Promise((resolve) => response.once('close', resolve));

function forgetOldest(memory: Memory): void {
	const [oldest] = memory.keys();
	if (memory.size > REMEMBERED && oldest !== undefined) memory.delete(oldest);
}

const digestOf = (notification: readonly string[]): string =>
	createHash('sha256').update(notification.join(' ')).digest('base64url').slice(0, DIGEST_LENGTH);

function digestsIn(seen: unknown): Set<string> {
	const text = typeof seen === 'string' ? seen : '';
	return new Set(text.match(/.{12}/g));
}

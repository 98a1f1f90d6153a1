/** Sends notifications on Alipay's schedule until the receiver responds with `success`. */
import { once, setMaxListeners } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

const MINUTE = 60_000;

/** The pauses before Alipay sends again, in ms; 25 hours in all. */
const PAUSES = {
	form: [4, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * MINUTE),
	message: [2, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * MINUTE),
} as const;

/** About how long Alipay waits for a response. */
const TIMEOUT_MS = 15_000;

/** How many characters of a response are kept. */
const MAX_RESPONSE_LENGTH = 100;

export interface Attempt {
	/** ms since the epoch. */
	at: number;
	/** How long the response took. */
	ms: number;
	/** null if there was no response. */
	status: number | null;
	/** The beginning of the response, or the network error. */
	heard: string;
	isSuccess: boolean;
}

export interface Delivery {
	notifyId: string;
	kind: string;
	url: string;
	contentType: string;
	/** The body of the last attempt. */
	body: string;
	/** The attempts so far, oldest first. */
	attempts: Attempt[];
	/** How it ended: `given up` after the last attempt, `stopped` if the simulator was closed. */
	ended: Promise<'success' | 'given up' | 'stopped'>;
}

export interface Outgoing extends Pick<Delivery, 'notifyId' | 'kind' | 'url' | 'contentType'> {
	isMessage: boolean;
	/** Creates the body for each attempt, because it contains the time. */
	body: () => string;
	/** Whether it is sent again. */
	repeats: boolean;
}

interface SenderOptions {
	/** ms since the epoch. */
	now: () => number;
	/** Divides the pauses. */
	faster: number;
	/** Called after each attempt. */
	onAttempt?: ((delivery: Delivery, attempt: Attempt) => void) | undefined;
}

export function createSender({ now, faster, onAttempt }: SenderOptions) {
	const deliveries: Delivery[] = [];
	const closing = new AbortController();
	const { signal } = closing;
	setMaxListeners(0, signal); // one for each waiting notification

	async function attempt({ url, contentType }: Outgoing, body: string): Promise<Attempt> {
		const at = now();
		const start = performance.now();
		const response = await post(url, contentType, body, signal).catch((error: Error) => ({
			status: null,
			heard: error.message,
		}));
		const isSuccess = response.status === 200 && response.heard === 'success';
		return { at, ms: performance.now() - start, ...response, isSuccess };
	}

	async function run(outgoing: Outgoing, delivery: Delivery): ReturnType<typeof ended> {
		const pauses = outgoing.repeats ? PAUSES[outgoing.isMessage ? 'message' : 'form'] : [];
		for (const pause of [0, ...pauses]) {
			if (pause > 0) {
				await delay(pause / faster, undefined, { signal, ref: false });
				delivery.body = outgoing.body();
			}
			const made = await attempt(outgoing, delivery.body);
			if (signal.aborted) return 'stopped';
			delivery.attempts.push(made);
			onAttempt?.(delivery, made);
			if (made.isSuccess) return 'success';
		}
		return 'given up';
	}
	const ended = async (outgoing: Outgoing, delivery: Delivery): Delivery['ended'] =>
		await run(outgoing, delivery).catch((error: Error) => {
			if (signal.aborted) return 'stopped' as const;
			throw error; // an error in this program
		});

	return {
		deliveries,
		send(outgoing: Outgoing): Delivery {
			const { notifyId, kind, url, contentType } = outgoing;
			const delivery: Delivery = {
				// Created here, so that the caller gets the error if it cannot be sent.
				...{ notifyId, kind, url, contentType, body: outgoing.body(), attempts: [] },
				ended: Promise.resolve('stopped'),
			};
			deliveries.push(delivery);
			delivery.ended = ended(outgoing, delivery);
			return delivery;
		},
		close: () => closing.abort(),
	};
}

/** Posts a form. Does not follow redirects. */
async function post(url: string, contentType: string, body: string, closing: AbortSignal) {
	const send = url.startsWith('https:') ? httpsRequest : httpRequest;
	const signal = AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]);
	const headers = {
		'Content-Type': contentType,
		'Content-Length': Buffer.byteLength(body),
		'User-Agent': 'Mozilla/4.0',
	};
	const request = send(url, { method: 'POST', headers, signal }).end(body);
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	let heard = '';
	for await (const chunk of response as AsyncIterable<Buffer>) {
		heard = (heard + chunk.toString('latin1')).slice(0, MAX_RESPONSE_LENGTH);
	}
	return { status: response.statusCode ?? null, heard: Buffer.from(heard, 'latin1').toString() };
}

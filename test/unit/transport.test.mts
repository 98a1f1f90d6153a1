import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { connect } from '../../nodes/shared/transport.ts';
import { fixed } from '../../nodes/shared/width.ts';
import { fault, value } from '../support/responses.mts';

const REQUEST = {
	method: 'POST',
	url: 'https://openapi.alipay.com/gateway.do',
	headers: {},
	body: '',
} as const;
const LIMITS = { timeoutMs: 10_000, responseBytes: 1024 };

/** A run whose helper responds after `takesMs`, unless it is stopped. */
function runOf(takesMs = 20) {
	const [cancel, ends] = [new AbortController(), new AbortController()];
	const httpRequest = async ({ abortSignal }: { abortSignal?: AbortSignal }) => {
		await delay(takesMs, undefined, { signal: abortSignal });
		return { statusCode: 200, headers: {}, body: Readable.from([Buffer.from('answer')]) };
	};
	const transport = connect({ httpRequest } as never, {
		concurrency: fixed(2),
		requestsPerSecond: 0,
		canceled: cancel.signal,
		ends: ends.signal,
	});
	return { transport, cancel, ends, send: async () => await transport.send(REQUEST, LIMITS) };
}

describe('a run', () => {
	it('stops its requests in progress when it is canceled', async () => {
		const { transport, cancel, send } = runOf(10_000);
		const sent = [send(), send()];
		cancel.abort();
		for (const outcome of await Promise.all(sent)) expect(fault(outcome).code).toBe('canceled');
		expect(transport.over.aborted).toBe(true);
		expect(fault(await send()).code).toBe('canceled');
	});

	it.each(['ends', 'stop'] as const)(
		'lets its requests in progress finish when it %s',
		async (how) => {
			const { transport, ends, send } = runOf();
			const sent = send();
			if (how === 'ends') ends.abort();
			else transport.stop();
			expect(transport.over.aborted).toBe(true);
			expect(Buffer.from(value(await sent).body).toString()).toBe('answer');
			const admitted = await transport.admit(async () => await send(), true);
			expect(fault(admitted).code).toBe('canceled');
		},
	);

	it('is over when it was canceled before it began', () => {
		const canceled = AbortSignal.abort();
		const httpRequest = async () => await Promise.reject(new Error('sent'));
		const terms = { concurrency: fixed(1), requestsPerSecond: 0, canceled };
		expect(connect({ httpRequest }, terms).over.aborted).toBe(true);
	});

	it('wakes up all callers that pause when it is over', async () => {
		const { transport } = runOf();
		const started = performance.now();
		const pauses = [transport.sleep(60_000), transport.sleep(60_000)];
		transport.stop();
		await Promise.all([...pauses, transport.sleep(60_000)]);
		expect(performance.now() - started).toBeLessThan(20_000);
	});

	it('leaves nothing behind on the signals that outlive it', async () => {
		const { transport, cancel, ends, send } = runOf(1);
		await Promise.all([send(), send(), transport.sleep(1)]);
		transport.close();
		for (const { signal } of [cancel, ends]) {
			expect(getEventListeners(signal, 'abort')).toHaveLength(0);
		}
	});

	it('has few listeners on its signals, however many requests are in progress', async () => {
		const { cancel, send } = runOf(10);
		const sent = Array.from({ length: 100 }, send);
		expect(getEventListeners(cancel.signal, 'abort').length).toBeLessThanOrEqual(2);
		await Promise.all(sent);
	});
});

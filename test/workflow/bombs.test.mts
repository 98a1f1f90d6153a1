/**
 * Responses that are far too large or never end: n8n reads only up to a limit, and keeps nothing.
 */
import * as zlib from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPoller } from '../../tools/sandbox/engine.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { startBombs } from '../support/bombs.mts';
import type { Bombs } from '../support/bombs.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { node, queryItems, simulate } from './query.mts';

const MB = 1e6;

let simulator: Simulator;
let bombs: Bombs;
beforeAll(async () => {
	simulator = await simulate();
	bombs = await startBombs(simulator.url);
	// Starts the engine and creates each response, which happens at its first request, before the
	// measuring.
	await query(bombs.url('deflate'));
	await query(bombs.url('br'));
});
afterAll(() => bombs.close());

interface Failure {
	error: string;
	details: IDataObject;
}

const OPERATIONS = [SAMPLES.rich, SAMPLES.closed, SAMPLES.refund];

/** Queries operations of this gateway and returns the failed items. */
async function query(
	gatewayUrl: string,
	items: object[] = [SAMPLES.rich],
	{ credential = {}, timeoutSeconds = 15, onStart }: QueryOptions = {},
): Promise<Failure[]> {
	const { good, failed } = await queryItems(simulator, items, {
		credential: { ...credential, gatewayUrl },
		parameters: { options: { maxTries: 1, timeoutSeconds } },
		onError: 'continueErrorOutput',
		onStart,
	});
	expect(good).toEqual([]);
	return failed as unknown as Failure[];
}

interface QueryOptions {
	credential?: IDataObject;
	timeoutSeconds?: number;
	onStart?: (cancel: () => void) => void;
}

/** The largest growth of the memory of this process meanwhile, in MB, and the time it took. */
async function measure(work: () => Promise<unknown>) {
	const before = process.memoryUsage.rss();
	let peak = before;
	const sample = () => (peak = Math.max(peak, process.memoryUsage.rss()));
	const sampling = setInterval(sample, 2);
	const started = performance.now();
	await work();
	const seconds = (performance.now() - started) / 1000;
	clearInterval(sampling);
	sample();
	return { megabytes: (peak - before) / MB, seconds };
}

/** Connections of this process and of the gateway; closing one takes a moment. */
async function expectNothingOpen() {
	const sockets = () =>
		process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
	await expect
		.poll(async () => ({ ...(await bombs.look()), sockets: sockets() }), { timeout: 3_000 })
		.toMatchObject({ connections: 0, sockets: 0 });
}

const TOO_LARGE = {
	code: 'answer-too-large',
	retryable: false,
	solution: expect.stringMatching(/Environment.*Gateway URL.*proxy/),
};

const KINDS = ['gzip', 'deflate', 'br', 'plain', 'long-length'];

describe('a response of 200 MB or more', () => {
	it.each(KINDS.flatMap((kind) => [200, 502].map((status) => ({ kind, status }))))(
		'$kind with status $status is not read beyond the limit, three times in a run',
		async ({ kind, status }) => {
			let failures: Failure[] = [];
			const used = await measure(async () => {
				failures = await query(bombs.url(kind, status), OPERATIONS);
			});
			expect(failures).toHaveLength(3);
			for (const { error, details } of failures) {
				expect(error).toMatch(/more than 1 MiB, which is too large for a response from Alipay/);
				expect(details).toMatchObject(TOO_LARGE);
			}
			expect(used.megabytes).toBeLessThan(200);
			expect(used.seconds).toBeLessThan(4);
			await expectNothingOpen();
		},
	);

	it('in zstd is limited, whether or not this Node.js decompresses it', async () => {
		const knowsZstd = 'createZstdDecompress' in zlib;
		const [failure] = await query(bombs.url('zstd'));
		expect(failure?.details.code).toBe(knowsZstd ? 'answer-too-large' : 'answer-not-json');
		await expectNothingOpen();
	});

	it.each([
		['stacked', /other text/],
		['wrong-encoding', /compressed data is damaged/],
		['short-length', /other text/],
	])('is not unpacked when it is %s', async (kind, words) => {
		const [failure] = await query(bombs.url(kind));
		expect(failure?.details.code).toBe('answer-not-json');
		expect(failure?.error).toMatch(words);
		await expectNothingOpen();
	});

	it('in place of a certificate is not read beyond the limit', async () => {
		const used = await measure(async () => {
			const [failure] = await query(
				bombs.downloadUrl('gzip'),
				[scenarioByMerchant('SIM-RENEWED-CERT')],
				{
					credential: { ...simulator.credentials.certificate },
				},
			);
			expect(failure?.details).toMatchObject(TOO_LARGE);
		});
		expect(used.megabytes).toBeLessThan(200);
		await expectNothingOpen();
	});

	it('to the trigger is not read beyond the limit', async () => {
		const poller = await openPoller({
			node: node('Alipay Trigger', 'n8n-nodes-alipay.alipayTrigger', {
				parameters: {
					event: 'couponOperationStatus',
					statuses: ['CLOSED'],
					watchList: '={{ $vars.watchList }}',
				},
				credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
			}),
			credential: { ...simulator.credential, gatewayUrl: bombs.url('gzip') },
			variables: {
				watchList: OPERATIONS.map(({ auth_no, operation_id }) => ({ auth_no, operation_id })),
			},
		});
		const used = await measure(
			async () => await expect(poller.poll()).rejects.toThrow(/more than 1 MiB/),
		);
		expect(used.megabytes).toBeLessThan(200);
		expect(used.seconds).toBeLessThan(4);
		await expectNothingOpen();
	});
});

describe('a gateway that sends nothing more and keeps the connection open', () => {
	it.each([
		['held-plain', 'answer-too-large'],
		['held-gzip', 'answer-too-large'],
		['held-deflate', 'answer-too-large'],
		['held-damaged', 'answer-not-json'],
		['held-zeros', 'answer-not-json'],
		['held-start', 'gateway-timeout'],
	])('loses the connection when %s', async (kind, code) => {
		const [failure] = await query(bombs.url(kind), [SAMPLES.rich], { timeoutSeconds: 2 });
		expect(failure?.details.code).toBe(code);
		await expectNothingOpen();
	});
});

describe('a response that does not end', () => {
	it.each(['trickle', 'trickle-gzip'])('is stopped at the Timeout when it is %s', async (kind) => {
		const started = performance.now();
		const [failure] = await query(bombs.url(kind), [SAMPLES.rich], { timeoutSeconds: 1 });
		expect(failure?.details.code).toBe('gateway-timeout');
		expect(performance.now() - started).toBeLessThan(20_000);
		await expectNothingOpen();
	});

	it.each(['trickle', 'trickle-gzip'])(
		'is stopped when the execution is canceled, for %s',
		async (kind) => {
			const started = performance.now();
			const query = queryItems(simulator, OPERATIONS, {
				credential: { gatewayUrl: bombs.url(kind) },
				parameters: { options: { maxTries: 1, timeoutSeconds: 15 } },
				onStart: (cancel) => setTimeout(cancel, 500),
			});
			await query.catch(() => undefined);
			await expectNothingOpen();
			expect(performance.now() - started).toBeLessThan(12_000);
		},
	);
});

it('a response that breaks off in the middle of compressed data is reported as such', async () => {
	const [failure] = await query(bombs.url('broken'));
	expect(failure?.details).toMatchObject({ code: 'gateway-unreachable', retryable: true });
	expect(failure?.error).toMatch(/the connection ended too early/);
	await expectNothingOpen();
});

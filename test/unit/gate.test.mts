import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	CANCELED,
	gatewayFault,
	localFault,
	success,
	type Outcome,
} from '../../alipay/errors/fault.ts';
import { createGate } from '../../nodes/shared/gate.ts';
import { fixed, type Span } from '../../nodes/shared/width.ts';
import { fault, value } from '../support/responses.mts';

const DONE = success('done');
const refusal = (code: string, sub_code: string) =>
	gatewayFault(
		{ code, msg: null, sub_code, sub_msg: null },
		{},
		{ trace_id: null, signature_verified: true },
	);
const LIMITED = refusal('40005', 'isv.app-call-limited');
const LOST = localFault('gateway-timeout', 'No response', 'Try again.');

/** A gate in a world where time passes only while a caller sleeps. */
function worldOf(concurrency: number | Span, requestsPerSecond = 0) {
	const run = new AbortController();
	const naps: number[] = [];
	let time = 1_000;
	const gate = createGate(
		{
			concurrency: typeof concurrency === 'number' ? fixed(concurrency) : concurrency,
			requestsPerSecond,
		},
		{
			elapsed: () => time,
			sleep: async (ms) => {
				naps.push(ms);
				await Promise.resolve();
				time += ms;
			},
			over: run.signal,
			isAlone: () => true,
		},
	);
	return {
		...gate,
		naps,
		now: () => time,
		pass: (ms: number) => void (time += ms),
		end: () => run.abort(),
		/** An exchange that takes no time and ends with this outcome. */
		request: async (outcome: Outcome<unknown> = DONE, isFirst = true) =>
			await gate.admit(async () => await Promise.resolve(outcome), isFirst),
	};
}

/** An exchange that ends on command. */
function pending() {
	let end = (_outcome: Outcome<string>) => {};
	const ended = new Promise<Outcome<string>>((resolve) => (end = resolve));
	return { exchange: async () => await ended, end };
}

/** Lets everything happen that needs no time. */
const settle = async () => await delay(5);

describe('slots', () => {
	it('are never exceeded, with any requests and outcomes', async () => {
		const outcomes = [DONE, LIMITED, LOST];
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ ends: fc.nat(2), turns: fc.nat(3), isFirst: fc.boolean() }), {
					maxLength: 30,
				}),
				fc.integer({ min: 1, max: 8 }),
				async (jobs, concurrency) => {
					const { admit } = worldOf(concurrency);
					let busy = 0;
					let most = 0;
					let exchanges = 0;
					await Promise.all(
						jobs.map(async ({ ends, turns, isFirst }) => {
							await admit(async () => {
								exchanges++;
								most = Math.max(most, ++busy);
								for (let turn = 0; turn < turns; turn++) await Promise.resolve();
								busy--;
								return outcomes[ends] as Outcome<unknown>;
							}, isFirst);
						}),
					);
					expect(exchanges).toBe(jobs.length);
					expect(most).toBeLessThanOrEqual(concurrency);
				},
			),
			{ numRuns: 100 },
		);
	});

	it('increase while responses are quick, and decrease after a rate limit', async () => {
		const { admit, pass } = worldOf({ from: 2, to: 4 });
		const inProgress: Array<ReturnType<typeof pending>> = [];
		const waiting = Array.from({ length: 20 }, async () => {
			const one = pending();
			return await admit(async () => {
				inProgress.push(one);
				return await one.exchange();
			}, true);
		});
		const end = async (outcome: Outcome<string>) => {
			pass(50);
			inProgress.shift()?.end(outcome);
			await settle();
			return inProgress.length;
		};
		await settle();
		expect(inProgress).toHaveLength(2);
		expect(await end(DONE)).toBe(3);
		expect([await end(DONE), await end(DONE)]).toEqual([4, 4]);
		expect([await end(LIMITED), await end(DONE), await end(DONE)]).toEqual([3, 2, 2]);
		while ((await end(DONE)) > 0);
		expect(await Promise.all(waiting)).toHaveLength(20);
	});

	it('are returned by an exchange that throws', async () => {
		const { admit, request } = worldOf(1);
		const broken = admit(async () => await Promise.reject(new Error('broken')), true);
		await expect(broken).rejects.toThrow('broken');
		expect(value(await request())).toBe('done');
	});

	it('alternate between new requests and retries', async () => {
		const { admit } = worldOf(1);
		const [first, order] = [pending(), [] as string[]];
		const held = admit(first.exchange, true);
		await settle();
		const others = ['a', 'b', 'c'].flatMap((name) => [
			{ name: `back ${name}`, isFirst: false },
			{ name: `new ${name}`, isFirst: true },
		]);
		// All retries wait before the first new request does.
		others.sort((one, other) => Number(one.isFirst) - Number(other.isFirst));
		const waiting = others.map(
			async ({ name, isFirst }) =>
				await admit(async () => await Promise.resolve(success(order.push(name))), isFirst),
		);
		first.end(DONE);
		await Promise.all([held, ...waiting]);
		expect(order).toEqual(['new a', 'back a', 'new b', 'back b', 'new c', 'back c']);
	});

	it('do not keep new requests waiting behind endless retries', async () => {
		const { admit } = worldOf(1);
		const order: string[] = [];
		const exchange = (name: string) => async () => await Promise.resolve(success(order.push(name)));
		const returning = Array.from({ length: 20 }, async () => {
			for (let turn = 0; turn < 50; turn++) await admit(exchange('back'), false);
		});
		const fresh = Array.from({ length: 20 }, async () => await admit(exchange('new'), true));
		await Promise.all([...returning, ...fresh]);
		expect(order).toHaveLength(20 * 50 + 20);
		// Every second one is new, so the last new request gets its turn among the first 42.
		expect(order.lastIndexOf('new')).toBeLessThan(42);
	});
});

describe('room for another request', () => {
	it('exists while no new request waits, even if retries do', async () => {
		const { admit, hasRoom } = worldOf(1);
		const one = pending();
		const held = admit(one.exchange, true);
		const back = admit(async () => await Promise.resolve(DONE), false);
		await hasRoom();
		one.end(DONE);
		await Promise.all([held, back]);
	});

	it('exists as soon as the waiting request has its slot', async () => {
		const { admit, hasRoom } = worldOf(1);
		const [one, two] = [pending(), pending()];
		const held = [admit(one.exchange, true), admit(two.exchange, true)];
		let isThere = false;
		const room = hasRoom().then(() => (isThere = true));
		await settle();
		expect(isThere).toBe(false);
		one.end(DONE);
		await room;
		two.end(DONE);
		await Promise.all(held);
	});
});

describe('starts', () => {
	it('come one at a time, evenly spaced, in the order of the slots', async () => {
		const { admit, now } = worldOf(10, 10);
		const order: Array<[number, number]> = [];
		await Promise.all(
			[0, 1, 2, 3].map(
				async (who) =>
					await admit(
						async () => await Promise.resolve(success(order.push([who, now() - 1_000]))),
						true,
					),
			),
		);
		expect(order).toEqual([
			[0, 0],
			[1, 100],
			[2, 200],
			[3, 300],
		]);
	});

	it('give the thread to others between two starts when there is no limit', async () => {
		const { request, naps } = worldOf(1);
		for (let turn = 0; turn < 5; turn++) await request();
		expect(naps).toEqual([0, 0, 0, 0]);
	});

	it('do not give up the thread when they are far apart', async () => {
		const { request, pass, naps } = worldOf(1);
		for (let turn = 0; turn < 5; turn++) {
			await request();
			pass(10);
		}
		expect(naps).toEqual([]);
	});

	it('sign at the time of sending: the exchange runs when its turn has come', async () => {
		const { request, admit, now } = worldOf(1, 1);
		await request();
		let startedAt = 0;
		await admit(async () => {
			startedAt = now();
			return await Promise.resolve(DONE);
		}, true);
		expect(startedAt).toBe(2_000);
	});

	it('do not wait after the run is over', async () => {
		const { request, end, now } = worldOf(3, 1);
		await request();
		end();
		const before = now();
		const outcomes = await Promise.all([request(), request(), request(), request(LIMITED, false)]);
		expect(outcomes).toEqual([CANCELED, CANCELED, CANCELED, CANCELED]);
		expect(now()).toBe(before);
	});

	it('do not happen when the run ends while they wait for their pace', async () => {
		const run = new AbortController();
		let sent = 0;
		const { admit } = createGate(
			{ concurrency: fixed(1), requestsPerSecond: 1 },
			{
				elapsed: () => 1_000,
				sleep: async (ms) => await Promise.resolve(ms > 0 ? run.abort() : undefined),
				over: run.signal,
				isAlone: () => true,
			},
		);
		const exchange = async () => await Promise.resolve(success(++sent));
		expect([await admit(exchange, true), await admit(exchange, true)]).toEqual([
			success(1),
			CANCELED,
		]);
	});

	it('wait long enough for a failure to end the run', async () => {
		const run = new AbortController();
		const { admit } = createGate(
			{ concurrency: fixed(1), requestsPerSecond: 0 },
			{
				elapsed: () => performance.now(),
				sleep: async (ms) => await delay(ms),
				over: run.signal,
				isAlone: () => true,
			},
		);
		let sent = 0;
		const exchange = async () => {
			sent++;
			// After this long, the next start does not need to give up the thread first.
			await delay(10);
			return LOST;
		};
		const stopAtFailure = async () => {
			const outcome = await admit(exchange, true);
			// The failure takes some turns of the event loop to reach the code that ends the run.
			for (let step = 0; step < 30; step++) await Promise.resolve();
			if (!outcome.ok) run.abort();
		};
		await Promise.all([stopAtFailure(), stopAtFailure(), stopAtFailure()]);
		expect(sent).toBe(1);
	});
});

describe('an outcome', () => {
	it.each([
		{ name: 'Alipay’s call limit', outcome: LIMITED },
		{ name: 'a limit of the method', outcome: refusal('40005', 'isv.method-call-limited') },
		{ name: 'HTTP 429', outcome: localFault('gateway-busy', 'Busy', 'Wait.') },
	])('that is $name delays the next start', async ({ outcome }) => {
		const { request, now } = worldOf(1);
		await request(outcome);
		const before = now();
		await request();
		expect(now() - before).toBe(250);
	});

	it.each([
		{ name: 'a response', outcome: DONE, ends: true },
		{ name: 'a refusal of Alipay’s', outcome: refusal('40004', 'X'), ends: true },
		{ name: 'a busy Alipay', outcome: refusal('20000', 'isp.unknow-error'), ends: true },
		{ name: 'no response', outcome: LOST, ends: false },
		{
			name: 'HTTP 503 of something on the way',
			outcome: localFault('gateway-unavailable', 'Away', 'Wait.'),
			ends: false,
		},
		{
			name: 'an unknown certificate',
			outcome: localFault('alipay-certificate-unknown', 'Unknown', 'Paste it.'),
			ends: false,
		},
		{ name: 'a canceled run', outcome: CANCELED, ends: false },
	])('that is $name ends a streak of rate limits: $ends', async ({ outcome, ends }) => {
		const { request, pass, limitedForMs } = worldOf(1);
		await request(LIMITED);
		pass(10_000);
		await request(outcome);
		expect(limitedForMs()).toBe(ends ? 0 : 10_000);
	});
});

describe('a rate limit that lasts more than a minute', () => {
	it('keeps new requests from being sent', async () => {
		const { request, pass, admit } = worldOf(1);
		await request(LIMITED);
		pass(60_001);
		const never = async () => await Promise.reject(new Error('sent'));
		const found = fault(await admit(never, true));
		expect(found).toMatchObject({ code: 'gateway-call-limit', cause: 'rate-limited' });
		expect(found.retryable).toBe(true);
	});

	it('lets requests in progress continue, and ends with their first response', async () => {
		const { request, pass } = worldOf(1);
		await request(LIMITED);
		pass(60_001);
		expect(fault(await request()).code).toBe('gateway-call-limit');
		expect(value(await request(DONE, false))).toBe('done');
		expect(value(await request())).toBe('done');
	});

	it('does not count before a minute has passed', async () => {
		const { request, pass } = worldOf(1);
		await request(LIMITED);
		pass(60_000);
		expect(value(await request())).toBe('done');
	});

	it('is checked when a request gets its slot, not when it starts to wait for it', async () => {
		const { request, admit, pass } = worldOf(1);
		await request(LIMITED);
		const first = pending();
		const held = admit(first.exchange, false);
		const waiting = request();
		await settle();
		pass(60_001);
		first.end(LOST);
		await held;
		expect(fault(await waiting).code).toBe('gateway-call-limit');
	});
});

it('a run that is over releases all waiting requests at once', async () => {
	const run = new AbortController();
	const { admit } = createGate(
		{ concurrency: fixed(1), requestsPerSecond: 0 },
		{
			elapsed: () => performance.now(),
			sleep: async (ms) => await delay(ms),
			over: run.signal,
			isAlone: () => true,
		},
	);
	const first = pending();
	const held = admit(first.exchange, true);
	const waiting = Array.from({ length: 5_000 }, async () => await admit(first.exchange, false));
	await settle();
	const started = performance.now();
	run.abort();
	first.end(CANCELED);
	await Promise.all([held, ...waiting]);
	expect(performance.now() - started).toBeLessThan(20_000);
});

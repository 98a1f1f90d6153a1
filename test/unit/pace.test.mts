import { describe, expect, it } from 'vitest';
import { createPace, type Pace } from '../../nodes/shared/pace.ts';

/** A run of one request at a time, in a world where the test advances the time. */
function runOf(pace: Pace) {
	let now = 1_000;
	const run = {
		pass: (ms: number) => void (now += ms),
		now: () => now,
		/** Starts as soon as the pace allows; returns the time of the start. */
		start(): number {
			now = Math.max(now, pace.dueAt());
			pace.start(now);
			return now;
		},
		learn: (isLimited: boolean, startedMs: number) => pace.learn(isLimited, startedMs, now),
		/** One request from its start to its response. */
		request(isLimited: boolean, takesMs = 0): number {
			const started = run.start();
			run.pass(takesMs);
			run.learn(isLimited, started);
			return started;
		},
		/** For how long the next request must wait. */
		holdMs: () => Math.max(0, pace.dueAt() - now),
	};
	return run;
}

/** The start time of each request; every one gets its response before the next starts. */
function starts(requestsPerSecond: number, limited: boolean[], takesMs = 0): number[] {
	const run = runOf(createPace(requestsPerSecond));
	return limited.map((isLimited) => run.request(isLimited, takesMs));
}

const never = (count: number) => Array<boolean>(count).fill(false);
const gaps = (at: number[]) => at.slice(1).map((time, index) => time - (at[index] ?? NaN));

describe('requestsPerSecond', () => {
	it.each([1, 20, 500])('spaces %i requests a second evenly', (rate) => {
		const apart = gaps(starts(rate, never(20)));
		expect(Math.min(...apart)).toBeCloseTo(1000 / rate, 5);
		expect(Math.max(...apart)).toBeCloseTo(1000 / rate, 5);
	});

	it('does not make up for idle time with a burst', () => {
		const run = runOf(createPace(10));
		run.start();
		run.pass(60_000);
		const at = [run.start(), run.start(), run.start(), run.start()];
		expect(gaps(at)).toEqual([100, 100, 100]);
	});

	it('does not delay the next starts because one start was a little late', () => {
		const pace = createPace(10);
		pace.start(1_000);
		pace.start(1_104);
		expect(pace.dueAt()).toBe(1_200);
		pace.start(1_205);
		expect(pace.dueAt()).toBe(1_305);
	});

	it('sets no limit with 0', () => {
		const run = runOf(createPace(0));
		expect(gaps([run.start(), run.start(), run.start()])).toEqual([0, 0]);
	});

	it('lets the first request start at once', () => {
		for (const rate of [0, 0.1, 1000]) expect(createPace(rate).dueAt()).toBe(-Infinity);
	});
});

describe('a rate limit', () => {
	it('pauses the run, and then spaces its requests', () => {
		const at = starts(0, [...never(20), true, ...never(3)], 10);
		expect(Math.max(...gaps(at).slice(0, 20))).toBeLessThan(12);
		const [pause = 0, ...after] = gaps(at).slice(20);
		expect(pause).toBeGreaterThanOrEqual(250);
		expect(Math.min(...after)).toBeGreaterThan(12);
	});

	it('pauses twice as long when it returns at once, up to 8 seconds', () => {
		const apart = gaps(starts(1000, Array<boolean>(9).fill(true)));
		const pauses = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000];
		expect(apart).toHaveLength(pauses.length);
		for (const [index, pause] of pauses.entries()) {
			expect(apart[index]).toBeGreaterThanOrEqual(pause);
			expect(apart[index]).toBeLessThan(pause + 10);
		}
	});

	it('starts with the shortest pause again after a response', () => {
		const run = runOf(createPace(1000));
		run.request(true);
		run.request(true);
		run.request(false);
		run.request(true);
		expect(run.holdMs()).toBe(250);
	});

	it('is forgotten after enough responses: the pace is the usual one again', () => {
		const apart = gaps(starts(100, [true, true, ...never(200)]));
		expect(apart[2]).toBeGreaterThan(20);
		expect(apart.at(-1)).toBeCloseTo(10, 5);
	});

	it('costs only its pauses when it is rare, and does not set the pace of the run', () => {
		const limited = Array.from({ length: 600 }, (_, index) => index % 23 === 22);
		const at = starts(0, limited, 10);
		const pauses = limited.filter(Boolean).length * 250;
		// Without any limit, 600 requests take six seconds here.
		expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan(pauses + 600 * 10 * 1.5);
	});

	it('never makes a slow pace faster', () => {
		expect(gaps(starts(0.1, [true, false, false]))).toEqual([10_000, 10_000]);
	});

	it('never spaces requests more than two seconds apart, unless that is their pace', () => {
		const run = runOf(createPace(1));
		for (let turn = 0; turn < 30; turn++) run.request(true);
		const at = [run.request(false), run.request(false)];
		expect(gaps(at)[0]).toBeLessThanOrEqual(2_000);
	});

	it('leaves the pace nearly unchanged after an idle time', () => {
		const run = runOf(createPace(0));
		const responded = (isLimited: boolean) => {
			run.request(isLimited, 10);
			return run.now();
		};
		for (let turn = 0; turn < 60; turn++) responded(false);
		run.pass(60_000);
		responded(true);
		const at = [responded(false), responded(false)];
		expect(gaps(at)[0]).toBeLessThan(20);
	});

	it('counts once for requests that were in progress together', () => {
		const run = runOf(createPace(0));
		const flight = [run.start(), run.start(), run.start()];
		run.pass(50);
		for (const started of flight) {
			run.learn(true, started);
			run.pass(1);
		}
		expect(run.holdMs()).toBeGreaterThan(0);
		expect(run.holdMs()).toBeLessThanOrEqual(250);
	});

	it('still pauses the run after a response to an earlier request', () => {
		const run = runOf(createPace(0));
		const [first, second] = [run.start(), run.start()];
		run.pass(50);
		run.learn(true, second);
		run.learn(false, first);
		expect(run.holdMs()).toBe(250);
	});
});

it('reports how long the run got only rate-limited responses', () => {
	const pace = createPace(0);
	const run = runOf(pace);
	const limitedForMs = () => pace.limitedForMs(run.now());
	expect(limitedForMs()).toBe(0);
	run.request(true);
	run.pass(1_000);
	run.request(true);
	run.pass(1_000);
	expect(limitedForMs()).toBe(2_000);
	run.request(false);
	expect(limitedForMs()).toBe(0);
});

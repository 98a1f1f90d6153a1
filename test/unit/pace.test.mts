import { describe, expect, it } from 'vitest';
import { createPace } from '../../nodes/shared/pace.ts';

/** A world in which time passes only while somebody sleeps, and where a request takes no time. */
function world() {
	let time = 1_000;
	let over = false;
	const clock = {
		now: () => time,
		sleep: async (ms: number) => void (time += ms),
		ended: () => over,
	};
	return {
		clock,
		now: () => time,
		pass: (ms: number) => void (time += ms),
		end: () => void (over = true),
	};
}

/** When each of `count` requests started; every one is answered before the next asks for its turn. */
async function starts(
	{ clock, now, pass }: ReturnType<typeof world>,
	requestsPerSecond: number,
	limited: boolean[],
	takesMs = 0,
): Promise<number[]> {
	const pace = createPace(requestsPerSecond, clock);
	const at: number[] = [];
	for (const callLimited of limited) {
		const answered = await pace.turn();
		at.push(now());
		pass(takesMs);
		answered(callLimited);
	}
	return at;
}

const never = (count: number) => Array<boolean>(count).fill(false);
const gaps = (at: number[]) => at.slice(1).map((time, index) => time - (at[index] ?? NaN));

describe('requestsPerSecond', () => {
	it.each([1, 20, 500])('%i a second are evenly apart', async (rate) => {
		const apart = gaps(await starts(world(), rate, never(20)));
		expect(Math.min(...apart)).toBeCloseTo(1000 / rate, 5);
		expect(Math.max(...apart)).toBeCloseTo(1000 / rate, 5);
	});

	it('those who ask at once get their turns in order, one by one', async () => {
		const { clock, now } = world();
		const pace = createPace(10, clock);
		const order: Array<[number, number]> = [];
		const ask = async (who: number) => {
			await pace.turn();
			order.push([who, now() - 1_000]);
		};
		await Promise.all([0, 1, 2, 3].map(ask));
		expect(order).toEqual([
			[0, 0],
			[1, 100],
			[2, 200],
			[3, 300],
		]);
	});

	it('time in which nobody asked is not made up for by a burst', async () => {
		const w = world();
		const pace = createPace(10, w.clock);
		await pace.turn();
		w.pass(60_000);
		const at = [];
		for (let turn = 0; turn < 4; turn++) {
			await pace.turn();
			at.push(w.now());
		}
		expect(gaps(at)).toEqual([100, 100, 100]);
	});

	it('0 sets no limit, but lets others have the thread between two starts', async () => {
		let breaths = 0;
		const { clock } = world();
		const pace = createPace(0, {
			...clock,
			sleep: async (ms) => {
				expect(ms).toBe(0);
				breaths++;
			},
		});
		for (let turn = 0; turn < 5; turn++) await pace.turn();
		expect(breaths).toBe(4);
	});
});

describe('a call limit', () => {
	it('pauses the run, and then spaces its requests', async () => {
		const at = await starts(world(), 0, [...never(20), true, ...never(3)], 10);
		expect(Math.max(...gaps(at).slice(0, 20))).toBeLessThan(12);
		const [pause = 0, ...after] = gaps(at).slice(20);
		expect(pause).toBeGreaterThanOrEqual(250);
		expect(Math.min(...after)).toBeGreaterThan(12);
	});

	it('pauses twice as long when it is met again at once, up to 8 seconds', async () => {
		const apart = gaps(await starts(world(), 1000, Array<boolean>(9).fill(true)));
		const pauses = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000];
		for (const [index, pause] of pauses.entries()) {
			expect(apart[index]).toBeGreaterThanOrEqual(pause);
			expect(apart[index]).toBeLessThan(pause + 10);
		}
	});

	it('is forgotten after enough answers: the pace is the usual one again', async () => {
		const apart = gaps(await starts(world(), 100, [true, true, ...never(200)]));
		expect(apart[2]).toBeGreaterThan(20);
		expect(apart.at(-1)).toBeCloseTo(10, 5);
	});

	it('now and then costs its pauses and no more: they are not taken for the pace of the run', async () => {
		const limited = Array.from({ length: 600 }, (_, index) => index % 23 === 22);
		const at = await starts(world(), 0, limited, 10);
		const pauses = limited.filter(Boolean).length * 250;
		// Without any limit 600 requests take six seconds here.
		expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan(pauses + 600 * 10 * 1.5);
	});

	it('never makes a slow pace faster', async () => {
		const apart = gaps(await starts(world(), 0.1, [true, false, false]));
		expect(apart).toEqual([10_000, 10_000]);
	});

	it('after a pause in which nobody asked, the run goes on about as fast as before', async () => {
		const w = world();
		const pace = createPace(0, w.clock);
		const ask = async (callLimited: boolean) => {
			const answered = await pace.turn();
			w.pass(10);
			answered(callLimited);
			return w.now();
		};
		for (let turn = 0; turn < 60; turn++) await ask(false);
		w.pass(60_000);
		await ask(true);
		const at = [await ask(false), await ask(false)];
		expect(gaps(at)[0]).toBeLessThan(20);
	});

	it('counts once for requests that were under way together', async () => {
		const w = world();
		const pace = createPace(0, w.clock);
		const flight = [await pace.turn(), await pace.turn(), await pace.turn()];
		w.pass(50);
		for (const answered of flight) {
			answered(true);
			w.pass(1);
		}
		const before = w.now();
		await pace.turn();
		expect(w.now() - before).toBeLessThanOrEqual(250);
	});

	it('an answer to an earlier request does not end the pause', async () => {
		const w = world();
		const pace = createPace(0, w.clock);
		const [first, second] = [await pace.turn(), await pace.turn()];
		w.pass(50);
		second(true);
		first(false);
		const before = w.now();
		await pace.turn();
		expect(w.now() - before).toBe(250);
	});
});

it('tells for how long nothing but call limits came', async () => {
	const w = world();
	const pace = createPace(0, w.clock);
	expect(pace.limitedForMs()).toBe(0);
	(await pace.turn())(true);
	w.pass(1_000);
	(await pace.turn())(true);
	w.pass(1_000);
	expect(pace.limitedForMs()).toBe(2_000);
	(await pace.turn())(false);
	expect(pace.limitedForMs()).toBe(0);
});

it('when the run is over nobody waits any more', async () => {
	const w = world();
	const pace = createPace(1, w.clock);
	await pace.turn();
	w.end();
	const before = w.now();
	await Promise.all([pace.turn(), pace.turn(), pace.turn()]);
	expect(w.now()).toBe(before);
});

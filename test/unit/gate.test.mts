import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from '../../nodes/shared/pool.ts';

const never = () => false;

it('returns the results in order, whatever order they come in, and never exceeds the limit', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.record({ ms: fc.nat(3), rests: fc.nat(2) }), { maxLength: 30 }),
			fc.integer({ min: 1, max: 8 }),
			async (jobs, limit) => {
				let busy = 0;
				let most = 0;
				const results = await inOrder(
					jobs.length,
					limit,
					async (index, rest) => {
						const { ms, rests } = jobs[index] ?? { ms: 0, rests: 0 };
						most = Math.max(most, ++busy);
						await delay(ms);
						for (let turn = 0; turn < rests; turn++) {
							busy--;
							await rest(async () => await delay(ms));
							most = Math.max(most, ++busy);
						}
						busy--;
						return index;
					},
					never,
				);
				expect(results).toEqual(jobs.map((_, index) => index));
				expect(most).toBeLessThanOrEqual(limit);
			},
		),
		{ numRuns: 40 },
	);
});

it('while one rests another has its lane', async () => {
	let release = () => {};
	const gate = new Promise<void>((resolve) => (release = resolve));
	const order: string[] = [];
	await inOrder(
		2,
		1,
		async (index, rest) => {
			if (index === 0) await rest(async () => await gate);
			else release();
			order.push(`end ${index}`);
		},
		never,
	);
	expect(order).toEqual(['end 1', 'end 0']);
});

it('begins nothing more once halted, awaits what is under way, and leaves the rest without a result', async () => {
	let halted = false;
	const results = await inOrder(
		100,
		3,
		async (index) => {
			await delay(index === 1 ? 5 : 20);
			if (index === 1) halted = true;
			return index;
		},
		() => halted,
	);
	expect(results.slice(0, 3)).toEqual([0, 1, 2]);
	expect(results).toHaveLength(100);
	expect(new Set(results.slice(3))).toEqual(new Set([undefined]));
});

it('ends when it is halted while one rests, even with a single lane', async () => {
	let halted = false;
	let wake = () => {};
	const awake = new Promise<void>((resolve) => (wake = resolve));
	const results = await inOrder(
		5,
		1,
		async (index, rest) => {
			if (index === 0) await rest(async () => await awake);
			if (index === 1) {
				halted = true;
				setTimeout(wake, 5);
			}
			return index;
		},
		() => halted,
	);
	expect(results).toEqual([0, 1, undefined, undefined, undefined]);
});

it('those who come back again and again do not keep the new ones waiting', async () => {
	const order: number[] = [];
	await inOrder(
		40,
		1,
		async (index, rest) => {
			order.push(index);
			// The first twenty come back as soon as they have left, fifty times each.
			for (let turn = 0; index < 20 && turn < 50; turn++) await rest(async () => await delay(0));
		},
		never,
	);
	expect(order).toEqual(order.map((_, index) => index));
	expect(order).toHaveLength(40);
});

it('a thousand may rest at once', async () => {
	const started = performance.now();
	const rested = await inOrder(
		1_000,
		2,
		async (index, rest) => await rest(async () => await delay(100, index)),
		never,
	);
	expect(rested).toHaveLength(1_000);
	expect(performance.now() - started).toBeLessThan(20_000); // one after another: 50 s
});

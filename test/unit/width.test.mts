import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWidth, fixed, type Ending } from '../../nodes/shared/width.ts';

const SPAN = { from: 10, to: 40 };

/** A run that can widen, and a given number of responses with a given duration each. */
function runOf(isAlone = () => true) {
	const width = createWidth(SPAN, isAlone);
	const learn = (count: number, tookMs: number, ending: Ending = 'responded') => {
		for (let response = 0; response < count; response++) width.learn(ending, tookMs);
		return width.now();
	};
	const turns = (count: number, tookMs: number) => {
		for (let turn = 0; turn < count; turn++) width.learnTurn(tookMs);
	};
	return { learn, turns };
}

describe('the width of a run that is alone', () => {
	it('starts with the minimum, and doubles with each round of responses up to the maximum', () => {
		const { learn } = runOf();
		expect(learn(0, 50)).toBe(10);
		expect(learn(10, 50)).toBe(20);
		expect(learn(20, 55)).toBe(40);
		expect(learn(1_000, 50)).toBe(40);
	});

	it('decreases step by step while the thread is busy, stays near that, and increases when it is free', () => {
		const { learn, turns } = runOf();
		learn(100, 50);
		turns(100, 6);
		expect([learn(4, 50), learn(4, 50)]).toEqual([39, 38]);
		turns(100, 4);
		expect(learn(100, 50)).toBe(38);
		turns(100, 2);
		expect([learn(4, 50), learn(4, 50)]).toEqual([39, 40]);
		turns(100, 6);
		expect(learn(1_000, 50)).toBe(10);
	});

	it('does not increase on a thread that is busy from the start', () => {
		const { learn, turns } = runOf();
		turns(100, 8);
		expect(learn(100, 50)).toBe(10);
	});

	it('is not reduced by one long pause of the thread', () => {
		const { learn, turns } = runOf();
		turns(20, 2);
		turns(1, 500);
		expect(learn(100, 50)).toBe(40);
	});

	it('decreases when Alipay takes three times its usual time, but not for small variations', () => {
		const { learn } = runOf();
		learn(100, 50);
		for (let round = 0; round < 20; round++) learn(1, round % 2 ? 50 : 200);
		expect(learn(1, 50)).toBe(40);
		expect(learn(1_000, 200)).toBe(10);
	});

	it('starts over after a request without a response', () => {
		const { learn } = runOf();
		learn(100, 50);
		expect(learn(1, 15_000, 'lost')).toBe(10);
		expect(learn(10, 50)).toBe(20);
	});

	it('stays at the minimum after a rate limit', () => {
		const { learn } = runOf();
		learn(100, 50);
		expect(learn(1, 50, 'limited')).toBe(10);
		expect(learn(1_000, 50)).toBe(10);
	});
});

it('a run that is no longer alone narrows at once, and widens when it is alone again', () => {
	let isAlone = true;
	const { learn } = runOf(() => isAlone);
	expect(learn(100, 50)).toBe(40);
	isAlone = false;
	expect(learn(1, 50)).toBe(10);
	isAlone = true;
	expect(learn(5, 50)).toBe(15);
});

it('the width never leaves its range, with any outcomes', () => {
	const response = fc.record({
		ending: fc.constantFrom<Ending>('responded', 'limited', 'lost'),
		tookMs: fc.integer({ min: 0, max: 20_000 }),
		isAlone: fc.boolean(),
		turnMs: fc.nat(20),
	});
	fc.assert(
		fc.property(
			fc.array(response, { maxLength: 200 }),
			fc.nat(50),
			fc.nat(50),
			(all, from, more) => {
				let alone = true;
				const width = createWidth({ from, to: from + more }, () => alone);
				for (const { ending, tookMs, isAlone, turnMs } of all) {
					alone = isAlone;
					width.learnTurn(turnMs);
					width.learn(ending, tookMs);
					expect(width.now()).toBeGreaterThanOrEqual(from);
					expect(width.now()).toBeLessThanOrEqual(from + more);
				}
			},
		),
	);
});

it('a fixed width never changes', () => {
	const width = createWidth(fixed(7), () => true);
	for (let response = 0; response < 100; response++) width.learn('responded', 50);
	expect(width.now()).toBe(7);
});

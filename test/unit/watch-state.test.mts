import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	inTurn,
	keyOf,
	readState,
	review,
	takeBackLatest,
} from '../../nodes/shared/watch/state.ts';
import type { StageOf } from '../../nodes/shared/watch/settled.ts';
import type { Sighting, WatchState } from '../../nodes/shared/watch/state.ts';

const state = (more: Partial<WatchState> = {}): WatchState => ({
	...{ version: 1, statuses: {}, settled: {}, faults: {}, next: null, outage: null, latest: null },
	...more,
});
const saw = (key: string, status: string): Sighting => ({ key, status, fault: null });
const failed = (key: string, code: string, retryable = false): Sighting => ({
	...{ key, status: null },
	fault: { code, retryable },
});
/** The stages of statuses: `stages({ final: ['CLOSED'] })`; any other status is unknown. */
const stages =
	(values: Partial<Record<'open' | 'settled' | 'final', string[]>>): StageOf =>
	(status = '') =>
		(['open', 'settled', 'final'] as const).find((stage) => values[stage]?.includes(status));
const POLL = {
	watched: ['a', 'b', 'c'],
	wanted: ['CLOSED'],
	stageOf: stages({ open: ['INIT'], final: ['CLOSED', 'SUCCESS'] }),
	process: 'this one',
	now: 1_000_000,
	random: () => 0.5,
};

describe('the state of the trigger', () => {
	it('is empty before the first poll', () => {
		expect(readState(undefined)).toEqual(state());
		expect(readState({})).toEqual(state());
	});

	it('is read unchanged when it has this version', () => {
		const stored = state({ statuses: { a: 'INIT' }, next: 'a' });
		expect(readState(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
	});

	it('is completed when it has this version and a part is missing', () => {
		expect(readState({ version: 1, statuses: { a: 'INIT' } })).toEqual(
			state({ statuses: { a: 'INIT' } }),
		);
	});

	it('starts empty when it has no version, because all our versions store one', () => {
		expect(readState({ statuses: 'what?' })).toEqual(state());
	});

	it('is not changed when it has a newer version', () => {
		expect(readState({ version: 2 })).toBeNull();
	});

	it('is reduced to the current limits when it has this version and exceeds them', () => {
		const told = Array.from({ length: 500 }, (_, index) => `${index}${'x'.repeat(1_000)}`);
		const long = JSON.stringify({ auth_no: 'n'.repeat(10_000) });
		const processes = Array.from({ length: 500 }, (_, index) => `process ${index}`);
		const read = readState(
			state({
				statuses: { [long]: 'INIT' },
				faults: { [long]: { polls: 3, told } },
				next: long,
				latest: { processes, changes: [{ key: long, before: null, at: 1 }] },
				settled: { [long]: { since: 1, due: 2 } },
			}),
		);
		const key = keyOf({ auth_no: 'n'.repeat(10_000) });
		expect(key).toHaveLength(43);
		expect(Object.keys(read?.statuses ?? {})).toEqual([key]);
		expect(read?.settled).toEqual({ [key]: { since: 1, due: 2 } });
		expect(read?.faults[key]?.told).toHaveLength(8);
		expect(read?.next).toBe(key);
		expect(read?.latest?.changes).toEqual([{ key, before: null, at: 1 }]);
		expect(read?.latest?.processes.at(-1)).toBe('process 499');
		expect(JSON.stringify(read).length).toBeLessThan(3_000);
	});

	it('uses a different key for each entry, with a limited length', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
				expect(keyOf(one).length).toBeLessThanOrEqual(256);
				expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
			}),
		);
		expect(keyOf('x'.repeat(1e6))).not.toBe(keyOf(`${'x'.repeat(1e6)}y`));
	});

	it('contains only what is watched', () => {
		const before = state({
			statuses: { a: 'CLOSED', gone: 'CLOSED' },
			settled: { gone: { since: 1, due: 2 } },
			faults: { gone: { polls: 1, told: ['x'] } },
		});
		const after = review(before, [], POLL).state;
		expect([after.statuses, after.settled, after.faults]).toEqual([{ a: 'CLOSED' }, {}, {}]);
	});

	it('is not changed by a review, which returns a new state', () => {
		const before = state({ statuses: { a: 'INIT' } });
		review(before, [saw('a', 'CLOSED')], POLL);
		expect(before).toEqual(state({ statuses: { a: 'INIT' } }));
	});
});

describe('a review', () => {
	it('finds the operations that reached a wanted status, in the order of the poll', () => {
		const before = state({ statuses: { a: 'INIT' } });
		const { changed, state: after } = review(
			before,
			[saw('b', 'CLOSED'), saw('a', 'CLOSED')],
			POLL,
		);
		expect(changed.map(({ sighting, before: was }) => [sighting.key, was])).toEqual([
			['b', null],
			['a', 'INIT'],
		]);
		expect(after.statuses).toEqual({ a: 'CLOSED', b: 'CLOSED' });
		expect(after.latest).toEqual({
			processes: ['this one'],
			changes: [
				{ key: 'b', before: null, at: POLL.now },
				{ key: 'a', before: 'INIT', at: POLL.now },
			],
		});
	});

	it('keeps the latest changes until there are new ones, and then also those of the last 15 minutes', () => {
		const change = (key: string, at: number) => ({ key, before: 'INIT', at });
		const quarter = 15 * 60_000;
		const changes = [change('a', POLL.now - quarter), change('b', POLL.now - quarter + 1)];
		const latest = { processes: ['another', 'this one'], changes };
		const before = state({ statuses: { a: 'CLOSED', b: 'CLOSED' }, latest });
		expect(review(before, [saw('c', 'INIT')], POLL).state.latest).toEqual(latest);
		expect(review(before, [saw('c', 'CLOSED')], POLL).state.latest).toEqual({
			processes: ['this one'],
			changes: [changes[1], { key: 'c', before: null, at: POLL.now }],
		});
	});

	it('ignores a change after a final status', () => {
		const before = state({ statuses: { a: 'CLOSED' } });
		const { changed, state: after } = review(before, [saw('a', 'INIT')], POLL);
		expect([changed, after.statuses]).toEqual([[], { a: 'CLOSED' }]);
	});

	it('ignores a failure after a final status', () => {
		const before = state({ statuses: { a: 'CLOSED' } });
		const { failed: found, state: after } = review(before, [failed('a', 'x')], POLL);
		expect([found, after.faults]).toEqual([[], {}]);
	});

	it('reports a temporary error after three polls, under any name, and starts to count again after a response', () => {
		let current = state();
		const told = [
			failed('a', 'x', true),
			failed('a', 'y', true),
			saw('a', 'INIT'),
			failed('a', 'x', true),
			failed('a', 'y', true),
			failed('a', 'x', true),
			failed('a', 'x', true),
			failed('a', 'y', true),
			failed('a', 'x', true),
			failed('a', 'z'),
			failed('a', 'z'),
		].map((sighting) => {
			const { state: after, failed: found } = review(current, [sighting], POLL);
			current = after;
			return found.length;
		});
		expect(told).toEqual([0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0]);
	});

	it('reports at most eight reasons, however many and long they are', () => {
		let current = state();
		const told = Array.from({ length: 60 }, (_, poll) => {
			const reason = `${poll} ${'x'.repeat(poll * 100)}`;
			const { state: after, failed: found } = review(current, [failed('a', reason)], POLL);
			current = after;
			return found.length;
		});
		expect(told.slice(0, 8)).toEqual(Array(8).fill(1));
		expect(told.slice(8)).toEqual(Array(52).fill(0));
		expect(JSON.stringify(current).length).toBeLessThan(8 * 70 + 200);
	});

	it('starts to count the reasons again after a response', () => {
		const told = Array.from({ length: 8 }, (_, index) => `reason ${index}`);
		const full = state({ faults: { a: { polls: 3, told } } });
		expect(review(full, [failed('a', 'another')], POLL).failed).toEqual([]);
		const { state: after } = review(full, [saw('a', 'INIT')], POLL);
		expect(review(after, [failed('a', 'another')], POLL).failed).toHaveLength(1);
	});

	it('becomes stable: an operation that keeps failing does not change the state again', () => {
		let current = state();
		for (let poll = 0; poll < 4; poll++) {
			current = review(current, [failed('a', 'x', true)], POLL).state;
		}
		expect(review(current, [failed('a', 'x', true)], POLL).state).toEqual(current);
	});
});

describe('the latest changes', () => {
	const changes = [
		{ key: 'a', before: 'INIT', at: 1 },
		{ key: 'b', before: null, at: 2 },
		{ key: 'b', before: 'INIT', at: 3 },
	];
	const latest = { processes: ['another'], changes };
	const stored = state({ statuses: { a: 'CLOSED', b: 'CLOSED', c: 'CLOSED' }, latest });

	it('are taken back when they come from another process', () => {
		expect(takeBackLatest(stored, 'this one')).toEqual(
			state({
				statuses: { a: 'INIT', c: 'CLOSED' },
				latest: {
					processes: ['another', 'this one'],
					changes: changes.map((change) => ({ ...change, isDue: true })),
				},
			}),
		);
	});

	it('stay when they come from the same process', () => {
		expect(takeBackLatest(stored, 'another')).toBe(stored);
	});

	it('use the new time when an operation was removed, added again, and emitted', () => {
		const minute = 60_000;
		const poll = (at: number, watched: string[]) => ({ ...POLL, watched, now: at * minute });
		const seen = [saw('a', 'CLOSED')];
		let current = review(state(), seen, poll(0, ['a'])).state;
		current = review(current, [], poll(20, [])).state;
		expect(current.latest?.changes).toEqual([]);
		current = review(current, seen, poll(21, ['a'])).state;
		// Another change a little later would drop a change that still has the old time.
		current = review(current, [saw('b', 'CLOSED')], poll(22, ['a', 'b'])).state;
		const after = takeBackLatest(current, 'after the crash');
		expect(after.statuses).toEqual({});
	});

	it('use the new time also when the status changed back in between', () => {
		const poll = (now: number) => ({ ...POLL, wanted: ['FROZEN'], stageOf: stages({}), now });
		let current = state();
		for (const [at, status] of [
			[1, 'INIT'],
			[2, 'FROZEN'],
			[3, 'INIT'],
			[4, 'FROZEN'],
		] as const) {
			current = review(current, [saw('a', status)], poll(at)).state;
		}
		expect(current.latest?.changes).toEqual([{ key: 'a', before: 'INIT', at: 4 }]);
		expect(takeBackLatest(current, 'another').statuses).toEqual({ a: 'INIT' });
	});

	it('are taken back to a status that differs from the present one, because otherwise nothing is repeated', () => {
		const poll = (now: number) => ({ ...POLL, wanted: ['A', 'B'], stageOf: stages({}), now });
		let current = state({ statuses: { a: 'A' } });
		current = review(current, [saw('a', 'B')], poll(1)).state;
		current = review(current, [saw('a', 'A')], poll(2)).state;
		current = review(current, [saw('a', 'B')], poll(3)).state;
		const back = takeBackLatest(current, 'another');
		expect(review(back, [saw('a', 'B')], poll(4)).changed).toMatchObject([{ before: 'A' }]);
	});

	it('keep their time when they are repeated, and are repeated only once', () => {
		const poll = (now: number) => ({ ...POLL, process: 'this one', now });
		const back = takeBackLatest(stored, 'this one');
		const { state: after } = review(back, [saw('a', 'CLOSED')], poll(100));
		expect(after.latest?.changes).toContainEqual({ key: 'a', before: 'INIT', at: 1 });
		// That poll did not look it up, so the next poll still repeats it.
		const { changed, state: last } = review(after, [saw('b', 'CLOSED')], poll(200));
		expect(changed).toHaveLength(1);
		expect(last.latest?.changes).toContainEqual({ key: 'b', before: null, at: 2 });
	});

	it('are emitted once by each of several processes that alternate, not forever', () => {
		let current = stored;
		const counts = ['one', 'two', 'one', 'two', 'another'].map((process) => {
			const poll = { ...POLL, process, now: 4 };
			const before = takeBackLatest(current, process);
			const { state: after, changed } = review(
				before,
				[saw('a', 'CLOSED'), saw('b', 'CLOSED')],
				poll,
			);
			current = after;
			return changed.length;
		});
		expect(counts).toEqual([2, 2, 0, 0, 0]);
	});
});

describe('the order in which operations are looked up', () => {
	const watched = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
	const watching = { stageOf: POLL.stageOf, keepMs: 0, now: POLL.now };
	const keys = (before: WatchState) => inTurn(before, watched, watching).map(({ key }) => key);

	it('is the order of the list', () => expect(keys(state())).toEqual(['a', 'b', 'c', 'd']));

	it('leaves out final ones', () => {
		const statuses = { a: 'CLOSED', b: 'SUCCESS', c: 'INIT', d: 'FROZEN' };
		expect(keys(state({ statuses }))).toEqual(['c', 'd']);
	});

	it('continues with the next operation, failed or not, when the last poll ran out of time', () => {
		const faults = { d: { polls: 1, told: [] } };
		expect(keys(state({ next: 'c', faults }))).toEqual(['c', 'd', 'a', 'b']);
		expect(keys(state({ next: 'no longer watched' }))).toEqual(['a', 'b', 'c', 'd']);
	});

	it('puts failed operations last when there was time for all', () => {
		const faults = { a: { polls: 1, told: ['x'] } };
		expect(keys(state({ faults }))).toEqual(['b', 'c', 'd', 'a']);
	});
});

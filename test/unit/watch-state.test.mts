import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	inTurn,
	keyOf,
	readState,
	review,
	takeBackLatest,
} from '../../nodes/shared/watch/state.ts';
import type { Sighting, WatchState } from '../../nodes/shared/watch/state.ts';

const state = (more: Partial<WatchState> = {}): WatchState => ({
	...{ version: 1, statuses: {}, faults: {}, next: null, latest: null },
	...more,
});
const saw = (key: string, status: string): Sighting => ({ key, status, fault: null });
const failed = (key: string, code: string, retryable = false): Sighting => ({
	...{ key, status: null },
	fault: { code, retryable },
});
const isFinal = (status = '') => ['CLOSED', 'SUCCESS'].includes(status);
const POLL = {
	watched: ['a', 'b', 'c'],
	wanted: ['CLOSED'],
	isFinal,
	process: 'this one',
	now: 1_000_000,
};

describe('the state of the trigger', () => {
	it('is empty before the first poll', () => {
		expect(readState(undefined)).toEqual(state());
		expect(readState({})).toEqual(state());
	});

	it('of this version is taken as it is', () => {
		const stored = state({ statuses: { a: 'INIT' }, next: 'a' });
		expect(readState(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
	});

	it('of this version with a part missing is made whole', () => {
		expect(readState({ version: 1, statuses: { a: 'INIT' } })).toEqual(
			state({ statuses: { a: 'INIT' } }),
		);
	});

	it('of no version, which none of ours had, begins anew', () => {
		expect(readState({ statuses: 'what?' })).toEqual(state());
	});

	it('of a newer version is not touched', () => {
		expect(readState({ version: 2 })).toBeNull();
	});

	it('of this version with more than the bounds of today is brought within them', () => {
		const told = Array.from({ length: 500 }, (_, index) => `${index}${'x'.repeat(1_000)}`);
		const long = JSON.stringify({ auth_no: 'n'.repeat(10_000) });
		const processes = Array.from({ length: 500 }, (_, index) => `process ${index}`);
		const read = readState(
			state({
				statuses: { [long]: 'INIT' },
				faults: { [long]: { polls: 3, told } },
				next: long,
				latest: { processes, changes: [{ key: long, before: null, at: 1 }] },
			}),
		);
		const key = keyOf({ auth_no: 'n'.repeat(10_000) });
		expect(key).toHaveLength(43);
		expect(Object.keys(read?.statuses ?? {})).toEqual([key]);
		expect(read?.faults[key]?.told).toHaveLength(8);
		expect(read?.next).toBe(key);
		expect(read?.latest?.changes).toEqual([{ key, before: null, at: 1 }]);
		expect(read?.latest?.processes.at(-1)).toBe('process 499');
		expect(JSON.stringify(read).length).toBeLessThan(3_000);
	});

	it('has a key for any entry, of a length that is bounded, and another for another', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
				expect(keyOf(one).length).toBeLessThanOrEqual(256);
				expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
			}),
		);
		expect(keyOf('x'.repeat(1e6))).not.toBe(keyOf(`${'x'.repeat(1e6)}y`));
	});

	it('holds only what is watched', () => {
		const before = state({
			statuses: { a: 'CLOSED', gone: 'CLOSED' },
			faults: { gone: { polls: 1, told: ['x'] } },
		});
		const after = review(before, [], POLL).state;
		expect([after.statuses, after.faults]).toEqual([{ a: 'CLOSED' }, {}]);
	});

	it('is not changed by a review, which makes a new one', () => {
		const before = state({ statuses: { a: 'INIT' } });
		review(before, [saw('a', 'CLOSED')], POLL);
		expect(before).toEqual(state({ statuses: { a: 'INIT' } }));
	});
});

describe('a review', () => {
	it('finds what reached a wanted status, in the order of the poll', () => {
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

	it('keeps the latest changes until there are new ones, and then those of the quarter of an hour before', () => {
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

	it('does not believe that a final status changed', () => {
		const before = state({ statuses: { a: 'CLOSED' } });
		const { changed, state: after } = review(before, [saw('a', 'INIT')], POLL);
		expect([changed, after.statuses]).toEqual([[], { a: 'CLOSED' }]);
	});

	it('goes by the statuses of its method: one that is settled may change yet', () => {
		const poll = { ...POLL, wanted: ['REFUND'], isFinal: (status = '') => status === 'REFUND' };
		const before = state({ statuses: { a: 'SUCCESS', b: 'REFUND' } });
		const { changed, state: after } = review(
			before,
			[saw('a', 'REFUND'), saw('b', 'SUCCESS')],
			poll,
		);
		expect(changed.map(({ sighting, before: was }) => [sighting.key, was])).toEqual([
			['a', 'SUCCESS'],
		]);
		expect(after.statuses).toEqual({ a: 'REFUND', b: 'REFUND' });
	});

	it('finds nothing wrong with what failed after it was final', () => {
		const before = state({ statuses: { a: 'CLOSED' } });
		const { failed: found, state: after } = review(before, [failed('a', 'x')], POLL);
		expect([found, after.faults]).toEqual([[], {}]);
	});

	it('tells a passing fault when it lasts for three polls, whatever its name, and anew after an answer', () => {
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

	it('tells of eight reasons at most, whatever their number and length', () => {
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

	it('begins anew with the reasons after an answer', () => {
		const told = Array.from({ length: 8 }, (_, index) => `reason ${index}`);
		const full = state({ faults: { a: { polls: 3, told } } });
		expect(review(full, [failed('a', 'another')], POLL).failed).toEqual([]);
		const { state: after } = review(full, [saw('a', 'INIT')], POLL);
		expect(review(after, [failed('a', 'another')], POLL).failed).toHaveLength(1);
	});

	it('comes to rest: an operation that goes on failing changes nothing any more', () => {
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

	it('of another process are taken back', () => {
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

	it('of the same process stand', () => {
		expect(takeBackLatest(stored, 'another')).toBe(stored);
	});

	it('take the time at which an operation was emitted that had been removed and added again', () => {
		const minute = 60_000;
		const poll = (at: number, watched: string[]) => ({ ...POLL, watched, now: at * minute });
		const seen = [saw('a', 'CLOSED')];
		let current = review(state(), seen, poll(0, ['a'])).state;
		current = review(current, [], poll(20, [])).state;
		expect(current.latest?.changes).toEqual([]);
		current = review(current, seen, poll(21, ['a'])).state;
		// Another change a little later would forget one whose time is that of the beginning.
		current = review(current, [saw('b', 'CLOSED')], poll(22, ['a', 'b'])).state;
		const after = takeBackLatest(current, 'after the crash');
		expect(after.statuses).toEqual({});
	});

	it('take the new time also when the status came back in between', () => {
		const poll = (now: number) => ({ ...POLL, wanted: ['FROZEN'], isFinal: () => false, now });
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

	it('are taken back to a status that differs from the present one, or nothing would be repeated', () => {
		const poll = (now: number) => ({ ...POLL, wanted: ['A', 'B'], isFinal: () => false, now });
		let current = state({ statuses: { a: 'A' } });
		current = review(current, [saw('a', 'B')], poll(1)).state;
		current = review(current, [saw('a', 'A')], poll(2)).state;
		current = review(current, [saw('a', 'B')], poll(3)).state;
		const back = takeBackLatest(current, 'another');
		expect(review(back, [saw('a', 'B')], poll(4)).changed).toMatchObject([{ before: 'A' }]);
	});

	it('that are repeated keep their time, and once only', () => {
		const poll = (now: number) => ({ ...POLL, process: 'this one', now });
		const back = takeBackLatest(stored, 'this one');
		const { state: after } = review(back, [saw('a', 'CLOSED')], poll(100));
		expect(after.latest?.changes).toContainEqual({ key: 'a', before: 'INIT', at: 1 });
		// It was not looked at in that poll: still a repetition in the next.
		const { changed, state: last } = review(after, [saw('b', 'CLOSED')], poll(200));
		expect(changed).toHaveLength(1);
		expect(last.latest?.changes).toContainEqual({ key: 'b', before: null, at: 2 });
	});

	it('are emitted once by each of several processes that take turns, not forever', () => {
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

describe('the order in which operations are asked for', () => {
	const watched = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
	const keys = (before: WatchState) => inTurn(before, watched, isFinal).map(({ key }) => key);

	it('is that of the list', () => expect(keys(state())).toEqual(['a', 'b', 'c', 'd']));

	it('leaves out final ones', () => {
		const statuses = { a: 'CLOSED', b: 'SUCCESS', c: 'INIT', d: 'FROZEN' };
		expect(keys(state({ statuses }))).toEqual(['c', 'd']);
	});

	it('is everyone’s in turn, also of those that failed, once the last poll ran out of time', () => {
		const faults = { d: { polls: 1, told: [] } };
		expect(keys(state({ next: 'c', faults }))).toEqual(['c', 'd', 'a', 'b']);
		expect(keys(state({ next: 'no longer watched' }))).toEqual(['a', 'b', 'c', 'd']);
	});

	it('has those last that failed, when there was time for all', () => {
		const faults = { a: { polls: 1, told: ['x'] } };
		expect(keys(state({ faults }))).toEqual(['b', 'c', 'd', 'a']);
	});
});

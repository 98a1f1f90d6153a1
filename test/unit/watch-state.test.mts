import { describe, expect, it } from 'vitest';
import { inTurn, readState, review, takeBackLatest } from '../../nodes/shared/watch/state.ts';
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
				latest: { processes: ['another', 'this one'], changes },
			}),
		);
	});

	it('of the same process stand', () => {
		expect(takeBackLatest(stored, 'another')).toBe(stored);
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

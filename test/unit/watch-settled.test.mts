/** How the trigger treats a status that is an outcome but can still change. */
import { describe, expect, it } from 'vitest';
import { stageOf } from '../../alipay/methods/method.ts';
import { inTurn, readState, review, takeBackLatest } from '../../nodes/shared/watch/state.ts';
import type { Sighting, WatchState } from '../../nodes/shared/watch/state.ts';
import { PARCEL } from '../support/methods.mts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 8, 1);

const stage = (status = '') => stageOf(PARCEL, status);
const saw = (key: string, status: string): Sighting => ({ key, status, fault: null });
const failed = (key: string): Sighting => ({
	...{ key, status: null },
	fault: { code: 'gateway-timeout', retryable: true },
});

/** A trigger over `a`, `b` and `c`, and a clock for its polls. */
function trigger(keepDays = 7, stored: unknown = undefined) {
	let state = readState(stored) as WatchState;
	const keys = ['a', 'b', 'c'];
	const requested = (now: number) =>
		inTurn(
			state,
			keys.map((key) => ({ key })),
			{ stageOf: stage, keepMs: keepDays * DAY, now },
		).map(({ key }) => key);
	/** A poll that begins `tookMs` before `now`; what it emits: key, status before, status. */
	const poll = (
		now: number,
		sightings: Sighting[],
		{ wanted = ['SUCCESS', 'REFUND'], random = 0, tookMs = 0 } = {},
	) => {
		const due = requested(now - tookMs);
		const seen = sightings.filter(({ key }) => due.includes(key));
		const found = review(state, seen, {
			...{ watched: keys, wanted, stageOf: stage, now },
			...{ process: 'this one', random: () => random },
		});
		state = found.state;
		return found.changed.map(({ sighting, before }) => [sighting.key, before, sighting.status]);
	};
	const restart = () => {
		state = takeBackLatest(readState(JSON.parse(JSON.stringify(state))) as WatchState, 'another');
	};
	return { state: () => state, requested, poll, restart };
}

describe('a settled status', () => {
	it('is emitted once when it is first seen, and the status that follows it once, too', () => {
		const { poll, requested } = trigger();
		expect(poll(NOW, [saw('a', 'DEALING')])).toEqual([]);
		expect(poll(NOW + MINUTE, [saw('a', 'SUCCESS')])).toEqual([['a', 'DEALING', 'SUCCESS']]);
		expect(poll(NOW + 2 * HOUR, [saw('a', 'SUCCESS')])).toEqual([]);
		expect(poll(NOW + 4 * HOUR, [saw('a', 'REFUND')])).toEqual([['a', 'SUCCESS', 'REFUND']]);
		expect(requested(NOW + 5 * HOUR)).toEqual(['b', 'c']);
	});

	it('that was not wanted does not hide the next status', () => {
		const { poll } = trigger();
		const wanted = ['REFUND'];
		expect(poll(NOW, [saw('a', 'SUCCESS')], { wanted })).toEqual([]);
		expect(poll(NOW + HOUR, [saw('a', 'REFUND')], { wanted })).toEqual([
			['a', 'SUCCESS', 'REFUND'],
		]);
	});

	it.each([
		[0, 30],
		[0.5, 45],
		[1, 60],
	])('is looked up again after half an hour to an hour (%d: %d minutes)', (random, minutes) => {
		const { poll, requested } = trigger();
		poll(NOW, [saw('a', 'SUCCESS')], { random });
		expect(requested(NOW + minutes * MINUTE - 1)).toEqual(['b', 'c']);
		expect(requested(NOW + minutes * MINUTE)).toEqual(['b', 'c', 'a']);
	});

	it('is due in the next poll after a failed lookup, behind operations that did not fail', () => {
		const { poll, requested } = trigger();
		poll(NOW, [saw('a', 'SUCCESS'), saw('b', 'SUCCESS')]);
		poll(NOW + HOUR, [failed('a'), failed('c')]);
		expect(requested(NOW + HOUR + MINUTE)).toEqual(['b', 'a', 'c']);
	});

	it('does not return to an open status, which an older response can contain', () => {
		const { poll } = trigger();
		const wanted = ['DEALING', 'SUCCESS', 'REFUND'];
		poll(NOW, [saw('a', 'SUCCESS')], { wanted });
		expect(poll(NOW + HOUR, [saw('a', 'DEALING')], { wanted })).toEqual([]);
		expect(poll(NOW + 2 * HOUR, [saw('a', 'SUCCESS')], { wanted })).toEqual([]);
		expect(poll(NOW + 3 * HOUR, [saw('a', 'REFUND')], { wanted })).toHaveLength(1);
	});

	it('can change to a status that Alipay has added since, which is looked up in each poll', () => {
		const { poll, requested } = trigger();
		poll(NOW, [saw('a', 'SUCCESS')]);
		poll(NOW + HOUR, [saw('a', 'FROZEN')]);
		expect(requested(NOW + HOUR + MINUTE)).toEqual(['a', 'b', 'c']);
	});

	it('of a thousand operations found in one poll is looked up again over half an hour', () => {
		const keys = Array.from({ length: 1_000 }, (_, index) => ({ key: String(index) }));
		const found = review(
			readState(undefined) as WatchState,
			keys.map(({ key }) => saw(key, 'SUCCESS')),
			{
				...{ watched: keys.map(({ key }) => key), wanted: [], stageOf: stage, now: NOW },
				...{ process: 'this one', random: Math.random },
			},
		);
		const due = (minute: number) =>
			inTurn(found.state, keys, { stageOf: stage, keepMs: DAY, now: NOW + minute * MINUTE }).length;
		expect(due(29)).toBe(0);
		expect(due(31)).toBeLessThan(100);
		expect(due(45)).toBeGreaterThan(400);
		expect(due(45)).toBeLessThan(600);
		expect(due(60)).toBe(1_000);
	});
});

describe('the time for which a settled status is watched', () => {
	it('starts with the poll that first saw it, even if it changes later', () => {
		const { poll, requested } = trigger();
		poll(NOW, [saw('a', 'SUCCESS')]);
		for (let hours = 1; hours < 7 * 24; hours++) poll(NOW + hours * HOUR, [saw('a', 'SUCCESS')]);
		expect(requested(NOW + 7 * DAY - 1)).toContain('a');
		expect(requested(NOW + 7 * DAY)).toEqual(['b', 'c']);
		expect(poll(NOW + 8 * DAY, [saw('a', 'REFUND')])).toEqual([]);
	});

	it('ends at once with 0 days', () => {
		const { poll, requested } = trigger(0);
		expect(poll(NOW, [saw('a', 'SUCCESS')])).toHaveLength(1);
		expect(requested(NOW + DAY)).toEqual(['b', 'c']);
	});

	it('can include parts of a day', () => {
		const { poll, requested } = trigger(0.5);
		poll(NOW, [saw('a', 'SUCCESS')]);
		expect(requested(NOW + 12 * HOUR - 1)).toContain('a');
		expect(requested(NOW + 12 * HOUR)).not.toContain('a');
	});

	it('continues when the number of days increases', () => {
		const first = trigger(0);
		first.poll(NOW, [saw('a', 'SUCCESS'), saw('b', 'SUCCESS')]);
		const second = trigger(2, first.state());
		expect(second.requested(NOW + DAY)).toEqual(['c', 'a', 'b']);
		expect(second.requested(NOW + 2 * DAY)).toEqual(['c']);
	});

	it('does not end between the request and its response', () => {
		const { poll } = trigger();
		poll(NOW, [saw('a', 'SUCCESS')]);
		const seen = [saw('a', 'REFUND')];
		expect(poll(NOW + 7 * DAY + 5_000, seen, { tookMs: 10_000 })).toHaveLength(1);
	});

	it('starts now when an earlier version stored no time', () => {
		const stored = {
			version: 1,
			statuses: { a: 'SUCCESS', b: 'REFUND' },
			faults: {},
			next: null,
			latest: null,
		};
		const { poll, requested, state } = trigger(7, stored);
		expect(requested(NOW)).toEqual(['c', 'a']);
		expect(poll(NOW, [saw('a', 'SUCCESS')])).toEqual([]);
		expect(state().settled).toEqual({ a: { since: NOW, due: NOW + HOUR / 2 } });
		expect(requested(NOW + 7 * DAY)).toEqual(['c']);
	});

	it('is correct again after a clock that was a year ahead', () => {
		const { poll, requested } = trigger();
		poll(NOW + 365 * DAY, [saw('a', 'SUCCESS')]);
		expect(requested(NOW)).toEqual(['b', 'c', 'a']);
		poll(NOW, [saw('a', 'SUCCESS')]);
		expect(requested(NOW + MINUTE)).toEqual(['b', 'c']);
		expect(requested(NOW + 7 * DAY)).toEqual(['b', 'c']);
	});

	it('is removed when the operation is no longer watched, or is final', () => {
		const { poll, state } = trigger();
		poll(NOW, [saw('a', 'SUCCESS'), saw('b', 'SUCCESS')]);
		poll(NOW + HOUR, [saw('a', 'REFUND'), saw('b', 'SUCCESS')]);
		expect(Object.keys(state().settled)).toEqual(['b']);
	});
});

describe('Repeat After Restart', () => {
	it('repeats a settled status without a restart of its days', () => {
		const { poll, restart, requested } = trigger();
		poll(NOW, [saw('a', 'DEALING')]);
		poll(NOW + MINUTE, [saw('a', 'SUCCESS')]);
		restart();
		expect(poll(NOW + 5 * DAY, [failed('a')])).toEqual([]);
		expect(poll(NOW + 6 * DAY, [saw('a', 'SUCCESS')])).toEqual([['a', 'DEALING', 'SUCCESS']]);
		expect(poll(NOW + 6.5 * DAY, [saw('a', 'SUCCESS')])).toEqual([]);
		expect(requested(NOW + MINUTE + 7 * DAY)).toEqual(['b', 'c']);
	});

	it('repeats the status that followed a settled status, with that status as the previous one', () => {
		const { poll, restart } = trigger();
		poll(NOW, [saw('a', 'SUCCESS')]);
		poll(NOW + 6 * DAY, [saw('a', 'REFUND')]);
		restart();
		expect(poll(NOW + 20 * DAY, [saw('a', 'REFUND')])).toEqual([['a', 'SUCCESS', 'REFUND']]);
		expect(poll(NOW + 21 * DAY, [saw('a', 'REFUND')])).toEqual([]);
	});

	it('repeats a change from one settled status to another in the first poll', () => {
		const stages = { PAID: 'settled', SHIPPED: 'settled' } as const;
		const stageOfShipment = (status = '') => stages[status as keyof typeof stages];
		const poll = (state: WatchState, now: number, status: string) =>
			review(state, [saw('a', status)], {
				...{ watched: ['a'], wanted: ['PAID', 'SHIPPED'], stageOf: stageOfShipment, now },
				...{ process: 'this one', random: () => 0 },
			});
		const paid = poll(readState(undefined) as WatchState, NOW, 'PAID').state;
		const shipped = poll(paid, NOW + HOUR, 'SHIPPED');
		expect(shipped.changed).toMatchObject([{ before: 'PAID' }]);
		expect(shipped.state.settled.a?.since).toBe(NOW);
		const back = takeBackLatest(shipped.state, 'another');
		const watching = { stageOf: stageOfShipment, keepMs: 7 * DAY, now: NOW + HOUR + MINUTE };
		expect(inTurn(back, [{ key: 'a' }], watching)).toHaveLength(1);
		expect(poll(back, NOW + HOUR + MINUTE, 'SHIPPED').changed).toMatchObject([{ before: 'PAID' }]);
	});
});

describe('the order of lookups', () => {
	it('puts open operations before settled ones, and continues with the next when the time was too short', () => {
		const settled = { since: NOW, due: NOW };
		const stored = {
			version: 1,
			statuses: { a: 'SUCCESS', b: 'DEALING' },
			settled: { a: settled },
			faults: { c: { polls: 1, told: [] } },
		};
		const { requested } = trigger(7, stored);
		expect(requested(NOW)).toEqual(['b', 'a', 'c']);
		expect(trigger(7, { ...stored, next: 'b' }).requested(NOW)).toEqual(['b', 'c', 'a']);
	});
});

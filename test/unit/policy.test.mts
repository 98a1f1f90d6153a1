import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	localFault,
	success,
	type LocalFaultName,
	type Outcome,
} from '../../alipay/errors/fault.ts';
import type { Answer } from '../../alipay/message/response.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { nextStep, NOTHING_YET, type Policy } from '../../alipay/policy.ts';
import { fault, value } from '../support/responses.mts';
import { GIFT, PARCEL, RETURN } from '../support/methods.mts';

const response = (field: string, status: string | null): Outcome<Answer> =>
	success({
		fields: new Map([[field, status]]),
		json: '{}',
		code: '10000',
		msg: null,
		trace_id: null,
		signature_verified: true,
		alipay_cert_sn: null,
	});
const failed = (name: LocalFaultName) => localFault(name, 'What happened', 'What to do.');

/** One outcome of each kind that a request can have. */
const OUTCOMES = {
	open: response('status', 'INIT'),
	final: response('status', 'CLOSED'),
	unreachable: failed('gateway-unreachable'),
	timeout: failed('gateway-timeout'),
	limited: failed('gateway-busy'),
	unsigned: failed('answer-unsigned'),
	canceled: failed('canceled'),
} as const;

type Kind = keyof typeof OUTCOMES;

const ONCE: Policy = { maxTries: 1, wait: null };
const THRICE: Policy = { maxTries: 3, wait: null };
const WAITING: Policy = { maxTries: 3, wait: { maxMs: 20_000, intervalMs: 5_000 } };

interface Course {
	/** The step after each outcome, such as `retry 250` with the pause in milliseconds. */
	steps: string[];
	requests: number;
	outcome: Outcome<Answer>;
	isStillOpen: boolean;
}

/** Plays outcomes in turn, repeating the last one, each after a request of `takesMs`. */
function play(
	kinds: readonly Kind[],
	policy: Policy,
	{ random = 0, takesMs = 0, method = couponOperationQuery } = {},
): Course {
	const steps: string[] = [];
	let history = NOTHING_YET;
	let elapsedMs = 1_000_000;
	for (let requests = 1; ; requests++) {
		elapsedMs += takesMs;
		const kind = kinds[Math.min(requests, kinds.length) - 1] as Kind;
		const step = nextStep(method, policy, history, OUTCOMES[kind], elapsedMs, random);
		if (step.next === 'end') {
			const { outcome, isStillOpen } = step;
			return { steps: [...steps, 'end'], requests, outcome, isStillOpen };
		}
		steps.push(`${step.next} ${Math.round(step.pauseMs)}`);
		elapsedMs += step.pauseMs;
		history = step.history;
	}
}

const times = <T,>(count: number, what: T): T[] => Array<T>(count).fill(what);

interface Row {
	name: string;
	kinds: readonly Kind[];
	policy: Policy;
	steps: string[];
	/** The kind of the final outcome. */
	ends: Kind;
	isStillOpen?: boolean;
}

const ROWS: readonly Row[] = [
	{
		name: 'a final status is the result',
		kinds: ['final'],
		policy: WAITING,
		steps: ['end'],
		ends: 'final',
	},
	{
		name: 'a permanent error is not retried',
		kinds: ['unsigned'],
		policy: WAITING,
		steps: ['end'],
		ends: 'unsigned',
	},
	{
		name: 'a canceled run is not retried',
		kinds: ['canceled'],
		policy: WAITING,
		steps: ['end'],
		ends: 'canceled',
	},
	{
		name: 'an open status is the result without a waiting time',
		kinds: ['open'],
		policy: THRICE,
		steps: ['end'],
		ends: 'open',
	},
	{
		name: 'a request without a response is retried after pauses, until Max Tries',
		kinds: ['timeout'],
		policy: THRICE,
		steps: ['retry 250', 'retry 500', 'end'],
		ends: 'timeout',
	},
	{
		name: 'the last error is reported, not the first',
		kinds: ['timeout', 'unreachable', 'unsigned'],
		policy: THRICE,
		steps: ['retry 250', 'retry 500', 'end'],
		ends: 'unsigned',
	},
	{
		name: 'Max Tries 1 sends one request when there is no response',
		kinds: ['timeout'],
		policy: ONCE,
		steps: ['end'],
		ends: 'timeout',
	},
	{
		name: 'Max Tries 1 sends one request when there is a rate limit',
		kinds: ['limited'],
		policy: ONCE,
		steps: ['end'],
		ends: 'limited',
	},
	{
		name: 'a rate limit has no separate pause and does not count as a try',
		kinds: [...times(5, 'limited' as const), 'timeout', 'limited', 'timeout', 'final'],
		policy: THRICE,
		steps: [...times(5, 'retry 0'), 'retry 250', 'retry 0', 'retry 500', 'end'],
		ends: 'final',
	},
	{
		name: 'the twelfth rate limit is the last',
		kinds: ['limited'],
		policy: THRICE,
		steps: [...times(11, 'retry 0'), 'end'],
		ends: 'limited',
	},
	{
		name: 'failures do not reset the count of rate limits',
		kinds: [...times(11, 'limited' as const), 'timeout', 'limited'],
		policy: THRICE,
		steps: [...times(11, 'retry 0'), 'retry 250', 'end'],
		ends: 'limited',
	},
	{
		name: 'an open status is looked up at intervals until it is final',
		kinds: ['open', 'open', 'final'],
		policy: WAITING,
		steps: ['poll 5000', 'poll 5000', 'end'],
		ends: 'final',
	},
	{
		name: 'a status that stays open is the result, and is reported as open',
		kinds: ['open'],
		policy: WAITING,
		steps: [...times(4, 'poll 5000'), 'end'],
		ends: 'open',
		isStillOpen: true,
	},
	{
		name: 'the last pause is at most as long as the remaining time',
		kinds: ['open'],
		policy: { maxTries: 1, wait: { maxMs: 7_000, intervalMs: 5_000 } },
		steps: ['poll 5000', 'poll 2000', 'end'],
		ends: 'open',
		isStillOpen: true,
	},
	{
		name: 'an open response resets the tries and rate limits',
		kinds: [
			...['timeout', 'timeout', ...times(11, 'limited' as const), 'open'],
			...['timeout', 'timeout', ...times(11, 'limited' as const), 'final'],
		] as Kind[],
		policy: WAITING,
		steps: [
			...['retry 250', 'retry 500', ...times(11, 'retry 0'), 'poll 5000'],
			...['retry 250', 'retry 500', ...times(11, 'retry 0'), 'end'],
		],
		ends: 'final',
	},
	{
		name: 'a temporary failure keeps the open response, and the waiting continues',
		kinds: ['open', 'timeout', 'timeout', 'timeout', 'final'],
		policy: WAITING,
		steps: ['poll 5000', 'retry 250', 'retry 500', 'poll 5000', 'end'],
		ends: 'final',
	},
	{
		name: 'a polling pause resets the tries and rate limits',
		kinds: [
			...['open', 'timeout', 'timeout', 'timeout'],
			...[...times(11, 'limited' as const), 'timeout', 'timeout', 'final'],
		] as Kind[],
		policy: WAITING,
		steps: [
			...['poll 5000', 'retry 250', 'retry 500', 'poll 5000'],
			...[...times(11, 'retry 0'), 'retry 250', 'retry 500', 'end'],
		],
		ends: 'final',
	},
	{
		name: 'failures until the end of the waiting time end with the open response',
		kinds: ['open', 'timeout'],
		policy: { maxTries: 1, wait: { maxMs: 10_000, intervalMs: 5_000 } },
		steps: ['poll 5000', 'poll 5000', 'end'],
		ends: 'open',
		isStillOpen: true,
	},
	{
		name: 'a rate limit with Max Tries 1 also keeps the open response',
		kinds: ['open', 'limited', 'final'],
		policy: { maxTries: 1, wait: { maxMs: 20_000, intervalMs: 5_000 } },
		steps: ['poll 5000', 'poll 5000', 'end'],
		ends: 'final',
	},
	{
		name: 'a permanent error ends the waiting',
		kinds: ['open', 'unsigned'],
		policy: WAITING,
		steps: ['poll 5000', 'end'],
		ends: 'unsigned',
	},
	{
		name: 'no waiting starts without an open response',
		kinds: ['timeout'],
		policy: WAITING,
		steps: ['retry 250', 'retry 500', 'end'],
		ends: 'timeout',
	},
];

describe('the next step', () => {
	it.each(ROWS)('$name', ({ kinds, policy, steps, ends, isStillOpen = false }) => {
		const course = play(kinds, policy);
		expect(course.steps).toEqual(steps);
		expect(course.outcome).toBe(OUTCOMES[ends]);
		expect(course.isStillOpen).toBe(isStillOpen);
	});

	it.each([
		{ random: 0, pauses: [250, 500, 1000, 2000, 4000, 4000, 4000] },
		{ random: 0.5, pauses: [375, 750, 1500, 3000, 6000, 6000, 6000] },
		{ random: 1 - Number.EPSILON, pauses: [500, 1000, 2000, 4000, 8000, 8000, 8000] },
	])('pauses double up to a limit, with a random spread: $random', ({ random, pauses }) => {
		const { steps } = play(['timeout'], { maxTries: 8, wait: null }, { random });
		expect(steps).toEqual([...pauses.map((ms) => `retry ${ms}`), 'end']);
	});

	it('the waiting time counts from the first open response, not from the first request', () => {
		const policy = { maxTries: 3, wait: { maxMs: 60_000, intervalMs: 5_000 } };
		const takesMs = 1_000_000;
		const history = { ...NOTHING_YET, failed: 2 };
		const step = nextStep(couponOperationQuery, policy, history, OUTCOMES.open, takesMs, 0);
		expect(step).toMatchObject({ next: 'poll', history: { openSinceMs: takesMs, failed: 0 } });
		// Each request uses a second of the waiting time.
		expect(play(['open'], policy, { takesMs: 1_000 }).steps).toEqual([
			...times(10, 'poll 5000'),
			'end',
		]);
	});
});

describe('a method', () => {
	const statusOf = (method: Method, status: string | null) =>
		nextStep(method, WAITING, NOTHING_YET, response('state', status), 0, 0).next;

	it.each([
		{ status: 'DEALING', next: 'poll' },
		{ status: 'WAITING', next: 'poll' },
		{ status: 'SUCCESS', next: 'end' },
		{ status: 'REFUND', next: 'end' },
		{ status: 'BRAND_NEW', next: 'end' },
		{ status: 'constructor', next: 'end' },
		{ status: null, next: 'end' },
	])('that has the status $status in its own field: $next', ({ status, next }) => {
		expect(statusOf(PARCEL, status)).toBe(next);
	});

	it('without a status is never polled', () => {
		expect(statusOf(RETURN, 'DEALING')).toBe('end');
	});

	it.each(Object.keys(OUTCOMES) as Kind[])('that writes is never sent twice: %s', (kind) => {
		const method = { ...couponOperationQuery, effect: 'write' } as const;
		const { requests, outcome, isStillOpen } = play([kind], WAITING, { method });
		expect(requests).toBe(1);
		expect(outcome).toBe(OUTCOMES[kind]);
		expect(isStillOpen).toBe(false);
	});
});

describe('any course of events', () => {
	const kinds = fc.array(fc.constantFrom(...(Object.keys(OUTCOMES) as Kind[])), { minLength: 1 });
	const policies = fc.record({
		maxTries: fc.integer({ min: 1, max: 10 }),
		wait: fc.option(
			fc.record({
				maxMs: fc.integer({ min: 1_000, max: 60_000 }),
				intervalMs: fc.integer({ min: 1_000, max: 60_000 }),
			}),
		),
	});

	it('ends within its tries and its waiting time', () => {
		fc.assert(
			fc.property(
				kinds,
				policies,
				fc.nat(2_000),
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				check,
			),
			{ numRuns: 500 },
		);
	});

	/** The outcomes repeat in a cycle, so the end does not depend on the last of them. */
	function check(cycle: Kind[], policy: Policy, takesMs: number, random: number): void {
		let history = NOTHING_YET;
		let elapsedMs = 0;
		/** Failed requests since the last response or polling pause. */
		let failures = 0;
		let limits = 0;
		let openSinceMs = Infinity;
		const polls = policy.wait ? Math.ceil(policy.wait.maxMs / policy.wait.intervalMs) + 1 : 0;
		const most = (polls + 1) * (policy.maxTries + 12);
		for (let requests = 1; ; requests++) {
			expect(requests).toBeLessThanOrEqual(most);
			elapsedMs += takesMs;
			const kind = cycle[(requests - 1) % cycle.length] as Kind;
			const outcome = OUTCOMES[kind];
			if (outcome.ok) failures = limits = 0;
			else if (kind === 'limited') limits++;
			else failures++;
			if (kind === 'open') openSinceMs = Math.min(openSinceMs, elapsedMs);
			expect(failures).toBeLessThanOrEqual(policy.maxTries);
			expect(limits).toBeLessThanOrEqual(12);

			const step = nextStep(couponOperationQuery, policy, history, outcome, elapsedMs, random);
			if (step.next === 'end') {
				if (step.isStillOpen) expect(value(step.outcome).fields.get('status')).toBe('INIT');
				else expect(step.outcome).toBe(outcome);
				return;
			}
			expect(step.pauseMs).toBeGreaterThanOrEqual(0);
			if (step.next === 'poll') {
				expect(elapsedMs + step.pauseMs).toBeLessThanOrEqual(
					openSinceMs + (policy.wait?.maxMs ?? NaN),
				);
				failures = limits = 0;
			} else {
				expect(step.pauseMs).toBeLessThanOrEqual(8_000);
				expect(fault(outcome).retryable).toBe(true);
			}
			elapsedMs += step.pauseMs;
			history = step.history;
		}
	}

	it('contains exactly one request for a write', () => {
		fc.assert(
			fc.property(kinds, policies, (course, policy) => {
				expect(play(course, policy, { method: GIFT }).requests).toBe(1);
			}),
		);
	});
});

import { describe, expect, it } from 'vitest';
import { localFault } from '../../alipay/errors/fault.ts';
import {
	endOf,
	prolongedOutage,
	withNextReport,
	type Outage,
} from '../../nodes/shared/watch/outage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Which of the polls, one a minute, fail because of an outage. */
function failing(polls: number, everyMs: number, silent: number[] = []) {
	let outage: Outage | null = null;
	return Array.from({ length: polls }, (_, poll) => poll).filter((poll) => {
		const next = prolongedOutage(outage, {
			// n8n is some seconds early or late.
			now: poll * MINUTE + (poll % 3) * 1_000,
			everyMs,
			isSilent: silent.includes(poll),
		});
		outage = next.outage;
		return next.isReport;
	});
}

describe('an outage', () => {
	it('fails three polls, then one an hour', () => {
		expect(failing(200, HOUR)).toEqual([0, 1, 2, 62, 122, 182]);
	});

	it('fails three polls, then uses another interval when one is set', () => {
		expect(failing(40, 10 * MINUTE)).toEqual([0, 1, 2, 12, 22, 32]);
	});

	it('fails each poll when the interval is 0', () => {
		expect(failing(10, 0)).toHaveLength(10);
	});

	it('does not count a poll that must not fail', () => {
		expect(failing(10, HOUR, [0, 2])).toEqual([1, 3, 4]);
	});

	it('is reported again when the clock was wrong', () => {
		const outage = { since: 9 * HOUR, reports: 3, reportedAt: 9 * HOUR };
		const poll = { now: HOUR, everyMs: HOUR, isSilent: false };
		expect(prolongedOutage(outage, poll).isReport).toBe(true);
	});

	it('announces the next report with its third report', () => {
		const { fault } = localFault('gateway-timeout', 'It is away', 'Wait.');
		const solution = (reports: number, everyMs: number) =>
			withNextReport(fault, { since: 0, reports, reportedAt: 0 }, everyMs).solution;
		expect(solution(2, HOUR)).toBe('Wait.');
		expect(solution(3, HOUR)).toBe(
			'Wait. The trigger keeps polling. If the error continues, the next failed execution comes in 60 minutes.',
		);
		expect(solution(3, MINUTE)).toContain('in 1 minute.');
		expect(solution(3, 0)).toBe('Wait.');
	});

	it('reports its end if the outage was reported', () => {
		const outage = { since: 0, reports: 1, reportedAt: 0 };
		expect(endOf(outage, 47 * MINUTE)).toBe(
			'Alipay responds again after 47 minutes. The trigger now outputs the changes of that time.',
		);
		expect(endOf(outage, -HOUR)).toContain('after 1 minute.');
		expect(endOf({ ...outage, reports: 0 }, HOUR)).toBeNull();
		expect(endOf(null, HOUR)).toBeNull();
	});
});

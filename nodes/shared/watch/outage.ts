/** Limits the reports while lookups fail for a passing reason: an hour is a few failed executions, not sixty. */
import type { Fault } from '../../../alipay/errors/fault';

/** An outage. Both times are ms since the epoch. */
export interface Outage {
	/** When a poll first failed. */
	since: number;
	/** Failed executions so far, counted up to FIRST_REPORTS. */
	reports: number;
	/** When the last failed execution was. */
	reportedAt: number;
}

/** How many polls in a row fail at first, so that the operator notices. */
const FIRST_REPORTS = 3;

/** n8n's polls are not exact to the second. */
const TOLERANCE_MS = 5_000;

const MINUTE_MS = 60_000;

interface Poll {
	/** ms since the epoch. */
	now: number;
	/** How often to report a lasting outage. */
	everyMs: number;
	/** Whether this poll must never fail. */
	isSilent: boolean;
}

/** The outage with one more poll, and whether this poll must fail because of it. */
export function prolongedOutage(
	known: Outage | null,
	{ now, everyMs, isSilent }: Poll,
): { outage: Outage; isReport: boolean } {
	const { since, reports, reportedAt } = known ?? { since: now, reports: 0, reportedAt: now };
	const pause = now - reportedAt;
	// If it is negative, the clock was wrong before.
	const isDue = reports < FIRST_REPORTS || pause < 0 || pause >= everyMs - TOLERANCE_MS;
	if (!isDue || isSilent) return { outage: { since, reports, reportedAt }, isReport: false };
	const outage = { since, reports: Math.min(reports + 1, FIRST_REPORTS), reportedAt: now };
	return { outage, isReport: true };
}

/** The fault with when to expect the next report of it. */
export function withNextReport(fault: Fault, { reports }: Outage, everyMs: number): Fault {
	if (reports < FIRST_REPORTS || everyMs <= TOLERANCE_MS) return fault;
	const next = `The trigger keeps polling. If the error continues, the next failed execution comes in ${minutes(everyMs)}.`;
	return { ...fault, solution: `${fault.solution} ${next}` };
}

/** For n8n's log at the end of a reported outage; null for any other. */
export function endOf(outage: Outage | null, now: number): string | null {
	if (!outage || outage.reports === 0) return null;
	return `Alipay responds again after ${minutes(Math.max(now - outage.since, 0))}. The trigger now outputs the changes of that time.`;
}

function minutes(ms: number): string {
	const count = Math.max(Math.round(ms / MINUTE_MS), 1);
	return count === 1 ? '1 minute' : `${count} minutes`;
}

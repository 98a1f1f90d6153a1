/** From the runs of all rounds to medians, ratios and the tables that people read. */
import type { Run } from './jobs.mts';
import type { Parts } from './profile.mts';
import { CLAIMS } from './scenarios.mts';
import type { Claim } from './scenarios.mts';

/** Of each scenario the runs, in the order of the rounds. */
export type Runs = Readonly<Record<string, readonly Run[]>>;

export interface Summary {
	/** Medians over the rounds. */
	scenarios: Record<string, Run>;
	/** Medians of the ratios within a round; only claims whose scenarios were measured. */
	claims: Array<Claim & { ratio: number }>;
}

export function summarise(runs: Runs): Summary {
	const scenarios = Object.entries(runs).map(([name, all]): [string, Run] => {
		const of = (what: keyof Run) => median(all.map((run) => run[what]));
		return [
			name,
			{
				itemsPerSecond: of('itemsPerSecond'),
				cpuMsPerItem: of('cpuMsPerItem'),
				peakBytesPerItem: of('peakBytesPerItem'),
				loopP99Ms: of('loopP99Ms'),
			},
		];
	});
	const claims = CLAIMS.flatMap((claim) => {
		const [above = [], below = []] = [runs[claim.of], runs[claim.by]];
		const ratios = above.flatMap((run, round) => {
			const other = below[round];
			return other ? [run[claim.what] / other[claim.what]] : [];
		});
		return ratios.length > 0 ? [{ ...claim, ratio: median(ratios) }] : [];
	});
	return { scenarios: Object.fromEntries(scenarios), claims };
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (index: number) => sorted[index] ?? NaN;
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

export function markdown({ scenarios, claims }: Summary): string {
	const rows = Object.entries(scenarios).map(([name, run]) => [
		name,
		run.itemsPerSecond.toFixed(0),
		run.cpuMsPerItem.toFixed(2),
		(run.peakBytesPerItem / 1024).toFixed(1),
		Math.max(0, run.loopP99Ms).toFixed(0),
	]);
	const ratios = claims.map(({ says, ratio, goal: [sign, bound] }) => [
		says,
		ratio.toFixed(2),
		`${sign} ${bound}`,
		(sign === '≥' ? ratio >= bound : ratio <= bound) ? 'yes' : 'no',
	]);
	return [
		table(['', 'Items/s', 'CPU ms/item', 'Peak KiB/item', 'Event loop p99 ms'], rows),
		table(['Ratio (median of the rounds)', 'Measured', 'Aimed at', 'Met'], ratios),
	].join('\n\n');
}

export function profileTable(parts: Parts): string {
	const rows = parts.map(({ part, msPerItem, share }) => [
		part,
		msPerItem.toFixed(2),
		`${(share * 100).toFixed(0)} %`,
	]);
	return table(['Main thread, under the profiler', 'ms/item', 'Share'], rows);
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Turns the runs of all rounds into medians, ratios and tables. */
import type { Parts } from './profile.mts';

/** The runs of each scenario, in the order of the rounds. */
export type Runs<Run> = Readonly<Record<string, readonly Run[]>>;

/** A claim about two scenarios: `of` divided by `by` in each round. Without `by`, it is about one scenario. */
export interface Claim<Run> {
	says: string;
	what: keyof Run;
	of: string;
	by?: string;
	/** The goal: at least, or at most. */
	goal: ['≥' | '≤', number];
}

export interface Column<Run> {
	head: string;
	cell: (run: Run) => string;
}

export interface Summary<Run> {
	/** Medians over the rounds. */
	scenarios: Record<string, Run>;
	/** Medians over the rounds, only for claims whose scenarios were measured. */
	claims: Array<Claim<Run> & { measured: number }>;
}

export function summarize<Run extends Record<keyof Run, number>>(
	runs: Runs<Run>,
	claims: ReadonlyArray<Claim<Run>>,
): Summary<Run> {
	const scenarios = Object.entries(runs).flatMap(([name, all]) => {
		const [first] = all;
		if (!first) return [];
		const of = (what: string) => median(all.map((run) => run[what as keyof Run]));
		return [[name, Object.fromEntries(Object.keys(first).map((what) => [what, of(what)]))]];
	});
	const measured = claims.flatMap((claim) => {
		const { what, of, by } = claim;
		const values = (runs[of] ?? []).flatMap((run, round) => {
			if (by === undefined) return [run[what]];
			const other = runs[by]?.[round];
			return other ? [run[what] / other[what]] : [];
		});
		return values.length > 0 ? [{ ...claim, measured: median(values) }] : [];
	});
	return { scenarios: Object.fromEntries(scenarios) as Record<string, Run>, claims: measured };
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (index: number) => sorted[index] ?? NaN;
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

/** The smallest value that `percent` % of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}

export function markdown<Run>(
	{ scenarios, claims }: Summary<Run>,
	columns: ReadonlyArray<Column<Run>>,
): string {
	const rows = Object.entries(scenarios).map(([name, run]) => [
		name,
		...columns.map(({ cell }) => cell(run)),
	]);
	const goals = claims.map(({ says, measured, goal: [sign, bound] }) => [
		says,
		measured.toFixed(bound < 50 ? 2 : 0),
		`${sign} ${bound}`,
		(sign === '≥' ? measured >= bound : measured <= bound) ? 'yes' : 'no',
	]);
	return [
		table(['', ...columns.map(({ head }) => head)], rows),
		...(goals.length > 0
			? [table(['Median of the rounds', 'Measured', 'Goal', 'Met'], goals)]
			: []),
	].join('\n\n');
}

export function profileTable(parts: Parts): string {
	const rows = parts.map(({ part, msPerItem, share }) => [
		part,
		msPerItem.toFixed(2),
		`${(share * 100).toFixed(0)} %`,
	]);
	return table(['Main thread, with the profiler', 'ms/item', 'Share'], rows);
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** What is measured, and what is said of it: data that the runner and the report read. */
import type { Run, Scenario } from './jobs.mts';

export const CONCURRENCIES = [10, 20, 40] as const;

/** Scenarios by the names that the tables show. */
export const ONE_BY_ONE = 'SDK, one after another';
export const nameOf = (who: 'SDK' | 'floor' | 'node', concurrency: number) =>
	`${who} at ${concurrency}`;
const HALF_REPEATED = `${nameOf('node', 10)}, half repeated`;
const atOnce = (who: 'floor' | 'node', items?: number) =>
	`${who}, 0 ms${items === undefined ? '' : `, ${items} items`}`;

const scenario = (
	who: Scenario['who'],
	concurrency: number,
	more: Partial<Scenario> = {},
): Scenario => ({ who, concurrency, items: 1_000, latencyMs: 50, repeated: 0, ...more });

/** Every answer takes 50 ms, as over the internet, or comes at once, so that only the CPU counts. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
	[ONE_BY_ONE]: scenario('sdk', 1, { items: 200 }),
	...Object.fromEntries(
		CONCURRENCIES.flatMap((concurrency) => [
			[nameOf('SDK', concurrency), scenario('sdk', concurrency)],
			[nameOf('floor', concurrency), scenario('floor', concurrency)],
			[nameOf('node', concurrency), scenario('node', concurrency)],
		]),
	),
	[HALF_REPEATED]: scenario('node', 10, { repeated: 0.5 }),
	[atOnce('floor')]: scenario('floor', 10, { latencyMs: 0 }),
	[atOnce('node')]: scenario('node', 10, { latencyMs: 0 }),
};

/** Whose time is taken apart. */
export const PROFILED = scenario('node', 10, { latencyMs: 0, items: 3_000 });

/** What takes long, measured on request. */
export const LARGE_SCENARIOS: Readonly<Record<string, Scenario>> = Object.fromEntries(
	[10_000, 100_000].flatMap((items) => [
		[atOnce('floor', items), scenario('floor', 10, { latencyMs: 0, items })],
		[atOnce('node', items), scenario('node', 10, { latencyMs: 0, items })],
	]),
);

/** A sentence about two scenarios: `of` divided by `by`, in each round. */
export interface Claim {
	says: string;
	what: keyof Run;
	of: string;
	by: string;
	/** What the ratio should be: at least, or at most. */
	goal: ['≥' | '≤', number];
}

const faster = (concurrency: number, goal: number): Claim => ({
	says: `Items per second at concurrency ${concurrency}, by those of the SDK one after another`,
	what: 'itemsPerSecond',
	of: nameOf('node', concurrency),
	by: ONE_BY_ONE,
	goal: ['≥', goal],
});

export const CLAIMS: readonly Claim[] = [
	faster(10, 7.5),
	faster(20, 14),
	faster(40, 20),
	...CONCURRENCIES.map(
		(concurrency): Claim => ({
			says: `Wall time at concurrency ${concurrency}, by that of the floor`,
			what: 'itemsPerSecond',
			of: nameOf('floor', concurrency),
			by: nameOf('node', concurrency),
			goal: ['≤', 1.05],
		}),
	),
	{
		says: 'Items per second with half of the rows repeated, by those with none',
		what: 'itemsPerSecond',
		of: HALF_REPEATED,
		by: nameOf('node', 10),
		goal: ['≥', 1.8],
	},
	{
		says: 'CPU per item at 0 ms, by that of the floor',
		what: 'cpuMsPerItem',
		of: atOnce('node'),
		by: atOnce('floor'),
		goal: ['≤', 1.15],
	},
	{
		says: 'CPU per item at 0 ms and 10,000 items, by that of the floor',
		what: 'cpuMsPerItem',
		of: atOnce('node', 10_000),
		by: atOnce('floor', 10_000),
		goal: ['≤', 1.15],
	},
	{
		says: 'Time per item at 100,000 items, by that at 1,000',
		what: 'itemsPerSecond',
		of: atOnce('node'),
		by: atOnce('node', 100_000),
		goal: ['≤', 1.2],
	},
	{
		says: 'Peak memory per item at 100,000 items, by that at 10,000',
		what: 'peakBytesPerItem',
		of: atOnce('node', 100_000),
		by: atOnce('node', 10_000),
		goal: ['≤', 1.2],
	},
];

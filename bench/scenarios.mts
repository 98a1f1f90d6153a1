/** What is measured, and what is said of it: data that the runner and the report read. */
import type { Run, Scenario } from './jobs.mts';

export const CONCURRENCIES = [10, 20, 40] as const;

const load = (
	who: Scenario['who'],
	concurrency: number,
	more: Partial<Scenario> = {},
): Scenario => ({ who, concurrency, items: 1_000, latencyMs: 50, repeated: 0, ...more });

/** Every answer takes 50 ms, as over the internet, or comes at once, so that only the CPU counts. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
	'SDK, one after another': load('sdk', 1, { items: 200 }),
	...Object.fromEntries(
		CONCURRENCIES.flatMap((concurrency) => [
			[`SDK at ${concurrency}`, load('sdk', concurrency)],
			[`floor at ${concurrency}`, load('floor', concurrency)],
			[`node at ${concurrency}`, load('node', concurrency)],
		]),
	),
	'node at 10, half repeated': load('node', 10, { repeated: 0.5 }),
	'floor, 0 ms': load('floor', 10, { latencyMs: 0 }),
	'node, 0 ms': load('node', 10, { latencyMs: 0 }),
};

/** Whose time is taken apart. */
export const PROFILED = load('node', 10, { latencyMs: 0, items: 3_000 });

/** What takes long, measured on request. */
export const LARGE_SCENARIOS: Readonly<Record<string, Scenario>> = Object.fromEntries(
	[10_000, 100_000].flatMap((items) => [
		[`floor, 0 ms, ${items} items`, load('floor', 10, { latencyMs: 0, items })],
		[`node, 0 ms, ${items} items`, load('node', 10, { latencyMs: 0, items })],
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
	of: `node at ${concurrency}`,
	by: 'SDK, one after another',
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
			of: `floor at ${concurrency}`,
			by: `node at ${concurrency}`,
			goal: ['≤', 1.05],
		}),
	),
	{
		says: 'Items per second with half of the rows repeated, by those with none',
		what: 'itemsPerSecond',
		of: 'node at 10, half repeated',
		by: 'node at 10',
		goal: ['≥', 1.8],
	},
	{
		says: 'CPU per item at 0 ms, by that of the floor',
		what: 'cpuMsPerItem',
		of: 'node, 0 ms',
		by: 'floor, 0 ms',
		goal: ['≤', 1.15],
	},
	{
		says: 'CPU per item at 0 ms and 10,000 items, by that of the floor',
		what: 'cpuMsPerItem',
		of: 'node, 0 ms, 10000 items',
		by: 'floor, 0 ms, 10000 items',
		goal: ['≤', 1.15],
	},
	{
		says: 'Time per item at 100,000 items, by that at 1,000',
		what: 'itemsPerSecond',
		of: 'node, 0 ms',
		by: 'node, 0 ms, 100000 items',
		goal: ['≤', 1.2],
	},
	{
		says: 'Peak memory per item at 100,000 items, by that at 10,000',
		what: 'peakBytesPerItem',
		of: 'node, 0 ms, 100000 items',
		by: 'node, 0 ms, 10000 items',
		goal: ['≤', 1.2],
	},
];

/** The scenarios, and the claims about them, as data for the runner and the report. */
import type { Bars } from './chart.mts';
import type { Run, Scenario } from './jobs.mts';
import type { Claim, Column, Summary } from './report.mts';

export const CONCURRENCIES = [10, 20, 40] as const;

/** The names of the scenarios in the tables. */
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

/** Every response takes 50 ms, as over the internet, or 0 ms, so that only the CPU counts. */
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

/** The scenario for --profile. */
export const PROFILED = scenario('node', 10, { latencyMs: 0, items: 3_000 });

/** Long scenarios, only measured with --large. */
export const LARGE_SCENARIOS: Readonly<Record<string, Scenario>> = Object.fromEntries(
	[10_000, 100_000].flatMap((items) => [
		[atOnce('floor', items), scenario('floor', 10, { latencyMs: 0, items })],
		[atOnce('node', items), scenario('node', 10, { latencyMs: 0, items })],
	]),
);

export const COLUMNS: ReadonlyArray<Column<Run>> = [
	{ head: 'Items/s', cell: ({ itemsPerSecond }) => itemsPerSecond.toFixed(0) },
	{ head: 'CPU ms/item', cell: ({ cpuMsPerItem }) => cpuMsPerItem.toFixed(2) },
	{ head: 'Peak KiB/item', cell: ({ peakBytesPerItem }) => (peakBytesPerItem / 1024).toFixed(1) },
	{ head: 'Event loop p99 ms', cell: ({ loopP99Ms }) => Math.max(0, loopP99Ms).toFixed(0) },
];

const faster = (concurrency: number, goal: number): Claim<Run> => ({
	says: `Items per second at concurrency ${concurrency}, divided by the SDK one after another`,
	what: 'itemsPerSecond',
	of: nameOf('node', concurrency),
	by: ONE_BY_ONE,
	goal: ['≥', goal],
});

export const CLAIMS: ReadonlyArray<Claim<Run>> = [
	faster(10, 7.5),
	faster(20, 14),
	faster(40, 20),
	...CONCURRENCIES.map(
		(concurrency): Claim<Run> => ({
			says: `Wall time at concurrency ${concurrency}, divided by the floor`,
			what: 'itemsPerSecond',
			of: nameOf('floor', concurrency),
			by: nameOf('node', concurrency),
			goal: ['≤', 1.05],
		}),
	),
	{
		says: 'Items per second with half of the rows repeated, divided by no repeated rows',
		what: 'itemsPerSecond',
		of: HALF_REPEATED,
		by: nameOf('node', 10),
		goal: ['≥', 1.8],
	},
	{
		says: 'CPU per item at 0 ms, divided by the floor',
		what: 'cpuMsPerItem',
		of: atOnce('node'),
		by: atOnce('floor'),
		goal: ['≤', 1.15],
	},
	{
		says: 'CPU per item at 0 ms and 10,000 items, divided by the floor',
		what: 'cpuMsPerItem',
		of: atOnce('node', 10_000),
		by: atOnce('floor', 10_000),
		goal: ['≤', 1.15],
	},
	{
		says: 'Time per item at 100,000 items, divided by 1,000 items',
		what: 'itemsPerSecond',
		of: atOnce('node'),
		by: atOnce('node', 100_000),
		goal: ['≤', 1.2],
	},
	{
		says: 'Peak memory per item at 100,000 items, divided by 10,000 items',
		what: 'peakBytesPerItem',
		of: atOnce('node', 100_000),
		by: atOnce('node', 10_000),
		goal: ['≤', 1.2],
	},
];

const SERIES = [
	['This node', 'node', '#1677ff'],
	['Minimum possible in n8n', 'floor', '#9db8d9'],
	['Alipay SDK, same concurrency', 'SDK', '#d0d0d0'],
	['Alipay SDK, one by one', null, '#f0b27a'],
] as const;

export const barsOf = ({ scenarios }: Pick<Summary<Run>, 'scenarios'>): Bars => ({
	title: "Operations looked up per second, on n8n's engine",
	subtext: 'Every response takes 50 ms, over TLS. More is better.',
	groups: CONCURRENCIES.map((concurrency) => `Concurrency ${concurrency}`),
	series: SERIES.map(([name, who, color]) => ({
		name,
		color,
		values: CONCURRENCIES.map(
			(concurrency) =>
				scenarios[who === null ? ONE_BY_ONE : nameOf(who, concurrency)]?.itemsPerSecond,
		),
	})),
});

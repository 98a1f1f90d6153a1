/** The scenarios in a real n8n, and the claims about them, as data for the runner and the report. */
import type { NodeJson } from '../../sandbox/client.mts';
import type { Bars } from '../chart.mts';
import type { Claim, Column, Summary } from '../report.mts';
import type { N8nRun } from './measure.mts';
import type { Target } from './stand.mts';
import { alipayNode, codeNode, httpRequest, sdkByTen, sdkLoop } from './ways.mts';
import type { Way } from './ways.mts';

const BY_COLUMNS = { identifyBy: 'columns' };

const byColumns =
	(options: NodeJson['parameters'] = {}) =>
	({ alipay }: Target) =>
		alipayNode(alipay, { ...BY_COLUMNS, options });

/** The ways, by their names in the tables. */
export const WAYS = {
	'Input Columns': byColumns(),
	expressions: ({ alipay }) =>
		alipayNode(alipay, {
			identifyBy: 'auto',
			authNo: '={{ $json.auth_no }}',
			operationId: '={{ $json.operation_id }}',
			outOrderNo: '={{ $json.out_order_no }}',
			outRequestNo: '={{ $json.out_request_no }}',
		}),
	'Crypto + HTTP Request': ({ application, crypto }) => httpRequest(application, crypto),
	'Code, one by one': ({ application }) => codeNode(sdkLoop(application)),
	'Code, by ten': ({ application }) => codeNode(sdkByTen(application)),
	'Concurrency 10': byColumns({ concurrency: 10 }),
	'Concurrency 20': byColumns({ concurrency: 20 }),
	'Concurrency 40': byColumns({ concurrency: 40 }),
} as const satisfies Record<string, (target: Target) => Way>;

type WayName = keyof typeof WAYS;

export interface N8nScenario {
	way: WayName;
	rows: number;
	latencyMs: number;
	/** The share of rows with the same numbers as another row: from 0 to below 1. */
	repeated: number;
}

const nameOf = ({ way, rows, latencyMs, repeated }: N8nScenario) =>
	`${way}, ${latencyMs} ms, ${rows.toLocaleString('en-US')} rows${repeated > 0 ? `, ${repeated * 100} % repeated` : ''}`;

const scenario = (way: WayName, latencyMs: number, rows: number, repeated = 0): N8nScenario => ({
	way,
	latencyMs,
	rows,
	repeated,
});

const COMPARED = [
	'Input Columns',
	'expressions',
	'Crypto + HTTP Request',
	'Code, one by one',
	'Code, by ten',
] as const;
const LATENCIES = [50, 0];
/** The latency of a distant gateway. */
const FAR_MS = 200;

const crossed = (
	ways: readonly WayName[],
	latencies: readonly number[],
	rows: number,
	repeated = 0,
): N8nScenario[] =>
	latencies.flatMap((latencyMs) => ways.map((way) => scenario(way, latencyMs, rows, repeated)));

const LOOP = 'Code, one by one';
const OTHERS = COMPARED.filter((way) => way !== LOOP);

/** The groups of scenarios, by the names for `--only`. */
export const GROUPS = {
	rows500: [
		// With responses after 50 ms, a loop has the same rows per second at any size, but takes minutes.
		...crossed(COMPARED, [50], 500),
		...crossed(['Input Columns'], [0], 500),
	],
	rows2000: [...crossed(OTHERS, [50], 2_000), ...crossed(COMPARED, [0], 2_000)],
	// The other ways send a request for each row, even if rows are equal.
	repeated: crossed(['Input Columns', 'expressions'], LATENCIES, 2_000, 0.5),
	rows10000: crossed(['Input Columns'], LATENCIES, 10_000),
	concurrency: crossed(
		['Concurrency 10', 'Concurrency 20', 'Concurrency 40', 'Input Columns'],
		[50, FAR_MS],
		2_000,
	),
	/** All ways at all sizes. It takes hours, so it only runs if it is named. */
	everything: [500, 2_000, 10_000].flatMap((rows) =>
		[0, 0.5].flatMap((repeated) => crossed(COMPARED, LATENCIES, rows, repeated)),
	),
} as const satisfies Record<string, readonly N8nScenario[]>;

/** The scenarios for --profile. */
export const PROFILED: Readonly<Record<string, N8nScenario>> = {
	'Input Columns': scenario('Input Columns', 0, 2_000),
	expressions: scenario('expressions', 0, 2_000),
};

export const byName = (scenarios: readonly N8nScenario[]) =>
	Object.fromEntries(scenarios.map((one) => [nameOf(one), one]));

export const COLUMNS: ReadonlyArray<Column<N8nRun>> = [
	{ head: 'Rows/s', cell: ({ rowsPerSecond }) => rowsPerSecond.toFixed(0) },
	{ head: 'CPU ms/row', cell: ({ cpuMsPerRow }) => cpuMsPerRow.toFixed(2) },
	{ head: 'healthz ms', cell: ({ healthMs }) => healthMs.toFixed(0) },
	{ head: 'p99', cell: ({ healthP99Ms }) => healthP99Ms.toFixed(0) },
	{ head: 'Open a workflow ms', cell: ({ openMs }) => openMs.toFixed(0) },
	{ head: 'p99', cell: ({ openP99Ms }) => openP99Ms.toFixed(0) },
	{ head: 'Peak MB', cell: ({ peakMegabytes }) => peakMegabytes.toFixed(0) },
];

const faster = (one: N8nScenario, other: N8nScenario, goal: number): Claim<N8nRun> => ({
	says: `Rows per second: ${nameOf(one)}, divided by ${nameOf(other)}`,
	what: 'rowsPerSecond',
	of: nameOf(one),
	by: nameOf(other),
	goal: ['≥', goal],
});

const BY_COLUMNS_50 = scenario('Input Columns', 50, 2_000);

export const CLAIMS: ReadonlyArray<Claim<N8nRun>> = [
	faster(BY_COLUMNS_50, scenario('Crypto + HTTP Request', 50, 2_000), 1),
	faster(BY_COLUMNS_50, scenario(LOOP, 50, 500), 6),
	faster(scenario('Input Columns', 0, 2_000), scenario('expressions', 0, 2_000), 1.2),
	...LATENCIES.flatMap((latencyMs): Array<Claim<N8nRun>> => {
		const large = nameOf(scenario('Input Columns', latencyMs, 10_000));
		return [
			{
				says: `Time per row of Input Columns at 10,000 rows, divided by 500 rows, ${latencyMs} ms`,
				what: 'rowsPerSecond',
				of: nameOf(scenario('Input Columns', latencyMs, 500)),
				by: large,
				goal: ['≤', 1.1],
			},
			{
				says: `p99 of healthz in ms while Input Columns looks up 10,000 rows, ${latencyMs} ms`,
				what: 'healthP99Ms',
				of: large,
				goal: ['≤', 150],
			},
			{
				says: `p99 of opening a workflow in ms while Input Columns looks up 10,000 rows, ${latencyMs} ms`,
				what: 'openP99Ms',
				of: large,
				goal: ['≤', 150],
			},
		];
	}),
];

const COLORS = ['#1677ff', '#9db8d9', '#f0b27a', '#b7a7d6', '#d0d0d0'];

/** The bars for 2,000 rows, or for 500 rows if 2,000 were not measured. */
export const barsOf = ({ scenarios }: Pick<Summary<N8nRun>, 'scenarios'>): Bars => {
	const groups = [
		['Responses after 50 ms', 50, 0],
		['The same, half repeated', 50, 0.5],
		['Responses after 0 ms', 0, 0],
	] as const;
	return {
		title: 'Rows looked up per second in n8n',
		subtext:
			'2,000 rows (the loop after 50 ms: 500), over TLS. More is better. Only the first two verify their output.',
		groups: groups.map(([label]) => label),
		series: COMPARED.map((way, index) => ({
			name: way,
			color: COLORS[index] ?? '',
			values: groups.map(([, latencyMs, repeated]) => {
				const of = (rows: number) => scenarios[nameOf(scenario(way, latencyMs, rows, repeated))];
				return (of(2_000) ?? of(500))?.rowsPerSecond;
			}),
		})),
	};
};

/**
 * `npm run bench`: compares the speed of the node with alternatives, on n8n's engine or in a real n8n. It
 * uses the ratios within each round, and the median of the rounds.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './chart.mts';
import type { Bars } from './chart.mts';
import { measureEngine, profileEngine } from './engine.mts';
import { measureN8n, profileN8n } from './n8n/bench.mts';
import * as n8n from './n8n/scenarios.mts';
import type { Parts } from './profile.mts';
import { markdown, profileTable, summarize } from './report.mts';
import type { Claim, Column, Runs, Summary } from './report.mts';
import * as engine from './scenarios.mts';

const QUICK_ITEMS = 60;

const USAGE = `Usage: npm run bench -- [options]

  --n8n        measure in a real n8n, and compare with workflows without the node: 45 minutes
  --only NAME  with --n8n: measure only this group (${Object.keys(n8n.GROUPS).join(', ')}). You
               can use it several times. "everything" takes an hour for each round
  --quick      ${QUICK_ITEMS} items and one round: checks that the bench works; ignore the figures
  --rounds N   measure each scenario N times (default 5)
  --large      without --n8n: also measure 10,000 and 100,000 items; half an hour for each round
  --profile    only show where the node spends its processor time
  --json       print the figures as JSON and draw no chart
  --help       print this`;

interface Flags {
	n8n: boolean;
	/** Empty: all usual groups. */
	only: Group[];
	quick: boolean;
	large: boolean;
	json: boolean;
	profile: boolean;
	help: boolean;
	rounds: number;
}

type Group = keyof typeof n8n.GROUPS;

const isGroup = (name: string): name is Group => Object.hasOwn(n8n.GROUPS, name);

/** Without `everything`, which takes hours. */
const USUAL_GROUPS = Object.keys(n8n.GROUPS)
	.filter(isGroup)
	.filter((name) => name !== 'everything');

function readFlags(args: string[]): Flags {
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({
		args,
		options: {
			n8n: flag,
			only: { type: 'string', multiple: true, default: [] },
			quick: flag,
			large: flag,
			json: flag,
			profile: flag,
			help: flag,
			rounds: { type: 'string', default: '5' },
		},
	});
	if (!/^[1-9]\d?$/.test(values.rounds)) {
		throw new Error(`--rounds: "${values.rounds}" is not valid. Use a whole number from 1 to 99`);
	}
	const only = values.only.filter(isGroup);
	if (only.length < values.only.length || (only.length > 0 && !values.n8n)) {
		throw new Error(
			`--only: use one of ${Object.keys(n8n.GROUPS).join(', ')}, together with --n8n`,
		);
	}
	return { ...values, only, rounds: values.quick ? 1 : Number(values.rounds) };
}

/** The scenarios, how to measure them, and how to report the results. */
interface Bench<Scenario, Run extends Record<keyof Run, number>> {
	scenarios: Readonly<Record<string, Scenario>>;
	measure: (scenarios: Readonly<Record<string, Scenario>>, rounds: number) => Promise<Runs<Run>>;
	claims: ReadonlyArray<Claim<Run>>;
	columns: ReadonlyArray<Column<Run>>;
	chart: string;
	barsOf: (summary: Summary<Run>) => Bars;
}

async function run<Scenario, Run extends Record<keyof Run, number>>(
	{ scenarios, measure, claims, columns, chart: file, barsOf }: Bench<Scenario, Run>,
	{ rounds, json, quick, only }: Flags,
): Promise<void> {
	const summary = summarize(await measure(scenarios, rounds), claims);
	const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.versions.node}, ${rounds} rounds`;
	if (json) return print(JSON.stringify({ machine, ...summary }, null, 2));
	print(`${machine}\n\n${markdown(summary, columns)}`);
	// With only some of the groups, bars would be missing.
	const isWhole = only.length === 0 || (only.includes('rows2000') && only.includes('repeated'));
	if (quick || !isWhole) return;
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, chart(barsOf(summary)));
	print(`\nChart: ${file}`);
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Every scenario with a small number of items. */
const shortened = <Scenario,>(
	scenarios: Readonly<Record<string, Scenario>>,
	items: Partial<Scenario>,
) =>
	Object.fromEntries(Object.entries(scenarios).map(([name, one]) => [name, { ...one, ...items }]));

async function runEngine(flags: Flags): Promise<void> {
	if (flags.profile) {
		const parts = await profileEngine();
		return print(flags.json ? JSON.stringify(parts, null, 2) : profileTable(parts));
	}
	const all = { ...engine.SCENARIOS, ...(flags.large ? engine.LARGE_SCENARIOS : {}) };
	await run(
		{
			scenarios: flags.quick ? shortened(all, { items: QUICK_ITEMS }) : all,
			measure: measureEngine,
			claims: engine.CLAIMS,
			columns: engine.COLUMNS,
			chart: 'docs/images/bench.svg',
			barsOf: engine.barsOf,
		},
		flags,
	);
}

async function runN8n(flags: Flags): Promise<void> {
	if (flags.profile) return await profileWays(flags);
	const groups = flags.only.length > 0 ? flags.only : USUAL_GROUPS;
	const all = n8n.byName(groups.flatMap((name): readonly n8n.N8nScenario[] => n8n.GROUPS[name]));
	await run(
		{
			scenarios: flags.quick ? shortened(all, { rows: QUICK_ITEMS }) : all,
			measure: measureN8n,
			claims: n8n.CLAIMS,
			columns: n8n.COLUMNS,
			chart: 'docs/images/bench-n8n.svg',
			barsOf: n8n.barsOf,
		},
		flags,
	);
}

/** Profiles each way in its own n8n. */
async function profileWays({ json, quick }: Flags): Promise<void> {
	const ways = quick ? shortened(n8n.PROFILED, { rows: QUICK_ITEMS }) : n8n.PROFILED;
	const profiles: Record<string, Parts> = {};
	for (const [name, scenario] of Object.entries(ways)) profiles[name] = await profileN8n(scenario);
	if (json) return print(JSON.stringify(profiles, null, 2));
	for (const [name, parts] of Object.entries(profiles))
		print(`\n${name}\n\n${profileTable(parts)}`);
}

async function main(): Promise<void> {
	const flags = readFlags(process.argv.slice(2));
	if (flags.help) return print(USAGE);
	await (flags.n8n ? runN8n(flags) : runEngine(flags));
}

await main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});

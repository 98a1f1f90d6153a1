/**
 * `npm run bench`: the node beside Alipay's SDK and beside the floor, the least a node in n8n can do.
 * Every round measures each scenario once, so that a noisy machine disturbs all of them alike; what
 * counts are ratios, and of the rounds the median.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chart } from './chart.mts';
import { startGateway } from './jobs.mts';
import type { Gateway, Run, Scenario } from './jobs.mts';
import { markdown, profileTable, summarise } from './report.mts';
import { LARGE_SCENARIOS, PROFILED, SCENARIOS } from './scenarios.mts';

const CHART = 'docs/images/bench.svg';
const QUICK_ITEMS = 60;

const USAGE = `Usage: npm run bench -- [options]

  --quick      ${QUICK_ITEMS} items and one round: shows that it works; the figures mean nothing
  --rounds N   how often each scenario is measured (default 5)
  --large      also 10,000 and 100,000 items: half an hour for each round
  --profile    only tell where the node's processor time goes
  --json       print the figures as JSON and draw no chart
  --help       print this`;

interface Flags {
	quick: boolean;
	large: boolean;
	json: boolean;
	profile: boolean;
	help: boolean;
	rounds: number;
}

function readFlags(args: string[]): Flags {
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({
		args,
		options: {
			quick: flag,
			large: flag,
			json: flag,
			profile: flag,
			help: flag,
			rounds: { type: 'string', default: '5' },
		},
	});
	if (!/^[1-9]\d?$/.test(values.rounds)) {
		throw new Error(`--rounds must be a whole number from 1 to 99, not "${values.rounds}"`);
	}
	return { ...values, rounds: values.quick ? 1 : Number(values.rounds) };
}

/** Every scenario once a round, in turn. */
async function measureAll(scenarios: Record<string, Scenario>, rounds: number) {
	const say = (text: string) => process.stderr.write(`${text}\n`);
	const signedAhead = Math.max(...Object.values(scenarios).map(({ items }) => items));
	const latencies = [...new Set(Object.values(scenarios).map(({ latencyMs }) => latencyMs))];
	say(`… Signing ${signedAhead} answers ahead for ${latencies.length} simulators`);
	const gateways = new Map<number, Gateway>(
		await Promise.all(
			latencies.map(
				async (latency) => [latency, await startGateway(latency, signedAhead)] as const,
			),
		),
	);
	const runs: Record<string, Run[]> = {};
	try {
		for (let round = 1; round <= rounds; round++) {
			for (const [name, scenario] of Object.entries(scenarios)) {
				const run = await gateways.get(scenario.latencyMs)?.measure(scenario);
				if (!run) continue;
				(runs[name] ??= []).push(run);
				say(`  round ${round} of ${rounds}: ${name}: ${run.itemsPerSecond.toFixed(0)} items/s`);
			}
		}
	} finally {
		for (const gateway of gateways.values()) gateway.close();
	}
	return runs;
}

async function main(): Promise<void> {
	const flags = readFlags(process.argv.slice(2));
	if (flags.help) return void process.stdout.write(`${USAGE}\n`);

	if (flags.profile) {
		const gateway = await startGateway(PROFILED.latencyMs, PROFILED.items);
		const parts = await gateway.profile(PROFILED).finally(gateway.close);
		process.stdout.write(`${flags.json ? JSON.stringify(parts, null, 2) : profileTable(parts)}\n`);
		return;
	}
	const all = { ...SCENARIOS, ...(flags.large ? LARGE_SCENARIOS : {}) };
	const scenarios = Object.fromEntries(
		Object.entries(all).map(([name, scenario]) => [
			name,
			flags.quick ? { ...scenario, items: QUICK_ITEMS } : scenario,
		]),
	);
	const summary = summarise(await measureAll(scenarios, flags.rounds));
	const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node.js ${process.versions.node}, ${flags.rounds} rounds`;
	if (flags.json) {
		process.stdout.write(`${JSON.stringify({ machine, ...summary }, null, 2)}\n`);
		return;
	}
	process.stdout.write(`${machine}\n\n${markdown(summary)}\n`);
	if (flags.quick) return;
	await mkdir(path.dirname(CHART), { recursive: true });
	await writeFile(CHART, chart(summary));
	process.stdout.write(`\nChart: ${CHART}\n`);
}

await main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});

/** Compares the node with workflows without it, in a real n8n. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partsOf } from '../profile.mts';
import type { Parts } from '../profile.mts';
import type { Runs } from '../report.mts';
import { inRounds, say } from '../rounds.mts';
import { measure } from './measure.mts';
import type { N8nRun } from './measure.mts';
import { WAYS } from './scenarios.mts';
import type { N8nScenario } from './scenarios.mts';
import { openStand } from './stand.mts';
import type { Stand } from './stand.mts';

const WARM_UP_ROWS = 200;
const LINES_OF_LOG = 20;

/**
 * A connection of the SDK that is idle for too long crashes n8n's task runner with everything in it: the
 * runner freezes `Error`, which undici does not expect.
 */
const RUNNER_CRASHED = /Node execution failed/;
const MAX_ATTEMPTS = 3;

export async function measureN8n(
	scenarios: Readonly<Record<string, N8nScenario>>,
	rounds: number,
): Promise<Runs<N8nRun>> {
	const stand = await openFor(Object.values(scenarios));
	try {
		return await inRounds(
			scenarios,
			rounds,
			async (scenario) => await measureIn(stand, scenario),
			({ rowsPerSecond, healthP99Ms, openP99Ms }) =>
				`${rowsPerSecond.toFixed(0)} rows/s, p99 of healthz ${healthP99Ms.toFixed(0)} ms, of opening ${openP99Ms.toFixed(0)} ms`,
		);
	} finally {
		await stand.close();
	}
}

/** Measures where the main thread spends its time during a run, from V8's profile of n8n. */
export async function profileN8n(scenario: N8nScenario): Promise<Parts> {
	const folder = mkdtempSync(path.join(tmpdir(), 'alipay-bench-'));
	const stand = await openFor([scenario], ['--cpu-prof', `--cpu-prof-dir=${folder}`]);
	try {
		const from = monotonicMicros();
		await measureIn(stand, scenario);
		const to = monotonicMicros();
		await stand.stop();
		const file = readdirSync(folder).find((name) => name.split('.')[3] === String(stand.pid));
		if (!file) throw new Error('n8n did not write a profile');
		const profile = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Profiler.Profile;
		return partsOf(within(profile, from, to), scenario.rows);
	} finally {
		await stand.close();
		rmSync(folder, { recursive: true });
	}
}

/** Opens a stand, and warms it up: each way runs once at each gateway. */
async function openFor(scenarios: readonly N8nScenario[], nodeOptions: readonly string[] = []) {
	const signedAhead = Math.max(WARM_UP_ROWS, ...scenarios.map(({ rows }) => rows));
	const latencies = [...new Set(scenarios.map(({ latencyMs }) => latencyMs))];
	say(
		`… Starting n8n and ${latencies.length} simulators, which sign ${signedAhead} responses in advance`,
	);
	const stand = await openStand({ latencies, signedAhead, nodeOptions });
	try {
		const kinds = new Map(scenarios.map((one) => [`${one.way} ${one.latencyMs}`, one]));
		for (const one of kinds.values()) await measureIn(stand, { ...one, rows: WARM_UP_ROWS });
		return stand;
	} catch (error) {
		await stand.close();
		throw error;
	}
}

async function measureIn(stand: Stand, { way, latencyMs, rows, repeated }: N8nScenario) {
	const target = stand.targets.get(latencyMs);
	if (!target) throw new Error(`No gateway of ${latencyMs} ms`);
	for (let attempt = 1; ; attempt++) {
		try {
			return await measure(stand, { way: WAYS[way](target), rows, repeated });
		} catch (error) {
			const { message } = error as Error;
			if (attempt < MAX_ATTEMPTS && RUNNER_CRASHED.test(message)) {
				say(`  ${way}: n8n's task runner crashed. Trying again`);
				continue;
			}
			const end = stand.log().trim().split('\n').slice(-LINES_OF_LOG).join('\n');
			throw new Error(`${message}\nThe end of n8n's log:\n${end}`);
		}
	}
}

/** The clock of V8's profiles; on Linux and macOS all processes share it. */
const monotonicMicros = () => Number(process.hrtime.bigint() / 1000n);

/** The samples between two times. */
function within(profile: Profiler.Profile, from: number, to: number): Profiler.Profile {
	const { samples = [], timeDeltas = [] } = profile;
	let time = profile.startTime;
	const kept = samples.flatMap((sample, index) => {
		const delta = timeDeltas[index] ?? 0;
		time += delta;
		return time >= from && time <= to ? [{ sample, delta }] : [];
	});
	return {
		...profile,
		samples: kept.map(({ sample }) => sample),
		timeDeltas: kept.map(({ delta }) => delta),
	};
}

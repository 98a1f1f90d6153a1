/** Measures the contenders on n8n's engine. Each contender and each gateway has its own process. */
import { startGateway } from './jobs.mts';
import type { Run, Scenario } from './jobs.mts';
import type { Parts } from './profile.mts';
import type { Runs } from './report.mts';
import { inRounds, say } from './rounds.mts';
import { PROFILED } from './scenarios.mts';

export async function measureEngine(
	scenarios: Readonly<Record<string, Scenario>>,
	rounds: number,
): Promise<Runs<Run>> {
	const all = Object.values(scenarios);
	const signedAhead = Math.max(...all.map(({ items }) => items));
	const latencies = [...new Set(all.map(({ latencyMs }) => latencyMs))];
	say(`… Signing ${signedAhead} responses in advance for ${latencies.length} simulators`);
	const gateways = new Map(
		await Promise.all(
			latencies.map(async (ms) => [ms, await startGateway(ms, signedAhead)] as const),
		),
	);
	try {
		return await inRounds(
			scenarios,
			rounds,
			async (scenario) => {
				const gateway = gateways.get(scenario.latencyMs);
				if (!gateway) throw new Error(`No gateway of ${scenario.latencyMs} ms`);
				return await gateway.measure(scenario);
			},
			({ itemsPerSecond }) => `${itemsPerSecond.toFixed(0)} items/s`,
		);
	} finally {
		for (const gateway of gateways.values()) gateway.close();
	}
}

/** Measures where the node spends its time. */
export async function profileEngine(): Promise<Parts> {
	const gateway = await startGateway(PROFILED.latencyMs, PROFILED.items);
	return await gateway.profile(PROFILED).finally(gateway.close);
}

import type { Runs } from './report.mts';

/** Measures every scenario once per round, in turn, so that a noisy machine affects all of them equally. */
export async function inRounds<Scenario, Run>(
	scenarios: Readonly<Record<string, Scenario>>,
	rounds: number,
	measure: (scenario: Scenario) => Promise<Run>,
	describe: (run: Run) => string,
): Promise<Runs<Run>> {
	const runs: Record<string, Run[]> = {};
	for (let round = 1; round <= rounds; round++) {
		for (const [name, scenario] of Object.entries(scenarios)) {
			const run = await measure(scenario);
			(runs[name] ??= []).push(run);
			say(`  round ${round} of ${rounds}: ${name}: ${describe(run)}`);
		}
	}
	return runs;
}

/** Prints progress to stderr, so that stdout contains only the figures. */
export const say = (text: string) => process.stderr.write(`${text}\n`);

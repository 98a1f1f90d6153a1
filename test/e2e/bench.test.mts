/** `npm run bench -- --n8n` in its shortest form: every way looks up its rows, and is measured. */
import { describe, expect, it } from 'vitest';
import type { N8nRun } from '../../tools/bench/n8n/measure.mts';
import { GROUPS } from '../../tools/bench/n8n/scenarios.mts';
import type { Parts } from '../../tools/bench/profile.mts';
import { runTsx } from '../support/tsx.mts';

// The resources of a process can be read on Linux only.
describe.runIf(process.platform === 'linux')('npm run bench -- --n8n', () => {
	it('measures every way that operators have', { timeout: 300_000 }, async () => {
		const flags = ['--n8n', '--only', 'rows500', '--quick', '--json'];
		const { exitCode, stdout, stderr } = await runTsx(['tools/bench/main.mts', ...flags]);
		expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
		const { scenarios } = JSON.parse(stdout) as { scenarios: Record<string, N8nRun> };
		expect(Object.keys(scenarios)).toHaveLength(GROUPS.rows500.length);
		for (const run of Object.values(scenarios)) {
			const { peakMegabytes, ...figures } = run;
			for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
			expect(peakMegabytes).toBeGreaterThanOrEqual(0);
		}
	});

	it('shows where the time goes: expressions cost nothing when none is evaluated', async () => {
		const { exitCode, stdout } = await runTsx([
			...['tools/bench/main.mts', '--n8n', '--quick', '--profile', '--json'],
		]);
		expect(exitCode).toBe(0);
		const profiles = JSON.parse(stdout) as Record<string, Parts>;
		const evaluation = (name: string) =>
			profiles[name]?.find(({ part }) => part.includes('evaluation'))?.share ?? 0;
		expect(evaluation('expressions')).toBeGreaterThan(0.01);
		expect(evaluation('Input Columns')).toBeLessThan(evaluation('expressions') / 4);
	});
});

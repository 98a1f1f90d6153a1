import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chart } from '../../bench/chart.mts';
import type { Run } from '../../bench/jobs.mts';
import { markdown, median, summarise } from '../../bench/report.mts';
import { CLAIMS, LARGE_SCENARIOS, SCENARIOS } from '../../bench/scenarios.mts';

const run = (itemsPerSecond: number, cpuMsPerItem = 4): Run => ({
	...{ itemsPerSecond, cpuMsPerItem, peakBytesPerItem: 2048, loopP99Ms: 12 },
});

/** Rounds in which the machine itself slows down by half: the ratio within each round stays. */
const NOISY = {
	'SDK, one after another': [run(20), run(10), run(18)],
	'node at 10': [run(160), run(80), run(144)],
};

describe('the report', () => {
	it.each([
		[[3], 3],
		[[3, 1, 2], 2],
		[[4, 1, 2, 3], 2.5],
	])('the median of %j is %d', (values, middle) => {
		expect(median(values)).toBe(middle);
	});

	it('compares within a round, so that a slow round does not count', () => {
		const { claims } = summarise(NOISY);
		expect(claims).toHaveLength(1);
		expect(claims[0]).toMatchObject({ ratio: 8, goal: ['≥', 7.5] });
	});

	it('says of each ratio whether it is what was aimed at', () => {
		expect(markdown(summarise(NOISY))).toMatch(/one after another \| 8\.00 \| ≥ 7\.5 \| yes \|/);
		const slow = { ...NOISY, 'node at 10': [run(100), run(50), run(90)] };
		expect(markdown(summarise(slow))).toMatch(/\| 5\.00 \| ≥ 7\.5 \| no \|/);
	});

	it('claims speak of scenarios that are measured', () => {
		const names = Object.keys({ ...SCENARIOS, ...LARGE_SCENARIOS });
		for (const { of, by } of CLAIMS) expect(names).toEqual(expect.arrayContaining([of, by]));
	});

	it('the chart shows the figures as they are', () => {
		const svg = chart(summarise({ ...NOISY, 'floor at 10': [run(150)], 'SDK at 10': [run(170)] }));
		expect(svg).toMatch(/^<svg /);
		for (const text of ['144', '150', '170', '18 per second', 'This node'])
			expect(svg).toContain(`${text}`);
	});
});

describe('npm run bench', () => {
	it('--quick measures every scenario once', { timeout: 300_000 }, () => {
		const command = ['node_modules/tsx/dist/cli.mjs', 'bench/main.mts', '--quick', '--json'];
		const { machine, scenarios, claims } = JSON.parse(
			execFileSync(process.execPath, command, { encoding: 'utf8', stdio: 'pipe' }),
		);
		expect(machine).toContain(process.versions.node);
		expect(Object.keys(scenarios)).toEqual(Object.keys(SCENARIOS));
		for (const { itemsPerSecond, cpuMsPerItem } of Object.values<Run>(scenarios)) {
			expect(itemsPerSecond).toBeGreaterThan(0);
			expect(cpuMsPerItem).toBeGreaterThan(0);
		}
		expect(claims.length).toBeGreaterThan(5);
	});

	it.each([
		[['--rounds', '0'], '--rounds must be a whole number'],
		[['--fast'], 'fast'],
	])('%j is refused with the usage', (flags, complaint) => {
		const command = ['node_modules/tsx/dist/cli.mjs', 'bench/main.mts', ...flags];
		expect(() => execFileSync(process.execPath, command, { stdio: 'pipe' })).toThrow(complaint);
	});

	it('is a command of package.json', () => {
		expect(JSON.parse(readFileSync('package.json', 'utf8')).scripts.bench).toContain(
			'bench/main.mts',
		);
	});
});

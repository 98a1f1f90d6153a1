import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chart } from '../../../tools/bench/chart.mts';
import type { Run } from '../../../tools/bench/jobs.mts';
import { partsOf } from '../../../tools/bench/profile.mts';
import * as n8n from '../../../tools/bench/n8n/scenarios.mts';
import { markdown, median, percentile, summarize } from '../../../tools/bench/report.mts';
import {
	barsOf,
	CLAIMS,
	COLUMNS,
	LARGE_SCENARIOS,
	SCENARIOS,
} from '../../../tools/bench/scenarios.mts';
import { runTsx } from '../../support/tsx.mts';

const run = (itemsPerSecond: number, cpuMsPerItem = 4): Run => ({
	...{ itemsPerSecond, cpuMsPerItem, peakBytesPerItem: 2048, loopP99Ms: 12 },
});

/**
 * Rounds in which the machine itself slows down by half. The ratio within each round stays the
 * same.
 */
const NOISY = {
	'SDK, one after another': [run(20), run(10), run(18)],
	'node at 10': [run(160), run(80), run(144)],
};

describe('the report', () => {
	it.each([
		[[3], 3],
		[[3, 1, 2], 2],
		[[4, 1, 2, 3], 2.5],
	])('calculates the median of %j as %d', (values, middle) => {
		expect(median(values)).toBe(middle);
	});

	it('compares within a round, so a slow round does not matter', () => {
		const { claims } = summarize(NOISY, CLAIMS);
		expect(claims).toHaveLength(1);
		expect(claims[0]).toMatchObject({ measured: 8, goal: ['≥', 7.5] });
	});

	it('says for each ratio whether it meets its target', () => {
		const told = (runs: typeof NOISY) => markdown(summarize(runs, CLAIMS), COLUMNS);
		expect(told(NOISY)).toMatch(/one after another \| 8\.00 \| ≥ 7\.5 \| yes \|/);
		const slow = { ...NOISY, 'node at 10': [run(100), run(50), run(90)] };
		expect(told(slow)).toMatch(/\| 5\.00 \| ≥ 7\.5 \| no \|/);
	});

	it.each([
		[50, 2],
		[75, 3],
		[99, 4],
		[100, 4],
	])('finds that %d % of four values are at most the %dth', (percent, value) => {
		expect(percentile([4, 2, 1, 3], percent)).toBe(value);
	});

	it('can cover only one scenario', () => {
		const goal = ['≤', 15] as ['≤', number];
		const claim = { says: 'Loop', what: 'loopP99Ms', of: 'node at 10', goal } as const;
		expect(summarize(NOISY, [claim]).claims).toEqual([{ ...claim, measured: 12 }]);
	});

	it('makes claims about a real n8n only for measured scenarios', () => {
		const names = Object.keys(n8n.byName(Object.values(n8n.GROUPS).flat()));
		for (const { of, by = of } of n8n.CLAIMS)
			expect(names).toEqual(expect.arrayContaining([of, by]));
	});

	it('has a bar for each way in the chart of a real n8n', () => {
		const one = { rowsPerSecond: 123 } as Parameters<typeof n8n.barsOf>[0]['scenarios'][string];
		const scenarios = Object.fromEntries(
			Object.keys(n8n.byName(n8n.GROUPS.rows2000)).map((name) => [name, one]),
		);
		expect(chart(n8n.barsOf({ scenarios })).match(/>123</g)).toHaveLength(
			n8n.GROUPS.rows2000.length,
		);
	});

	it('makes claims only for measured scenarios', () => {
		const names = Object.keys({ ...SCENARIOS, ...LARGE_SCENARIOS });
		for (const { of, by } of CLAIMS) expect(names).toEqual(expect.arrayContaining([of, by]));
	});

	it('shows the figures as they are in the chart', () => {
		const runs = { ...NOISY, 'floor at 10': [run(150)], 'SDK at 10': [run(170)] };
		const svg = chart(barsOf(summarize(runs, CLAIMS)));
		expect(svg).toMatch(/^<svg /);
		for (const text of ['144', '150', '170', '18', 'This node']) expect(svg).toContain(`>${text}<`);
	});
});

describe('the profile', () => {
	it('counts each sample by the first matching rule from the leaf on, and omits idle time', () => {
		const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
			...{ id, children, hitCount: 0 },
			callFrame: { functionName, url, scriptId: '', lineNumber: 0, columnNumber: 0 },
		});
		const parts = partsOf(
			{
				nodes: [
					node(1, '(root)', '', [2, 3, 5]),
					node(2, '(idle)', ''),
					node(3, 'signRequest', 'file:///dist/nodes/Alipay/Alipay.node.js', [4]),
					node(4, 'signOneShot', 'node:internal/crypto/sig'),
					node(5, 'helper', 'file:///axios/index.js', [6]),
					node(6, 'connect', 'node:_tls_wrap'),
				],
				...{
					startTime: 0,
					endTime: 0,
					samples: [2, 3, 4, 5, 6],
					timeDeltas: [900, 1000, 3000, 2000, 4000],
				},
			},
			10,
		);
		expect(parts.map(({ part, msPerItem, share }) => [part, msPerItem, share])).toEqual([
			['A new TLS connection for each request', 0.4, 0.4],
			['RSA signature of the request', 0.3, 0.3],
			["n8n's HTTP helper", 0.2, 0.2],
			['This node, everything else', 0.1, 0.1],
		]);
	});
});

describe('npm run bench', () => {
	it('measures every scenario once with --quick', { timeout: 300_000 }, async () => {
		const { exitCode, stdout } = await runTsx(['tools/bench/main.mts', '--quick', '--json']);
		expect(exitCode).toBe(0);
		const { machine, scenarios, claims } = JSON.parse(stdout) as {
			machine: string;
			scenarios: Record<string, Run>;
			claims: unknown[];
		};
		expect(machine).toContain(process.versions.node);
		expect(Object.keys(scenarios)).toEqual(Object.keys(SCENARIOS));
		for (const { itemsPerSecond, cpuMsPerItem } of Object.values(scenarios)) {
			expect(itemsPerSecond).toBeGreaterThan(0);
			expect(cpuMsPerItem).toBeGreaterThan(0);
		}
		expect(claims.length).toBeGreaterThan(5);
	});

	it.each([
		[['--rounds', '0'], '--rounds: "0" is not valid. Use a whole number'],
		[['--fast'], 'fast'],
		[['--n8n', '--only', 'rows7'], '--only: use one of rows500'],
		[['--only', 'rows500'], 'together with --n8n'],
	])('refuses %j', async (flags, complaint) => {
		const { exitCode, stderr } = await runTsx(['tools/bench/main.mts', ...flags]);
		expect(exitCode).toBeGreaterThan(0);
		expect(stderr).toContain(complaint);
	});

	it('is a command of package.json', () => {
		const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
			scripts: { bench: string };
		};
		expect(scripts.bench).toContain('tools/bench/main.mts');
	});
});

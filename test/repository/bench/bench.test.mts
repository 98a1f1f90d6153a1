import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chart } from '../../../tools/bench/chart.mts';
import type { Run } from '../../../tools/bench/jobs.mts';
import { partsOf } from '../../../tools/bench/profile.mts';
import { markdown, median, summarise } from '../../../tools/bench/report.mts';
import { CLAIMS, LARGE_SCENARIOS, SCENARIOS } from '../../../tools/bench/scenarios.mts';
import { runTsx } from '../../support/tsx.mts';

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
		for (const text of ['144', '150', '170', '18', 'This node']) expect(svg).toContain(`>${text}<`);
	});
});

describe('the profile', () => {
	it('counts each sample by the first rule from the leaf on, and leaves idle time out', () => {
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
			['This node, all the rest', 0.1, 0.1],
		]);
	});
});

describe('npm run bench', () => {
	it('--quick measures every scenario once', { timeout: 300_000 }, async () => {
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
		[['--rounds', '0'], '--rounds must be a whole number'],
		[['--fast'], 'fast'],
	])('%j is refused', async (flags, complaint) => {
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

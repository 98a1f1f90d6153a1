import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULTS } from '../../../tools/simulator/faults.mts';
import { SAMPLES } from '../../../tools/simulator/fixtures/couponOperation.mts';
import { SCENARIO_PATTERNS } from '../../../tools/simulator/scenarioPatterns.mts';
import { SCENARIOS } from '../../../tools/simulator/scenarios.mts';

const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '');

it('docs/simulator.md explains every scenario and none that there is not', () => {
	const told = inCode.filter(
		(text) => text.startsWith('SIM-') && text !== 'SIM-CODE-isv.invalid-timestamp',
	);
	expect(told.sort()).toEqual(
		[...Object.keys(SCENARIOS), ...Object.keys(SCENARIO_PATTERNS)].sort(),
	);
});

it('docs/simulator.md names every fault', () => {
	expect(inCode).toEqual(expect.arrayContaining(Object.keys(FAULTS)));
});

it.each(['rich', 'refund', 'success', 'closed', 'initial'] as const)(
	'docs/simulator.md has both pairs of the operation "%s"',
	(name) => {
		const { auth_no, operation_id, out_order_no, out_request_no } = SAMPLES[name];
		const row = `| \`${auth_no}\`, \`${operation_id}\` | \`${out_order_no}\`, \`${out_request_no}\` |`;
		expect(page).toContain(row);
	},
);

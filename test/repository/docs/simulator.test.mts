import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULTS } from '../../../tools/simulator/faults.mts';
import { RECORDS as COUPONS, SAMPLES } from '../../../tools/simulator/fixtures/couponOperation.mts';
import { DEPOSITS } from '../../../tools/simulator/fixtures/fundAuthorization.mts';
import { REFUNDS } from '../../../tools/simulator/fixtures/refund.mts';
import { TRADES } from '../../../tools/simulator/fixtures/trade.mts';
import { TRANSFERS } from '../../../tools/simulator/fixtures/transfer.mts';
import { readFixtures } from '../../../tools/simulator/readFixtures.mts';
import { SCENARIO_PATTERNS } from '../../../tools/simulator/scenarioPatterns.mts';
import { SCENARIOS } from '../../../tools/simulator/scenarios.mts';

const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '');

it('docs/simulator.md explains exactly the existing scenarios', () => {
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

it('docs/simulator.md names every method', async () => {
	for (const { method } of await readFixtures()) expect(inCode).toContain(method);
});

it('docs/simulator.md shows records by number only, and both words next to an out_biz_no', () => {
	const known = [...COUPONS, ...DEPOSITS, ...TRANSFERS, ...TRADES, ...REFUNDS].flatMap(
		Object.values,
	);
	const told = inCode.filter((text) => /^(M|R|D|DR|B|T|RF)2026\d+$/.test(text));
	expect(told.length).toBeGreaterThan(20);
	for (const number of told) expect(known).toContain(number);
	const rows = page.split('\n').filter((line) => line.startsWith('| `B2026'));
	for (const row of rows) {
		const number = /`(B\d+)`/.exec(row)?.[1];
		const { product_code, biz_scene } =
			TRANSFERS.find(({ out_biz_no }) => out_biz_no === number) ?? {};
		expect(row).toContain(`with \`${product_code}\`, \`${biz_scene}\` |`);
	}
});

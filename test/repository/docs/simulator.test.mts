import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SAMPLES } from '../../../tools/simulator/book.mts';
import { CUES, FAULTS, OPEN_CUES } from '../../../tools/simulator/cues.mts';

const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '');

it('docs/simulator.md explains every cue and none that there is not', () => {
	const told = inCode.filter(
		(text) => text.startsWith('SIM-') && text !== 'SIM-CODE-isv.invalid-timestamp',
	);
	expect(told.sort()).toEqual([...Object.keys(CUES), ...Object.keys(OPEN_CUES)].sort());
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

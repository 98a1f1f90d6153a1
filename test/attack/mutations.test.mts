import { describe, expect, it } from 'vitest';
import { METHOD } from '../support/responses.mts';
import { attack, TARGETS } from './mutate.mts';

describe('a signed response that was changed on its way', () => {
	it.each(
		[...TARGETS.keys()].map((method) => [method, method === METHOD ? 10_000 : 1_000] as const),
	)(
		'of %s is refused, or shows exactly what was signed, %i times',
		{ timeout: 120_000 },
		(method, count) => {
			const { tried, refused, same, changed } = attack(method, count, method === METHOD ? 1 : 0);
			expect(changed).toEqual([]);
			expect(tried).toBeGreaterThanOrEqual(count);
			expect(refused + same).toBe(tried);
			// Both outcomes occur, so the attack reaches the signature check and does not end
			// before it.
			expect(same).toBeGreaterThan(0);
			expect(refused).toBeGreaterThan(same);
		},
	);
});

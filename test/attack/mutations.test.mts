import { describe, expect, it } from 'vitest';
import { attack } from './mutate.mts';

describe('a signed answer that was changed on its way', () => {
	it('is refused, or shows exactly what was signed, 10,000 times', { timeout: 120_000 }, () => {
		const { tried, refused, same, changed } = attack(10_000, 1);
		expect(changed).toEqual([]);
		expect(tried).toBeGreaterThan(10_000);
		expect(refused + same).toBe(tried);
		// Both ways out are taken, so the attack reaches the signature and does not end before it.
		expect(same).toBeGreaterThan(0);
		expect(refused).toBeGreaterThan(same);
	});
});

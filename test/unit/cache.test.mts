import { describe, expect, it } from 'vitest';
import { recalled, remember } from '../../alipay/application/cache.ts';

const LIMIT = 200;
const fill = (kind: string) => {
	for (let n = 0; n < LIMIT; n++) remember(kind, String(n), n);
};
const known = (kind: string) =>
	Array.from({ length: LIMIT }, (_, n) => n).filter((n) => recalled(kind, String(n)) === n);

describe('the cache', () => {
	it('holds 200 entries and drops the oldest for a new one', () => {
		fill('a');
		expect(known('a')).toHaveLength(LIMIT);
		remember('a', 'new', true);
		expect(recalled('a', '0')).toBeUndefined();
		expect(known('a')).toHaveLength(LIMIT - 1);
	});

	it('drops none when a known entry gets a new value, which makes it the youngest', () => {
		fill('b');
		remember('b', '5', 'fresh');
		expect(known('b')).toHaveLength(LIMIT - 1);
		for (let n = 0; n < 6; n++) remember('b', `new ${n}`, true);
		expect(recalled('b', '4')).toBeUndefined();
		expect(recalled('b', '5')).toBe('fresh');
		expect(recalled('b', '6')).toBeUndefined();
		expect(recalled('b', '7')).toBe(7);
	});
});

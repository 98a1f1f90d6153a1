import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cache, FOREVER } from '../../alipay/cache.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const LIMIT = 200;
const full = () => {
	const cache = new Cache<string, unknown>({ entries: LIMIT, ms: FOREVER });
	for (let n = 0; n < LIMIT; n++) cache.set(String(n), n);
	return cache;
};
const known = (cache: Cache<string, unknown>) =>
	Array.from({ length: LIMIT }, (_, n) => n).filter((n) => cache.get(String(n)) === n);

describe('the limits of a cache', () => {
	it('drop the oldest entry for a new one', () => {
		const cache = full();
		expect(known(cache)).toHaveLength(LIMIT);
		cache.set('new', true);
		expect(cache.get('0')).toBeUndefined();
		expect(known(cache)).toHaveLength(LIMIT - 1);
	});

	it('drop nothing when a known entry gets a new value, which makes it the youngest', () => {
		const cache = full();
		cache.set('5', 'fresh');
		for (let n = 0; n < 6; n++) cache.set(`new ${n}`, true);
		expect(cache.get('4')).toBeUndefined();
		expect(cache.get('5')).toBe('fresh');
		expect(cache.get('6')).toBeUndefined();
		expect(cache.get('7')).toBe(7);
	});

	it('drop the least recently used entry, and reading an entry uses it', () => {
		const cache = full();
		expect(cache.get('0')).toBe(0);
		cache.set('new', true);
		expect(cache.get('0')).toBe(0);
		expect(cache.get('1')).toBeUndefined();
	});

	it('drop an entry at its maximum age, however often it is used', () => {
		const cache = new Cache<string, string>({ entries: 10, ms: 60_000 });
		cache.set('a', 'kept');
		vi.advanceTimersByTime(59_999);
		expect(cache.get('a')).toBe('kept');
		vi.advanceTimersByTime(1);
		expect(cache.get('a')).toBeUndefined();
	});

	it('count the age from the last time an entry was set', () => {
		const cache = new Cache<string, string>({ entries: 10, ms: 60_000 });
		cache.set('a', 'old');
		vi.advanceTimersByTime(40_000);
		cache.set('a', 'new');
		vi.advanceTimersByTime(40_000);
		expect(cache.get('a')).toBe('new');
	});

	it('can keep an entry as long as its owner lives', () => {
		const cache = full();
		vi.advanceTimersByTime(10 * 365 * 86_400_000);
		expect(known(cache)).toHaveLength(LIMIT);
	});
});

describe('a cache', () => {
	it('creates a value once, and again when it is too old', () => {
		const cache = new Cache<string, number>({ entries: 10, ms: 1_000 });
		let made = 0;
		const make = () => ++made;
		expect([cache.of('a', make), cache.of('a', make), cache.of('b', make)]).toEqual([1, 1, 2]);
		vi.advanceTimersByTime(1_000);
		expect(cache.of('a', make)).toBe(3);
	});

	it('is not shared with another cache', () => {
		const [one, other] = [full(), new Cache<string, unknown>({ entries: 1, ms: FOREVER })];
		expect(one.get('1')).toBe(1);
		expect(other.get('1')).toBeUndefined();
	});
});

describe('a key that is an object', () => {
	const cache = new Cache<object, string>({ entries: 10, ms: FOREVER });
	const settings = { appId: '1', privateKey: 'a very secret text' };
	cache.set(settings, 'its value');

	it('is compared by its contents', () => {
		expect(cache.get({ ...settings })).toBe('its value');
		expect(cache.get({ ...settings, privateKey: 'another' })).toBeUndefined();
		expect(cache.get({ ...settings, more: '' })).toBeUndefined();
	});

	it('does not keep a secret', () => {
		const everything = inspect(cache, { depth: null, showHidden: true });
		expect(everything).toContain('its value');
		expect(everything).not.toContain('secret');
		expect(everything).not.toContain('privateKey');
	});
});

import { createHash } from 'node:crypto';

interface Bounds {
	/** If there are more, the least recently used entry is removed. */
	entries: number;
	/** How long an entry is kept, in milliseconds. */
	ms: number;
}

/** For entries that never expire. */
export const FOREVER = Infinity;

/**
 * A cache for expensive results. A key can be any JSON value. Unless the key is text, only its digest is
 * kept, so that secrets in it do not stay in memory.
 */
export class Cache<Key, Value> {
	private readonly entries = new Map<string, { value: Value; until: number }>();

	constructor(private readonly bounds: Bounds) {}

	get(key: Key): Value | undefined {
		const name = nameOf(key);
		const entry = this.entries.get(name);
		if (!entry) return undefined;
		this.entries.delete(name);
		if (entry.until <= performance.now()) return undefined;
		// Move the entry to the end: it is now the most recently used.
		this.entries.set(name, entry);
		return entry.value;
	}

	/** All values, the least recently used first. */
	values(): Value[] {
		const now = performance.now();
		return [...this.entries.values()].filter(({ until }) => until > now).map(({ value }) => value);
	}

	set(key: Key, value: Value): void {
		const name = nameOf(key);
		this.entries.delete(name);
		const [oldest] = this.entries.keys();
		if (this.entries.size >= this.bounds.entries && oldest !== undefined) {
			this.entries.delete(oldest);
		}
		this.entries.set(name, { value, until: performance.now() + this.bounds.ms });
	}

	delete(key: Key): void {
		this.entries.delete(nameOf(key));
	}

	/** The value of `key`. If it is missing, `make` creates it. */
	of(key: Key, make: () => Value): Value {
		const known = this.get(key);
		if (known !== undefined) return known;
		const value = make();
		this.set(key, value);
		return value;
	}
}

const nameOf = (key: unknown): string =>
	typeof key === 'string' ? key : createHash('sha256').update(JSON.stringify(key)).digest('base64');

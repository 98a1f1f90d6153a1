import { createHash } from 'node:crypto';

interface Bounds {
	/** Of more, the one that was used longest ago goes. */
	entries: number;
	/** How long an entry is kept, in milliseconds. */
	ms: number;
}

/** Where an entry is kept as long as its owner. */
export const FOREVER = Infinity;

/**
 * What was found out at some cost, by what it was found out from. A key may be any JSON value; of all
 * but a text a digest is kept, so that no secret in it outlives its use.
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
		// Taken out and put in again it is the youngest.
		this.entries.set(name, entry);
		return entry.value;
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

	/** The value of `key`, made by `make` when there is none. */
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

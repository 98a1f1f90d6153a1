import { createHash } from 'node:crypto';

/** A process may serve many credentials; to read a key or a certificate costs a few milliseconds. */
const LIMIT = 200;
const entries = new Map<string, unknown>();

/**
 * The only state of the protocol: what was read from a text, by the digest of that text, the oldest
 * dropped first. Nothing in it depends on when or for whom it was read.
 */
export function remembered<T>(kind: string, text: string, read: () => T): T {
	const fingerprint = fingerprintOf(kind, text);
	if (entries.has(fingerprint)) return entries.get(fingerprint) as T;
	const value = read();
	remember(kind, text, value);
	return value;
}

export function remember(kind: string, text: string, value: unknown): void {
	const fingerprint = fingerprintOf(kind, text);
	// Taken out and put in again, a known entry becomes the youngest, and no other one has to go.
	entries.delete(fingerprint);
	const oldest = entries.size >= LIMIT ? entries.keys().next().value : undefined;
	if (oldest !== undefined) entries.delete(oldest);
	entries.set(fingerprint, value);
}

export function recalled<T>(kind: string, text: string): T | undefined {
	return entries.get(fingerprintOf(kind, text)) as T | undefined;
}

const fingerprintOf = (kind: string, text: string) =>
	`${kind}:${createHash('sha256').update(text).digest('base64')}`;

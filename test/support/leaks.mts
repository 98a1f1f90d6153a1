/**
 * Checks everything that the tests see for key material: the engine's output (items, messages,
 * hints, stacks) and every logged line. Each vitest config sets it up for each test file.
 */
import { afterAll, expect } from 'vitest';

/**
 * The check looks for pieces of this length, one at each step. Any leak of 23 characters contains a
 * whole piece.
 */
const PIECE = 16;
const STEP = 8;
const pieces = new Map<string, string>();
const leaks: string[] = [];

/** From now on none of these secrets may appear. Short ones are searched as a whole. */
export function guard(secrets: object): void {
	for (const name of ['privateKey', 'encryptKey', 'appAuthToken']) {
		const secret = String((secrets as Record<string, unknown>)[name] ?? '').replace(
			/-----[^-]+-----|\s/g,
			'',
		);
		if (secret.length < 8) continue;
		for (let at = 0; at === 0 || at + PIECE <= secret.length; at += STEP) {
			pieces.set(secret.slice(at, at + PIECE), name);
		}
	}
}

/** Records a leak. The test file fails at its end and names the place. */
export function watch(place: string, text: string): void {
	for (const [piece, name] of pieces) {
		if (text.includes(piece)) leaks.push(`${name} shows in ${place}`);
	}
}

for (const stream of [process.stdout, process.stderr]) {
	const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
	stream.write = (...args: unknown[]) => {
		watch('a log line', String(args[0]));
		return write(...args);
	};
}
for (const level of ['debug', 'error', 'info', 'log', 'warn'] as const) {
	const print = console[level].bind(console);
	console[level] = (...args: unknown[]) => {
		watch('a log line', args.map(String).join(' '));
		print(...args);
	};
}

afterAll(() => expect(leaks, 'key material was shown').toEqual([]));

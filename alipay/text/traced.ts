import { withoutInvisible } from './characters';

/** A rewritten text, and for each character its offset in the pasted text. */
export interface Traced {
	text: string;
	at: readonly number[];
}

export const traced = (text: string): Traced => ({
	text,
	at: Array.from({ length: text.length }, (_char, index) => index),
});

export const sliceOf = ({ text, at }: Traced, start: number, end?: number): Traced => ({
	text: text.slice(start, end),
	at: at.slice(start, end),
});

/** Replaces the matches of `pattern` (with the flag g). Returns the same object if nothing changes. */
export function rewrite(
	from: Traced,
	pattern: RegExp,
	to: (match: RegExpMatchArray) => string,
): Traced {
	const texts: string[] = [];
	const at: number[] = [];
	let done = 0;
	const keep = (end: number) => {
		texts.push(from.text.slice(done, end));
		for (let index = done; index < end; index++) at.push(from.at[index] ?? 0);
	};
	for (const match of from.text.matchAll(pattern)) {
		const replacement = to(match);
		if (replacement === match[0]) continue;
		keep(match.index);
		texts.push(replacement);
		for (let index = 0; index < replacement.length; index++) at.push(from.at[match.index] ?? 0);
		done = match.index + match[0].length;
	}
	if (texts.length === 0) return from;
	keep(from.text.length);
	return { text: texts.join(''), at };
}

/** Rewrites until nothing changes, so that nested wrappings are removed too. */
export function settle(from: Traced, step: (text: Traced) => Traced): Traced {
	let text = from;
	for (let round = 0; round < MAX_ROUNDS; round++) {
		const next = step(text);
		if (next === text) break;
		text = next;
	}
	return text;
}

const MAX_ROUNDS = 10;

/** Line and position, from 1, of `offset` in the pasted text, as an editor counts visible characters. */
export function placeOf(pasted: string, offset: number): { line: number; position: number } {
	const before = pasted.slice(0, offset).split(/\r\n?|\n/);
	const position = [...withoutInvisible(before.at(-1) ?? '')].length + 1;
	return { line: before.length, position };
}

/** Characters as they come out of spreadsheets, web pages and chats. */
import { codePointOf } from '../text/charset';

/** Control characters, those without width (U+200B), and letters that show nothing (U+3164). */
const INVISIBLE = '\\p{Cc}\\p{Cf}\\u115F\\u1160\\u2800\\u3164\\uFFA0';

const VISIBLE = `[^\\s${INVISIBLE}]`;

/** From the first visible character to the last one. */
const INSIDE = new RegExp(`${VISIBLE}(?:.*${VISIBLE})?`, 'su');

const ONE_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'u');

const BLANK = new RegExp(`[\\s${INVISIBLE}]+`, 'gu');

/** What people and programs put around a number to keep it text. */
const QUOTES = '\'"`´‘’‚‛“”„‟′″ʼ＇＂｀«»‹›「」『』｢｣〝〞〟';

const MARKS = `(?:[\\s${INVISIBLE}=＝]|\\\\?[${QUOTES}])+`;

/** In front: `'2026`, `="2026`. Behind also the separator of a list: `2026",`. */
const MARKS_IN_FRONT = new RegExp(`^${MARKS}`, 'u');
const MARKS_BEHIND = new RegExp(`(?:${MARKS}|[,;，；、])+$`, 'u');

/** The text without what cannot be seen at its ends. */
export const trimmed = (text: string): string => INSIDE.exec(text)?.[0] ?? '';

/** The text as a message shows it. */
export const onOneLine = (text: string): string =>
	text.replace(/\s+/g, ' ').replace(new RegExp(`[${INVISIBLE}]+`, 'gu'), '');

/** The text without what cannot be seen. */
export const withoutBlanks = (text: string): string => text.replace(BLANK, '');

/** The code point of the first invisible character, e.g. `U+200B`; undefined when there is none. */
export function invisibleIn(text: string): string | undefined {
	const [found] = ONE_INVISIBLE.exec(text) ?? [];
	return found && codePointOf(found);
}

export const withoutMarks = (text: string): string =>
	text.replace(MARKS_IN_FRONT, '').replace(MARKS_BEHIND, '');

const NAMES: Readonly<Record<string, string>> = {
	"'": "an apostrophe (')",
	'`': 'a backtick (`)',
	'"': 'a quotation mark (")',
};

/** How a message names a character: `"A"`, `an apostrophe (')`, `a space (U+00A0)`, `"．" (U+FF0E)`. */
export function nameOf(char: string): string {
	if (char > ' ' && char <= '~') return NAMES[char] ?? `"${char}"`;
	const name = /\s/.test(char) ? 'a space' : `"${char}"`;
	return char === ' ' ? name : `${name} (${codePointOf(char)})`;
}

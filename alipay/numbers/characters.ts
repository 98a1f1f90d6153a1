/** Characters in numbers from spreadsheets, web pages and chats. */
import { codePointOf, QUOTES, UNSEEN } from '../text/characters';

const VISIBLE = `[^\\s${UNSEEN}]`;

/** From the first visible character to the last one. */
const INSIDE = new RegExp(`${VISIBLE}(?:.*${VISIBLE})?`, 'su');

const ONE_INVISIBLE = new RegExp(`[${UNSEEN}]`, 'u');

const BLANK = new RegExp(`[\\s${UNSEEN}]+`, 'gu');

/** Signs that people and programs put around a number to keep it as text. */
const MARK = `\\\\?[${QUOTES}]|[=＝\\s${UNSEEN}`;

/** Before the number: `'2026`, `="2026`. After it, also the separator of a list: `2026",`. */
const MARKS_IN_FRONT = new RegExp(`^(?:${MARK}])+`, 'u');
const MARKS_BEHIND = new RegExp(`(?:${MARK},;，；、])+$`, 'u');

/** The text without white space and invisible characters at its ends. */
export const trimmed = (text: string): string => INSIDE.exec(text)?.[0] ?? '';

/** The text as a message shows it. */
export const onOneLine = (text: string): string =>
	text.replace(/\s+/g, ' ').replace(new RegExp(`[${UNSEEN}]+`, 'gu'), '');

/** The text without white space and invisible characters. */
export const withoutBlanks = (text: string): string => text.replace(BLANK, '');

/** The code point of the first invisible character, for example `U+200B`, or undefined. */
export function invisibleIn(text: string): string | undefined {
	const [found] = ONE_INVISIBLE.exec(text) ?? [];
	return found && codePointOf(found);
}

export const withoutMarks = (text: string): string =>
	text.replace(MARKS_IN_FRONT, '').replace(MARKS_BEHIND, '');

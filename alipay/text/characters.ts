/** Characters that copying adds or changes. */

/**
 * For a character class: control and format characters, and invisible letters. Chat tools, word processors
 * and web pages leave them in copied text.
 */
export const UNSEEN = '\\p{Cc}\\p{Cf}\\u115f\\u1160\\u2800\\u3164\\uffa0';

/** Characters that only change how the character before them looks, as in some emoji. */
const MODIFIERS = '\\u034f|\\u17b4|\\u17b5|\\p{Variation_Selector}';

/** `UNSEEN` and `MODIFIERS`, without tabs and line breaks, which are white space. */
export const INVISIBLE = new RegExp(`(?![\\t\\n\\r])[${UNSEEN}]|${MODIFIERS}`, 'gu');

export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

const NOT_ASCII = /\P{ASCII}/gu;
const PRINTABLE = /^[ -~]$/;

/** The ASCII form of a full-width or styled character; any other character unchanged. */
export function asciiForm(char: string): string {
	const plain = char.normalize('NFKC');
	return PRINTABLE.test(plain) ? plain : char;
}

export const inAscii = (text: string): string => text.replace(NOT_ASCII, asciiForm);

/** Quotation marks and brackets of any kind. */
export const QUOTES = '"\'`´ʼ＇＂｀\\p{Pi}\\p{Pf}\\u201a\\u201e‹›「」｢｣『』《》〈〉【】〝〞〟″′';

const AROUND = `[\\s${QUOTES}()\\[\\]{},;.。、，；]`;
const OPENING = new RegExp(`^${AROUND}+`, 'u');
/** Without the lookbehind, a long run inside the text would be checked from each of its characters. */
const CLOSING = new RegExp(`(?<!${AROUND})${AROUND}+$`, 'u');

/** The text of a short field without characters that copying added. */
export const tidied = (text: string): string =>
	inAscii(withoutInvisible(text)).replace(OPENING, '').replace(CLOSING, '');

export const codePointOf = (char: string): string =>
	`U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const NAMES: Readonly<Record<string, string>> = {
	' ': 'a space',
	"'": "an apostrophe (')",
	'`': 'a backtick (`)',
	'"': 'a quotation mark (")',
};

/** Characters that cannot be shown alone: half a surrogate pair, or invisible. */
const FORMLESS = new RegExp(`[\\ud800-\\udfff${UNSEEN}]|${MODIFIERS}`, 'u');

/** How a message names a character: `"A"`, `an apostrophe (')`, `a space (U+00A0)`, `"．" (U+FF0E)`. */
export function nameOf(char: string): string {
	if (char >= ' ' && char <= '~') return NAMES[char] ?? `"${char}"`;
	if (FORMLESS.test(char)) return `a character ${codePointOf(char)}`;
	return `${/\s/.test(char) ? 'a space' : `"${char}"`} (${codePointOf(char)})`;
}

/** What copying does to single characters: some come along unseen, others in another form. */

/**
 * Of a character class: control and format characters, and letters that show nothing. Chat tools, word
 * processors and web pages leave them in a copied text.
 */
export const UNSEEN = '\\p{Cc}\\p{Cf}\\u115f\\u1160\\u2800\\u3164\\uffa0';

/** What only changes the look of its neighbor, as in some emoji. */
const MODIFIERS = '\\u034f|\\u17b4|\\u17b5|\\p{Variation_Selector}';

/** Both. Tab and line breaks are white space, not these. */
export const INVISIBLE = new RegExp(`(?![\\t\\n\\r])[${UNSEEN}]|${MODIFIERS}`, 'gu');

export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

const NOT_ASCII = /\P{ASCII}/gu;
const PRINTABLE = /^[ -~]$/;

/** The ASCII character that a full-width or otherwise styled one stands for; any other as it is. */
export function asciiForm(char: string): string {
	const plain = char.normalize('NFKC');
	return PRINTABLE.test(plain) ? plain : char;
}

export const inAscii = (text: string): string => text.replace(NOT_ASCII, asciiForm);

/** Quotation marks and brackets of any kind. */
export const QUOTES = '"\'`´ʼ＇＂｀\\p{Pi}\\p{Pf}\\u201a\\u201e‹›「」｢｣『』《》〈〉【】〝〞〟″′';

const AROUND = `[\\s${QUOTES}()\\[\\]{},;.。、，；]`;
const OPENING = new RegExp(`^${AROUND}+`, 'u');
/** The lookbehind keeps a long run inside the text from being tried from each of its characters. */
const CLOSING = new RegExp(`(?<!${AROUND})${AROUND}+$`, 'u');

/** The text of a short field without what copying put around it and into it. */
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

/** Has no form of its own: half a surrogate pair, or what shows nothing. */
const FORMLESS = new RegExp(`[\\ud800-\\udfff${UNSEEN}]|${MODIFIERS}`, 'u');

/** How a message names a character: `"A"`, `an apostrophe (')`, `a space (U+00A0)`, `"．" (U+FF0E)`. */
export function nameOf(char: string): string {
	if (char >= ' ' && char <= '~') return NAMES[char] ?? `"${char}"`;
	if (FORMLESS.test(char)) return `a character ${codePointOf(char)}`;
	return `${/\s/.test(char) ? 'a space' : `"${char}"`} (${codePointOf(char)})`;
}

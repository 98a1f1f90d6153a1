/** What copying does to single characters: some come along unseen, others in another form. */

/**
 * Control and format characters, variation selectors and blanks without width, which chat tools, word
 * processors and web pages leave in a copied text. Tab and line breaks are white space, not these.
 */
export const INVISIBLE =
	/(?![\t\n\r])\p{Cc}|\u034f|\p{Variation_Selector}|\p{Cf}|[\u115f\u1160\u2800\u3164\uffa0]|\u17b4|\u17b5/gu;

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
export const QUOTES = '"\'`´\\p{Pi}\\p{Pf}\\u201a\\u201e‹›「」『』《》〈〉【】〝〞〟″′';

const AROUND = `[\\s${QUOTES}()\\[\\]{},;.。、，；]`;
const OPENING = new RegExp(`^${AROUND}+`, 'u');
/** The lookbehind keeps a long run inside the text from being tried from each of its characters. */
const CLOSING = new RegExp(`(?<!${AROUND})${AROUND}+$`, 'u');

/** The text of a short field without what copying put around it and into it. */
export const tidied = (text: string): string =>
	inAscii(withoutInvisible(text)).replace(OPENING, '').replace(CLOSING, '');

/** How a message calls a character: itself in quotation marks, or its code point if it has no ink. */
export function nameOf(char: string): string {
	const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	return /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? `“${char}”` : `a character U+${hex}`;
}

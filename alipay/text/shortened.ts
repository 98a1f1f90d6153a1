/**
 * Foreign words go into messages, items and what a trigger remembers, so they are kept as short as a
 * person reads them: an hour of long responses must not fill a database.
 */

/** Of a code, e.g. sub_code, or an id, e.g. trace_id: Alipay's longest have half of it. */
export const LONGEST_CODE = 64;

/** Of a sentence, e.g. sub_msg. */
export const LONGEST_TEXT = 500;

/** The text, or its beginning and an ellipsis: at most `longest` characters. */
export function shortened(text: string, longest: number): string {
	if (text.length <= longest) return text;
	// Half of a character outside the basic plane is not text.
	return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

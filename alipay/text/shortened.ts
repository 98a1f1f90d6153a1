/**
 * Text from responses goes into messages, items and the memory of a trigger. It is shortened so that long
 * responses cannot fill a database.
 */

/** For a code such as sub_code or an id such as trace_id. Alipay's longest have half this length. */
export const LONGEST_CODE = 64;

/** For a sentence such as sub_msg. */
export const LONGEST_TEXT = 500;

/** The text, or its beginning and an ellipsis, with at most `longest` characters. */
export function shortened(text: string, longest: number): string {
	if (text.length <= longest) return text;
	// Do not cut a surrogate pair in half.
	return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

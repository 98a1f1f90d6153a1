import { codePointOf } from '../../alipay/text/charset';
import { localFault, success, type Outcome } from '../../alipay/errors/fault';

/** Of most of Alipay's numbers, e.g. auth_no, operation_id, out_order_no and out_request_no (API reference). */
const MAX_LENGTH = 64;

/** Control characters and those without width, e.g. U+200B: with one inside, Alipay finds no operation. */
const UNSEEN = /[\p{Cc}\p{Cf}]/u;

/** From the first character that is neither white space nor unseen to the last one. */
const INSIDE = /[^\s\p{Cc}\p{Cf}](?:.*[^\s\p{Cc}\p{Cf}])?/su;

const trimmed = (text: string) => INSIDE.exec(text)?.[0] ?? '';

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

/**
 * One of Alipay's or the merchant's numbers as text; '' when it is empty. `label` is how the form calls
 * it. Digits that JavaScript or a spreadsheet lost are refused.
 */
export function readNumber(label: string, value: unknown, maxLength = MAX_LENGTH): Outcome<string> {
	if (value === null || value === undefined) return success('');
	if (typeof value === 'number') {
		if (Number.isSafeInteger(value) && value >= 0) return success(String(value));
		return Math.abs(value) > Number.MAX_SAFE_INTEGER
			? refuse(
					`${label} is a number whose last digits are lost`,
					'Hand it over as text: format the spreadsheet column as text, or put quotation marks around it in the JSON.',
				)
			: refuse(
					`${label} is not a whole number`,
					'Check the expression: it must yield one number, best as text.',
				);
	}
	if (typeof value !== 'string') {
		return refuse(
			`${label} is ${Array.isArray(value) ? 'a list' : `of type ${typeof value}`}, not text`,
			'Check the expression: it must yield one number as text.',
		);
	}
	const text = trimmed(value);
	const [unseen] = UNSEEN.exec(text) ?? [];
	if (unseen) {
		return refuse(
			`${label} holds a character that is not seen (${codePointOf(unseen)})`,
			'Check that the field holds this one number, and type it anew: what is copied from a web page or a chat may bring such characters along.',
		);
	}
	// The plus sign tells 2.01E+27, which a spreadsheet writes, from an order number like 12E3.
	if (/^\d([.,]\d+)?E\+\d+$/i.test(text)) {
		return refuse(
			`${label} is in scientific notation, so digits are lost`,
			'Format the spreadsheet column as text and enter the number again.',
		);
	}
	if (text.length > maxLength) {
		return refuse(
			`${label} has ${text.length} characters; Alipay’s numbers have at most ${maxLength}`,
			'Check that the field holds this one number and nothing else.',
		);
	}
	return success(text);
}

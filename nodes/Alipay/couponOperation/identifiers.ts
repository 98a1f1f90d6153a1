import { codePointOf } from '../../../alipay/charset';
import { localFault, success, type Outcome } from '../../../alipay/fault';

/** The four numbers of an operation, by Alipay's names (API reference, request parameters). */
export const IDENTIFIERS = ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'] as const;

export type IdentifierName = (typeof IDENTIFIERS)[number];

/** One complete pair or both: what goes into biz_content. */
export type Identifiers = Readonly<Partial<Record<IdentifierName, string>>>;

/** The four numbers as the parameters deliver them: fixed text, or whatever an expression yields. */
export type RawIdentifiers = Readonly<Record<IdentifierName, unknown>>;

export type IdentifyBy = 'alipay' | 'merchant' | 'auto';

/** How the form calls each number, followed by Alipay's name. */
export const LABELS: Readonly<Record<IdentifierName, string>> = {
	auth_no: 'Auth No (auth_no)',
	operation_id: 'Operation ID (operation_id)',
	out_order_no: 'Out Order No (out_order_no)',
	out_request_no: 'Out Request No (out_request_no)',
};

/** Which numbers belong together (API reference: "该参数与…配对使用"). */
export const PAIRS = {
	alipay: ['auth_no', 'operation_id'],
	merchant: ['out_order_no', 'out_request_no'],
} as const satisfies Record<string, readonly [IdentifierName, IdentifierName]>;

const CHOICES: Readonly<
	Record<IdentifyBy, ReadonlyArray<readonly [IdentifierName, IdentifierName]>>
> = {
	alipay: [PAIRS.alipay],
	merchant: [PAIRS.merchant],
	auto: [PAIRS.alipay, PAIRS.merchant],
};

const MAX_LENGTH = 64;

/** Control characters and those without width, e.g. U+200B: with one inside, Alipay finds no operation. */
const UNSEEN = /[\p{Cc}\p{Cf}]/u;

/** From the first character that is neither white space nor unseen to the last one. */
const INSIDE = /[^\s\p{Cc}\p{Cf}](?:.*[^\s\p{Cc}\p{Cf}])?/su;

const trimmed = (text: string) => INSIDE.exec(text)?.[0] ?? '';

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

/**
 * Alipay's pairing rule: auth_no goes with operation_id, out_order_no with out_request_no, and one
 * pair must be complete. Numbers outside the choice are not looked at. With both pairs all four are
 * returned; Alipay then goes by its own two.
 */
export function pairIdentifiers(by: IdentifyBy, raw: RawIdentifiers): Outcome<Identifiers> {
	const pairs = CHOICES[by];
	const found: Partial<Record<IdentifierName, string>> = {};
	for (const name of pairs.flat()) {
		const number = readNumber(name, raw[name]);
		if (!number.ok) return number;
		if (number.value !== '') found[name] = number.value;
	}

	for (const [order, operation] of pairs) {
		const lonely =
			found[order] && !found[operation]
				? ([order, operation] as const)
				: found[operation] && !found[order]
					? ([operation, order] as const)
					: null;
		if (lonely) {
			const [given, missing] = lonely;
			return refuse(
				`${LABELS[given]} is filled in, ${LABELS[missing]} is not`,
				`Fill in ${LABELS[missing]}, too: the two go together, and no other number can stand in for one of them.`,
			);
		}
	}
	if (Object.keys(found).length === 0) {
		const choices = pairs.map(([order, operation]) => `${LABELS[order]} and ${LABELS[operation]}`);
		return refuse('There is no number to look up', `Fill in ${choices.join(', or ')}.`);
	}
	return success(found);
}

/** The pair by which Alipay finds the operation: its own when it is there. */
export function decidingPair(identifiers: Identifiers): readonly IdentifierName[] {
	return identifiers.auth_no ? PAIRS.alipay : PAIRS.merchant;
}

/** One number as text; '' when it is empty. Digits that JavaScript or a spreadsheet lost are refused. */
function readNumber(name: IdentifierName, value: unknown): Outcome<string> {
	const label = LABELS[name];
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
	if (text.length > MAX_LENGTH) {
		return refuse(
			`${label} has ${text.length} characters; Alipay’s numbers have at most ${MAX_LENGTH}`,
			'Check that the field holds this one number and nothing else.',
		);
	}
	return success(text);
}

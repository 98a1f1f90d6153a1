import { localFault, success, type Outcome } from '../../../alipay/errors/fault';
import { readNumber } from '../../shared/numbers';

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
const PAIRS = {
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
		const number = readNumber(LABELS[name], raw[name]);
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

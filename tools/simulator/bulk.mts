/**
 * A million more operations, each by a formula of its number, for runs over thousands of rows. Their
 * answers can be signed ahead, so that a load test measures its client and not the simulator.
 */
import { signedAnswer } from './answer.mts';
import type { AnswerContext, HttpAnswer } from './answer.mts';
import { beijingText } from './beijing.mts';
import { TRANSACTED_AFTER_MS } from './book.mts';
import type { OperationRecord, Pair, Reference, Settlement, Status } from './book.mts';
import { OK } from './errors.mts';
import { PEOPLE } from './rows.mts';

export const BULK_SIZE = 1_000_000;

const FIRST_CREATED = Date.UTC(2026, 8, 2, 0, 0, 0); // 08:00 in Beijing on 2026-09-02
const CREATED_EVERY_MS = 7_000;
const DIGITS = 12;
const PREFIXES = {
	auth_no: '2026090200002001',
	operation_id: '20260902',
	out_order_no: 'BULK-M',
	out_request_no: 'BULK-R',
} as const satisfies Record<keyof Reference, string>;

/** Of each hundred numbers, from 0 on: a kind ends below the number it names. */
const KINDS: ReadonlyArray<{ below: number; type: 'PAY' | 'REFUND'; status: Status }> = [
	{ below: 3, type: 'PAY', status: 'INIT' },
	{ below: 10, type: 'PAY', status: 'CLOSED' },
	{ below: 12, type: 'REFUND', status: 'CLOSED' },
	{ below: 90, type: 'PAY', status: 'SUCCESS' },
	{ below: 100, type: 'REFUND', status: 'SUCCESS' },
];

/** The numbers of operation `number`, from 1 to BULK_SIZE. */
export function bulkReference(number: number): Reference {
	const digits = String(number).padStart(DIGITS, '0');
	const entries = Object.entries(PREFIXES).map(([name, prefix]) => [name, prefix + digits]);
	return Object.fromEntries(entries) as Record<keyof Reference, string>;
}

/**
 * What Alipay would send of operation `number`: of a hundred, 88 SUCCESS (10 of them REFUND), 9 CLOSED
 * (2 of them REFUND) and 3 INIT, unless settled since. Each is alone in its order.
 */
export function bulkRecord(number: number, settlement?: Settlement): OperationRecord {
	const createdAt = FIRST_CREATED + number * CREATED_EVERY_MS;
	const kind = KINDS.find(({ below }) => number % 100 < below) as (typeof KINDS)[number];
	const { status, since } = settlement ?? {
		status: kind.status,
		since: createdAt + TRANSACTED_AFTER_MS,
	};
	const amount = (((number * 7919) % 2_000_000) / 100 + 0.01).toFixed(2);
	const [payer_user_id, payer_logon_id] = PEOPLE[0];
	const isRefunded = kind.type === 'REFUND' && status === 'SUCCESS';
	return {
		...bulkReference(number),
		amount,
		order_title: `红包/${number}`,
		operation_type: kind.type,
		status,
		remark: '活动奖励',
		payer_user_id,
		payer_logon_id,
		gmt_create: beijingText(createdAt),
		...(status === 'INIT' ? {} : { gmt_trans: beijingText(since) }),
		total_pay_refund_amount: isRefunded ? amount : '0.00',
	};
}

/** The number of the operation that a pair names; undefined when it names none of these. */
export function bulkNumber({ owner, order, operation }: Pair): number | undefined {
	const [orders, operations] =
		owner === 'alipay'
			? [PREFIXES.auth_no, PREFIXES.operation_id]
			: [PREFIXES.out_order_no, PREFIXES.out_request_no];
	const number = numberIn(order, orders);
	return number !== undefined && number === numberIn(operation, operations) ? number : undefined;
}

function numberIn(text: string, prefix: string): number | undefined {
	const digits = text.slice(prefix.length);
	if (!text.startsWith(prefix) || digits.length !== DIGITS || !/^\d+$/.test(digits))
		return undefined;
	const number = Number(digits);
	return number >= 1 && number <= BULK_SIZE ? number : undefined;
}

/** A shelf of answers: the first `count` are signed at once, for the usual kind of request. */
export function bulkAnswers(count: number, usual: AnswerContext) {
	const sign = (number: number, context: AnswerContext, settlement?: Settlement): HttpAnswer =>
		signedAnswer(
			{ ...OK, ...bulkRecord(number, settlement) },
			// The order of the fields follows the operation, so that its answer stays the same.
			{ ...context, requestNumber: number },
		);
	const ready = Array.from({ length: count }, (_, index) => sign(index + 1, usual));
	const isUsual = (context: AnswerContext) =>
		(['signType', 'alipayKey', 'certSn', 'charset', 'encryptKey'] as const).every(
			(name) => context[name] === usual[name],
		);
	return (number: number, context: AnswerContext, settlement?: Settlement): HttpAnswer =>
		(!settlement && isUsual(context) && ready[number - 1]) || sign(number, context, settlement);
}

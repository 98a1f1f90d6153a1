/**
 * A million more operations, each by a formula of its number, for runs over thousands of rows. Their
 * answers can be signed ahead, so that a load test measures its client and not the simulator.
 */
import { signedAnswer } from './answer.mts';
import type { AnswerContext, HttpAnswer } from './answer.mts';
import { beijingText } from './beijing.mts';
import type { OperationRecord, Pair, Reference, Status } from './book.mts';

export const BULK_SIZE = 1_000_000;

const FIRST_CREATED = Date.UTC(2026, 8, 2, 0, 0, 0); // 08:00 in Beijing on 2026-09-02
const CREATED_EVERY_MS = 7_000;
const TRANSACTED_AFTER_MS = 61_000;
const DIGITS = 12;
const PREFIXES = {
	auth_no: '2026090200002001',
	operation_id: '20260902',
	out_order_no: 'BULK-M',
	out_request_no: 'BULK-R',
} as const satisfies Record<keyof Reference, string>;

/** The numbers of operation `number`, from 1 to BULK_SIZE. */
export function bulkReference(number: number): Reference {
	const digits = String(number).padStart(DIGITS, '0');
	const entries = Object.entries(PREFIXES).map(([name, prefix]) => [name, prefix + digits]);
	return Object.fromEntries(entries) as Record<keyof Reference, string>;
}

/** What Alipay would send of operation `number`: of a hundred, 88 SUCCESS, 9 CLOSED and 3 INIT. */
export function bulkRecord(number: number): OperationRecord {
	const createdAt = FIRST_CREATED + number * CREATED_EVERY_MS;
	const share = number % 100;
	const status: Status = share < 3 ? 'INIT' : share < 12 ? 'CLOSED' : 'SUCCESS';
	return {
		...bulkReference(number),
		amount: (((number * 7919) % 2_000_000) / 100 + 0.01).toFixed(2),
		order_title: `红包/${number}`,
		operation_type: 'PAY',
		status,
		remark: '活动奖励',
		payer_user_id: '2088402019148643',
		payer_logon_id: 'ali*@alipay.com',
		gmt_create: beijingText(createdAt),
		...(status === 'INIT' ? {} : { gmt_trans: beijingText(createdAt + TRANSACTED_AFTER_MS) }),
		total_pay_refund_amount: '0.00',
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
	const sign = (number: number, context: AnswerContext): HttpAnswer =>
		signedAnswer(
			{ code: '10000', msg: 'Success', ...bulkRecord(number) },
			// The order of the fields follows the operation, so that its answer stays the same.
			{ ...context, requestNumber: number },
		);
	const ready = Array.from({ length: count }, (_, index) => sign(index + 1, usual));
	const isUsual = (context: AnswerContext) =>
		(['signType', 'alipayKey', 'certSn', 'charset', 'encryptKey'] as const).every(
			(name) => context[name] === usual[name],
		);
	return (number: number, context: AnswerContext): HttpAnswer =>
		(isUsual(context) && ready[number - 1]) || sign(number, context);
}

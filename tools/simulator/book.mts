/**
 * The operations that the simulated Alipay keeps. Numbers are built from the order and the operation
 * of a row, so that anybody can type them: n = 001, 002, …
 */
import { beijingText } from './beijing.mts';
import { EXTRA_PARAMS, OPTIONAL_FIELDS, PEOPLE, ROWS } from './rows.mts';
import type { Row } from './rows.mts';

/** The two pairs of numbers of an operation, under Alipay's own names. */
export interface Reference {
	auth_no: string;
	operation_id: string;
	out_order_no: string;
	out_request_no: string;
}

/** Alipay's own numbers of an operation. */
export const alipayPair = ({ auth_no, operation_id }: AlipayPair): AlipayPair => ({
	auth_no,
	operation_id,
});
type AlipayPair = Pick<Reference, 'auth_no' | 'operation_id'>;

/** The merchant's numbers of an operation. */
export const merchantPair = ({ out_order_no, out_request_no }: MerchantPair): MerchantPair => ({
	out_order_no,
	out_request_no,
});
type MerchantPair = Pick<Reference, 'out_order_no' | 'out_request_no'>;

/** The pair that a query goes by: Alipay's own numbers, or the merchant's. */
export interface Pair {
	owner: 'alipay' | 'merchant';
	order: string;
	operation: string;
}

export type FinalStatus = 'SUCCESS' | 'CLOSED';
export type Status = 'INIT' | FinalStatus;

/** How an operation was ended from outside; `since` in ms since the epoch. */
export interface Settlement {
	status: FinalStatus;
	since: number;
}

/** By operation_id. */
type Settlements = ReadonlyMap<string, Settlement>;

export interface Operation extends Reference {
	/** The red packet that this operation belongs to; a PAY and its REFUNDs share it. */
	orderIndex: number;
	type: 'PAY' | 'REFUND';
	/** The status when the simulator starts. */
	status: Status;
	/** Yuan with two decimals. */
	amount: string;
	title: string;
	remark: string;
	/** Those of the five optional fields (API reference: 选填) that this operation has. */
	optional: Partial<OptionalFields>;
	/** ms since the epoch. */
	createdAt: number;
	/** Only of an INIT that does not stay one. */
	settles?: { afterSeconds: number; as: FinalStatus };
}

interface OptionalFields {
	payer_user_id: string;
	payer_logon_id: string;
	payee_user_id: string;
	payee_logon_id: string;
	extra_param: string;
}

/** What Alipay sends of an operation: up to 17 fields, all texts, absent when it has none. */
export interface OperationRecord extends Reference, Partial<OptionalFields> {
	amount: string;
	order_title: string;
	operation_type: string;
	status: Status;
	remark: string;
	gmt_create: string;
	gmt_trans?: string;
	total_pay_refund_amount: string;
}

const FIRST_CREATED = Date.UTC(2026, 8, 1, 0, 0, 0); // 08:00 in Beijing on 2026-09-01
const CREATED_EVERY_MS = 433_000;
/** From gmt_create to gmt_trans of what was final from the start. */
export const TRANSACTED_AFTER_MS = 61_000;

const NOT_SETTLED: Settlements = new Map();

export const BOOK: readonly Operation[] = ROWS.map(operationOfRow);

/** Operations to query in tests and demos. */
export const SAMPLES = {
	rich: referenceOf(1), // every one of the 17 fields
	refund: referenceOf(2),
	success: referenceOf(3),
	closed: referenceOf(4),
	initial: referenceOf(5),
	bare: referenceOf(6), // no optional field
	settlesSuccess: referenceOf(7), // 5 s after the start
	settlesClosed: referenceOf(8), // 5 s after the start
} as const satisfies Record<string, Reference>;

/** The numbers asked for; undefined when one is not a string or is longer than 64 characters. */
export function askedNumbers(biz: Record<string, unknown>): Partial<Reference> | undefined {
	const asked: Partial<Reference> = {};
	for (const name of ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'] as const) {
		if (!(name in biz)) continue;
		const value = biz[name];
		if (typeof value !== 'string' || value.length > 64) return undefined;
		if (value.trim() !== '') asked[name] = value;
	}
	return asked;
}

/** The pair that counts: Alipay's own numbers win over the merchant's (API reference, 请求参数). */
export function effectivePair(asked: Partial<Reference>): Pair | undefined {
	if (asked.auth_no && asked.operation_id)
		return { owner: 'alipay', order: asked.auth_no, operation: asked.operation_id };
	if (asked.out_order_no && asked.out_request_no)
		return { owner: 'merchant', order: asked.out_order_no, operation: asked.out_request_no };
	return undefined;
}

/** The API reference's codes for what is not there. */
export type NotFound = 'AUTH_ORDER_NOT_EXIST' | 'AUTH_OPERATION_NOT_EXIST';

/** The operation of a pair, or why there is none. */
export function findOperation(pair: Pair): Operation | NotFound {
	const [order, operation] = (
		pair.owner === 'alipay' ? ['auth_no', 'operation_id'] : ['out_order_no', 'out_request_no']
	) as ['auth_no', 'operation_id'];
	const inOrder = BOOK.filter((entry) => entry[order] === pair.order);
	if (inOrder.length === 0) return 'AUTH_ORDER_NOT_EXIST';
	return inOrder.find((entry) => entry[operation] === pair.operation) ?? 'AUTH_OPERATION_NOT_EXIST';
}

/** The status at `now`, and since when if it is a final one. All times in ms since the epoch. */
function statusAt(
	operation: Operation,
	now: number,
	startedAt: number,
	settled: Settlements,
): { status: Status; since?: number } {
	const settlement = settled.get(operation.operation_id);
	if (settlement) return settlement;
	const { status, settles, createdAt } = operation;
	if (status !== 'INIT') return { status, since: createdAt + TRANSACTED_AFTER_MS };
	if (!settles) return { status };
	const since = startedAt + settles.afterSeconds * 1000;
	return now >= since ? { status: settles.as, since } : { status };
}

/** The record that Alipay would send at `now` from a simulator started at `startedAt` (both ms). */
export function operationAt(
	operation: Operation,
	now: number,
	startedAt: number,
	settled = NOT_SETTLED,
): OperationRecord {
	const { status, since } = statusAt(operation, now, startedAt, settled);
	const { auth_no, operation_id, out_order_no, out_request_no } = operation;
	return {
		...{ auth_no, operation_id, out_order_no, out_request_no },
		amount: operation.amount,
		order_title: operation.title,
		operation_type: operation.type,
		status,
		remark: operation.remark,
		...operation.optional,
		gmt_create: beijingText(operation.createdAt),
		...(since === undefined ? {} : { gmt_trans: beijingText(since) }),
		total_pay_refund_amount: refundedAt(operation.orderIndex, now, startedAt, settled),
	};
}

/** Yuan given back so far from a red packet; only refunds that succeeded count. */
function refundedAt(
	orderIndex: number,
	now: number,
	startedAt: number,
	settled: Settlements,
): string {
	const fen = BOOK.filter((entry) => entry.orderIndex === orderIndex && entry.type === 'REFUND')
		.filter((entry) => statusAt(entry, now, startedAt, settled).status === 'SUCCESS')
		.reduce((sum, entry) => sum + Math.round(Number(entry.amount) * 100), 0);
	return (fen / 100).toFixed(2);
}

function operationOfRow(row: Row, index: number): Operation {
	const [orderIndex, type, rowStatus, amount, title, remark, optional] = row;
	const order = String(orderIndex).padStart(3, '0');
	const number = String(index + 1).padStart(3, '0');
	const [status, seconds] = rowStatus.split('@') as [Status, string?];
	return {
		auth_no: `2026090100002001260000000${order}`,
		operation_id: `20260901355864862${number}`,
		out_order_no: `M20260901${order}`,
		out_request_no: `R20260901${number}`,
		...{ orderIndex, type, amount, title, remark },
		...(seconds === undefined || status === 'INIT'
			? { status }
			: { status: 'INIT', settles: { afterSeconds: Number(seconds), as: status } }),
		optional: optionalFields(optional, index),
		createdAt: FIRST_CREATED + index * CREATED_EVERY_MS,
	};
}

function optionalFields(which: Row[6], index: number): Partial<OptionalFields> {
	const [payer_user_id, payer_logon_id] = PEOPLE[index % PEOPLE.length] ?? PEOPLE[0];
	const [payee_user_id, payee_logon_id] = PEOPLE[(index + 1) % PEOPLE.length] ?? PEOPLE[1];
	const extra_param = EXTRA_PARAMS[index % EXTRA_PARAMS.length];
	const all = { payer_user_id, payer_logon_id, payee_user_id, payee_logon_id, extra_param };
	return Object.fromEntries(OPTIONAL_FIELDS[which].map((name) => [name, all[name]]));
}

/** `number` is that of the operation: its row in the table. */
function referenceOf(number: number): Reference {
	const operation = BOOK[number - 1];
	if (!operation) throw new Error(`No operation ${number} in the book`);
	const { auth_no, operation_id, out_order_no, out_request_no } = operation;
	return { auth_no, operation_id, out_order_no, out_request_no };
}

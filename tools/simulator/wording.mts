/** What a cue is, and the ways to word its answer. */
import type { KeyObject } from 'node:crypto';
import {
	envelope,
	NODE,
	nodeText,
	sealed,
	signature,
	signedAnswer,
	signMembers,
} from './answer.mts';
import type { AnswerContext, Delivery, HttpAnswer } from './answer.mts';
import { beijingText } from './beijing.mts';
import type { Settlement } from './book.mts';
import type { Signer, StrangeCertificate } from './certificates.mts';
import { errorFields } from './errors.mts';

export interface CueContext extends AnswerContext {
	/** A successful record that carries the numbers asked for. */
	success: Record<string, string>;
	/** A successful record of some other operation. */
	other: Record<string, string>;
	/** The string that the request's signature was verified against. */
	canonical: string;
	/** How many times this pair of numbers was asked for, this time included. */
	attempt: number;
	/** When this pair of numbers was first asked for, ms since the epoch. */
	firstAskedAt: number;
	/** ms since the epoch. */
	now: number;
	/** A private key that is neither Alipay's nor the application's. */
	foreignKey: () => KeyObject;
	/** A certificate that goes back to Alipay's root and is in no credential. */
	strange: (name: StrangeCertificate) => Signer;
	/** The key that both sides encrypt with when the request asks for it. */
	aesKey: Buffer;
}

export interface Cue {
	/** One line for people: what happens. */
	meaning: string;
	answer: (context: CueContext) => Delivery;
}

export function failure(subCode: string, remark = ''): Cue {
	const { code, sub_msg } = errorFields(subCode);
	// What the gateway itself complains of has a dot in it; it has not decrypted anything by then.
	const ofGateway = subCode.includes('.');
	return {
		meaning: `${code} ${subCode} ${sub_msg}${remark}`,
		answer: (context) => signedAnswer(errorFields(subCode), ofGateway ? inClear(context) : context),
	};
}

export function signedNode(context: CueContext): [text: string, sign: string] {
	const text = nodeText(context.success, context.requestNumber);
	return [text, signature(sealed(text, context), context)];
}

export function nodes(texts: readonly string[], sign: string, context: CueContext): HttpAnswer {
	const members = texts.map((text) => [NODE, sealed(text, context)] as const);
	return { body: envelope([...members, ...signMembers(sign, context)]) };
}

/** The record of an operation that began when its numbers were first asked for; INIT without `end`. */
export function freshRecord({ success, firstAskedAt }: CueContext, end?: Settlement) {
	const { gmt_trans: _ofTheOther, ...record } = success;
	return {
		...record,
		status: end?.status ?? 'INIT',
		gmt_create: beijingText(firstAskedAt),
		...(end && { gmt_trans: beijingText(end.since) }),
		total_pay_refund_amount: '0.00',
	};
}

export function foreign(context: CueContext): AnswerContext {
	return { ...context, alipayKey: context.foreignKey() };
}

/** In public-key mode there is no name to give, and the answer is one under a wrong key. */
export function signedBy(name: StrangeCertificate, context: CueContext): AnswerContext {
	const { privateKey, sn } = context.strange(name);
	return { ...context, alipayKey: privateKey, certSn: context.certSn && sn };
}

export function inClear(context: CueContext): AnswerContext {
	return { ...context, encryptKey: undefined };
}

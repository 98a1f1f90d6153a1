/** The desk behind the counter: decides what a request gets, without knowing of HTTP servers. */
import { answerSignType, askedNumbers, bizContent, canonicalString } from './request.mts';
import { effectivePair, refusal } from './request.mts';
import type { GatewayParams } from './request.mts';
import { ERROR_NODE, METHOD, NODE, seeded, signedAnswer, unsignedAnswer } from './answer.mts';
import type { AnswerContext, Delivery } from './answer.mts';
import { findOperation, operationAt, SAMPLES } from './book.mts';
import type { Operation, Pair, Reference } from './book.mts';
import { CUES, FAULTS } from './cues.mts';
import type { Cue, CueContext } from './cues.mts';
import { errorFields } from './errors.mts';
import { newPrivateKey } from './keys.mts';
import type { SimulatorKeys } from './keys.mts';

export interface DeskOptions {
	appId: string;
	keys: SimulatorKeys;
	/** 0 to 1. */
	faultRate: number;
	/** ms since the epoch. */
	now: () => number;
	timestampWindowMinutes: number;
}

export interface Decision {
	delivery: Delivery;
	/** `order/operation` of the pair that counted, or blank. */
	numbers: string;
	/** A few words for people. */
	outcome: string;
}

export interface Desk {
	/** `number` is the request's, 1, 2, 3… since the start. */
	decide(request: GatewayParams, number: number): Decision;
}

type CueBase = AnswerContext & Pick<CueContext, 'canonical'>;

const RICH = findOperation({
	owner: 'alipay',
	order: SAMPLES.rich.auth_no,
	operation: SAMPLES.rich.operation_id,
}) as Operation;
const OK = { code: '10000', msg: 'Success' };

/** Opens a desk; the operations that settle count their seconds from this moment. */
export function createDesk(options: DeskOptions): Desk {
	const { appId, keys, faultRate, now, timestampWindowMinutes } = options;
	const startedAt = now();
	const attempts = new Map<string, number>();
	let faults = 0;
	let foreignKey: ReturnType<typeof newPrivateKey> | undefined;

	const record = (operation: Operation) => ({ ...OK, ...operationAt(operation, now(), startedAt) });

	function playCue(cue: Cue, pair: Pair, asked: Partial<Reference>, context: CueBase): Delivery {
		const attemptsKey = `${pair.owner} ${pair.order} ${pair.operation}`;
		const attempt = (attempts.get(attemptsKey) ?? 0) + 1;
		attempts.set(attemptsKey, attempt);
		const rich = record(RICH);
		return cue.answer({
			...context,
			attempt,
			success: { ...rich, ...asked },
			other: rich,
			foreignKey: () => (foreignKey ??= newPrivateKey()),
		});
	}

	function decide(request: GatewayParams, number: number): Decision {
		const { params } = request;
		const context: CueBase = {
			requestNumber: number,
			signType: answerSignType(params),
			alipayKey: keys.alipay.privateKey,
			canonical: canonicalString(params),
		};
		const gate = { appId, appPublicKey: keys.application.publicKey, now: now() };
		const refused = refusal(request, { ...gate, timestampWindowMinutes });
		if (refused) {
			// For an app it does not know the gateway has no key to sign with (protocol §2, Unsigned answers).
			const answer = params.app_id === appId ? signedAnswer : unsignedAnswer;
			const node = params.method === METHOD ? NODE : ERROR_NODE;
			return decision(outcomeOf(refused), answer(refused, context, node));
		}

		const asked = askedNumbers(bizContent(params) ?? {});
		const pair = asked && effectivePair(asked);
		if (!asked || !pair) return answered(errorFields('ILLEGAL_ARGUMENT'), context);

		const cue = Object.hasOwn(CUES, pair.operation)
			? CUES[pair.operation as keyof typeof CUES]
			: undefined;
		if (cue) return decision(pair.operation, playCue(cue, pair, asked, context), pair);

		if (seeded(number) < faultRate) {
			const fault = FAULTS[faults++ % FAULTS.length] ?? FAULTS[0];
			return decision(`fault ${fault}`, playCue(CUES[fault], pair, asked, context), pair);
		}

		const found = findOperation(pair);
		return answered(typeof found === 'string' ? errorFields(found) : record(found), context, pair);
	}

	return { decide };
}

function answered(fields: Record<string, string>, context: AnswerContext, pair?: Pair): Decision {
	return decision(outcomeOf(fields), signedAnswer(fields, context), pair);
}

function decision(outcome: string, delivery: Delivery, pair?: Pair): Decision {
	return { outcome, delivery, numbers: pair ? `${pair.order}/${pair.operation}` : '' };
}

function outcomeOf(fields: Record<string, string>): string {
	return `${fields.code} ${fields.sub_code ?? fields.status}`;
}

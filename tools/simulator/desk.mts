/** The desk behind the counter: decides what a request gets, without knowing of HTTP servers. */
import {
	DOWNLOAD_METHOD,
	METHOD,
	nodeOf,
	seeded,
	signedAnswer,
	unsignedAnswer,
} from './answer.mts';
import type { AnswerContext, Delivery } from './answer.mts';
import { askedNumbers, effectivePair, SAMPLES } from './book.mts';
import type { OperationRecord, Pair } from './book.mts';
import { bulkAnswers, bulkNumber } from './bulk.mts';
import { cueOf, CUES, FAULTS } from './cues.mts';
import type { FaultName } from './cues.mts';
import type { SimulatorCertificates } from './certificates.mts';
import { decode } from './encoding.mts';
import { errorFields, OK } from './errors.mts';
import { newPrivateKey } from './keys.mts';
import type { SimulatorKeys } from './keys.mts';
import { openLedger } from './ledger.mts';
import type { Ledger } from './ledger.mts';
import { answerSignType, bizContent, bizText, isEncrypted, refusal } from './request.mts';
import type { Application, IncomingParams } from './request.mts';
import type { Cue, CueContext } from './wording.mts';

interface DeskOptions {
	/** By app_id. */
	applications: ReadonlyMap<string | undefined, Application>;
	keys: SimulatorKeys;
	certificates: SimulatorCertificates;
	/** 16 bytes; good for every application. */
	aesKey: Buffer;
	/** 0 to 1. */
	faultRate: number;
	/** What `faultRate` brings, in turn. */
	faults: readonly FaultName[];
	/** Queries a second; Infinity for no limit. */
	callLimit: number;
	/** So many answers of the generated operations are signed before the desk opens. */
	signedAhead: number;
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
	decide(request: IncomingParams, number: number): Decision;
	settle: Ledger['settle'];
}

type Fields = Record<string, string>;
/** What a query holds in its `biz_content`. */
type Biz = Record<string, unknown>;
type CueBase = AnswerContext & Pick<CueContext, 'canonical'>;

const RICH: Pair = {
	owner: 'alipay',
	order: SAMPLES.rich.auth_no,
	operation: SAMPLES.rich.operation_id,
};

/** Opens a desk; the operations that settle count their seconds from this moment. */
export function createDesk(options: DeskOptions): Desk {
	const { applications, keys, certificates, aesKey, now, timestampWindowMinutes } = options;
	const ledger = openLedger(now);
	/** Who answers which method; the others are refused. */
	const handlers = {
		[METHOD]: createQueryHandler(options, ledger),
		[DOWNLOAD_METHOD]: (biz: Biz, context: CueBase) => download(biz, context, certificates),
	};

	function decide(request: IncomingParams, number: number): Decision {
		const { params } = request.texts;
		const application = applications.get(params.app_id);
		const clear: CueBase = {
			requestNumber: number,
			signType: answerSignType(params),
			alipayKey: keys.alipay.privateKey,
			certSn: application?.requestSns && certificates.alipay.sn,
			charset: request.charset,
			canonical: decode(request.canonical, request.charset),
		};
		const node = nodeOf(params.method);
		const refused = refusal(request, { application, now: now(), timestampWindowMinutes });
		if (refused) {
			// For an app it does not know the gateway has no key to sign with, and leaves its answer unsigned.
			const answer = application ? signedAnswer : unsignedAnswer;
			return decision(outcomeOf(refused), answer(refused, clear, node));
		}

		const text = bizText(request, aesKey);
		if (text === undefined)
			return answered(errorFields('isv.decryption-error-unknown'), clear, undefined, node);
		// From here on both sides know the key.
		const context = isEncrypted(params) ? { ...clear, encryptKey: aesKey } : clear;
		const biz = bizContent(text);
		if (!biz) return answered(errorFields('isv.illegal-json'), context, undefined, node);
		return handlers[params.method as keyof typeof handlers](biz, context);
	}

	return { decide, settle: ledger.settle };
}

/** Answers queries: from the ledger, unless a cue, a call limit or a fault comes in between. */
function createQueryHandler(options: DeskOptions, ledger: Ledger) {
	const { keys, faultRate, faults, now } = options;
	const playCue = createCuePlayer(options, ledger);
	const isOverLimit = callCounter(options.callLimit, now);
	const bulkAnswer = bulkAnswers(options.signedAhead, {
		requestNumber: 0,
		signType: 'RSA2',
		alipayKey: keys.alipay.privateKey,
		charset: 'utf-8',
	});
	let faultsSoFar = 0;

	return (biz: Biz, context: CueBase): Decision => {
		const number = context.requestNumber;
		const asked = askedNumbers(biz);
		const pair = asked && effectivePair(asked);
		if (!asked || !pair) return answered(errorFields('ILLEGAL_ARGUMENT'), context);

		if (isOverLimit()) return answered(errorFields('isv.app-call-limited'), context, pair);
		const cue = cueOf(pair.operation);
		if (cue) {
			const success = { ...richRecord(ledger), ...asked };
			return decision(pair.operation, playCue(cue, pair, success, context), pair);
		}

		const found = ledger.recordOf(pair);
		const fields = typeof found === 'string' ? errorFields(found) : { ...OK, ...found };
		if (seeded(number) < faultRate) {
			const fault = faults[faultsSoFar++ % faults.length] as FaultName;
			const success = typeof found === 'string' ? richRecord(ledger) : fields;
			return decision(`fault ${fault}`, playCue(CUES[FAULTS[fault]], pair, success, context), pair);
		}
		const bulk = bulkNumber(pair);
		if (bulk === undefined || typeof found === 'string') return answered(fields, context, pair);
		const settlement = ledger.settlementOf(found.operation_id);
		return decision(outcomeOf(fields), bulkAnswer(bulk, context, settlement), pair);
	};
}

/** The answer of the operation that has every field. */
const richRecord = (ledger: Ledger): Fields => ({
	...OK,
	...(ledger.recordOf(RICH) as OperationRecord),
});

/** Plays cues, and remembers for each pair of numbers how often and since when it was asked for. */
function createCuePlayer({ certificates, aesKey, now }: DeskOptions, ledger: Ledger) {
	const played = new Map<string, Pick<CueContext, 'attempt' | 'firstAskedAt'>>();
	let foreignKey: ReturnType<typeof newPrivateKey> | undefined;
	/** `success` is what the cue's right answer, if it has one, tells of the operation. */
	return (cue: Cue, pair: Pair, success: Fields, context: CueBase): Delivery => {
		const key = `${pair.owner} ${pair.order} ${pair.operation}`;
		const before = played.get(key) ?? { attempt: 0, firstAskedAt: now() };
		const history = { ...before, attempt: before.attempt + 1 };
		played.set(key, history);
		return cue.answer({
			...context,
			...history,
			now: now(),
			success,
			other: richRecord(ledger),
			foreignKey: () => (foreignKey ??= newPrivateKey()),
			strange: certificates.strange,
			aesKey,
		});
	};
}

/** `alipay.open.app.alipaycert.download`: the answer is under the very certificate that it brings. */
function download(
	biz: Biz,
	context: AnswerContext,
	{ alipay, strange }: SimulatorCertificates,
): Decision {
	const signers = [() => alipay, () => strange('renewed'), () => strange('merchant')];
	const found = signers.find((signer) => signer().sn === biz.alipay_cert_sn)?.();
	const answerContext =
		found && context.certSn !== undefined
			? { ...context, alipayKey: found.privateKey, certSn: found.sn }
			: context;
	const fields = found
		? { ...OK, alipay_cert_content: Buffer.from(found.chain).toString('base64') }
		: errorFields('ALIPAY_CERT_NOT_EXIST');
	const answer = signedAnswer(fields, answerContext, nodeOf(DOWNLOAD_METHOD));
	return decision(found ? `${OK.code} certificate` : outcomeOf(fields), answer);
}

/** Counts calls by the second of the clock, as a limit per second does. */
function callCounter(limit: number, now: () => number): () => boolean {
	let second = 0;
	let calls = 0;
	return () => {
		const current = Math.floor(now() / 1000);
		if (current !== second) [second, calls] = [current, 0];
		return ++calls > limit;
	};
}

function answered(
	fields: Record<string, string>,
	context: AnswerContext,
	pair?: Pair,
	node?: string,
): Decision {
	return decision(outcomeOf(fields), signedAnswer(fields, context, node), pair);
}

function decision(outcome: string, delivery: Delivery, pair?: Pair): Decision {
	return { outcome, delivery, numbers: pair ? `${pair.order}/${pair.operation}` : '' };
}

function outcomeOf(fields: Record<string, string>): string {
	return `${fields.code} ${fields.sub_code ?? fields.status}`;
}

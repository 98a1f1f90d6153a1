import type { App } from './application/app';
import { ENCRYPT_TYPE } from './application/contentKey';
import type { PublicKey } from './application/keys';
import { businessCode, GATEWAY_CODES } from './errors/explain';
import { CANCELLED, failure, localFault, type Fault, type Outcome } from './errors/fault';
import { refuseUnencodable, signRequest, type Params } from './message/request';
import { judgeEnvelope, openEnvelope, type Answer, type Envelope } from './message/response';
import { decidingParameters, labelOf, responseBytesOf, type Method } from './methods/method';
import { nextStep, NOTHING_YET, type History, type Policy } from './policy';
import { encode } from './text/charset';
import { LONGEST_CODE, LONGEST_TEXT, shortened } from './text/shortened';
import { textOf } from './text/textOf';
import type { Transport } from './transport';
import { createVerificationKeys, type VerificationKeys } from './verificationKey';

/** One question to Alipay. */
export interface Call {
	/** The method's own parameters, sent as the JSON text `biz_content`. */
	bizContent: BizContent;
	/** Acts for this merchant instead of the one in the credential; '' for the credential's. */
	appAuthToken: string;
	/** How long to wait for each response. */
	timeoutMs: number;
}

/** The parameters of a method by Alipay's names: anything that JSON can say. */
export type BizContent = Readonly<Record<string, unknown>>;

export interface Result {
	outcome: Outcome<Answer>;
	/** How many requests it took. */
	attempts: number;
	/** How many of them repeated one that led to no answer. */
	retries: number;
	/** Whether the status was still open when the waiting time was over. */
	isStillOpen: boolean;
}

export interface Client {
	/** Asks until there is an answer or `policy` gives up. */
	call: (method: Method, call: Call, policy: Policy) => Promise<Result>;
}

/** Calls Alipay for `app`; one for each run, whose responses share what they are verified with. */
export function createClient(app: App, transport: Transport): Client {
	const keys = createVerificationKeys(app, transport);
	return {
		async call(method, call, policy) {
			const encodable = refuseUnencodable(textsOf(call.bizContent), app.charset);
			if (!encodable.ok) return { ...NOTHING_SENT, outcome: encodable };
			return await repeat({ app, transport, keys, method, call }, policy);
		},
	};
}

/** A question, and what it is sent with. */
interface Context {
	app: App;
	transport: Transport;
	keys: VerificationKeys;
	method: Method;
	call: Call;
}

const NOTHING_SENT = { attempts: 0, retries: 0, isStillOpen: false };

/** Sends until the policy says that it is done. */
async function repeat(context: Context, policy: Policy): Promise<Result> {
	const { method, transport } = context;
	const result = { ...NOTHING_SENT };
	let isRetry = false;
	for (let history: History = NOTHING_YET; ; ) {
		const { outcome, isSent } = await attempt(context, result.attempts === 0);
		if (!isSent) return { ...result, outcome };
		result.attempts++;
		if (isRetry) result.retries++;
		const random = outcome.ok ? 0 : Math.random();
		const elapsedMs = transport.clock.elapsed();
		const step = nextStep(method, policy, history, outcome, elapsedMs, random);
		if (step.next === 'end') {
			const { isStillOpen } = step;
			return { ...result, isStillOpen, outcome: withDoubt(method, step.outcome) };
		}
		isRetry = step.next === 'retry';
		history = step.history;
		if (step.pauseMs > 0) await transport.sleep(step.pauseMs);
		if (transport.over.aborted) return { ...result, outcome: CANCELLED };
	}
}

/** How far an attempt has come. */
interface Progress {
	isSent: boolean;
	/** A response whose certificate nobody pasted: it is not judged before that is downloaded. */
	unjudged: { envelope: Envelope; canonical: string } | null;
}

/** One request, and what its response proves. */
async function attempt(
	context: Context,
	isFirst: boolean,
): Promise<{ outcome: Outcome<Answer>; isSent: boolean }> {
	const { transport, keys, call } = context;
	const progress: Progress = { isSent: false, unjudged: null };
	const outcome = await transport.admit(async () => await exchange(context, progress), isFirst);
	const { isSent, unjudged } = progress;
	if (!unjudged) return { outcome, isSent };
	// The download is a request of its own, for which there must be room as for any other.
	const { envelope, canonical } = unjudged;
	const key = await keys.fetched(envelope, call.timeoutMs);
	const judged = key.ok
		? judge(context, envelope, key.value, canonical)
		: failure(inFewWords(key.fault, tokenOf(context)));
	return { outcome: judged, isSent };
}

/** Stands for an outcome until the certificate is there; the pace of the run learns nothing from it. */
const UNJUDGED = localFault(
	'alipay-certificate-unknown',
	'Alipay signed with a certificate that is not downloaded yet',
	'Run the item again.',
);

async function exchange(context: Context, progress: Progress): Promise<Outcome<Answer>> {
	const { app, transport, keys, method, call } = context;
	const acting = { ...app, appAuthToken: tokenOf(context) };
	const params = { method: method.name, ...bizContentParams(app, call.bizContent) };
	const { http, canonical } = signRequest(acting, params, transport.clock.now());
	const limits = { timeoutMs: call.timeoutMs, responseBytes: responseBytesOf(method) };
	progress.isSent = true;
	const sent = await transport.send(http, limits);
	if (!sent.ok) return sent;
	const envelope = openEnvelope(sent.value, method, app);
	if (!envelope.ok) return envelope;
	const key = keys.known(envelope.value);
	if (key) return judge(context, envelope.value, key, canonical);
	progress.unjudged = { envelope: envelope.value, canonical };
	return UNJUDGED;
}

/** Whether a response is Alipay's, and about this question. `canonical` is what the request signed. */
function judge(
	context: Context,
	envelope: Envelope,
	key: PublicKey,
	canonical: string,
): Outcome<Answer> {
	const { app, method, call } = context;
	const judged = judgeEnvelope(envelope, key, app, method.codes);
	if (judged.ok) return objection(method, call.bizContent, judged.value) ?? judged;
	if (judged.fault.code === 'answer-signature-mismatch') app.learned.isProven = false;
	return failure(inFewWords(explainSignature(judged.fault, canonical), tokenOf(context)));
}

/** The merchant for whom the call acts. */
const tokenOf = ({ app, call }: Context): string => call.appAuthToken || app.appAuthToken;

const textsOf = (bizContent: BizContent): Params =>
	Object.fromEntries(Object.entries(bizContent).map(([name, value]) => [name, textOf(value)]));

/** `biz_content` as text, or encrypted with its `encrypt_type`; the signature covers what is sent. */
function bizContentParams({ contentKey, charset }: App, bizContent: BizContent): Params {
	const text = JSON.stringify(bizContent);
	if (!contentKey) return { biz_content: text };
	return { biz_content: contentKey.encrypt(encode(text, charset)), encrypt_type: ENCRYPT_TYPE };
}

/**
 * A signature proves that Alipay wrote the response, not that it is about this question: a genuine one
 * about something else could be played back. So the numbers asked for must stand in it.
 */
function objection(method: Method, bizContent: BizContent, { fields, trace_id }: Answer) {
	const strange = decidingParameters(method, bizContent)
		.filter((name) => method.fields.some((field) => field.name === name))
		.find((name) => fields.get(name) !== bizContent[name]);
	if (strange === undefined) return null;
	return localFault(
		'answer-for-another-operation',
		`The answer is signed by Alipay, but its ${labelOf(method, strange)} is not the one asked for`,
		'Do not use this answer. Check that nothing between this machine and Alipay stores answers (proxy, cache, custom gateway).',
		trace_id,
	);
}

/** A `write` that Alipay has not certainly refused may have been carried out. */
function withDoubt(method: Method, outcome: Outcome<Answer>): Outcome<Answer> {
	if (method.effect === 'read' || outcome.ok || isCertain(method, outcome.fault)) return outcome;
	const { message, solution } = outcome.fault;
	return failure({
		...outcome.fault,
		retryable: false,
		message: `${message}. Alipay may have carried out ${method.name} all the same`,
		solution: `It was sent once and is not repeated: look up at Alipay whether it was carried out before you send it again. ${solution}`,
	});
}

/** Whether Alipay has certainly done nothing: it never got the request, or it has refused it by a known code. */
function isCertain({ codes }: Method, fault: Fault): boolean {
	if (fault.code === 'gateway-blocked') return true;
	if (!fault.signature_verified || fault.cause === 'temporarily-unavailable') return false;
	return fault.code === BUSINESS_FAILED
		? Object.hasOwn(codes, businessCode(fault.sub_code, codes))
		: Object.hasOwn(GATEWAY_CODES, fault.code);
}

/** The gateway let the request through, and the method refused it (opendocs common/02km9f). */
const BUSINESS_FAILED = '40004';

/**
 * When Alipay refuses a signature it repeats the text that it checked. The same text as ours leaves
 * the key pair as the cause; another one means that the request was changed on its way.
 */
function explainSignature(fault: Fault, canonical: string): Fault {
	if (fault.sub_code !== 'isv.invalid-signature' || !fault.sub_msg) return fault;
	const theirs = withoutEntities(fault.sub_msg);
	// Alipay quotes its text within a sentence; an "&" at either end of ours means that it has more.
	const [before, ...after] = theirs.split(canonical);
	const same = after.length > 0 && !before?.endsWith('&') && !after[0]?.startsWith('&');
	if (same || !theirs.includes('app_id=')) return fault;
	return {
		...fault,
		message: `${fault.message}: the request that reached it is not the one that was signed`,
		solution:
			'Check the Gateway URL of the credential and any proxy on the way: something changes the parameters or their encoding.',
	};
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&amp;': '&',
	'&quot;': '"',
	'&lt;': '<',
	'&gt;': '>',
	'&#39;': "'",
	'&apos;': "'",
	'&#34;': '"',
};

function withoutEntities(text: string): string {
	return text.replace(/&(amp|quot|lt|gt|apos|#39|#34);/g, (entity) => ENTITIES[entity] ?? entity);
}

/**
 * A fault with the words of the response as they may leave. Alipay repeats the request's parameters in some
 * messages, the merchant's token among them; and what is not signed may say anything, at any length.
 */
function inFewWords(fault: Fault, token: string): Fault {
	if (!fault.msg && !fault.sub_code && !fault.sub_msg) return fault;
	const open = (text: string) => (token === '' ? text : text.replaceAll(token, '***'));
	const word = (text: string | null) => text && shortened(open(text), LONGEST_CODE);
	const sentence = (text: string | null) => text && shortened(open(text), LONGEST_TEXT);
	const quoted = [fault.sub_code, fault.code, fault.msg].filter((text) => text !== null);
	const message = quoted
		.filter((text) => text.length > LONGEST_CODE)
		.reduce((text, long) => text.replaceAll(long, () => word(long) ?? ''), fault.message);
	return {
		...fault,
		code: word(fault.code) ?? '',
		msg: sentence(fault.msg),
		sub_code: word(fault.sub_code),
		sub_msg: sentence(fault.sub_msg),
		message: open(message),
	};
}

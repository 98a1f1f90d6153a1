import type { App } from './application/app';
import { ENCRYPT_TYPE } from './application/contentKey';
import type { PublicKey } from './application/keys';
import { CANCELLED, failure, localFault, success, type Fault, type Outcome } from './errors/fault';
import { refuseUnencodable, signRequest, type Params } from './message/request';
import { judgeEnvelope, openEnvelope, type Answer, type Envelope } from './message/response';
import { decidingParameters, labelOf, responseBytesOf, type Method } from './methods/method';
import { nextStep, NOTHING_YET, type History, type Policy } from './policy';
import { encode } from './text/charset';
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

/** A response whose certificate nobody pasted: it is not judged before that is downloaded. */
interface Unjudged {
	envelope: Envelope;
	canonical: string;
}

/** One request, and what its response proves. */
async function attempt(
	context: Context,
	isFirst: boolean,
): Promise<{ outcome: Outcome<Answer>; isSent: boolean }> {
	const { transport, keys, call } = context;
	const progress = { isSent: false };
	const received = await transport.admit(async () => {
		progress.isSent = true;
		return await exchange(context);
	}, isFirst);
	if (!received.ok) return { ...progress, outcome: received };
	if (!('envelope' in received.value)) {
		return { ...progress, outcome: success(received.value) };
	}
	// The download is a request of its own, for which there must be room as for any other.
	const { envelope, canonical } = received.value;
	const key = await keys.fetched(envelope, call.timeoutMs);
	return { ...progress, outcome: key.ok ? judge(context, envelope, key.value, canonical) : key };
}

async function exchange(context: Context): Promise<Outcome<Answer | Unjudged>> {
	const { app, transport, keys, method, call } = context;
	const acting = { ...app, appAuthToken: call.appAuthToken || app.appAuthToken };
	const params = { method: method.name, ...bizContentParams(app, call.bizContent) };
	const { http, canonical } = signRequest(acting, params, transport.clock.now());
	const limits = { timeoutMs: call.timeoutMs, responseBytes: responseBytesOf(method) };
	const sent = await transport.send(http, limits);
	if (!sent.ok) return sent;
	const envelope = openEnvelope(sent.value, method, app);
	if (!envelope.ok) return envelope;
	const key = keys.known(envelope.value);
	return key
		? judge(context, envelope.value, key, canonical)
		: success({ envelope: envelope.value, canonical });
}

/** Whether a response is Alipay's, and about this question. `canonical` is what the request signed. */
function judge(
	{ app, method, call }: Context,
	envelope: Envelope,
	key: PublicKey,
	canonical: string,
): Outcome<Answer> {
	const judged = judgeEnvelope(envelope, key, app, method.codes);
	if (judged.ok) return objection(method, call.bizContent, judged.value) ?? judged;
	const token = call.appAuthToken || app.appAuthToken;
	return failure(withoutSecret(explainSignature(judged.fault, canonical), token));
}

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

/** A `write` whose response is lost may have been carried out: nobody but Alipay knows. */
function withDoubt({ name, effect }: Method, outcome: Outcome<Answer>): Outcome<Answer> {
	if (effect === 'read' || outcome.ok) return outcome;
	const { signature_verified, cause, message } = outcome.fault;
	if (signature_verified && cause !== 'temporarily-unavailable') return outcome;
	return failure({
		...outcome.fault,
		retryable: false,
		message: `${message}. Alipay may have carried out ${name} all the same`,
		solution:
			'It was sent once and is not repeated. Look up at Alipay whether it was carried out before you send it again.',
	});
}

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

/** Alipay repeats the request's parameters in some messages, the merchant's token among them. */
function withoutSecret(fault: Fault, token: string): Fault {
	if (token === '' || !fault.sub_msg) return fault;
	return { ...fault, sub_msg: fault.sub_msg.replaceAll(token, '***') };
}

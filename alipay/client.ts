import type { App } from './application/app';
import { ENCRYPT_TYPE } from './application/contentKey';
import type { PublicKey } from './application/keys';
import { objection, objectionToRefusal } from './echo';
import { CANCELED, failure, localFault, type Fault, type Outcome } from './errors/fault';
import { inFewWords, secretsIn } from './errors/words';
import { withDoubt } from './lost';
import { refuseUnencodable, signRequest, type Params } from './message/request';
import { judgeEnvelope, openEnvelope, type Answer, type Envelope } from './message/response';
import { responseBytesOf, type Method } from './methods/method';
import { nextStep, NOTHING_YET, type History, type Policy } from './policy';
import { encode } from './text/charset';
import { textOf } from './text/textOf';
import type { Transport } from './transport';
import { createVerificationKeys, type VerificationKeys } from './verificationKey';

/** One call to Alipay. */
export interface Call {
	/** The method's own parameters, sent as the JSON text `biz_content`. */
	bizContent: BizContent;
	/** Their JSON text, if JavaScript would change its numbers; '' for no `biz_content`. */
	bizText?: string;
	/** Further public parameters, for example `notify_url`. */
	params?: Params;
	/** Token of the merchant to act for; '' for the merchant in the credential. */
	appAuthToken: string;
	/** How long to wait for each response. */
	timeoutMs: number;
}

/** The parameters of a method by Alipay's names, with any JSON values. */
export type BizContent = Readonly<Record<string, unknown>>;

export interface Result {
	outcome: Outcome<Answer>;
	/** How many requests were sent. */
	attempts: number;
	/** How many of them were retries of a failed request. */
	retries: number;
	/** Whether the status was still open at the end of the waiting time. */
	isStillOpen: boolean;
}

export interface Client {
	/** Sends requests until there is a result or `policy` gives up. */
	call: (method: Method, call: Call, policy: Policy) => Promise<Result>;
}

/** Calls Alipay for `app`. Create one client per run: its responses share their verification keys. */
export function createClient(app: App, transport: Transport): Client {
	const keys = createVerificationKeys(app, transport);
	return {
		async call(method, call, policy) {
			const encodable = refuseUnencodable({ ...call.params, ...textsOf(call) }, app.charset);
			if (!encodable.ok) return { ...NOTHING_SENT, outcome: encodable };
			return await repeat({ app, transport, keys, method, call }, policy);
		},
	};
}

/** A call, and what is needed to send it. */
interface Context {
	app: App;
	transport: Transport;
	keys: VerificationKeys;
	method: Method;
	call: Call;
}

const NOTHING_SENT = { attempts: 0, retries: 0, isStillOpen: false };

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
		if (transport.over.aborted) return { ...result, outcome: CANCELED };
	}
}

/** How far an attempt has come. */
interface Progress {
	isSent: boolean;
	/** A response with an unknown certificate, which must be downloaded first. */
	unjudged: { envelope: Envelope; canonical: string } | null;
}

/** Sends one request and judges its response. */
async function attempt(
	context: Context,
	isFirst: boolean,
): Promise<{ outcome: Outcome<Answer>; isSent: boolean }> {
	const { transport, keys, call } = context;
	const progress: Progress = { isSent: false, unjudged: null };
	const outcome = await transport.admit(async () => await exchange(context, progress), isFirst);
	const { isSent, unjudged } = progress;
	if (!unjudged) return { outcome, isSent };
	// The download is a separate request, so it waits for its own turn.
	const { envelope, canonical } = unjudged;
	const key = await keys.fetched(envelope, call.timeoutMs);
	if (key.ok) return { outcome: judge(context, envelope, key.value, canonical), isSent };
	// The request itself was sent, even if the download failed.
	const fault = inFewWords({ ...key.fault, isUnsent: false }, secretsOf(context));
	return { outcome: failure(fault), isSent };
}

/** The outcome until the certificate is downloaded. The pace of the run ignores it. */
const UNJUDGED = localFault(
	'alipay-certificate-unknown',
	'Alipay signed with a certificate that is not downloaded yet',
	'Run the item again.',
);

async function exchange(context: Context, progress: Progress): Promise<Outcome<Answer>> {
	const { app, transport, keys, method, call } = context;
	const acting = { ...app, appAuthToken: tokenOf(context) };
	const params = { ...call.params, method: method.name, ...bizContentParams(app, call) };
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

/** Whether a response is from Alipay and about this call. `canonical` is the signed text of the request. */
function judge(
	context: Context,
	envelope: Envelope,
	key: PublicKey,
	canonical: string,
): Outcome<Answer> {
	const { app, method, call } = context;
	const judged = judgeEnvelope(envelope, key, app, method);
	if (judged.ok) return objection(method, call.bizContent, judged.value) ?? judged;
	if (judged.fault.code === 'answer-signature-mismatch') app.learned.keyCheck = null;
	const { fields, fault } = judged;
	const strange = fields && objectionToRefusal(method, call.bizContent, fields, fault.trace_id);
	if (strange) return strange;
	const named = nameMethod(explainSignature(fault, canonical), method);
	return failure(inFewWords(named, secretsOf(context)));
}

/** The token of the merchant to act for. */
const tokenOf = ({ app, call }: Context): string => call.appAuthToken || app.appAuthToken;

/** The texts that no message may repeat. */
const secretsOf = (context: Context): string[] =>
	secretsIn(context.call, { app_auth_token: tokenOf(context) });

const textsOf = ({ bizContent, bizText }: Call): Params =>
	bizText === undefined
		? Object.fromEntries(Object.entries(bizContent).map(([name, value]) => [name, textOf(value)]))
		: { biz_content: bizText };

/** `biz_content` as text, or encrypted with its `encrypt_type`; the signature covers what is sent. */
function bizContentParams({ contentKey, charset }: App, { bizContent, bizText }: Call): Params {
	const text = bizText ?? JSON.stringify(bizContent);
	if (!contentKey || text === '') return { biz_content: text };
	return { biz_content: contentKey.encrypt(encode(text, charset)), encrypt_type: ENCRYPT_TYPE };
}

/**
 * When Alipay refuses a signature, it quotes the text that it checked. If that is our text, the key pair is
 * the cause. Otherwise, the request was changed on its way.
 */
function explainSignature(fault: Fault, canonical: string): Fault {
	if (fault.sub_code !== 'isv.invalid-signature' || !fault.sub_msg) return fault;
	const theirs = withoutEntities(fault.sub_msg);
	// Alipay quotes its text within a sentence. An "&" next to our text means that its text has more parameters.
	const [before, ...after] = theirs.split(canonical);
	const same = after.length > 0 && !before?.endsWith('&') && !after[0]?.startsWith('&');
	if (same || !theirs.includes('app_id=')) return fault;
	return {
		...fault,
		message: `${fault.message}: the request was changed on its way to Alipay`,
		solution:
			'Check the Gateway URL in the credential and any proxy on the way. Something changes the parameters or their encoding.',
	};
}

/** Replaces "this API" in the texts of the catalogue with the name of the method. */
function nameMethod(fault: Fault, { name, product }: Method): Fault {
	const named = (text: string) =>
		text
			.replaceAll(
				'contains this API',
				product ? `contains ${name}: ${product}` : `contains ${name}`,
			)
			.replaceAll('this API', name);
	return { ...fault, message: named(fault.message), solution: named(fault.solution) };
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

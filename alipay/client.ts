import type { App } from './application/app';
import { encode } from './text/charset';
import type { Connection } from './transport';
import { ENCRYPT_TYPE } from './application/contentKey';
import { CANCELLED, failure, type Fault, type Outcome } from './errors/fault';
import { refuseUnencodable, signRequest, type Params } from './message/request';
import { judgeEnvelope, openEnvelope, type Answer } from './message/response';
import { verificationKey } from './verificationKey';

export interface Call {
	/** Alipay's method name, e.g. `alipay.fund.coupon.operation.query`. */
	method: string;
	/** The method's own parameters; sent as the JSON text `biz_content`. */
	bizContent: Readonly<Record<string, string>>;
	/** Acts for this merchant instead of the one in the credential; '' for the credential's. */
	appAuthToken: string;
	/** At most so many requests, the first included; with more than 1, those that met a call limit do not count. */
	maxTries: number;
	/** How long to wait for each answer. */
	timeoutMs: number;
}

interface Result {
	outcome: Outcome<Answer>;
	/** How many requests it took. */
	attempts: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/**
 * A call limit is not the fault of a question, so it uses up none of its tries. Each refusal makes
 * the run wait longer, up to eight seconds; after so many, about a minute, it is no passing one.
 */
const MOST_LIMITED = 12;

/**
 * Asks Alipay one question. What may pass (no answer, a busy gateway, a call limit) is asked again
 * with a new timestamp and signature, after a pause that doubles; nothing else is. A call limit needs
 * no pause of its own: the pace of the whole run slows down.
 */
export async function callAlipay(app: App, call: Call, connection: Connection): Promise<Result> {
	const encodable = refuseUnencodable(call.bizContent, app.charset);
	if (!encodable.ok) return { outcome: encodable, attempts: 0 };
	let limited = 0;
	let failed = 0;
	for (;;) {
		const answered = await connection.turn();
		if (connection.ended()) return { outcome: CANCELLED, attempts: failed + limited };
		const outcome = await askOnce(app, call, connection);
		const isLimited = !outcome.ok && outcome.fault.cause === 'rate-limited';
		if (isLimited || isOfAlipay(outcome)) answered(isLimited);

		if (isLimited) limited++;
		else failed++;
		const attempts = failed + limited;
		const mayAskAgain = isLimited
			? call.maxTries > 1 && limited < MOST_LIMITED
			: failed < call.maxTries;
		if (outcome.ok || !outcome.fault.retryable || !mayAskAgain) return { outcome, attempts };
		if (isLimited) continue;
		const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - 1));
		await connection.sleep(pause * (0.5 + connection.random() / 2));
	}
}

/** Whether it came from Alipay's gateway and not from what lies before it: its own codes are numbers. */
const isOfAlipay = (outcome: Outcome<Answer>) => outcome.ok || /^\d+$/.test(outcome.fault.code);

/** One request, and what its answer proves. */
async function askOnce(app: App, call: Call, connection: Connection): Promise<Outcome<Answer>> {
	const token = call.appAuthToken || app.appAuthToken;
	const request = signRequest(
		{ ...app, appAuthToken: token },
		{ method: call.method, ...bizContentParams(app, call) },
		connection.now(),
	);
	const sent = await connection.send(request.http, call.timeoutMs);
	if (!sent.ok) return sent;
	const envelope = openEnvelope(sent.value, call.method, app);
	if (!envelope.ok) return envelope;
	const key = await verificationKey(app, envelope.value, connection, call.timeoutMs);
	if (!key.ok) return key;
	const judged = judgeEnvelope(envelope.value, key.value, app);
	if (judged.ok) return judged;
	return failure(withoutSecret(explainSignature(judged.fault, request.canonical), token));
}

/** `biz_content` as text, or encrypted with its `encrypt_type`; the signature covers what is sent. */
function bizContentParams({ contentKey, charset }: App, { bizContent }: Call): Params {
	const text = JSON.stringify(bizContent);
	if (!contentKey) return { biz_content: text };
	return { biz_content: contentKey.encrypt(encode(text, charset)), encrypt_type: ENCRYPT_TYPE };
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

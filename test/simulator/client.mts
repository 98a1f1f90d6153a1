/**
 * A hand-written client for the simulator's tests. It signs with node:crypto and keeps the raw
 * bytes.
 */
import { createCipheriv, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { request } from 'node:http';
import { beijingText } from '../../tools/simulator/beijing.mts';
import { encode } from '../../tools/simulator/encoding.mts';
import type { Charset } from '../../tools/simulator/encoding.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';

export const NODE = 'alipay_fund_coupon_operation_query_response';

export interface Call {
	biz?: unknown;
	/** Default utf-8. Used for the parameter and for all bytes. */
	charset?: Charset;
	/** Base64 AES key to encrypt biz_content with. */
	encryptKey?: string;
	/** The clock for the timestamp, ms since the epoch. */
	at?: number;
	/** Merged over the parameters before signing; undefined removes one. */
	params?: Record<string, string | undefined>;
	/** Merged over the parameters after signing. */
	afterSigning?: Record<string, string | undefined>;
	/** Names of the parameters that go into the body; the default is only biz_content. */
	inBody?: string[];
	method?: string;
	path?: string;
	/** The default is that of a form in UTF-8. */
	contentType?: string;
}

export interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	bytes: Buffer;
	/** The bytes as UTF-8. */
	text: string;
}

/** Signs according to the protocol (§1) and sends; rejects when the connection breaks. */
export async function call(simulator: Simulator, options: Call = {}): Promise<Answer> {
	const { biz = {}, at = Date.now(), inBody = ['biz_content'], method = 'POST' } = options;
	const { charset = 'utf-8', encryptKey } = options;
	const bizText = typeof biz === 'string' ? biz : JSON.stringify(biz);
	const params = present({
		app_id: simulator.credential.appId,
		method: 'alipay.fund.coupon.operation.query',
		format: 'JSON',
		charset,
		sign_type: 'RSA2',
		timestamp: beijingText(at),
		version: '1.0',
		biz_content: encryptKey ? encrypted(encode(bizText, charset), encryptKey) : bizText,
		encrypt_type: encryptKey && 'AES',
		...options.params,
	});
	const canonical = Object.keys(params)
		.sort()
		.filter((key) => params[key]?.trim())
		.map((key) => `${key}=${params[key]}`)
		.join('&');
	const digest = params.sign_type === 'RSA' ? 'RSA-SHA1' : 'RSA-SHA256';
	const privateKey = createPrivateKey({
		key: Buffer.from(simulator.credential.privateKey, 'base64'),
		format: 'der',
		type: 'pkcs8',
	});
	const signature = sign(digest, encode(canonical, charset), privateKey).toString('base64');
	const all = present({ ...params, sign: signature, ...options.afterSigning });
	const entries = Object.entries(all);
	const url = new URL(simulator.url);
	if (options.path) url.pathname = options.path;
	url.search = form(
		entries.filter(([key]) => !inBody.includes(key)),
		charset,
	);
	const body = form(
		entries.filter(([key]) => inBody.includes(key)),
		charset,
	);
	return await send(url, method, method === 'GET' ? '' : body, options.contentType);
}

/** Percent-encodes every byte, so no charset needs a separate table. */
function form(entries: ReadonlyArray<[string, string]>, charset: Charset): string {
	const escaped = (text: string) => encode(text, charset).toString('hex').replace(/../g, '%$&');
	return entries.map(([name, value]) => `${name}=${escaped(value)}`).join('&');
}

function encrypted(plain: Buffer, key: string): string {
	const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), Buffer.alloc(16));
	return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

export async function send(
	url: URL,
	method: string,
	body: string,
	contentType = 'application/x-www-form-urlencoded;charset=utf-8',
): Promise<Answer> {
	return await new Promise((resolve, reject) => {
		const headers = { 'content-type': contentType };
		const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.on('error', reject);
			incoming.on('end', () => {
				const bytes = Buffer.concat(chunks);
				const { statusCode: status = 0, headers } = incoming;
				resolve({ status, headers, bytes, text: bytes.toString() });
			});
		});
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

/** The node's fields in any layout of the response; the last node when there are several. */
export function fieldsOf(response: Answer, node = NODE): Record<string, unknown> {
	return (JSON.parse(response.text) as Record<string, Record<string, unknown>>)[node] ?? {};
}

export function subCodeOf(response: Answer, node = NODE): unknown {
	return fieldsOf(response, node).sub_code;
}

/** Whether `sign` matches the text between the node's name and `,"sign":`. */
export function isVerified(
	simulator: Simulator,
	response: Answer,
	digest = 'RSA-SHA256',
	node = NODE,
): boolean {
	const match = new RegExp(`^\\{"${node}":(.*),"sign":"([^"]+)"\\}$`, 's').exec(response.text);
	return match !== null && fits(simulator, match[1] ?? '', match[2] ?? '', digest);
}

/** Whether `signature` is Alipay's over `text`. */
export function fits(
	simulator: Simulator,
	text: string | Buffer,
	signature: string,
	digest = 'RSA-SHA256',
): boolean {
	const key = createPublicKey({
		key: Buffer.from(simulator.credential.alipayPublicKey, 'base64'),
		format: 'der',
		type: 'spki',
	});
	return verify(
		digest,
		typeof text === 'string' ? Buffer.from(text) : text,
		key,
		Buffer.from(signature, 'base64'),
	);
}

function present(params: Record<string, string | undefined>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}

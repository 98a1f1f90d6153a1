/**
 * Changes signed responses at random and counts what is accepted. An attacker on the way can do
 * anything to the bytes, but the node must never output another value than the signed one.
 */
import { randomInt } from 'node:crypto';
import { decode, encode } from '../../alipay/text/charset.ts';
import type { App } from '../../alipay/application/app.ts';
import { judgeEnvelope, openEnvelope } from '../../alipay/message/response.ts';
import { anyMethod } from '../../alipay/methods/index.ts';
import type { Method } from '../../alipay/methods/method.ts';
import { parseExactly } from '../../alipay/text/exactJson.ts';
import type { Fixture } from '../../tools/simulator/fixture.mts';
import { readFixtures } from '../../tools/simulator/readFixtures.mts';
import { nodeText } from '../../tools/simulator/response.mts';
import { app, http, METHOD, signed } from '../support/responses.mts';

type Fields = Record<string, unknown>;

/** A fields object that is hard to parse. */
const HARD: Fields = {
	auth_no: '2014031600002001260000001000',
	operation_id: '20140216355864862002',
	amount: '100.00',
	total_pay_refund_amount: 1.5,
	status: 'SUCCESS',
	order_title: '红包/"发放"\\ 誠 🎑 & {}[],:',
	remark: null,
	extra_param: '{"orderExpiredTime":"10m","amount":"999.00"}',
};

/**
 * The fields that Alipay sends for a record. Some methods find it by numbers that are never in the
 * response.
 */
const sent = ({ records, unsent = [] }: Fixture): Fields =>
	Object.fromEntries(Object.entries(records[0] ?? {}).filter(([name]) => !unsent.includes(name)));

/** A response of each method that the simulator knows. */
export const TARGETS: ReadonlyMap<string, Fields> = new Map([
	...(await readFixtures()).map((fixture) => [fixture.method, sent(fixture)] as const),
	[METHOD, HARD],
]);

/** A success of this method has no code. */
const HEADLESS = 'alipay.system.oauth.token';

interface Original {
	method: Method;
	body: Buffer;
	app: App;
	fields: string;
}

/**
 * The same response in other valid forms, in both encodings and encrypted. In two of them the bytes
 * of the UTF-8 text are also valid GBK: another text, which no change around them may bring out.
 */
function originals(name: string): Original[] {
	const head = name === HEADLESS ? {} : { code: '10000', msg: 'Success' };
	const encryptKey = Buffer.alloc(16, 7).toString('base64');
	const plain = app();
	const secret = app({ encryptKey });
	const text = nodeText({ ...head, ...TARGETS.get(name) }, 1);
	const latin = text.replace(/\p{Emoji_Presentation}/gu, '');
	const twofold = JSON.stringify({ ...head, order_title: '红包发放', total_amount: '1.00' });
	if (decode(Buffer.from(twofold), 'gbk') === null) throw new Error('Not valid as GBK');
	const encrypted = (content: string) =>
		Buffer.from(JSON.stringify(secret.contentKey?.encrypt(Buffer.from(content))));
	const method = anyMethod(name);
	return [
		original(method, plain, Buffer.from(text)),
		original(method, plain, Buffer.from(text.replaceAll('","', '",\n "'))),
		original(method, app({ charset: 'gbk' }), encode(latin, 'gbk')),
		original(method, secret, encrypted(text)),
		original(method, plain, Buffer.from(twofold)),
		original(method, secret, encrypted(twofold)),
	];
}

function original(method: Method, to: App, node: Buffer): Original {
	const sign = signed(node);
	const body = Buffer.concat([
		Buffer.from(`{"${method.name.replaceAll('.', '_')}_response":`),
		node,
		Buffer.from(`,"alipay_cert_sn":"${'0a'.repeat(16)}","sign":"${sign}"}`),
	]);
	const fields = valuesOf(body, { method, app: to });
	if (fields === null) throw new Error('The unchanged response is refused');
	return { method, body, app: to, fields };
}

/**
 * Every value that an item could show, by the fields of a method or as a whole; null for a refusal.
 */
function valuesOf(body: Uint8Array, { method, app: to }: Pick<Original, 'method' | 'app'>) {
	const opened = openEnvelope(http(body), method, to);
	const read = opened.ok ? judgeEnvelope(opened.value, to.alipayPublicKey, to, method) : opened;
	if (!read.ok) return null;
	const { fields, json } = read.value;
	const whole = Object.entries(parseExactly(json) as Fields);
	return JSON.stringify([[...fields].sort(), whole.sort(byName)]);
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

const WORDS = [
	'"',
	'\\',
	'/',
	'{',
	'}',
	',',
	':',
	'\\u0031',
	'"amount":"999.00",',
	'9',
	' ',
	'\\/',
	'null',
];

/** One change somewhere in `body`; `other` is another signed response to take pieces from. */
const MUTATIONS: ReadonlyArray<(body: Buffer, other: Buffer) => Buffer> = [
	(body) => replaced(body, randomInt(body.length), 1, Buffer.of(randomInt(256))),
	(body) => {
		const at = randomInt(body.length);
		return replaced(body, at, 1, Buffer.of((body[at] ?? 0) ^ (1 << randomInt(8))));
	},
	(body) => replaced(body, randomInt(body.length), randomInt(1, 9), Buffer.alloc(0)),
	(body) => replaced(body, randomInt(body.length), 0, Buffer.from(pick(WORDS))),
	(body) => replaced(body, randomInt(body.length), randomInt(1, 5), Buffer.from(pick(WORDS))),
	(body) => replaced(body, randomInt(body.length), 0, slice(body)),
	(body, other) => replaced(body, randomInt(body.length), randomInt(60), slice(other)),
	(body) => swapped(body),
];

function replaced(body: Buffer, at: number, count: number, by: Uint8Array): Buffer {
	return Buffer.concat([body.subarray(0, at), by, body.subarray(at + count)]);
}

function slice(body: Buffer): Buffer {
	const at = randomInt(body.length);
	return body.subarray(at, at + randomInt(1, 80));
}

function swapped(body: Buffer): Buffer {
	const copy = Buffer.from(body);
	const [a, b] = [randomInt(body.length), randomInt(body.length)];
	[copy[a], copy[b]] = [body[b] as number, body[a] as number];
	return copy;
}

const pick = <T,>(list: readonly T[]): T => list[randomInt(list.length)] as T;

export interface Tally {
	tried: number;
	refused: number;
	/**
	 * Accepted, with exactly the signed values: only white space, order, or the spelling of a slash
	 * changed.
	 */
	same: number;
	/** Accepted with another value. This must never happen; a few are kept as hexadecimal text. */
	changed: string[];
}

/**
 * Tries `count` responses of a method with one to three changes each, then every single-byte
 * position `perByte` times.
 */
export function attack(method: string, count: number, perByte: number): Tally {
	const responses = originals(method);
	const tally: Tally = { tried: 0, refused: 0, same: 0, changed: [] };
	const attempt = (body: Buffer, target: Original) => {
		tally.tried++;
		const values = valuesOf(body, target);
		if (values === null) tally.refused++;
		else if (values === target.fields) tally.same++;
		else if (tally.changed.length < 5) tally.changed.push(body.toString('hex'));
	};
	for (let done = 0; done < count; done++) {
		const target = pick(responses);
		let body = target.body;
		for (let changes = randomInt(1, 4); changes > 0; changes--) {
			body = pick(MUTATIONS)(body.length > 1 ? body : target.body, pick(responses).body);
		}
		attempt(body, target);
	}
	for (const target of perByte > 0 ? responses : []) {
		for (let at = 0; at < target.body.length * perByte; at++) {
			const place = at % target.body.length;
			attempt(replaced(target.body, place, 1, Buffer.of(randomInt(256))), target);
		}
	}
	return tally;
}

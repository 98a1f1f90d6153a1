/**
 * Changes signed answers at random and counts what is accepted. An attacker on the way can do anything
 * to the bytes; what must never happen is that another value than the signed one comes out.
 */
import { randomInt } from 'node:crypto';
import { decode, encode } from '../../alipay/text/charset.ts';
import type { App } from '../../alipay/application/app.ts';
import { app, http, METHOD, NODE, readAnswer, signed } from '../support/answers.mts';

const FIELDS = {
	code: '10000',
	msg: 'Success',
	auth_no: '2014031600002001260000001000',
	operation_id: '20140216355864862002',
	amount: '100.00',
	total_pay_refund_amount: 1.5,
	status: 'SUCCESS',
	order_title: '红包/"发放"\\ 誠 🎑 & {}[],:',
	remark: null,
	extra_param: '{"orderExpiredTime":"10m","amount":"999.00"}',
};

interface Original {
	body: Buffer;
	app: App;
	fields: string;
}

/**
 * The same answer as Alipay may write it, in both encodings and encrypted. In the last two the bytes
 * of the UTF-8 text are GBK as well: another text, which no change beside them may bring out.
 */
function originals(): Original[] {
	const encryptKey = Buffer.alloc(16, 7).toString('base64');
	const plain = app();
	const gbk = app({ charset: 'gbk' });
	const secret = app({ encryptKey });
	const text = JSON.stringify(FIELDS).replaceAll('/', '\\/');
	const latin = text.replace('🎑', '');
	const twofold = JSON.stringify({ ...FIELDS, order_title: '红包发放' });
	if (decode(Buffer.from(twofold), 'gbk') === null) throw new Error('Not valid as GBK');
	const spaced = JSON.stringify(FIELDS, null, 1);
	const encrypted = (content: string) =>
		Buffer.from(JSON.stringify(secret.contentKey?.encrypt(Buffer.from(content))));
	return [
		original(plain, Buffer.from(text)),
		original(plain, Buffer.from(spaced)),
		original(gbk, encode(latin, 'gbk')),
		original(secret, encrypted(text)),
		original(plain, Buffer.from(twofold)),
		original(secret, encrypted(twofold)),
	];
}

function original(to: App, node: Buffer): Original {
	const sign = signed(node);
	const body = Buffer.concat([
		Buffer.from(`{"${NODE}":`),
		node,
		Buffer.from(`,"alipay_cert_sn":"${'0a'.repeat(16)}","sign":"${sign}"}`),
	]);
	const fields = valuesOf(body, to);
	if (fields === null) throw new Error('The unchanged answer is refused');
	return { body, app: to, fields };
}

/** Every value that an item could show; null when the answer is refused. */
function valuesOf(body: Uint8Array, to: App): string | null {
	const outcome = readAnswer(http(body), METHOD, to);
	return outcome.ok ? JSON.stringify([...outcome.value.fields].sort()) : null;
}

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

/** One change somewhere in `body`; `other` is another signed answer to take pieces of. */
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
	/** Accepted, with exactly the signed values: white space, order, the spelling of a slash. */
	same: number;
	/** Accepted with another value. There must be none; a few are kept as hexadecimal text. */
	changed: string[];
}

/** Tries `count` answers with one to three changes each, then every single-byte place `perByte` times. */
export function attack(count: number, perByte: number): Tally {
	const answers = originals();
	const tally: Tally = { tried: 0, refused: 0, same: 0, changed: [] };
	const attempt = (body: Buffer, { app: to, fields }: Original) => {
		tally.tried++;
		const values = valuesOf(body, to);
		if (values === null) tally.refused++;
		else if (values === fields) tally.same++;
		else if (tally.changed.length < 5) tally.changed.push(body.toString('hex'));
	};
	for (let done = 0; done < count; done++) {
		const target = pick(answers);
		let body = target.body;
		for (let changes = randomInt(1, 4); changes > 0; changes--) {
			body = pick(MUTATIONS)(body.length > 1 ? body : target.body, pick(answers).body);
		}
		attempt(body, target);
	}
	for (const target of perByte > 0 ? answers : []) {
		for (let at = 0; at < target.body.length * perByte; at++) {
			const place = at % target.body.length;
			attempt(replaced(target.body, place, 1, Buffer.of(randomInt(256))), target);
		}
	}
	return tally;
}

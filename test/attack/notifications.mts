/**
 * Changes signed notifications at random and counts what is accepted. An attacker who saw one can
 * send anything: other bytes, and other parameters with the same signed text.
 */
import { randomInt } from 'node:crypto';
import { LARGEST_NOTIFICATION, readNotification } from '../../alipay/notification/index.ts';
import { encode } from '../../alipay/text/charset.ts';
import { alipay, app, APP_ID, value } from '../support/responses.mts';
import { formOf, NOW, signed, TRADE, type Params } from '../support/notifications.mts';
import type { Tally } from './mutate.mts';

const COMMON = {
	app_id: APP_ID,
	auth_app_id: APP_ID,
	version: '1.0',
	notify_time: TRADE.notify_time ?? '',
};

const PAIR = {
	auth_no: '2026090100002001260000000003',
	operation_id: '20260901355864862004',
	out_order_no: 'M-1 & Co=2',
	out_request_no: 'R-1',
	operation_type: 'PAY',
	amount: '66.00',
	status: 'CLOSED',
	gmt_create: '2026-11-29 08:00:00',
	payer_logon_id: 'ali*@alipay.com',
};

/** A notification of each kind, before it is signed. */
export const NOTIFIED: ReadonlyMap<string, Params> = new Map<string, Params>([
	['trade', { ...TRADE, passback_params: 'a=1&uid=7&x=中', body: '' }],
	[
		'trade with texts of a buyer',
		{
			...TRADE,
			subject: 'x&total_amount=0.01&total_x=',
			passback_params: 'x&app_id=1&total_amount=2&notify_id=3&trade_status=TRADE_CLOSED',
			seller_id: '2088102169252684',
		},
	],
	[
		'coupon operation',
		{ ...COMMON, ...PAIR, notify_id: '1', notify_type: 'trade_status_sync', charset: 'utf-8' },
	],
	[
		'deposit',
		{ ...COMMON, ...PAIR, notify_id: '2', notify_type: 'fund_auth_freeze', charset: 'GBK' },
	],
	[
		'transfer',
		{
			app_id: APP_ID,
			notify_id: '3',
			msg_method: 'alipay.fund.trans.order.changed',
			utc_timestamp: String(NOW),
			charset: 'UTF-8',
			version: '1.1',
			biz_content:
				'{"status":"REFUND","trans_amount":"1.00","out_biz_no":"a=1&b=2","n":12345678901234567890}',
		},
	],
]);

type Pair = readonly [name: string, value: Uint8Array];

const application = app();
const read = (body: Uint8Array) =>
	readNotification(body, application, { now: NOW, allowedAppIds: [] });
const key = alipay.privateKey;

const pick = <T,>(list: readonly T[]): T => list[randomInt(list.length)] as T;
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

const NAMES = [
	'amount',
	'app_id',
	'notify_id',
	'status',
	'refund_fee',
	'sign',
	'sign_type',
	'charset',
	'biz_content',
	'__proto__',
	'b',
	'z',
];
const VALUES = [
	'',
	'0.01',
	'CLOSED',
	'SUCCESS',
	'RSA',
	'gbk',
	'utf-8',
	APP_ID,
	'{"status":"SUCCESS"}',
	'a&status=SUCCESS',
	'&',
	'=',
	'\0',
];

/** Parameters in the order in which they are signed. */
const sorted = (pairs: readonly Pair[]) => [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
const at = (pairs: readonly Pair[]) => randomInt(pairs.length);

/** The changes to the parameters. */
const REARRANGED: ReadonlyArray<(pairs: readonly Pair[]) => Pair[]> = [
	// Merges two neighbors of the signed text into one value.
	(pairs) => {
		const all = sorted(pairs.filter(([name]) => name !== 'sign' && name !== 'sign_type'));
		const from = randomInt(all.length - 1);
		const many = randomInt(2, 5);
		const [first, ...others] = all.slice(from, from + many) as [Pair, ...Pair[]];
		const tail = others.map(([name, bytes]) => `&${name}=${latin1(bytes)}`).join('');
		const merged: Pair = [first[0], Buffer.concat([first[1], bytesOf(tail)])];
		const gone = others.map(([name]) => name);
		return pairs
			.filter(([name]) => !gone.includes(name))
			.map((pair) => (pair[0] === first[0] ? merged : pair));
	},
	// Moves the boundary of a name.
	(pairs) =>
		pairs.map(([name, bytes], index, { length }): Pair => {
			if (index !== randomInt(length)) return [name, bytes];
			return [`${name}=${latin1(bytes).slice(0, 2)}`, bytes.subarray(2)];
		}),
	// Splits a value at an ampersand.
	(pairs) =>
		pairs.flatMap(([name, bytes]): Pair[] => {
			const [head = '', ...parts] = latin1(bytes).split('&');
			if (parts.length === 0 || randomInt(2) === 0) return [[name, bytes]];
			return [
				[name, bytesOf(head)],
				...parts.map((part): Pair => {
					const [inner = '', ...rest] = part.split('=');
					return [inner, bytesOf(rest.join('='))];
				}),
			];
		}),
	// Begins parameters at other places of the signed text.
	(pairs) => {
		const isSigned = ([name]: Pair) => name !== 'sign' && name !== 'sign_type';
		const text = sorted(pairs.filter(isSigned))
			.map(([name, bytes]) => `${name}=${latin1(bytes)}`)
			.join('&');
		const cut: Array<[name: string, value: string]> = [];
		for (const piece of text.split('&')) {
			const [name = '', ...rest] = piece.split('=');
			const last = cut.at(-1);
			const canBegin = rest.length > 0 && (!last || last[0] < name);
			if (last && (!canBegin || randomInt(8) === 0)) last[1] += `&${piece}`;
			else cut.push([name, rest.join('=')]);
		}
		return [
			...cut.map(([name, bytes]): Pair => [name, bytesOf(bytes)]),
			...pairs.filter((pair) => !isSigned(pair)),
		];
	},
	(pairs) => [...pairs, [pick(NAMES), bytesOf(pick(VALUES))]],
	(pairs) => pairs.filter((_, index) => index !== randomInt(pairs.length)),
	(pairs) => {
		const changed = at(pairs);
		return pairs.map(([name, bytes], index) => [
			name,
			index === changed ? bytesOf(pick(VALUES)) : bytes,
		]);
	},
	(pairs) => {
		const [one, other] = [at(pairs), at(pairs)];
		return pairs.map(([name, bytes], index) => [
			name,
			index === one ? (pairs[other]?.[1] ?? bytes) : bytes,
		]);
	},
	(pairs) => [...pairs, pairs[at(pairs)] as Pair],
	(pairs) => {
		const changed = at(pairs);
		return pairs.map(([name, bytes], index) => [index === changed ? pick(NAMES) : name, bytes]);
	},
	(pairs) => [...pairs].reverse(),
	(pairs) => pairs.map(([name, bytes]) => [randomInt(8) === 0 ? name.toUpperCase() : name, bytes]),
	(pairs) => pairs.map(([name, bytes]) => [name, randomInt(6) === 0 ? bytesOf('') : bytes]),
];

/** The changes to the bytes. */
const REWRITTEN: ReadonlyArray<(text: string) => string> = [
	(text) => text,
	(text) => text.replaceAll('+', '%20'),
	(text) => text.replaceAll('%2B', '+'),
	(text) => decodeURIComponent(encodeURIComponent(text)).replaceAll('%25', '%'),
	(text) => text.replaceAll('%26', '&'),
	(text) =>
		text.replace(/[a-z]/g, (char) =>
			randomInt(4) === 0 ? `%${char.charCodeAt(0).toString(16)}` : char,
		),
	(text) => splice(text, 1, String.fromCharCode(randomInt(256))),
	(text) => splice(text, randomInt(1, 9), ''),
	(text) =>
		splice(
			text,
			0,
			pick(['%', '%2', '%00', '&', '=', '+', '%26', '%3D', '&&', '\ufeff', 'é', '%EF%BB%BF']),
		),
	(text) => text.slice(0, randomInt(text.length)),
	(text) => text + text,
];

function splice(text: string, length: number, inserted: string): string {
	const place = randomInt(text.length);
	return text.slice(0, place) + inserted + text.slice(place + length);
}

/** Everything that the node outputs. */
const saidBy = (body: Uint8Array) => {
	const { fields, ...common } = value(read(body));
	return JSON.stringify([common, [...fields].sort()]);
};

/** `count` changed notifications of a kind; an exception counts as one that was accepted with a changed value. */
export function attackNotifications(kind: string, count: number): Tally {
	const params = NOTIFIED.get(kind) ?? {};
	const bytes = (text: string) => encode(text, params.charset === 'GBK' ? 'gbk' : 'utf-8');
	const genuine = (['V1', 'V2'] as const).flatMap((version) =>
		[true, false].map((keepsEmpty) => signed(params, { key, version, keepsEmpty, bytes })),
	);
	const tally: Tally = { tried: 0, refused: 0, same: 0, changed: [] };
	for (let turn = 0; turn < count; turn++) {
		const pairs = pick(genuine);
		let changed: readonly Pair[] = pairs;
		for (let steps = randomInt(0, 3); steps > 0; steps--) changed = pick(REARRANGED)(changed);
		const text = pick(REWRITTEN)(
			formOf(changed.map(([name, raw]) => [escapedName(name), raw])).toString('latin1'),
		);
		const body = bytesOf(text).subarray(0, LARGEST_NOTIFICATION);
		tally.tried++;
		try {
			const outcome = read(body);
			if (!outcome.ok) tally.refused++;
			else if (saidBy(body) === saidBy(formOf(pairs))) tally.same++;
			else tally.changed.push(text);
		} catch (error) {
			tally.changed.push(`${String(error)}: ${text}`);
		}
	}
	return tally;
}

const escapedName = (name: string) => encodeURIComponent(name);

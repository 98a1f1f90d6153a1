/**
 * One signed text, several forms: `a=1&b=2` is the text of two parameters, and of one with the
 * value `1&b=2`. Here the signature matches each form of a text, as it does for an attacker who
 * merges or splits parameters.
 */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { PublicKey } from '../../alipay/application/keys.ts';
import { FREE_TEXTS, namesKnown, NEEDED_PARAMETERS } from '../../alipay/notification/kinds.ts';
import { isOnlyReading } from '../../alipay/notification/reading.ts';
import { coveredBySignature } from '../../alipay/notification/signature.ts';
import { TRADE, type Params } from '../support/notifications.mts';

const textOf = (params: Params) =>
	Object.entries(params)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');

/** The reading of a form when Alipay signed this text; null for a refusal. */
function readAs(form: Params, text: string): Params | null {
	const key = { verify: (bytes: Buffer) => bytes.toString() === text } as unknown as PublicKey;
	const entries = new Map(Object.entries({ ...form, sign: 'AAAA' }));
	const covered = coveredBySignature(entries, [key], 'RSA2');
	return covered && isOnlyReading([...covered]) ? Object.fromEntries(covered) : null;
}
const isAccepted = (form: Params, text = textOf(form)) => readAs(form, text) !== null;

/** A trade as Alipay notifies of it today. */
const { subject: _subject, ...WITHOUT_TEXTS } = TRADE;
const PAID: Params = {
	...WITHOUT_TEXTS,
	buyer_id: '2088102169940354',
	buyer_logon_id: 'aaq***@sandbox.com',
	gmt_create: '2026-11-29 08:12:22',
	point_amount: '0.00',
	receipt_amount: '88.80',
	seller_id: '2088102169252684',
};

/** The same text, split only before the first occurrence of these names. */
function cut(text: string, names: readonly string[]): Params {
	let rest = text;
	const form: Params = {};
	for (const [index, name] of names.entries()) {
		const next = names[index + 1];
		const start = name.length + 1;
		const end = next === undefined ? rest.length : rest.indexOf(`&${next}=`, start - 1);
		form[name] = rest.slice(start, end);
		rest = rest.slice(end + 1);
	}
	return form;
}

/** The text after the free text, in which a forger hides the true parameters. */
const AFTER_PASSBACK = [
	'point_amount',
	'receipt_amount',
	'seller_id',
	'total_amount',
	'trade_no',
	'trade_status',
	'version',
];

describe('a text that a buyer wrote', () => {
	it('cannot replace the order and hide Alipay’s own parameters', () => {
		const body =
			'x&notify_id=1&notify_time=2026-11-29 08:12:24&notify_type=trade_status_sync' +
			'&out_trade_no=OTHER&passback_params=';
		const text = textOf({ ...PAID, body });
		const brought = ['notify_id', 'notify_time', 'notify_type', 'out_trade_no', 'passback_params'];
		const forged = cut(text, ['app_id', 'auth_app_id', 'body', ...brought, ...AFTER_PASSBACK]);
		expect([textOf(forged), forged.out_trade_no]).toEqual([text, 'OTHER']);
		expect(isAccepted(forged)).toBe(false);
	});

	it('cannot replace the amount and hide the true one under a made-up name', () => {
		const genuine = { ...PAID, subject: 'x&total_amount=0.01&total_x=' };
		const forged = {
			...genuine,
			subject: 'x',
			total_amount: '0.01',
			total_x: '&total_amount=88.80',
		};
		expect(textOf(forged)).toBe(textOf(genuine));
		expect([isAccepted(genuine), isAccepted(forged)]).toEqual([true, false]);
	});

	it('cannot turn a form into a message of the application gateway', () => {
		const body = 'x&msg_method=a&msg_uid=1&notify_time=2026-11-29 08:12:24&passback_params=';
		const text = textOf({ ...PAID, body });
		const brought = ['msg_method', 'msg_uid', 'notify_time', 'passback_params'];
		const forged = cut(text, ['app_id', 'auth_app_id', 'body', ...brought, ...AFTER_PASSBACK]);
		expect([textOf(forged), forged.msg_uid]).toEqual([text, '1']);
		expect(isAccepted(forged)).toBe(false);
	});
});

describe('Alipay’s parameters', () => {
	const genuine: Params = { ...PAID, body: 'Tea', passback_params: 'uid=7', subject: 'Cup' };
	const names = Object.keys(genuine).sort();

	it.each(names.slice(1))('cannot be merged: %s into the one before it', (gone) => {
		const before = names[names.indexOf(gone) - 1] ?? '';
		const { [gone]: value, ...others } = genuine;
		const forged = { ...others, [before]: `${others[before]}&${gone}=${value}` };
		expect(textOf(forged)).toBe(textOf(genuine));
		expect([isAccepted(genuine), isAccepted(forged)]).toEqual([true, false]);
	});
});

describe('parameters of an unknown kind', () => {
	const { notify_id = '', notify_time = '', app_id = '' } = PAID;
	const common = { app_id, notify_id, notify_time, notify_type: 'of_tomorrow' };

	it('cannot be merged', () => {
		const genuine = { ...common, plan_amount: '1.00', plan_no: '7' };
		const forged = { ...common, plan_amount: '1.00&plan_no=7' };
		expect(textOf(forged)).toBe(textOf(genuine));
		expect([isAccepted(genuine), isAccepted(forged)]).toEqual([true, false]);
	});

	it('cannot be hidden in a name that a buyer wrote', () => {
		const passback_params = 'x&plan_amount=9.00&plan_b=';
		const genuine = { ...common, passback_params, plan_amount: '1.00' };
		const forged = {
			...common,
			passback_params: 'x',
			plan_amount: '9.00',
			plan_b: '&plan_amount=1.00',
		};
		expect(textOf(forged)).toBe(textOf(genuine));
		expect([isAccepted(genuine), isAccepted(forged)]).toEqual([true, false]);
	});
});

describe('an unknown name', () => {
	it('cannot skip one of Alipay’s names so that a later one hides signed parameters', () => {
		const genuine: Params = { ...PAID, u_new: '0&body=1&voucher_detail_list=' };
		const { version = '', ...others } = genuine;
		const forged: Params = {
			...others,
			u_new: '0&body=1',
			voucher_detail_list: `&version=${version}`,
		};
		expect(textOf(forged)).toBe(textOf(genuine));
		expect([isAccepted(genuine), isAccepted(forged)]).toEqual([false, false]);
	});
});

describe('a genuine notification is accepted', () => {
	it.each<[string, string]>([
		['passback_params', 'merchantBizType=3C&merchantBizNo=2016010101111'],
		['passback_params', 'uid=7&status=1&type=vip'],
		['passback_params', 'order=1&payer_user_id=3'],
		['passback_params', 'x&app_id=1&total_amount=2&notify_id=3'],
		['passback_params', 'https://shop.example/?id=1&body=2&trade_no=3'],
		['body', 'https://shop.example/?id=1&subject=2&buyer_id=3&sign=4'],
		['body', 'A&B=C'],
		['subject', 'Cup&total_amount=1'],
		['subject', 'R&D=fun&price=2'],
		['store_name', 'M&M=sweet'],
		['voucher_detail_list', '[{"memo":"https://shop.example/?a=1&w=2"}]'],
		['fund_bill_list', '[{"amount":"1.00","url":"?a=1&subject=2"}]'],
		['z_of_tomorrow', 'https://shop.example/?a=1&b=2'],
	])('with %s %j', (name, value) => {
		const params = { ...PAID, [name]: value };
		expect(readAs(params, textOf(params))).toEqual(params);
	});

	it('with a biz_content that contains the address of a page', () => {
		const { notify_type: _type, notify_time: _time, ...common } = PAID;
		const biz_content = '{"url":"https://shop.example/?a=1&body=2&buyer_id=3&charset=4"}';
		const params = { ...common, msg_method: 'a.b', utc_timestamp: '1', biz_content };
		expect(isAccepted(params)).toBe(true);
	});
});

type Pairs = Array<[name: string, value: string]>;

/** All forms with this signed text: each begins a parameter at some of its names. */
function formsOf(text: string): Params[] {
	let forms: Pairs[] = [[]];
	for (const piece of text.split('&')) {
		const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(piece) ?? [];
		const merged = forms.flatMap((form): Pairs[] => {
			const last = form.at(-1);
			return last ? [[...form.slice(0, -1), [last[0], `${last[1]}&${piece}`]]] : [];
		});
		const begun = forms
			.filter((form) => name !== '' && (form.at(-1)?.[0] ?? '') < name)
			.map((form): Pairs => [...form, [name, value]]);
		forms = [...merged, ...begun];
	}
	return forms.map((form) => Object.fromEntries(form));
}

const isNotification = (form: Params) =>
	NEEDED_PARAMETERS.every((names) => names.some((name) => form[name]));

describe('all forms with one signed text', () => {
	const names = ['app_id', 'body', 'notify_id', 'notify_time', 'notify_type', 'passback_params'];
	const all = [...names, 'buyer_id', 'msg_uid', 'subject', 'total_amount', 'trade_no', 'x_new'];
	const piece = fc.tuple(fc.constantFrom(...all), fc.constantFrom('', '1', '2'));
	/** Parameters in order, and any others inside one of them. */
	const text = fc
		.tuple(
			fc.subarray(all),
			fc.array(piece, { maxLength: 6 }),
			fc.constantFrom('body', 'passback_params', 'subject', 'x_new'),
		)
		.map(([own, inner, owner]) => {
			const hidden = inner.map(([name, value]) => `&${name}=${value}`).join('');
			const present = [...new Set([...own, ...names, 'trade_no', owner])];
			return textOf(
				Object.fromEntries(present.map((name) => [name, name === owner ? `0${hidden}` : '0'])),
			);
		});
	const known = namesKnown(new Set(['trade_no']));
	/** The known parameters, with their values unless these are free texts. */
	const fixed = (form: Params) =>
		JSON.stringify(
			Object.entries(form)
				.filter(([name]) => known.has(name))
				.map(([name, value]) => [name, FREE_TEXTS.has(name) || value])
				.sort(),
		);

	it('agree on Alipay’s parameters when they are accepted', { timeout: 120_000 }, () => {
		let accepted = 0;
		fc.assert(
			fc.property(text, (signed) => {
				const read = formsOf(signed)
					.filter(isNotification)
					.map((form) => readAs(form, signed))
					.filter((form) => form !== null);
				accepted += read.length;
				expect(new Set(read.map(fixed)).size).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 400 },
		);
		expect(accepted).toBeGreaterThan(100);
	});
});

/** Notifications that Alipay would not send, by name, and whether a receiver should accept them. */
import type { KeyObject } from 'node:crypto';
import type { Pair, Signing } from './notification.mts';

/** The changes to a notification, before or after it is signed. */
interface Forgery {
	meaning: string;
	/** Whether its content is genuine, so that a receiver should accept it. */
	isGenuine?: true;
	/** Changes the parameters before they are signed. */
	parameters?: (parameters: Record<string, string>) => Record<string, string>;
	/** Changes how they are signed. `own` is the key of the application. */
	signing?: (own: KeyObject) => Partial<Signing>;
	/** Changes the signed form. */
	pairs?: (pairs: readonly Pair[]) => Pair[];
	/** Changes the text that is posted. */
	text?: (text: string) => string;
}

const with_ = (pairs: readonly Pair[], name: string, value: string): Pair[] => [
	...without(pairs, name),
	[name, Buffer.from(value)],
];
const without = (pairs: readonly Pair[], ...names: string[]): Pair[] =>
	pairs.filter(([name]) => !names.includes(name));

/** The parameters that the signature covers, in the order of the signed text. */
const covered = (pairs: readonly Pair[]): Pair[] =>
	without(pairs, 'sign', 'sign_type').sort(([a], [b]) => (a < b ? -1 : 1));

/** An amount of a form or of a message. */
const AMOUNT = /^(amount|total_amount|biz_content)$/;

const HOURS_27 = 27 * 3_600_000;

export const FORGERIES = {
	'changed-amount': {
		meaning: 'the amount was changed after signing',
		pairs(pairs) {
			const changed = pairs.map(([name, value]): Pair => {
				if (!AMOUNT.test(name)) return [name, value];
				return [
					name,
					Buffer.from(value.toString('latin1').replace(/\d+\.\d\d/, '9999.99'), 'latin1'),
				];
			});
			if (changed.some(([, value], index) => !pairs[index]?.[1].equals(value))) return changed;
			// Without a change, the notification would be genuine.
			throw new Error('The notification does not contain an amount to change');
		},
	},
	'no-sign': { meaning: 'without a signature', pairs: (pairs) => without(pairs, 'sign') },
	'other-application': {
		meaning: 'signed by Alipay, for another application',
		parameters: (parameters) => ({ ...parameters, app_id: '2021000000000999' }),
	},
	stale: {
		meaning: 'signed by Alipay, 27 hours old',
		parameters: ({ notify_time, utc_timestamp, ...others }) => ({
			...others,
			...(notify_time !== undefined && { notify_time: hoursEarlier(notify_time) }),
			...(utc_timestamp !== undefined && {
				utc_timestamp: String(Number(utc_timestamp) - HOURS_27),
			}),
		}),
	},
	'twice-the-same-name': {
		meaning: 'one parameter appears twice',
		text: (text) => `${text}&${text.split('&')[0]}`,
	},
	sha1: {
		meaning: 'signed with SHA1 (RSA), which the application does not use',
		signing: () => ({ signType: 'RSA', version: 'V1' }),
	},
	'own-key': {
		meaning: 'signed with the private key of the application',
		signing: (key) => ({ key }),
	},
	added: {
		meaning: 'a parameter that is not signed',
		pairs: (pairs) => with_(pairs, 'refund_fee', '1.00'),
	},
	'added-empty': {
		meaning: 'an empty parameter that is not signed',
		isGenuine: true,
		pairs: (pairs) => with_(pairs, 'refund_fee', ''),
	},
	dropped: {
		meaning: 'a signed parameter is missing',
		pairs: (pairs) => without(pairs, 'version'),
	},
	merged: {
		meaning: 'two parameters in one value (a=1%26b%3D2); the signature still matches',
		pairs(pairs) {
			const [[first, value], [second, tail]] = covered(pairs).slice(-2) as [Pair, Pair];
			const merged = Buffer.concat([value, Buffer.from(`&${second}=`), tail]);
			return [...without(pairs, first, second), [first, merged]];
		},
	},
	reordered: {
		meaning: 'the parameters in another order',
		isGenuine: true,
		pairs: (pairs) => [...pairs].reverse(),
	},
	'encoded-otherwise': {
		meaning: 'the first letter of a value as %xx',
		isGenuine: true,
		text: (text) =>
			text.replace(
				/(?<![%\w])[A-Za-z](?==)|(?<==)[A-Za-z]/g,
				(letter) => `%${letter.charCodeAt(0).toString(16)}`,
			),
	},
	'decoded-twice': {
		meaning: 'a value that was decoded before it was sent',
		parameters: (parameters) => ({ ...parameters, memo: '50%2B1' }),
		text: (text) => text.replace('50%252B1', '50%2B1'),
	},
} as const satisfies Record<string, Forgery>;

export type ForgeryName = keyof typeof FORGERIES;

/** Throws an Error for an unknown name. Otherwise, the notification would be genuine. */
export function forgeryNamed(name: ForgeryName): Forgery {
	if (Object.hasOwn(FORGERIES, name)) return FORGERIES[name];
	throw new Error(`"${name}" is not a forgery. Use one of ${Object.keys(FORGERIES).join(', ')}`);
}

function hoursEarlier(time: string): string {
	const ms = Date.parse(`${time.replace(' ', 'T')}Z`) - HOURS_27;
	return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

import { localFault, success, type Outcome } from '../errors/fault';
import { codePointOf, nameOf, tidied } from '../text/characters';
import { textOf } from '../text/textOf';
import { counted, EXPOSED, filled, type Damage } from './damages';
import { TOKEN } from './strangers';
import { hasRun } from './wrappings';

/** The short fields of the credential: their label, Alipay's name, and what belongs there. */
export const SHORT_FIELDS = {
	appId: {
		label: 'App ID',
		advice: 'Copy the app_id (16 digits) from the Alipay console.',
		isShown: true,
	},
	gatewayUrl: {
		label: 'Gateway URL',
		advice: 'Fill in a whole address such as https://proxy.example.com/gateway.do.',
		isShown: true,
	},
	appAuthToken: {
		label: 'App Auth Token',
		advice:
			'Copy the app_auth_token that Alipay gave out for the merchant, or leave the field empty.',
		isShown: false,
	},
	encryptKey: {
		label: 'Encrypt Key',
		advice:
			'Copy the content encryption key (AES) from the Alipay console: 16 bytes in base64, 24 characters.',
		isShown: false,
	},
} as const;

export type ShortField = keyof typeof SHORT_FIELDS;

/** What can be wrong with a short field, as DAMAGES is for keys. */
export const SHORT_DAMAGES = {
	empty: { sentence: 'is empty' },
	lostDigits: {
		sentence: 'is a number whose last digits are lost',
		advice: 'Enter it as text.',
	},
	scientific: {
		sentence: 'is in scientific notation, so digits are lost',
		advice: 'Format the column of the spreadsheet as text.',
	},
	pid: { sentence: 'begins with 2088: that is the PID of the company, not the App ID' },
	two: { sentence: 'contains two numbers', advice: 'Keep only one.' },
	digits: { sentence: 'has {digits}, more than any App ID' },
	noNumber: { sentence: 'is not a number' },
	sign: { sentence: 'contains {character} at position {position}, where only digits belong' },
	key: { sentence: 'contains a key or certificate' },
	token: { sentence: 'contains a token, as the App Auth Token is' },
	appId: { sentence: 'contains only digits, as the App ID does' },
	email: { sentence: 'contains an e-mail address' },
	url: { sentence: 'contains an address (URL)' },
	nothing: { sentence: 'contains a word for “no value” in place of the value' },
	placeholder: { sentence: 'contains a placeholder in place of the hidden value' },
	masked: { sentence: 'contains dots or asterisks in place of characters' },
	blank: {
		sentence: 'contains a blank or a line break inside',
		advice: 'Check that it is one value and whole.',
	},
	character: { sentence: 'contains {character}, which is never part of it' },
	noAddress: { sentence: 'is not an address' },
	noScheme: {
		sentence: 'does not begin with https://',
		advice: 'Write https:// before the address.',
	},
	twice: { sentence: 'contains “://” twice', advice: 'Keep one https:// only.' },
	noPath: {
		sentence: 'has no path',
		advice: 'The address of Alipay’s gateway ends with /gateway.do.',
	},
	extras: { sentence: 'contains a user name, a query or a fragment' },
	unencrypted: {
		sentence: 'is not encrypted',
		advice:
			'Use https. Plain http is accepted for this machine only (localhost, 127.0.0.1, [::1]).',
	},
	hex: { sentence: 'is written in hexadecimal digits, not in base64' },
	length: { sentence: 'is base64 of {bytes} in place of 16' },
} as const satisfies Record<string, Damage>;

export interface ShortFinding {
	damage: keyof typeof SHORT_DAMAGES;
	values?: Readonly<Record<string, string | number>>;
	exposes?: boolean;
}

/** Where a short field stands. The App Auth Token may stand in the options of a node as well. */
const FORMS = {
	credential: { fault: 'invalid-credential', where: 'of the credential' },
	Options: { fault: 'invalid-settings', where: 'in the Options' },
} as const;
type Form = keyof typeof FORMS;

export function refuseShort(
	field: ShortField,
	{ damage, values, exposes = false }: ShortFinding,
	form: Form = 'credential',
) {
	const { sentence, advice }: Damage = SHORT_DAMAGES[damage];
	const { label, advice: usual, isShown } = SHORT_FIELDS[field];
	const warning = exposes && isShown ? EXPOSED : '';
	return localFault(
		FORMS[form].fault,
		`The ${label} ${FORMS[form].where} ${filled(sentence, values)}${warning}`,
		advice ? `${advice} ${usual}` : usual,
	);
}

interface Confusion {
	damage: ShortFinding['damage'];
	pattern: RegExp;
	isSecret?: true;
}

/** What belongs into another field, or nowhere. */
const CONFUSIONS: readonly Confusion[] = [
	{ damage: 'placeholder', pattern: /^\w{1,30}_(?:BLANK|EMPTY)_VALUE_[\w-]{1,60}$/ },
	{ damage: 'masked', pattern: /[*•●∙■▪◦]{3}|^[xX]{6,}$/u },
	{ damage: 'token', pattern: TOKEN, isSecret: true },
	{ damage: 'appId', pattern: /^20\d{14}$|^9021\d{12}$/ },
	{ damage: 'email', pattern: /^[^\s@:]+@[^\s@:]+\.[a-z]{2,}$/i },
	{ damage: 'url', pattern: /^https?:\/\//i },
	{
		damage: 'nothing',
		pattern: /^(?:null|undefined|none|nan|n\/a|#n\/a|nil|无|\[object Object\]|-+|\/+)$/i,
	},
];

/** What `text` is when it is meant for another field; the damages of `except` are allowed here. */
export function strangeIn(
	text: string,
	except: ReadonlyArray<ShortFinding['damage']> = [],
): ShortFinding | null {
	const isKey = /BEGIN|^MI[G-M][A-Za-z0-9+/]{20}/.test(text) || (hasRun(text) && text.length > 90);
	if (isKey) return { damage: 'key', exposes: !/CERTIFICATE|PUBLIC/.test(text) };
	const confusion = CONFUSIONS.find(
		({ damage, pattern }) => !except.includes(damage) && pattern.test(text),
	);
	return confusion ? { damage: confusion.damage, exposes: confusion.isSecret } : null;
}

/** A name before the value: `app_id=`, `appid：`, `"app_auth_token": "…"`. */
const named = (name: string) =>
	new RegExp(`^(?:export\\s+)?[a-z_]*(?:${name})["']?(?:\\s*(?:=>?|:)\\s*|\\s+)["']?`, 'i');
const APP_ID_NAME = named('app[ _-]?id|应用\\s?id');
const TOKEN_NAME = named('auth[ _-]?token');
const SCHEME = /^(?:authorization\s*:\s*)?bearer\s+/i;
const TOKEN_IN_JSON = /["']app_auth_token["']\s*:\s*["']([^"']*)["']/;

/** Digits in groups are one number; two whole numbers are two. */
const TWO_NUMBERS = /^(\d{16})[\s,;]+\d{16}$/;

/** The App ID: digits only. What else it might be is named. */
export function readAppId(raw: unknown): Outcome<string> {
	const refuse = (damage: ShortFinding['damage'], values?: ShortFinding['values']) =>
		refuseShort('appId', { damage, values });
	if (typeof raw === 'number' && raw > Number.MAX_SAFE_INTEGER) return refuse('lostDigits');
	const text = tidied(tidied(textOf(raw)).replace(SCHEME, '').replace(APP_ID_NAME, ''));
	if (text === '') return refuse('empty');
	const strange = strangeIn(text, ['appId']);
	if (strange) return refuseShort('appId', strange);
	if (TWO_NUMBERS.test(text)) return refuse('two');
	const digits = text.replace(/\s/g, '');
	if (/^\d[.,]?\d*e\+?\d+$/i.test(digits)) return refuse('scientific');
	if (/^2088\d{12}$/.test(digits)) return refuse('pid');
	if (/^\d{1,32}$/.test(digits)) return success(digits);
	if (/^\d+$/.test(digits)) return refuse('digits', { digits: counted(digits.length, 'digit') });
	const sign = text.search(/[^\d\s]/);
	const isMostlyDigits = digits.replace(/\D/g, '').length * 2 > digits.length;
	return isMostlyDigits
		? refuse('sign', { character: nameOf([...text.slice(sign)][0] ?? ''), position: sign + 1 })
		: refuse('noNumber');
}

/** What tokens consist of (RFC 6750 §2.1). */
const NO_TOKEN = /[^A-Za-z0-9._~+/=-]/u;

/** An app_auth_token, '' for none. Its own characters are never quoted. */
export function readAppAuthToken(pasted: string, form?: Form): Outcome<string> {
	const [, inJson = pasted] = TOKEN_IN_JSON.exec(pasted) ?? [];
	const text = tidied(tidied(tidied(inJson).replace(TOKEN_NAME, '')).replace(SCHEME, ''));
	if (text === '') return success('');
	const strange = strangeIn(text, ['token']);
	if (strange) return refuseShort('appAuthToken', strange, form);
	const [other] = NO_TOKEN.exec(text) ?? [];
	if (other === undefined) return success(text);
	const finding: ShortFinding = /\s/.test(other)
		? { damage: 'blank' }
		: { damage: 'character', values: { character: `a character ${codePointOf(other)}` } };
	return refuseShort('appAuthToken', finding, form);
}

/** Alipay's gateways (API reference, "HTTPS请求地址"; the sandbox from Alipay's SDK for Node). */
export const GATEWAYS = {
	production: 'https://openapi.alipay.com/gateway.do',
	sandbox: 'https://openapi-sandbox.dl.alipaydev.com/gateway.do',
} as const;

const HOSTS: readonly string[] = Object.values(GATEWAYS).map((url) => new URL(url).host);

/** A connection to this machine never leaves it, so it needs no TLS: the simulator, a local proxy. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const HOST_FIRST =
	/^(?:https?\/\/|(?:\/\/)?(?:[\w-]+(?:\.[\w-]+)+|localhost)(?::\d+)?(?:[/?#]|$))/i;

/** The address of a gateway of the user's own. */
export function readAddress(pasted: string): Outcome<string> {
	const refuse = (damage: ShortFinding['damage']) => refuseShort('gatewayUrl', { damage });
	// An address that is nothing but a host may end with the bracket of IPv6.
	const text = tidied(pasted).replace(/^(\w+:\/\/\[[^\]]*)$/, '$1]');
	const strange = strangeIn(text, ['url', 'email']);
	if (strange) return refuseShort('gatewayUrl', strange);
	if (/\s/.test(text)) return refuse('blank');
	if (HOST_FIRST.test(text)) return refuse('noScheme');
	if (!URL.canParse(text)) return refuse('noAddress');
	const url = new URL(text);
	// Of a bare "?" or "#" at the end, `search` and `hash` say nothing.
	if (url.username || url.password || /[?#]/.test(url.href)) return refuse('extras');
	if (text.split('://').length > 2) return refuse('twice');
	const safe =
		url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
	if (!safe) return refuse('unencrypted');
	return HOSTS.includes(url.host) && url.pathname === '/' ? refuse('noPath') : success(url.href);
}

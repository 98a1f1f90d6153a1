import { localFault, success, type Outcome } from '../errors/fault';
import { codePointOf, nameOf, tidied } from '../text/characters';
import { textOf } from '../text/textOf';
import { counted, EXPOSED, filled, type Damage } from './damages';
import { TOKEN } from './strangers';
import { hasRun } from './wrappings';

/** The short fields of the credential: the label and what to enter. */
export const SHORT_FIELDS = {
	appId: {
		label: 'App ID',
		advice: 'Copy the app_id (16 digits) from the Alipay console.',
		isShown: true,
	},
	gatewayUrl: {
		label: 'Gateway URL',
		advice: 'Enter a complete address such as https://proxy.example.com/gateway.do.',
		isShown: true,
	},
	appAuthToken: {
		label: 'App Auth Token',
		advice:
			'Copy the app_auth_token that Alipay issued for the merchant, or leave the field empty.',
		isShown: false,
	},
	encryptKey: {
		label: 'Encrypt Key',
		advice:
			'Copy the content encryption key (AES) from the Alipay console. It has 24 characters (16 bytes in base64).',
		isShown: false,
	},
} as const;

export type ShortField = keyof typeof SHORT_FIELDS;

/** What can be wrong with a short field, like DAMAGES for keys. */
export const SHORT_DAMAGES = {
	empty: { sentence: 'is empty' },
	lostDigits: {
		sentence: 'is a number that has lost its last digits',
		advice: 'Enter it as text.',
	},
	scientific: {
		sentence: 'is in scientific notation (such as 2.02E+27), so it has lost digits',
		advice: 'Format the spreadsheet column as Text.',
	},
	pid: { sentence: 'begins with 2088, so it is the PID of the company, not the App ID' },
	two: { sentence: 'contains two numbers', advice: 'Keep only one.' },
	digits: { sentence: 'has {digits}: too many for an App ID' },
	noNumber: { sentence: 'is not a number' },
	sign: { sentence: 'contains {character} at position {position}, where only digits are allowed' },
	key: { sentence: 'contains a key or certificate' },
	token: { sentence: 'contains a token, like an App Auth Token' },
	appId: { sentence: 'contains only digits, like an App ID' },
	email: { sentence: 'contains an email address' },
	url: { sentence: 'contains an address (URL)' },
	nothing: { sentence: 'contains a word for “no value” instead of a value' },
	placeholder: { sentence: 'contains a placeholder instead of the hidden value' },
	masked: { sentence: 'contains dots or asterisks instead of characters' },
	blank: {
		sentence: 'contains a space or a line break',
		advice: 'Check that it is one complete value.',
	},
	character: { sentence: 'contains {character}, which is not allowed there' },
	noAddress: { sentence: 'is not a valid address' },
	noScheme: {
		sentence: 'does not begin with https://',
		advice: 'Add https:// before the address.',
	},
	twice: { sentence: 'contains “://” twice', advice: 'Keep only one https://.' },
	noPath: {
		sentence: 'has no path',
		advice: 'The address of Alipay’s gateway ends with /gateway.do.',
	},
	extras: { sentence: 'contains a username, or a part that begins with “?” or “#”' },
	unencrypted: {
		sentence: 'does not use https',
		advice: 'Use https. Plain http works only for this machine (localhost, 127.0.0.1, [::1]).',
	},
	hex: { sentence: 'is in hexadecimal, not in base64' },
	length: { sentence: 'is base64 of {bytes} instead of 16' },
} as const satisfies Record<string, Damage>;

export interface ShortFinding {
	damage: keyof typeof SHORT_DAMAGES;
	values?: Readonly<Record<string, string | number>>;
	exposes?: boolean;
}

/** Where a short field is. The App Auth Token can also be in the options of a node. */
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

/** Text that belongs in another field, or nowhere. */
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

/** What `text` is, if it belongs in another field. The damages of `except` are allowed here. */
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

/** Groups of digits are one number, but two complete App IDs are two. */
const TWO_NUMBERS = /^(\d{16})[\s,;]+\d{16}$/;

/** Reads the App ID: digits only. */
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

/** A character that no token contains (RFC 6750 §2.1). */
const NO_TOKEN = /[^A-Za-z0-9._~+/=-]/u;

/** Reads an app_auth_token, or ''. Messages never quote its characters. */
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

/** A connection that stays on this machine needs no TLS: the simulator, a local proxy. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const HOST_FIRST =
	/^(?:https?\/\/|(?:\/\/)?(?:[\w-]+(?:\.[\w-]+)+|localhost)(?::\d+)?(?:[/?#]|$))/i;

/** Reads the address of a custom gateway. */
export function readAddress(pasted: string): Outcome<string> {
	const refuse = (damage: ShortFinding['damage']) => refuseShort('gatewayUrl', { damage });
	// An IPv6 host ends with a bracket, which `tidied` removes.
	const text = tidied(pasted).replace(/^(\w+:\/\/\[[^\]]*)$/, '$1]');
	const strange = strangeIn(text, ['url', 'email']);
	if (strange) return refuseShort('gatewayUrl', strange);
	if (/\s/.test(text)) return refuse('blank');
	if (HOST_FIRST.test(text)) return refuse('noScheme');
	if (!URL.canParse(text)) return refuse('noAddress');
	const url = new URL(text);
	// `search` and `hash` are empty for a bare "?" or "#" at the end.
	if (url.username || url.password || /[?#]/.test(url.href)) return refuse('extras');
	if (text.split('://').length > 2) return refuse('twice');
	const safe =
		url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
	if (!safe) return refuse('unencrypted');
	return HOSTS.includes(url.host) && url.pathname === '/' ? refuse('noPath') : success(url.href);
}

import { LONGEST_CODE, LONGEST_TEXT, shortened } from '../text/shortened';
import { textOf } from '../text/textOf';
import type { Fault } from './fault';

/** Parameters that prove an identity: `app_auth_token`, `refresh_token`, `code`, `auth_codes`, `secret_key`. */
const SECRET =
	/tokens?$|^(?:js_?)?codes?$|(?:auth|js|verify|verification|sms|pay)_?codes?$|passw(?:or)?d$|secret(?:_?key)?$/i;

/** A shorter text could occur in any message by chance. */
const SHORTEST_SECRET = 4;

/** The secrets of a request, which no message may repeat. The longest comes first. */
export function secretsIn(
	{ bizContent, params }: { bizContent: object; params?: object | undefined },
	tokens: object,
): string[] {
	return [bizContent, params ?? {}, tokens]
		.flatMap((object) => secretsOf(object))
		.filter((text) => text.length >= SHORTEST_SECRET)
		.flatMap(spellingsOf)
		.sort((a, b) => b.length - a.length);
}

/** The secrets in a value, at any depth and in text that is JSON. */
function secretsOf(value: unknown, isSecret = false): string[] {
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([name, inner]) =>
			secretsOf(inner, isSecret || SECRET.test(name)),
		);
	}
	const text = textOf(value);
	if (isSecret) return [text];
	return /^\s*[{[]/.test(text) ? secretsOf(parsed(text)) : [];
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return null;
	}
}

/** The text as it appears in a URL, in JSON and in HTML. */
const spellingsOf = (text: string): string[] => [
	text,
	encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')),
	JSON.stringify(text).slice(1, -1),
	text.replace(/[&"<>']/g, (mark) => ENTITIES[mark] ?? mark),
];

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'"': '&quot;',
	'<': '&lt;',
	'>': '&gt;',
	"'": '&#39;',
};

/**
 * A fault with short texts and without secrets. Alipay repeats the request's parameters in some messages,
 * including the merchant's token, and an unsigned response may contain any text of any length.
 */
export function inFewWords(fault: Fault, secrets: readonly string[]): Fault {
	if (!fault.msg && !fault.sub_code && !fault.sub_msg) return fault;
	const open = (text: string) =>
		secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
	const word = (text: string | null) => text && shortened(open(text), LONGEST_CODE);
	const sentence = (text: string | null) => text && shortened(open(text), LONGEST_TEXT);
	const quoted = [fault.sub_code, fault.code, fault.msg].filter((text) => text !== null);
	const message = quoted
		.filter((text) => text.length > LONGEST_CODE)
		.reduce((text, long) => text.replaceAll(long, () => word(long) ?? ''), fault.message);
	return {
		...fault,
		code: word(fault.code) ?? '',
		msg: sentence(fault.msg),
		sub_code: word(fault.sub_code),
		sub_msg: sentence(fault.sub_msg),
		message: open(message),
	};
}

import { tidied } from '../text/characters';
import { counted, found, type DamageName, type Finding } from './damages';
import { hasRun } from './wrappings';

/** No key or certificate file is longer, even with wrapping around it. */
const LONGEST = 50_000;

interface Stranger {
	damage: DamageName;
	pattern: RegExp;
	/** Whether it is a secret, or a pattern that tells. */
	secret?: boolean | RegExp;
}

/** An Alipay authorization token: year and month, two letters, letters and digits. */
export const TOKEN = /^20\d{4}[A-Za-z]{2}[0-9A-Za-z]{24,40}$/;
const FILE_TYPES = 'pem|crt|cer|der|key|pub|p8|pk8|p12|pfx|p7b|csr|jks|txt|ppk';

/** What people paste instead of a key. The first matching pattern counts. */
const STRANGERS: readonly Stranger[] = [
	{ damage: 'placeholder', pattern: /^\w{1,30}_(?:BLANK|EMPTY)_VALUE_[\w-]{1,60}$/ },
	{ damage: 'template', pattern: /^=?[{\s]*\$\{?[a-z_][\w.()[\]"' -]{0,60}$/i },
	{ damage: 'jwk', pattern: /["']?kty["']\s*:/, secret: /["']d["']\s*:/ },
	{ damage: 'putty', pattern: /^PuTTY-User-Key-File/i, secret: true },
	{ damage: 'xml', pattern: /<RSAKeyValue>|<Modulus>/i, secret: /<D>/i },
	{ damage: 'pgp', pattern: /BEGIN PGP\b/i, secret: /PRIVATE/i },
	{
		damage: 'ssh',
		pattern: /^(?:ssh-[a-z0-9]+|ecdsa-sha2-[a-z0-9]+) +AAAA|BEGIN SSH2 PUBLIC KEY/i,
	},
	{ damage: 'url', pattern: /^(?!file:)[a-z][a-z0-9+.-]{1,20}:\/\/\S*$/i },
	{
		damage: 'path',
		pattern: new RegExp(
			`^(?:file:\\S{1,200}|[A-Za-z]:[\\\\/][^\\n]{1,200}|(?:~|\\.{1,2})?(?:/[\\w.\\p{Script=Han}-]{1,40}){2,9}|(?:app|alipay)(?:Cert|Root)\\w{1,40}|[^\\n:]{1,200}\\.(?:${FILE_TYPES}))$`,
			'iu',
		),
	},
	{ damage: 'email', pattern: /^[^\s@:]+@[^\s@:]+\.[a-z]{2,}$/i },
	{ damage: 'token', pattern: TOKEN, secret: true },
	{ damage: 'digits', pattern: /^\d[\d\s]*$/ },
	{ damage: 'aesKey', pattern: /^[A-Za-z0-9+/]{22}==$/, secret: true },
	{ damage: 'hex', pattern: /^(?:0x)?30[\s:]?8[0-3](?:[\s:]?[0-9a-f]{2}){30,}$/i },
];

/** The first two bytes of DER (0x30 0x82), as editors show them. */
const BINARY = /^\ufeff?0[\u0080-\u0084\u201a\u20ac\ufffd]/;

/** What the pasted text is, or null if it may be a key. */
export function strangerIn(pasted: string): { finding: Finding; exposes: boolean } | null {
	if (pasted.length > LONGEST) {
		const finding = found('tooLong', { count: counted(pasted.length) });
		return { finding, exposes: /PRIVATE/i.test(pasted) };
	}
	const text = tidied(pasted);
	if (text === '') return { finding: found('empty'), exposes: false };
	if (BINARY.test(pasted)) return { finding: found('binary'), exposes: true };
	const stranger = STRANGERS.find(({ pattern }) => pattern.test(text));
	if (!stranger) return null;
	const { damage, secret = false } = stranger;
	const exposes = typeof secret === 'boolean' ? secret : secret.test(pasted);
	return { finding: found(damage), exposes };
}

/** Whether a text is words: no run is long enough for a key, and it has two words or non-ASCII letters. */
export const isWords = (text: string): boolean =>
	!hasRun(text) && /\p{L}[^\S\n]+\p{L}|[^\P{L}\p{ASCII}]/u.test(text);

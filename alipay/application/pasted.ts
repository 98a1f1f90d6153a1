import { nameOf, QUOTES, withoutInvisible } from '../text/characters';
import { placeOf, rewrite, traced, type Traced } from '../text/traced';
import { success, type Outcome } from '../errors/fault';
import { isOfPrivateKey, linesOf, marked, partsOf, type Parts } from './armor';
import { decode } from './base64';
import {
	DAMAGES,
	EXPOSED,
	filled,
	found,
	refusePasted,
	type Damage,
	type Finding,
	type PastedField,
} from './damages';
import { kindOfDer, type DerKind } from './der';
import { isWords, strangerIn } from './strangers';
import { BOUNDARY, ENCODINGS, hasRun, PLACES, REMARKS, unwrapped } from './wrappings';

/**
 * The pasted text is for another field. Everyone who can open the credential sees every field except the
 * private key, so a secret must not stay there.
 */
export const refuseKind = (field: PastedField, kind: DerKind, wanted: string) =>
	refusePasted(field, found('kind', { kind: KIND_NAMES[kind], wanted }), {
		exposes: SECRET_KINDS.has(kind),
	});

const SECRET_KINDS: ReadonlySet<DerKind> = new Set([
	'rsa-private-pkcs1',
	'rsa-private-pkcs8',
	'encrypted-private-key',
	'other-private-key',
	'pkcs12',
	'openssh',
]);

const KIND_NAMES: Readonly<Record<DerKind, string>> = {
	'rsa-private-pkcs1': 'a private key',
	'rsa-private-pkcs8': 'a private key',
	'rsa-public-pkcs1': 'a public key',
	'rsa-public-spki': 'a public key',
	certificate: 'a certificate',
	'certificate-request': 'a certificate request (.csr)',
	'encrypted-private-key': 'a private key that is encrypted with a passphrase',
	'other-private-key': 'a private key that is not RSA',
	'other-public-key': 'a public key that is not RSA',
	pkcs12: 'a PKCS#12 file (.pfx or .p12)',
	pkcs7: 'a PKCS#7 file (.p7b)',
	openssh: 'an OpenSSH key',
	unknown: 'something else',
};

/** The first block that does not belong in a field. A secret block comes first. */
export function strangerAmong(
	blocks: readonly PastedBlock[],
	belongs: (kind: DerKind) => boolean,
): PastedBlock | undefined {
	const strangers = blocks.filter(({ kind }) => !belongs(kind));
	return strangers.find(({ kind }) => SECRET_KINDS.has(kind)) ?? strangers[0];
}

export interface PastedBlock {
	der: Buffer;
	kind: DerKind;
}

type Blocks = readonly [PastedBlock, ...PastedBlock[]];

/** What a text contains, or what is wrong with it and whether it may still be a secret. */
type Reading = { blocks: Blocks } | { finding: Finding; exposes: boolean };

/** Reads the blocks of a pasted key or certificate. No message quotes their text. */
export function readBlocks(field: PastedField, text: string): Outcome<Blocks> {
	const reading = readText(text, 0);
	if ('blocks' in reading) return success(reading.blocks);
	return refusePasted(field, reading.finding, reading);
}

/** The fault of the first visible field that contains a secret, or null. */
export function refuseExposed(
	fields: readonly PastedField[],
	text: (field: PastedField) => string,
): { ok: false; fault: ReturnType<typeof refusePasted>['fault'] } | null {
	for (const field of fields) {
		const blocks = readBlocks(field, text(field));
		if (!blocks.ok && blocks.fault.message.endsWith(EXPOSED)) return blocks;
		const secret = blocks.ok && blocks.value.find(({ kind }) => SECRET_KINDS.has(kind));
		const wanted = field === 'alipayPublicKey' ? 'an RSA public key' : 'a certificate';
		if (secret) return refuseKind(field, secret.kind, wanted);
	}
	return null;
}

/** A long run of one sign. It is shortened because the patterns below would be slow. */
const LONG_RUN = /(?![+/=＋／＝])([\s\p{P}\p{S}])\1{30,}/gu;

/** The pasted text, without the characters that mark BEGIN and END lines in this code. */
const opened = (pasted: string): Traced =>
	rewrite(traced(pasted.replace(/[\ue000-\ue002]/g, '\ufffd')), LONG_RUN, ([, sign = '']) =>
		sign.repeat(30),
	);

/** The base64 in a wrapped text, without white space. Null if it contains other characters. */
export function plainBase64(pasted: string): string | null {
	const body = bareOf(unwrapped(unwrapped(opened(pasted), ENCODINGS), PLACES));
	return STRANGE.test(body.text) ? null : body.text.replace(/\s/g, '');
}

/** How many extra layers of base64 around a key are removed. */
const MOST_LAYERS = 1;

function readText(pasted: string, layer: number): Reading {
	const stranger = strangerIn(pasted);
	if (stranger) return stranger;
	const plain = unwrapped(opened(pasted), ENCODINGS);
	const exposes = isOfPrivateKey(plain.text);
	// The old OpenSSL encryption of a PKCS#1 key is visible only in this header, not in the DER.
	if (/Proc-Type:.{0,40}ENCRYPTED/i.test(plain.text))
		return { finding: found('encrypted'), exposes };
	const lines = marked(plain);
	const surely = readParts(pasted, unwrapped(lines, PLACES), layer);
	if ('blocks' in surely) return surely;
	const boldly = readParts(pasted, unwrapped(lines, [...PLACES, ...REMARKS]), layer);
	if ('blocks' in boldly) return boldly;
	return { finding: surely.finding, exposes: exposes || surely.exposes };
}

function readParts(pasted: string, text: Traced, layer: number): Reading {
	const parts = partsOf(text);
	if ('damage' in parts) return { finding: parts, exposes: false };
	const [body, ...others] = parts.bodies;
	if (!body) return readBody(pasted, text, parts, layer);
	const first = readBody(pasted, body, parts, layer);
	if (!('blocks' in first)) return first;
	const blocks: [PastedBlock, ...PastedBlock[]] = [...first.blocks];
	for (const other of others) {
		const next = readBody(pasted, other, parts, layer);
		if (!('blocks' in next)) return next;
		blocks.push(...next.blocks);
	}
	return { blocks };
}

const AROUND = new RegExp(`[${QUOTES}()\\[\\]{}<>|${BOUNDARY}]|@(?=["'])`, 'gu');
const PUNCTUATION = /(?<![,;.。、!:|])[,;.。、!:|]{1,9}(?=[ \t]*(?:\n|$))|^[,;.。、!:|\s]+/g;
const STRANGE = /[^A-Za-z0-9+/=\s]/u;
/** Signs that hide characters, and signs for left-out characters. */
const MASK = /[*•●∙■▪◦]{3}|^[xX]{6,}$/u;
const ELLIPSIS = /\.{3}|[…⋯]/u;
const MARK_OF_LINE = /-{2}/;

function readBody(pasted: string, body: Traced, parts: Parts, layer: number): Reading {
	const bare = bareOf(body);
	const { text } = bare;
	if (MASK.test(text)) return { finding: found('masked'), exposes: false };
	if (ELLIPSIS.test(body.text)) return { finding: found('shortened'), exposes: false };
	const strange = STRANGE.exec(text);
	if (strange) {
		const offset = bare.at[strange.index] ?? 0;
		const finding = strangeAt(pasted, offset, text, parts);
		return { finding, exposes: false };
	}
	if (isWords(text) && parts.bodies.length === 0)
		return { finding: found('words'), exposes: false };
	const chars = text.replace(/\s/g, '');
	if (chars === '') return { finding: found('empty'), exposes: false };
	return readBase64(chars, text, layer);
}

const bareOf = (body: Traced): Traced =>
	standard(
		rewrite(
			rewrite(body, AROUND, () => ''),
			PUNCTUATION,
			() => '',
		),
	);

/** The character at `offset` of the pasted text, and its line and position. */
function strangeAt(pasted: string, offset: number, text: string, parts: Parts): Finding {
	const { line, position } = placeOf(pasted, offset);
	const char = String.fromCodePoint(pasted.codePointAt(offset) ?? 0);
	if (isWords(text) && parts.begins + parts.ends === 0) return found('words');
	const around = text.slice(Math.max(0, text.search(STRANGE) - 1), text.search(STRANGE) + 2);
	if (MARK_OF_LINE.test(around)) return found('line', { line, ...linesOf(parts) });
	return found('character', { character: nameOf(char), line, position });
}

/** Converts base64url to base64. In a text that uses "+" and "/", "-" and "_" do not belong. */
function standard(text: Traced): Traced {
	const { text: chars } = text;
	const isUrl = !/-{4}/.test(chars);
	const minus = isUrl && !chars.includes('+') ? rewrite(text, /-/g, () => '+') : text;
	return chars.includes('/') ? minus : rewrite(minus, /_/g, () => '/');
}

function readBase64(chars: string, text: string, layer: number): Reading {
	const decoded = decode(chars);
	if ('ders' in decoded) return kindsOf(decoded.ders);
	const inner = innerText(chars);
	if (inner !== null) return readInner(inner, layer);
	const withPluses = text.includes('+') ? null : decode(pluses(text));
	if (withPluses && 'ders' in withPluses) return kindsOf(withPluses.ders);
	return { ...decoded, finding: blanksIn(chars, text, decoded.finding) };
}

/** A form that was sent without encoding turns each plus sign into a space. */
const pluses = (text: string) => text.trim().replace(/ /g, '+').replace(/\s/g, '');

/** A base64 text of this length almost always contains a plus sign. */
const ENOUGH_CHARACTERS = 300;
const FEW_BLANKS = 3;

function blanksIn(chars: string, text: string, finding: Finding): Finding {
	const { damage, values } = finding;
	const isShort = damage === 'end' || damage === 'inside' || damage === 'short';
	const lost = (text.trim().match(/ /g) ?? []).length;
	const isOfBlanks = isShort && !text.includes('+') && lost >= FEW_BLANKS;
	return isOfBlanks && chars.length >= ENOUGH_CHARACTERS ? found('blanks', values) : finding;
}

/** The decoded text, if it may contain a key. */
function innerText(chars: string): string | null {
	const bytes = Buffer.from(chars, 'base64');
	const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
	const text = bytes.toString(isWide ? 'utf16le' : 'utf8');
	return !text.includes('\ufffd') && (hasRun(withoutInvisible(text)) || /BEGIN/i.test(text))
		? text
		: null;
}

function readInner(text: string, layer: number): Reading {
	if (layer === MOST_LAYERS) return { finding: found('layers'), exposes: isOfPrivateKey(text) };
	const reading = readText(text, layer + 1);
	if ('blocks' in reading || reading.finding.damage === 'layers') return reading;
	const { damage, values } = reading.finding;
	const { sentence }: Damage = DAMAGES[damage];
	return { ...reading, finding: found('layer', { inner: filled(sentence, values) }) };
}

function kindsOf(ders: readonly Buffer[]): Reading {
	const [first, ...others] = ders.map((der) => ({ der, kind: kindOfDer(der) }));
	const unknown = !first || [first, ...others].some(({ kind }) => kind === 'unknown');
	return unknown ? { finding: found('unknown'), exposes: false } : { blocks: [first, ...others] };
}

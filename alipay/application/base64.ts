import { found, counted, type Finding } from './damages';
import { beginsAsPrivate, inspect, kindOfDer, type Inspection } from './der';

/** The bytes of the keys and certificates, or what is wrong with the first unreadable one. */
export type Decoded = { ders: readonly Buffer[] } | { finding: Finding; exposes: boolean };

/** How many base64 characters `bytes` take, without "=" at the end. */
const charsFor = (bytes: number) => Math.ceil((bytes * 4) / 3);

/**
 * Reads base64 without white space. DER states its length at its beginning, which shows where it ends and
 * whether a character is missing.
 */
export function decode(base64: string): Decoded {
	const chars = base64.replaceAll('=', '');
	const bytes = Buffer.from(chars, 'base64');
	if (kindOfDer(bytes) === 'openssh') return { ders: [bytes] };
	const ders: Buffer[] = [];
	for (let start = 0; start < chars.length || ders.length === 0; ) {
		const rest = chars.slice(start);
		// Only another key can follow a key.
		if (start > 0 && !rest.startsWith('MI')) return failed(found('after', count(rest.length)));
		const der = Buffer.from(rest, 'base64');
		const shape = rest.startsWith('MI') ? inspect(der) : null;
		if (shape?.state !== 'whole' || rest.length < charsFor(shape.bytes)) {
			return whatIsWrong(rest, der, shape, base64.endsWith('='));
		}
		ders.push(der.subarray(0, shape.bytes));
		start += charsFor(shape.bytes);
	}
	return { ders };
}

const count = (number: number) => ({ number, count: counted(number) });
const failed = (finding: Finding, exposes = false): Decoded => ({ finding, exposes });

function whatIsWrong(
	chars: string,
	der: Buffer,
	shape: Inspection | null,
	isPadded: boolean,
): Decoded {
	const lost = lostCase(chars);
	if (lost) return failed(lost, PRIVATE_BEGINNING.test(chars));
	if (!chars.startsWith('MI')) return failed(beginningOf(chars), mayBePrivate(der, chars));
	const wrong = !shape || shape.isLengthWrong ? found('start') : lengthOf(chars, shape, isPadded);
	return failed(wrong, beginsAsPrivate(der) || !shape);
}

/** Compares the length with the length that DER states, and checks the structure up to the end. */
function lengthOf(chars: string, shape: Inspection, isPadded: boolean): Finding {
	const { bytes, state, isInLast } = shape;
	const missing = charsFor(bytes) - chars.length;
	if (missing === 0) return found('changed');
	if (missing < 0) return found('long', count(-missing));
	if (state === 'broken') return found('inside', count(missing));
	// The end is there, so the missing characters are inside.
	const hasEnd = (isPadded && bytes % 3 > 0) || endsAsPublic(chars, bytes);
	if (hasEnd) return found('inside', count(missing));
	return found(isInLast ? 'short' : 'end', count(missing));
}

/** A public key ends with its exponent: 65537 (three bytes identify it), 3 or 17. */
const LAST_NUMBERS = ['010001', '020103', '020111'];

function endsAsPublic(chars: string, bytes: number): boolean {
	// The total length determines how many characters the last group of four has.
	const lastGroup = charsFor(bytes) % 4 || 4;
	const tail = Buffer.from(chars.slice(-(lastGroup + 8)), 'base64').toString('hex');
	return LAST_NUMBERS.some((number) => tail.endsWith(number));
}

const CAPITALS = /[A-Z]/;
const SMALL = /[a-z]/;
const ENOUGH_LETTERS = 40;
/** The length of the shortest RSA key, of 512 bits. */
const SHORTEST = 96;

function lostCase(chars: string): Finding | null {
	if (chars.length < ENOUGH_LETTERS) return null;
	if (!CAPITALS.test(chars)) return found('lowerCase');
	return SMALL.test(chars) ? null : found('upperCase');
}

/** For text that does not begin with "MI", as all RSA keys and certificates do. */
function beginningOf(chars: string): Finding {
	if (/^(?:LS0tLS1CRUdJTi|TUlJ)/.test(chars)) return found('encoded');
	if (chars.startsWith('AAAAB3NzaC1')) return found('ssh');
	if (chars.length < SHORTEST) return found('tooShort', count(chars.length));
	if (isLookalike(chars)) return found('lookalike', { start: chars.slice(0, 2) });
	const before = charsBeforeKey(chars);
	// A public key contains a shorter one after the name of RSA.
	if (before > 0) {
		return hasNumbersOfKey(chars.slice(0, before))
			? found('start')
			: found('before', count(before));
	}
	if (!hasNumbersOfKey(chars)) return found('unknown');
	return found(isInOtherOrder(chars) ? 'changed' : 'beginning');
}

/** Whether the text begins with letters that look like "MII", or with a letter in the wrong case. */
function isLookalike(chars: string): boolean {
	const start = chars.slice(0, 3).replace(/[il1]/g, 'I').replace('m', 'M');
	const isMeant = start.startsWith('MI') && !/^MI/.test(chars);
	return isMeant && inspect(Buffer.from(start + chars.slice(3), 'base64')) !== null;
}

const MOST_BEGINNINGS = 20;

/** Where a key may begin, and the structure there. */
const beginningsIn = (chars: string) =>
	[...chars.matchAll(/MI[G-M]/g)].slice(0, MOST_BEGINNINGS).map(({ index }) => ({
		index,
		shape: inspect(Buffer.from(chars.slice(index), 'base64')),
	}));

/** How many characters precede a whole key, or 0. */
function charsBeforeKey(chars: string): number {
	const whole = beginningsIn(chars).find(
		({ index, shape }) =>
			shape?.state === 'whole' && chars.length - index === charsFor(shape.bytes),
	);
	return whole?.index ?? 0;
}

/** Whether a key of the right length begins in the middle: its lines are in the wrong order. */
const isInOtherOrder = (chars: string): boolean =>
	beginningsIn(chars).some(({ shape }) => shape && charsFor(shape.bytes) === chars.length);

/** The headers of RSA's numbers of 2048 and 1024 bits, the exponent 65537, and the name of RSA. */
const PARTS_OF_KEYS = ['0282010100', '02818100', '0203010001', '2a864886f70d0101'];
/** The prefix of name attributes such as 2.5.4.3, which only certificates contain. */
const PART_OF_CERTIFICATES = '06035504';

/** If the beginning is missing, one of four alignments is right. */
const hexOf = (chars: string) =>
	[0, 1, 2, 3].map((shift) => Buffer.from(chars.slice(shift), 'base64').toString('hex'));

const hasNumbersOfKey = (chars: string) =>
	hexOf(chars).some((hex) => PARTS_OF_KEYS.some((part) => hex.includes(part)));

/** The version of a private key after its length, in letters of any case. */
const PRIVATE_BEGINNING = /^m[il1]{2}[a-z0-9+/]{3}iba[ad]/i;

/**
 * Whether a text without the beginning of a key may be most of a private key: it is base64 of a private key,
 * or it is too long for a public key and is not a certificate.
 */
const mayBePrivate = (der: Buffer, chars: string) =>
	/PRIVATE/.test(der.toString('latin1')) ||
	PRIVATE_BEGINNING.test(der.toString('latin1')) ||
	(chars.length > 600 &&
		hasNumbersOfKey(chars) &&
		!hexOf(chars).some((hex) => hex.includes(PART_OF_CERTIFICATES)));

import type { KeyObject } from 'node:crypto';

/** The numbers of an RSA key by their names in RFC 7517. A public key has only some of them. */
type Numbers = Readonly<Record<string, bigint>>;

function numbersOf(key: KeyObject): Numbers {
	const entries = Object.entries(key.export({ format: 'jwk' }) as Record<string, string>);
	return Object.fromEntries(
		entries
			.filter(([name]) => name !== 'kty')
			.map(([name, text]) => [
				name,
				BigInt(`0x${Buffer.from(text, 'base64url').toString('hex') || 0}`),
			]),
	);
}

/** No real key has a smaller prime. */
const SMALLEST_FACTOR = 10_000n;
const LARGEST_EXPONENT = 65_537n;

/**
 * Whether the numbers of a public key can be right. A changed character turns the modulus into a random
 * number, and nine in ten random numbers have a small factor.
 */
export function isSoundPublic(key: KeyObject): boolean {
	const { n = 0n, e = 0n } = numbersOf(key);
	if (e < 3n || e > LARGEST_EXPONENT || e % 2n === 0n || n % 2n === 0n) return false;
	for (let factor = 3n; factor < SMALLEST_FACTOR; factor += 2n) {
		if (n % factor === 0n) return false;
	}
	return true;
}

/** Whether the numbers of a private key belong together (RFC 8017 §3.2). Detects every changed character. */
export function isSoundPrivate(key: KeyObject): boolean {
	const { n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qi = 0n } = numbersOf(key);
	if (p < 3n || q < 3n) return false;
	return (
		n === p * q &&
		(e * d) % (p - 1n) === 1n &&
		(e * d) % (q - 1n) === 1n &&
		dp === d % (p - 1n) &&
		dq === d % (q - 1n) &&
		(qi * q) % p === 1n
	);
}

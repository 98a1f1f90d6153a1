/** The numbers of generated records: a prefix, then the number of the record with 12 digits. */

/** How many records a fixture generates. */
export const GENERATED_COUNT = 1_000_000;

const DIGITS = 12;

type Prefixes = Readonly<Record<string, string | undefined>>;

/** All numbers of record `number`, from 1 to GENERATED_COUNT. */
export function numbersOfRecord<Name extends string>(
	prefixes: Readonly<Record<Name, string>>,
	number: number,
): Record<Name, string> {
	const digits = String(number).padStart(DIGITS, '0');
	const entries = Object.entries<string>(prefixes).map(([name, prefix]) => [name, prefix + digits]);
	return Object.fromEntries(entries) as Record<Name, string>;
}

/** The number of the record that all `numbers` identify; undefined if they do not identify one record. */
export function recordNumber(
	prefixes: Prefixes,
	numbers: Readonly<Record<string, string>>,
): number | undefined {
	const [first, ...others] = Object.entries(numbers).map(([name, text]) =>
		numberIn(text, prefixes[name]),
	);
	return others.every((other) => other === first) ? first : undefined;
}

function numberIn(text: string, prefix: string | undefined): number | undefined {
	if (prefix === undefined || !text.startsWith(prefix)) return undefined;
	const digits = text.slice(prefix.length);
	if (digits.length !== DIGITS || !/^\d+$/.test(digits)) return undefined;
	const number = Number(digits);
	return number >= 1 && number <= GENERATED_COUNT ? number : undefined;
}

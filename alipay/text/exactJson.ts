import { isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** Keeps a number that JavaScript would change as text: `20231226110070001502`. */
const parseNumber = (digits: string) => (isSafeNumber(digits) ? Number(digits) : digits);

/** Parses JSON. Throws for text that is not JSON, or that contains a name twice with different values. */
export const parseExactly = (json: string): unknown => parse(json, null, { parseNumber });

/** A number with all of its digits, for `exactText`. */
export const exactNumber = (digits: string): unknown => new LosslessNumber(digits);

/** The JSON text of a value, or undefined if JSON cannot represent it. */
export const exactText = (value: unknown): string | undefined => stringify(value);

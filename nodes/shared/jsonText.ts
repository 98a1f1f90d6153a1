/**
 * Reads JSON as people paste it, for the Watch List and Biz Content. It accepts errors with only one meaning:
 * typographic quotation marks, a code fence, missing brackets around a list, an extra comma. It reports other
 * errors by line and column, and never quotes the text, which may contain a token.
 */
import { nameOf } from '../../alipay/text/characters';
import { exactNumber } from '../../alipay/text/exactJson';

export type ListText = { ok: true; rows: unknown[] } | Problematic;

export type ObjectText = { ok: true; value: object } | Problematic;

interface Problematic {
	ok: false;
	/** What is wrong, and where. */
	problem: string;
}

/** How far a text is read. */
interface Source {
	text: string;
	at: number;
	/** Where it ends. */
	end: number;
	/** Converts a number. */
	numberOf: (written: string, source: Source) => unknown;
}

/** No real list nests deeper. */
const DEEPEST = 20;

const BLANK = /[\s\p{Cf}]+/uy;
const FENCE = /^[\s\p{Cf}]*```\w*/u;
const FENCE_END = /```[\s\p{Cf}]*$/u;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\p{N}.])/uy;
const WORD = /(?:true|false|null)(?![\p{L}\p{N}])/uy;
const STRING = /"((?:[^"\\\r\n]|\\[^\r\n])*)"/y;
/** From a word processor. It may end with a plain `"`. */
const TYPOGRAPHIC = /[“”„‟＂]((?:[^"“”„‟＂\\\r\n]|\\[^\r\n])*)["“”„‟＂]/uy;

/** Punctuation of Chinese input methods, and its JSON form. */
const PUNCTUATION: Readonly<Record<string, string>> = {
	'［': '[',
	'］': ']',
	'｛': '{',
	'｝': '}',
	'：': ':',
	'，': ',',
};

const OTHER_QUOTES = "'`´‘’‚‛「」『』«»";

/** Thrown and caught in this file. */
class Problem extends Error {
	constructor(
		what: string,
		readonly at: number,
	) {
		super(what);
	}
}

/** The rows of a list. A number that JavaScript would write in another way stays text. */
export function parseList(text: string): ListText {
	const read = attempt(text, exactOrText, (source) => rowsOf(source, peek(source) !== '{'));
	return read.ok ? { ok: true, rows: read.value } : read;
}

/** One object. Its numbers keep their digits. */
export const parseObject = (text: string): ObjectText =>
	attempt(text, asWritten, (source) => {
		if (!skip(source, '{')) fail(source, 'the object must begin with {');
		const value = objectOf(source, 1);
		if (peek(source) !== '') fail(source, 'there is more text after the object');
		return value;
	});

function attempt<T>(
	text: string,
	numberOf: Source['numberOf'],
	read: (source: Source) => T,
): { ok: true; value: T } | Problematic {
	const source: Source = {
		text,
		at: FENCE.exec(text)?.[0].length ?? 0,
		end: text.length - (FENCE_END.exec(text)?.[0].length ?? 0),
		numberOf,
	};
	try {
		return { ok: true, value: read(source) };
	} catch (error) {
		const isProblem = error instanceof Problem;
		return { ok: false, problem: isProblem ? told(error, text) : 'it cannot be read' };
	}
}

function told({ message, at }: Problem, text: string): string {
	const lines = text.slice(0, at).split(/\r\n|\r|\n/);
	return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}: ${message}`;
}

function rowsOf(source: Source, isArray: boolean): unknown[] {
	if (isArray && !skip(source, '[')) fail(source, 'the list must begin with [ or {');
	const rows = listOf(source, isArray ? ']' : '', 0);
	if (peek(source) !== '') fail(source, 'there is more text after the list');
	return rows;
}

/** The values up to `close`. Between two objects a comma may be missing. */
function listOf(source: Source, close: string, depth: number): unknown[] {
	const values: unknown[] = [];
	for (;;) {
		if (skip(source, close)) return values;
		const isObject = peek(source) === '{';
		values.push(valueOf(source, depth + 1));
		if (skip(source, ',') || peek(source) === close) continue;
		if (!isObject || peek(source) !== '{')
			fail(source, missing(source, close ? `, or ${close}` : ','));
	}
}

function objectOf(source: Source, depth: number): Record<string, unknown> {
	const members = new Map<string, unknown>();
	for (;;) {
		if (skip(source, '}')) return Object.fromEntries(members);
		const name = stringOf(source);
		if (members.has(name)) fail(source, 'the name before this place appears twice');
		if (!skip(source, ':')) fail(source, missing(source, ':'));
		members.set(name, valueOf(source, depth + 1));
		if (!skip(source, ',') && peek(source) !== '}') fail(source, missing(source, ', or }'));
	}
}

function valueOf(source: Source, depth: number): unknown {
	if (depth > DEEPEST) fail(source, 'there are too many brackets');
	if (skip(source, '{')) return objectOf(source, depth);
	if (skip(source, '[')) return listOf(source, ']', depth);
	const [word] = take(source, WORD) ?? [];
	if (word !== undefined) return word === 'null' ? null : word === 'true';
	const [number] = take(source, NUMBER) ?? [];
	return number === undefined ? stringOf(source) : source.numberOf(number, source);
}

function asWritten(written: string, source: Source): unknown {
	if (/^-?0\d/.test(written))
		fail(source, 'the number before this place begins with 0: write it in quotation marks');
	return exactNumber(written);
}

/** A number that JavaScript would write differently stays text: `2026090135586486.9`, `12E3`. */
function exactOrText(written: string): unknown {
	const number = Number(written);
	const isExact = /^\d+$/.test(written) ? Number.isSafeInteger(number) : true;
	return isExact && String(number) === written ? number : written;
}

function stringOf(source: Source): string {
	const char = peek(source);
	const [written, inside = ''] = take(source, STRING) ?? take(source, TYPOGRAPHIC) ?? [];
	if (written === undefined) return fail(source, notString(char));
	try {
		// JSON does not allow a tab within quotation marks.
		return JSON.parse(`"${inside.replaceAll('\t', '\\t')}"`) as string;
	} catch {
		return fail(source, 'the text before this place contains a character that JSON does not allow');
	}
}

function notString(char: string): string {
	if (char === '') return 'the end is missing';
	if (/["“”„‟＂]/.test(char)) return 'the quotation mark at the end of this text is missing';
	if (OTHER_QUOTES.includes(char))
		return `there is ${nameOf(char)} instead of a quotation mark (")`;
	if (/[\p{L}\p{N}_$]/u.test(char)) return 'quotation marks (") are missing around this text';
	return `${nameOf(char)} is not expected here`;
}

const missing = ({ at, end }: Source, what: string) =>
	at < end ? `${what} is missing here` : `the end is missing: ${what} is expected`;

function take(source: Source, pattern: RegExp): RegExpExecArray | null {
	pattern.lastIndex = source.at;
	const found = pattern.exec(source.text);
	if (!found) return null;
	source.at += found[0].length;
	return found;
}

/** The next character that counts; '' at the end. */
function peek(source: Source): string {
	take(source, BLANK);
	const { text, at, end } = source;
	if (at >= end) return '';
	const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
	return PUNCTUATION[char] ?? char;
}

function skip(source: Source, char: string): boolean {
	if (peek(source) !== char) return false;
	source.at += char.length;
	return true;
}

function fail({ at }: Source, what: string): never {
	throw new Problem(what, at);
}

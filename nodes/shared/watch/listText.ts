/**
 * Reads a Watch List that is text: JSON as people paste it. What has only one meaning is read: typographic
 * quotation marks, a code fence, objects without brackets around them, a comma too many. Anything else is
 * told by line and column, and never quoted, since the text may contain a token.
 */
import { nameOf } from '../../../alipay/text/characters';

export type ListText = { ok: true; rows: unknown[] } | { ok: false; problem: string };

/** How far a text is read. */
interface Source {
	text: string;
	at: number;
	/** Where it ends. */
	end: number;
}

/** Rows are flat; nobody means more brackets than this. */
const DEEPEST = 20;

const BLANK = /[\s\p{Cf}]+/uy;
const FENCE = /^[\s\p{Cf}]*```\w*/u;
const FENCE_END = /```[\s\p{Cf}]*$/u;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\p{N}.])/uy;
const WORD = /(?:true|false|null)(?![\p{L}\p{N}])/uy;
const STRING = /"((?:[^"\\\r\n]|\\[^\r\n])*)"/y;
/** Of a word processor; `"` may stand at its end alone. */
const TYPOGRAPHIC = /[“”„‟＂]((?:[^"“”„‟＂\\\r\n]|\\[^\r\n])*)["“”„‟＂]/uy;

/** Punctuation of Chinese input methods, as JSON has it. */
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

/** The rows of the list. */
export function parseList(text: string): ListText {
	const source: Source = {
		text,
		at: FENCE.exec(text)?.[0].length ?? 0,
		end: text.length - (FENCE_END.exec(text)?.[0].length ?? 0),
	};
	try {
		const isArray = peek(source) !== '{';
		return { ok: true, rows: rowsOf(source, isArray) };
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
	const members: Array<[string, unknown]> = [];
	for (;;) {
		if (skip(source, '}')) return Object.fromEntries(members);
		const name = stringOf(source);
		if (members.some(([known]) => known === name))
			fail(source, 'the name before this place stands twice');
		if (!skip(source, ':')) fail(source, missing(source, ':'));
		members.push([name, valueOf(source, depth + 1)]);
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
	return number === undefined ? stringOf(source) : numberOf(number);
}

/** What JavaScript would write in another way stays text: `2026090135586486.9`, `12E3`. */
function numberOf(written: string): unknown {
	const number = Number(written);
	const isExact = /^\d+$/.test(written) ? Number.isSafeInteger(number) : true;
	return isExact && String(number) === written ? number : written;
}

function stringOf(source: Source): string {
	const char = peek(source);
	const [written, inside = ''] = take(source, STRING) ?? take(source, TYPOGRAPHIC) ?? [];
	if (written === undefined) return fail(source, notString(char));
	try {
		// A tab within quotation marks is no JSON.
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

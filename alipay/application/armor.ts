import { QUOTES } from '../text/characters';
import { rewrite, sliceOf, type Traced } from '../text/traced';
import { counted, found, type Finding } from './damages';
import { BEGIN, BOUNDARY, END, hasRun } from './wrappings';

/** Between the words of a line: spaces, signs used for spaces, or nothing. */
const GAP = '[\\s+_-]{0,9}';
const KINDS = [
	['PRIVATE', 'KEY'],
	['PUBLIC', 'KEY'],
	['CERTIFICATE', 'REQUEST'],
	['CERTIFICATE', 'CHAIN'],
	['CERTIFICATE'],
	['X509', 'CRL'],
	['PKCS', '#?7'],
	['PARAMETERS'],
	['MESSAGE'],
]
	.map((words) => words.join(GAP))
	.join('|');
const QUALIFIERS = `(?:(?:RSA|EC|DSA|DH|NEW|TRUSTED|X509|ENCRYPTED|OPENSSH|SSH2|PGP|APP|ALIPAY)${GAP}){0,4}`;

/** A run of a sign that people draw lines with. Five dashes belong to the line, not to base64url before it. */
const LEFT = '(?:(?<![A-Za-z0-9+/_])([-=_~*#])(?:[ \\t]?\\1){0,19}[ \\t]*|-{1,5}[ \\t]*)?';
const RIGHT = '(?:[ \\t]*([-=_~*#])(?:[ \\t]?\\3){0,19})?';

const LINE = new RegExp(`${LEFT}(BEGIN|END)${GAP}${QUALIFIERS}(?:${KINDS})${RIGHT}`, 'gi');
/** Between dashes, any text can follow BEGIN. */
const DASHED_LINE = /(?<!-)-{2,200}[ \t]*(BEGIN|END)(?![A-Za-z])[^-\n]{0,60}-{2,200}/gi;

const LONG_RUN = /([-=_~*#])\1{9,}/g;

const MARKS: Readonly<Record<string, string>> = { BEGIN, END };
const mark = (word = '') => MARKS[word.toUpperCase()] ?? word;

/** Replaces each BEGIN and END line with a mark, also if its dashes, spaces or case are damaged. */
export function marked(text: Traced): Traced {
	const short = rewrite(text, LONG_RUN, ([, sign = '']) => sign.repeat(5));
	const lines = rewrite(short, LINE, ([, , word]) => mark(word));
	return rewrite(lines, DASHED_LINE, ([, word]) => mark(word));
}

export const isOfPrivateKey = (text: string): boolean =>
	new RegExp(`PRIVATE${GAP}KEY`, 'i').test(text);

/** The keys and certificates in a pasted text, without their BEGIN and END lines. */
export interface Parts {
	bodies: readonly Traced[];
	begins: number;
	ends: number;
}

const SPLIT = new RegExp(`[${BOUNDARY}-${END}]`, 'gu');
const INK = new RegExp(`[^\\s${QUOTES}]`, 'u');
const isBlank = (text: string) => !INK.test(text);

/**
 * The parts of a text with marked BEGIN and END lines. Text before a BEGIN line or after an END line is
 * ignored unless it looks like a key. A missing line does no harm if the parts are still distinct.
 */
export function partsOf(text: Traced): Parts | Finding {
	const template = withoutTemplate(text);
	const marks = [...template.text.matchAll(SPLIT)].map(({ 0: kind, index }) => ({ kind, index }));
	const bounds = [
		{ kind: BOUNDARY, index: -1 },
		...marks,
		{ kind: BOUNDARY, index: template.text.length },
	];
	const pieces = bounds.slice(1).map(({ kind: after, index }, nth) => {
		const { kind: before, index: start } = bounds[nth] ?? { kind: BOUNDARY, index: -1 };
		return { before, after, body: sliceOf(template, start + 1, index) };
	});
	const inside = pieces.filter(({ before, after }) => before === BEGIN || after === END);
	const begins = marks.filter(({ kind }) => kind === BEGIN).length;
	const ends = marks.filter(({ kind }) => kind === END).length;
	if (inside.some(({ body }) => isBlank(body.text))) {
		return found('lines', linesOf({ begins, ends }));
	}
	const bodies = pieces.filter(({ before, after, body }) => {
		if (isBlank(body.text)) return false;
		return before === BEGIN || after === END || looksLikeKey(body.text);
	});
	return { bodies: bodies.map(({ body }) => body), begins, ends };
}

export const linesOf = ({ begins, ends }: Pick<Parts, 'begins' | 'ends'>) => ({
	begins: counted(begins, 'BEGIN line'),
	ends: counted(ends, 'END line'),
});

/** Removes the outer lines of a key that was pasted, with its own lines, into a template. */
function withoutTemplate(text: Traced): Traced {
	const template = new RegExp(
		`^([^${BEGIN}${END}]*)${BEGIN}\\s*(?=${BEGIN}[^${BEGIN}${END}]+${END}\\s*${END}[^${BEGIN}${END}]*$)`,
		'gu',
	);
	const inner = rewrite(text, template, ([, before = '']) => before);
	return inner === text ? text : rewrite(inner, new RegExp(`${END}\\s*(?=${END})`, 'gu'), () => '');
}

/** Whether a text is long enough for a key or a piece of a key, on one line or in small groups. */
function looksLikeKey(text: string): boolean {
	return hasRun(text) || /MI[G-M][A-Za-z0-9+/_-]{90}/.test(text.replace(/[^A-Za-z0-9+/_-]/g, ''));
}

import { asciiForm, INVISIBLE, QUOTES } from '../text/characters';
import { rewrite, settle, type Traced } from '../text/traced';

/** A way in which copying wraps a key. No wrapping loses a character of the key. */
interface Wrapping {
	/** For the docs. */
	name: string;
	undo: (text: Traced) => Traced;
}

/** Marks in a rewritten text. They are removed from pasted text first. */
export const BEGIN = '\ue001';
export const END = '\ue002';
export const BOUNDARY = '\ue000';

const each =
	(pattern: RegExp, to: string | ((match: RegExpMatchArray) => string)) =>
	(text: Traced): Traced =>
		rewrite(text, pattern, typeof to === 'string' ? () => to : to);

/** Whether the text contains a run of base64 as long as in a key. Hexadecimal digests do not count. */
export const hasRun = (text: string): boolean =>
	(text.match(/[A-Za-z0-9+/_-]{40,}/g) ?? []).some((run) => !/^[0-9a-f]+$/i.test(run));

/** Between two pieces of a string in source code: quotation marks, operators, white space. */
const JOINT = new RegExp(
	`[${QUOTES}](?:[\\s+.&,_${QUOTES}]|;\\s*[\\w$.]{1,40}\\s*[+.]=|\\)\\s*\\.\\s*[A-Za-z]{1,20}\\()*[${QUOTES}]`,
	'gu',
);
/** String prefixes of Python and C#. */
const PREFIX = new RegExp(`(?<=^|[\\s=(,:${QUOTES}${BOUNDARY}])[bruf@$]{1,2}(?=["'])`, 'giu');
/** `"name":` of JSON, `'name' =>` of PHP. */
const PROPERTY = new RegExp(
	`[${QUOTES}][^${QUOTES}\\n${BOUNDARY}-${END}]{0,80}[${QUOTES}]\\s*(?::|=>)`,
	'gu',
);

const decoded = (hex: string): string => {
	const text = Buffer.from(hex.replace(/[%=]/g, ''), 'hex').toString('utf8');
	return text.includes('\ufffd') ? hex : text;
};

const SHORT_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\n' };

const ENTITIES: Readonly<Record<string, string>> = {
	...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', plus: '+', sol: '/' },
	...{ equals: '=', newline: '\n', tab: '\t', hyphen: '-', dash: '-', ndash: '-', mdash: '-' },
	...{ lowbar: '_', colon: ':', comma: ',', period: '.', semi: ';', num: '#', ensp: ' ' },
};

function entity([all, decimal, hex, name]: RegExpMatchArray): string {
	if (name) return ENTITIES[name.toLowerCase()] ?? all;
	const point = decimal ? Number(decimal) : parseInt(hex ?? '', 16);
	return point <= 0x10ffff ? String.fromCodePoint(point) : all;
}

/** Tags that format text, and tags that break lines. Any other tag encloses a separate value. */
const INLINE = /^(?:a|b|i|u|s|em|strong|span|font|code|tt|kbd|samp|mark|wbr|sub|sup)$/i;
const BREAKS = /^(?:br|p|div|pre|li|ul|ol|blockquote|h\d|hr|tr)$/i;

function tag([all, name = '']: RegExpMatchArray): string {
	if (INLINE.test(name)) return '';
	if (BREAKS.test(name)) return '\n';
	const values = hasRun(all) ? [...all.matchAll(/=\s*(?:"([^"]*)"|'([^']*)')/g)] : [];
	return [BOUNDARY, ...values.map(([, double, single]) => `${double ?? single}${BOUNDARY}`)].join(
		'',
	);
}

/** Lines that quoted-printable continues with "=". A PEM line is shorter, so its "=" can be the end of a key. */
const CONTINUED =
	/(?<=^.{68,74}[^=])=[ \t]*\n(?=\S)|(?<=^.{39,67}[^=])=[ \t]*\n(?=[A-Za-z0-9+/\\%&<])/gm;

/** Joins lines that end with "=", also in quoted mail, and decodes the hexadecimal characters. */
function unquoted(text: Traced): Traced {
	const mail = rewrite(text, /(?<=^[ \t]*>.{40,90})=[ \t]*\n[ \t]*(?:>[ \t]?)+/gm, () => '');
	const joined = rewrite(mail, CONTINUED, () => '');
	return /=3D|=0[9AD]|(?:=[0-9A-F]{2}){2}/.test(joined.text)
		? rewrite(joined, /(?:=[0-9A-F]{2})+/g, ([hex]) => decoded(hex))
		: joined;
}

const NUMBERED = new RegExp(
	`^[ \\t${QUOTES}${BOUNDARY}]{0,20}(\\d{1,4})(?:[ \\t]*[:.|)\\]][ \\t]*|[ \\t]+(?=\\S))`,
	'u',
);

/** Removes line numbers if every line has one and they count up. Then they are not part of the key. */
function unnumbered(text: Traced): Traced {
	const lines = text.text.split('\n').filter((line) => /[A-Za-z0-9]/.test(line));
	const numbers = lines.map((line) => Number(NUMBERED.exec(line)?.[1] ?? NaN));
	const counts = numbers.every((number, index) => number === (numbers[0] ?? NaN) + index);
	return lines.length >= 3 && counts
		? rewrite(text, new RegExp(NUMBERED.source, 'gmu'), () => '')
		: text;
}

/** Encodings of the text. They are undone repeatedly, because one can wrap another. */
export const ENCODINGS: readonly Wrapping[] = [
	{ name: 'line breaks of any system', undo: each(/\r\n?|[\u2028\u2029]/g, '\n') },
	{ name: 'invisible characters', undo: each(INVISIBLE, '') },
	{
		name: 'full-width letters, digits and signs',
		undo: each(/\P{ASCII}/gu, ([char]) => asciiForm(char)),
	},
	{
		name: 'dashes of any kind around BEGIN and END',
		undo: each(/[\p{Pd}\u2212\u02d7\u2043\u2500-\u2503\u30fc\u4e00]/gu, '-'),
	},
	{ name: 'line numbers', undo: unnumbered },
	{ name: 'quoted-printable (=3D)', undo: unquoted },
	{ name: 'email quote marks (>)', undo: each(/^[ \t]*(?:>[ \t]?)+/gm, '') },
	{
		name: 'backslash escapes (\\n, \\/, \\u003d)',
		undo: each(
			/(?<!\\)\\+(?:([nrtfv])|u\{?([0-9a-f]{4})\}?|x([0-9a-f]{2})|\n|([^A-Za-z0-9\s\\]))/gi,
			([, short, wide, byte, sign]) => {
				if (short) return SHORT_ESCAPES[short.toLowerCase()] ?? ' ';
				const hex = wide ?? byte;
				return hex ? String.fromCharCode(parseInt(hex, 16)) : (sign ?? '\n');
			},
		),
	},
	{
		name: 'percent-encoding (%2B)',
		undo: each(/(?:%[0-9a-f]{2})+/gi, ([hex]) => decoded(hex)),
	},
	{
		name: 'HTML entities (&#43;)',
		undo: each(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, entity),
	},
	{ name: 'data: URLs', undo: each(/\bdata:[\w.+/-]{0,60}(?:;[\w=-]{1,30}){0,3},/g, '') },
	{ name: 'CDATA', undo: each(/<!\[CDATA\[|\]\]>/g, '') },
	{ name: 'HTML and XML tags', undo: each(/<[/?!]?([A-Za-z][\w:.-]*)(?![\w:.-])[^<>]*>/g, tag) },
];

const LABEL = `([^\\n${BOUNDARY}-${END}:="'\`{}]{1,60}?)["'\`]?[ \\t]*`;
/** A value must follow "=", because "=" can also be the end of base64. */
const VALUE = `(?=[ \\t]*[${QUOTES}(\\[<{@]*[ \\t]*[A-Za-z0-9+/${BEGIN}])`;
const COLON = ':(?:[ \\t]*[|>][-+]?\\d?(?=[ \\t]*\\n))?';
const EQUALS = '(?::=|=>|=)(?!=)';
const FIRST_LABEL = new RegExp(
	`(?<=(?:^|[${BOUNDARY}{])[\\s${QUOTES}]{0,99})${LABEL}(?:${COLON}|${EQUALS})`,
	'gu',
);
const ANY_LABEL = new RegExp(
	`(?<=^[ \\t${QUOTES}]{0,20})${LABEL}(?:${COLON}|${EQUALS}${VALUE})`,
	'gmu',
);

/** Whether it is a name such as "ALIPAY_PRIVATE_KEY" or "私钥", not a piece of a key. */
const isName = (label: string) =>
	!/^\s*MI[G-M]|[A-Za-z0-9+/]{41}|[0-9+/][A-Za-z0-9+/]{23}/.test(label);
const boundaryFor = ([all, label = '']: RegExpMatchArray) => (isName(label) ? BOUNDARY : all);

/** A line with a piece of a key. It is never removed. */
const PIECE = `[^\\n${BOUNDARY}]*[A-Za-z0-9+/]{28}`;

/** A comment without a key in it. */
const COMMENT = new RegExp(
	`(?<=(?:^|${BOUNDARY})[ \\t${QUOTES}]{0,20})(?:#|;|//[ \\t])(?!${PIECE})[^\\n]*$|<!--(?![^<>]*[A-Za-z0-9+/]{28})[^<>]*-->`,
	'gmu',
);

/** Syntax around a key in a file or in source code. */
export const PLACES: readonly Wrapping[] = [
	{
		name: 'Markdown fences',
		undo: each(/(?:`{3,}|~{3,})[ \t]*[\w-]{0,12}[ \t]*(?=["'\n]|$)/g, ''),
	},
	{
		name: 'comment lines',
		undo: each(COMMENT, ''),
	},
	{
		name: 'headers after the BEGIN line',
		undo: each(new RegExp(`${BEGIN}\\s*(?:[A-Za-z][\\w-]{0,40}:[^\\n]*\\n)+`, 'g'), BEGIN),
	},
	{ name: 'labels (NAME=, Private key:)', undo: each(FIRST_LABEL, boundaryFor) },
	{ name: 'JSON and PHP arrays with one key', undo: each(PROPERTY, BOUNDARY) },
	{ name: 'line numbers within a value', undo: unnumbered },
	{ name: "letters before a string in source code (b'…')", undo: each(PREFIX, '') },
	{ name: 'pieces of a string in source code', undo: each(JOINT, '\n') },
];

/** A line without a piece of a key, and with a character that neither a key nor its wrapping contains. */
const PROSE = new RegExp(
	[
		`(?<=^|${BOUNDARY})`,
		`(?!${PIECE})`,
		`(?=[^\\n${BOUNDARY}]*[^\\sA-Za-z0-9+/=,;.:|<>()${QUOTES}${BOUNDARY}])`,
		`[^\\n${BOUNDARY}-${END}]+(?=$|${BOUNDARY})`,
	].join(''),
	'gmu',
);

/** Used only if everything else fails: a label or a remark might be a damaged line. */
export const REMARKS: readonly Wrapping[] = [
	{ name: 'files with other values (.env, YAML)', undo: each(ANY_LABEL, boundaryFor) },
	{ name: 'lines of other text around the key', undo: each(PROSE, BOUNDARY) },
];

export const unwrapped = (text: Traced, wrappings: readonly Wrapping[]): Traced =>
	settle(text, (from) => wrappings.reduce((next, { undo }) => undo(next), from));

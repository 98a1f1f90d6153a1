import { asciiForm, INVISIBLE, QUOTES } from '../text/characters';
import { rewrite, settle, type Traced } from '../text/traced';

/** A way in which a key is wrapped on its way to the form. None loses a character of the key. */
interface Wrapping {
	/** For the docs. */
	name: string;
	undo: (text: Traced) => Traced;
}

/** Stand in a rewritten text for what separates its parts; none of them survives in a pasted text. */
export const BEGIN = '\ue001';
export const END = '\ue002';
export const BOUNDARY = '\ue000';

const each =
	(pattern: RegExp, to: string | ((match: RegExpMatchArray) => string)) =>
	(text: Traced): Traced =>
		rewrite(text, pattern, typeof to === 'string' ? () => to : to);

/** Whether there is a run of base64 that only a key has; digests in hexadecimal do not count. */
export const hasRun = (text: string): boolean =>
	(text.match(/[A-Za-z0-9+/_-]{40,}/g) ?? []).some((run) => !/^[0-9a-f]+$/i.test(run));

/** What stands between two pieces of a string in source code: quotation marks, operators, white space. */
const JOINT = new RegExp(
	`[${QUOTES}](?:[\\s+.&,_${QUOTES}]|;\\s*[\\w$.]{1,40}\\s*[+.]=|\\)\\s*\\.\\s*[A-Za-z]{1,20}\\()*[${QUOTES}]`,
	'gu',
);
/** As in Python and C#. */
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

/** Tags that format a text, and those that break its lines; any other encloses a value of its own. */
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

/** A line of PEM is shorter, so that its "=" may be the end of a key: an END line may follow then. */
const CONTINUED =
	/(?<=^.{68,74}[^=])=[ \t]*\n(?=\S)|(?<=^.{39,67}[^=])=[ \t]*\n(?=[A-Za-z0-9+/\\%&<])/gm;

/** Lines that end with "=" to be continued, also within quoted mail; then the characters in hexadecimal. */
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

/** Takes numbers of lines away where every line has one and they count up, so that none is of the key. */
function unnumbered(text: Traced): Traced {
	const lines = text.text.split('\n').filter((line) => /[A-Za-z0-9]/.test(line));
	const numbers = lines.map((line) => Number(NUMBERED.exec(line)?.[1] ?? NaN));
	const counts = numbers.every((number, index) => number === (numbers[0] ?? NaN) + index);
	return lines.length >= 3 && counts
		? rewrite(text, new RegExp(NUMBERED.source, 'gmu'), () => '')
		: text;
}

/** How text is written elsewhere. Undone again and again, for one may wrap another. */
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
	{ name: 'numbers before all lines', undo: unnumbered },
	{ name: 'quoted-printable (=3D)', undo: unquoted },
	{ name: 'e-mail quotation (>)', undo: each(/^[ \t]*(?:>[ \t]?)+/gm, '') },
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
	{ name: 'data: addresses', undo: each(/\bdata:[\w.+/-]{0,60}(?:;[\w=-]{1,30}){0,3},/g, '') },
	{ name: 'CDATA', undo: each(/<!\[CDATA\[|\]\]>/g, '') },
	{ name: 'HTML and XML tags', undo: each(/<[/?!]?([A-Za-z][\w:.-]*)(?![\w:.-])[^<>]*>/g, tag) },
];

const LABEL = `([^\\n${BOUNDARY}-${END}:="'\`{}]{1,60}?)["'\`]?[ \\t]*`;
/** After "=" a value has to follow, or it may be the end of base64. */
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

/** A name, as "ALIPAY_PRIVATE_KEY" or "私钥" is, and not a piece of a key. */
const isName = (label: string) =>
	!/^\s*MI[G-M]|[A-Za-z0-9+/]{41}|[0-9+/][A-Za-z0-9+/]{23}/.test(label);
const boundaryFor = ([all, label = '']: RegExpMatchArray) => (isName(label) ? BOUNDARY : all);

/** A line with a piece of a key, of which none is left out. */
const PIECE = `[^\\n${BOUNDARY}]*[A-Za-z0-9+/]{28}`;

/** A comment that hides no key. */
const COMMENT = new RegExp(
	`(?<=(?:^|${BOUNDARY})[ \\t${QUOTES}]{0,20})(?:#|;|//[ \\t])(?!${PIECE})[^\\n]*$|<!--(?![^<>]*[A-Za-z0-9+/]{28})[^<>]*-->`,
	'gmu',
);

/** How a key stands in a file or in source code. */
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
	{ name: 'numbers before all lines of a value', undo: unnumbered },
	{ name: "letters before a string in source code (b'…')", undo: each(PREFIX, '') },
	{ name: 'pieces of a string in source code', undo: each(JOINT, '\n') },
];

/** A line with a character that neither a key nor what wraps its lines has, and with no piece of a key. */
const PROSE = new RegExp(
	[
		`(?<=^|${BOUNDARY})`,
		`(?!${PIECE})`,
		`(?=[^\\n${BOUNDARY}]*[^\\sA-Za-z0-9+/=,;.:|<>()${QUOTES}${BOUNDARY}])`,
		`[^\\n${BOUNDARY}-${END}]+(?=$|${BOUNDARY})`,
	].join(''),
	'gmu',
);

/** Only tried when all else fails: what looks like a label or a remark might be a damaged line. */
export const REMARKS: readonly Wrapping[] = [
	{ name: 'files with other values (.env, YAML)', undo: each(ANY_LABEL, boundaryFor) },
	{ name: 'lines of other text around the key', undo: each(PROSE, BOUNDARY) },
];

export const unwrapped = (text: Traced, wrappings: readonly Wrapping[]): Traced =>
	settle(text, (from) => wrappings.reduce((next, { undo }) => undo(next), from));

/** The English in the files of the repository: paragraphs, comments, messages and names. */
import MarkdownIt from 'markdown-it';
import ts from 'typescript';

/** Text that somebody reads, and the line where it begins. */
export interface Passage {
	kind: 'paragraph' | 'comment' | 'message' | 'names';
	line: number;
	/** On one line. Code is `…`, and the value of an expression is `{name}`. */
	text: string;
}

type Reader = (text: string) => Passage[];

/** How to read a file, by the end of its name. */
const READERS: ReadonlyArray<[ending: RegExp, read: Reader]> = [
	[/\.test\.mts$/, (text) => readSource(text, isTitle)],
	[/\.(ts|mts|mjs)$/, (text) => readSource(text, isSentence)],
	[/\.md$/, readMarkdown],
	[/(^|\/)(package|\d\d-[\w-]+)\.json$/, readJson],
	[/\.yml$|^\.ci\//, readLines],
];

/** The English of a file; empty for files that contain no text for people. */
export function passagesOf(file: string, text: string): Passage[] {
	const [, read] = READERS.find(([ending]) => ending.test(file)) ?? [];
	return read?.(text) ?? [];
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const lineAt = (text: string, position: number) => text.slice(0, position).split('\n').length;

const markdown = new MarkdownIt({ html: true });

function readMarkdown(text: string): Passage[] {
	return markdown
		.parse(text, {})
		.filter(({ type }) => type === 'inline')
		.map(({ map, children }) => {
			const words = (children ?? []).map(({ type, content }) => {
				if (type === 'code_inline') return '…';
				return type.endsWith('break') ? ' ' : content.replace(/<[^>]*>/g, '');
			});
			return { kind: 'paragraph', line: (map?.[0] ?? 0) + 1, text: oneLine(words.join('')) };
		});
}

/** Sticky notes and descriptions: the values that contain a space. */
function readJson(text: string): Passage[] {
	const passages: Passage[] = [];
	JSON.parse(text, (_key, value: unknown) => {
		if (typeof value === 'string' && value.includes(' ')) {
			const line = lineAt(text, text.indexOf(JSON.stringify(value)));
			passages.push(...readMarkdown(value).map((passage) => ({ ...passage, line })));
		}
		return value;
	});
	return passages;
}

/** YAML and shell scripts, as if all of it were a comment. */
function readLines(text: string): Passage[] {
	return text.split('\n').map((line, at) => ({
		kind: 'comment',
		line: at + 1,
		text: oneLine(line.replace(/^\s*#/, '')),
	}));
}

function readSource(text: string, isMessage: (node: ts.Node, words: string) => boolean): Passage[] {
	const source = ts.createSourceFile('source.mts', text, ts.ScriptTarget.Latest, true);
	const passages: Passage[] = [];
	const names = new Set<string>();
	const add = (kind: Passage['kind'], position: number, words: string) =>
		passages.push({ kind, line: lineAt(text, position), text: oneLine(words) });

	for (const { start, words } of commentsOf(source)) add('comment', start, words);
	const visit = (node: ts.Node): void => {
		if (ts.isIdentifier(node)) names.add(wordsOf(node.text));
		const words = ts.isImportDeclaration(node) ? undefined : stringOf(node);
		if (words !== undefined && isMessage(node, words)) add('message', node.getStart(), words);
		if (words === undefined || !isMessage(node, words)) ts.forEachChild(node, visit);
	};
	visit(source);
	add('names', 0, [...names].join(' · '));
	return passages;
}

const isSentence = (_node: ts.Node, words: string) => /[a-z]\S* +\S*[a-z]/i.test(words);

/** The first argument of `it(…)`, `describe(…)` and `it.each(…)(…)`. */
const isTitle = ({ parent }: ts.Node) =>
	ts.isCallExpression(parent) && /^(it|describe|test)\b/.test(parent.expression.getText());

/** `notYetKnown` as words. */
const wordsOf = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])|_/g, ' ').toLowerCase();

/** The text of a literal, of a template, or of several that are added; undefined for other nodes. */
function stringOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(node)) return node.text;
	if (ts.isTemplateExpression(node)) {
		const spans = node.templateSpans.map(
			({ expression, literal }) => `{${nameOf(expression)}}${literal.text}`,
		);
		return node.head.text + spans.join('');
	}
	if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
		const [left, right] = [stringOf(node.left), stringOf(node.right)];
		if (left === undefined && right === undefined) return undefined;
		return (left ?? `{${nameOf(node.left)}}`) + (right ?? `{${nameOf(node.right)}}`);
	}
	return undefined;
}

/** The last name of an expression, such as `label` of `field.label` and `list` of `list(names)`. */
function nameOf(expression: ts.Expression): string {
	const [name = '…'] = /\w+(?=(?:\(.*\))?$)/s.exec(expression.getText()) ?? [];
	return name;
}

/** Comments without their marks; line comments that follow each other are one. */
function commentsOf(source: ts.SourceFile): Array<{ start: number; words: string }> {
	const { text } = source;
	const ranges = new Map<number, ts.CommentRange>();
	const visit = (node: ts.Node): void => {
		const found = [
			...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
			...(ts.getTrailingCommentRanges(text, node.end) ?? []),
		];
		for (const range of found) ranges.set(range.pos, range);
		for (const child of node.getChildren(source)) visit(child);
	};
	visit(source);

	const comments: Array<{ start: number; end: number; words: string }> = [];
	for (const { pos, end } of [...ranges.values()].sort((a, b) => a.pos - b.pos)) {
		const words = text
			.slice(pos, end)
			.replace(/^\/\*+|\*+\/$|^\s*(?:\*|\/\/)/gm, '')
			.replace(/`[^`]*`/g, '…');
		const last = comments.at(-1);
		if (last && /^\n\s*$/.test(text.slice(last.end, pos))) {
			last.words += ` ${words}`;
			last.end = end;
		} else comments.push({ start: pos, end, words });
	}
	return comments;
}

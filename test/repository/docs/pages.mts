/** Every Markdown page of the repository, split into the parts that can be checked. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import GitHubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** A block between fences. */
export interface Fence {
	line: number;
	/** The language and the text after it. */
	info: string;
	text: string;
}

export interface Link {
	line: number;
	href: string;
	isImage: boolean;
}

/** Code within a sentence, and the text before it. */
export interface Span {
	line: number;
	text: string;
	before: string;
}

/** The visible text outside code. `href` names the link that contains it. */
export interface Prose {
	line: number;
	text: string;
	href?: string;
}

export interface Cell {
	text: string;
	spans: string[];
}

export interface Row {
	line: number;
	cells: Cell[];
}

export interface Table {
	/** The headings above it, the nearest last. */
	sections: string[];
	head: Row;
	rows: Row[];
}

export interface Page {
	/** Relative to the root of the repository. */
	file: string;
	fences: Fence[];
	links: Link[];
	spans: Span[];
	prose: Prose[];
	tables: Table[];
	/** The anchors that `#…` can name. */
	anchors: Set<string>;
}

/** A text with the line where it begins; also the findings of the checks. */
export const finding = (page: Pick<Page, 'file'>, { line }: { line: number }, fault: string) =>
	`${page.file}:${line} ${fault}`;

/** The files that git tracks, by their path from the root, without those that were just deleted. */
export function trackedFiles(): string[] {
	const list = (...flags: string[]) =>
		execFileSync('git', ['ls-files', '-z', ...flags], { cwd: ROOT, encoding: 'utf8' })
			.split('\0')
			.filter(Boolean);
	const deleted = new Set(list('--deleted'));
	return list().filter((file) => !deleted.has(file));
}

export const FILES: ReadonlySet<string> = new Set(trackedFiles());

export const FOLDERS: ReadonlySet<string> = new Set(
	[...FILES].flatMap((file) =>
		file
			.split('/')
			.slice(0, -1)
			.map((_, at, parts) => parts.slice(0, at + 1).join('/')),
	),
);

export const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const known = new Map<string, Page>();

/** A page of the repository. */
export function pageOf(file: string): Page {
	const page = known.get(file) ?? parsePage(file, textOf(file));
	known.set(file, page);
	return page;
}

export const PAGES: readonly string[] = [...FILES].filter((file) => file.endsWith('.md')).sort();

/** A command wrote it, and its head says so. */
export const isGenerated = ({ prose }: Page) =>
	prose.some(({ text }) => text.includes('do not edit'));

/**
 * The pages in Chinese. English pages contain no Chinese text, because n8n verifies English only.
 */
export const isChinese = (file: string) => file.startsWith('docs/zh-CN/');

// GitHub links a bare address, but not a bare "README.md", which looks like a host name.
const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

export function parsePage(file: string, text: string): Page {
	const page: Page = {
		file,
		...{ fences: [], links: [], spans: [], prose: [], tables: [] },
		anchors: new Set(),
	};
	const slugger = new GitHubSlugger();
	const sections: string[] = [];
	let table: Table | undefined;
	let heading = 0;
	let line = 1;
	for (const token of markdown.parse(text, {})) {
		line = token.map ? token.map[0] + 1 : line;
		if (token.type === 'heading_open') heading = Number(token.tag.slice(1));
		if (token.type === 'fence') {
			page.fences.push({ line, info: token.info.trim(), text: token.content });
		}
		if (token.type === 'html_block') readHtml(page, line, token.content);
		if (token.type === 'inline') {
			readInline(page, line, token.children ?? []);
			if (heading > 0) {
				const { text: title } = cellOf(token);
				page.anchors.add(slugger.slug(title));
				sections.splice(heading - 1, Infinity, title);
				heading = 0;
			}
		}
		table = readTable(page, line, token, table);
		if (token.type === 'table_open') table?.sections.push(...sections);
	}
	return page;
}

function readInline(page: Page, start: number, tokens: readonly Token[]): void {
	let line = start;
	let before = '';
	let href: string | undefined;
	for (const token of tokens) {
		const { type, content } = token;
		if (type === 'softbreak' || type === 'hardbreak') line++;
		if (type === 'link_open') {
			href = String(token.attrGet('href'));
			page.links.push({ line, href, isImage: false });
		}
		if (type === 'link_close') href = undefined;
		if (type === 'image') {
			page.links.push({ line, href: String(token.attrGet('src')), isImage: true });
			page.prose.push({ line, text: content });
		}
		if (type === 'html_inline') readHtml(page, line, content);
		if (type === 'code_inline') page.spans.push({ line, text: content, before });
		if (type === 'text') page.prose.push({ line, text: content, ...(href && { href }) });
		before += content || ' ';
	}
}

function readHtml(page: Page, start: number, html: string): void {
	const shown = html.replace(/<!--.*?-->/gs, (comment) => comment.replace(/[^\n]/g, ''));
	for (const match of shown.matchAll(/\b(href|src|srcset|id|name)\s*=\s*(["'])(.*?)\2/g)) {
		const [, attribute = '', , value = ''] = match;
		const line = start + shown.slice(0, match.index).split('\n').length - 1;
		if (attribute === 'id' || attribute === 'name') page.anchors.add(value);
		else page.links.push({ line, href: value.split(' ')[0] ?? '', isImage: attribute !== 'href' });
	}
	shown.split('\n').forEach((text, at) => {
		page.prose.push({ line: start + at, text: text.replace(/<[^>]*>/g, '') });
	});
}

/** Adds a token to the current table; returns the table that is current afterwards. */
function readTable(page: Page, line: number, token: Token, table?: Table): Table | undefined {
	switch (token.type) {
		case 'table_open':
			page.tables.push({ sections: [], head: { line, cells: [] }, rows: [] });
			return page.tables.at(-1);
		case 'table_close':
			return undefined;
		case 'tr_open':
			table?.rows.push({ line, cells: [] });
			break;
		case 'thead_close':
			if (table) table.head = table.rows.shift() ?? table.head;
			break;
		case 'inline':
			// In a table all text is in cells.
			table?.rows.at(-1)?.cells.push(cellOf(token));
			break;
	}
	return table;
}

/** Text as a reader sees it, without its markup. */
function cellOf({ children }: Token): Cell {
	const tokens = children ?? [];
	return {
		text: tokens
			.filter(({ type }) => type === 'text' || type === 'code_inline')
			.map(({ content }) => content)
			.join('')
			.trim(),
		spans: tokens.filter(({ type }) => type === 'code_inline').map(({ content }) => content),
	};
}

/** Whether the links of a page lead somewhere. Nothing is asked of the network. */
import path from 'node:path';
import { FILES, finding, FOLDERS, pageOf, textOf } from './pages.mts';
import type { Link, Page } from './pages.mts';

const { homepage } = JSON.parse(textOf('package.json')) as { homepage: string };

/** Where the repository is published. */
export const REPOSITORY = homepage.replace(/#.*$/, '');

const RAW = REPOSITORY.replace('https://github.com/', 'https://raw.githubusercontent.com/');

/** What GitHub serves of a repository beside its files. */
const GITHUB_PAGES =
	/^\/(?:actions|commits?|compare|discussions|issues|pulls?|releases|security)(?:\/|$)/;

/** Why a link leads nowhere; undefined when it leads somewhere. */
export function linkFault(page: Page, { href }: Pick<Link, 'href'>): string | undefined {
	const own = ownTarget(href);
	if (own !== undefined) {
		if (GITHUB_PAGES.test(own)) return undefined;
		const file = /^\/(?:blob|edit|raw|tree)\/[^/]+\/(.*)$/.exec(own)?.[1];
		if (file !== undefined) return targetFault(page, '', file);
		if (/^\/?#readme$/.test(own)) return undefined;
		if (!/^\/?(?:#.*)?$/.test(own)) return `${href} is no page that GitHub serves`;
		return targetFault(page, '', `README.md${own.replace('/', '')}`);
	}
	if (href.startsWith(`${RAW}/`)) {
		return targetFault(page, '', href.slice(RAW.length + 1).replace(/^[^/]+\//, ''));
	}
	if (/^[a-z][a-z\d+.-]*:/i.test(href)) return absoluteFault(href);
	if (href.startsWith('/')) return `${href} begins at the root of the web site`;
	if (href.startsWith('#') || href === '') return targetFault(page, '', page.file + href);
	return targetFault(page, path.posix.dirname(page.file), href);
}

/** What follows the address of the repository, '' for itself. */
function ownTarget(href: string): string | undefined {
	if (!href.startsWith(REPOSITORY)) return undefined;
	const rest = href.slice(REPOSITORY.length).replace(/^\.git(?=$|[/#])/, '');
	return /^(?:$|[/#?])/.test(rest) ? rest.replace(/\?[^#]*/, '') : undefined;
}

function absoluteFault(href: string): string | undefined {
	const url = URL.canParse(href) ? new URL(href) : undefined;
	if (url?.protocol === 'mailto:' && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(url.pathname)) return;
	// A server on the reader's machine has no certificate.
	if (url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname)) return;
	if (url?.protocol !== 'https:') return `${href} is not https`;
	return /^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(url.hostname) ? undefined : `${href} names no host`;
}

/** A path relative to a folder of the repository, perhaps with an anchor. */
function targetFault(page: Page, folder: string, href: string): string | undefined {
	const [name = '', anchor] = href.split('#', 2) as [string, string?];
	const file = path.posix.join(folder, decoded(name).replace(/\?.*$/, '')).replace(/\/$/, '');
	if (file.startsWith('..')) return `${href} leads out of the repository`;
	const isFolder = file === '.' || file === '' || FOLDERS.has(file);
	// The page itself may be one that is not stored.
	if (!isFolder && !FILES.has(file) && file !== page.file) {
		return `${href} leads to no file of the repository`;
	}
	if (anchor === undefined) return undefined;
	if (/\.md$/.test(file)) {
		const { anchors } = file === page.file ? page : pageOf(file);
		return anchors.has(decoded(anchor)) ? undefined : `#${anchor} names no heading of ${file}`;
	}
	const [, first, last] = /^L(\d+)(?:-L(\d+))?$/.exec(anchor) ?? [];
	if (isFolder || first === undefined) return `#${anchor} names nothing in ${file}`;
	const length = textOf(file).split('\n').length;
	return Number(last ?? first) <= length ? undefined : `${file} has no line ${last ?? first}`;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

export function linkFaults(page: Page): string[] {
	const unmade = page.prose
		.filter(({ text }) => /\]\(|\]\[/.test(text))
		.map((place) => finding(page, place, `is no link: ${place.text}`));
	const dead = page.links.flatMap((link) => {
		const fault = linkFault(page, link);
		return fault === undefined ? [] : [finding(page, link, fault)];
	});
	return [...unmade, ...dead];
}

/** The addresses of the repository in a file that is no page. */
export function addressFaults(file: string, text: string): string[] {
	const page = { file, anchors: new Set<string>() } as Page;
	return text.split('\n').flatMap((row, at) =>
		[...row.matchAll(/https:\/\/(?:raw\.githubusercontent|github)\.com\/[^\s"'`<>)\\$]+/g)]
			.map(([href]) => linkFault(page, { href: href.replace(/[.,;:]$/, '') }))
			.filter((fault) => fault !== undefined)
			.map((fault) => finding(page, { line: at + 1 }, fault)),
	);
}

/** The pages and pictures that a reader who starts at a page can come to. */
export function reachableFrom(start: string): Set<string> {
	const reached = new Set([start]);
	// A set hands out what is added while it is gone through.
	for (const file of reached) {
		if (!file.endsWith('.md')) continue;
		for (const { href } of pageOf(file).links) {
			const own = ownTarget(href)?.replace(/^\/blob\/[^/]+\//, '');
			const name = decoded((own ?? href).replace(/[#?].*$/, ''));
			const target = path.posix.join(own === undefined ? path.posix.dirname(file) : '', name);
			if (FILES.has(target)) reached.add(target);
		}
	}
	return reached;
}

/** Checks that the links of a page have a target, without a network request. */
import path from 'node:path';
import { FILES, finding, FOLDERS, pageOf, textOf } from './pages.mts';
import type { Link, Page } from './pages.mts';

const { homepage } = JSON.parse(textOf('package.json')) as { homepage: string };

/** The address of the published repository. */
export const REPOSITORY = homepage.replace(/#.*$/, '');

const RAW = REPOSITORY.replace('https://github.com/', 'https://raw.githubusercontent.com/');

/** What GitHub serves for a repository in addition to its files. */
const GITHUB_PAGES =
	/^\/(?:actions|commits?|compare|discussions|issues|pulls?|releases|security)(?:\/|$)/;

/** Why a link is broken; undefined for a good link. */
export function linkFault(page: Page, { href }: Pick<Link, 'href'>): string | undefined {
	const own = ownTarget(href);
	if (own !== undefined) {
		if (GITHUB_PAGES.test(own)) return undefined;
		const file = /^\/(?:blob|edit|raw|tree)\/[^/]+\/(.*)$/.exec(own)?.[1];
		if (file !== undefined) return targetFault(page, '', file);
		if (/^\/?#readme$/.test(own)) return undefined;
		if (!/^\/?(?:#.*)?$/.test(own)) return `${href} is not a page that GitHub serves`;
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

/** The path after the address of the repository; '' for the repository itself. */
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

/** A path relative to a folder of the repository, possibly with an anchor. */
function targetFault(page: Page, folder: string, href: string): string | undefined {
	const [name = '', anchor] = href.split('#', 2) as [string, string?];
	const file = path.posix.join(folder, decoded(name).replace(/\?.*$/, '')).replace(/\/$/, '');
	if (file.startsWith('..')) return `${href} leads out of the repository`;
	const isFolder = file === '.' || file === '' || FOLDERS.has(file);
	// The page itself can be one that is not stored.
	if (!isFolder && !FILES.has(file) && file !== page.file) {
		return `${href} does not lead to a file of the repository`;
	}
	if (anchor === undefined) return undefined;
	if (/\.md$/.test(file)) {
		const { anchors } = file === page.file ? page : pageOf(file);
		return anchors.has(decoded(anchor)) ? undefined : `#${anchor} is not a heading of ${file}`;
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
		.map((place) => finding(page, place, `is not a link: ${place.text}`));
	const dead = page.links.flatMap((link) => {
		const fault = linkFault(page, link);
		return fault === undefined ? [] : [finding(page, link, fault)];
	});
	return [...unmade, ...dead];
}

/** The addresses of the repository in a file that is not a page. */
export function addressFaults(file: string, text: string): string[] {
	const page = { file, anchors: new Set<string>() } as Page;
	return text.split('\n').flatMap((row, at) =>
		[...row.matchAll(/https:\/\/(?:raw\.githubusercontent|github)\.com\/[^\s"'`<>)\\$]+/g)]
			.map(([href]) => linkFault(page, { href: href.replace(/[.,;:]$/, '') }))
			.filter((fault) => fault !== undefined)
			.map((fault) => finding(page, { line: at + 1 }, fault)),
	);
}

/** The pages and pictures that a reader can reach from a page. */
export function reachableFrom(start: string): Set<string> {
	const reached = new Set([start]);
	// A loop over a set also visits the values that are added during the loop.
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

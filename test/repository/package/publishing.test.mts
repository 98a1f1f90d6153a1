/** CHANGELOG.md, the notes of a release, and the lists of docs/publishing.md. */
import { describe, expect, it } from 'vitest';
import { NOT_PUBLISHED, releaseNotes } from '../../../tools/build/release-notes.mjs';
import { REPOSITORY } from '../docs/links.mts';
import { FILES, pageOf, textOf } from '../docs/pages.mts';

const { version, author } = JSON.parse(textOf('package.json')) as {
	version: string;
	author: { name: string; email: string };
};
const CHANGELOG = textOf('CHANGELOG.md');

describe('CHANGELOG.md', () => {
	const headings = [...CHANGELOG.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
	const [first, ...releases] = headings;
	const versions = releases.map((heading) => /^\[(.*?)\]/.exec(heading)?.[1] ?? heading);

	it('begins with unreleased changes, then the version of package.json', () => {
		expect(first).toBe('[Unreleased]');
		expect(versions[0]).toBe(version);
	});

	it('lists the newest version first, and each version once', () => {
		const weight = (text: string) =>
			text.split('.').reduce((sum, part) => sum * 10_000 + Number(part), 0);
		const weights = versions.map(weight);
		expect(weights).toEqual([...new Set(weights)].sort((a, b) => b - a));
	});

	it('has a date for each version, except that the newest can be marked as not published yet', () => {
		const undated = releases.filter(
			(heading) => !/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(heading),
		);
		const isWaiting = CHANGELOG.includes(`## [${version}]\n\n${NOT_PUBLISHED}\n`);
		expect(undated).toEqual(isWaiting ? [`[${version}]`] : []);
		const days = releases.flatMap((heading) => /\d{4}-\d{2}-\d{2}/.exec(heading)?.[0] ?? []);
		expect(days.filter((day) => new Date(day).toISOString().slice(0, 10) !== day)).toEqual([]);
	});

	it('sorts changes by the kinds of Keep a Changelog', () => {
		const kinds = [...CHANGELOG.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind);
		const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
		expect(kinds.filter((kind) => !known.includes(kind ?? ''))).toEqual([]);
	});

	it('links each version to its changes', () => {
		const links = Object.fromEntries(
			[...CHANGELOG.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name, href]) => [name, href]),
		);
		const expected = versions.map((one, at) => {
			const before = versions[at + 1];
			const page = before ? `compare/v${before}...v${one}` : `releases/tag/v${one}`;
			return [one, `${REPOSITORY}/${page}`];
		});
		expect(links).toEqual({
			Unreleased: `${REPOSITORY}/compare/v${version}...HEAD`,
			...Object.fromEntries(expected),
		});
	});
});

describe('the notes of a release', () => {
	const changelog = `# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-31\n\n### Fixed\n\n- That\n
## [1.2.0] - 2026-01-01\n\n- This\n\n[Unreleased]: https://x\n[1.2.0]: https://y\n`;
	const notes = (changes: Partial<Parameters<typeof releaseNotes>[0]> = {}) =>
		releaseNotes({ tag: 'v1.2.3', version: '1.2.3', changelog, ...changes });

	it('are the section of the version, without its heading', () => {
		expect(notes()).toBe('### Fixed\n\n- That');
	});

	it('end before the links of the page', () => {
		expect(notes({ tag: 'v1.2.0', version: '1.2.0' })).toBe('- This');
	});

	it.each([
		['a tag of another version', { tag: 'v1.2.4' }, 'but package.json has version 1.2.3'],
		['a tag that is not a version', { tag: '1.2.3' }, '"1.2.3" is not a release tag'],
		['a preview', { tag: 'v1.2.3-rc.1', version: '1.2.3-rc.1' }, 'is not a release tag'],
		['a version without a section', { tag: 'v1.3.0', version: '1.3.0' }, 'no section'],
		[
			'a section without a date',
			{ changelog: changelog.replace(' - 2026-01-31', '') },
			'add the date',
		],
		[
			'a section that is not published yet',
			{ changelog: changelog.replace('- That', NOT_PUBLISHED) },
			'remove "Not pub',
		],
		[
			'an empty section',
			{ changelog: changelog.replace('### Fixed\n\n- That', '') },
			'an empty section',
		],
	])('are refused for %s', (_, changes, words) => {
		expect(() => notes(changes)).toThrow(words);
	});
});

describe('docs/publishing.md', () => {
	const page = pageOf('docs/publishing.md');
	const lists = (section: string) =>
		page.tables.find(({ sections }) => sections.at(-1) === section)?.rows ?? [];

	/** The files that a table of places links to. */
	const places = (section: string) => {
		const lines = lists(section).map(({ line }) => line);
		const hrefs = page.links.filter(({ line }) => lines.includes(line)).map(({ href }) => href);
		return hrefs
			.map((href) => new URL(href, 'file:///docs/publishing.md').pathname.slice(1))
			.sort();
	};

	const holding = (...texts: string[]) =>
		[...FILES]
			.filter((file) => file !== 'package-lock.json' && !/\.(?:png|svg)$/.test(file))
			.filter((file) => texts.some((text) => textOf(file).includes(text)))
			.sort();

	it('names every file that contains the address of the repository', () => {
		const name = new URL(REPOSITORY).pathname.slice(1);
		expect(places('The address of the repository')).toEqual(holding(name));
	});

	it('names every file that contains the author', () => {
		expect(places('The author')).toEqual(holding(author.name, author.email));
	});

	it('plans a video of less than five minutes in which each scene begins where the last one ends', () => {
		const scenes = lists('The scenes').map(({ cells }) => cells[0]?.text.split('–') ?? []);
		const seconds = (time = '') => {
			const [minutes = 0, rest = 0] = time.split(':').map(Number);
			return minutes * 60 + rest;
		};
		expect(scenes.length).toBeGreaterThan(5);
		const ends = scenes.map(([, end]) => seconds(end));
		expect(scenes.map(([start]) => seconds(start))).toEqual([0, ...ends.slice(0, -1)]);
		expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
		expect(ends.at(-1)).toBeLessThan(300);
	});
});

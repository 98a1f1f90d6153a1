/**
 * `node tools/build/release-notes.mjs v1.2.3`: prints the section of CHANGELOG.md for the version of a tag.
 * Refuses a tag that does not match package.json or CHANGELOG.md. Uses only Node, because the publish
 * workflow runs it before it installs anything.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The text under the newest version until the version has a date. */
export const NOT_PUBLISHED = 'Not published yet.';

/**
 * The text of a version's section, without its heading and the link references. Throws an Error that says
 * what to correct.
 * @param {{ tag: string, version: string, changelog: string }} release
 *   `version` is that of package.json
 */
export function releaseNotes({ tag, version, changelog }) {
	if (!/^v\d+\.\d+\.\d+$/.test(tag)) {
		throw new Error(`"${tag}" is not a release tag. A release tag has the form v1.2.3.`);
	}
	if (tag !== `v${version}`) {
		throw new Error(`The tag is ${tag}, but package.json has version ${version}.`);
	}
	const section = changelog.split(/^(?=## )/m).find((text) => text.startsWith(`## [${version}]`));
	if (!section) throw new Error(`CHANGELOG.md has no section for ${version}.`);
	const [heading = '', ...lines] = section.split('\n');
	if (!/^## \[[^\]]+\] - \d{4}-\d{2}-\d{2}$/.test(heading) || section.includes(NOT_PUBLISHED)) {
		throw new Error(
			`CHANGELOG.md: add the date to version ${version}, as in "## [${version}] - 2026-01-31", and remove "${NOT_PUBLISHED}".`,
		);
	}
	const notes = lines.filter((line) => !/^\[[^\]]+\]: /.test(line)).join('\n');
	if (!notes.trim()) throw new Error(`CHANGELOG.md has an empty section for ${version}.`);
	return notes.trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const read = (/** @type {string} */ name) =>
		readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
	try {
		const { version } = /** @type {{ version: string }} */ (JSON.parse(read('package.json')));
		const tag = process.argv[2] ?? '';
		console.log(releaseNotes({ tag, version, changelog: read('CHANGELOG.md') }));
	} catch (error) {
		console.error(`✗ ${/** @type {Error} */ (error).message}`);
		process.exitCode = 1;
	}
}

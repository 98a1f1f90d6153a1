/**
 * `node tools/build/release-notes.mjs v1.2.3`: prints what CHANGELOG.md says about the version of a tag,
 * and refuses a tag that package.json or CHANGELOG.md does not agree with. Uses nothing but Node: the
 * workflow that publishes runs it before anything is installed.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What stands under the newest version until it has a date. */
export const NOT_PUBLISHED = 'Not published yet.';

/**
 * The text of a version's section, without its heading and without the link references of the page.
 * Throws with what to correct.
 * @param {{ tag: string, version: string, changelog: string }} release
 *   `version` is that of package.json
 */
export function releaseNotes({ tag, version, changelog }) {
	if (!/^v\d+\.\d+\.\d+$/.test(tag)) {
		throw new Error(`"${tag}" is no tag of a release; those have the form v1.2.3.`);
	}
	if (tag !== `v${version}`) {
		throw new Error(`The tag is ${tag}, and package.json has version ${version}.`);
	}
	const section = changelog.split(/^(?=## )/m).find((text) => text.startsWith(`## [${version}]`));
	if (!section) throw new Error(`CHANGELOG.md has no section for ${version}.`);
	const [heading = '', ...lines] = section.split('\n');
	if (!/^## \[[^\]]+\] - \d{4}-\d{2}-\d{2}$/.test(heading) || section.includes(NOT_PUBLISHED)) {
		throw new Error(
			`CHANGELOG.md: give ${version} its date, as in "## [${version}] - 2026-01-31", and take "${NOT_PUBLISHED}" away.`,
		);
	}
	const notes = lines.filter((line) => !/^\[[^\]]+\]: /.test(line)).join('\n');
	if (!notes.trim()) throw new Error(`CHANGELOG.md says nothing about ${version}.`);
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

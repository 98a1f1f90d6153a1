/** docs/messages.md: what the package says to people, to be read from top to bottom. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { passagesOf } from '../checks/prose/passages.mts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SECTIONS: ReadonlyArray<[title: string, folders: readonly string[]]> = [
	['The credential', ['credentials']],
	['The nodes', ['nodes']],
	['The protocol: forms of the methods, codes, keys, numbers', ['alipay']],
	['The simulator', ['tools/simulator']],
	[
		'The other scripts',
		['tools/demo', 'tools/sandbox', 'tools/build', 'tools/checks', 'tools/bench'],
	],
];

const EXPRESSION = /^={{|\$credentials/;
const PATTERN = /\(\?[<:=!]|\[ ?[\\_]|\[ _-\]/;
const CHINESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Expressions, patterns, and Chinese outside quotation marks (search words, sample records). */
const isData = (text: string) =>
	EXPRESSION.test(text) || PATTERN.test(text) || CHINESE.test(text.replace(/“[^”]*”|"[^"]*"/g, ''));

const messagesOf = (file: string) => {
	const passages = passagesOf(file, readFileSync(ROOT + file, 'utf8'));
	const messages = passages.filter(({ kind, text }) => kind === 'message' && !isData(text));
	return [...new Set(messages.map(({ text }) => text))];
};

const sourcesIn = (folder: string) =>
	readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(ts|mts|mjs)$/.test(name))
		.map((name) => `${folder}/${name}`)
		.sort();

/** The page as text. */
export function messagesPage(): string {
	const sections = SECTIONS.flatMap(([title, folders]) => [
		`## ${title}`,
		'',
		...folders.flatMap(sourcesIn).flatMap((file) => {
			const messages = messagesOf(file);
			if (messages.length === 0) return [];
			return [`### ${file}`, '', '```text', ...messages, '```', ''];
		}),
	]);
	return [
		'# Messages',
		'',
		'For translators and maintainers: every text that the package shows to people, with `{…}` in place of a value.',
		'',
		'Generated from the sources by `npm run docs:generate`; do not edit. [Codes](codes.md) has the codes as tables.',
		'',
		...sections,
	].join('\n');
}

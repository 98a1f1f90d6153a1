/**
 * docs/zh-CN/codes.md and keys.md: the tables of alipay/ with the texts of docs/zh-CN/codes.yaml and keys.yaml,
 * which have the same keys.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { DAMAGES, type Damage } from '../../alipay/application/damages.ts';
import { SHORT_DAMAGES } from '../../alipay/application/shortFields.ts';
import type { Code } from '../../alipay/errors/code.ts';
import { LOCAL_FAULTS } from '../../alipay/errors/fault.ts';
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';
import { METHODS } from '../../alipay/methods/index.ts';
import { sentenceOf } from './keysPage.mts';
import { code, table } from './markdown.mts';

/** What a code or a sentence means, and what to do. */
export interface ChineseText {
	meaning: string;
	solution: string;
}

export type ChineseTexts = Record<string, ChineseText>;

/** docs/zh-CN/codes.yaml. */
export interface ChineseCodes {
	page: Record<'title' | 'intro' | 'local' | 'gateway' | 'methods' | 'methodsIntro', string> &
		Record<'other' | 'yes' | 'no', string> &
		Record<'localHead' | 'head', string[]>;
	/** By `details.code`. */
	local: ChineseTexts;
	/** By Alipay's gateway code. */
	gateway: Record<string, { title: string; other: ChineseText; subCodes: ChineseTexts }>;
	/** By the name of the method. */
	methods: Record<string, { title: string; codes: ChineseTexts }>;
}

/** docs/zh-CN/keys.yaml. */
export interface ChineseSentences {
	page: Record<'title' | 'intro' | 'keys' | 'short' | 'shortIntro', string> & { head: string[] };
	/** By the names of DAMAGES. */
	keys: ChineseTexts;
	/** By the names of SHORT_DAMAGES. */
	short: ChineseTexts;
}

const textsIn = (file: string): unknown =>
	parse(readFileSync(new URL(`../../docs/zh-CN/${file}`, import.meta.url), 'utf8'));

export const CHINESE_CODES = textsIn('codes.yaml') as ChineseCodes;
export const CHINESE_SENTENCES = textsIn('keys.yaml') as ChineseSentences;

/** The text of a key; throws where a table of alipay/ has more keys than the texts. */
function of<T>(texts: Readonly<Record<string, T>> | undefined, key: string): T {
	const text = texts?.[key];
	if (!text) {
		throw new Error(
			`docs/zh-CN has no text for "${key}". Add it there to codes.yaml or keys.yaml.`,
		);
	}
	return text;
}

const { page: words } = CHINESE_CODES;

const yesNo = (value: boolean) => (value ? words.yes : words.no);

const cellsOf = (name: string, entry: Code, { meaning, solution }: ChineseText) => [
	name,
	entry.meaning,
	meaning,
	solution,
	yesNo(entry.retryable),
];

const cellsOfAll = (codes: Readonly<Record<string, Code>>, texts?: ChineseTexts) =>
	Object.entries(codes).map(([name, entry]) => cellsOf(code(name), entry, of(texts, name)));

function codesPage(): string {
	const local = Object.entries(LOCAL_FAULTS).map(([name, { retryable }]) => {
		const { meaning, solution } = of(CHINESE_CODES.local, name);
		return [code(name), meaning, solution, yesNo(retryable)];
	});
	const gateway = Object.entries(CATALOGUE).flatMap(([name, { general, subCodes }]) => {
		const { title, other, subCodes: texts } = of(CHINESE_CODES.gateway, name);
		const rows = [...cellsOfAll(subCodes, texts), cellsOf(words.other, general, other)];
		return [`### ${name} ${title}`, '', ...table(words.head, rows), ''];
	});
	const business = METHODS.flatMap(({ name, codes }) => {
		const { title, codes: texts } = of(CHINESE_CODES.methods, name);
		const head = [`### ${title}`, '', code(name), ''];
		return [...head, ...table(words.head, cellsOfAll(codes, texts)), ''];
	});
	return [
		`# ${words.title}`,
		'',
		words.intro,
		'',
		`## ${words.local}`,
		'',
		...table(words.localHead, local),
		'',
		`## ${words.gateway}`,
		'',
		...gateway,
		`## ${words.methods}`,
		'',
		words.methodsIntro,
		'',
		...business,
	].join('\n');
}

function sentenceTable(damages: Readonly<Record<string, Damage>>, texts: ChineseTexts): string[] {
	const rows = Object.entries(damages).map(([name, damage]) => {
		const { meaning, solution } = of(texts, name);
		return [code(sentenceOf(damage)), meaning, solution];
	});
	return table(CHINESE_SENTENCES.page.head, rows);
}

function keysPage(): string {
	const { page, keys, short } = CHINESE_SENTENCES;
	return [
		`# ${page.title}`,
		'',
		page.intro,
		'',
		`## ${page.keys}`,
		'',
		...sentenceTable(DAMAGES, keys),
		'',
		`## ${page.short}`,
		'',
		page.shortIntro,
		'',
		...sentenceTable(SHORT_DAMAGES, short),
		'',
	].join('\n');
}

/** What each page should be, by its path. */
export const CHINESE_PAGES: Readonly<Record<string, () => string>> = {
	'docs/zh-CN/codes.md': codesPage,
	'docs/zh-CN/keys.md': keysPage,
};

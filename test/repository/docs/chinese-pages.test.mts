/**
 * Each code and each sentence about a key has its Chinese text, and no text is left over. What the tables of the
 * pages in Chinese say of parameters, options and fields is what the code has.
 */
import { describe, expect, it } from 'vitest';
import { DAMAGES } from '../../../alipay/application/damages.ts';
import { SHORT_DAMAGES } from '../../../alipay/application/shortFields.ts';
import { LOCAL_FAULTS } from '../../../alipay/errors/fault.ts';
import { CATALOGUE } from '../../../alipay/errors/gatewayCodes.ts';
import { METHODS } from '../../../alipay/methods/index.ts';
import { CHINESE_CODES, CHINESE_SENTENCES } from '../../../tools/build/chinesePages.mts';
import type { ChineseTexts } from '../../../tools/build/chinesePages.mts';
import { couponOperationQuery } from '../../../alipay/methods/couponOperationQuery.ts';
import { inEnglish } from './chineseTables.mts';
import { isChinese, pageOf, PAGES, parsePage } from './pages.mts';
import { kindsOf, tableFaults } from './tables.mts';

const CHINESE = /\p{Script=Han}/u;

const sorted = (keys: object) => Object.keys(keys).sort();

/** The names of a table of codes, each with its group. The page has the order of the code, not of the texts. */
const namesIn = (groups: ReadonlyArray<readonly [string, object]>) =>
	groups
		.flatMap(([group, codes]) => [group, ...Object.keys(codes).map((name) => `${group} ${name}`)])
		.sort();

const { local, gateway, methods } = CHINESE_CODES;
const { keys, short } = CHINESE_SENTENCES;

it('the codes of the node are those of codes.yaml', () => {
	expect(sorted(local)).toEqual(sorted(LOCAL_FAULTS));
});

it('the codes of the gateway are those of codes.yaml', () => {
	const texts = Object.entries(gateway).map(([group, { subCodes }]) => [group, subCodes] as const);
	const codes = Object.entries(CATALOGUE).map(([group, entry]) => [group, entry.subCodes] as const);
	expect(namesIn(texts)).toEqual(namesIn(codes));
});

it('the codes of the methods are those of codes.yaml', () => {
	const texts = Object.entries(methods).map(([name, entry]) => [name, entry.codes] as const);
	expect(namesIn(texts)).toEqual(namesIn(METHODS.map(({ name, codes }) => [name, codes] as const)));
});

it('the sentences about pasted fields are those of keys.yaml', () => {
	expect(sorted(keys)).toEqual(sorted(DAMAGES));
	expect(sorted(short)).toEqual(sorted(SHORT_DAMAGES));
});

const all: ReadonlyArray<[string, ChineseTexts]> = [
	['local', local],
	...Object.entries(gateway).map(([group, { other, subCodes }]): [string, ChineseTexts] => [
		group,
		{ other, ...subCodes },
	]),
	...Object.entries(methods).map(([name, { codes }]): [string, ChineseTexts] => [name, codes]),
	['keys', keys],
	['short', short],
];

it.each(all)('each text of %s is Chinese and fits a table', (_group, texts) => {
	for (const { meaning, solution } of Object.values(texts)) {
		for (const text of [meaning, solution]) {
			expect(text).toMatch(CHINESE);
			expect(text).not.toMatch(/[|\n]/);
		}
	}
});

const KINDS = kindsOf(couponOperationQuery.fields.map(({ name }) => name));
/** Kinds of tables that these pages do without. */
const ONLY_IN_ENGLISH = [
	'the parameters of the notification trigger',
	'some options of alipay',
	'the fields of each key mode',
];
const pages = PAGES.filter(isChinese).map((file) => inEnglish(pageOf(file)));

describe('the tables of the pages in Chinese', () => {
	it.each(pages)('$file names what the code has, with its defaults', (page) => {
		expect(tableFaults(page, KINDS)).toEqual([]);
	});

	it.each(KINDS.filter(({ name }) => !ONLY_IN_ENGLISH.includes(name)))(
		'one page has a table of $name',
		({ matches }) => {
			expect(pages.flatMap(({ tables }) => tables).filter(matches).length).toBeGreaterThan(0);
		},
	);

	it.each([
		['| **Max Tries** | 4 |', 'the default of "Max Tries" is "3"'],
		['| **Include Input Fields** | 关 |', 'the default of "Include Input Fields" is "on"'],
		['| **None Such** | 空 |', 'the code has no "None Such"'],
	])('finds the fault of %s', (row, fault) => {
		const page = parsePage('docs/zh-CN/node.md', `| 选项 | 默认 |\n| --- | --- |\n${row}`);
		expect(tableFaults(inEnglish(page), KINDS).join()).toContain(fault);
	});
});

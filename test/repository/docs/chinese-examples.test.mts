/**
 * The Chinese copies of the examples differ from the originals only in the texts that people read.
 */
import { expect, it } from 'vitest';
import type { WorkflowJson } from '../../../tools/sandbox/client.mts';
import {
	CHINESE_EXAMPLES,
	CHINESE_TEXTS,
	EXAMPLES,
	inChinese,
	textOf as fieldOf,
} from '../../../tools/build/chineseExamples.mts';
import type { ChineseTexts } from '../../../tools/build/chineseExamples.mts';
import { FILES, textOf } from './pages.mts';

const CHINESE = /\p{Script=Han}/u;
const read = (file: string) => JSON.parse(textOf(file)) as WorkflowJson;

interface Leaf {
	path: string;
	value: unknown;
}

/** Every value of a workflow, by its place. */
function leaves(value: unknown, path = ''): Leaf[] {
	if (typeof value !== 'object' || value === null) return [{ path, value }];
	return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}

/** The places where the two differ. */
function differences(one: WorkflowJson, other: WorkflowJson): string[] {
	const values = new Map(leaves(other).map(({ path, value }) => [path, value]));
	const paths = leaves(one).map(({ path }) => path);
	expect(paths).toEqual([...values.keys()]);
	return leaves(one)
		.filter(({ path, value }) => values.get(path) !== value)
		.map(({ path }) => path);
}

/** The texts that people read: the name, the notes, and the fields of the table. */
function readingPlaces({ nodes }: WorkflowJson, { texts = {} }: ChineseTexts): string[] {
	const at = (name: string) => nodes.findIndex((node) => node.name === name);
	const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
	const fields = Object.entries(texts).flatMap(([node, byField]) =>
		Object.keys(byField).map((field) => {
			const { parameters } = nodes[at(node)] ?? {};
			const { assignments = [] } = (parameters?.assignments ?? {}) as {
				assignments?: Array<{ name: string }>;
			};
			const set = assignments.findIndex(({ name }) => name === field);
			const place = set < 0 ? field : `assignments/assignments/${set}/value`;
			return `/nodes/${at(node)}/parameters/${place}`;
		}),
	);
	return ['/name', ...notes.map(({ name }) => `/nodes/${at(name)}/parameters/content`), ...fields];
}

it('each example has a copy, and each copy has an example', () => {
	const copies = [...FILES].filter((file) => file.startsWith('examples/zh-CN/'));
	expect(copies.sort()).toEqual(Object.keys(CHINESE_EXAMPLES).sort());
	expect(Object.keys(CHINESE_TEXTS).sort()).toEqual([...EXAMPLES].sort());
});

it.each(EXAMPLES)('%s differs in its name, notes and texts only, and in all of them', (example) => {
	const [original, copy] = [`examples/${example}.json`, `examples/zh-CN/${example}.json`].map(read);
	const texts = CHINESE_TEXTS[example];
	if (!original || !copy || !texts) throw new Error(`${example} is not there`);
	expect(differences(original, copy).sort()).toEqual(readingPlaces(original, texts).sort());
});

it.each(EXAMPLES)('%s is Chinese where people read it', (example) => {
	const copy = read(`examples/zh-CN/${example}.json`);
	const { texts = {} } = CHINESE_TEXTS[example] ?? {};
	expect(copy.name).toMatch(CHINESE);
	for (const { name, type } of copy.nodes) {
		if (type === 'n8n-nodes-base.stickyNote')
			expect(fieldOf(copy, name, 'content')).toMatch(CHINESE);
	}
	for (const [node, fields] of Object.entries(texts)) {
		for (const field of Object.keys(fields)) expect(fieldOf(copy, node, field)).toMatch(CHINESE);
	}
});

/** A chat message contains the keyword that the notes give, in either language. */
it.each(
	EXAMPLES.flatMap((example) => [`examples/${example}.json`, `examples/zh-CN/${example}.json`]),
)('the text for DingTalk in %s contains its keyword', (file) => {
	const { nodes } = read(file);
	const notes = nodes.map(({ parameters }) => String(parameters.content ?? '')).join('\n');
	const [, english, chinese] = /keyword \*(\w+)\*|钉钉关键词 `([^`]+)`/.exec(notes) ?? [];
	const keyword = english ?? chinese;
	const texts = JSON.stringify(
		nodes
			.filter(({ type }) => /\.(set|httpRequest)$/.test(type))
			.map(({ parameters }) => parameters),
	);
	if (keyword) expect(texts).toContain(keyword);
});

it('a text that is not in the example is refused', () => {
	const example = textOf('examples/14-first-alert.json');
	const texts: ChineseTexts = { name: '名', notes: {}, texts: { 'Alert Text': { title: '题' } } };
	expect(() => inChinese(example, texts)).toThrow('"Alert Text" has no text "title"');
	expect(() => inChinese(example, { name: '名', notes: { None: '无' } })).toThrow('no node "None"');
});

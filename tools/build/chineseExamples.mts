/**
 * The Chinese copies of the examples: the files of examples/ with the texts of docs/zh-CN/examples.yaml.
 * Nodes keep their names, because expressions and the guide use them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { WorkflowJson } from '../sandbox/client.mts';
import { nodeOf } from '../sandbox/examples.mts';

/** The texts of one copy. */
export interface ChineseTexts {
	/** The name of the workflow. */
	name: string;
	/** The text of each note, by the name of the note. */
	notes: Record<string, string>;
	/** Other texts for people: by node, then by field. */
	texts?: Record<string, Record<string, string>>;
}

const ROOT = new URL('../../', import.meta.url);

const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

/** By the file name of the example, without the extension. */
export const CHINESE_TEXTS = parse(read('docs/zh-CN/examples.yaml')) as Record<
	string,
	ChineseTexts
>;

interface Assignment {
	name: string;
	value: unknown;
}

/** The text of a field: a field that an Edit Fields node sets, or a parameter. */
export function textOf(workflow: WorkflowJson, node: string, field: string): string {
	const { parameters } = nodeOf(workflow, node);
	const { assignments = [] } = (parameters.assignments ?? {}) as { assignments?: Assignment[] };
	const set = assignments.find(({ name }) => name === field);
	const text = set ? set.value : parameters[field];
	if (typeof text !== 'string') throw new Error(`"${node}" has no text "${field}"`);
	return text;
}

/** Replaces one text in a JSON file and keeps the format of the file. */
function replaceText(file: string, from: string, to: string): string {
	const parts = file.split(JSON.stringify(from));
	if (parts.length !== 2)
		throw new Error(`The example must contain this text exactly once: ${from}`);
	return parts.join(JSON.stringify(to));
}

/** The Chinese copy of an example. Both are the text of a file. */
export function inChinese(example: string, { name, notes, texts = {} }: ChineseTexts): string {
	const workflow = JSON.parse(example) as WorkflowJson;
	const changes: Array<[from: string, to: string]> = [
		[workflow.name, name],
		...Object.entries(notes).map(([note, text]): [string, string] => [
			textOf(workflow, note, 'content'),
			text,
		]),
		...Object.entries(texts).flatMap(([node, fields]) =>
			Object.entries(fields).map(([field, text]): [string, string] => [
				textOf(workflow, node, field),
				text,
			]),
		),
	];
	return changes.reduce((file, [from, to]) => replaceText(file, from, to), example);
}

/** The file names of the examples, without the extension. */
export const EXAMPLES = readdirSync(new URL('examples/', ROOT))
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace('.json', ''));

function copyOf(example: string): string {
	const texts = CHINESE_TEXTS[example];
	if (!texts)
		throw new Error(`docs/zh-CN/examples.yaml does not contain ${example}. Add its Chinese texts.`);
	return inChinese(read(`examples/${example}.json`), texts);
}

/** The expected content of each copy, by its path. */
export const CHINESE_EXAMPLES: Readonly<Record<string, () => string>> = Object.fromEntries(
	EXAMPLES.map((example) => [`examples/zh-CN/${example}.json`, () => copyOf(example)]),
);

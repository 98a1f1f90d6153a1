/** The glossary of the project, over all English that is committed. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prh from 'prh';
import { passagesOf } from './passages.mts';

const GLOSSARY = fileURLToPath(new URL('glossary.yml', import.meta.url));

/** Chinese, texts of others, and files that quote what the glossary forbids. */
const SKIPPED = /^(docs\/zh-CN\/|examples\/zh-CN\/|LICENSE|tools\/checks\/prose\/)/;

/** `file:line "is put out": say "is emitted"` for each passage that breaks a rule. */
export function proseFaults(root: string, files: readonly string[]): string[] {
	const glossary = prh.fromYAMLFilePath(GLOSSARY);
	return files
		.filter((file) => !SKIPPED.test(file))
		.flatMap((file) =>
			passagesOf(file, readFileSync(path.join(root, file), 'utf8')).flatMap(({ line, text }) =>
				glossary.makeChangeSet(file, text).diffs.map((diff) => {
					const found = text.slice(diff.index, diff.tailIndex);
					return `${file}:${line} "${found}": say "${diff.newText}" (${excerpt(text, diff.index)})`;
				}),
			),
		);
}

const excerpt = (text: string, at: number) => `…${text.slice(Math.max(0, at - 30), at + 50)}…`;

/** Checks that the fenced blocks of a page are valid in their language. */
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { finding } from './pages.mts';
import type { Fence, Page } from './pages.mts';

type Check = (text: string) => string[];

function jsonFaults(text: string): string[] {
	try {
		JSON.parse(text);
		return [];
	} catch (error) {
		return [`is not valid JSON: ${(error as Error).message}`];
	}
}

export const yamlFaults: Check = (text) =>
	parseAllDocuments(text).flatMap((document) =>
		(document.errors ?? []).map(({ message }) => `is not valid YAML: ${message}`),
	);

function codeFaults(text: string): string[] {
	const { diagnostics = [] } = ts.transpileModule(text, {
		reportDiagnostics: true,
		fileName: 'block.mts',
		compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
	});
	return diagnostics.map(
		({ messageText }) => `does not parse: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
	);
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** The counts in the head of a hunk must match the lines below it. */
function diffFaults(text: string): string[] {
	const faults: string[] = [];
	let left = 0;
	let right = 0;
	let inHunk = false;
	const close = (line: string) => {
		if (inHunk && (left !== 0 || right !== 0)) {
			faults.push(
				`the hunk before "${line}" needs ${left} more lines on the left and ${right} on the right`,
			);
		}
	};
	for (const line of text.replace(/\n$/, '').split('\n')) {
		const head = HUNK.exec(line);
		const isBelow = inHunk && (left > 0 || right > 0);
		if (head) {
			close(line);
			[left, right] = [Number(head[1] ?? 1), Number(head[2] ?? 1)];
			inHunk = true;
		} else if (isBelow || /^[ +-]|^$/.test(line)) {
			const isFile = !isBelow && /^(?:--- |\+\+\+ )/.test(line);
			if (isFile || !inHunk) continue;
			if (!line.startsWith('+')) left--;
			if (!line.startsWith('-')) right--;
		} else if (!/^(?:diff |index |\\ |(?:new|deleted) file |similarity |rename )/.test(line)) {
			faults.push(`"${line}" is not a line of a diff`);
		}
	}
	close('the end');
	return faults;
}

const nothing: Check = () => [];

/** The languages of the fenced blocks. Commands have a separate check. */
const LANGUAGES: Readonly<Record<string, Check>> = {
	...{ bash: nothing, sh: nothing, console: nothing },
	json: jsonFaults,
	yaml: yamlFaults,
	...{ ts: codeFaults, js: codeFaults, mjs: codeFaults, mts: codeFaults },
	diff: diffFaults,
	...{
		text: nothing,
		mermaid: nothing,
		csv: nothing,
		ini: nothing,
		html: nothing,
		nginx: nothing,
		dockerfile: nothing,
	},
};

function fenceFaults({ info, text }: Fence): string[] {
	if (info === '') return ['has no language'];
	const check = LANGUAGES[info];
	return check ? check(text) : [`"${info}" is not a language of these pages`];
}

export const blockFaults = (page: Page): string[] =>
	page.fences.flatMap((fence) =>
		fenceFaults(fence).map((fault) => finding(page, fence, `the block ${fault}`)),
	);

/** The JSON blocks of a page that parse. */
export const jsonOf = (page: Page): Array<{ line: number; value: unknown }> =>
	page.fences
		.filter(({ info, text }) => info === 'json' && jsonFaults(text).length === 0)
		.map(({ line, text }) => ({ line, value: JSON.parse(text) as unknown }));

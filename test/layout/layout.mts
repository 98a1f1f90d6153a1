/** Reads the sources for the rules of their layout: sizes and imports. */
import path from 'node:path';
import ts from 'typescript';

export interface Routine {
	name: string;
	line: number;
	lines: number;
}

const parse = (file: string, text: string) =>
	ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);

/** Each function and method of a file. One within another is also part of the outer one. */
export function routinesOf(file: string, text: string): Routine[] {
	const source = parse(file, text);
	const routines: Routine[] = [];
	const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
	const visit = (node: ts.Node) => {
		if (ts.isFunctionLike(node) && 'body' in node && node.body) {
			const line = lineOf(node.getStart());
			routines.push({ name: nameOf(node), line, lines: lineOf(node.end) - line + 1 });
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return routines;
}

function nameOf(node: ts.Node): string {
	const { name } = node as ts.NamedDeclaration;
	if (name) return name.getText();
	if (ts.isConstructorDeclaration(node)) return 'constructor';
	const named = ts.findAncestor(
		node.parent,
		(one) => ts.isVariableDeclaration(one) || ts.isPropertyAssignment(one) || ts.isBlock(one),
	);
	return (named as ts.NamedDeclaration | undefined)?.name?.getText() ?? 'a function';
}

/** What a file imports, types and dynamic imports among it, as it is written there. */
export const importsOf = (text: string): string[] =>
	ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** What of it is there when the program runs. */
export function runtimeImportsOf(text: string): string[] {
	const { outputText } = ts.transpileModule(text, {
		compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
	});
	return importsOf(outputText);
}

/**
 * The file of the repository that an import leads to; a package's name when it leads to one. Undefined
 * when it is relative and leads nowhere.
 */
export function resolveImport(
	file: string,
	specifier: string,
	files: ReadonlySet<string>,
): string | undefined {
	if (!specifier.startsWith('.')) return specifier;
	const base = path.posix.join(path.posix.dirname(file), specifier);
	return ['', '.ts', '.mts', '.mjs', '/index.ts']
		.map((end) => base + end)
		.find((one) => files.has(one));
}

/** The longest entry that a path begins with. */
const longest = (file: string, beginnings: readonly string[]) =>
	beginnings
		.filter((beginning) => file.startsWith(beginning))
		.sort((a, b) => b.length - a.length)[0];

/** What may be imported by the files whose paths begin so; packages by their names. */
export type Arrows = Readonly<Record<string, readonly string[]>>;

/** Why a file may not import what it does; undefined when it may. */
export function arrowFault(arrows: Arrows, file: string, target: string): string | undefined {
	const folder = longest(file, Object.keys(arrows));
	if (folder === undefined) return `no arrow begins at ${file}`;
	const allowed = [folder, ...(arrows[folder] ?? [])];
	return allowed.some((one) => target === one || (one.endsWith('/') && target.startsWith(one)))
		? undefined
		: `${file} imports ${target}`;
}

/** Where a key or a byte of a signature is handled; the nodes leave that to alipay/client.ts. */
const OF_KEYS =
	/^alipay\/(?:cache|certificate|certificateMode|der|encryption|keys|pasted|request|trust)\.ts$/;

export const keyFault = (file: string, target: string) =>
	file.startsWith('nodes/') && OF_KEYS.test(target) ? `${file} imports ${target}` : undefined;

/** A resource of a node has a folder to itself. What they share is in shared/, which knows none of them. */
export function resourceFault(file: string, target: string): string | undefined {
	const folderOf = (one: string) => /^nodes\/(\w+)\/(\w+)\//.exec(one) ?? [];
	const [, node, resource] = folderOf(file);
	const [, otherNode, other] = folderOf(target);
	const isApart = resource && other && node === otherNode && resource !== other;
	return isApart && other !== 'shared' ? `${file} imports ${target}` : undefined;
}

/** Circles among imports, each as the files on it, beginning with the first by name. */
export function cyclesOf(imports: ReadonlyMap<string, readonly string[]>): string[] {
	const cycles = new Set<string>();
	const done = new Set<string>();
	const visit = (file: string, road: readonly string[]) => {
		const at = road.indexOf(file);
		if (at >= 0) {
			const circle = road.slice(at);
			const first = circle.indexOf([...circle].sort()[0] ?? file);
			cycles.add([...circle.slice(first), ...circle.slice(0, first)].join(' → '));
		}
		if (at >= 0 || done.has(file)) return;
		for (const next of imports.get(file) ?? []) visit(next, [...road, file]);
		done.add(file);
	};
	for (const file of imports.keys()) visit(file, []);
	return [...cycles];
}

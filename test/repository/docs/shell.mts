/** Reads shell commands as far as documentation has them. */

export interface Command {
	/** Within the text, from 0. */
	line: number;
	/** `NAME=value` before the program. */
	variables: Array<[name: string, value: string]>;
	/** The program and what it is given, without quotes. */
	words: string[];
	/** What follows it behind a `#`. */
	comment: string;
}

const TOKEN =
	/(?<gap>\\\n|[^\S\n]+)|(?<end>\n)|(?<comment>#[^\n]*)|(?<operator>&&|\|\||[;|&])|(?<word>(?:"(?:\\[^]|[^"\\])*"|'[^']*'|\\[^]|[<>]&|[^\s;|&"'\\])+)|(?<other>[^])/g;

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/** The commands of a script, those joined by `&&`, `|` and the like apart. */
export function readCommands(script: string): Command[] {
	const commands: Command[] = [];
	let line = 0;
	let isOpen = false;
	for (const { 0: text, groups = {} } of script.matchAll(TOKEN)) {
		const last = commands.at(-1);
		if (groups.word !== undefined) {
			const command = isOpen && last ? last : { line, variables: [], words: [], comment: '' };
			if (command !== last) commands.push(command);
			isOpen = true;
			addWord(command, text);
		} else if (groups.comment !== undefined) {
			if (last?.line === line) last.comment = text;
		} else if (groups.end !== undefined || groups.operator !== undefined) {
			isOpen = false;
		}
		line += text.split('\n').length - 1;
	}
	return commands;
}

function addWord(command: Command, text: string): void {
	const word = text.replace(
		/"((?:\\[^]|[^"\\])*)"|'([^']*)'|\\([^])/g,
		(_all, double, single, escaped) => String(double ?? single ?? escaped),
	);
	const [, name, value] = ASSIGNMENT.exec(word) ?? [];
	if (command.words.length === 0 && name !== undefined) command.variables.push([name, value ?? '']);
	else command.words.push(word);
}

/** What is typed in a transcript: the lines behind a prompt, the others left empty. */
export const typedIn = (transcript: string) =>
	transcript
		.split('\n')
		.map((row) => /^\$ (.*)$/.exec(row)?.[1] ?? '')
		.join('\n');

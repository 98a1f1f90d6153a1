/** Reads shell commands as far as the documentation uses them. */

export interface Command {
	/** Position in the text, from 0. */
	line: number;
	/** `NAME=value` before the program. */
	variables: Array<[name: string, value: string]>;
	/** The program and its arguments, without quotes. */
	words: string[];
	/** The comment after a `#`. */
	comment: string;
}

const TOKEN =
	/(?<gap>\\\n|[^\S\n]+)|(?<end>\n)|(?<comment>#[^\n]*)|(?<operator>&&|\|\||[;|&])|(?<word>(?:"(?:\\[^]|[^"\\])*"|'[^']*'|\\[^]|[<>]&|[^\s;|&"'\\])+)|(?<other>[^])/g;

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/** The commands of a script. Commands joined by `&&`, `|` and similar signs are separate. */
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

/** The input lines of a transcript, which follow a prompt. The other lines become empty. */
export const typedIn = (transcript: string) =>
	transcript
		.split('\n')
		.map((row) => /^\$ (.*)$/.exec(row)?.[1] ?? '')
		.join('\n');

/** Checks that the commands of a page are real: scripts, programs, flags, paths and variables. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { FILES, finding, FOLDERS, ROOT, textOf } from './pages.mts';
import type { Page } from './pages.mts';
import { readCommands, typedIn } from './shell.mts';
import type { Command } from './shell.mts';

const PACKAGE = JSON.parse(textOf('package.json')) as {
	name: string;
	version: string;
	scripts: Record<string, string>;
};

/** External programs that a page can tell the reader to run. */
const OTHER_PROGRAMS =
	'apt apt-get cat cd chmod cp curl docker export gh git mkdir n8n openssl perl rm sudo tar xargs'.split(
		' ',
	);

/** npm's own commands, and the npm flags that matter here. */
const NPM_COMMANDS =
	'audit ci config deprecate install ls pack publish uninstall update version view'.split(' ');
const NPM_FLAGS =
	'-g --global --help --ignore-scripts --legacy-peer-deps --no-audit --no-fund --no-git-tag-version --prefix --save-dev --silent -s'.split(
		' ',
	);

/** Prefixes of variables that n8n, Node.js and others read. */
const OTHER_VARIABLES =
	/^(?:N8N|NODE|DB|QUEUE|EXECUTIONS|OFFLOAD|GENERIC|WEBHOOK|DOCKER|npm)_|^(?:HTTPS?_PROXY|NO_PROXY|PATH|TZ)$/;

/** Names in a command without a tracked file, because they are created on the reader's machine. */
function isMade(file: string): boolean {
	return spawnSync('git', ['check-ignore', '-q', '--', file], { cwd: ROOT }).status === 0;
}

/** Whether the tests or programs of the repository read the variable. */
function isRead(variable: string): boolean {
	const used = new RegExp(String.raw`\bprocess\.env\.${variable}\b|\$\{?${variable}\b`);
	return [...FILES].some((file) => /\.[cm]?[jt]s$/.test(file) && used.test(textOf(file)));
}

const helps = new Map<string, string>();

/** The help of each program, read once. */
function helpOf(program: readonly string[]): string {
	const key = program.join(' ');
	const { stdout, stderr } = helps.has(key)
		? { stdout: helps.get(key) ?? '', stderr: '' }
		: spawnSync(process.execPath, [...program, '--help'], { cwd: ROOT, encoding: 'utf8' });
	helps.set(key, stdout + stderr);
	return stdout + stderr;
}

const binOf = (name: string) => path.join(ROOT, 'node_modules/.bin', name);

/** The text about flags of one of our programs: its help, or its source when it has no help. */
function usageOfFile(file: string): string {
	const source = textOf(file);
	if (/\bparseArgs\(/.test(source)) return helpOf([binOf('tsx'), file]);
	return [...source.matchAll(/'(--[\w-]+)'/g)].map(([, flag]) => flag).join(' ');
}

/** It passes its flags to the program that it starts. */
const LAUNCHER = ['exec', 'tools/build/launch.mjs', '--no-build'];

/**
 * The program at the end of a script of package.json: its file, or the name of an external program.
 */
function programOf(script: string): { file?: string; bin?: string } {
	const { words } = readCommands(PACKAGE.scripts[script] ?? '').at(-1) ?? { words: [] };
	const [program = '', first = ''] = words.filter((word) => !LAUNCHER.includes(word));
	return ['node', 'tsx'].includes(program) ? { file: first } : { bin: program };
}

function usageOfScript(script: string): string {
	const { file, bin = '' } = programOf(script);
	return file === undefined ? helpOf([binOf(bin)]) : usageOfFile(file);
}

/** The scripts that start one of our programs with flags. */
const scriptsWithFlags = () =>
	Object.keys(PACKAGE.scripts).filter((script) => {
		const { file } = programOf(script);
		return file !== undefined && usageOfFile(file).includes('--');
	});

/** `--exclude=x` and `--outputFile.json=x` are the flags --exclude and --outputFile. */
const flagName = (word: string) => word.replace(/[=.].*$/s, '');

const knowsFlag = (usage: string, flag: string) =>
	new RegExp(String.raw`(?:^|[\s,])${flag}(?![\w-])`, 'm').test(usage);

const flagsIn = (words: readonly string[]) =>
	words.filter((word) => /^-{1,2}[a-z]/i.test(word)).map(flagName);

function unknownFlags(words: readonly string[], what: string, usage: () => string): string[] {
	return flagsIn(words)
		.filter((flag) => !knowsFlag(usage(), flag))
		.map((flag) => `${what} does not know ${flag}`);
}

/** Words that look like the name of a file in the repository. */
const PATH = /^(?:\.{1,2}\/)?[\w.-]+(?:\/[\w.-]+)+\/?$|^[\w.-]+\.(?:[cm]?[jt]s|json|md|csv|tgz)$/;

function pathFaults(words: readonly string[]): string[] {
	return words.flatMap((word) => {
		const value = word.replace(/^-[\w.-]+=/, '');
		const tarball = /^(?:\.\/)?n8n-nodes-alipay-(.*)\.tgz$/.exec(value);
		if (tarball) {
			return tarball[1] === PACKAGE.version ? [] : [`${value} is not ${PACKAGE.version}`];
		}
		if (!PATH.test(value)) return [];
		const file = path.posix.normalize(value).replace(/\/$/, '');
		if (file.startsWith('..')) return [`${value} is outside the repository`];
		return FILES.has(file) || FOLDERS.has(file) || isMade(file) ? [] : [`there is no ${value}`];
	});
}

function scriptFaults(script: string, words: readonly string[], comment: string): string[] {
	if (PACKAGE.scripts[script] === undefined) return [`package.json has no script ${script}`];
	const dashes = words.indexOf('--');
	const before = dashes < 0 ? words : words.slice(0, dashes);
	const after = dashes < 0 ? [] : words.slice(dashes + 1);
	const told = comment.match(/(?<![\w-])--[a-z][\w-]*/g) ?? [];
	return [
		...flagsIn(before)
			.filter((flag) => flag !== '--silent' && flag !== '-s')
			.map((flag) => `npm keeps ${flag} for itself: it belongs behind --`),
		...unknownFlags([...after, ...told], `npm run ${script}`, () => usageOfScript(script)),
		...pathFaults(after),
	];
}

function npmFaults(words: readonly string[], comment: string): string[] {
	const [command = '', ...rest] = words;
	if (command === 'run') return scriptFaults(rest[0] ?? '', rest.slice(1), comment);
	if (['start', 'test'].includes(command)) return scriptFaults(command, rest, comment);
	if (!NPM_COMMANDS.includes(command)) return [`npm has no command ${command}`];
	const versions = rest
		.map((word) => /^n8n-nodes-alipay@(\d.*)$/.exec(word)?.[1] ?? PACKAGE.version)
		.filter((version) => version !== PACKAGE.version)
		.map((version) => `${version} is not ${PACKAGE.version}`);
	const flags = unknownFlags(rest, 'this project', () => NPM_FLAGS.join(' '));
	return [...flags, ...versions, ...pathFaults(rest)];
}

function npxFaults(words: readonly string[]): string[] {
	const at = words.findIndex((word) => !word.startsWith('-'));
	const program = (words[at] ?? '').replace(/(?<=.)@[^/]*$/, '');
	const rest = words.slice(at + 1);
	if (program === 'n8n') return [];
	if (existsSync(binOf(program))) {
		const usage = () => helpOf([binOf(program)]);
		return [...unknownFlags(rest, program, usage), ...pathFaults(rest)];
	}
	const isInstalled =
		/^(?:@[\w-]+\/)?[\w-]+$/.test(program) &&
		existsSync(path.join(ROOT, 'node_modules', program, 'package.json'));
	return isInstalled ? pathFaults(rest) : [`npx finds no program ${program}`];
}

function nodeFaults([file = '', ...rest]: readonly string[]): string[] {
	// A flag of Node.js, such as --version.
	if (file === '' || file.startsWith('-')) return [];
	const faults = pathFaults([`./${path.posix.normalize(file)}`]);
	if (faults.length > 0 || !FILES.has(path.posix.normalize(file))) return faults;
	return unknownFlags(rest, file, () => usageOfFile(path.posix.normalize(file)));
}

function programFaults({ words, comment }: Command): string[] {
	const [program = '', ...rest] = words;
	if (program === '') return [];
	if (program === 'npm') return npmFaults(rest, comment);
	if (program === 'npx') return npxFaults(rest);
	if (program === 'node') return nodeFaults(rest);
	const bin = /^(?:\.\/)?node_modules\/\.bin\/([\w-]+)$/.exec(program)?.[1];
	if (bin !== undefined) return npxFaults([bin, ...rest]);
	if (OTHER_PROGRAMS.includes(program)) return [];
	if (FILES.has(path.posix.normalize(program))) return [];
	return [`the program ${program} is unknown`];
}

function variableFaults({ variables }: Pick<Command, 'variables'>): string[] {
	return variables.flatMap(([name, value]) => {
		if (OTHER_VARIABLES.test(name)) return [];
		return isRead(name) ? pathFaults([value]) : [`no program reads the variable ${name}`];
	});
}

/** The problems in the commands of a script, each with its line from 0. */
export function scriptTextFaults(script: string): Array<{ line: number; fault: string }> {
	return readCommands(script).flatMap((command) =>
		[...variableFaults(command), ...programFaults(command)].map((fault) => ({
			line: command.line,
			fault,
		})),
	);
}

const isCommand = (text: string) => /^(?:[A-Z_]+=\S+ )*(?:npm|npx|node) /.test(text);

function spanFaults(text: string, before: string): string[] {
	if (isCommand(text)) return scriptTextFaults(text).map(({ fault }) => fault);
	const [, flag] = /^(--[a-z][\w-]*)/.exec(text) ?? [];
	if (flag !== undefined) {
		const usages = [NPM_FLAGS.join(' '), ...scriptsWithFlags().map(usageOfScript)];
		return usages.some((usage) => knowsFlag(usage, flag)) ? [] : [`no program knows ${flag}`];
	}
	const isVariable = /^[A-Z][A-Z\d_]+$/.test(text) && /\bvariable\s+$/.test(before);
	const assigned = /^([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)=(.*)$/.exec(text);
	if (assigned) return variableFaults({ variables: [[assigned[1] ?? '', assigned[2] ?? '']] });
	return isVariable ? variableFaults({ variables: [[text, '']] }) : [];
}

/** A file or folder of the repository, by the end of its path: `state.ts`, `unit/`. */
const NAMED = /^(?:[\w.-]+\/)*(?:[\w-]+(?:\.[\w-]+)*\.(?:[cm]?[jt]s|json|md|csv)|[\w.-]+\/)$/;

/** The files whose whole text the page shows: "`file`:" comes before a block of code. */
const shownInFull = ({ spans, fences }: Page) =>
	spans.filter((span) => fences.some(({ line }) => line === span.line + 2)).map(({ text }) => text);

/** Names of files and folders within a sentence. Readers look for them. */
export function nameFaults(page: Page): string[] {
	const all = [...FILES, ...FOLDERS, ...shownInFull(page)];
	const isThere = (name: string) =>
		all.some((one) => one === name || one.endsWith(`/${name}`)) || isMade(name);
	return page.spans
		.filter(({ text }) => NAMED.test(text) && !isThere(text.replace(/\/$/, '')))
		.map((span) => finding(page, span, `there is no ${span.text}`));
}

export function commandFaults(page: Page): string[] {
	const inFences = page.fences.flatMap(({ line, info, text }) => {
		if (!['bash', 'sh', 'console'].includes(info)) return [];
		const script = info === 'console' ? typedIn(text) : text;
		return scriptTextFaults(script).map(({ line: at, fault }) =>
			// The text begins on the line after the fence.
			finding(page, { line: line + 1 + at }, fault),
		);
	});
	const inSpans = page.spans.flatMap((span) =>
		spanFaults(span.text, span.before).map((fault) => finding(page, span, fault)),
	);
	return [...inFences, ...inSpans];
}

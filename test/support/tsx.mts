/** Runs the project's TypeScript programs as their npm scripts do. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
	exitCode: number | null;
	stdout: string;
	stderr: string;
}

/**
 * Runs it from the project's root, in one process; sends SIGTERM when `stopAt` appears in its
 * output.
 */
export async function runTsx(args: string[], stopAt?: string): Promise<Run> {
	const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const run: Run = { exitCode: null, stdout: '', stderr: '' };
	child.stdout.on('data', (chunk: Buffer) => {
		run.stdout += chunk.toString();
		if (stopAt !== undefined && run.stdout.includes(stopAt)) child.kill('SIGTERM');
	});
	child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
	return await new Promise((resolve) =>
		child.on('close', (exitCode) => resolve({ ...run, exitCode })),
	);
}

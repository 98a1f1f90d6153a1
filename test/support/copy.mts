/**
 * A copy of the checkout for tests that change files: what git would commit, the built package, and
 * a link to the installed packages.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Otherwise the copy would look changed since it was installed and built. */
const AS_OLD = { preserveTimestamps: true };

export interface Copy {
	folder: string;
	/** Runs a program there; throws with its output when it fails. */
	run: (command: string, ...args: string[]) => string;
	remove: () => void;
}

/** Without vitest's variables, because with them n8n's lint treats every file as a test file. */
const env = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => !/^(NODE_ENV|VITEST.*|TEST)$/.test(name)),
);

export function copyCheckout(): Copy {
	const place = mkdtempSync(path.join(tmpdir(), 'alipay-copy-'));
	const folder = path.join(place, 'checkout');
	const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
		cwd: ROOT,
	});
	for (const file of listed.toString().split('\0').filter(Boolean)) {
		const source = path.join(ROOT, file);
		if (existsSync(source)) cpSync(source, path.join(folder, file), AS_OLD);
	}
	cpSync(path.join(ROOT, 'dist'), path.join(folder, 'dist'), { recursive: true, ...AS_OLD });
	symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
	return {
		folder,
		run(command, ...args) {
			try {
				const options = { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' } as const;
				return execFileSync(command, args, options);
			} catch (error) {
				const { stdout, stderr } = error as { stdout: string; stderr: string };
				throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
			}
		},
		remove: () => rmSync(place, { recursive: true, force: true }),
	};
}

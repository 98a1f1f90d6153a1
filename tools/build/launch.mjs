/**
 * Sets up the checkout, then runs one of its TypeScript programs:
 * `node tools/build/launch.mjs tools/sandbox/main.mts --port 5679`. With `--no-build` before the program, it
 * does not build the package.
 */
import { setUp } from './setup.mjs';

try {
	// Without this, the program would outlive npm. A program started by hand may outlive the shell.
	if (process.env.npm_lifecycle_event) await import('./orphan.mjs');
	const flags = process.argv[2] === '--no-build' ? process.argv.splice(2, 1) : [];
	await setUp(flags);
	const { tsImport } = await import('tsx/esm/api');
	// Removed from argv, so that the program finds its arguments at the usual place.
	const [program] = process.argv.splice(2, 1);
	await tsImport(`../../${program}`, import.meta.url);
} catch (error) {
	console.error(`\n✗ ${/** @type {Error} */ (error).message}`);
	process.exitCode = 1;
}

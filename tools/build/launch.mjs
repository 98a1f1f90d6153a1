/**
 * Makes the checkout ready, then runs one of its programs, which are TypeScript:
 * `node tools/build/launch.mjs tools/sandbox/main.mts --port 5679`.
 */
import { setUp } from './setup.mjs';

try {
	await setUp();
	const { tsImport } = await import('tsx/esm/api');
	// Out of argv, so that the program finds its own arguments where any program does.
	const [program] = process.argv.splice(2, 1);
	await tsImport(`../../${program}`, import.meta.url);
} catch (error) {
	console.error(`\n✗ ${/** @type {Error} */ (error).message}`);
	process.exitCode = 1;
}

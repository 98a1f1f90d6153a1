/** `npm run verify`: makes the checkout ready, then runs the checks, which are TypeScript. */
import { setUp } from './setup.mjs';

try {
	await setUp();
	const { tsImport } = await import('tsx/esm/api');
	await tsImport('./verify/main.mts', import.meta.url);
} catch (error) {
	console.error(`\n✗ ${/** @type {Error} */ (error).message}`);
	process.exitCode = 1;
}

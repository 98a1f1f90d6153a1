/** `npm run demo`: makes the checkout ready, then runs the demo, which is TypeScript. */
import { setUp } from './setup.mjs';

try {
	await setUp();
	const { tsImport } = await import('tsx/esm/api');
	await tsImport('./demo/main.mts', import.meta.url);
} catch (error) {
	console.error(`\n✗ ${/** @type {Error} */ (error).message}`);
	process.exitCode = 1;
}

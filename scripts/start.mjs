/** `npm start`: makes the checkout ready, then starts n8n; that program is TypeScript. */
import { setUp } from './setup.mjs';

try {
	await setUp();
	const { tsImport } = await import('tsx/esm/api');
	await tsImport('../n8n/main.mts', import.meta.url);
} catch (error) {
	console.error(`\n✗ ${/** @type {Error} */ (error).message}`);
	process.exitCode = 1;
}

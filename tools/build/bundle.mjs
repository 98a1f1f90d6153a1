/**
 * Runs after `n8n-node build`. Bundles each entry of package.json's "n8n" with its code and libraries,
 * because a verified node has no run-time dependencies. Removes the other files that the compiler wrote.
 * n8n itself provides the external modules.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { writeSchemas } from './schemas.mjs';

const PROVIDED_BY_N8N = ['n8n-workflow', 'luxon'];
const LICENSES = 'dist/THIRD_PARTY_LICENSES.txt';

const require = createRequire(import.meta.url);
const { n8n } = /** @type {{ n8n: { credentials: string[], nodes: string[] } }} */ (
	require('../../package.json')
);
const entries = [...n8n.credentials, ...n8n.nodes];

await writeSchemas('dist');

const { metafile } = await build({
	entryPoints: entries,
	outdir: 'dist',
	outbase: 'dist',
	allowOverwrite: true,
	bundle: true,
	format: 'cjs',
	platform: 'node',
	target: 'node20',
	// Use the ES modules of a library: the CommonJS wrapper uses `globalThis`, which n8n's scanner refuses.
	conditions: ['import'],
	external: PROVIDED_BY_N8N,
	// A node does not write to the console. The warnings of a library would fail n8n's scanner.
	drop: ['console'],
	legalComments: 'inline',
	metafile: true,
	logLevel: 'warning',
});

/** The files that the package needs besides the entries. */
const KEEP = [/icons[\\/].*\.svg$/, /\.node\.json$/, /__schema__[\\/].*\.json$/];

for (const file of await readdir('dist', { recursive: true, withFileTypes: true })) {
	const name = path.join(file.parentPath, file.name);
	const isEntry = entries.some((entry) => path.normalize(entry) === name);
	if (file.isFile() && !isEntry && !KEEP.some((pattern) => pattern.test(name))) await rm(name);
}
await removeEmptyFolders('dist');
await writeFile(LICENSES, await licensesOf(Object.keys(metafile.inputs)));

/** @param {string} folder */
async function removeEmptyFolders(folder) {
	for (const child of await readdir(folder, { withFileTypes: true })) {
		if (child.isDirectory()) await removeEmptyFolders(path.join(folder, child.name));
	}
	if ((await readdir(folder)).length === 0) await rm(folder, { recursive: true });
}

/** @param {string[]} inputs the files in the bundles */
async function licensesOf(inputs) {
	const packages = new Set(
		inputs.map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]),
	);
	packages.delete(undefined);
	const texts = await Promise.all(
		[...packages].sort().map(async (name) => {
			const folder = path.join('node_modules', String(name));
			const { version, license } = /** @type {{ version: string, license: string }} */ (
				JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
			);
			const file = (await readdir(folder)).find((candidate) => /^licen[cs]e/i.test(candidate));
			if (!file) throw new Error(`${name} is bundled but has no license file`);
			return `${name} ${version} (${license})\n\n${await readFile(path.join(folder, file), 'utf8')}`;
		}),
	);
	return `This package contains code of:\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Packs the package, and creates an `npm` that gives it to n8n in place of the registry. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../build/setup.mjs';
import { N8N_FOLDER } from './install.mts';

export const PACKAGE = 'n8n-nodes-alipay';

const REGISTRY = fileURLToPath(new URL('registry.mjs', import.meta.url));

export interface Tarball {
	version: string;
	/** SHA-256 of the file. If it changes, n8n must install the package again. */
	digest: string;
	/** For n8n's process: a folder to put first in its PATH, and variables for the `npm` in it. */
	binFolder: string;
	env: Record<string, string>;
}

/** Packs the built package as `npm publish` does. */
export async function packTarball(): Promise<Tarball> {
	const binFolder = path.join(N8N_FOLDER, 'bin');
	mkdirSync(binFolder, { recursive: true });
	const printed = await npm(['pack', '--json', '--pack-destination', N8N_FOLDER]);
	const [packed] = JSON.parse(printed) as [{ filename: string; version: string }];
	const file = path.join(N8N_FOLDER, packed.filename);
	const shim = path.join(binFolder, 'npm');
	writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${REGISTRY}" "$@"\n`);
	chmodSync(shim, 0o755);
	return {
		version: packed.version,
		digest: createHash('sha256').update(readFileSync(file)).digest('hex'),
		binFolder,
		env: {
			ALIPAY_TARBALL: file,
			ALIPAY_VERSION: packed.version,
			REAL_PATH: process.env.PATH ?? '',
		},
	};
}

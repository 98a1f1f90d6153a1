import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

const folders: string[] = [];
afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, which is deleted after the last test of the current file. */
export function temporaryFolder(name: string): string {
	const folder = mkdtempSync(path.join(tmpdir(), `alipay-${name}-`));
	folders.push(folder);
	return folder;
}

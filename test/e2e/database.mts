/** n8n's database as it lies on the disk. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Installation } from '../../tools/sandbox/install.mts';

/** Prints every row of every table as a line of JSON. */
const PRINT = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
	for (const { name } of tables) {
		const rows = database.prepare('SELECT * FROM "' + name + '"').iterate();
		for (const row of rows) process.stdout.write(name + ' ' + JSON.stringify(row) + '\\n');
	}
`;

/** Everything that is stored: each row as the name of its table and its columns in JSON. */
export function storedRows(home: string, { node }: Installation): string[] {
	const file = path.join(home, '.n8n/database.sqlite');
	const args = ['--no-warnings', '-e', PRINT, file];
	return execFileSync(node, args, { encoding: 'utf8', maxBuffer: 1e9 }).trim().split('\n');
}

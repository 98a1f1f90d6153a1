/** n8n's database as it is on the disk. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Installation } from '../../tools/sandbox/install.mts';

/** Prints every row of every table as a line of JSON. */
const PRINT = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	database.exec('PRAGMA busy_timeout = 30000');
	const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
	for (const { name } of tables) {
		const rows = database.prepare('SELECT * FROM "' + name + '"').iterate();
		for (const row of rows) process.stdout.write(name + ' ' + JSON.stringify(row) + '\\n');
	}
`;

/** Replaces the static data of a workflow with the JSON of its third argument. */
const REPLACE = `
	const { DatabaseSync } = require('node:sqlite');
	const [, file, id, json] = process.argv;
	const database = new DatabaseSync(file);
	database.exec('PRAGMA busy_timeout = 10000');
	database.prepare('UPDATE workflow_entity SET staticData = ? WHERE id = ?').run(json, id);
`;

const fileOf = (home: string) => path.join(home, '.n8n/database.sqlite');

/**
 * Imitates the passing of time for a trigger, because n8n has no other way to change the stored
 * state. The workflow must not be active, because n8n would then use the copy in its memory.
 */
export function storeStaticData(
	home: string,
	{ node }: Installation,
	workflowId: string,
	staticData: object,
) {
	const args = ['--no-warnings', '-e', REPLACE, fileOf(home), workflowId];
	execFileSync(node, [...args, JSON.stringify(staticData)]);
}

/** Everything that is stored: each row as the name of its table and its columns in JSON. */
export function storedRows(home: string, { node }: Installation): string[] {
	const args = ['--no-warnings', '-e', PRINT, fileOf(home)];
	return execFileSync(node, args, { encoding: 'utf8', maxBuffer: 1e9 }).trim().split('\n');
}

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enterHome } from '../../tools/sandbox/home.mts';

let folder: string;
beforeEach(() => {
	folder = path.join(mkdtempSync(path.join(tmpdir(), 'alipay-home-')), 'home');
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

const put = (name: string) => {
	mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
	writeFileSync(path.join(folder, name), 'something');
};
const has = (name: string) => existsSync(path.join(folder, name));

/** A start that ends at once. */
function visit(reset = false) {
	const home = enterHome(folder, reset);
	home.leave();
	return home;
}

describe('the folder of npm start', () => {
	it('is created when it is missing, with an account that the next start finds', () => {
		const { state } = visit();
		expect(state.account.password).toMatch(/^A1[0-9a-f]{12}$/);
		expect(visit().state).toEqual(state);
		expect(statSync(path.join(folder, 'start.json')).mode & 0o777).toBe(0o600);
	});

	it('is refused when it contains other files, which stay as they are', () => {
		put('.n8n/database.sqlite');
		for (const reset of [false, true]) {
			expect(() => visit(reset)).toThrow(
				/contains files that are not from npm start\. .* npm start -- --data DIR/,
			);
		}
		expect(has('.n8n/database.sqlite')).toBe(true);
		expect(has('start.json')).toBe(false);
	});

	it('loses the files of an earlier start, and keeps the user’s own files', () => {
		const { state } = visit();
		for (const name of ['.n8n/database.sqlite', 'start-5678.log', 'notes.txt']) put(name);
		expect(visit(true).state.account).not.toEqual(state.account);
		expect(['.n8n', 'start-5678.log', 'notes.txt'].filter(has)).toEqual(['notes.txt']);
	});

	it('can be used by one start at a time', () => {
		const home = enterHome(folder, false);
		put('.n8n/database.sqlite');
		expect(() => enterHome(folder, true)).toThrow(
			`npm start already uses ${folder} (process ${process.pid})`,
		);
		expect(has('.n8n/database.sqlite')).toBe(true);
		home.leave();
		visit();
	});

	it('is free again after a start was killed', () => {
		visit();
		// Above the highest process ID of Linux.
		writeFileSync(path.join(folder, 'start.pid'), '4194305');
		visit();
	});

	it('reports what to do with a damaged file', () => {
		visit();
		put('start.json');
		expect(() => visit()).toThrow(/start\.json is damaged\. .*npm start -- --reset/);
		visit(true);
	});
});

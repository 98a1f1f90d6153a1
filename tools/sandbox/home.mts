/** The folder where `npm start` keeps n8n's data and its own state. */
import { randomBytes } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from './client.mts';

/** What `npm start` created in n8n, to find it again at the next start. */
export interface State {
	account: Account;
	credentialId?: string;
	/** Workflow ids by example file. */
	workflows: Record<string, string>;
	/** The digest of the package that n8n installed. */
	digest?: string;
}

export interface Home {
	folder: string;
	/** The file with `state`. */
	file: string;
	state: State;
	/** Writes `state` to the file. */
	save: () => void;
	/** Releases the folder for another `npm start`. */
	leave: () => void;
}

/** Marks a folder that belongs to `npm start`. */
const STATE = 'start.json';
const RUNNING = 'start.pid';
/** The files that `npm start` and n8n write. */
const OURS = /^(\.n8n|\.cache|start-\d+\.log|start\.json)$/;

/**
 * Opens a folder that is new, empty or from an earlier start. Refuses any other folder, and a folder that
 * another `npm start` uses, without changing it. `reset` first removes the files of earlier starts, and
 * only these.
 */
export function enterHome(folder: string, reset: boolean): Home {
	const file = path.join(folder, STATE);
	mkdirSync(folder, { recursive: true });
	if (readdirSync(folder).length > 0 && !existsSync(file)) {
		throw new Error(
			`${folder} contains files that are not from npm start. Use a new or empty folder: npm start -- --data DIR`,
		);
	}
	const state = !reset && existsSync(file) ? read(file) : newState();
	const leave = lock(path.join(folder, RUNNING));
	if (reset) {
		for (const name of readdirSync(folder).filter((entry) => OURS.test(entry))) {
			rmSync(path.join(folder, name), { recursive: true });
		}
	}
	const save = () => {
		// Replaced in one step and readable only by its owner, because it contains a password.
		writeFileSync(`${file}.new`, JSON.stringify(state, null, '\t'), { mode: 0o600 });
		renameSync(`${file}.new`, file);
	};
	save();
	return { folder, file, state, save, leave };
}

const newState = (): State => ({
	account: { email: 'owner@example.com', password: `A1${randomBytes(6).toString('hex')}` },
	workflows: {},
});

function read(file: string): State {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as State;
	} catch {
		throw new Error(
			`${file} is damaged. To start again without the old data, run: npm start -- --reset`,
		);
	}
}

/** Locks the folder against a second process. Returns a function that removes the lock. */
function lock(file: string): () => void {
	// If two processes start at once, only one can create the file.
	const take = () => writeFileSync(file, String(process.pid), { flag: 'wx' });
	try {
		take();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		const pid = Number(readFileSync(file, 'utf8'));
		if (pid > 0 && isRunning(pid)) {
			throw new Error(
				`npm start already uses ${path.dirname(file)} (process ${pid}). Stop that process, or use another folder: npm start -- --data DIR. If process ${pid} is not npm start, delete ${file}.`,
			);
		}
		// Left by a process that was killed.
		rmSync(file, { force: true });
		take();
	}
	return () => rmSync(file, { force: true });
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** The folder in which `npm start` keeps n8n's data, and what it remembers of its own doing there. */
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

/** What was made in n8n, to find it again at the next start. */
export interface State {
	account: Account;
	credentialId?: string;
	/** Workflow ids by example file. */
	workflows: Record<string, string>;
	/** Of the package that n8n installed. */
	digest?: string;
}

export interface Home {
	folder: string;
	/** Where `state` is kept. */
	file: string;
	state: State;
	/** Writes `state` down. */
	save: () => void;
	/** Lets another `npm start` have the folder. */
	leave: () => void;
}

/** Marks a folder as one of `npm start`. */
const STATE = 'start.json';
const RUNNING = 'start.pid';
/** What `npm start` and n8n put there. */
const OURS = /^(\.n8n|\.cache|start-\d+\.log|start\.json)$/;

/**
 * Takes a folder that is new, empty or of an earlier start; another is refused untouched, as is one
 * that another `npm start` uses. With `reset` what earlier starts left there is removed first, and
 * nothing else.
 */
export function enterHome(folder: string, reset: boolean): Home {
	const file = path.join(folder, STATE);
	mkdirSync(folder, { recursive: true });
	if (readdirSync(folder).length > 0 && !existsSync(file)) {
		throw new Error(
			`${folder} holds something else than the data of npm start. Name a new or empty folder: npm start -- --data DIR`,
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
		// In one piece, and for its owner alone: it holds a password.
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
		throw new Error(`${file} cannot be read. npm start -- --reset begins anew.`);
	}
}

/** Keeps a second process out; returns what lets it in again. */
function lock(file: string): () => void {
	// Of two that begin at once only one can make the file.
	const take = () => writeFileSync(file, String(process.pid), { flag: 'wx' });
	try {
		take();
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		const pid = Number(readFileSync(file, 'utf8'));
		if (pid > 0 && isRunning(pid)) {
			throw new Error(
				`npm start runs over ${path.dirname(file)} already (process ${pid}). Stop that one, or name another folder: npm start -- --data DIR. If process ${pid} is no npm start, delete ${file}.`,
			);
		}
		// Left by one that was killed.
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

/**
 * Redis and PostgreSQL for n8n's queue mode: separate processes on loopback, with their data in a
 * temporary folder.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import {
	chownSync,
	existsSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../tools/sandbox/server.mts';

export interface Services {
	/** The settings with which n8n uses them, the same for the main process and the workers. */
	env: Record<string, string>;
	/** Ends both and removes their data. */
	close: () => Promise<void>;
}

const START_MS = 30_000;

/** Rejects with the packages to install when a program is missing. */
export async function startServices(): Promise<Services> {
	const onPath = (process.env.PATH ?? '').split(path.delimiter);
	const redis = program('redis-server', onPath);
	const postgres = program('initdb', [...debianFolders(), ...onPath]);
	const stops: Array<() => Promise<void>> = [];
	const close = async () => {
		for (const stop of stops.splice(0).reverse()) await stop();
	};
	try {
		const redisPort = await startRedis(redis, stops);
		const postgresPort = await startPostgres(path.dirname(postgres), stops);
		return {
			env: {
				QUEUE_BULL_REDIS_HOST: '127.0.0.1',
				QUEUE_BULL_REDIS_PORT: String(redisPort),
				DB_TYPE: 'postgresdb',
				DB_POSTGRESDB_HOST: '127.0.0.1',
				DB_POSTGRESDB_PORT: String(postgresPort),
				DB_POSTGRESDB_DATABASE: 'postgres',
				DB_POSTGRESDB_USER: 'n8n',
				DB_POSTGRESDB_PASSWORD: 'not-needed',
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

function program(name: string, folders: string[]): string {
	const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
	if (found) return found;
	throw new Error(
		`${name} was not found. The tests of the queue mode start their own Redis and PostgreSQL: ` +
			'install both (Debian and Ubuntu: apt install redis-server postgresql). They need not be running.',
	);
}

/** Debian keeps PostgreSQL's programs off the PATH; the newest release comes first. */
function debianFolders(): string[] {
	const root = '/usr/lib/postgresql';
	const releases = existsSync(root) ? readdirSync(root).map(Number).filter(Boolean) : [];
	return releases.sort((a, b) => b - a).map((release) => path.join(root, String(release), 'bin'));
}

async function startRedis(command: string, stops: Array<() => Promise<void>>): Promise<number> {
	const folder = temporaryFolder(stops);
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
	await start({
		command,
		folder,
		stops,
		stopSignal: 'SIGTERM',
		args: [...args, '--save', '', '--appendonly', 'no'],
		isReady: async () => await respondsToPing(port),
	});
	return port;
}

async function startPostgres(bin: string, stops: Array<() => Promise<void>>): Promise<number> {
	const folder = temporaryFolder(stops);
	const user = ordinaryUser();
	if (user) chownSync(folder, user.uid, user.gid);
	const data = path.join(folder, 'data');
	const options = { ...user, cwd: folder };
	const run = promisify(execFile);
	const login = ['-U', 'n8n', '--auth', 'trust'];
	const args = ['-D', data, ...login, '-E', 'UTF8', '--no-locale', '--no-sync'];
	await run(path.join(bin, 'initdb'), args, options);
	const port = await freePort();
	const settings = {
		listen_addresses: '127.0.0.1',
		unix_socket_directories: folder,
		// The data can be lost with the machine.
		fsync: 'off',
	};
	await start({
		command: path.join(bin, 'postgres'),
		args: [
			...['-D', data, '-p', String(port)],
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		],
		folder,
		options,
		stops,
		// "Fast": it closes its connections and writes its files.
		stopSignal: 'SIGINT',
		isReady: async () => {
			const address = ['-h', '127.0.0.1', '-p', String(port)];
			return await run(path.join(bin, 'pg_isready'), address).then(
				() => true,
				() => false,
			);
		},
	});
	return port;
}

/** PostgreSQL refuses to run as root, and its Debian package creates a user for it. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

function temporaryFolder(stops: Array<() => Promise<void>>): string {
	// Not in the checkout, which another user may not be able to enter.
	const folder = mkdtempSync(path.join(tmpdir(), 'n8n-queue-'));
	stops.push(async () => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

interface Program {
	command: string;
	args: string[];
	/** Receives its log. */
	folder: string;
	options?: SpawnOptions;
	isReady: () => Promise<boolean>;
	stopSignal: NodeJS.Signals;
	stops: Array<() => Promise<void>>;
}

/** Starts it and waits until it serves. Rejects with its log. */
async function start({ command, args, folder, options, isReady, stopSignal, stops }: Program) {
	const logFile = path.join(folder, 'log');
	const log = openSync(logFile, 'a');
	const child = spawn(command, args, { cwd: folder, ...options, stdio: ['ignore', log, log] });
	const ended = once(child, 'exit');
	stops.push(async () => {
		child.kill(stopSignal);
		await ended;
	});
	for (const end = Date.now() + START_MS; !(await isReady()); await delay(100)) {
		if (child.exitCode === null && Date.now() < end) continue;
		throw new Error(`${command} did not start:\n${readFileSync(logFile, 'utf8')}`);
	}
}

async function respondsToPing(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		socket.write('PING\r\n');
		const [response] = await once(socket, 'data');
		return String(response).startsWith('+PONG');
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

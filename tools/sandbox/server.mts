/** Starts and stops n8n processes: an editor with its database, or a worker in queue mode. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from './install.mts';
import type { Tarball } from './tarball.mts';

interface ServerOptions {
	installation: Installation;
	tarball: Tarball;
	/** Where n8n keeps `.n8n`: database, key, community packages. */
	home: string;
	/** Default: any free port of 127.0.0.1. */
	port?: number;
	/** Default `start`, the editor. In queue mode, `worker` runs executions and `webhook` receives requests. */
	command?: 'start' | 'worker' | 'webhook';
	/** Other settings of n8n. They override the defaults. */
	env?: Record<string, string>;
	/** Options of Node.js for n8n's own process. */
	nodeOptions?: readonly string[];
	/** Stops the start. */
	signal?: AbortSignal;
}

export interface Server {
	url: string;
	pid: number;
	/** The output of n8n so far, and the file that contains it. */
	log: () => string;
	logFile: string;
	/** Sends SIGTERM and waits; sends SIGKILL after `patienceMs` (default 30 s). */
	stop: (patienceMs?: number) => Promise<void>;
	/** Sends SIGKILL, as in a crash. */
	kill: () => Promise<void>;
	/** Resolves when the process has ended for any reason. */
	ended: Promise<void>;
}

/** Long enough for a cold disk, with two processes starting at once. */
const START_MS = 180_000;

const LOCAL = {
	// Forms redirect to the sign-in page on this host, and a session is valid for one host only.
	N8N_HOST: '127.0.0.1',
	// Safari does not keep a secure cookie from an http address, not even from this machine.
	N8N_SECURE_COOKIE: 'false',
	// Requests to the simulator must not go through the operator's proxy.
	no_proxy: [process.env.no_proxy ?? process.env.NO_PROXY, '127.0.0.1', 'localhost']
		.filter(Boolean)
		.join(),
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	// Allows community packages that n8n has not verified. n8n plans to change the default.
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
};

/** Without this, n8n's process group would outlive a killed `npm start`. */
const ORPHAN = new URL('../build/orphan.mjs', import.meta.url).href;

/** Starts n8n on 127.0.0.1 and waits until it is ready. Rejects with the end of its log. */
export async function startN8n(options: ServerOptions): Promise<Server> {
	const { installation, home, command = 'start', nodeOptions = [] } = options;
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	mkdirSync(home, { recursive: true });
	const logFile = path.join(home, `${command}-${port}.log`);
	const log = () => readFileSync(logFile, 'utf8');
	const output = openSync(logFile, 'w');
	const args = [...nodeOptions, '--import', ORPHAN, installation.command, command];
	const child = spawn(installation.node, args, {
		cwd: home,
		env: environmentOf(options, port, await freePort()),
		stdio: ['ignore', output, output],
		// A terminal sends Ctrl-C to the whole process group. n8n must get the signal once, from this process.
		detached: true,
	});
	closeSync(output);
	await once(child, 'spawn');
	const { pid = 0 } = child;
	const ended = once(child, 'exit').then(() => undefined);
	// n8n has its own process group, which would outlive this process.
	const killOnExit = () => killGroup(child);
	process.once('exit', killOnExit);
	void ended.then(() => process.off('exit', killOnExit));
	const server: Server = {
		url,
		pid,
		log,
		logFile,
		ended,
		stop: async (patienceMs = 30_000) => {
			child.kill('SIGTERM');
			await Promise.race([ended, delay(patienceMs, undefined, { ref: false })]);
			await server.kill();
			// n8n writes the editor's files at each start. n8n's lint would check a thousand of them.
			rmSync(path.join(home, '.cache'), { recursive: true, force: true });
		},
		kill: async () => {
			killGroup(child);
			await ended;
		},
	};
	const gone = new AbortController();
	void ended.then(() => gone.abort());
	const signal = AbortSignal.any([gone.signal, ...(options.signal ? [options.signal] : [])]);
	try {
		// In n8n 1.x, /healthz/readiness succeeds before the routes exist.
		await ready(url + (command === 'start' ? '/rest/settings' : '/healthz'), signal);
	} catch {
		// n8n may be in the middle of its migrations.
		await server.stop();
		options.signal?.throwIfAborted();
		throw new Error(`n8n did not start. The end of ${logFile}:\n${tail(log())}`);
	}
	return server;
}

/** The environment of the process: the caller's settings override the others; settings of another n8n are removed. */
function environmentOf(
	{ installation, tarball, home, env }: ServerOptions,
	port: number,
	brokerPort: number,
) {
	return {
		...inherited(),
		...LOCAL,
		...tarball.env,
		PATH: [tarball.binFolder, path.dirname(installation.node), process.env.PATH].join(':'),
		N8N_USER_FOLDER: home,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		// The only HTTP endpoint of a worker.
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		...env,
	};
}

/** The process and the task runners it started. */
function killGroup({ pid }: ChildProcess) {
	try {
		if (pid) process.kill(-pid, 'SIGKILL');
	} catch {
		// All processes of the group have ended.
	}
}

async function ready(address: string, signal: AbortSignal) {
	for (const end = Date.now() + START_MS; Date.now() < end; ) {
		// JSON, because n8n serves an HTML page "n8n is starting up" before it is ready.
		const isReady = await fetch(address, { signal }).then(
			(response) => response.ok && Boolean(response.headers.get('content-type')?.includes('json')),
			() => false,
		);
		if (isReady) return;
		await delay(250, undefined, { signal });
	}
	throw new Error('n8n took too long');
}

/** Settings of another n8n, and variables that npm and vitest set for their child processes. */
const FOREIGN =
	/^(N8N|DB|QUEUE|EXECUTIONS|CREDENTIALS|EXTERNAL|GENERIC|NODES|WEBHOOK|WORKFLOWS|NODE_FUNCTION|VITEST|npm)_|^(NODE_(ENV|OPTIONS|PATH|CONFIG_DIR)|E2E_TESTS|NO_PROXY|TZ)$/;

const inherited = () =>
	Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));

/** A free port of 127.0.0.1. */
export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}

const tail = (text: string) => text.trim().split('\n').slice(-20).join('\n');

/** Starts and stops n8n processes: an editor with its database, or a worker of the queue mode. */
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
	/** Default `start`, the editor; `worker` takes executions from the queue. */
	command?: 'start' | 'worker';
	/** Further settings of n8n; they win. */
	env?: Record<string, string>;
	/** Gives the start up. */
	signal?: AbortSignal;
}

export interface Server {
	url: string;
	/** What n8n printed so far, and the file that holds it. */
	log: () => string;
	logFile: string;
	/** Asks it to end, as Ctrl-C does, and waits; SIGKILL after `patienceMs` (default 30 s). */
	stop: (patienceMs?: number) => Promise<void>;
	/** SIGKILL: no farewell, as in a crash. */
	kill: () => Promise<void>;
	/** Settles when the process has ended, for whatever reason. */
	ended: Promise<void>;
}

/** From a cold disk and with two of them starting at once. */
const START_MS = 180_000;

const LOCAL = {
	// Forms send to the sign-in under this name, and a session holds for one name only.
	N8N_HOST: '127.0.0.1',
	// Safari keeps no secure cookie of an http address, not even of this machine's.
	N8N_SECURE_COOKIE: 'false',
	// The simulator is not to be found behind the operator's proxy.
	no_proxy: [process.env.no_proxy ?? process.env.NO_PROXY, '127.0.0.1', 'localhost']
		.filter(Boolean)
		.join(),
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	// Community packages that n8n did not review; the default is to change.
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
};

/** Starts n8n on 127.0.0.1 and waits until it serves. Rejects with the end of its log. */
export async function startN8n(options: ServerOptions): Promise<Server> {
	const { installation, home, command = 'start' } = options;
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	mkdirSync(home, { recursive: true });
	const logFile = path.join(home, `${command}-${port}.log`);
	const log = () => readFileSync(logFile, 'utf8');
	const output = openSync(logFile, 'w');
	const child = spawn(installation.node, [installation.command, command], {
		cwd: home,
		env: environmentOf(options, port, await freePort()),
		stdio: ['ignore', output, output],
		// Ctrl-C reaches the whole group of a terminal; n8n shall hear of it once, from us.
		detached: true,
	});
	closeSync(output);
	await once(child, 'spawn');
	const ended = once(child, 'exit').then(() => undefined);
	// A group of its own outlives us unless somebody ends it.
	const leaveNothing = () => killGroup(child);
	process.once('exit', leaveNothing);
	void ended.then(() => process.off('exit', leaveNothing));
	const server: Server = {
		url,
		log,
		logFile,
		ended,
		stop: async (patienceMs = 30_000) => {
			child.kill('SIGTERM');
			await Promise.race([ended, delay(patienceMs, undefined, { ref: false })]);
			await server.kill();
			// The editor's files, written anew at each start: n8n's lint would go through a thousand of them.
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
		// In the 1.x line /healthz/readiness is content before the routes are there.
		await ready(url + (command === 'start' ? '/rest/settings' : '/healthz'), signal);
	} catch {
		// It may be in the middle of its migrations.
		await server.stop();
		options.signal?.throwIfAborted();
		throw new Error(`n8n did not start. The end of ${logFile}:\n${tail(log())}`);
	}
	return server;
}

/** What the process sees: the caller's settings win, those of another n8n are left out. */
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
		// A worker serves nothing but this.
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
		// Nobody of the group is left.
	}
}

async function ready(address: string, signal: AbortSignal) {
	for (const end = Date.now() + START_MS; Date.now() < end; ) {
		// JSON, since a page says "n8n is starting up" meanwhile.
		const served = await fetch(address, { signal }).then(
			(answer) => answer.ok && Boolean(answer.headers.get('content-type')?.includes('json')),
			() => false,
		);
		if (served) return;
		await delay(250, undefined, { signal });
	}
	throw new Error('n8n took too long');
}

/** Settings of another n8n, and what npm and vitest give to what they start. */
const FOREIGN =
	/^(N8N|DB|QUEUE|EXECUTIONS|CREDENTIALS|EXTERNAL|GENERIC|NODES|WEBHOOK|WORKFLOWS|NODE_FUNCTION|VITEST|npm)_|^(NODE_(ENV|OPTIONS|PATH|CONFIG_DIR)|E2E_TESTS|NO_PROXY|TZ)$/;

const inherited = () =>
	Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));

/** A port of 127.0.0.1 that nobody listens on right now. */
export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}

const tail = (text: string) => text.trim().split('\n').slice(-20).join('\n');

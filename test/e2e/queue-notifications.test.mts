/**
 * Notifications in n8n's queue mode: a main process and a webhook process receive them, and two
 * workers run them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installN8n, N8N_FOLDER, NEWEST } from '../../tools/sandbox/install.mts';
import { startN8n } from '../../tools/sandbox/server.mts';
import type { Server } from '../../tools/sandbox/server.mts';
import { watch } from '../support/leaks.mts';
import {
	executions,
	heardBy,
	itemOf,
	notify,
	openListener,
	registered,
	SUCCESS,
} from './notifications.mts';
import { startServices } from './services.mts';
import type { Services } from './services.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

let services: Services;
let stage: Stage;
let webhooks: Server;
const processes: Array<Server & { home: string }> = [];

beforeAll(async () => {
	services = await startServices();
	const env = {
		...services.env,
		EXECUTIONS_MODE: 'queue',
		// All processes must share it.
		N8N_ENCRYPTION_KEY: 'only-for-tests',
		N8N_REINSTALL_MISSING_PACKAGES: 'true',
	};
	stage = await openStage({ env });
	const installation = await installN8n(NEWEST);
	for (const command of ['worker', 'worker', 'webhook'] as const) {
		const home = mkdtempSync(path.join(N8N_FOLDER, 'test-'));
		const server = await startN8n({ installation, tarball: stage.tarball, home, command, env });
		processes.push({ ...server, home });
		webhooks = server;
	}
});

afterAll(async () => {
	await Promise.all(processes.map(async (server) => await server.stop()));
	for (const server of processes) watch('the log of a process', server.log());
	await stage?.close();
	await services?.close();
	for (const { home } of processes) rmSync(home, { recursive: true, force: true });
});

/** The same webhook, of the main process and of the webhook process. */
async function open(name: string) {
	const listener = await openListener(stage, name);
	const other = webhooks.url + new URL(listener.url).pathname;
	await registered(other);
	return { listener, urls: [listener.url, other] as const };
}

it('each process returns success, and a worker runs the execution', async () => {
	const { listener, urls } = await open('Taken by both');
	for (const url of urls) expect(heardBy(await notify(stage, url))).toEqual(SUCCESS);
	const items = (await executions(stage, listener, 2)).map(itemOf);
	expect(items).toMatchObject([{ status: 'CLOSED' }, { status: 'CLOSED' }]);
});

it('a repeated notification to the other process starts nothing', async () => {
	const { listener, urls } = await open('Repeated');
	const [main, other] = urls;
	for (const [first, second] of [
		[main, other],
		[other, main],
	] as const) {
		const { notifyId } = await notify(stage, first);
		// Alipay waits at least two minutes; within a second the other process may not know of it
		// yet.
		await delay(5_000);
		expect(heardBy(await notify(stage, second, { notifyId }))).toEqual(SUCCESS);
	}
	// The later ones prove that nothing is still on its way.
	await notify(stage, main);
	expect(await executions(stage, listener, 3)).toHaveLength(3);
});

it('a forged notification is refused by both', async () => {
	const { urls } = await open('Forged');
	for (const url of urls) {
		const { status } = heardBy(await notify(stage, url, { forgery: 'changed-amount' }));
		expect(status).toBe(401);
	}
});

it('the same notification to both at once starts at most one execution in each', async () => {
	const { listener, urls } = await open('At once');
	const { notifyId } = await notify(stage, 'http://127.0.0.1:1/');
	const heard = await Promise.all(
		[...urls, ...urls].map(async (url) => heardBy(await notify(stage, url, { notifyId }))),
	);
	expect(heard).toEqual(heard.map(() => SUCCESS));
	await notify(stage, urls[0]);
	const count = (await executions(stage, listener, 2)).length - 1;
	console.log(`The same notification four times at two processes at once: ${count} executions`);
	expect(count).toBeGreaterThanOrEqual(1);
	expect(count).toBeLessThanOrEqual(2);
});

/** `npm start`, as a new user runs it. */
import { execSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { N8nClient } from '../../tools/sandbox/client.mts';
import { N8N_FOLDER } from '../../tools/sandbox/install.mts';
import { freePort } from '../../tools/sandbox/server.mts';

const START = [
	fileURLToPath(new URL('../../tools/build/launch.mjs', import.meta.url)),
	'tools/sandbox/main.mts',
];

let data: string;
beforeAll(() => {
	data = mkdtempSync(path.join(N8N_FOLDER, 'test-start-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
	await Promise.all(stops.splice(0).map(async (stop) => await stop()));
});

/** Runs it; `said` resolves to its output once that contains the text or it has ended. */
function start(...flags: string[]) {
	const child = spawn(process.execPath, [...START, '--data', path.join(data, 'home'), ...flags]);
	let output = '';
	const ended = once(child, 'close').then(([code]) => code as number | null);
	stops.push(async () => {
		child.kill('SIGINT');
		await ended;
	});
	return {
		ended,
		interrupt: () => child.kill('SIGINT'),
		kill: () => child.kill('SIGKILL'),
		said: async (text: string) =>
			await new Promise<string>((resolve) => {
				const look = (chunk: Buffer | string) => {
					output += String(chunk);
					if (output.includes(text)) resolve(output);
				};
				child.stdout.on('data', look);
				child.stderr.on('data', look);
				void ended.then(() => resolve(output));
			}),
	};
}

/** Starts it and signs in as its guide says. */
async function startAndSignIn(port: number, ...flags: string[]) {
	const run = start('--port', String(port), ...flags);
	const guide = await run.said('To stop, press Ctrl-C');
	const [, url = '', email = '', password = ''] =
		/ready: (\S+)[^]*sign in: (\S+), password (\S+)/.exec(guide) ?? [];
	expect(guide).toContain('is ready');
	const client = new N8nClient(url);
	await client.signIn({ email, password });
	const workflows = [...guide.matchAll(/\/workflow\/(\w+) {2}\((.*)\)/g)];
	const ids = Object.fromEntries(workflows.map(([, id, file]) => [file ?? '', id ?? ''] as const));
	return { ...run, client, guide, ids };
}

/** Executes an example manually and returns the number of good rows and failed rows. */
async function execute(client: N8nClient, workflowId: string) {
	const { items } = await client.ended(await client.begin(workflowId, 'Rows'));
	return [items('Answers').length, items('Failed rows').length];
}

it('serves the examples, ends on Ctrl-C, continues later with its data, and deletes them on request', async () => {
	const port = await freePort();
	const first = await startAndSignIn(port);
	const id = first.ids['00-query-rows.json'] as string;
	const counts = await execute(first.client, id);
	expect(counts[0]).toBeGreaterThan(0);
	await first.client.call('PATCH', `/rest/workflows/${id}`, { name: 'Mine' });
	first.interrupt();
	expect(await first.ended).toBe(0);
	await expect(fetch(first.client.url)).rejects.toThrow();

	const began = Date.now();
	const second = await startAndSignIn(port);
	console.log(`The second start took ${Math.round((Date.now() - began) / 1000)} s`);
	expect(second.ids).toEqual(first.ids);
	expect(await second.client.call('GET', `/rest/workflows/${id}`)).toMatchObject({ name: 'Mine' });
	// The simulator has another port now; the credential follows.
	expect(await execute(second.client, id)).toEqual(counts);
	// As printed, in another terminal.
	const [, command = ''] = /(npm run simulator -- settle .*)/.exec(second.guide) ?? [];
	execSync(command);
	const sentAt = Date.now();
	expect(await second.said('Group chat')).toMatch(
		/Alipay sent notification trade_status_sync: 200 success[^]*Group chat {2}Alipay: a red-packet operation is now CLOSED/,
	);
	console.log(`The message came ${Date.now() - sentAt} ms after the command`);
	second.interrupt();
	expect(await second.ended).toBe(0);

	const third = await startAndSignIn(port, '--reset');
	expect(third.ids).not.toEqual(first.ids);
	expect(await third.client.hasWorkflow(id)).toBe(false);
}, 240_000);

it('can be stopped during its first start, and starts again', async () => {
	const port = await freePort();
	const folder = path.join(data, 'broken-off');
	const first = start('--data', folder, '--port', String(port));
	await first.said('Starting n8n');
	first.interrupt();
	expect(await first.said('Stopped')).not.toContain('✗');
	expect(await first.ended).toBe(0);
	await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
	await startAndSignIn(port, '--data', folder, '--reset');
});

it('leaves no n8n behind when it is killed', async () => {
	const port = await freePort();
	const folder = path.join(data, 'killed');
	const run = await startAndSignIn(port, '--data', folder);
	run.kill();
	await expect
		.poll(async () => await fetch(`http://127.0.0.1:${port}`).then(() => 'responds', String), {
			timeout: 30_000,
		})
		.toContain('fetch failed');
}, 240_000);

describe('refuses with a solution', () => {
	it('a port in use', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		stops.push(async () => server.close());
		const { port } = server.address() as AddressInfo;
		const { said, ended } = start('--port', String(port));
		expect(await said('npm start -- --port')).toMatch(
			`Another program uses port ${port}. It may be another n8n. Stop it, or use another port: npm start -- --port ${port + 1}`,
		);
		expect(await ended).toBe(1);
	});

	it.each([
		[['--port', 'high'], '--port: "high" is not a port. Use a number from 1 to 65535.'],
		[['--prot', '5678'], "Unknown option '--prot'"],
	])('the flags %j', async (flags, words) => {
		const { said, ended } = start(...flags);
		expect(await said(words)).toContain(words);
		expect(await ended).toBe(1);
	});

	it('a folder with other files', async () => {
		const folder = path.join(data, 'photos');
		mkdirSync(folder);
		writeFileSync(path.join(folder, 'holiday.jpg'), '');
		const { said, ended } = start('--data', folder, '--reset', '--port', String(await freePort()));
		expect(await said('npm start -- --data')).toContain(
			`${folder} contains files that are not from npm start`,
		);
		expect(await ended).toBe(1);
		expect(readdirSync(folder)).toEqual(['holiday.jpg']);
	});
});

/**
 * `npm start`: n8n's editor on this machine with the node installed, the simulator as its Alipay, a
 * credential for it and the example workflows, until Ctrl-C.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startSimulator } from '../simulator/gateway.mts';
import { N8nClient } from './client.mts';
import type { Account } from './client.mts';
import { examples } from './examples.mts';
import { installN8n, N8N_FOLDER, NEWEST } from './install.mts';
import { startN8n } from './server.mts';
import { packTarball, PACKAGE } from './tarball.mts';
import type { Tarball } from './tarball.mts';

const USAGE = `Usage: npm start -- [options]

n8n ${NEWEST} on this machine with the Alipay node in it, and the simulator as its Alipay.

Options
  --port N     port of the editor (default 5678)
  --data DIR   where n8n keeps its data (default .n8n/home)
  --reset      forget the workflows, credentials and executions of earlier starts
  --help       show this`;

const CREDENTIAL = 'Alipay API (simulator)';

/** What this program made in n8n, kept beside its data, to find it again at the next start. */
interface State {
	account: Account;
	credentialId?: string;
	/** Workflow ids by example file. */
	workflows: Record<string, string>;
	/** Of the package that n8n installed. */
	digest?: string;
}

const say = (text = '') => console.log(text);

async function main() {
	const { port, data: home, reset, help } = flags();
	if (help) return say(USAGE);
	await requirePort(port);
	if (reset) forget(home);

	const installation = await installN8n(NEWEST);
	const tarball = await packTarball();
	const stop = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => stop.abort());
	}
	const simulator = await startSimulator({
		onRequest: ({ number, numbers, outcome }) => say(`  Alipay #${number}  ${numbers}  ${outcome}`),
	});
	try {
		say('… Starting n8n (about 15 s)');
		const server = await startN8n({
			...{ installation, tarball, home, port },
			signal: stop.signal,
		});
		try {
			const client = new N8nClient(server.url);
			const state = await prepare(client, tarball, { ...simulator.credential }, home);
			if (!stop.signal.aborted) {
				say(guide(server.url, state));
				await Promise.race([once(stop.signal, 'abort'), server.ended]);
			}
			if (!stop.signal.aborted) throw new Error(`n8n ended by itself. Its log: ${server.logFile}`);
		} finally {
			say('\n… Stopping n8n and the simulator');
			await server.stop();
		}
	} catch (error) {
		// What was under way when somebody ended it has no news for them.
		if (!stop.signal.aborted) throw error;
	} finally {
		await simulator.close();
	}
	say('✓ Stopped. npm start goes on where you left off; npm start -- --reset begins anew.');
}

function flags() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '5678' },
			data: { type: 'string', default: path.join(N8N_FOLDER, 'home') },
			reset: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const port = Number(values.port);
	if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
		throw new Error(`--port: "${values.port}" is no port. Give a number from 1 to 65535.`);
	}
	return { ...values, port, data: path.resolve(values.data) };
}

const stateFile = (home: string) => path.join(home, 'start.json');

/** Removes the data of earlier starts, and nothing that is not: the folder may be any. */
function forget(home: string) {
	if (!existsSync(home)) return;
	if (!existsSync(stateFile(home))) {
		throw new Error(
			`${home} holds no data of npm start. Remove it yourself, or name another --data.`,
		);
	}
	rmSync(home, { recursive: true });
}

/** Says so before anything is installed, not after. */
async function requirePort(port: number) {
	const probe = createServer();
	try {
		probe.listen(port, '127.0.0.1');
		await once(probe, 'listening');
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new Error(
			code === 'EADDRINUSE'
				? `Port ${port} is taken, perhaps by another n8n. Stop that, or choose another: npm start -- --port ${port + 1}`
				: `Port ${port} cannot be used (${code}). Choose another: npm start -- --port 5679`,
		);
	}
	probe.close();
	await once(probe, 'close');
}

/** Brings package, credential and examples into n8n, each unless it is there; resolves to what is. */
async function prepare(
	client: N8nClient,
	tarball: Tarball,
	simulator: object,
	home: string,
): Promise<State> {
	const file = stateFile(home);
	const state: State = existsSync(file)
		? JSON.parse(readFileSync(file, 'utf8'))
		: {
				account: { email: 'owner@example.com', password: `A1${randomBytes(6).toString('hex')}` },
				workflows: {},
			};
	const save = () => writeFileSync(file, JSON.stringify(state, null, '\t'), { mode: 0o600 });
	save();
	await client.signIn(state.account).catch((error: Error) => {
		throw new Error(
			`${error.message}\nThe account of ${file} does not fit. If you changed it in n8n, write it there; npm start -- --reset begins anew.`,
		);
	});

	if (state.digest !== tarball.digest) {
		say(`… Installing ${PACKAGE} ${tarball.version} in n8n`);
		if (await client.hasPackage(PACKAGE)) await client.uninstallPackage(PACKAGE);
		await client.installPackage(PACKAGE, tarball.version);
		state.digest = tarball.digest;
		save();
	}

	// The simulator listens on another port each time.
	const data = { ...simulator, allowedHttpRequestDomains: 'domains', allowedDomains: '127.0.0.1' };
	const credential = await client.saveCredential(state.credentialId, CREDENTIAL, 'alipayApi', data);
	state.credentialId = credential.id;
	save();

	for (const [file, workflow] of examples(credential)) {
		const id = state.workflows[file];
		if (id && (await client.hasWorkflow(id))) continue;
		state.workflows[file] = await client.createWorkflow(workflow);
		save();
	}
	return state;
}

const guide = (url: string, { account, workflows }: State) => `
✓ n8n ${NEWEST} is ready: ${url}

  1. Open it and sign in: ${account.email}, password ${account.password}
  2. Open an example and click "Execute workflow":
${Object.entries(workflows)
	.map(([file, id]) => `       ${url}/workflow/${id}  (${file})`)
	.join('\n')}
  3. Double-click the Alipay node: its output, and the faulty rows on the error branch.

  The credential "${CREDENTIAL}" asks the simulator; each request shows here. Numbers for every
  answer, outage and forgery: npm run simulator -- --help. End with Ctrl-C.
`;

await main();

/**
 * `npm start`: n8n's editor on this machine with the node installed, the simulator as its Alipay, a
 * credential for it and the example workflows, until Ctrl-C.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startSimulator } from '../simulator/gateway.mts';
import { N8nClient } from './client.mts';
import { examples } from './examples.mts';
import { enterHome } from './home.mts';
import type { Home, State } from './home.mts';
import { installN8n, N8N_FOLDER, NEWEST } from './install.mts';
import type { Installation } from './install.mts';
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

const say = (text = '') => console.log(text);

async function main() {
	const { port, data, reset, help } = flags();
	if (help) {
		say(USAGE);
		return;
	}
	// Now, and not only after minutes of installing.
	await requirePort(port);
	const home = enterHome(data, reset);
	const stop = new AbortController();
	try {
		const installation = await installN8n(NEWEST);
		const tarball = await packTarball();
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
			process.on(signal, () => stop.abort());
		}
		await serve({ installation, tarball, home, port, signal: stop.signal });
	} catch (error) {
		// What was under way when somebody ended it has no news for them.
		if (!stop.signal.aborted) throw error;
	} finally {
		home.leave();
	}
	say('✓ Stopped. npm start goes on where you left off; npm start -- --reset begins anew.');
}

/** The simulator and n8n, until the signal or n8n's own end. */
async function serve({ installation, tarball, home, port, signal }: Service) {
	const simulator = await startSimulator({
		onRequest: ({ number, numbers, outcome }) => say(`  Alipay #${number}  ${numbers}  ${outcome}`),
	});
	try {
		say('… Starting n8n (about 15 s)');
		await requirePort(port);
		const server = await startN8n({ installation, tarball, home: home.folder, port, signal });
		try {
			await prepare(new N8nClient(server.url), tarball, { ...simulator.credential }, home);
			if (signal.aborted) return;
			say(guide(server.url, home.state));
			const isUnasked = await Promise.race([
				once(signal, 'abort').then(() => false),
				server.ended.then(() => !signal.aborted),
			]);
			if (isUnasked) throw new Error(`n8n ended by itself. Its log: ${server.logFile}`);
		} finally {
			say('\n… Stopping n8n and the simulator');
			await server.stop();
		}
	} finally {
		await simulator.close();
	}
}

interface Service {
	installation: Installation;
	tarball: Tarball;
	home: Home;
	port: number;
	signal: AbortSignal;
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

/** Brings package, credential and examples into n8n, each unless it is there. */
async function prepare(client: N8nClient, tarball: Tarball, simulator: object, home: Home) {
	const { state, save, file } = home;
	await client.signIn(state.account).catch((error: Error) => {
		throw new Error(
			`${error.message}\nThe account of ${file} does not fit. If you changed it in n8n, write it there; npm start -- --reset begins anew.`,
		);
	});

	const isInstalled = await client.hasPackage(PACKAGE);
	if (!isInstalled || state.digest !== tarball.digest) {
		say(`… Installing ${PACKAGE} ${tarball.version} in n8n`);
		if (isInstalled) await client.uninstallPackage(PACKAGE);
		await client.installPackage(PACKAGE, tarball.version);
		state.digest = tarball.digest;
		save();
	}

	// The simulator listens on another port each time.
	const { credentialId } = state;
	const credential = await client.saveCredential(credentialId, CREDENTIAL, 'alipayApi', simulator);
	state.credentialId = credential.id;
	save();

	for (const [name, workflow] of examples(credential)) {
		const id = state.workflows[name];
		if (id && (await client.hasWorkflow(id))) continue;
		state.workflows[name] = await client.createWorkflow(workflow);
		save();
	}
}

const guide = (url: string, { account, workflows }: State) => `
✓ n8n ${NEWEST} is ready: ${url}

  1. Open it and sign in: ${account.email}, password ${account.password}
  2. Open an example and click "Execute workflow". 00, 02, 05 and 07 run as they are; the sticky notes
     of the others say what to set:
${Object.entries(workflows)
	.map(([file, id]) => `       ${url}/workflow/${id}  (${file})`)
	.join('\n')}
  3. Double-click the Alipay node: its output, and the failed rows on the error branch.

  The credential "${CREDENTIAL}" asks the simulator; each request shows here. Numbers for every
  answer, outage and forgery: npm run simulator -- --help. End with Ctrl-C.
`;

await main();

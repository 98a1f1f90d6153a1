/**
 * `npm start`: runs n8n's editor on this machine until Ctrl-C, with the node, the simulator in place of
 * Alipay, a credential for the simulator, and the example workflows.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SAMPLES } from '../simulator/fixtures/couponOperation.mts';
import { startSimulator } from '../simulator/gateway.mts';
import { openChat } from './chat.mts';
import { N8nClient } from './client.mts';
import { example, examples, nodeOf, setChat } from './examples.mts';
import { enterHome } from './home.mts';
import type { Home, State } from './home.mts';
import { installN8n, N8N_FOLDER, NEWEST } from './install.mts';
import type { Installation } from './install.mts';
import { startN8n } from './server.mts';
import { packTarball, PACKAGE } from './tarball.mts';
import type { Tarball } from './tarball.mts';

const USAGE = `Usage: npm start -- [options]

Runs n8n ${NEWEST} on this machine with the Alipay node. The simulator takes the place of Alipay.

Options
  --port N     port of the editor (default 5678)
  --data DIR   folder for n8n's data (default .n8n/home)
  --reset      delete the workflows, credentials and executions of earlier starts
  --help       show this`;

const CREDENTIAL = 'Alipay API (simulator)';

/** This example is published, so that the simulator's notifications start it. */
const NOTIFIED = '12-notification-alert.json';

/** The port of the group chat. It is not the next port after the editor, because n8n uses that one. */
const chatPort = (port: number) => (port < 65_000 ? port + 10 : port - 10);

/** Alipay's time zone, for Poll Times and schedules. n8n's default is New York. */
const CLOCK = { GENERIC_TIMEZONE: process.env.GENERIC_TIMEZONE ?? 'Asia/Shanghai' };

const say = (text = '') => console.log(text);

async function main() {
	const { port, data, reset, help } = flags();
	if (help) {
		say(USAGE);
		return;
	}
	// Checked now, not after minutes of installation.
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
		// After Ctrl-C, an error of the interrupted step does not matter.
		if (!stop.signal.aborted) throw error;
	} finally {
		home.leave();
	}
	say(
		'✓ Stopped. To continue, run: npm start. To delete the data first, run: npm start -- --reset',
	);
}

/** Runs the simulator and n8n until the signal, or until n8n ends. */
async function serve({ installation, tarball, home, port, signal }: Service) {
	await requirePort(chatPort(port));
	const chat = await openChat(chatPort(port), say);
	const simulator = await startSimulator({
		notifyUrl: webhookUrl(port),
		onNotification: ({ kind }, { status, heard }) =>
			say(`  Alipay sent notification ${kind}: ${status ?? 'no response'} ${heard}`),
		onRequest: ({ number, numbers, outcome }) => say(`  Alipay #${number}  ${numbers}  ${outcome}`),
	});
	try {
		say('… Starting n8n (about 15 s)');
		await requirePort(port);
		const folder = home.folder;
		const server = await startN8n({
			installation,
			tarball,
			home: folder,
			port,
			signal,
			env: CLOCK,
		});
		try {
			await prepare(
				new N8nClient(server.url),
				tarball,
				{ ...simulator.credential },
				home,
				chat.url,
			);
			if (signal.aborted) return;
			say(guide(server.url, home.state, simulator.url));
			const endedByItself = await Promise.race([
				once(signal, 'abort').then(() => false),
				server.ended.then(() => !signal.aborted),
			]);
			if (endedByItself)
				throw new Error(`n8n stopped unexpectedly. See its log: ${server.logFile}`);
		} finally {
			say('\n… Stopping n8n and the simulator');
			await server.stop();
		}
	} finally {
		await simulator.close();
		await chat.close();
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
		throw new Error(`--port: "${values.port}" is not a port. Use a number from 1 to 65535.`);
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
				? `Another program uses port ${port}. It may be another n8n. Stop it, or use another port: npm start -- --port ${port + 1}`
				: `Port ${port} cannot be used (${code}). Use another port: npm start -- --port 5679`,
		);
	}
	probe.close();
	await once(probe, 'close');
}

/** Adds the package, the credential and the examples to n8n, each if it is not there yet. */
async function prepare(
	client: N8nClient,
	tarball: Tarball,
	simulator: object,
	home: Home,
	chatUrl: string,
) {
	const { state, save, file } = home;
	await client.signIn(state.account).catch((error: Error) => {
		throw new Error(
			`${error.message}\nn8n refused the account in ${file}. If you changed the account in n8n, change it in this file too. To delete all data, run: npm start -- --reset`,
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

	// The simulator uses a new port at each start.
	const { credentialId } = state;
	const credential = await client.saveCredential(credentialId, CREDENTIAL, 'alipayApi', simulator);
	state.credentialId = credential.id;
	save();

	// n8n shows the newest workflow first.
	for (const [name, workflow] of [...examples(credential)].reverse()) {
		setChat(workflow, chatUrl);
		const id = state.workflows[name];
		if (id && (await client.hasWorkflow(id))) continue;
		state.workflows[name] = await client.createWorkflow(workflow);
		save();
		if (name === NOTIFIED) await client.publish(state.workflows[name]);
	}
}

/** The address where n8n receives the notifications of the published example. */
function webhookUrl(port: number): string {
	const workflow = example(NOTIFIED, { id: '', name: '' });
	const { webhookId } = nodeOf(workflow, 'Alipay Notification Trigger');
	return `http://127.0.0.1:${port}/webhook/${String(webhookId)}/webhook`;
}

const guide = (url: string, { account, workflows }: State, gateway: string) => `
✓ n8n ${NEWEST} is ready: ${url}

  1. Open this address and sign in: ${account.email}, password ${account.password}
  2. Open an example and click "Execute workflow". All examples run without changes, except 03 (Google
     Sheets) and 06 (a language model): their sticky notes tell you what to set. Messages to the group
     chat show here. The examples:
${Object.entries(workflows)
	.sort(([a], [b]) => a.localeCompare(b))
	.map(([file, id]) => `       ${url}/workflow/${id}  (${file})`)
	.join('\n')}
  3. Double-click the Alipay node to see its output. The error output has the failed rows.

  4. Try a notification: example 12 is published. In another terminal, close a red packet:
       npm run simulator -- settle CLOSED ${SAMPLES.initial.auth_no} ${SAMPLES.initial.operation_id} --at ${gateway}
     The example runs within a second. Its message to the group chat shows here.

  The credential "${CREDENTIAL}" uses the simulator. Each request shows here. For the numbers of
  every response, outage and forgery, run: npm run simulator -- --help. To stop, press Ctrl-C.
`;

await main();

/** A real n8n with the packed node, and gateways over TLS, each in its own process. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chain } from '../../sandbox/chain.mts';
import { N8nClient } from '../../sandbox/client.mts';
import type { CredentialReference } from '../../sandbox/client.mts';
import { installN8n, N8N_FOLDER, NEWEST } from '../../sandbox/install.mts';
import { startN8n } from '../../sandbox/server.mts';
import { packTarball, PACKAGE } from '../../sandbox/tarball.mts';
import type { SimulatorCredential } from '../../simulator/gateway.mts';
import { startSimulatorProcess } from '../jobs.mts';
import { cryptoForm } from './ways.mts';

/** The credentials of one gateway, for the ways to look up rows. */
export interface Target {
	/** For the SDK in a Code node. */
	application: SimulatorCredential;
	/** For the Alipay node. */
	alipay: CredentialReference;
	/** For the Crypto node. */
	crypto: CredentialReference;
}

export interface Stand {
	client: N8nClient;
	/** The process of n8n. */
	pid: number;
	/** The id of a workflow that can be opened. */
	opened: string;
	/** The gateways by their latency in ms. */
	targets: ReadonlyMap<number, Target>;
	/** The output of n8n so far. */
	log: () => string;
	/** Stops n8n. */
	stop: () => Promise<void>;
	/** Stops everything and removes its files. */
	close: () => Promise<void>;
}

interface StandOptions {
	latencies: readonly number[];
	/** The number of responses to sign in advance. */
	signedAhead: number;
	/** Options of Node.js for n8n's process. */
	nodeOptions: readonly string[];
}

const ACCOUNT = { email: 'owner@example.com', password: 'Only-for-tests-1' };
const NODE_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export async function openStand({
	latencies,
	signedAhead,
	nodeOptions,
}: StandOptions): Promise<Stand> {
	const closing: Array<() => unknown> = [];
	const close = async () => {
		for (const end of closing.splice(0).reverse()) await end();
	};
	try {
		const installation = await installN8n(NEWEST);
		const tarball = await packTarball();
		const home = mkdtempSync(path.join(N8N_FOLDER, 'bench-'));
		closing.push(() => rmSync(home, { recursive: true, force: true }));
		const gateways = await Promise.all(
			latencies.map(async (ms) => [ms, await startSimulatorProcess(ms, signedAhead)] as const),
		);
		for (const [, gateway] of gateways) closing.push(() => gateway.close());
		const caFile = gateways[0]?.[1].caFile ?? '';
		const server = await startN8n({
			installation,
			tarball,
			home,
			env: {
				NODE_EXTRA_CA_CERTS: caFile,
				NODE_FUNCTION_ALLOW_EXTERNAL: 'alipay-sdk',
				NODE_PATH: NODE_MODULES,
				PATH: [
					runnersNode(home, installation.node, caFile),
					tarball.binFolder,
					process.env.PATH,
				].join(':'),
			},
			nodeOptions,
		});
		closing.push(async () => await server.stop());
		const client = new N8nClient(server.url);
		await client.signIn(ACCOUNT);
		await client.installPackage(PACKAGE, tarball.version);
		const targets = new Map<number, Target>();
		for (const [ms, { credential: application }] of gateways) {
			const save = async (type: string, data: object) =>
				await client.saveCredential(undefined, `${type}, ${ms} ms`, type, data);
			targets.set(ms, {
				application,
				alipay: await save('alipayApi', application),
				crypto: await save('crypto', cryptoForm(application)),
			});
		}
		const opened = await client.createWorkflow(chain('Opened', [{}]));
		const { pid, log, stop } = server;
		return { client, pid, opened, targets, log, stop, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/**
 * A folder with a `node` for n8n's task runner. n8n does not pass NODE_EXTRA_CA_CERTS on to the runner, so
 * this `node` sets it.
 */
function runnersNode(home: string, node: string, caFile: string): string {
	const folder = path.join(home, 'bin');
	mkdirSync(folder);
	const shim = path.join(folder, 'node');
	writeFileSync(shim, `#!/bin/sh\nNODE_EXTRA_CA_CERTS='${caFile}' exec '${node}' "$@"\n`);
	chmodSync(shim, 0o755);
	return folder;
}

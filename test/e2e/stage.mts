/** A new n8n with the packed node in it, signed in, and a simulator with a credential for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { N8nClient } from '../../tools/sandbox/client.mts';
import type { Account, CredentialReference } from '../../tools/sandbox/client.mts';
import { installN8n, N8N_FOLDER, NEWEST } from '../../tools/sandbox/install.mts';
import type { Release } from '../../tools/sandbox/install.mts';
import { startN8n } from '../../tools/sandbox/server.mts';
import { packTarball, PACKAGE } from '../../tools/sandbox/tarball.mts';
import type { Tarball } from '../../tools/sandbox/tarball.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { Simulator, SimulatorOptions } from '../../tools/simulator/gateway.mts';
import { guard, watch } from '../support/leaks.mts';
import { storedRows, storeStaticData } from './database.mts';

export interface StageOptions {
	release?: Release;
	/** Settings of n8n. */
	env?: Record<string, string>;
	simulator?: SimulatorOptions;
}

export interface Stage {
	client: N8nClient;
	simulator: Simulator;
	tarball: Tarball;
	account: Account;
	/** For the form, ready to be saved or tested. */
	form: Record<string, string>;
	/** Saved from `form`. */
	credential: CredentialReference;
	/** The contents of n8n's database. */
	stored: () => string[];
	/** Changes the stored state of an inactive workflow. */
	remember: (workflowId: string, staticData: object) => void;
	/** Stops n8n, or kills it as a crash does, and starts it again with the same database. */
	restart: (options?: { kill?: boolean }) => Promise<void>;
	/** Ends everything and removes its files. */
	close: () => Promise<void>;
}

const ACCOUNT: Account = { email: 'owner@example.com', password: 'Only-for-tests-1' };

// n8n ends with a test run that is stopped. vitest does not allow its workers to exit by
// themselves.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => {
		process.emit('exit', 1);
		process.kill(process.pid, 'SIGKILL');
	});
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
	const installation = await installN8n(options.release ?? NEWEST);
	const tarball = await packTarball();
	const home = mkdtempSync(path.join(N8N_FOLDER, 'test-'));
	const start = { installation, tarball, home, ...(options.env && { env: options.env }) };
	const closing: Array<() => unknown> = [() => rmSync(home, { recursive: true, force: true })];
	const close = async () => {
		for (const end of closing.splice(0).reverse()) await end();
	};
	try {
		const simulator = await startSimulator(options.simulator);
		closing.push(async () => await simulator.close());
		let server = await startN8n(start);
		const stop = async (kill = false) => {
			await (kill ? server.kill() : server.stop());
			watch('the log of n8n', server.log());
		};
		closing.push(async () => await stop());
		const client = new N8nClient(server.url);
		await client.signIn(ACCOUNT);
		await client.installPackage(PACKAGE, tarball.version);
		const form = {
			...simulator.credential,
			// HTTP Request and the check of the Alipay key send to these hosts only.
			allowedHttpRequestDomains: 'domains',
			allowedDomains: '127.0.0.1',
		};
		guard(form);
		const name = 'Alipay API (simulator)';
		const credential = await client.saveCredential(undefined, name, 'alipayApi', form);
		const restart: Stage['restart'] = async ({ kill } = {}) => {
			await stop(kill);
			server = await startN8n({ ...start, port: Number(new URL(client.url).port) });
		};
		const stored = () => storedRows(home, installation);
		const remember = (id: string, staticData: object) =>
			storeStaticData(home, installation, id, staticData);
		const account = ACCOUNT;
		return {
			client,
			simulator,
			tarball,
			account,
			form,
			credential,
			stored,
			remember,
			restart,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** The item of `SAMPLES.closed`, simplified, with its fields in order. */
export const CLOSED_ITEM = {
	status: 'CLOSED',
	operation_type: 'PAY',
	amount: 66,
	total_pay_refund_amount: 0,
	order_title: '开学季红包',
	gmt_trans: '2026-09-01T08:22:40.000+08:00',
	...SAMPLES.closed,
};

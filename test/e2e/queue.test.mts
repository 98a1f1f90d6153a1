/**
 * n8n's queue mode: one main process and two workers, each with a separate folder; Redis and
 * PostgreSQL.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import type { Execution } from '../../tools/sandbox/client.mts';
import { installN8n, N8N_FOLDER, NEWEST } from '../../tools/sandbox/install.mts';
import { startN8n } from '../../tools/sandbox/server.mts';
import type { Server } from '../../tools/sandbox/server.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import { alipayPair, generatedRecord } from '../../tools/simulator/fixtures/couponOperation.mts';
import { wholeItemOf } from '../support/items.mts';
import { watch } from '../support/leaks.mts';
import { BY_ALIPAY_PAIR } from '../support/parameters.mts';
import { startServices } from './services.mts';
import type { Services } from './services.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

/**
 * A worker looks up 20 operations a second, so the limit is the gateway's clock and not the
 * processor, which two workers, the main process, the simulator and the database share.
 */
const LATENCY_MS = 1_000;
const WORKER_CONCURRENCY = 2;
const MEASURED: Load = { executions: 8, count: 40, concurrency: 10 };
/** Lets new processes compile the code that they run. */
const WARM_UP: Load = { executions: 8, count: 40, concurrency: 20 };

/** Of n8n's queue; the defaults are 60 s, 10 s and 30 s. */
const LOCK_MS = 6_000;
const LOCK_RENEWED_EVERY_MS = 1_000;
const STALLED_EVERY_MS = 2_000;
/**
 * How long n8n's main process waits for a stalled job before it gives up. n8n has no setting for
 * it.
 */
const GRACE_MS = 30_000;

const ENV = {
	EXECUTIONS_MODE: 'queue',
	// The main process and the workers must share it.
	N8N_ENCRYPTION_KEY: 'only-for-tests',
	QUEUE_WORKER_LOCK_DURATION: String(LOCK_MS),
	QUEUE_WORKER_LOCK_RENEW_TIME: String(LOCK_RENEWED_EVERY_MS),
	QUEUE_WORKER_STALLED_INTERVAL: String(STALLED_EVERY_MS),
};

/** A workflow called this many times, each time with this many operations. */
interface Load {
	executions: number;
	count: number;
	/** Of the node. */
	concurrency: number;
}

/** The numbers of the operations that one execution looks up: `from` and the `count - 1` after it. */
interface Batch {
	from: number;
	count: number;
}

interface Ended extends Execution {
	stoppedAt: Date;
}

interface Outcome {
	executions: Ended[];
	/** From the first call of the webhook to the end of the last execution. */
	seconds: number;
}

interface Worker extends Server {
	home: string;
}

let services: Services;
let stage: Stage;
let env: Record<string, string>;
const workers: Worker[] = [];

beforeAll(async () => {
	services = await startServices();
	env = { ...services.env, ...ENV };
	stage = await openStage({
		env,
		simulator: { latencyMs: LATENCY_MS, signedAhead: 4_000 },
	});
});

afterAll(async () => {
	await Promise.all(workers.map(async (worker) => await worker.stop()));
	for (const worker of workers) watch('the log of a worker', worker.log());
	await stage?.close();
	await services?.close();
	for (const { home } of workers) rmSync(home, { recursive: true, force: true });
});

async function startWorker(settings: Record<string, string> = {}): Promise<Worker> {
	const home = mkdtempSync(path.join(N8N_FOLDER, 'test-'));
	const server = await startN8n({
		installation: await installN8n(NEWEST),
		tarball: stage.tarball,
		home,
		command: 'worker',
		env: { ...env, N8N_CONCURRENCY_PRODUCTION_LIMIT: String(WORKER_CONCURRENCY), ...settings },
	});
	const worker = { ...server, home };
	workers.push(worker);
	return worker;
}

/** Ids of the executions that the worker began, from its log. */
const begunBy = (worker: Worker): string[] =>
	[...worker.log().matchAll(/Worker started execution (\d+) /g)].map(([, id]) => id ?? '');

/** An active workflow: a webhook that gets numbers, responds at once, and queries each. */
async function publish(name: string, concurrency: number): Promise<string> {
	const workflow = chain(
		name,
		[],
		{
			name: 'Each operation',
			type: 'n8n-nodes-base.splitOut',
			parameters: { fieldToSplitOut: 'body.operations' },
		},
		alipay(stage, {
			...BY_ALIPAY_PAIR,
			simplify: false,
			options: { concurrency },
		}),
	);
	delete workflow.pinData;
	Object.assign(workflow.nodes[0] ?? {}, {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path: name, responseMode: 'onReceived' },
		webhookId: name,
	});
	const id = await stage.client.createWorkflow(workflow);
	await stage.client.publish(id);
	// n8n registers the webhook shortly after it has responded; then its response names POST.
	const hint = async () => {
		const { body } = await stage.client.request('GET', `/webhook/${name}`);
		return (body as { message?: string }).message ?? '';
	};
	await expect.poll(hint, { timeout: 20_000 }).toContain('POST request');
	return id;
}

async function call(name: string, { from, count }: Batch) {
	const operations = Array.from({ length: count }, (_, index) =>
		alipayPair(generatedRecord(from + index)),
	);
	await stage.client.call('POST', `/webhook/${name}`, { from, count, operations });
}

/**
 * Publishes a workflow of that name, calls it once for each batch, and waits until all have ended.
 */
async function run(
	name: string,
	concurrency: number,
	batches: Batch[],
	meanwhile?: (workflowId: string) => Promise<void>,
): Promise<Outcome> {
	const workflowId = await publish(name, concurrency);
	const begin = Date.now();
	await Promise.all(batches.map(async (batch) => await call(name, batch)));
	await meanwhile?.(workflowId);
	const executions = await ends(workflowId, batches.length);
	const end = Math.max(...executions.map(({ stoppedAt }) => stoppedAt.getTime()));
	return { executions, seconds: (end - begin) / 1000 };
}

async function ends(workflowId: string, count: number): Promise<Ended[]> {
	for (const end = Date.now() + 110_000; ; await delay(500)) {
		const executions = await stage.client.executions(workflowId);
		if (executions.length === count && executions.every(({ stoppedAt }) => stoppedAt)) {
			return await Promise.all(
				executions.map(async ({ id, stoppedAt }) => ({
					...(await stage.client.ended(id)),
					stoppedAt: new Date(stoppedAt ?? NaN),
				})),
			);
		}
		if (Date.now() > end) {
			throw new Error(`Not all have ended: ${executions.map(({ status }) => status).join(', ')}`);
		}
	}
}

/**
 * Seconds that the load takes. Measured twice, because other work of the machine can only add to
 * them.
 */
async function measure(name: string): Promise<number[]> {
	await run(`${name}-warm-up`, WARM_UP.concurrency, batches(WARM_UP));
	const times: number[] = [];
	for (const round of [1, 2]) {
		const outcome = await run(`${name}-${round}`, MEASURED.concurrency, batches(MEASURED));
		expectAllRight(outcome, batches(MEASURED));
		times.push(outcome.seconds);
	}
	return times;
}

/** Consecutive batches, so no two executions look up the same operation. */
const batches = ({ executions, count }: Load): Batch[] =>
	Array.from({ length: executions }, (_, index) => ({ from: 1 + index * count, count }));

const batchOf = (execution: Execution): Batch => {
	const { from, count } = execution.items('Start')[0]?.json.body as unknown as Batch;
	return { from, count };
};

/** Every batch was done once, with all of its items. */
function expectAllRight({ executions }: Outcome, expected: Batch[]) {
	expect(executions.map(({ status }) => status)).toEqual(expected.map(() => 'success'));
	const done = executions.map(batchOf).sort((a, b) => a.from - b.from);
	expect(done).toEqual(expected);
	for (const execution of executions) expectRight(execution);
}

/** All of its items, to the last field, compared with the simulator's records. */
function expectRight(execution: Execution) {
	const { from, count } = batchOf(execution);
	const items = execution.items('Alipay').map(({ json }) => json);
	expect(items).toEqual(
		Array.from({ length: count }, (_, index) => wholeItemOf(generatedRecord(from + index))),
	);
}

const numerically = (executionIds: string[]) => executionIds.map(Number).sort((a, b) => a - b);
const ids = (executions: Array<{ id: string }>) => numerically(executions.map(({ id }) => id));
const seconds = (ms: number) => (ms / 1000).toFixed(1);

it('fails on a worker without the package, and runs there after the package is installed in the editor', async () => {
	const worker = await startWorker();
	expect(worker.log()).toContain('some packages are missing');
	const batch = { from: 1, count: 3 };
	const [failed] = (await run('without-package', 10, [batch])).executions;
	expect(failed?.status).toBe('error');
	expect(failed?.error?.message).toBe(`Unrecognized node type: ${PACKAGE}.alipay`);

	await stage.client.uninstallPackage(PACKAGE);
	await stage.client.installPackage(PACKAGE, stage.tarball.version);
	const installed = () => worker.log().includes(`Community package installed: ${PACKAGE}`);
	await expect.poll(installed, { timeout: 60_000 }).toBe(true);
	expectAllRight(await run('with-package', 10, [batch]), [batch]);
});

it('takes about half the time with a second worker, which installs the package as it starts', async () => {
	const one = await measure('one-worker');
	const second = await startWorker({ N8N_REINSTALL_MISSING_PACKAGES: 'true' });
	expect(second.log()).toContain(`Community package installed: ${PACKAGE}`);
	const two = await measure('two-workers');

	const ratio = Math.min(...one) / Math.min(...two);
	const both = (times: number[]) => times.map((time) => time.toFixed(1)).join(' and ');
	console.log(
		`${MEASURED.executions} executions of ${MEASURED.count} items: ` +
			`one worker ${both(one)} s, two ${both(two)} s, ratio ${ratio.toFixed(2)}`,
	);
	// Two at best; six processes on two cores need some tolerance.
	expect(ratio).toBeGreaterThan(1.4);
}, 240_000);

it('spreads 20 executions of 200 items over both workers, each item right to the last field', async () => {
	const load = { executions: 20, count: 200, concurrency: 40 };
	const outcome = await run('spread', load.concurrency, batches(load));
	expectAllRight(outcome, batches(load));
	const shares = workers.map((worker) => {
		const begun = begunBy(worker);
		return outcome.executions.filter(({ id }) => begun.includes(id)).length;
	});
	console.log(
		`20 executions of 200 items: ${shares.join(' and ')}, ${outcome.seconds.toFixed(1)} s`,
	);
	expect(shares[0]! + shares[1]!).toBe(load.executions);
	expect(Math.min(...shares)).toBeGreaterThanOrEqual(5);
});

it('marks executions of a killed worker as failed, stores no wrong item, and completes the rest when called again', async () => {
	const [survivor, victim] = workers as [Worker, Worker];
	const load = { executions: 12, count: 100, concurrency: 20 };
	const half = stage.simulator.totalRequests + (load.executions * load.count) / 2;
	let killedAt = 0;
	let open: string[] = [];
	const { executions } = await run(
		'worker-killed',
		load.concurrency,
		batches(load),
		async (workflowId) => {
			while (stage.simulator.totalRequests < half) await delay(50);
			await victim.kill();
			killedAt = Date.now();
			open = (await stage.client.executions(workflowId))
				.filter(({ stoppedAt }) => !stoppedAt)
				.map(({ id }) => id);
		},
	);

	const begun = begunBy(victim);
	const abandoned = open.filter((id) => begun.includes(id));
	const failed = executions.filter(({ status }) => status !== 'success');
	const done = executions.filter(({ status }) => status === 'success');
	expect(abandoned.length).toBeGreaterThan(0);
	expect(ids(failed)).toEqual(numerically(abandoned));
	for (const { status, error, runs } of failed) {
		expect(status).toBe('error');
		expect(error?.message).toContain('This execution failed to be processed too many times');
		// Not even its trigger data is kept.
		expect([...runs('Start'), ...runs('Alipay')]).toEqual([]);
	}
	for (const execution of done) expectRight(execution);
	const after = failed.map(({ stoppedAt }) => stoppedAt.getTime() - killedAt);
	console.log(
		`Worker killed: ${failed.length} of ${load.executions} executions failed ` +
			`${seconds(Math.min(...after))} to ${seconds(Math.max(...after))} s later`,
	);
	// The lock expires, a check finds the job without it, and the main process waits once more.
	expect(Math.max(...after)).toBeLessThan(LOCK_MS + 2 * STALLED_EVERY_MS + GRACE_MS + 10_000);

	// A query changes nothing at Alipay, so the missing operations are looked up again.
	const arrived = done.map((execution) => batchOf(execution).from);
	const missing = batches(load).filter(({ from }) => !arrived.includes(from));
	expect(missing).toHaveLength(failed.length);
	const again = await run('called-again', load.concurrency, missing);
	expectAllRight(again, missing);
	expect(numerically(begunBy(survivor))).toEqual(expect.arrayContaining(ids(again.executions)));
});

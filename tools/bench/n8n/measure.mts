/** Measures one execution in a real n8n: its time, its cost, and how fast n8n responds to others meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { chain } from '../../sandbox/chain.mts';
import type { N8nClient } from '../../sandbox/client.mts';
import { rowsOf } from '../rows.mts';
import { percentile } from '../report.mts';
import { processorMs, residentMegabytes, treeOf } from './processes.mts';
import { secondsOf } from './ways.mts';
import type { Way } from './ways.mts';

/** The figures are for the process of n8n and its task runner together. */
export type N8nRun = {
	rowsPerSecond: number;
	cpuMsPerRow: number;
	/** The maximum growth of the resident set. */
	peakMegabytes: number;
	/** How long n8n took to respond to /healthz. */
	healthMs: number;
	healthP99Ms: number;
	/** How long n8n took to open a workflow. */
	openMs: number;
	openP99Ms: number;
};

interface N8n {
	client: N8nClient;
	pid: number;
	/** A workflow that a user opens meanwhile. */
	opened: string;
}

export interface Task {
	way: Way;
	rows: number;
	repeated: number;
}

const SAMPLE_MS = 50;
const HEALTH_EVERY_MS = 100;
const OPEN_EVERY_MS = 200;
const PATIENCE_MS = 30 * 60_000;

/** Executes the way with its rows. Throws an Error if a row does not get a status. */
export async function measure(
	{ client, pid, opened }: N8n,
	{ way, rows, repeated }: Task,
): Promise<N8nRun> {
	const id = await client.createWorkflow(chain('Measured', rowsOf(rows, repeated), ...way.nodes));
	const resident = () => treeOf(pid).reduce((sum, one) => sum + residentMegabytes(one), 0);
	const processor = () => treeOf(pid).reduce((sum, one) => sum + processorMs(one), 0);
	const before = { resident: resident(), processor: processor() };
	let peak = before.resident;
	const sampling = setInterval(() => (peak = Math.max(peak, resident())), SAMPLE_MS);
	const ended = new AbortController();
	const probes = [
		probe(async () => await client.request('GET', '/healthz'), HEALTH_EVERY_MS, ended.signal),
		probe(
			async () => await client.request('GET', `/rest/workflows/${opened}`),
			OPEN_EVERY_MS,
			ended.signal,
		),
	] as const;

	const executionId = await client
		.begin(id, 'Start')
		.then(async (started) => {
			await endOf(client, id);
			return started;
		})
		.finally(() => {
			ended.abort();
			clearInterval(sampling);
		});
	const spentMs = processor() - before.processor;
	const [health, open] = await Promise.all(probes);

	const execution = await client.ended(executionId);
	await client.request('POST', '/rest/executions/delete', { ids: [executionId] });
	const succeeded = execution.items(way.results).filter(({ json }) => json.status).length;
	if (succeeded !== rows) {
		const why = execution.error?.message ?? execution.items(way.faults, 1)[0]?.json.error ?? '';
		throw new Error(`Only ${succeeded} of ${rows} rows have a status. ${JSON.stringify(why)}`);
	}
	return {
		rowsPerSecond: rows / secondsOf(execution, way),
		cpuMsPerRow: spentMs / rows,
		peakMegabytes: peak - before.resident,
		healthMs: percentile(health, 50),
		healthP99Ms: percentile(health, 99),
		openMs: percentile(open, 50),
		openP99Ms: percentile(open, 99),
	};
}

/** Waits for the end. Loading the whole execution with its rows, as the editor does, would slow n8n down too much. */
async function endOf(client: N8nClient, workflowId: string): Promise<void> {
	for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(OPEN_EVERY_MS)) {
		// An execution that blocks n8n's thread for long causes "Database is not ready!".
		const listed = await client.executions(workflowId).catch(() => []);
		if (listed.length > 0 && listed.every(({ stoppedAt }) => stoppedAt)) return;
	}
	throw new Error('An execution did not end');
}

/** Sends requests one after another until `ended`. Returns how long each response took, in ms. */
async function probe(request: () => Promise<unknown>, everyMs: number, ended: AbortSignal) {
	const took: number[] = [];
	while (!ended.aborted) {
		const started = performance.now();
		await request().catch(() => undefined);
		took.push(performance.now() - started);
		await delay(everyMs);
	}
	return took;
}

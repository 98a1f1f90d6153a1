/** One measured run of one contender, in a process of its own, after a run to warm up. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Job, Run } from './jobs.mts';
import { CONTENDERS } from './contenders.mts';
import { bulkReference } from '../simulator/bulk.mts';

const WARM_UP_ITEMS = 200;
const LOOP_RESOLUTION_MS = 10;

/** `repeated` of the rows, e.g. 0.5, ask for what another row asks for, too. */
function rowsOf(count: number, repeated: number) {
	const different = Math.round(count * (1 - repeated));
	return Array.from({ length: count }, (_, index) => {
		const { auth_no, operation_id } = bulkReference((index % different) + 1);
		return { auth_no, operation_id };
	});
}

process.once('message', async ({ credential, who, concurrency, items, repeated }: Job) => {
	const look = async (count: number) =>
		await CONTENDERS[who]({ credential, concurrency, rows: rowsOf(count, repeated) });
	await look(Math.min(WARM_UP_ITEMS, items));

	const before = process.memoryUsage.rss();
	const cpu = process.cpuUsage();
	const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
	loop.enable();
	const started = performance.now();
	const answered = await look(items);
	const ms = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	loop.disable();
	if (answered !== items) throw new Error(`${who}: ${answered} of ${items} items have a status`);
	const run: Run = {
		itemsPerSecond: (items / ms) * 1000,
		cpuMsPerItem: (user + system) / 1000 / items,
		// The peak since the process began, in KiB (getrusage).
		peakBytesPerItem: (process.resourceUsage().maxRSS * 1024 - before) / items,
		// The histogram counts its own interval in.
		loopP99Ms: loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS,
	};
	process.send?.(run, () => process.exit());
});

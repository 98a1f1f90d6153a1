/** Measures one run of one contender in its own process, after a warm-up run. */
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Job, Run } from './jobs.mts';
import { CONTENDERS } from './contenders.mts';
import { partsOf } from './profile.mts';
import { rowsOf } from './rows.mts';

const WARM_UP_ITEMS = 200;
const LOOP_RESOLUTION_MS = 10;

async function measure(look: (count: number) => Promise<number>, items: number): Promise<Run> {
	const before = process.memoryUsage.rss();
	let peak = before;
	const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
	const cpu = process.cpuUsage();
	const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
	loop.enable();
	const started = performance.now();
	const succeeded = await look(items);
	const ms = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	loop.disable();
	clearInterval(sampling);
	if (succeeded !== items) throw new Error(`Only ${succeeded} of ${items} items have a status`);
	return {
		itemsPerSecond: (items / ms) * 1000,
		cpuMsPerItem: (user + system) / 1000 / items,
		peakBytesPerItem: (peak - before) / items,
		// The histogram includes its own interval.
		loopP99Ms: loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS,
	};
}

/** The same with V8's profiler. The profiler slows the run down, so only the shares count. */
async function profile(look: (count: number) => Promise<number>, items: number) {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.start');
	await look(items);
	const { profile: taken } = await session.post('Profiler.stop');
	return partsOf(taken, items);
}

const [job] = (await once(process, 'message')) as [Job];
const { credential, who, concurrency, items, repeated, profiled } = job;
const look = async (count: number) =>
	await CONTENDERS[who]({ credential, concurrency, rows: rowsOf(count, repeated) });
await look(Math.min(WARM_UP_ITEMS, items));
const result = profiled ? await profile(look, items) : await measure(look, items);
process.send?.(result, () => process.exit());

/** One measured run of one contender, in a process of its own, after a run to warm up. */
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { alipayPair, generatedNumbers } from '../simulator/fixtures/couponOperation.mts';
import type { Job, Run } from './jobs.mts';
import { CONTENDERS } from './contenders.mts';
import { partsOf } from './profile.mts';

const WARM_UP_ITEMS = 200;
const LOOP_RESOLUTION_MS = 10;

/** `repeated` of the rows, e.g. 0.5, ask for what another row asks for, too. */
function rowsOf(count: number, repeated: number) {
	const different = Math.round(count * (1 - repeated));
	return Array.from({ length: count }, (_, index) =>
		alipayPair(generatedNumbers((index % different) + 1)),
	);
}

async function measure(look: (count: number) => Promise<number>, items: number): Promise<Run> {
	const before = process.memoryUsage.rss();
	let peak = before;
	const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);
	const cpu = process.cpuUsage();
	const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
	loop.enable();
	const started = performance.now();
	const answered = await look(items);
	const ms = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	loop.disable();
	clearInterval(sampling);
	if (answered !== items) throw new Error(`${answered} of ${items} items have a status`);
	return {
		itemsPerSecond: (items / ms) * 1000,
		cpuMsPerItem: (user + system) / 1000 / items,
		peakBytesPerItem: (peak - before) / items,
		// The histogram counts its own interval in.
		loopP99Ms: loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS,
	};
}

/** The same under V8's profiler, which makes it slower: only the shares count. */
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

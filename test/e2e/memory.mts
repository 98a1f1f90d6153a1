/** The memory that n8n itself needs during an action. */
import { childrenOf, commandOf, residentMegabytes } from '../../tools/bench/n8n/processes.mts';

/** The n8n that this process started. */
function n8nProcess(): number {
	const found = childrenOf(process.pid).find((pid) => commandOf(pid).includes('n8n/bin/n8n'));
	if (!found) throw new Error('n8n is not running');
	return found;
}

/** The largest growth of n8n's memory meanwhile, in MB, and the time it took. */
export async function measure(what: string, work: () => Promise<unknown>) {
	const pid = n8nProcess();
	const before = residentMegabytes(pid);
	let peak = before;
	const sample = () => (peak = Math.max(peak, residentMegabytes(pid)));
	const sampling = setInterval(sample, 10);
	const started = performance.now();
	await work();
	const seconds = (performance.now() - started) / 1000;
	clearInterval(sampling);
	sample();
	const used = { megabytes: Math.round(peak - before), seconds: Number(seconds.toFixed(2)) };
	console.log(what, used);
	return used;
}

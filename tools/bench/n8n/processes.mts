/** The memory and processor time of a process and its child processes, from Linux. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of processor time in Linux. */
const TICKS_PER_SECOND = 100;

/** The process and its descendants, the process first. Without processes that end meanwhile. */
export function treeOf(pid: number): number[] {
	return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

export function childrenOf(pid: number): number[] {
	try {
		return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
			readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
				.split(' ')
				.filter(Boolean)
				.map(Number),
		);
	} catch {
		return [];
	}
}

/** Its resident set, in MB. */
export function residentMegabytes(pid: number): number {
	const [, kilobytes = 0] = /^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status')) ?? [];
	return (Number(kilobytes) * 1024) / 1e6;
}

/** The processor time of all its threads so far, in ms. */
export function processorMs(pid: number): number {
	// The name in brackets may contain blanks. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
	const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
	const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
	return ((user + system) / TICKS_PER_SECOND) * 1000;
}

export const commandOf = (pid: number): string => read(pid, 'cmdline');

function read(pid: number, file: string): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, 'utf8');
	} catch {
		return '';
	}
}

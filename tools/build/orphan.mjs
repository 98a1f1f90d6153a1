/**
 * For `node --import`: ends this process when its parent process has ended. A child process does not get a
 * signal that goes only to npm, or a signal that cannot be caught.
 */
import { isMainThread } from 'node:worker_threads';

const LOOK_EVERY_MS = 500;

const parent = process.ppid;

if (isMainThread) {
	const looking = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(looking);
		process.kill(process.pid, 'SIGTERM');
	}, LOOK_EVERY_MS).unref();
}

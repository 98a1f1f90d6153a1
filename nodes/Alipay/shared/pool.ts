/**
 * Runs `work` for 0 … count-1, at most `limit` at a time, and returns the results in that order.
 * Once `stop` says so of a result, no further work starts; what is under way is awaited.
 */
export async function inOrder<T>(
	count: number,
	limit: number,
	work: (index: number) => Promise<T>,
	stop: (result: T) => boolean,
): Promise<T[]> {
	const results: T[] = [];
	let next = 0;
	let stopped = false;
	const worker = async () => {
		while (next < count && !stopped) {
			const index = next++;
			const result = await work(index);
			results[index] = result;
			stopped ||= stop(result);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
	return results;
}

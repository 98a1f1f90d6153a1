/** Lets another item have the lane while `pause` lasts. */
export type Rest = <T>(pause: () => Promise<T>) => Promise<T>;

/**
 * Runs `work` for 0 … count-1, at most `limit` at a time, and returns the results in that order.
 * An item that only waits rests, and does not count. Once `halted` says so nothing more is begun;
 * what is under way is awaited, and what was not begun has no result. `work` must not reject.
 */
export async function inOrder<T>(
	count: number,
	limit: number,
	work: (index: number, rest: Rest) => Promise<T>,
	halted: () => boolean,
): Promise<Array<T | undefined>> {
	const results = Array.from<T | undefined>({ length: count });
	const lanes = createLanes(limit);
	const rest: Rest = async (pause) => {
		lanes.leave();
		try {
			return await pause();
		} finally {
			await lanes.enter();
		}
	};
	const underWay = new Set<Promise<void>>();
	for (let index = 0; index < count; index++) {
		await lanes.enter();
		if (halted()) break;
		const one = work(index, rest).then((result) => {
			results[index] = result;
			underWay.delete(one);
			lanes.leave();
		});
		underWay.add(one);
	}
	await Promise.all(underWay);
	return results;
}

function createLanes(free: number) {
	const waiting: Array<() => void> = [];
	return {
		async enter(): Promise<void> {
			if (free > 0) free--;
			else await new Promise<void>((resolve) => waiting.push(resolve));
		},
		leave(): void {
			const next = waiting.shift();
			if (next) next();
			else free++;
		},
	};
}

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
			await lanes.comeBack();
		}
	};
	const underWay = new Set<Promise<void>>();
	for (let index = 0; index < count; index++) {
		await lanes.enter();
		if (halted()) {
			lanes.leave();
			break;
		}
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

/** So many may be in a lane at once; of those that wait, every second one is new. */
function createLanes(free: number) {
	const fresh: Array<() => void> = [];
	const rested: Array<() => void> = [];
	let wasFresh = false;
	const waitIn = async (queue: Array<() => void>) => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => queue.push(resolve));
	};
	return {
		enter: async () => await waitIn(fresh),
		/** Those who rest come back often; were they all before a new one, it might never begin. */
		comeBack: async () => await waitIn(rested),
		leave(): void {
			wasFresh = !wasFresh;
			const [first, second] = wasFresh ? [fresh, rested] : [rested, fresh];
			const next = first.shift() ?? second.shift();
			if (next) next();
			else free++;
		},
	};
}

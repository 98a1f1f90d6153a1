/**
 * Beijing time as Alipay writes it: `yyyy-MM-dd HH:mm:ss`, always +08:00 and never daylight saving
 * (API reference: `timestamp`, `gmt_create`, `gmt_trans`), whatever zone this process runs in.
 */
const OFFSET_MS = 8 * 3600 * 1000;

/** The wall clock in Beijing at `ms` since the epoch. */
export function beijingText(ms: number): string {
	return new Date(ms + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Milliseconds since the epoch of a Beijing wall clock text; undefined when it is not one. */
export function beijingMs(text: string): number | undefined {
	const ms = Date.parse(`${text.replace(' ', 'T')}Z`) - OFFSET_MS;
	// Writing it back refuses what Date.parse lets through: other layouts, and days like 30 February.
	return Number.isFinite(ms) && beijingText(ms) === text ? ms : undefined;
}

/**
 * Beijing time as Alipay writes it: `yyyy-MM-dd HH:mm:ss`, always +08:00 without daylight saving time
 * (API reference: `timestamp`, `gmt_create`, `gmt_trans`). The time zone of this process does not matter.
 */
const OFFSET_MS = 8 * 3600 * 1000;

/** The wall clock in Beijing at `ms` since the epoch. */
export function beijingText(ms: number): string {
	return new Date(ms + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Milliseconds since the epoch of a Beijing wall clock text; undefined if the text is not valid. */
export function beijingMs(text: string): number | undefined {
	const ms = Date.parse(`${text.replace(' ', 'T')}Z`) - OFFSET_MS;
	// Date.parse also accepts other formats, and days such as February 30. Writing the time back detects them.
	return Number.isFinite(ms) && beijingText(ms) === text ? ms : undefined;
}

import { DateTime, FixedOffsetZone } from 'luxon';

/** Alipay uses Beijing time without daylight saving time, independent of this machine's time zone. */
const BEIJING = {
	zone: FixedOffsetZone.instance(8 * 60),
	locale: 'en-US',
	numberingSystem: 'latn',
} as const;

/** `yyyy-MM-dd HH:mm:ss` (API reference, "timestamp" and the gmt_ fields). */
const ALIPAY_FORMAT = 'yyyy-MM-dd HH:mm:ss';

/** The `timestamp` parameter for a time in milliseconds since the epoch. */
export function alipayTimestamp(epochMs: number): string {
	return DateTime.fromMillis(epochMs, BEIJING).toFormat(ALIPAY_FORMAT);
}

/** A time in milliseconds since the epoch as `2014-01-01T20:01:00.000+08:00`. */
export function isoBeijingTime(epochMs: number): string {
	return `${alipayTimestamp(epochMs).replace(' ', 'T')}.000+08:00`;
}

/** `2014-01-01 20:01:00` as `2014-01-01T20:01:00.000+08:00`, or null if it is not a valid time. */
export function isoFromAlipayTime(text: string): string | null {
	if (text[10] !== ' ') return null;
	try {
		const iso = `${text.replace(' ', 'T')}.000+08:00`;
		// The comparison refuses February 30, which Date.parse reads as March 2. (luxon's fromFormat
		// compiles its format for each text, which takes ten times as long.)
		return DateTime.fromMillis(Date.parse(iso), BEIJING).toISO() === iso ? iso : null;
	} catch {
		// luxon throws if other code in the process has set `throwOnInvalid`.
		return null;
	}
}

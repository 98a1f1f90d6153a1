import { DateTime, FixedOffsetZone } from 'luxon';

/** Alipay's times are Beijing time without daylight saving, wherever n8n runs. */
const BEIJING = {
	zone: FixedOffsetZone.instance(8 * 60),
	locale: 'en-US',
	numberingSystem: 'latn',
} as const;

/** `yyyy-MM-dd HH:mm:ss` (API reference, "timestamp" and the gmt_ fields). */
const ALIPAY_FORMAT = 'yyyy-MM-dd HH:mm:ss';
const ALIPAY_TIME = /^(\d{4}-\d\d-\d\d) ((?:[01]\d|2[0-3]):\d\d:\d\d)$/;

/** The `timestamp` parameter for a moment given in milliseconds since the epoch. */
export function alipayTimestamp(epochMs: number): string {
	return DateTime.fromMillis(epochMs, BEIJING).toFormat(ALIPAY_FORMAT);
}

/** `2014-01-01 20:01:00` as `2014-01-01T20:01:00.000+08:00`; null when it is no such time. */
export function isoFromAlipayTime(text: string): string | null {
	const [, date, time] = ALIPAY_TIME.exec(text) ?? [];
	if (!date) return null;
	try {
		// Not fromFormat, which compiles the format anew for each text: a tenth of a millisecond.
		return DateTime.fromISO(`${date}T${time}`, BEIJING).toISO();
	} catch {
		// luxon throws where other code of the process has set `throwOnInvalid`.
		return null;
	}
}

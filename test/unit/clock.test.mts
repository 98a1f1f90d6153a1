import fc from 'fast-check';
import { Settings } from 'luxon';
import { afterEach, describe, expect, it } from 'vitest';
import { alipayTimestamp, isoFromAlipayTime } from '../../alipay/text/clock.ts';
import { beijingText } from '../../tools/simulator/beijing.mts';

const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Kiritimati'];

const usual = {
	zone: process.env.TZ,
	defaultZone: Settings.defaultZone,
	defaultLocale: Settings.defaultLocale,
	defaultNumberingSystem: Settings.defaultNumberingSystem,
};

afterEach(() => {
	if (usual.zone === undefined) delete process.env.TZ;
	else process.env.TZ = usual.zone;
	Settings.defaultZone = usual.defaultZone;
	Settings.defaultLocale = usual.defaultLocale;
	Settings.defaultNumberingSystem = usual.defaultNumberingSystem;
	Settings.throwOnInvalid = false;
});

/** Time zones and locales that the machine, or other code in the process, may have set. */
const SURROUNDINGS: ReadonlyArray<[name: string, enter: () => void]> = [
	...ZONES.map((zone): [string, () => void] => [`TZ=${zone}`, () => (process.env.TZ = zone)]),
	['luxon in New York', () => (Settings.defaultZone = 'America/New_York')],
	['luxon in Arabic', () => (Settings.defaultLocale = 'ar-EG')],
	['luxon in Thai digits', () => (Settings.defaultNumberingSystem = 'thai')],
	['luxon in Chinese digits', () => (Settings.defaultNumberingSystem = 'hanidec')],
];

describe.each(SURROUNDINGS)('with %s', (_name, enter) => {
	it('writes any moment in Beijing time', () => {
		enter();
		const moment = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) });
		fc.assert(
			fc.property(moment, (ms) => {
				expect(alipayTimestamp(ms)).toBe(beijingText(ms));
			}),
		);
	});

	it('reads Alipay’s times as Beijing time', () => {
		enter();
		expect(isoFromAlipayTime('2014-01-01 20:01:00')).toBe('2014-01-01T20:01:00.000+08:00');
		expect(isoFromAlipayTime('2014-07-01 00:00:00')).toBe('2014-07-01T00:00:00.000+08:00');
	});
});

describe('alipayTimestamp', () => {
	it.each([
		['2013-12-31T16:00:00Z', '2014-01-01 00:00:00'],
		['2024-02-28T16:30:59.999Z', '2024-02-29 00:30:59'],
		['2024-03-10T07:00:00Z', '2024-03-10 15:00:00'],
		['1989-07-01T00:00:00Z', '1989-07-01 08:00:00'],
	])('writes %s as %s, without daylight saving', (iso, expected) => {
		expect(alipayTimestamp(Date.parse(iso))).toBe(expected);
	});
});

describe('isoFromAlipayTime', () => {
	it('returns the moment from which the timestamp was made', () => {
		const second = fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => s * 1000);
		fc.assert(
			fc.property(second, (ms) => {
				expect(Date.parse(isoFromAlipayTime(alipayTimestamp(ms)) ?? '')).toBe(ms);
			}),
		);
	});

	it.each([
		'2014-02-30 12:00:00',
		'2023-02-29 12:00:00',
		'2014-13-01 12:00:00',
		'2014-00-10 12:00:00',
		'2014-01-01 24:00:00',
		'2014-01-01 25:00:00',
		'2014-01-01 12:60:00',
		'2014-01-01 12:00:61',
		'0000-00-00 00:00:00',
		'2014-01-01',
		'2014-01-01T12:00:00',
		'2014-1-1 12:00:00',
		'2014-01-01 12:00:00.000',
		'2014/01/01 12:00:00',
		'1388577660000',
		'',
	])('returns null for %j', (text) => {
		expect(isoFromAlipayTime(text)).toBeNull();
	});

	it('returns null instead of throwing when other code makes luxon throw', () => {
		Settings.throwOnInvalid = true;
		expect(isoFromAlipayTime('2014-02-30 12:00:00')).toBeNull();
	});
});

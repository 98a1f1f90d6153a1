import { afterEach, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { queryItems, simulate } from './query.mts';

const ZONE_OF_THIS_PROCESS = process.env.TZ;
afterEach(() => {
	// Node.js reads the variable again each time it is set.
	if (ZONE_OF_THIS_PROCESS === undefined) delete process.env.TZ;
	else process.env.TZ = ZONE_OF_THIS_PROCESS;
});

describe.each([
	['UTC', 0],
	['America/New_York', 4],
	['Asia/Shanghai', -8],
	['Pacific/Kiritimati', -14],
])('on a machine in the zone %s', (zone, hoursBehindUtc) => {
	it('the request carries the time in Beijing', async () => {
		setZone(zone, hoursBehindUtc);
		const simulator = await simulate();
		await queryItems(simulator, [SAMPLES.rich]);
		const { params, receivedAt, outcome } = simulator.requests[0] ?? expect.fail('No request');
		expect(outcome).toBe('10000 SUCCESS');
		expect(params.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
		const sentAt = Date.parse(`${params.timestamp?.replace(' ', 'T')}+08:00`);
		expect(Math.abs(receivedAt - sentAt)).toBeLessThan(5_000);
	});

	it('the item carries Alipay’s own times with +08:00', async () => {
		setZone(zone, hoursBehindUtc);
		const simulator = await simulate();
		const parameters = { simplify: false };
		const { good } = await queryItems(simulator, [SAMPLES.rich], { parameters });
		expect(good).toMatchObject([
			{
				gmt_create: '2026-09-01T08:00:00.000+08:00',
				gmt_trans: '2026-09-01T08:01:01.000+08:00',
			},
		]);
	});

	it.each([
		['the hour that New York skips in spring', '2026-03-08T02:30:00.000+08:00'],
		['the hour that New York has twice in autumn', '2026-11-01T01:30:00.000+08:00'],
		['29 February', '2028-02-29T23:59:59.000+08:00'],
	])('%s is output unchanged', async (_what, time) => {
		setZone(zone, hoursBehindUtc);
		// The operation settles exactly five seconds after the start of the simulator.
		let now = Date.parse(time) - 5_000;
		const simulator = await simulate({ now: () => now, timestampWindowMinutes: 1e9 });
		now += 60_000;
		const { good } = await queryItems(simulator, [SAMPLES.settlesSuccess]);
		expect(good).toMatchObject([{ status: 'SUCCESS', gmt_trans: time }]);
	});
});

function setZone(zone: string, hoursBehindUtc: number) {
	process.env.TZ = zone;
	const summer = new Date(Date.UTC(2026, 6, 1));
	expect(summer.getTimezoneOffset()).toBe(hoursBehindUtc * 60); // proves that the zone is in
	expect(summer.getTimezoneOffset()).toBe(hoursBehindUtc * 60); // effect
}

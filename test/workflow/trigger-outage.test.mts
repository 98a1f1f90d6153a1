/** The trigger while a temporary problem blocks all lookups, in n8n's own poll context. */
import type { INodeParameters } from 'n8n-workflow';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPoller, type Poller } from '../../tools/sandbox/engine.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { node, simulate } from './query.mts';

const MINUTE = 60_000;

afterEach(() => {
	vi.useRealTimers();
});

/** A trigger that started watching a minute ago, whose credential can change. */
async function watching(options: INodeParameters = {}, list: object[] = [SAMPLES.initial]) {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 8, 1, 12) });
	const simulator = await simulate();
	const credential: Record<string, string> = { ...simulator.credential };
	const poller = await openPoller({
		node: node('Alipay Trigger', 'n8n-nodes-alipay.alipayTrigger', {
			parameters: { event: 'couponOperationStatus', watchList: JSON.stringify(list), options },
			credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		}),
		credential,
	});
	// The first poll, at publishing, can fail permanently.
	await poller.poll().catch(() => null);
	const reach = (gatewayUrl: string) => Object.assign(credential, { gatewayUrl });
	const away = () => reach(NOWHERE);
	const back = () => reach(simulator.credential.gatewayUrl);
	return { ...poller, simulator, credential, away, back };
}

/** The result of each poll, one a minute: a failed execution, items, or nothing. */
async function minutes({ poll }: Pick<Poller, 'poll'>, count: number, every = MINUTE) {
	const ends: string[] = [];
	for (let minute = 0; minute < count; minute++) {
		vi.setSystemTime(Date.now() + every);
		ends.push(
			await poll().then(
				(items) => (items ? 'items' : ''),
				(error: Error & { description?: string }) => `${error.message} ${error.description}`,
			),
		);
	}
	return ends;
}

const failures = (ends: readonly string[]) =>
	ends.flatMap((end, minute) => (end === '' ? [] : [minute]));

describe('an outage', () => {
	it('of two hours causes five failed executions, and loses no change', async () => {
		const trigger = await watching();
		trigger.away();
		const ends = await minutes(trigger, 5);
		expect(failures(ends)).toEqual([0, 1, 2]);
		expect(failures(await minutes(trigger, 6, 20 * MINUTE))).toEqual([2, 5]);
		expect(ends[1]).toMatch(/cannot be reached/);
		expect(ends[1]).not.toContain('the next failed execution');
		expect(ends[2]).toContain('the next failed execution comes in 60 minutes');
		trigger.simulator.settle(SAMPLES.initial, 'CLOSED');
		trigger.back();
		const [[item] = []] = (await trigger.poll()) ?? [];
		expect(item?.json).toMatchObject({ status: 'CLOSED', previous_status: 'INIT' });
		expect(await minutes(trigger, 3)).toEqual(['', '', '']);
	});

	it('causes a failed execution as often as the option says', async () => {
		const trigger = await watching({ reportOutageMinutes: 5 });
		trigger.away();
		expect(failures(await minutes(trigger, 15))).toEqual([0, 1, 2, 7, 12]);
		const each = await watching({ reportOutageMinutes: 0 });
		each.away();
		expect(failures(await minutes(each, 6))).toHaveLength(6);
	});

	it('has its end in n8n’s log once', async () => {
		const trigger = await watching();
		trigger.away();
		await minutes(trigger, 10);
		trigger.back();
		await minutes(trigger, 2);
		expect(trigger.logged).toEqual([
			'Alipay Trigger: Alipay responds again after 10 minutes. The trigger now outputs the changes of that time.',
		]);
	});

	it('after another one is reported from its beginning', async () => {
		const trigger = await watching();
		for (let round = 0; round < 2; round++) {
			trigger.away();
			expect(failures(await minutes(trigger, 5))).toEqual([0, 1, 2]);
			trigger.back();
			expect(failures(await minutes(trigger, 2))).toEqual([]);
		}
	});

	it.each(['SIM-SYSTEM-ERROR', 'SIM-HTTP-502', 'SIM-RESET'])(
		'can be any temporary error (%s)',
		async (scenario) => {
			const trigger = await watching({}, [scenarioByMerchant(scenario)]);
			expect(failures(await minutes(trigger, 6))).toEqual([0, 1, 2]);
		},
		60_000,
	);

	it('does not include an unusable credential or a missing permission, which fail every poll', async () => {
		const trigger = await watching();
		trigger.credential.privateKey = 'no key';
		expect(failures(await minutes(trigger, 6))).toHaveLength(6);
		const list = [scenarioByMerchant('SIM-ACCESS-FORBIDDEN')];
		const forbidden = await watching({}, list);
		expect(failures(await minutes(forbidden, 6))).toHaveLength(6);
	});

	it('takes a few bytes of the stored state, and none afterwards', async () => {
		const trigger = await watching();
		const before = JSON.stringify(trigger.staticData());
		trigger.away();
		await minutes(trigger, 10, 10 * MINUTE);
		expect(JSON.stringify(trigger.staticData()).length - before.length).toBeLessThan(100);
		trigger.back();
		await minutes(trigger, 1);
		expect(JSON.stringify(trigger.staticData())).toBe(before);
	});
});

/**
 * Every event of the trigger in n8n's own poll context: what it watches, until when, and what it
 * reports.
 */
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPoller, type Poller } from '../../tools/sandbox/engine.mts';
import trade, { TRADES, type Trade } from '../../tools/simulator/fixtures/trade.mts';
import type { Fixture } from '../../tools/simulator/fixture.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { EVENTS, numbersIn, type Event } from '../support/events.mts';
import { guard, watch } from '../support/leaks.mts';
import { node, simulate } from './query.mts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

const SETTLING = EVENTS.filter(({ path }) => path.length > 1);

afterEach(() => {
	vi.useRealTimers();
});

/** n8n, the node and the simulator use this clock; their pauses take real time. */
function clock() {
	vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 8, 1, 12) });
	return (ms: number) => vi.setSystemTime(Date.now() + ms);
}

async function trigger(
	{ credential }: Simulator,
	{ event }: Event,
	watchList: object[],
	parameters: INodeParameters,
	staticData: IDataObject = {},
): Promise<Poller> {
	guard(credential);
	const poller = await openPoller({
		node: node('Alipay Trigger', 'n8n-nodes-alipay.alipayTrigger', {
			parameters: { event, watchList: JSON.stringify(watchList), ...parameters },
			credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		}),
		credential: { ...credential },
		staticData,
	});
	const poll = async () => {
		const output = await poller.poll();
		watch('the items of a poll', JSON.stringify([output, poller.staticData()]));
		return output;
	};
	return { ...poller, poll };
}

const itemsOf = (output: INodeExecutionData[][] | null, at: 0 | 1) =>
	(output?.[at] ?? []).map(({ json }) => json);

describe.each(EVENTS)('$event', (event) => {
	const { method, field, open, path, final, finalStatus, unknown, notFound } = event;

	it('reports each change once, with the previous status, and what it names', async () => {
		const move = clock();
		const simulator = await simulate();
		const { poll } = await trigger(simulator, event, [open], { statuses: [...path] });
		expect(await poll()).toBeNull();
		const [begun] = simulator.requests;
		expect(begun?.params.method).toBe(method);
		for (const [index, status] of path.entries()) {
			simulator.settle(open, status, method);
			move(HOUR);
			const output = await poll();
			expect(itemsOf(output, 0)).toMatchObject([{ ...numbersIn(open), [field]: status }]);
			if (index > 0)
				expect(itemsOf(output, 0)).toMatchObject([{ previous_status: path[index - 1] }]);
			expect(await poll()).toBeNull();
		}
		const requests = simulator.totalRequests;
		move(HOUR);
		expect(await poll()).toBeNull();
		// The final record is no longer watched.
		expect(simulator.totalRequests).toBe(requests);
	});

	it('reports a final status once, also over the stored state after a restart', async () => {
		const simulator = await simulate();
		const parameters = { statuses: [finalStatus] };
		const first = await trigger(simulator, event, [final, open], parameters);
		expect(itemsOf(await first.poll(), 0)).toMatchObject([
			{ ...final, [field]: finalStatus, previous_status: null },
		]);
		const again = await trigger(simulator, event, [final, open], parameters, first.staticData());
		expect(await again.poll()).toBeNull();
	});

	it('reports an unknown number once as failed, keeps looking it up, and continues with the others', async () => {
		const simulator = await simulate();
		const parameters = { statuses: [finalStatus] };
		const { poll } = await trigger(simulator, event, [unknown, final], parameters);
		const output = await poll();
		expect(itemsOf(output, 0)).toMatchObject([{ [field]: finalStatus }]);
		expect(itemsOf(output, 1)).toMatchObject([
			{ ...unknown, error: expect.stringContaining('Not found'), details: { sub_code: notFound } },
		]);
		// The zero amounts next to the refusal belong to no record.
		expect(JSON.stringify(itemsOf(output, 1))).not.toContain('0.00');
		const before = simulator.totalRequests;
		expect([await poll(), await poll()]).toEqual([null, null]);
		expect(simulator.totalRequests).toBe(before + 2);
	});

	it('does not fail as a whole because of one number, but because of a problem of all lookups', async () => {
		const simulator = await simulate();
		const list = (name: string) => [event.scenario(name), event.scenario(name, 'another')];
		const ofNumbers = ['SIM-ILLEGAL-ARGUMENT', 'SIM-OTHER-OPERATION', 'SIM-UNKNOWN-CODE'];
		for (const name of ofNumbers) {
			const { poll } = await trigger(simulator, event, list(name), {});
			expect(itemsOf(await poll(), 1).length, name).toBeGreaterThan(0);
			expect(await poll(), name).toBeNull();
		}
		for (const name of ['SIM-TAMPERED', 'SIM-SYSTEM-ERROR', 'SIM-CODE-isv.invalid-app-id']) {
			const { poll } = await trigger(simulator, event, list(name), {});
			// The first poll after publishing does not report temporary errors.
			await poll().catch(() => null);
			await expect(poll(), name).rejects.toThrow();
		}
	});

	it('refuses a status of another event by name', async () => {
		const simulator = await simulate();
		const { poll } = await trigger(simulator, event, [open], { statuses: ['FINISHED'] });
		await expect(poll()).rejects.toThrow('Statuses is "FINISHED", which is not one of its values');
		expect(simulator.totalRequests).toBe(0);
	});

	it('waits for failure statuses by default', async () => {
		const simulator = await simulate();
		for (const status of path) simulator.settle(open, status, method);
		const { poll } = await trigger(simulator, event, [open], {});
		expect(itemsOf(await poll(), 0)).toMatchObject([{ [field]: path.at(-1) }]);
	});
});

describe.each(SETTLING)('a settled status of $event', (event) => {
	const { method, field, open, path } = event;
	const [settled = '', last = ''] = path;
	const parameters = { statuses: [...path] };

	/** A trigger that has reported the settled status. */
	async function settledTrigger(options: IDataObject = {}) {
		const move = clock();
		const simulator = await simulate();
		simulator.settle(open, settled, method);
		const settings = { ...parameters, options: options as INodeParameters };
		const poller = await trigger(simulator, event, [open], settings);
		expect(itemsOf(await poller.poll(), 0)).toMatchObject([{ [field]: settled }]);
		return { move, simulator, settings, ...poller };
	}

	it('is looked up once or twice an hour, not in each poll', async () => {
		const { move, simulator, poll } = await settledTrigger();
		for (let minute = 1; minute <= 120; minute++) {
			move(60_000);
			expect(await poll()).toBeNull();
		}
		const requests = simulator.totalRequests - 1;
		expect(requests).toBeGreaterThanOrEqual(2);
		expect(requests).toBeLessThanOrEqual(4);
	});

	it('is watched for seven days, and then ignored even if it changes', async () => {
		const { move, simulator, poll } = await settledTrigger();
		move(7 * DAY - 1_000);
		expect(await poll()).toBeNull();
		expect(simulator.totalRequests).toBe(2);
		move(HOUR);
		simulator.settle(open, last, method);
		expect([await poll(), await poll()]).toEqual([null, null]);
		expect(simulator.totalRequests).toBe(2);
	});

	it('is watched for as long as the option says, and not at all with 0', async () => {
		const { move, simulator, poll } = await settledTrigger({ keepWatchingDays: 30 });
		move(29 * DAY);
		simulator.settle(open, last, method);
		expect(itemsOf(await poll(), 0)).toMatchObject([{ [field]: last, previous_status: settled }]);

		vi.useRealTimers();
		const none = await settledTrigger({ keepWatchingDays: 0 });
		none.simulator.settle(open, last, method);
		none.move(HOUR);
		expect(await none.poll()).toBeNull();
		expect(none.simulator.totalRequests).toBe(1);
	});

	it('has its change reported over the stored state after a restart, and once more by Repeat After Restart', async () => {
		const options = { repeatAfterRestart: true };
		const { move, simulator, poll, settings, staticData } = await settledTrigger(options);
		const restart = async (stored: IDataObject) => {
			const state = stored[event.event] as { latest: { processes: string[] } };
			state.latest.processes = ['one that crashed'];
			return await trigger(simulator, event, [open], settings, stored);
		};
		const second = await restart(staticData());
		expect(itemsOf(await second.poll(), 0)).toMatchObject([
			{ [field]: settled, previous_status: null },
		]);
		expect(await poll()).toBeNull();
		simulator.settle(open, last, method);
		move(HOUR);
		expect(itemsOf(await second.poll(), 0)).toMatchObject([{ previous_status: settled }]);
		const third = await restart(second.staticData());
		expect(itemsOf(await third.poll(), 0)).toMatchObject([
			{ [field]: last, previous_status: settled },
		]);
		expect(await third.poll()).toBeNull();
	});

	it('that an earlier version stored without its time is watched from now on', async () => {
		const { move, simulator, settings, staticData } = await settledTrigger();
		const { settled: _times, ...state } = staticData()[event.event] as IDataObject;
		const before = simulator.totalRequests;
		const next = await trigger(simulator, event, [open], settings, { [event.event]: state });
		expect(await next.poll()).toBeNull();
		expect(simulator.totalRequests).toBe(before + 1);
		move(6 * DAY);
		simulator.settle(open, last, method);
		expect(itemsOf(await next.poll(), 0)).toMatchObject([{ previous_status: settled }]);
	});
});

describe('trades', () => {
	const [tradeStatus] = EVENTS.filter(({ event }) => event === 'tradeStatus') as [Event];
	const [paid] = TRADES as [Trade];

	/** A simulator that knows these trades; the test can add more to them. */
	const simulateTrades = async (records: Trade[]) => {
		const own = { ...trade, settling: [], samples: [], records };
		return await simulate({ fixtures: [own as unknown as Fixture] });
	};

	it('that do not exist before the buyer opens the cashier fail once, and are reported when they are paid', async () => {
		const records = [paid];
		const simulator = await simulateTrades(records);
		const numbers = { out_trade_no: 'T-new' };
		const watched = [numbers, { trade_no: paid.trade_no }];
		const statuses = ['TRADE_SUCCESS', 'TRADE_CLOSED'];
		const { poll } = await trigger(simulator, tradeStatus, watched, { statuses });
		const first = await poll();
		expect(itemsOf(first, 0)).toHaveLength(1);
		expect(itemsOf(first, 1)).toMatchObject([
			{
				...numbers,
				error: expect.stringContaining('Alipay has no record of this trade'),
				details: { solution: expect.stringContaining('when the buyer opens the payment page') },
			},
		]);
		expect([await poll(), await poll()]).toEqual([null, null]);
		records.push({ ...paid, trade_no: '2026090122001400000000009999', ...numbers });
		const next = await poll();
		expect(itemsOf(next, 0)).toMatchObject([
			{ ...numbers, trade_status: 'TRADE_SUCCESS', previous_status: null },
		]);
		expect(itemsOf(next, 1)).toEqual([]);
	});

	it('that are settled, three hundred of them, take few requests in each poll, while an open one is in each', async () => {
		const move = clock();
		const numbered = (index: number) => ({
			trade_no: `2026090122001400000000${String(index).padStart(6, '0')}`,
			out_trade_no: `T-${index}`,
		});
		const records = Array.from({ length: 301 }, (_, index) => ({ ...paid, ...numbered(index) }));
		records[300] = { ...(records[300] as Trade), trade_status: 'WAIT_BUYER_PAY' };
		const simulator = await simulateTrades(records);
		const list = records.map(({ out_trade_no }) => ({ out_trade_no }));
		const { poll, staticData } = await trigger(simulator, tradeStatus, list, {});
		expect(await poll()).toBeNull();
		expect(simulator.totalRequests).toBe(301);
		expect(JSON.stringify(staticData()).length).toBeLessThan(40_000);
		const counts: number[] = [];
		for (let minute = 1; minute <= 60; minute++) {
			move(60_000);
			const before = simulator.totalRequests;
			expect(await poll()).toBeNull();
			counts.push(simulator.totalRequests - before);
			expect(simulator.requests[before]?.numbers).toBe('T-300');
		}
		expect(counts.slice(0, 29)).toEqual(Array(29).fill(1));
		expect(Math.max(...counts)).toBeLessThan(35);
		// Each of them at least once within the hour.
		expect(new Set(simulator.requests.slice(301).map(({ numbers }) => numbers)).size).toBe(301);
	}, 120_000);
});

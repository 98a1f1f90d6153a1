/**
 * The state that the trigger stores: limited for any response, and consistent with what it emitted.
 */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
	alipayPair,
	merchantPair,
	RECORDS,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { openPoller } from '../../tools/sandbox/engine.mts';
import { startHostileGateway } from '../support/hostileGateway.mts';
import { node, queryItems, simulate } from './query.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});

/** Another operation that is CLOSED. */
const RECORD = alipayPair(RECORDS[18] ?? SAMPLES.closed);

const TARGET = { out_order_no: 'M-target', out_request_no: 'R-target' };

/** A trigger that watches the list in `$vars.watchList`. */
async function open(
	watchList: object[],
	settings: { gatewayUrl?: string; staticData?: IDataObject } = {},
) {
	const { gatewayUrl, staticData } = settings;
	return await openPoller({
		node: node('Alipay Trigger', 'n8n-nodes-alipay.alipayTrigger', {
			parameters: {
				event: 'couponOperationStatus',
				statuses: ['CLOSED'],
				watchList: '={{ $vars.watchList }}',
				options: { repeatAfterRestart: true },
			},
			credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		}),
		credential: { ...simulator.credential, ...(gatewayUrl && { gatewayUrl }) },
		variables: { watchList } as IDataObject,
		...(staticData && { staticData }),
	});
}

async function hostile() {
	const gateway = await startHostileGateway(simulator.url, TARGET.out_request_no);
	onTestFinished(gateway.close);
	return gateway;
}

const itemsOf = (output: INodeExecutionData[][] | null) => (output ?? []).flat();

describe('an hour of refusals without a signature', () => {
	it.each<[what: string, code: (poll: number) => Record<string, string>]>([
		['a new sub_code', (poll) => ({ code: '40004', sub_code: `S${poll}` })],
		['a new code', (poll) => ({ code: String(41_000 + poll) })],
		['a new message', (poll) => ({ code: '40004', sub_code: 'S', sub_msg: `m${poll}` })],
		[
			'"busy" and "refused" in turn',
			(poll) => ({ code: poll % 2 ? '20000' : '40004', sub_code: `${poll}` }),
		],
	])(
		'with %s in each poll is one failed item, and the state stays small',
		async (_what, say) => {
			const gateway = await hostile();
			const long = 'x'.repeat(200_000);
			const poller = await open([TARGET, SAMPLES.initial], { gatewayUrl: gateway.url });
			const items: INodeExecutionData[] = [];
			const sizes: number[] = [];
			for (let poll = 0; poll < 60; poll++) {
				const { sub_code, ...words } = say(poll);
				gateway.fields = {
					msg: long,
					sub_msg: long,
					...words,
					...(sub_code && { sub_code: sub_code + long }),
				};
				items.push(...itemsOf(await poller.poll()));
				sizes.push(JSON.stringify(poller.staticData()).length);
			}
			expect(items).toHaveLength(1);
			expect(items[0]?.json).toMatchObject({
				...TARGET,
				error: expect.stringContaining('without a signature'),
			});
			expect(JSON.stringify(items).length).toBeLessThan(2_500);
			expect(Math.max(...sizes)).toBeLessThan(500);
			// It also becomes stable: the same size from poll to poll.
			expect(new Set(sizes.slice(5)).size).toBe(1);
		},
		60_000,
	);

	it('leads to failed items of a readable length in the node', async () => {
		const gateway = await hostile();
		const long = 'x'.repeat(200_000);
		gateway.fields = { code: '40004', msg: long, sub_code: long, sub_msg: long };
		const { failed } = await queryItems(simulator, [TARGET], {
			credential: { gatewayUrl: gateway.url },
			onError: 'continueErrorOutput',
			parameters: { options: { includeGatewayDetails: true } },
		});
		expect(failed).toHaveLength(1);
		expect(JSON.stringify(failed).length).toBeLessThan(2_500);
		const stopped = await queryItems(simulator, [TARGET], {
			credential: { gatewayUrl: gateway.url },
		});
		const { message, description } = stopped.error as Error & { description: string };
		expect(message.length).toBeLessThan(300);
		expect(description.length).toBeLessThan(1_000);
	});
});

it('leaves a stored state from before the limits, which is then reduced to them even without other changes', async () => {
	const key = JSON.stringify(merchantPair(SAMPLES.initial));
	const told = Array.from({ length: 200 }, (_, index) => `${index}${'x'.repeat(10_000)}`);
	const staticData = {
		couponOperationStatus: {
			version: 1,
			statuses: {},
			faults: { [JSON.stringify(TARGET)]: { polls: 3, told } },
			next: null,
			latest: null,
		},
	};
	expect(JSON.stringify(staticData).length).toBeGreaterThan(2_000_000);
	const poller = await open([merchantPair(SAMPLES.initial), TARGET], { staticData });
	await poller.poll();
	const after = poller.staticData().couponOperationStatus as { statuses: object };
	expect(after.statuses).toEqual({ [key]: 'INIT' });
	expect(JSON.stringify(after).length).toBeLessThan(1_500);
});

it('a pasted page in place of a number is a short line in the state', async () => {
	const row = { out_order_no: 'page '.repeat(50_000), out_request_no: 'R1' };
	const poller = await open([row, SAMPLES.initial]);
	expect(itemsOf(await poller.poll())).toHaveLength(1);
	expect(await poller.poll()).toBeNull();
	expect(JSON.stringify(poller.staticData()).length).toBeLessThan(500);
});

describe('Repeat After Restart', () => {
	interface Remembered {
		latest: { processes: string[]; changes: Array<{ at: number }> };
	}

	/** The output of one poll over this list, and the state stored after it. */
	async function poll(list: object[], staticData: IDataObject = {}) {
		const poller = await open(list, { staticData });
		const items = itemsOf(await poller.poll());
		const stored = poller.staticData();
		return { items, stored, state: stored.couponOperationStatus as unknown as Remembered };
	}

	it('repeats an operation that was removed, added again and emitted again long after the first time', async () => {
		const closed = merchantPair(SAMPLES.closed);
		const first = await poll([closed]);
		expect(first.items).toHaveLength(1);
		for (const change of first.state.latest.changes) change.at -= 20 * 60_000;
		const removed = await poll([SAMPLES.initial], first.stored);
		const added = await poll([closed], removed.stored);
		expect(added.items).toMatchObject([{ json: { status: 'CLOSED', previous_status: null } }]);
		// A change a little later makes the trigger drop what is older than 15 minutes.
		const later = await poll([closed, SAMPLES.refund, RECORD], added.stored);
		expect(later.items).toHaveLength(1);
		later.state.latest.processes = ['one that crashed'];
		const after = await poll([closed, SAMPLES.refund, RECORD], later.stored);
		expect(after.items).toMatchObject([
			{ json: { operation_id: SAMPLES.closed.operation_id } },
			{ json: { operation_id: RECORD.operation_id } },
		]);
		expect((await poll([closed, SAMPLES.refund, RECORD], after.stored)).items).toEqual([]);
	});
});

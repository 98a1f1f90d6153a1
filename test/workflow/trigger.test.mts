/** The trigger's polls in n8n's own poll context, against the simulator. */
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import {
	alipayPair,
	generatedNumbers,
	generatedRecord,
	RECORDS,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { openPoller } from '../../tools/sandbox/engine.mts';
import type { Poller } from '../../tools/sandbox/engine.mts';
import { guard, watch } from '../support/leaks.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { node, simulate } from './query.mts';

const INITIAL = SAMPLES.initial;
/** Half a pair. */
const LONELY = { auth_no: SAMPLES.closed.auth_no };
/** Numbers of an operation that the simulator does not have. */
const UNKNOWN = { auth_no: '2026090100002001260000000999', operation_id: '20260901355864862999' };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+08:00$/;

interface Settings {
	credential?: IDataObject;
	staticData?: IDataObject;
	budgetMs?: number;
	startedBy?: 'init' | 'leadershipChange' | 'activate' | 'update';
}

/**
 * A trigger over these operations. The list can change between polls, because the trigger reads it
 * again.
 */
async function trigger(
	simulator: Simulator,
	watchList: object[] | string,
	parameters: INodeParameters = {},
	{ credential, ...settings }: Settings = {},
): Promise<Poller> {
	const used = { ...simulator.credential, ...credential };
	guard(used);
	const poller = await openPoller({
		node: node('Alipay Trigger', 'n8n-nodes-alipay.alipayTrigger', {
			parameters: {
				event: 'couponOperationStatus',
				statuses: ['CLOSED'],
				watchList: '={{ $vars.watchList }}',
				...parameters,
			},
			credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
		}),
		credential: used,
		variables: { watchList } as IDataObject,
		...settings,
	});
	const watched = async (polled: Promise<INodeExecutionData[][] | null>) => {
		const output = await polled;
		watch('the items of a poll', JSON.stringify(output));
		watch('the static data', JSON.stringify(poller.staticData()));
		return output;
	};
	return {
		...poller,
		poll: async () => await watched(poller.poll()),
		test: async () => await watched(poller.test()),
	};
}

const changed = (output: INodeExecutionData[][] | null) =>
	(output?.[0] ?? []).map(({ json }) => json);
const failed = (output: INodeExecutionData[][] | null) =>
	(output?.[1] ?? []).map(({ json }) => json as IDataObject & { details: IDataObject });
const remembered = ({ staticData }: Pick<Poller, 'staticData'>) =>
	staticData().couponOperationStatus as { statuses: object };
const requested = ({ requests }: Simulator) => requests.map(({ numbers }) => numbers);

/** Numbers of generated operations that are INIT. */
const openNumbers = (count: number) => {
	const numbers: number[] = [];
	for (let number = 1; numbers.length < count; number++) {
		if (generatedRecord(number).status === 'INIT') numbers.push(number);
	}
	return numbers;
};

describe('a change', () => {
	it('is emitted once, typed, with the previous status and the time when it was seen', async () => {
		const simulator = await simulate();
		const { poll } = await trigger(simulator, [INITIAL]);
		expect(await poll()).toBeNull();
		simulator.settle(INITIAL, 'CLOSED');
		const [item, ...more] = changed(await poll());
		expect(more).toEqual([]);
		expect(item).toEqual({
			...INITIAL,
			operation_type: 'PAY',
			status: 'CLOSED',
			amount: 20,
			total_pay_refund_amount: 0,
			order_title: '会员日红包',
			gmt_trans: expect.stringMatching(ISO),
			previous_status: 'INIT',
			changed_at: expect.stringMatching(ISO),
		});
		expect(Math.abs(Date.parse(String(item?.changed_at)) - Date.now())).toBeLessThan(5_000);
		expect([await poll(), await poll()]).toEqual([null, null]);
	});

	it('from before the first poll is emitted without a previous status', async () => {
		const { poll } = await trigger(await simulate(), [SAMPLES.closed]);
		expect(changed(await poll())).toMatchObject([{ status: 'CLOSED', previous_status: null }]);
		expect(await poll()).toBeNull();
	});

	it('to a status that was not selected is never emitted', async () => {
		const simulator = await simulate();
		const { poll } = await trigger(simulator, [INITIAL, SAMPLES.success]);
		expect(await poll()).toBeNull();
		simulator.settle(INITIAL, 'SUCCESS');
		expect([await poll(), await poll()]).toEqual([null, null]);
	});

	it('to each of several selected statuses is emitted', async () => {
		const simulator = await simulate();
		const statuses = ['INIT', 'SUCCESS', 'CLOSED'];
		const { poll } = await trigger(simulator, [INITIAL, SAMPLES.success], { statuses });
		expect(changed(await poll()).map(({ status }) => status)).toEqual(['INIT', 'SUCCESS']);
		expect(await poll()).toBeNull();
		simulator.settle(INITIAL, 'SUCCESS');
		expect(changed(await poll())).toMatchObject([{ status: 'SUCCESS', previous_status: 'INIT' }]);
	});

	it('has all fields, and amounts in fen, with these settings', async () => {
		const parameters = { simplify: false, options: { amountFormat: 'fen' } };
		const { poll } = await trigger(await simulate(), [SAMPLES.closed], parameters);
		const [item] = changed(await poll());
		expect(Object.keys(item ?? {})).toHaveLength(17 + 2);
		expect(item).toMatchObject({ amount: 6600, gmt_create: expect.stringMatching(ISO) });
	});

	it('is not emitted again by a poll that began before the end of another', async () => {
		const simulator = await simulate({ latencyMs: 50 });
		const { poll } = await trigger(simulator, [SAMPLES.closed]);
		const outputs = await Promise.all([poll(), poll()]);
		expect(outputs.flatMap(changed)).toHaveLength(1);
	});

	it('is not emitted again after a restart over the stored state', async () => {
		const simulator = await simulate();
		const first = await trigger(simulator, [SAMPLES.closed, INITIAL]);
		expect(changed(await first.poll())).toHaveLength(1);
		const staticData = first.staticData();
		const again = await trigger(simulator, [SAMPLES.closed, INITIAL], {}, { staticData });
		expect(await again.poll()).toBeNull();
	});
});

describe('the lookups', () => {
	it('leave out operations that are final', async () => {
		const simulator = await simulate();
		const { poll } = await trigger(simulator, [SAMPLES.success, SAMPLES.closed, INITIAL]);
		await poll();
		expect(requested(simulator)).toHaveLength(3);
		await poll();
		expect(requested(simulator).slice(3)).toEqual([`${INITIAL.auth_no}/${INITIAL.operation_id}`]);
		simulator.settle(INITIAL, 'SUCCESS');
		await poll();
		await poll();
		expect(requested(simulator)).toHaveLength(5);
	});

	it('continue for a status that Alipay may have added since', async () => {
		const simulator = await simulate();
		const { poll } = await trigger(simulator, [scenarioByMerchant('SIM-UNKNOWN-STATUS')]);
		expect([await poll(), await poll()]).toEqual([null, null]);
		expect(requested(simulator)).toHaveLength(2);
	});

	it('count an operation that is listed twice as one', async () => {
		const simulator = await simulate();
		const { auth_no, operation_id } = SAMPLES.closed;
		const values = [{ identifyBy: 'alipay', authNo: auth_no, operationId: operation_id }];
		const { poll } = await trigger(simulator, [SAMPLES.closed], { operations: { values } });
		expect(changed(await poll())).toHaveLength(1);
		expect(requested(simulator)).toHaveLength(1);
	});

	it('come from the form, by either kind of number, as well as from the list', async () => {
		const { auth_no, operation_id } = SAMPLES.closed;
		const { out_order_no, out_request_no } = RECORDS[18] ?? SAMPLES.closed;
		const values = [
			{ identifyBy: 'alipay', authNo: auth_no, operationId: operation_id },
			{ identifyBy: 'merchant', outOrderNo: out_order_no, outRequestNo: out_request_no },
		];
		const list = JSON.stringify([generatedNumbers(3)]);
		const { poll } = await trigger(await simulate(), list, { operations: { values } });
		const ids = changed(await poll()).map((item) => item.operation_id);
		expect(ids).toEqual([
			operation_id,
			RECORDS[18]?.operation_id,
			generatedNumbers(3).operation_id,
		]);
	});

	it('carry the App Auth Token of the options', async () => {
		const simulator = await simulate();
		const token = '202611BB0123456789abcdef';
		guard({ appAuthToken: token });
		const options = { appAuthToken: token };
		const { poll } = await trigger(simulator, [SAMPLES.closed], { options });
		expect(changed(await poll())).toHaveLength(1);
		expect(simulator.requests[0]?.params.app_auth_token).toBe(token);
	});
});

describe('an invalid App Auth Token', () => {
	it('ends the poll with its name, and without a request', async () => {
		const simulator = await simulate();
		const options = { appAuthToken: 'two halves' };
		const { poll } = await trigger(simulator, [SAMPLES.closed], { options });
		await expect(poll()).rejects.toThrow(
			'The App Auth Token in the Options contains a space or a line break',
		);
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('a list that changes while the workflow is active', () => {
	// `$vars` stands for any value that changes between polls; n8n itself keeps it until the next
	// publishing.
	it('is read for each poll: the trigger looks up added operations and drops removed ones', async () => {
		const simulator = await simulate();
		const list: object[] = [INITIAL];
		const { poll, staticData } = await trigger(simulator, list);
		await poll();
		list.push(SAMPLES.closed);
		expect(changed(await poll())).toMatchObject([{ operation_id: SAMPLES.closed.operation_id }]);
		list.splice(0, 2, SAMPLES.success);
		expect(await poll()).toBeNull();
		expect(Object.values(remembered({ staticData }).statuses)).toEqual(['SUCCESS']);
	});

	it('can become empty', async () => {
		const list: object[] = [INITIAL];
		const { poll } = await trigger(await simulate(), list);
		await poll();
		list.pop();
		expect(await poll()).toBeNull();
	});

	it('treats an operation with other numbers as another one', async () => {
		const list: object[] = [{ ...SAMPLES.closed }];
		const { poll } = await trigger(await simulate(), list);
		expect(changed(await poll())).toHaveLength(1);
		const { out_order_no, out_request_no } = RECORDS[18] ?? SAMPLES.closed;
		list[0] = { out_order_no, out_request_no };
		expect(changed(await poll())).toMatchObject([{ out_request_no }]);
	});
});

describe('an operation that cannot be looked up', () => {
	it('first gets a message about what looks wrong with its number', async () => {
		const list = [{ out_order_no: 'M20260901001', out_request_no: '2014021600100150' }];
		const output = await (await trigger(await simulate(), list)).poll();
		expect(failed(output)).toMatchObject([
			{
				...list[0],
				details: {
					sub_code: 'AUTH_OPERATION_NOT_EXIST',
					solution: expect.stringMatching(
						/^The last digits of Out Request No \(out_request_no\) look rounded: .* The operation may exist/,
					),
				},
			},
		]);
	});

	it('does not stop the others, and is reported once, with its numbers and what to do', async () => {
		const simulator = await simulate();
		const list = [
			scenarioByMerchant('SIM-TAMPERED'),
			{ out_order_no: 'M-unknown', out_request_no: 'R-unknown' },
			{ auth_no: INITIAL.auth_no },
			SAMPLES.closed,
			INITIAL,
		];
		const { poll } = await trigger(simulator, list);
		const output = await poll();
		expect(changed(output)).toMatchObject([{ operation_id: SAMPLES.closed.operation_id }]);
		expect(failed(output)).toMatchObject([
			{ ...list[0], details: { code: 'answer-signature-mismatch' } },
			{ ...list[1], details: { sub_code: 'AUTH_ORDER_NOT_EXIST', solution: expect.any(String) } },
			{
				...list[2],
				error: expect.stringMatching(/^Watch List, row 3: Auth No .* Operation ID/),
				details: { code: 'invalid-identifiers' },
			},
		]);
		expect(await poll()).toBeNull();
	});

	it('is looked up again in the next poll, and its change is emitted then', async () => {
		const simulator = await simulate();
		// Its third request succeeds; a poll sends two.
		const { poll } = await trigger(simulator, [scenarioByMerchant('SIM-FLAKY'), INITIAL], {
			statuses: ['SUCCESS'],
		});
		expect(await poll()).toBeNull();
		expect(changed(await poll())).toMatchObject([{ out_request_no: 'SIM-FLAKY' }]);
	});

	it('because of a temporary problem is reported only after three polls', async () => {
		const { poll } = await trigger(await simulate(), [
			scenarioByMerchant('SIM-SYSTEM-ERROR'),
			INITIAL,
		]);
		expect([await poll(), await poll()]).toEqual([null, null]);
		expect(failed(await poll())).toMatchObject([{ details: { sub_code: 'SYSTEM_ERROR' } }]);
		expect(await poll()).toBeNull();
	});

	it('does not make the polls fail when the others have become final', async () => {
		const simulator = await simulate();
		const { poll } = await trigger(simulator, [
			scenarioByMerchant('SIM-SYSTEM-ERROR'),
			SAMPLES.closed,
		]);
		expect(changed(await poll())).toHaveLength(1);
		expect(await poll()).toBeNull();
		expect(failed(await poll())).toHaveLength(1);
		const before = simulator.totalRequests;
		expect(await poll()).toBeNull();
		expect(simulator.totalRequests).toBeGreaterThan(before);
	});

	it('is reported again for another reason', async () => {
		const simulator = await simulate();
		const list: object[] = [LONELY, INITIAL];
		const { poll } = await trigger(simulator, list);
		expect(failed(await poll())).toHaveLength(1);
		list.unshift(SAMPLES.success);
		expect(await poll()).toBeNull();
		list[1] = { ...LONELY, app_auth_token: 'x' };
		expect(failed(await poll())).toMatchObject([
			{ error: expect.stringMatching(/^Watch List, row 2: .*app_auth_token/) },
		]);
	});

	it.each([
		['has an app_auth_token', { ...INITIAL, app_auth_token: 'x' }, /row 1: .*app_auth_token/],
		['is not an object', 'M1', /row 1: it is not an object/],
		['has other names', { id: 'M1' }, /row 1: it does not contain the names/],
	])('is reported when its row %s', async (_what, row, words) => {
		const { poll } = await trigger(await simulate(), [row as object, INITIAL]);
		expect(failed(await poll())).toMatchObject([{ error: expect.stringMatching(words) }]);
	});
});

describe('a poll without any lookup', () => {
	const failure = async (poller: Poller) =>
		await poller.poll().then(
			() => expect.fail('The poll was expected to throw'),
			(error: Error & { failure?: { cause: string }; description?: string }) => error,
		);

	it.each<[string, string, IDataObject]>([
		['temporarily-unavailable', 'SIM-SYSTEM-ERROR', {}],
		['rate-limited', 'SIM-CALL-LIMITED', {}],
		['configuration-invalid', 'SIM-ACCESS-FORBIDDEN', {}],
		['credential-invalid', 'SIM-WRONG-KEY', {}],
		['credential-invalid', 'SIM-ILLEGAL-ARGUMENT', { privateKey: 'no key' }],
		['temporarily-unavailable', 'SIM-ILLEGAL-ARGUMENT', { gatewayUrl: NOWHERE }],
	])('throws with n8n’s failure cause %s (%s)', async (cause, operation, credential) => {
		const poller = await trigger(
			await simulate(),
			[scenarioByMerchant(operation), scenarioByMerchant(operation, 'another')],
			{},
			// As n8n's durable scheduler polls: there is no first poll.
			{ credential, budgetMs: 3_000 },
		);
		const { name, failure: declared, message, description } = await failure(poller);
		expect(name).toMatch(/^Node(Api|Operation)Error$/);
		expect(declared).toEqual({ cause });
		expect(message).not.toMatch(/\[item/);
		expect(description).toBeTruthy();
	});

	it('changes nothing, so the next poll emits the missed changes', async () => {
		const simulator = await simulate();
		const poller = await trigger(simulator, [INITIAL]);
		await poller.poll();
		const before = poller.staticData();
		simulator.settle(INITIAL, 'CLOSED');
		await simulator.close();
		await failure(poller);
		const outage = expect.objectContaining({ reports: 1 }) as object;
		expect(remembered(poller)).toEqual({ ...remembered({ staticData: () => before }), outage });
	});

	it('throws because of an unsigned "not found", which anyone could have sent', async () => {
		const { message } = await failure(
			await trigger(await simulate(), [scenarioByMerchant('SIM-UNSIGNED-NOT-FOUND')]),
		);
		expect(message).toMatch(/without a signature/);
	});

	it('keeps its reports for the next poll', async () => {
		const list: object[] = [scenarioByMerchant('SIM-TAMPERED'), LONELY];
		const poller = await trigger(await simulate(), list);
		await failure(poller);
		list.push(INITIAL);
		expect(failed(await poller.poll())).toHaveLength(2);
	});

	it.each([
		['not a number of Alipay’s', UNKNOWN],
		['SIM-ILLEGAL-ARGUMENT', scenarioByMerchant('SIM-ILLEGAL-ARGUMENT')],
		['SIM-UNKNOWN-CODE', scenarioByMerchant('SIM-UNKNOWN-CODE')],
		['SIM-OTHER-OPERATION', scenarioByMerchant('SIM-OTHER-OPERATION')],
	])('does not throw because of the operation itself (%s)', async (_what, numbers) => {
		const { poll } = await trigger(await simulate(), [numbers]);
		expect(failed(await poll())).toHaveLength(1);
		expect(await poll()).toBeNull();
	});

	it.each(['activate', 'update'] as const)(
		'throws for a permanent problem at publishing (%s), and says what that means',
		async (startedBy) => {
			const credential = { privateKey: 'no key' };
			const poller = await trigger(await simulate(), [INITIAL], {}, { credential, startedBy });
			expect((await failure(poller)).message).toMatch(
				/Private Key.*\. Until you fix this and publish again, the trigger watches nothing, not even the earlier list$/,
			);
			expect((await failure(poller)).message).not.toContain('watches nothing');
		},
	);

	it.each(['activate', 'update'] as const)(
		'lets the workflow be published despite a temporary problem (%s), and throws at the next poll',
		async (startedBy) => {
			const simulator = await simulate();
			const credential = { gatewayUrl: NOWHERE };
			const poller = await trigger(simulator, [INITIAL], {}, { credential, startedBy });
			expect(await poller.poll()).toBeNull();
			expect((await failure(poller)).message).toMatch(/cannot be reached/);
		},
	);

	it('does not throw at a start of n8n, because n8n 2 would then disable the trigger permanently', async () => {
		const simulator = await simulate();
		const credential = { gatewayUrl: NOWHERE };
		for (const startedBy of ['init', 'leadershipChange'] as const) {
			const poller = await trigger(simulator, [INITIAL], {}, { credential, startedBy });
			expect(await poller.poll()).toBeNull();
			expect((await failure(poller)).message).toMatch(/cannot be reached/);
		}
	});

	it.each([
		['the expression of the Watch List returns nothing', '', /returns nothing/],
		[
			'the Watch List contains no number',
			'{"id": "1"}',
			/does not contain the names of the numbers/,
		],
		['the Watch List is not JSON', '[{auth_no}]', /not a JSON array: line 1, column 3/],
		[
			'there are more operations than the state can store',
			Array.from({ length: 10_001 }, (_, index) => generatedNumbers(index + 1)),
			/10001 operations, but .*at most 10000/,
		],
	])('is reported when %s', async (_what, list, words) => {
		const simulator = await simulate();
		const { message, failure: declared } = await failure(await trigger(simulator, list));
		expect(message).toMatch(words);
		expect(declared).toEqual({ cause: 'configuration-invalid' });
		expect(simulator.totalRequests).toBe(0);
	});

	it('is reported when there is nothing to watch', async () => {
		const poller = await trigger(await simulate(), [], { watchList: '' });
		expect((await failure(poller)).message).toMatch(/list of operations to watch is empty/);
	});

	it.each([[[]], ['closed'], ['CLOSED,SUCCESS'], ['={{ undefined }}']])(
		'is reported when Statuses is %j',
		async (statuses) => {
			const poller = await trigger(await simulate(), [SAMPLES.closed], { statuses });
			expect((await failure(poller)).message).toMatch(
				/^Statuses is .*not one of its values\. Until you fix this/,
			);
		},
	);

	it('reports 10,000 failed operations, the most that the state can store', async () => {
		const list = Array.from({ length: 10_000 }, (_, index) => ({
			auth_no: generatedNumbers(index + 1).auth_no,
		}));
		const { poll } = await trigger(await simulate(), list);
		expect(failed(await poll())).toHaveLength(10_000);
	});

	it('is reported, and leaves the state alone, when a newer version wrote it', async () => {
		const staticData = { couponOperationStatus: { version: 2, other: true } };
		const poller = await trigger(await simulate(), [INITIAL], {}, { staticData });
		expect((await failure(poller)).message).toMatch(/newer version/);
		expect(poller.staticData()).toEqual(staticData);
	});
});

describe('a test run in the editor', () => {
	it('shows a sample of the wanted status and changes nothing', async () => {
		const simulator = await simulate();
		const poller = await trigger(simulator, [INITIAL, SAMPLES.closed]);
		for (let run = 0; run < 2; run++) {
			expect(changed(await poller.test())).toMatchObject([
				{ operation_id: SAMPLES.closed.operation_id, previous_status: null },
			]);
		}
		expect(changed(await poller.test())[0]).not.toHaveProperty('sample');
		expect(poller.staticData()).toEqual({});
		expect(changed(await poller.poll())).toHaveLength(1);
	});

	it('shows any operation when none has the wanted status, and says so', async () => {
		const { test } = await trigger(await simulate(), [INITIAL, SAMPLES.success]);
		const items = changed(await test());
		expect(items.map(({ status }) => status)).toEqual(['INIT', 'SUCCESS']);
		for (const item of items) {
			expect(Object.entries(item)[0]).toEqual([
				'sample',
				'This item appears only in the test. Its status is not CLOSED, so it does not start the published workflow.',
			]);
		}
	});

	it('looks up at most the first ten', async () => {
		const simulator = await simulate();
		const list = Array.from({ length: 30 }, (_, index) => generatedNumbers(index + 1));
		await (await trigger(simulator, list)).test();
		expect(simulator.totalRequests).toBe(10);
	});

	it('also shows the failed ones', async () => {
		const { test } = await trigger(await simulate(), [scenarioByMerchant('SIM-TAMPERED'), INITIAL]);
		const output = await test();
		expect([changed(output).length, failed(output).length]).toEqual([1, 1]);
	});

	it('fails with the reason when no operation can be looked up', async () => {
		const { test } = await trigger(await simulate(), [UNKNOWN]);
		await expect(test()).rejects.toThrow(/Alipay has no record of/);
	});
});

describe('Repeat After Restart', () => {
	const key = (numbers: typeof INITIAL) => JSON.stringify(alipayPair(numbers));
	const stored = (before: string | null) => ({
		couponOperationStatus: {
			version: 1,
			statuses: { [key(SAMPLES.closed)]: 'CLOSED', [key(SAMPLES.success)]: 'SUCCESS' },
			faults: {},
			next: null,
			latest: {
				processes: ['an earlier one'],
				changes: [{ key: key(SAMPLES.closed), before, at: Date.now() }],
			},
		},
	});
	const list = [SAMPLES.closed, SAMPLES.success];

	it('emits the latest changes once more in a new process, with their previous statuses', async () => {
		const staticData = stored('INIT');
		const options = { repeatAfterRestart: true };
		const { poll } = await trigger(await simulate(), list, { options }, { staticData });
		expect(changed(await poll())).toMatchObject([
			{ operation_id: SAMPLES.closed.operation_id, previous_status: 'INIT' },
		]);
		expect([await poll(), await poll()]).toEqual([null, null]);
	});

	it('tries again until Alipay has responded', async () => {
		const staticData = stored(null);
		const options = { repeatAfterRestart: true };
		const simulator = await simulate();
		const down = await trigger(
			simulator,
			list,
			{ options },
			{ staticData, credential: { gatewayUrl: NOWHERE } },
		);
		// The first poll after a start does not report the failure.
		await down.poll();
		await expect(down.poll()).rejects.toThrow();
		const up = await trigger(simulator, list, { options }, { staticData: down.staticData() });
		expect(changed(await up.poll())).toMatchObject([{ previous_status: null }]);
	});

	it('repeats nothing within the same process', async () => {
		const options = { repeatAfterRestart: true };
		const simulator = await simulate();
		const first = await trigger(simulator, list, { options });
		expect(changed(await first.poll())).toHaveLength(1);
		const again = await trigger(simulator, list, { options }, { staticData: first.staticData() });
		expect(await again.poll()).toBeNull();
	});

	it('is off by default', async () => {
		const staticData = stored('INIT');
		const { poll } = await trigger(await simulate(), list, {}, { staticData });
		expect(await poll()).toBeNull();
	});
});

describe('five hundred operations', () => {
	it('with one in ten failing: one poll emits the changes of the others, and the failing ones are looked up again', async () => {
		const simulator = await simulate({ latencyMs: 20 });
		const numbers = openNumbers(450);
		const failing = ['SIM-SYSTEM-ERROR', 'SIM-HTTP-502', 'SIM-RESET', 'SIM-TAMPERED', 'SIM-HTML'];
		const list = numbers.map((number) => generatedNumbers(number) as object);
		for (let index = 0; index < 50; index++) {
			list.splice(index * 10, 0, scenarioByMerchant(failing[index % 5] ?? '', `order ${index}`));
		}
		const { poll } = await trigger(simulator, list);
		expect(changed(await poll())).toEqual([]);
		for (const number of numbers) simulator.settle(generatedNumbers(number), 'CLOSED');
		const before = simulator.totalRequests;
		const output = await poll();
		expect(changed(output).map((item) => item.operation_id)).toEqual(
			numbers.map((number) => generatedNumbers(number).operation_id),
		);
		expect(changed(output).every((item) => item.previous_status === 'INIT')).toBe(true);
		// 450 and the failing ones, whose temporary errors get a second try.
		expect(simulator.totalRequests - before).toBe(450 + 50 + 30);
		const third = simulator.totalRequests;
		expect(failed(await poll())).toHaveLength(30);
		expect(simulator.totalRequests - third).toBe(50 + 30);
	}, 90_000);

	it('at a rate limit get all their responses in a slower poll', async () => {
		const simulator = await simulate({ rateLimit: 60 });
		const list = openNumbers(200).map(generatedNumbers);
		const { poll } = await trigger(simulator, list, { statuses: ['INIT'] });
		expect(changed(await poll())).toHaveLength(200);
	}, 90_000);

	it('that do not fit into one poll are looked up over several, each of them once', async () => {
		const simulator = await simulate({ latencyMs: 100 });
		const list = openNumbers(100).map(generatedNumbers);
		const options = { concurrency: 2 };
		const { poll, staticData } = await trigger(simulator, list, { options }, { budgetMs: 1_500 });
		const begunAt = performance.now();
		await poll();
		expect(performance.now() - begunAt).toBeLessThan(1_500 + 500);
		const first = requested(simulator);
		expect(first.length).toBeGreaterThan(5);
		expect(first.length).toBeLessThan(60);
		while (requested(simulator).length < 100) await poll();
		expect(new Set(requested(simulator).slice(0, 100)).size).toBe(100);
		// Nothing was stopped: all started lookups got their response in time.
		expect(remembered({ staticData })).toMatchObject({ faults: {} });
	}, 60_000);

	it('at a pace that leaves most without their turn count those as not looked up, not as failed', async () => {
		const simulator = await simulate();
		const options = { concurrency: 50, requestsPerSecond: 10 };
		const list = openNumbers(200).map(generatedNumbers);
		const { poll, staticData } = await trigger(simulator, list, { options }, { budgetMs: 2_000 });
		for (let round = 0; round < 4; round++) expect(await poll()).toBeNull();
		expect(remembered({ staticData })).toMatchObject({ faults: {} });
	}, 60_000);

	it('that never fit into a poll include a failed one that gets its turn again', async () => {
		const simulator = await simulate({ latencyMs: 100 });
		const list: object[] = [
			scenarioByMerchant('SIM-FLAKY'),
			...openNumbers(30).map(generatedNumbers),
		];
		const settings = { statuses: ['SUCCESS'], options: { concurrency: 2 } };
		const { poll } = await trigger(simulator, list, settings, { budgetMs: 1_000 });
		const found = [];
		for (let round = 0; round < 12; round++) found.push(...changed(await poll()));
		expect(found).toMatchObject([{ out_request_no: 'SIM-FLAKY' }]);
	}, 60_000);

	it('with some that never respond: the poll ends in time, and the next one starts behind them', async () => {
		const simulator = await simulate({ latencyMs: 10 });
		const silent = Array.from({ length: 4 }, (_, index) =>
			scenarioByMerchant('SIM-SILENCE', `order ${index}`),
		);
		const list = [...silent, ...openNumbers(40).map(generatedNumbers)];
		const options = { concurrency: 4, timeoutSeconds: 60 };
		const { poll } = await trigger(simulator, list, { options }, { budgetMs: 2_000 });
		const begunAt = performance.now();
		await expect(poll()).rejects.toThrow(/within the time limit of the poll/);
		expect(performance.now() - begunAt).toBeLessThan(2_000 + 500);
		const before = requested(simulator).length;
		expect(await poll()).toBeNull();
		const second = requested(simulator).slice(before);
		expect(second.slice(0, 40).some((numbers) => numbers.includes('SIM-SILENCE'))).toBe(false);
		expect(second.slice(40).every((numbers) => numbers.includes('SIM-SILENCE'))).toBe(true);
	}, 60_000);
});

/** The trigger in active workflows of real n8n, which polls each minute. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution } from '../../tools/sandbox/client.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import {
	generatedNumbers,
	generatedRecord,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { CLOSED_ITEM, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

/** A poll comes within a minute. After a failed poll it can come later, because n8n backs off. */
const PATIENCE_MS = 180_000;
const TIMEOUT_MS = 2 * PATIENCE_MS + 30_000;

/** Numbers of an operation that the simulator does not have. */
const UNKNOWN = { auth_no: SAMPLES.closed.auth_no, operation_id: '20261231355864999999' };
const FAILING = ['SIM-SYSTEM-ERROR', 'SIM-HTTP-502', 'SIM-RESET', 'SIM-TAMPERED', 'SIM-HTML'];

const logFolder = mkdtempSync(path.join(tmpdir(), 'alipay-trigger-'));
afterAll(() => rmSync(logFolder, { recursive: true, force: true }));
const logFile = path.join(logFolder, 'n8n.log');

/** n8n 2 can keep polls in its database: each has a separate context, less time, and back-off. */
const DURABLE = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
	N8N_LOG_OUTPUT: 'console,file',
	N8N_LOG_FILE_LOCATION: logFile,
};

describe.each([
	[NEWEST, 'as it comes', {}],
	[NEWEST, 'with its durable scheduler', DURABLE],
	[OLDEST, 'as it comes', {}],
])('n8n %s %s', (release, _how, env) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release, env, simulator: { signedAhead: 20_000 } });
	});
	afterAll(async () => await stage?.close());

	/** Trigger → Changed and Failed. */
	const watching = (name: string, watchList: object[], credential = stage.credential) => {
		const node = (id: number, type: string, title: string, more = {}) => ({
			...{ id: `00000000-0000-4000-8000-00000000000${id}`, name: title, type, typeVersion: 1 },
			...{ position: [id * 220, 0] as [number, number], parameters: {}, ...more },
		});
		const to = (title: string) => [{ node: title, type: 'main', index: 0 }];
		return {
			name,
			nodes: [
				node(1, `${PACKAGE}.alipayTrigger`, 'Alipay Trigger', {
					parameters: {
						pollTimes: { item: [{ mode: 'everyMinute' }] },
						watchList: JSON.stringify(watchList),
					},
					credentials: { alipayApi: credential },
				}),
				node(2, 'n8n-nodes-base.noOp', 'Changed'),
				node(3, 'n8n-nodes-base.noOp', 'Failed'),
			],
			connections: { 'Alipay Trigger': { main: [to('Changed'), to('Failed')] } },
			settings: { executionOrder: 'v1' },
		};
	};

	/** Null, or the reason why n8n does not start the trigger. */
	const activate = async (id: string): Promise<string | null> =>
		await stage.client.publish(id, PATIENCE_MS).then(
			() => null,
			(error: Error) => error.message,
		);
	const deactivate = async (id: string) =>
		await stage.client.call('POST', `/rest/workflows/${id}/deactivate`);

	/** The executions of a workflow, oldest first, as soon as there are this many. */
	const executions = async (workflowId: string, count: number): Promise<Execution[]> => {
		for (const end = Date.now() + PATIENCE_MS; ; await delay(500)) {
			const listed = await stage.client.executions(workflowId);
			if (listed.length >= count || Date.now() > end) {
				return await Promise.all(listed.map(async ({ id }) => await stage.client.ended(id)));
			}
		}
	};
	/**
	 * Waits until no poll is running, because a running one would see only a part of the next
	 * changes.
	 */
	const betweenPolls = async () => {
		for (let before = -1; before !== stage.simulator.totalRequests; await delay(3_000)) {
			before = stage.simulator.totalRequests;
		}
	};
	const rows = (execution: Execution | undefined, node: string) =>
		(execution?.items(node) ?? []).map(({ json }) => json);

	it('offers the trigger as polling, with the outputs Changed and Failed, and not as a tool of an AI agent', async () => {
		const types = await stage.client.nodeTypes();
		const found = types.filter(({ name }) => /alipayTrigger/.test(name));
		expect(found).toMatchObject([
			{
				name: 'n8n-nodes-alipay.alipayTrigger',
				displayName: 'Alipay Trigger',
				group: ['trigger'],
				polling: true,
				outputNames: ['Changed', 'Failed'],
			},
		]);
		expect(found[0]?.properties[0]?.name).toBe('pollTimes');
	});

	it('shows a sample in each test run', async () => {
		const list = [SAMPLES.closed, scenarioByMerchant('SIM-TAMPERED')];
		const id = await stage.client.createWorkflow(watching('Test run', list));
		for (let run = 0; run < 2; run++) {
			const execution = await stage.client.ended(await stage.client.begin(id, 'Alipay Trigger'));
			expect(execution.status).toBe('success');
			expect(rows(execution, 'Changed')).toMatchObject([{ ...CLOSED_ITEM, previous_status: null }]);
			expect(rows(execution, 'Failed')).toMatchObject([
				{ details: { code: 'answer-signature-mismatch' } },
			]);
		}
	});

	it(
		'emits a closed operation at the activation, and not again after a restart',
		async () => {
			const list = [SAMPLES.closed, SAMPLES.initial, UNKNOWN];
			const id = await stage.client.createWorkflow(watching('Closed already', list));
			expect(await activate(id)).toBeNull();
			const [first] = await executions(id, 1);
			expect(rows(first, 'Changed')).toMatchObject([{ ...CLOSED_ITEM, previous_status: null }]);
			expect(rows(first, 'Failed')).toMatchObject([
				{ ...UNKNOWN, details: { sub_code: 'AUTH_OPERATION_NOT_EXIST' } },
			]);
			await stage.restart();
			await stage.client.signIn(stage.account);
			const initial = `${SAMPLES.initial.auth_no}/${SAMPLES.initial.operation_id}`;
			const polls = () =>
				stage.simulator.requests.filter(({ numbers }) => numbers === initial).length;
			const before = polls();
			await expect.poll(polls, { timeout: PATIENCE_MS }).toBeGreaterThan(before);
			await delay(1_000);
			expect(await executions(id, 1)).toHaveLength(1);
			await deactivate(id);
		},
		TIMEOUT_MS,
	);

	it.each<[string, (stage: Stage) => Promise<[object[], Stage['credential']]>, RegExp]>([
		[
			'there is nothing to watch',
			async ({ credential }) => [[], credential],
			/list of operations to watch is empty/,
		],
		[
			'the credential is unusable',
			async ({ client, form }) => [
				[SAMPLES.closed],
				await client.saveCredential(undefined, 'Broken', 'alipayApi', { ...form, privateKey: 'x' }),
			],
			/Private Key/,
		],
	])(
		'is not activated when %s, and says why',
		async (_what, prepare, words) => {
			const [list, credential] = await prepare(stage);
			const workflow = watching('Refused', list, credential);
			if (list.length === 0) Object.assign(workflow.nodes[0]?.parameters ?? {}, { watchList: '' });
			const id = await stage.client.createWorkflow(workflow);
			expect(await activate(id)).toMatch(words);
			await deactivate(id);
		},
		TIMEOUT_MS,
	);

	it(
		'emits the changes of 500 operations, one in ten of which fails, in one poll, in order',
		async () => {
			const numbers: number[] = [];
			for (let number = 1; numbers.length < 450; number++) {
				if (generatedRecord(number).status === 'INIT') numbers.push(number);
			}
			const list: object[] = numbers.map(generatedNumbers);
			for (let index = 0; index < 50; index++) {
				const failing = FAILING[index % FAILING.length] ?? '';
				list.splice(index * 10, 0, scenarioByMerchant(failing, `order ${index}`));
			}
			const id = await stage.client.createWorkflow(watching('Five hundred', list));
			expect(await activate(id)).toBeNull();
			// Permanent failures are reported at once: two of the five kinds.
			const [told] = await executions(id, 1);
			expect(rows(told, 'Failed')).toHaveLength(20);
			expect(rows(told, 'Changed')).toHaveLength(0);

			await betweenPolls();
			for (const number of numbers) stage.simulator.settle(generatedNumbers(number), 'CLOSED');
			const requested = stage.simulator.requests.length;
			// An earlier poll may have reported temporary errors.
			let items: IDataObject[] = [];
			for (let count = 2; items.length === 0 && count < 5; count++) {
				items = (await executions(id, count)).flatMap((one) => rows(one, 'Changed'));
			}
			expect(items.map(({ operation_id }) => operation_id)).toEqual(
				numbers.map((number) => generatedNumbers(number).operation_id),
			);
			expect(
				items.every(
					({ status, previous_status }) => previous_status === 'INIT' && status === 'CLOSED',
				),
			).toBe(true);
			const failing = stage.simulator.requests
				.slice(requested)
				.filter(({ numbers }) => numbers.includes('SIM-'));
			expect(new Set(failing.map((request) => request.numbers)).size).toBe(50);
			await deactivate(id);
		},
		TIMEOUT_MS,
	);

	it(
		'starts while Alipay is down; a poll fails with the reason, and a later one emits the missed changes',
		async () => {
			const number = 900_000;
			const id = await stage.client.createWorkflow(watching('Outage', [generatedNumbers(number)]));
			await stage.client.call('PATCH', `/rest/credentials/${stage.credential.id}`, {
				...{ name: stage.credential.name, type: 'alipayApi' },
				data: { ...stage.form, gatewayUrl: NOWHERE },
			});
			expect(await activate(id)).toBeNull();
			const [failed] = await executions(id, 1);
			expect(failed?.status).toBe('error');
			expect(failed?.error).toMatchObject({
				message: expect.stringMatching(/127\.0\.0\.1:1 cannot be reached/),
			});
			stage.simulator.settle(generatedNumbers(number), 'CLOSED');
			await stage.client.call('PATCH', `/rest/credentials/${stage.credential.id}`, {
				...{ name: stage.credential.name, type: 'alipayApi' },
				data: stage.form,
			});
			const found = await executions(id, 2);
			expect(rows(found.at(-1), 'Changed')).toMatchObject([{ status: 'CLOSED' }]);
			await deactivate(id);
			if (env === DURABLE) {
				expect(readFileSync(logFile, 'utf8')).toMatch(
					/Poll failed; backing off.*"cause":"temporarily-unavailable"/,
				);
			}
		},
		TIMEOUT_MS,
	);
});

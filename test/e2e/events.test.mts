/**
 * The trigger's events for deposits, transfers and trades in active workflows of real n8n, over
 * REST.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, WorkflowJson } from '../../tools/sandbox/client.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import { EVENTS, numbersIn, type Event } from '../support/events.mts';
import { openStage, type Stage } from './stage.mts';

/** n8n polls each minute. */
const PATIENCE_MS = 180_000;
const HOUR = 60 * 60_000;

interface Stored extends IDataObject {
	staticData: Record<string, Record<string, { settled: Record<string, { due: number }> }>>;
}

/** Waits, but not forever: the test checks the result afterwards. */
async function until(isTrue: () => Promise<boolean>, patienceMs = PATIENCE_MS) {
	for (const end = Date.now() + patienceMs; !(await isTrue()) && Date.now() < end; ) {
		await delay(500);
	}
}

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release });
	});
	afterAll(async () => await stage?.close());

	/** Trigger → Changed and Failed. */
	const watching = ({ event, path, open, unknown }: Event): WorkflowJson => {
		const node = (id: number, type: string, name: string, more = {}) => ({
			...{ id: `00000000-0000-4000-8000-00000000000${id}`, name, type, typeVersion: 1 },
			...{ position: [id * 220, 0] as [number, number], parameters: {}, ...more },
		});
		const parameters = {
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			...{ event, statuses: [...path], watchList: JSON.stringify([open, unknown]) },
		};
		const credentials = { alipayApi: stage.credential };
		const to = (name: string) => [{ node: name, type: 'main', index: 0 }];
		return {
			name: event,
			nodes: [
				node(1, `${PACKAGE}.alipayTrigger`, 'Alipay Trigger', { parameters, credentials }),
				node(2, 'n8n-nodes-base.noOp', 'Changed'),
				node(3, 'n8n-nodes-base.noOp', 'Failed'),
			],
			connections: { 'Alipay Trigger': { main: [to('Changed'), to('Failed')] } },
			settings: { executionOrder: 'v1' },
		};
	};

	/** The executions of a workflow, oldest first, as soon as there are this many. */
	const executions = async (id: string, count: number): Promise<Execution[]> => {
		const listed = async () => await stage.client.executions(id);
		await until(async () => (await listed()).length >= count);
		return await Promise.all((await listed()).map(async (one) => await stage.client.ended(one.id)));
	};
	const rows = (execution: Execution | undefined, node: string) =>
		(execution?.items(node) ?? []).map(({ json }) => json);
	const requestsFor = (numbers: Event['open']) =>
		stage.simulator.requests.filter((request) => {
			const sent = JSON.parse(request.params.biz_content ?? '{}') as Event['open'];
			return Object.entries(numbers).every(([name, value]) => sent[name] === value);
		}).length;
	/** Waits for this many polls: each looks up the number that Alipay does not know. */
	const polls = async (count: number, { unknown }: Event) => {
		const before = requestsFor(unknown);
		await until(async () => requestsFor(unknown) >= before + count, count * PATIENCE_MS);
		await delay(2_000);
	};

	/**
	 * Imitates an hour that has passed for a trigger: its settled operations are due. The workflow
	 * must not be active.
	 */
	const letAnHourPass = async (id: string, event: string) => {
		const { staticData } = await stage.client.call<Stored>('GET', `/rest/workflows/${id}`);
		for (const remembered of Object.values(staticData)) {
			for (const one of Object.values(remembered[event]?.settled ?? {})) one.due -= HOUR;
		}
		stage.remember(id, staticData);
	};

	/**
	 * n8n 1 mixes up the transactions of requests that store workflows at the same time
	 * (SQLITE_ERROR).
	 */
	let last: Promise<unknown> = Promise.resolve();
	const inTurn = async <T,>(work: () => Promise<T>): Promise<T> => {
		const mine = last.then(work);
		last = mine.catch(() => undefined);
		return await mine;
	};

	it.concurrent.each(EVENTS)(
		'$event: emits each change once and an unknown number once, and does not look up what is final',
		{ timeout: 15 * 60_000 },
		async (event) => {
			const { method, field, open, path, unknown, notFound } = event;
			const [first = '', second] = path;
			const id = await inTurn(async () => {
				const created = await stage.client.createWorkflow(watching(event));
				await stage.client.publish(created, PATIENCE_MS);
				return created;
			});
			const [told] = await executions(id, 1);
			expect(rows(told, 'Changed')).toEqual([]);
			expect(rows(told, 'Failed')).toMatchObject([{ ...unknown, details: { sub_code: notFound } }]);

			stage.simulator.settle(open, first, method);
			const [, changed] = await executions(id, 2);
			expect(rows(changed, 'Failed')).toEqual([]);
			expect(rows(changed, 'Changed')).toMatchObject([
				{ ...numbersIn(open), [field]: first, previous_status: expect.stringMatching(/\w/) },
			]);
			const requests = requestsFor(open);
			await polls(2, event);
			expect(await executions(id, 2)).toHaveLength(2);
			// Final, or settled and not due yet.
			expect(requestsFor(open)).toBe(requests);
			if (second === undefined) return;

			await inTurn(async () => {
				await stage.client.call('POST', `/rest/workflows/${id}/deactivate`);
				await letAnHourPass(id, event.event);
				stage.simulator.settle(open, second, method);
				await stage.client.publish(id, PATIENCE_MS);
			});
			const [, , changedAgain] = await executions(id, 3);
			expect(rows(changedAgain, 'Changed')).toMatchObject([
				{ ...numbersIn(open), [field]: second, previous_status: first },
			]);
			await polls(2, event);
			expect(await executions(id, 3)).toHaveLength(3);
			expect(requestsFor(open)).toBe(requests + 1);
		},
	);
});
